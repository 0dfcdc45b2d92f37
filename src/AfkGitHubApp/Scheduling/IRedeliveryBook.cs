using System.Collections.Immutable;

namespace AfkGitHubApp.Scheduling;

/// <summary>
/// What the search for lost deliveries remembers, for all replicas. Nothing here has to be right for the product to be: a delivery that is asked
/// for twice is one look more, and one that is never asked for is found by the timer. Every member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IRedeliveryBook
{
    /// <summary>Takes the turn to search, which is over by itself.</summary>
    /// <param name="turn">How long nobody else gets one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is remembered, empty at first; null while it is another's turn.</returns>
    Task<RedeliveryNotes?> TakeTurnAsync(TimeSpan turn, CancellationToken cancellationToken);

    /// <summary>Whether the caller, and nobody else within <paramref name="quiet"/>, may ask for this event again.</summary>
    Task<bool> MayAskAsync(string eventGuid, TimeSpan quiet, CancellationToken cancellationToken);

    /// <summary>Remembers.</summary>
    Task SaveAsync(RedeliveryNotes notes, CancellationToken cancellationToken);
}

/// <summary>Where the search stands. Times of attempts are GitHub's.</summary>
public sealed record RedeliveryNotes
{
    /// <summary>All attempts up to then have been read; null = nothing was read yet.</summary>
    public DateTimeOffset? Through { get; init; }

    /// <summary>Of a list that is not read to its end yet: the page to go on with.</summary>
    public string? Cursor { get; init; }

    /// <summary>Of such a list: what <see cref="Through"/> will be at its end.</summary>
    public DateTimeOffset? NextThrough { get; init; }

    /// <summary>Events none of whose attempts succeeded.</summary>
    public ImmutableArray<LostDelivery> Lost { get; init; } = [];
}

/// <summary>An event that did not reach us.</summary>
/// <param name="EventGuid">The event.</param>
/// <param name="Id">The newest attempt.</param>
/// <param name="At">When that was.</param>
public sealed record LostDelivery(string EventGuid, long Id, DateTimeOffset At)
{
    /// <summary>How often it was asked for again.</summary>
    public int Asked { get; init; }

    /// <summary>When it was asked for last, by our clock.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Whether what was asked for has not shown up yet.</summary>
    public bool IsOutstanding { get; init; }
}
