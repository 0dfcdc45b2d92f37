using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Scheduling;

/// <summary>
/// The right to tick one repository for a while. Its fence makes every write of a stale holder to our store refused, and right before each
/// write outside the store is asked once more whether the lease still stands; a store that does not answer means that it does not.
/// </summary>
/// <remarks>
/// What the lock cannot promise: GitHub knows nothing of it. A process that is paused after the store's answer and before the socket, or whose
/// request lies in a network for a minute, still sends one request when somebody else holds the repository. So does a holder whose lease a Redis
/// failover has lost: replication is asynchronous. There is no number that GitHub would compare, so each such request is made harmless on its
/// own: labels, closing and comment edits are desired state, so a late one writes what the next tick compares and repairs; comments are found
/// again by their marker; a turn dispatched twice is worked once, because the workflow's first step ends every run but the lowest with its
/// TurnId. See docs/decisions/0001 and docs/decisions/0002.
/// </remarks>
public sealed class RepositoryLease : IDisposable
{
    private readonly TimeProvider time;
    private readonly Func<RepositoryLease, CancellationToken, Task<bool>> renew;
    private readonly CancellationTokenSource lost = new();
    private long validUntil;

    /// <summary>A lease that has just been granted.</summary>
    /// <param name="repository">On what.</param>
    /// <param name="fence">Its number, higher than any before it.</param>
    /// <param name="duration">How long it holds without renewal.</param>
    /// <param name="time">The clock; only its monotonic part is used.</param>
    /// <param name="askedAt">The clock's timestamp from before the store was asked: what the store grants begins no earlier.</param>
    /// <param name="renew">Asks the store for another <paramref name="duration"/>; false = somebody else holds it.</param>
    public RepositoryLease(RepositoryKey repository, long fence, TimeSpan duration, TimeProvider time, long askedAt, Func<RepositoryLease, CancellationToken, Task<bool>> renew)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(renew);
        Repository = repository;
        Fence = fence;
        Duration = duration;
        this.time = time;
        this.renew = renew;
        Renewed(askedAt);
    }

    /// <summary>On what.</summary>
    public RepositoryKey Repository { get; }

    /// <summary>Its number.</summary>
    public long Fence { get; }

    /// <summary>How long it holds after each renewal.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>What is left of it, by the monotonic clock.</summary>
    public TimeSpan Remaining => time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref validUntil));

    /// <summary>The store confirmed it for another <see cref="Duration"/>.</summary>
    /// <param name="askedAt">The clock's timestamp from before the store was asked; an answer may have lain unread while the process was paused.</param>
    public void Renewed(long askedAt) => Volatile.Write(ref validUntil, askedAt + (long)(Duration.TotalSeconds * time.TimestampFrequency));

    /// <summary>The store refused it, or could not be asked in time.</summary>
    public void Lose() => lost.Cancel();

    /// <summary>Called right before an outside write: the store confirms the lease, and it must not run out under the write.</summary>
    /// <param name="needed">How long the write may take.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="LeaseLostException">Somebody else holds the repository, the store does not answer, or less than <paramref name="needed"/> is left.</exception>
    public async Task ConfirmAsync(TimeSpan needed, CancellationToken cancellationToken)
    {
        try
        {
            if (!lost.IsCancellationRequested && !await renew(this, cancellationToken))
            {
                Lose();
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            Lose();
            throw new LeaseLostException($"The lease on {Repository} (fence {Fence}) could not be confirmed: {unavailable.Message}", unavailable);
        }

        if (lost.IsCancellationRequested || Remaining <= needed)
        {
            throw new LeaseLostException($"The lease on {Repository} (fence {Fence}) has {(lost.IsCancellationRequested ? 0 : Math.Max(0, Remaining.TotalSeconds)):0.0} s left, {needed.TotalSeconds:0.0} s are needed.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lost.Dispose();
}

/// <summary>The tick has lost its right to act and stops before its next outside act; the next holder goes on from the record.</summary>
public sealed class LeaseLostException(string message, Exception? inner = null) : Exception(message, inner);
