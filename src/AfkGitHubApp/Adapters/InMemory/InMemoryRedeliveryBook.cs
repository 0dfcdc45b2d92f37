using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Adapters.InMemory;

/// <summary>The book of one process. Forgotten with it: what failed while it was away is found by the looks of the next one's start.</summary>
public sealed class InMemoryRedeliveryBook(TimeProvider time) : IRedeliveryBook
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> quietUntil = new(StringComparer.Ordinal);
    private DateTimeOffset turnEnds = DateTimeOffset.MinValue;
    private RedeliveryNotes notes = new();

    /// <inheritdoc/>
    public Task<RedeliveryNotes?> TakeTurnAsync(TimeSpan turn, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now < turnEnds)
            {
                return Task.FromResult<RedeliveryNotes?>(null);
            }

            turnEnds = now + turn;
            foreach (var over in quietUntil.Where(each => each.Value <= now).Select(each => each.Key).ToList())
            {
                quietUntil.Remove(over);
            }

            return Task.FromResult<RedeliveryNotes?>(notes);
        }
    }

    /// <inheritdoc/>
    public Task<bool> MayAskAsync(string eventGuid, TimeSpan quiet, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (quietUntil.TryGetValue(eventGuid, out var until) && now < until)
            {
                return Task.FromResult(false);
            }

            quietUntil[eventGuid] = now + quiet;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(RedeliveryNotes notes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notes);
        lock (gate)
        {
            this.notes = notes;
        }

        return Task.CompletedTask;
    }
}
