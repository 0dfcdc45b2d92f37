using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Desired state: the current turn is on its way to its end. Asked for once; only the backend's word that it ended counts as the end. A turn
/// whose dispatch was never answered is searched for first: it may be at work without anybody watching.
/// </summary>
public sealed class CancelTurnPerformer(IAgent agent, ActingTimings timings, TimeProvider time) : IPerformer<Effect.CancelTurn>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.CancelTurn effect, CancellationToken cancellationToken)
    {
        var run = target.Run;
        if (run.CurrentTurn is { CancelledAt: not null } or { Ended: not null } or { Refusal: not null })
        {
            return new(run);
        }

        if (run.CurrentTurn.Thread is null && await agent.FindAsync(target.Repository, run.CurrentTurnId, cancellationToken) is { } found)
        {
            run = run.WithCurrentTurn(run.CurrentTurn with { Thread = found.Thread, ThreadUrl = found.Url, DispatchedAt = run.CurrentTurn.IntendedAt });
        }

        if (run.CurrentTurn.Thread is not { } thread)
        {
            return new(run);
        }

        lease.RequireTimeFor(timings.RequestTimeout);
        await agent.CancelAsync(target.Repository, thread, cancellationToken);
        return new(run.WithCurrentTurn(run.CurrentTurn with { CancelledAt = time.GetUtcNow() })) { Did = $"asked for the end of turn {run.CurrentTurnId}" };
    }
}
