using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>
/// The only reader of a run in flight. The order is the point: thread first, then issue and branch head, then commits, then CI of the
/// judged commit. Read the other way round, a turn that pushes and ends between two reads would look like one that ended without a push.
/// Failed reads leave their clock standing; they never become a verdict.
/// </summary>
public sealed partial class RunObserver(IAgent agent, ITracker tracker, ICiReader ci, CiRulesReader ciRules, DeploymentReader deployments, FailureReader failures, IPullRequests pullRequests, IGitHubApp app, RepoConfigReader configs, Gates gates, AfkOptions options, TimeProvider time, ILogger<RunObserver> logger)
{
    private static readonly TimeSpan VisibleWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EndConfirmedAfter = TimeSpan.FromSeconds(30);
    private const int AsksBeforeUnknownCounts = 3;

    /// <summary>Looks once.</summary>
    public async Task<Observation> ObserveAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var now = time.GetUtcNow();

        (var thread, run) = await ThreadAsync(repository, run, now, cancellationToken);

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
        (run, var settings) = await SettingsAsync(repository, run, cancellationToken);
        var policy = settings.Narrow(gates.PolicyFor(repository));
        var us = await app.IdentityAsync(cancellationToken);

        (run, var runCommits) = await CommitsOrRefusalAsync(repository, run, issue, settings, thread, now, cancellationToken);
        (thread, run) = await ConfirmEndAsync(repository, run, settings, thread, now, cancellationToken);

        (run, var pullRequest) = await PullRequestAsync(repository, run, cancellationToken);

        // A merge may close the issue by its own text; that is the run's end, not a takeover.
        var takenOver = pullRequest is { IsMerged: true } ? null
            : run.StopRequested ?? TakeOver.Detect(run, issue, settings.Labels, runCommits, us.BotId) ?? (pullRequest is { IsOpen: false } ? "a person closed the pull request" : null);
        var closer = takenOver is null && pullRequest is not { IsMerged: true } ? TakeOver.OwnCloser(issue, runCommits) : null;
        run = run.Concluding is null && closer is not null ? run with { ClosedEarlyBy = closer } : run;
        CiReading? reading = null;
        DeploymentStatus? deployed = null;
        DateTimeOffset? changedAt = null;
        var ciWasRead = false;
        var redBefore = false;
        ImmutableArray<RerunOrder> reruns = [];
        ImmutableArray<JobFact> jobs = [];
        var spent = IsBeingCorrected(run, thread);
        if (run.Commit is not null && takenOver is null && run.Concluding is null && !spent && !IsAtWork(run, thread, now, policy))
        {
            (reading, run) = await CiAsync(repository, run, issue, settings, cancellationToken);
            ciWasRead = reading is not null;
            changedAt = run.Watch.CiFingerprintAt;
            if (!settings.Environments.IsEmpty && (pullRequest is { IsMerged: true } || (run.Delivery is Delivery.Trunk && reading is { Status: CiStatus.Green })))
            {
                (deployed, reading, run) = await DeploymentAsync(repository, run, settings, pullRequest, reading, now, cancellationToken);
                (ciWasRead, changedAt) = (reading is not null, run.Watch.DeploymentFingerprintAt);
            }

            run = await ExplainSilenceAsync(repository, run, reading, settings, cancellationToken);
            var firstRedAt = run.FirstRedAt;
            (redBefore, run) = await RedBeforeAsync(repository, run, reading, settings, now, cancellationToken);
            if (!redBefore && IsOver(thread) && !policy.KillSwitch && IsHead(run) && !HasRerun(run))
            {
                (reruns, jobs) = await failures.TriageAsync(repository, reading, run.Watch.RedOnBase, cancellationToken);
                run = reruns.IsEmpty ? run : run with { FirstRedAt = firstRedAt };
            }
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
            Ci = spent ? CiStatus.Red : reading?.Status,
            Pushed = run.Commit is not null,
            Delivery = run.Delivery,
            Merged = pullRequest is { IsMerged: true },
            OnPersonsCommit = run.Commit is { IsPersons: true },
            FixForwardAttempts = run.FixForwardAttempts,
            RedispatchAttempts = run.RedispatchAttempts,
            ElapsedSeconds = FixForwardSeconds(run, now),
            TurnSeconds = Math.Max(0, turnAge),
            Deployment = deployed,
            LandedSeconds = run.Watch.LandedAt is { } landedAt ? Math.Max(0, (now - landedAt).TotalSeconds) : 0,
            NoVerdictSeconds = ciWasRead && changedAt is { } changed ? Math.Max(0, (now - changed).TotalSeconds) : 0,
            SincePushSeconds = run.Commit is { } commit ? Math.Max(0, (now - commit.FoundAt).TotalSeconds) : 0,
            UnknownSeconds = run.Watch is { UnknownSince: { } since, UnknownAsks: >= AsksBeforeUnknownCounts } ? Math.Max(0, (now - since).TotalSeconds) : 0,
            HumanTookOver = takenOver is not null,
            Fault = run.CurrentTurn.Refusal is not null ? TurnFault.Refused : unconfirmed ? TurnFault.Overran : null,
            RedBeforeRun = redBefore,
            MayPassAgain = !reruns.IsEmpty,
            Declared = run.Commit?.Turn == run.Turns.Length ? null : run.CurrentTurn.Word?.Declared,
        };
        return new Observation(now, state, run)
        {
            Repository = repository,
            Settings = settings,
            Issue = issue,
            Ci = reading,
            Reruns = reruns,
            Jobs = jobs,
            PullRequest = pullRequest,
            TakenOver = takenOver,
            IsClosedByRun = closer is not null,
            TurnOverdue = overdue,
            TurnMayBeAlive = alive || run.CurrentTurn is { DispatchedAt: null, Refusal: null },
            WaitingFor = overdue ? Waiting.Confirmation : WaitingFor(run, thread, reading),
        };
    }

    /// <summary>Gone counts when seen twice: a token that is refused for a minute must not end a run.</summary>
    private Observation Gone(RepositoryKey repository, DateTimeOffset now, InFlightRun run, string why)
    {
        var seenAt = run.Watch.GoneSeenAt ?? now;
        var confirmed = now - seenAt >= EndConfirmedAfter;
        return new(now, new RunState { Pushed = run.Commit is not null, HumanTookOver = confirmed }, run with { Watch = run.Watch with { GoneSeenAt = seenAt } })
        {
            Repository = repository,
            Settings = RepositorySettings.Of(options),
            TakenOver = confirmed ? why : null,
            OutOfReach = true,
            OutOfReachWhy = why,
            TurnMayBeAlive = run.CurrentTurn is { DispatchedAt: not null, Ended: null },
            WaitingFor = Waiting.Confirmation,
        };
    }

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

    private static bool IsOver(ThreadStatus? thread) => thread is ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished;

    private static bool IsOwn(InFlightRun run, string message) => Trailers.Has(message, "AFK-Run", run.Id.Value) || run.Delivery is Delivery.PullRequest;

    /// <summary>
    /// Whether somebody else has pushed this commit onto the run's own branch. Where a hook sees to the trailer, a commit without one is nobody's
    /// turn; where none does, it may be the turn's as long as that has not ended.
    /// </summary>
    private static bool IsPersons(InFlightRun run, RepositorySettings settings, string message) =>
        run.Delivery is Delivery.PullRequest && !Trailers.Has(message, "AFK-Run", run.Id.Value) && (settings.Backend is not AgentBackend.T3Code || run.CurrentTurn.Ended is not null);

    private static bool IsHead(InFlightRun run) => string.Equals(run.Watch.HeadSha, run.Commit?.Sha, StringComparison.Ordinal);

    private static bool HasRerun(InFlightRun run) => run.Rerun is { } rerun && string.Equals(rerun.Sha, run.Commit?.Sha, StringComparison.Ordinal);

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

    /// <summary>The thread's own word, before it is confirmed.</summary>
    private async Task<(ThreadStatus? Thread, InFlightRun Run)> ThreadAsync(RepositoryKey repository, InFlightRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var turn = run.CurrentTurn;
        if (turn.Refusal is not null)
        {
            return (ThreadStatus.Error, run);
        }

        if (turn.Ended is { } ended)
        {
            return (ended, run);
        }

        if (turn is not { DispatchedAt: { } dispatched, Thread: { } thread })
        {
            return (ThreadStatus.Running, run);
        }

        try
        {
            var status = await agent.StatusAsync(repository, thread, cancellationToken);
            var visible = status is not ThreadStatus.Vanished || now - dispatched >= VisibleWithin;
            return (visible ? status : ThreadStatus.Running, run with { Watch = run.Watch with { UnknownSince = null, UnknownAsks = 0 } });
        }
        catch (GitHubFailure failure)
        {
            Log.ThreadUnknown(logger, thread, failure.Message);
            return (null, run with { Watch = run.Watch with { UnknownSince = run.Watch.UnknownSince ?? now, UnknownAsks = run.Watch.UnknownAsks + 1 } });
        }
    }

    /// <summary>What counts for this run. Where GitHub refuses to show it for good, the operator's options end the run.</summary>
    private async Task<(InFlightRun Run, RepositorySettings Settings)> SettingsAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        try
        {
            return (run, await configs.OfRunAsync(repository, run, cancellationToken));
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            Log.SettingsUnread(logger, run.BaseSha, failure.Message);
            return (run with { Watch = run.Watch with { Refused = $"GitHub does not show {RepoConfig.Path}; the App needs the permission contents: read" } }, RepositorySettings.Of(options));
        }
    }

    private async Task<(InFlightRun Run, IReadOnlyCollection<string> Commits)> CommitsOrRefusalAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, ThreadStatus? thread, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitsAsync(repository, run, issue, settings, thread, now, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            return (Refused(run, "the commits", failure), run.Commit is { } judged ? [judged.Sha] : []);
        }
    }

    private async Task<(InFlightRun Run, PullRequest? PullRequest)> PullRequestAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        if (run is not { Delivery: Delivery.PullRequest, Commit: not null })
        {
            return (run, null);
        }

        try
        {
            return (run, await pullRequests.FindAsync(repository, run.WorkBranch, run.BaseBranch, cancellationToken));
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            return (Refused(run, "the pull requests", failure), null);
        }
    }

    /// <summary>A permission was withdrawn: asking for ever would leave the run to nobody, so a person gets it.</summary>
    private static InFlightRun Refused(InFlightRun run, string what, GitHubFailure failure) =>
        run with { Watch = run.Watch with { Refused = $"GitHub refuses to show {what} ({failure.StatusCode})" } };

    /// <summary>The run's newest commit on its branch, by the graph and its trailer. Where no hook sees to the trailer, a turn that ended may name one that is on the branch.</summary>
    private async Task<(InFlightRun Run, IReadOnlyCollection<string> Commits)> CommitsAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, ThreadStatus? thread, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mayName = settings.Backend is AgentBackend.T3Code && run is { Delivery: Delivery.Trunk, CurrentTurn: { Ended: null, Thread: not null } } && run.Commit?.Turn != run.Turns.Length && IsOver(thread);
        IReadOnlyCollection<string> known = run.Commit is { } judged ? [judged.Sha] : [];
        var unmoved = !mayName && issue.IsOpen && string.Equals(issue.HeadSha, run.Watch.HeadSha, StringComparison.Ordinal);
        if (issue.HeadSha is not { } head || unmoved || (run.Commit is null && string.Equals(head, run.BaseSha, StringComparison.Ordinal)))
        {
            return (run, known);
        }

        // A head that is the run's own is its newest commit. Which others are, matters where the issue was closed: one of them may have done it.
        IReadOnlyList<CandidateCommit>? commits = issue is { IsOpen: true, HeadMessage: { } message } && IsOwn(run, message)
            ? [new CandidateCommit(head, message)]
            : await ci.CommitsSinceAsync(repository, run.BaseSha, head, cancellationToken);
        if (commits is null)
        {
            return (run, known);
        }

        // What counted once counts while it stands there.
        var named = mayName ? await NamedAsync(repository, run, cancellationToken) : null;
        var own = commits.Where(commit => IsOwn(run, commit.Message) || commit.Sha == run.Commit?.Sha || commit.Sha == named).Select(commit => commit.Sha).ToList();
        var watch = run.Watch with { HeadSha = head };
        if (own.Count == 0)
        {
            // A judged commit that is no longer on the branch was taken off it: nothing is pushed any more.
            return (run with { Commit = null, Watch = watch }, own);
        }

        if (string.Equals(own[^1], run.Commit?.Sha, StringComparison.Ordinal))
        {
            return (run with { Watch = watch }, own);
        }

        Log.CommitFound(logger, own[^1]);
        return (run with
        {
            Commit = IsPersons(run, settings, commits.Last(commit => commit.Sha == own[^1]).Message)
                ? new PushedCommit(own[^1], now, run.Commit?.Turn ?? 0) { IsPersons = true, Beneath = run.Commit is { IsPersons: true } below ? below.Beneath : run.Commit?.Sha }
                : new PushedCommit(own[^1], now, run.Turns.Length),
            Watch = watch with { CiFingerprint = null, CiFingerprintAt = null, LandedAt = null, DeploymentFingerprint = null, DeploymentFingerprintAt = null, Silence = null },
        }, own);
    }

    /// <summary>
    /// All commits of the run on its branch, newest first, for a person who wants them off it; empty where they could not be read, are more than
    /// a comment should list, or may not be all: a commit that a turn only named is known for the newest alone.
    /// </summary>
    public async Task<ImmutableArray<string>> AllCommitsAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run is not { Commit: { } judged, Watch.HeadSha: { } head })
        {
            return [];
        }

        try
        {
            var own = (await ci.CommitsSinceAsync(repository, run.BaseSha, head, cancellationToken) ?? []).Where(commit => IsOwn(run, commit.Message) || commit.Sha == judged.Sha).ToList();
            return own.Count <= Concluding.MaxCommits && (run.Turns.Length == 1 || own.TrueForAll(commit => IsOwn(run, commit.Message))) ? [.. own.Select(commit => commit.Sha).Reverse()] : [];
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.CommitsUnread(logger, failure.Message);
            return [];
        }
    }

    /// <summary>The commit that the current turn says it pushed; null when it names none or could not be asked.</summary>
    private async Task<string?> NamedAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        try
        {
            return (await agent.ReportAsync(repository, run.CurrentTurn.Thread!, run.CurrentTurnId, cancellationToken))?.PushedSha;
        }
        catch (GitHubFailure failure)
        {
            Log.ReportUnread(logger, run.CurrentTurnId, failure.Message);
            return null;
        }
    }

    /// <summary>
    /// An end counts at once when the turn pushed, else when seen twice: what it pushed may not be visible yet. At the first sight of an end
    /// without a push the lowest run of this TurnId is looked up: ours may be a duplicate that ended as superseded.
    /// </summary>
    private async Task<(ThreadStatus? Thread, InFlightRun Run)> ConfirmEndAsync(RepositoryKey repository, InFlightRun run, RepositorySettings settings, ThreadStatus? thread, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var turn = run.CurrentTurn;
        if (turn.Ended is not null || turn.Refusal is not null || turn.DispatchedAt is null || thread is not (ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished))
        {
            return (thread, turn.Ended is null && run.Watch.EndSeenAt is not null ? run with { Watch = run.Watch with { EndSeenAt = null } } : run);
        }

        var pushed = run.Commit?.Turn == run.Turns.Length;
        if (pushed || (run.Watch.EndSeenAt is { } seen && now - seen >= EndConfirmedAfter))
        {
            // Asked once, and only of a turn that left no commit; what a commit says is said by CI.
            turn = pushed || thread is ThreadStatus.Vanished ? turn : turn with { Word = await WordAsync(repository, run, cancellationToken) };
            return (thread, run.WithCurrentTurn(turn with { Ended = thread }) with { Watch = run.Watch with { EndSeenAt = null } });
        }

        if (run.Watch.EndSeenAt is null && await agent.FindAsync(repository, settings.BackendOf(turn), run.CurrentTurnId, settings.Workflow, cancellationToken) is { } working && !string.Equals(working.Thread, turn.Thread, StringComparison.Ordinal))
        {
            Log.LowestAdopted(logger, working.Thread, turn.Thread);
            return (ThreadStatus.Running, run.WithCurrentTurn(turn with { Thread = working.Thread, ThreadUrl = working.Url }));
        }

        return (ThreadStatus.Running, run with { Watch = run.Watch with { EndSeenAt = run.Watch.EndSeenAt ?? now } });
    }

    /// <summary>What the turn says of itself. A hint for a person, so one that is refused is none; one that fails is asked for at the next look.</summary>
    private async Task<TurnWord?> WordAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        if (run.CurrentTurn.Thread is not { } thread)
        {
            return null;
        }

        try
        {
            return await agent.ReportAsync(repository, thread, run.CurrentTurnId, cancellationToken) is { Outcome: TurnOutcome.NothingToDo or TurnOutcome.GaveUp } report
                ? new(report.Outcome is TurnOutcome.NothingToDo ? DeclaredEnd.NothingToDo : DeclaredEnd.GaveUp, report.Why is { } why ? Markdown.Bound(Secrets.Remove(Markdown.Clean(why)), TurnWord.MaxWhy) : null, report.CostUsd)
                : null;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound or FailureKind.Bug)
        {
            Log.NoWord(logger, thread, failure.Message);
            return null;
        }
    }

    private async Task<(CiReading? Reading, InFlightRun Run)> CiAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var commit = run.Commit!;
        try
        {
            var previous = run.Watch is { CiFingerprint: { } fingerprint, CiFingerprintAt: { } since } ? new CiPrevious(fingerprint, since) : null;
            (var evidence, var rules, run) = await EvidenceAsync(repository, run, issue, settings, previous, cancellationToken);
            var reading = CiVerdict.Fold(evidence, rules, previous);
            if (run.Delivery is Delivery.Trunk && reading is { Status: not CiStatus.Green, Settling: false } && run.Watch.HeadSha is { } head && !string.Equals(head, commit.Sha, StringComparison.Ordinal))
            {
                // Somebody pushed on top. What stands on the branch now counts: it may mend ours, or have cancelled our CI.
                (rules, run) = await RulesAsync(repository, run, settings, cancellationToken);
                var onTop = CiVerdict.Fold(await ci.ReadAsync(repository, head, commit.FoundAt, statuses: null, cancellationToken).LastAsync(cancellationToken), rules, previous);
                reading = CiVerdict.Supersede(reading, onTop, head);
            }

            reading = BeforeRerunShows(run, reading, evidence.ReadAt);
            if (string.Equals(previous?.Fingerprint, reading.Fingerprint, StringComparison.Ordinal))
            {
                return (reading, run);
            }

            return (reading, run with { Watch = run.Watch with { CiFingerprint = reading.Fingerprint, CiFingerprintAt = evidence.ReadAt } });
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.CiUnread(logger, commit.Sha, failure.Message);
            return (null, run);
        }
    }

    /// <summary>As much of the evidence as decides, and the rules to fold it by; what requests the rules cost is spent once nothing is pending.</summary>
    private async Task<(CiEvidence Evidence, CiRules Rules, InFlightRun Run)> EvidenceAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, CiPrevious? previous, CancellationToken cancellationToken)
    {
        var commit = run.Commit!;
        var statuses = issue.Statuses is { } read && string.Equals(read.Sha, commit.Sha, StringComparison.Ordinal) ? read.All : (ImmutableArray<StatusFact>?)null;
        var rules = await ciRules.WithoutRequiredAsync(settings, cancellationToken);
        var evidence = new CiEvidence { Sha = commit.Sha, ReadAt = commit.FoundAt, PushedAt = commit.FoundAt };
        await foreach (var part in ci.ReadAsync(repository, commit.Sha, commit.FoundAt, statuses, cancellationToken))
        {
            evidence = part;
            if (CiVerdict.IsUnfinished(part, rules))
            {
                if (CiVerdict.IsYoung(part))
                {
                    break;
                }
            }
            else if (part.Through is not CiPart.WorkflowRuns)
            {
                (rules, run) = await RulesAsync(repository, run, settings, cancellationToken);
                if (CiVerdict.Stands(part, rules, previous))
                {
                    break;
                }
            }
        }

        return (evidence, rules, run);
    }

    private async Task<(CiRules Rules, InFlightRun Run)> RulesAsync(RepositoryKey repository, InFlightRun run, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var rules = await ciRules.ReadAsync(repository, run.BaseBranch, settings, cancellationToken);
        if (run.Delivery is not Delivery.Trunk)
        {
            return (rules, run);
        }

        run = await WithBaseWorkflowsAsync(repository, run, settings, cancellationToken);
        return (rules with { ExpectedWorkflows = run.Watch.BaseWorkflows ?? [] }, run);
    }

    /// <summary>The stage after the checks, of the run's commit or of what merging made of it. What could not be read is not reached yet; what GitHub will not show is a person's.</summary>
    private async Task<(DeploymentStatus Status, CiReading? Reading, InFlightRun Run)> DeploymentAsync(
        RepositoryKey repository, InFlightRun run, RepositorySettings settings, PullRequest? merged, CiReading? green, DateTimeOffset now, CancellationToken cancellationToken)
    {
        run = run with { Watch = run.Watch with { LandedAt = run.Watch.LandedAt ?? now } };
        try
        {
            if ((merged is null ? run.Commit!.Sha : await pullRequests.MergedAsync(repository, merged.Number, cancellationToken)) is not { } sha)
            {
                return (DeploymentStatus.Pending, null, run);
            }

            var basis = (green ?? new CiReading(CiStatus.Green, "merged", "")) with { Status = CiStatus.Green, Failing = [], Cancelled = [], NeverStarted = false };
            var read = await deployments.ReadAsync(repository, settings.Environments, new LandedCommit(sha, run.BaseSha, run.StartedAt), basis, cancellationToken);
            var changed = !string.Equals(read.Fingerprint, run.Watch.DeploymentFingerprint, StringComparison.Ordinal);
            return (read.Status, read.Verdict, changed ? run with { Watch = run.Watch with { DeploymentFingerprint = read.Fingerprint, DeploymentFingerprintAt = now } } : run);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            Log.DeploymentsUnread(logger, run.Commit!.Sha, failure.Message);
            return (DeploymentStatus.Pending, null, run with { Watch = run.Watch with { Refused = $"GitHub does not show the deployments that {RepoConfig.Path} asks for; the App needs the permission deployments: read" } });
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.DeploymentsUnread(logger, run.Commit!.Sha, failure.Message);
            return (DeploymentStatus.Pending, null, run);
        }
    }

    /// <summary>The verdict from before a repetition, which GitHub may still show for a moment, is not its verdict.</summary>
    private static CiReading BeforeRerunShows(InFlightRun run, CiReading reading, DateTimeOffset now)
    {
        var old = reading.Failing.Concat(reading.Cancelled).Any(check => check.Run is { Attempt: <= 1 });
        return old && HasRerun(run) && run.Rerun!.At is { } at && now - at < VisibleWithin
            ? reading with { Status = CiStatus.Pending, Why = "the failed jobs are being run again", Failing = [], Cancelled = [] }
            : reading;
    }

    private async Task<InFlightRun> WithBaseWorkflowsAsync(RepositoryKey repository, InFlightRun run, RepositorySettings settings, CancellationToken cancellationToken) => run.Watch.BaseWorkflows is not null
        ? run
        : run with
        {
            Watch = run.Watch with
            {
                BaseWorkflows =
                [
                    .. (await ci.PushWorkflowsAsync(repository, run.BaseSha, run.BaseBranch, cancellationToken))
                        .Where(workflow => !settings.Checks.Ignored.Any(ignored => string.Equals(ignored, workflow.Name, StringComparison.Ordinal) || CiVerdict.IsFile(workflow.File, ignored)))
                        .Select(workflow => workflow.File),
                ],
            },
        };

    /// <summary>Why CI is silent about the commit, asked once per commit.</summary>
    private async Task<InFlightRun> ExplainSilenceAsync(RepositoryKey repository, InFlightRun run, CiReading? reading, RepositorySettings settings, CancellationToken cancellationToken)
    {
        if (reading is not { NeverStarted: true } || run.Watch.Silence is not null)
        {
            return reading is { NeverStarted: false } && run.Watch.Silence is not null ? run with { Watch = run.Watch with { Silence = null } } : run;
        }

        try
        {
            var commit = await ci.CommitAsync(repository, run.Commit!.Sha, cancellationToken);
            run = await WithBaseWorkflowsAsync(repository, run, settings, cancellationToken);
            return run with { Watch = run.Watch with { Silence = CiNeverStarted.Cause(reading.Status is CiStatus.NeedsPerson, commit, run.Watch.BaseWorkflows) } };
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.SilenceUnexplained(logger, run.Commit!.Sha, failure.Message);
            return run;
        }
    }

    /// <summary>Whether every failing check was red on the base already; the base is read once per run, on its first red verdict.</summary>
    private async Task<(bool RedBefore, InFlightRun Run)> RedBeforeAsync(RepositoryKey repository, InFlightRun run, CiReading? reading, RepositorySettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (reading?.Status is not CiStatus.Red)
        {
            return (false, run);
        }

        run = run with { FirstRedAt = run.FirstRedAt ?? now };
        if (run.Watch.RedOnBase is null)
        {
            var rules = await ciRules.ReadAsync(repository, run.BaseBranch, settings, cancellationToken);
            ImmutableArray<string> red;
            try
            {
                var evidence = await ci.ReadAsync(repository, run.BaseSha, run.StartedAt, statuses: null, cancellationToken).LastAsync(cancellationToken);
                red = [.. CiVerdict.Fold(evidence, rules, previous: null).Failing.Select(check => check.Key)];
            }
            catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound or FailureKind.Refused)
            {
                // Rewritten away: nothing says that it was red.
                red = [];
            }

            run = run with { Watch = run.Watch with { RedOnBase = red } };
        }

        return (reading.Failing.All(check => run.Watch.RedOnBase!.Value.Contains(check.Key, StringComparer.Ordinal)), run);
    }

    private static partial class Log
    {
        [LoggerMessage(5, LogLevel.Information, "Why CI is silent about {Sha} could not be read: {Reason}")]
        public static partial void SilenceUnexplained(ILogger logger, string sha, string reason);

        [LoggerMessage(6, LogLevel.Information, "What turn {Turn} says it pushed could not be read: {Reason}")]
        public static partial void ReportUnread(ILogger logger, TurnId turn, string reason);

        [LoggerMessage(7, LogLevel.Warning, "The settings at {Sha} could not be read: {Reason}")]
        public static partial void SettingsUnread(ILogger logger, string sha, string reason);

        [LoggerMessage(6, LogLevel.Warning, "The deployments of {Sha} could not be read: {Reason}")]
        public static partial void DeploymentsUnread(ILogger logger, string sha, string reason);

        [LoggerMessage(8, LogLevel.Information, "The run's commits could not be listed: {Reason}")]
        public static partial void CommitsUnread(ILogger logger, string reason);

        [LoggerMessage(1, LogLevel.Warning, "Status of thread {Thread} could not be learned: {Reason}")]
        public static partial void ThreadUnknown(ILogger logger, string thread, string reason);

        [LoggerMessage(2, LogLevel.Warning, "CI of {Sha} could not be read: {Reason}")]
        public static partial void CiUnread(ILogger logger, string sha, string reason);

        [LoggerMessage(3, LogLevel.Information, "Commit {Sha} of this run is on its branch")]
        public static partial void CommitFound(ILogger logger, string sha);

        [LoggerMessage(6, LogLevel.Information, "What thread {Thread} says of itself could not be read: {Reason}")]
        public static partial void NoWord(ILogger logger, string thread, string reason);

        [LoggerMessage(4, LogLevel.Information, "Thread {Lowest} works this turn, not {Known}")]
        public static partial void LowestAdopted(ILogger logger, string? lowest, string? known);
    }
}
