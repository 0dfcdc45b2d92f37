using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.InMemory;

/// <summary>One process: nobody to tell, and turns are taken from a table.</summary>
public sealed class InMemoryBudgetShare(TimeProvider time) : IBudgetShare
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, DateTimeOffset> lastTurn = [];

    /// <inheritdoc/>
    public Task TellLimitAsync(long installation, DateTimeOffset until, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<TimeSpan> TakeTurnAsync(long installation, TimeSpan gap, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var turn = lastTurn.TryGetValue(installation, out var last) && last + gap > now ? last + gap : now;
            lastTurn[installation] = turn;
            return Task.FromResult(turn - now);
        }
    }
}
