using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>
/// The only reader of a run in flight. The order is the point: thread first, then issue and branch head, then commits, then CI of the
/// judged commit. Read the other way round, a turn that pushes and ends between two reads would look like one that ended without a push.
/// Failed reads leave their clock standing; they never become a verdict.
/// </summary>
public sealed partial class RunObserver(RunTurn turns, RunCommits commits, RunCi ci, RunDeployment deployments, FailureReader failures, RunPullRequest pullRequests, ITracker tracker, IGitHubApp app, RepoConfigReader configs, Gates gates, TimeProvider time, ILogger<RunObserver> logger)
{
    private static readonly TimeSpan GoneConfirmedAfter = TimeSpan.FromSeconds(30);
    private const int AsksBeforeUnknownCounts = 3;

    /// <summary>Looks once.</summary>
    public async Task<Observation> ObserveAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var now = time.GetUtcNow();

        (var thread, run) = await turns.ReadAsync(repository, run, now, cancellationToken);

        IssueSnapshot issue;
        try
        {
            issue = await tracker.ReadIssueAsync(repository, run.IssueNumber, run.WorkBranch, run.Commit?.Sha, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound or FailureKind.AccessGone or FailureKind.Moved or FailureKind.Refused)
        {
            return Gone(repository, now, run, failure.Kind switch
            {
                FailureKind.NotFound => "the issue or the repository is gone",
                FailureKind.Moved => "the repository is another one now",
                FailureKind.Refused => "GitHub refuses to show the issue",
                _ => "our access to the repository is gone",
            }) with { OnlyIssueGone = failure.Kind is FailureKind.NotFound };
        }

        if (issue.IssueId != run.IssueId)
        {
            return Gone(repository, now, run, "the issue is another one now") with { OnlyIssueGone = true };
        }

        if (issue.IsArchived)
        {
            return Gone(repository, now, run, "the repository is archived");
        }

        // GraphQL follows a rename, REST does not: the new name is used from here on, and whether it is allowed is asked anew.
        repository = repository with { FullName = issue.RepositoryName };
        run = run with { Watch = run.Watch with { GoneSeenAt = null } };
        (run, var settings) = await SettingsAsync(repository, run, now, cancellationToken);
        if (settings is null)
        {
            return Unreachable(repository, now, run, "GitHub does not show the commit that the run began at");
        }

        var policy = settings.Narrow(gates.PolicyFor(repository));
        var us = await app.IdentityAsync(cancellationToken);

        (run, var runCommits) = await commits.ReadAsync(repository, run, issue, settings, thread, now, cancellationToken);
        (thread, run) = await turns.ConfirmEndAsync(repository, run, settings, thread, now, cancellationToken);

        (run, var pullRequest) = await pullRequests.ReadAsync(repository, run, settings, now, cancellationToken);

        // What is merged is done, unless its deployment is awaited: that can be stopped.
        var merged = pullRequest is { IsMerged: true };
        var takenOver = merged && settings.Environments.IsEmpty ? null
            : run.StopRequested ?? TakeOver.Detect(run, issue, settings.Labels, runCommits, us.BotId, merged) ?? (pullRequest is { IsOpen: false, IsMerged: false } ? "a person closed the pull request" : null);
        var closer = takenOver is null && !merged ? TakeOver.OwnCloser(issue, runCommits) : null;
        run = run.Concluding is null && closer is not null ? run with { ClosedEarlyBy = closer } : run;
        var spent = IsBeingCorrected(run, thread);
        var judgement = Judgement.None;
        if (run.Commit is not null && takenOver is null && run.Concluding is null && !spent && !IsAtWork(run, thread, now, policy))
        {
            (judgement, run) = await JudgeAsync(repository, run, issue, settings, thread, pullRequest, now, cancellationToken);
        }

        run = HoldClock(run, policy.KillSwitch, now);
        var turnStart = run.CurrentTurn.DispatchedAt ?? run.CurrentTurn.IntendedAt;
        var turnAge = (now - turnStart).TotalSeconds;
        var alive = thread is null or ThreadStatus.Running or ThreadStatus.NeedsPerson && run.CurrentTurn.DispatchedAt is not null;
        var overdue = alive && run.CurrentTurn.DispatchedAt is not null && turnAge >= policy.TurnMaxSeconds;
        var unconfirmed = overdue && run.CurrentTurn.CancelledAt is { } cancelled && now - cancelled >= LingeringTurn.EndConfirmedWithin;
        var state = new RunState
        {
            Thread = thread,
            Ci = spent ? CiStatus.Red : judgement.Reading?.Status,
            Pushed = run.Commit is not null,
            Delivery = run.Delivery,
            Merged = merged,
            OnPersonsCommit = run.Commit is { IsPersons: true },
            FixForwardAttempts = run.FixForwardAttempts,
            RedispatchAttempts = run.RedispatchAttempts,
            ElapsedSeconds = FixForwardSeconds(run, now),
            TurnSeconds = Math.Max(0, turnAge),
            Deployment = judgement.Deployed,
            LandedSeconds = run.Watch.LandedAt is { } landedAt ? Math.Max(0, (now - landedAt).TotalSeconds) : 0,
            NoVerdictSeconds = judgement is { Reading: not null, ChangedAt: { } changed } ? Math.Max(0, (now - changed).TotalSeconds) : 0,
            SincePushSeconds = run.Commit is { } commit ? Math.Max(0, (now - commit.FoundAt).TotalSeconds) : 0,
            UnknownSeconds = run.Watch is { UnknownSince: { } since, UnknownAsks: >= AsksBeforeUnknownCounts } ? Math.Max(0, (now - since).TotalSeconds) : 0,
            HumanTookOver = takenOver is not null,
            Fault = run.CurrentTurn.Refusal is not null ? TurnFault.Refused : unconfirmed ? TurnFault.Overran : null,
            RedBeforeRun = judgement.RedBefore,
            MayPassAgain = !judgement.Reruns.IsEmpty,
            Declared = run.Commit?.Turn == run.Turns.Length ? null : run.CurrentTurn.Word?.Declared,
        };
        return new Observation(now, state, run)
        {
            Repository = repository,
            Settings = settings,
            Issue = issue,
            Ci = judgement.Reading,
            Reruns = judgement.Reruns,
            Jobs = judgement.Jobs,
            PullRequest = pullRequest,
            TakenOver = takenOver,
            IsClosedByRun = closer is not null,
            TurnOverdue = overdue,
            TurnMayBeAlive = alive || run.CurrentTurn is { DispatchedAt: null, Refusal: null },
            WaitingFor = overdue ? Waiting.Confirmation : WaitingFor(run, thread, judgement.Reading),
        };
    }

    /// <summary>CI of the judged commit and its deployments, and what a red verdict leaves to do.</summary>
    private async Task<(Judgement Judgement, InFlightRun Run)> JudgeAsync(
        RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, ThreadStatus? thread, PullRequest? pullRequest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (var reading, run) = await ci.ReadAsync(repository, run, issue, settings, cancellationToken);
        var changedAt = run.Watch.CiFingerprintAt;
        DeploymentStatus? deployed = null;
        if (!settings.Environments.IsEmpty && (pullRequest is { IsMerged: true } || (run.Delivery is Delivery.Trunk && reading is { Status: CiStatus.Green })))
        {
            (deployed, reading, run) = await deployments.ReadAsync(repository, run, settings, pullRequest, reading, now, cancellationToken);
            changedAt = run.Watch.DeploymentFingerprintAt;
        }

        run = await ci.ExplainSilenceAsync(repository, run, reading, settings, cancellationToken);
        var firstRedAt = run.FirstRedAt;
        (var redBefore, run) = await ci.RedBeforeAsync(repository, run, reading, settings, now, cancellationToken);
        ImmutableArray<RerunOrder> reruns = [];
        ImmutableArray<JobFact> jobs = [];
        if (!redBefore && RunTurn.IsOver(thread) && IsHead(run) && !RunCi.HasRerun(run))
        {
            (reruns, jobs) = await failures.TriageAsync(repository, reading, run.Watch.RedOnBase, cancellationToken);
            run = reruns.IsEmpty ? run : run with { FirstRedAt = firstRedAt };
        }

        return (new(reading, deployed, changedAt, redBefore, reruns, jobs), run);
    }

    /// <summary>Gone counts when seen twice: a token that is refused for a minute must not end a run.</summary>
    private Observation Gone(RepositoryKey repository, DateTimeOffset now, InFlightRun run, string why)
    {
        var seenAt = run.Watch.GoneSeenAt ?? now;
        var unreachable = Unreachable(repository, now, run with { Watch = run.Watch with { GoneSeenAt = seenAt } }, why);
        return now - seenAt >= GoneConfirmedAfter ? unreachable with { State = unreachable.State with { HumanTookOver = true }, TakenOver = why } : unreachable;
    }

    private Observation Unreachable(RepositoryKey repository, DateTimeOffset now, InFlightRun run, string why) => new(now, new RunState { Pushed = run.Commit is not null }, run)
    {
        Repository = repository,
        Settings = configs.Unread,
        OutOfReach = true,
        OutOfReachWhy = why,
        TurnMayBeAlive = run.CurrentTurn is { DispatchedAt: not null, Ended: null },
        WaitingFor = Waiting.Confirmation,
    };

    private static Waiting WaitingFor(InFlightRun run, ThreadStatus? thread, CiReading? reading) => (run, thread, reading) switch
    {
        ({ Watch.EndSeenAt: not null, CurrentTurn.Ended: null }, _, _) => Waiting.Confirmation,
        (_, null, _) => Waiting.Retry,
        (_, _, { Settling: true }) => Waiting.Settling,
        ({ Commit: not null }, _, _) => Waiting.Ci,
        _ => Waiting.Turn,
    };

    /// <summary>
    /// The red verdict on this commit is spent while the turn that corrects it is alive: it is not read again. Before that turn was started
    /// it is, since the turn's prompt says what failed.
    /// </summary>
    private static bool IsBeingCorrected(InFlightRun run, ThreadStatus? thread) =>
        run is { Commit: { } commit, CurrentTurn.DispatchedAt: not null } && thread is ThreadStatus.Running && string.Equals(run.CurrentTurn.CorrectsSha, commit.Sha, StringComparison.Ordinal);

    /// <summary>While the turn is at work no verdict would be acted on, and none is read.</summary>
    private static bool IsAtWork(InFlightRun run, ThreadStatus? thread, DateTimeOffset now, RunPolicy policy) =>
        thread is ThreadStatus.Running && run.CurrentTurn.DispatchedAt is { } dispatched && (now - dispatched).TotalSeconds < policy.CloseDeferMaxSeconds;

    private static bool IsHead(InFlightRun run) => string.Equals(run.Watch.HeadSha, run.Commit?.Sha, StringComparison.Ordinal);

    private static double FixForwardSeconds(InFlightRun run, DateTimeOffset now)
    {
        if (run.FirstRedAt is not { } firstRed)
        {
            return 0;
        }

        var held = run.FixForwardHeldSeconds + (run.Watch.HeldSince is { } since ? (now - since).TotalSeconds : 0);
        return Math.Max(0, (now - firstRed).TotalSeconds - held);
    }

    private static InFlightRun HoldClock(InFlightRun run, bool held, DateTimeOffset now) => (held, run.Watch.HeldSince) switch
    {
        (true, null) when run.FirstRedAt is not null => run with { Watch = run.Watch with { HeldSince = now } },
        (false, { } since) => run with
        {
            FixForwardHeldSeconds = run.FixForwardHeldSeconds + (now - since).TotalSeconds,
            Watch = run.Watch with { HeldSince = null },
        },
        _ => run,
    };

    /// <summary>
    /// What counts for this run; null while it is not known. Where GitHub refuses to show it for good, the operator's options end the run. A base
    /// that was rewritten away and forgotten never comes back, and the run goes on by them; since they may allow more than the file did, that is seen twice.
    /// </summary>
    private async Task<(InFlightRun Run, RepositorySettings? Settings)> SettingsAsync(RepositoryKey repository, InFlightRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (await configs.OfRunAsync(repository, run, cancellationToken) is { } settings)
            {
                return (run with { Watch = run.Watch with { BaseGoneSeenAt = null } }, settings);
            }

            var seenAt = run.Watch.BaseGoneSeenAt ?? now;
            return (run with { Watch = run.Watch with { BaseGoneSeenAt = seenAt } }, now - seenAt >= GoneConfirmedAfter ? configs.Unread : null);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            Log.SettingsUnread(logger, run.BaseSha, failure.Message);
            return (run with { Watch = run.Watch with { Refused = $"GitHub does not show {RepoConfig.Path}; the App needs the permission contents: read" } }, configs.Unread);
        }
    }

    /// <summary>What was read about the judged commit; a reading of null says that there was none.</summary>
    private sealed record Judgement(CiReading? Reading, DeploymentStatus? Deployed, DateTimeOffset? ChangedAt, bool RedBefore, ImmutableArray<RerunOrder> Reruns, ImmutableArray<JobFact> Jobs)
    {
        public static Judgement None { get; } = new(null, null, null, RedBefore: false, [], []);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The settings at {Sha} could not be read: {Reason}")]
        public static partial void SettingsUnread(ILogger logger, string sha, string reason);
    }
}
