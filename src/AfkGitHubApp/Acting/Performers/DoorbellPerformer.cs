using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// The doorbell of record: one issue comment that mentions the authoriser, found again by its marker. One that cannot be delivered neither
/// blocks the run nor rings twice. The operator's doorbells by name ring after it.
/// </summary>
public sealed partial class DoorbellPerformer(ITracker tracker, IEffectJournal journal, MarkerKeys keys, NamedDoorbells others, WriteDoor door, TimeProvider time, ILogger<DoorbellPerformer> logger) : IPerformer<Effect.RingDoorbell>
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.RingDoorbell effect, CancellationToken cancellationToken)
    {
        if (NotificationText.KindOf(effect.Concluding.Ending) is not { } kind)
        {
            return new(target.Run);
        }

        var notification = NotificationText.For(kind, Model(target, effect.Concluding));
        var told = await TellAsync(lease, target, notification, cancellationToken);
        return await others.RingAsync(lease, target, notification, told, cancellationToken);
    }

    private async Task<Performed> TellAsync(RepositoryLease lease, EffectTarget target, Notification notification, CancellationToken cancellationToken)
    {
        var run = target.Run;
        var key = new EffectKey(new TurnId(run.Id, 1), "doorbell");
        var entry = await journal.BeginAsync(lease, key, cancellationToken);
        if (entry.State is JournalState.Finished)
        {
            return new(run);
        }

        try
        {
            if ((entry.State is JournalState.Unfinished || run.Watch.AdoptedAt is not null) && await HasRungAsync(target.Repository, run, cancellationToken))
            {
                await journal.FinishAsync(lease, key, "found", cancellationToken);
                return new(run);
            }

            await door.PassAsync(lease, cancellationToken);
            await tracker.CreateCommentAsync(
                target.Repository, run.IssueNumber, notification.Body + "\n" + DoorbellMarker.Write(run.Id, target.Repository.Id, run.IssueId, keys), cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound || (failure.Kind is not FailureKind.RateLimited && time.GetUtcNow() - entry.BegunAt > GiveUpAfter))
        {
            Log.NotDelivered(logger, notification.Kind, failure.Message);
            await journal.FinishAsync(lease, key, "not delivered", cancellationToken);
            return new(run) { Did = $"doorbell {notification.Kind}: not delivered" };
        }

        await journal.FinishAsync(lease, key, "rung", cancellationToken);
        return new(run) { Did = $"rang the doorbell {notification.Kind}" };
    }

    private async Task<bool> HasRungAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        var comments = await tracker.OwnCommentsAsync(repository, run.IssueNumber, cancellationToken);
        return comments.Any(comment => DoorbellMarker.IsIn(comment.Body, run.Id, repository.Id, run.IssueId, keys));
    }

    private static NotificationModel Model(EffectTarget target, Concluding end) => new()
    {
        Run = target.Run.Id,
        Repository = target.Repository.FullName,
        IssueNumber = target.Run.IssueNumber,
        IssueUrl = target.Issue.Url,
        AuthorisedBy = target.Run.AuthorisedBy,
        Why = end.Why,
        Sha = end.Sha,
        ShaUrl = target.Issue.CommitUrl(end.Sha),
        Checks = end.Checks,
        Silence = end.Silence,
        Attempts = target.Run.FixForwardAttempts,
        MaxAttempts = target.Policy.FixForwardMaxAttempts,
        Turns = target.Run.Turns.Length,
        Took = end.At - target.Run.StartedAt,
        Requests = target.Run.Requests,
        CostUsd = Cost(target.Run),
        Revert = end.Commits,
        ThreadName = target.Run.CurrentTurn.Thread is null ? null : target.Run.CurrentTurnId.ToString(),
        ThreadUrl = target.Run.CurrentTurn.ThreadUrl,
        Word = target.Run.CurrentTurn.Word,
        ReadyLabel = target.Settings.Labels.Ready,
        ReadyForHumanLabel = target.Settings.Labels.ReadyForHuman,
        TrunkLeftRed = end.Ending is Ending.Frozen && target.Run.Delivery is Delivery.Trunk,
    };

    private static decimal? Cost(InFlightRun run)
    {
        var told = run.Turns.Select(turn => turn.Word?.CostUsd).OfType<decimal>().ToList();
        return told.Count > 0 ? told.Sum() : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The doorbell {Kind} could not be delivered: {Reason}")]
        public static partial void NotDelivered(ILogger logger, string kind, string reason);
    }
}
