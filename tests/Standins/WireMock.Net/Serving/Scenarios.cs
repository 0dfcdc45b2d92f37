namespace WireMock.Serving;

/// <summary>The scenarios that have begun; their names ignore case.</summary>
internal sealed class Scenarios
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ScenarioState> _states = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ScenarioState> Snapshot()
    {
        lock (_gate)
        {
            return [.. _states.Values];
        }
    }

    public string? StateOf(string? scenario)
    {
        lock (_gate)
        {
            return scenario is not null && _states.TryGetValue(scenario, out var state) ? state.NextState : null;
        }
    }

    public void Begin(string scenario)
    {
        lock (_gate)
        {
            _states.TryAdd(scenario, new ScenarioState { Name = scenario });
        }
    }

    /// <summary>Counts a hit and moves on once there were enough; a mapping without a next state leads back to the start.</summary>
    public void Advance(IMapping mapping)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(mapping.Scenario!, out var state))
            {
                return;
            }

            state.Counter++;
            if (state.Counter == (mapping.TimesInSameState ?? 1))
            {
                state.NextState = mapping.NextState;
                state.Counter = 0;
            }

            state.Started = true;
            state.Finished = mapping.NextState is null;
        }
    }

    public void Set(string scenario, string next)
    {
        lock (_gate)
        {
            _states.TryAdd(scenario, new ScenarioState { Name = scenario });
            _states[scenario].NextState = next;
        }
    }

    public bool Forget(string scenario)
    {
        lock (_gate)
        {
            return _states.Remove(scenario);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _states.Clear();
        }
    }
}
