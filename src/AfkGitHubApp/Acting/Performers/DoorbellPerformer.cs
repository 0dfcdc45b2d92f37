using System.Globalization;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Doorbells are comments on the issue that mention the authoriser, each found again by its marker: the one of record at the run's end, and
/// before it, where a person has to merge, one that asks for that. Whoever was asked is not rung once more because they have merged: the end is
/// told in the comment they know. One that cannot be delivered neither blocks the run nor rings twice. The operator's doorbells by name ring
/// after it.
/// </summary>
public sealed partial class DoorbellPerformer(ITracker tracker, IEffectJournal journal, MarkerKeys keys, NamedDoorbells others, WriteDoor door, TimeProvider time, ILogger<DoorbellPerformer> logger)
    : IPerformer<Effect.RingDoorbell>, IPerformer<Effect.AskForMerge>
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.AskForMerge effect, CancellationToken cancellationToken)
    {
        if (target.Run is { ReadyCommentId: not null, Watch.ReadyRung: true })
        {
            return new(target.Run);
        }

        var notification = NotificationText.For(NotificationText.Ready, Model(target, effect.Why) with
        {
            Sha = target.Run.Commit?.Sha,
            ShaUrl = target.Issue.CommitUrl(target.Run.Commit?.Sha),
            Checks = effect.Checks,
            Took = time.GetUtcNow() - target.Run.StartedAt,
        });
        var (comment, did) = target.Run.ReadyCommentId is { } known ? (known, null) : await TellAsync(lease, target, notification, cancellationToken);

        // Neither the comment nor the checklist after it waits for a doorbell that is tried again.
        var rung = await others.RingAsync(lease, target, notification, new Performed(target.Run) { Did = did }, cancellationToken);
        return rung with { Run = target.Run with { ReadyCommentId = comment, Watch = target.Run.Watch with { ReadyRung = !rung.IsOpen } }, IsOpen = false };
    }

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.RingDoorbell effect, CancellationToken cancellationToken)
    {
        var end = effect.Concluding;
        if (NotificationText.KindOf(end.Ending) is not { } kind)
        {
            return new(target.Run);
        }

        var model = Model(target, end.Why) with
        {
            Sha = end.Sha,
            ShaUrl = target.Issue.CommitUrl(end.Sha),
            Checks = end.Checks,
            Silence = end.Silence,
            Took = end.At - target.Run.StartedAt,
            Revert = end.Commits,
            TrunkLeftRed = end.Ending is Ending.Frozen && target.Run.Delivery is Delivery.Trunk,
        };
        var notification = NotificationText.For(kind, model);
        var (_, did) = await TellAsync(lease, target, notification, cancellationToken);
        return await others.RingAsync(lease, target, notification, new Performed(target.Run) { Did = did }, cancellationToken);
    }

    /// <summary>Writes the comment once; of a run that is done into the one that asked for the merge, where there is one.</summary>
    /// <returns>The comment's id, null where there is none; and what was written, for people.</returns>
    private async Task<(long? Comment, string? Did)> TellAsync(RepositoryLease lease, EffectTarget target, Notification notification, CancellationToken cancellationToken)
    {
        var marker = notification.Kind is NotificationText.Ready ? DoorbellMarker.Ready : DoorbellMarker.OfRecord;
        var run = target.Run;
        var key = new EffectKey(new TurnId(run.Id, 1), notification.Occasion);
        var entry = await journal.BeginAsync(lease, key, cancellationToken);
        if (entry.State is JournalState.Finished)
        {
            return (long.TryParse(entry.Result, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : null, null);
        }

        try
        {
            if ((entry.State is JournalState.Unfinished || run.Watch.AdoptedAt is not null) && await FindAsync(target.Repository, run, marker, cancellationToken) is { } rung)
            {
                await FinishAsync(rung);
                return (rung, null);
            }

            var instead = notification.Kind is NotificationText.Done ? await ReadyAsync(target.Repository, run, cancellationToken) : null;
            var body = notification.Body + "\n" + marker.Write(run.Id, target.Repository.Id, run.IssueId, keys);
            await door.PassAsync(lease, cancellationToken);
            var comment = instead is { } before && await tracker.EditCommentAsync(target.Repository, before, body, cancellationToken)
                ? before
                : await tracker.CreateCommentAsync(target.Repository, run.IssueNumber, body, cancellationToken);
            await FinishAsync(comment);
            return (comment, comment == instead ? "told the end in the comment that asked for the merge" : $"rang the doorbell {notification.Kind}");
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound || (failure.Kind is not FailureKind.RateLimited && time.GetUtcNow() - entry.BegunAt > GiveUpAfter))
        {
            Log.NotDelivered(logger, notification.Kind, failure.Message);
            await journal.FinishAsync(lease, key, "not delivered", cancellationToken);
            return (null, $"doorbell {notification.Kind}: not delivered");
        }

        Task FinishAsync(long comment) => journal.FinishAsync(lease, key, comment.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }

    /// <summary>The comment that asked for the merge. A record that was lost, or not written any more, right after it does not know it.</summary>
    private async Task<long?> ReadyAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken) =>
        run.ReadyCommentId ?? (run.Delivery is Delivery.PullRequest ? await FindAsync(repository, run, DoorbellMarker.Ready, cancellationToken) : null);

    private async Task<long?> FindAsync(RepositoryKey repository, InFlightRun run, DoorbellMarker marker, CancellationToken cancellationToken)
    {
        var comments = await tracker.OwnCommentsAsync(repository, run.IssueNumber, cancellationToken);
        return comments.FirstOrDefault(comment => marker.IsIn(comment.Body, run.Id, repository.Id, run.IssueId, keys))?.Id;
    }

    private static NotificationModel Model(EffectTarget target, string why) => new()
    {
        Run = target.Run.Id,
        Repository = target.Repository.FullName,
        IssueNumber = target.Run.IssueNumber,
        IssueUrl = target.Issue.Url,
        AuthorisedBy = target.Run.AuthorisedBy,
        Why = why,
        Attempts = target.Run.FixForwardAttempts,
        MaxAttempts = target.Policy.FixForwardMaxAttempts,
        PullRequest = target.PullRequest?.Number,
        PullRequestUrl = target.PullRequest?.Url,
        Turns = target.Run.Turns.Length,
        Requests = target.Run.Requests,
        CostUsd = target.Run.CostUsd,
        CostToldBy = target.Run.CostToldBy,
        ThreadName = target.Run.CurrentTurn.Thread is null ? null : target.Run.CurrentTurnId.ToString(),
        ThreadUrl = target.Run.CurrentTurn.ThreadUrl,
        Word = target.Run.CurrentTurn.Word,
        ReadyLabel = target.Settings.Labels.Ready,
        ReadyForHumanLabel = target.Settings.Labels.ReadyForHuman,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The doorbell {Kind} could not be delivered: {Reason}")]
        public static partial void NotDelivered(ILogger logger, string kind, string reason);
    }
}
