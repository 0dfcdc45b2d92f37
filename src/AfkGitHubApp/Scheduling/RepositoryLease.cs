using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Scheduling;

/// <summary>
/// The right to tick one repository for a while. Its fence makes every write of a stale holder to our store refused. What it cannot promise:
/// a process that is paused between the check of its lease and the socket can still send one more request to GitHub. Each such request is
/// made harmless on its own: labels, closing and comment edits are desired state, so a late one writes what the next tick would compare and
/// repair; comments are found again by their marker; a turn dispatched twice is worked once, because the workflow's first step ends every
/// run but the lowest with its TurnId. See docs/decisions/0001.
/// </summary>
public sealed class RepositoryLease : IDisposable
{
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lost = new();
    private long validUntil;

    /// <summary>A lease that has just been granted.</summary>
    /// <param name="repository">On what.</param>
    /// <param name="fence">Its number, higher than any before it.</param>
    /// <param name="duration">How long it holds without renewal.</param>
    /// <param name="time">The clock; only its monotonic part is used.</param>
    public RepositoryLease(RepositoryKey repository, long fence, TimeSpan duration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Repository = repository;
        Fence = fence;
        Duration = duration;
        this.time = time;
        Renewed();
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
    public void Renewed() =>
        Volatile.Write(ref validUntil, time.GetTimestamp() + (long)(Duration.TotalSeconds * time.TimestampFrequency));

    /// <summary>The store refused it, or could not be asked in time.</summary>
    public void Lose() => lost.Cancel();

    /// <summary>Called right before an outside write: refuses when the lease could run out under it.</summary>
    /// <exception cref="LeaseLostException">Less than <paramref name="needed"/> is left, or it is lost.</exception>
    public void RequireTimeFor(TimeSpan needed)
    {
        if (lost.IsCancellationRequested || Remaining <= needed)
        {
            throw new LeaseLostException($"The lease on {Repository} (fence {Fence}) has {Math.Max(0, Remaining.TotalSeconds):0.0} s left, {needed.TotalSeconds:0.0} s are needed.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lost.Dispose();
}

/// <summary>The tick has lost its right to act and stops before its next outside act; the next holder goes on from the record.</summary>
public sealed class LeaseLostException(string message) : Exception(message);
