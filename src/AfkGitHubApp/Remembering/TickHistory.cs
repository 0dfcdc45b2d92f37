using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Remembering;

/// <summary>The last ticks of this process, newest last, bounded; the demo watches them as they come.</summary>
public sealed class TickHistory(int capacity = 2000) : ITickHistory
{
    private readonly Lock gate = new();
    private readonly LinkedList<TickResult> results = [];

    private readonly List<Action<TickResult>> watchers = [];

    /// <summary>Calls <paramref name="watcher"/> after each result that is added; it must not block.</summary>
    public void Watch(Action<TickResult> watcher)
    {
        lock (gate)
        {
            watchers.Add(watcher);
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(TickResult result)
    {
        Action<TickResult>[] told;
        lock (gate)
        {
            told = [.. watchers];
            results.AddLast(result);
            if (results.Count > capacity)
            {
                results.RemoveFirst();
            }
        }

        foreach (var watcher in told)
        {
            watcher(result);
        }
    }

    /// <inheritdoc/>
    public Task AddAsync(RepositoryLease lease, TickResult result, CancellationToken cancellationToken)
    {
        Add(result);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TickResult>> LatestAsync(int count, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<TickResult>>([.. Snapshot().Reverse().Take(count)]);

    /// <summary>A copy of what is kept.</summary>
    public IReadOnlyList<TickResult> Snapshot()
    {
        lock (gate)
        {
            return [.. results];
        }
    }
}
