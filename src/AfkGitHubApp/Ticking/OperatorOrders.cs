using System.Collections.Immutable;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Ticking;

/// <summary>
/// What an operator changes in the bookkeeping of a running deployment. Each order takes the lease like a tick does, so it never meets one;
/// what follows from it on GitHub is done by the replica that looks next.
/// </summary>
public sealed class OperatorOrders(IDueQueue queue, IRecordStore store, Adoption adoption, LeaseKeeper keeper, StoreTimings timings, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    /// <summary>Lets a run go, as if a person had taken its issue over: the turn is cancelled, the labels go, nobody is rung.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="issue">Of which issue; null = whichever is in flight.</param>
    /// <param name="cancellationToken">Ends the wait for a tick under way.</param>
    /// <returns>The run that is being let go; null when there is none, or when the repository stayed held.</returns>
    /// <exception cref="LeaseLostException">Whether it was written is not known; look with <c>runs</c>.</exception>
    public async Task<InFlightRun?> StopAsync(RepositoryKey repository, int? issue, CancellationToken cancellationToken)
    {
        return await UnderLeaseAsync(repository, async (tick, token) =>
        {
            if (tick.Record.CurrentRun is not { } run || (issue is { } wanted && run.IssueNumber != wanted))
            {
                return null;
            }

            var told = run with { StopRequested = run.StopRequested ?? "the operator stopped the run" };
            await tick.RememberAsync(told, token);
            return told;
        }, cancellationToken);
    }

    /// <summary>Searches GitHub for the run of a repository that the store knows nothing in flight of.</summary>
    /// <returns>Null when the repository stayed held.</returns>
    public Task<Rebuilt?> RebuildAsync(RepositoryKey repository, CancellationToken cancellationToken) => UnderLeaseAsync(repository, async (tick, token) =>
    {
        if (tick.Record.CurrentRun is { } known)
        {
            return new Rebuilt(known, WasKnown: true, tick.Record.Lingering, []);
        }

        var remarks = await adoption.AdoptAsync(tick, token);
        return new Rebuilt(tick.Record.CurrentRun, WasKnown: false, tick.Record.Lingering, remarks);
    }, cancellationToken);

    private async Task<T?> UnderLeaseAsync<T>(RepositoryKey repository, Func<TickContext, CancellationToken, Task<T?>> order, CancellationToken cancellationToken)
        where T : class
    {
        if (await ClaimAsync(repository, cancellationToken) is not { } claim)
        {
            return null;
        }

        using var lease = claim.Lease;
        if (StoredRecord.Read(claim, out _) is not { } record)
        {
            await queue.ReleaseAsync(lease, time.GetUtcNow(), CancellationToken.None);
            return null;
        }

        var done = await keeper.KeepAsync(lease, token => order(new TickContext(lease, record, claim.Record, "command", time.GetUtcNow(), store, RequestMeter.Start()), token), cancellationToken);
        await queue.ReleaseAsync(lease, time.GetUtcNow(), CancellationToken.None);
        return done;
    }

    /// <summary>A tick under way is waited for, at most until a dead one's lease has run out.</summary>
    private async Task<Claim?> ClaimAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + timings.Lease + timings.Lease;
        while (true)
        {
            if (await queue.ClaimAsync(repository, cancellationToken) is { } claim)
            {
                return claim;
            }

            if (time.GetUtcNow() >= until)
            {
                return null;
            }

            await Task.Delay(AskAgain, time, cancellationToken);
        }
    }
}

/// <summary>What a rebuild came to.</summary>
/// <param name="Run">The run in flight; null when there is none.</param>
/// <param name="WasKnown">The store knew it already; nothing was changed.</param>
/// <param name="Lingering">A turn still at work although its run has ended.</param>
/// <param name="Remarks">What could not be taken as it stood.</param>
public sealed record Rebuilt(InFlightRun? Run, bool WasKnown, LingeringTurn? Lingering, ImmutableArray<string> Remarks);
