using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>Desired state: the current turn is on its way to its end. Asked for once; only the backend's word that it ended counts as the end.</summary>
public sealed class CancelTurnPerformer(IAgent agent, ActingTimings timings, TimeProvider time) : IPerformer<Effect.CancelTurn>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.CancelTurn effect, CancellationToken cancellationToken)
    {
        if (target.Run.CurrentTurn is not { Thread: { } thread, CancelledAt: null, Ended: null } turn)
        {
            return new(target.Run);
        }

        lease.RequireTimeFor(timings.RequestTimeout);
        await agent.CancelAsync(target.Repository, thread, cancellationToken);
        return new(target.Run.WithCurrentTurn(turn with { CancelledAt = time.GetUtcNow() })) { Did = $"asked for the end of turn {target.Run.CurrentTurnId}" };
    }
}
