using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Desired state: the current turn is on its way to its end. Asked for once; only the backend's word that it ended counts as the end. A turn
/// whose dispatch was never answered is searched for first: it may be at work without anybody watching.
/// </summary>
public sealed partial class CancelTurnPerformer(IAgent agent, IEffectJournal journal, WriteDoor door, ActingTimings timings, TimeProvider time, ILogger<CancelTurnPerformer> logger) : IPerformer<Effect.CancelTurn>
{
    private static readonly string DispatchName = new Effect.DispatchTurn(Ci: null).Name;

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.CancelTurn effect, CancellationToken cancellationToken)
    {
        var run = target.Run;
        if (run.CurrentTurn is { Ended: not null } or { Refusal: not null } || (run.CurrentTurn.CancelledAt is not null && !run.Watch.CancelFailed))
        {
            return new(run);
        }

        if (run.CurrentTurn.Thread is null && await agent.FindAsync(target.Repository, target.Settings.BackendOf(run.CurrentTurn), run.CurrentTurnId, target.Settings.Workflow, cancellationToken) is { } found)
        {
            run = run.WithCurrentTurn(run.CurrentTurn with { Thread = found.Thread, ThreadUrl = found.Url, DispatchedAt = run.CurrentTurn.IntendedAt });
        }

        if (run.CurrentTurn.Thread is not { } thread)
        {
            // A turn that was held back for a while may have been sent long after it was intended.
            var sentAt = await journal.BegunAtAsync(target.Repository, new EffectKey(run.CurrentTurnId, DispatchName), cancellationToken);
            var last = sentAt > run.CurrentTurn.IntendedAt ? sentAt.Value : run.CurrentTurn.IntendedAt;
            return new(run) { IsOpen = time.GetUtcNow() < last + timings.DispatchSettled };
        }

        // The ten minutes in which the end must be confirmed count from the first asking, whether the backend could be asked or not.
        var asked = run.WithCurrentTurn(run.CurrentTurn with { CancelledAt = run.CurrentTurn.CancelledAt ?? time.GetUtcNow() });
        await door.PassAsync(lease, cancellationToken);
        try
        {
            await agent.CancelAsync(target.Repository, thread, cancellationToken);
        }
        catch (GitHubFailure failure)
        {
            Log.NotAsked(logger, run.CurrentTurnId, failure.Message);
            return new(asked with { Watch = asked.Watch with { CancelFailed = true } }) { Did = $"could not ask for the end of turn {run.CurrentTurnId}" };
        }

        return new(asked with { Watch = asked.Watch with { CancelFailed = false } }) { Did = $"asked for the end of turn {run.CurrentTurnId}" };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The end of turn {Turn} could not be asked for: {Reason}")]
        public static partial void NotAsked(ILogger logger, TurnId turn, string reason);
    }
}
