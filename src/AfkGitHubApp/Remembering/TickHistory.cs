using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Remembering;

/// <summary>The last ticks, newest last, bounded: what the board, the demo's table and <c>runs</c> are drawn from.</summary>
public sealed class TickHistory(int capacity = 2000)
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

    /// <summary>A copy of what is kept.</summary>
    public IReadOnlyList<TickResult> Snapshot()
    {
        lock (gate)
        {
            return [.. results];
        }
    }
}
