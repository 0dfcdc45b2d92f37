using System.Collections.Immutable;
using AfkGitHubApp.Acting;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Ticking;

/// <summary>Drives the run in flight by one step: observe, decide, record the intent, act, remember, say when next.</summary>
public sealed class Watcher(RunObserver observer, RunCommits commits, FailureReader failures, EffectRunner effects, IAgent agent, RepoConfigReader configs, Gates gates, Chance chance)
{
    private const int LeastFailuresToGiveUp = 3;
    private static readonly TimeSpan StartGivenUpAfter = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan OutOfReachLook = TimeSpan.FromHours(1);

    /// <summary>One step.</summary>
    public async Task<TickResult> TickAsync(TickContext tick, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);
        ArgumentNullException.ThrowIfNull(run);
        var seen = await observer.ObserveAsync(tick.Record.Repository, run, cancellationToken);
        run = seen.Run;
        if (seen.Repository != tick.Record.Repository)
        {
            await tick.RememberAsync(tick.Record with { Repository = seen.Repository }, cancellationToken);
        }

        if (seen.Issue is { } issue)
        {
            await CommandDesk.NoticeAsync(tick, issue.PeoplesComments, cancellationToken);
        }

        tick.Reached = !seen.OutOfReach;
        if (seen is { OutOfReach: true, TakenOver: null })
        {
            await tick.RememberAsync(run, cancellationToken);
            return tick.Result(run, $"{seen.OutOfReachWhy}; to be seen once more", LookAgain.After(seen.WaitingFor, TimeSpan.Zero, chance.Next()));
        }

        if (run.Concluding is not null)
        {
            return await ConcludeAsync(tick, seen, run, cancellationToken);
        }

        var policy = PolicyOf(tick, seen);
        var decision = Decide(seen, run, policy);
        return decision switch
        {
            { EndsRun: true } => await ConcludeAsync(tick, seen, run with { Concluding = await ConclusionAsync(seen, run, decision, cancellationToken) }, cancellationToken),
            { Action: RunAction.FixForward or RunAction.Redispatch } => await StartAsync(tick, seen, NextTurn(seen, run, decision), decision, cancellationToken),
            _ when IsOnlyIntended(run) && !policy.KillSwitch => await StartAsync(tick, seen, run, decision, cancellationToken),
            _ => await WaitAsync(tick, seen, run, decision, cancellationToken),
        };
    }

    /// <summary>The bounds of a run, with what people allowed beyond them.</summary>
    public async Task<RunPolicy> PolicyOfAsync(TickContext tick, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);
        ArgumentNullException.ThrowIfNull(run);
        return run.Extend((await configs.OfRunAsync(tick.Record.Repository, run, cancellationToken) ?? configs.Unread).Narrow(gates.PolicyFor(tick.Record.Repository)));
    }

    private RunPolicy PolicyOf(TickContext tick, Observation seen) => seen.Run.Extend(seen.Settings.Narrow(gates.PolicyFor(tick.Record.Repository)));

    private static Decision Decide(Observation seen, InFlightRun run, RunPolicy policy)
    {
        if (seen.TakenOver is { } why)
        {
            return new(RunAction.Release, why);
        }

        if (run.Watch.Refused is { } refused)
        {
            return new(run.Commit is null ? RunAction.EscalatePrepush : RunAction.EscalateNoVerdict, refused);
        }

        if (IsOnlyIntended(run))
        {
            return new(RunAction.Wait, policy.KillSwitch ? "the kill switch holds the turn back" : "the turn is being started");
        }

        var decision = RunStateMachine.NextAction(seen.State, policy);
        if (run.CurrentTurn.Refusal is { } refusal && decision.EndsRun)
        {
            return decision with { Why = $"{decision.Why}: {refusal}" };
        }

        if (decision.Action is RunAction.Deliver)
        {
            return decision with { Why = seen.Settings.Merge is MergeMode.Auto ? Merging.Why(seen, run, policy) : "CI is green, and the pull request waits for a person to merge it" };
        }

        return decision.Action is RunAction.EscalateNoVerdict ? decision with { Why = WithoutVerdict(seen, run, decision) } : decision;
    }

    /// <summary>What the person is told who is handed a commit that CI did not judge.</summary>
    private static string WithoutVerdict(Observation seen, InFlightRun run, Decision decision) => (SilenceOf(seen, run), seen.Ci?.Why) switch
    {
        ({ } silence, _) => $"CI never started on the commit: {CiNeverStarted.Because(silence)}",
        (null, { } why) => $"{decision.Why}: {why}",
        _ => decision.Why,
    };

    private static CiSilence? SilenceOf(Observation seen, InFlightRun run) => seen.Ci is { NeverStarted: true } ? run.Watch.Silence ?? CiSilence.Unexplained : null;

    private static bool IsOnlyIntended(InFlightRun run) => run.CurrentTurn is { DispatchedAt: null, Refusal: null };

    private static InFlightRun NextTurn(Observation seen, InFlightRun run, Decision decision)
    {
        var corrective = decision.Action is RunAction.FixForward;
        return run with
        {
            Turns = run.Turns.Add(new Turn(corrective ? TurnKind.Corrective : TurnKind.Redispatch, seen.At) { Backend = seen.Settings.Backend, CorrectsSha = corrective ? run.Commit?.Sha : null }),
            FixForwardAttempts = run.FixForwardAttempts + (corrective ? 1 : 0),
            RedispatchAttempts = run.RedispatchAttempts + (corrective ? 0 : 1),
            Watch = run.Watch with { EndSeenAt = null, UnknownSince = null, UnknownAsks = 0, StartTriedAt = null, StartFailures = 0, CancelFailed = false },
        };
    }

    private async Task<Concluding> ConclusionAsync(Observation seen, InFlightRun run, Decision decision, CancellationToken cancellationToken)
    {
        var end = Conclusion(seen, run, decision);
        return end.Ending is Ending.Frozen && run.Delivery is Delivery.Trunk ? end with { Commits = await commits.AllAsync(seen.Repository, run, cancellationToken) } : end;
    }

    private static Concluding Conclusion(Observation seen, InFlightRun run, Decision decision)
    {
        var ending = decision.Action switch
        {
            RunAction.CloseSuccess => Ending.Done,
            RunAction.FreezeEscalate => Ending.Frozen,
            RunAction.EscalatePrepush or RunAction.EscalateNoVerdict => Ending.NeedsHuman,
            RunAction.Release => Ending.Released,
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision.Action, "does not end a run"),
        };
        var why = (ending, seen.Ci?.OnTop, run.Commit) switch
        {
            (Ending.Done, { } onTop, _) => $"{decision.Why} on the newer commit {onTop[..12]}",
            (Ending.Done, _, { IsPersons: true, Beneath: { } own } last) => $"{decision.Why}, with a person's commit {last.Sha[..12]} on top of {own[..12]}",
            _ => decision.Why,
        };
        return new(ending, run.Commit?.Sha, why, seen.At)
        {
            Reached = seen.State switch
            {
                { Deployment: DeploymentStatus.Reached } => Phase.Done,
                // What GitHub refuses here is a matter of the way from the run's branch to its base, whatever CI says.
                { Pushed: true, Delivery: Delivery.PullRequest, Merged: false } when run.Watch.Refused is not null => Phase.Pushed,
                _ => ChecklistModel.PhaseOf(seen.State),
            },
            Checks = ChecksOf(seen),
            Silence = decision.Action is RunAction.EscalateNoVerdict ? SilenceOf(seen, run) : null,
        };
    }

    private static ImmutableArray<CheckLine> ChecksOf(Observation seen) => seen.Ci switch
    {
        { Status: CiStatus.Red } red => [.. red.Failing.Take(Concluding.MaxChecks).Select(check => new CheckLine(check.Name, check.Conclusion, check.Url))],
        { } other => [.. other.Passed.Take(Concluding.MaxChecks).Select(check => new CheckLine(check.Name, "success", check.Url))],
        null => [],
    };

    private async Task<TickResult> WaitAsync(TickContext tick, Observation seen, InFlightRun run, Decision decision, CancellationToken cancellationToken)
    {
        await tick.RememberAsync(run, cancellationToken);
        var keepTrue = new List<Effect> { new Effect.AddLabel(seen.Settings.Labels.InProgress), new Effect.ReopenIssue() };
        if (seen.TurnOverdue)
        {
            // Before the checklist, so that its marker carries when the end was asked for.
            keepTrue.Add(new Effect.CancelTurn());
        }

        if (decision.Action is RunAction.Rerun)
        {
            // Before the checklist, so that its marker remembers it.
            keepTrue.Add(new Effect.RerunJobs(seen.Reruns));
        }

        var merges = Merging.IsToAsk(seen, run, decision, PolicyOf(tick, seen));
        if (!merges && Merging.IsPersons(seen, run, decision))
        {
            // Before the checklist, so that its marker remembers it.
            keepTrue.Add(new Effect.AskForMerge(decision.Why, ChecksOf(seen)));
        }

        keepTrue.Add(new Effect.WriteChecklist(decision.Why, ChecklistModel.PhaseOf(seen.State)));
        if (decision.Action is RunAction.Deliver || IsUnseenByCi(seen, run))
        {
            keepTrue.Add(new Effect.OpenPullRequest());
        }

        if (merges)
        {
            keepTrue.Add(new Effect.MergePullRequest(run.Commit!.Sha));
        }

        var outcome = await ActAsync(tick, seen, run, keepTrue, cancellationToken);
        var isSoon = merges || Merging.IsUnderWay(seen, outcome.Run) || outcome.Run is { ReadyCommentId: not null, Watch.ReadyRung: false } || outcome is not { IsComplete: true, Run.Watch.Refused: null };
        return Answer(tick, seen, outcome.Run, decision, isSoon ? Waiting.Confirmation : seen.WaitingFor);
    }

    /// <summary>A branch on which nothing runs may have its CI on pull requests alone.</summary>
    private static bool IsUnseenByCi(Observation seen, InFlightRun run) => run is { Delivery: Delivery.PullRequest, Commit: not null } && seen is { PullRequest: null, Ci.NeverStarted: true };

    /// <summary>The intent (a turn not dispatched yet) is saved before the label, the marker and the backend hear of it.</summary>
    private async Task<TickResult> StartAsync(TickContext tick, Observation seen, InFlightRun run, Decision decision, CancellationToken cancellationToken)
    {
        var triedAt = run.Watch.StartTriedAt ?? seen.At;
        run = run with { Watch = run.Watch with { StartTriedAt = triedAt } };
        if (seen.At - triedAt > StartGivenUpAfter && run.Watch.StartFailures >= LeastFailuresToGiveUp
            && await agent.FindAsync(tick.Record.Repository, seen.Settings.BackendOf(run.CurrentTurn), run.CurrentTurnId, seen.Settings.Workflow, cancellationToken) is null)
        {
            run = run.WithCurrentTurn(run.CurrentTurn with { Refusal = $"it could not be started for {StartGivenUpAfter.TotalMinutes:0} minutes" });
        }

        await tick.RememberAsync(run, cancellationToken);
        var outcome = await TryStartAsync(tick, seen, run, decision, cancellationToken);
        var started = outcome.IsComplete && outcome.Run.CurrentTurn.Refusal is null;

        // A dispatch that may be under way is searched for until it shows, not only when it may be repeated.
        return Answer(tick, seen, outcome.Run, decision, started ? Waiting.Turn : Waiting.Confirmation);
    }

    private async Task<SequenceOutcome> TryStartAsync(TickContext tick, Observation seen, InFlightRun run, Decision decision, CancellationToken cancellationToken)
    {
        try
        {
            var explained = run.CurrentTurn is { Kind: TurnKind.Corrective, DispatchedAt: null, Refusal: null }
                ? await failures.ExplainAsync(tick.Record.Repository, seen.Ci, run.Watch.RedOnBase, seen.Jobs, cancellationToken)
                : [];
            var started = seen.State with { Thread = ThreadStatus.Running, TurnSeconds = 0, Fault = null };
            var then = RunStateMachine.NextAction(started, PolicyOf(tick, seen)).Why;
            return await ActAsync(tick, seen, run, EffectOrder.Start(seen.Ci, explained, decision.Why, then, ChecklistModel.PhaseOf(seen.State), seen.Settings.Labels, first: run.Turns.Length == 1), cancellationToken);
        }
        catch (GitHubFailure) when (tick.Record.CurrentRun is { } failed)
        {
            await tick.RememberAsync(failed with { Watch = failed.Watch with { StartFailures = failed.Watch.StartFailures + 1 } }, cancellationToken);
            throw;
        }
    }

    private async Task<TickResult> ConcludeAsync(TickContext tick, Observation seen, InFlightRun run, CancellationToken cancellationToken)
    {
        var end = run.Concluding!;
        var endWasAskedFor = IsEndAskedFor(run);
        await tick.RememberAsync(run, cancellationToken);
        if (!seen.OutOfReach || seen.OnlyIssueGone)
        {
            var sequence = !seen.OutOfReach ? EffectOrder.Conclude(end, seen.TurnMayBeAlive, seen.Settings.Labels) : seen.TurnMayBeAlive ? [new Effect.CancelTurn()] : [];
            var outcome = await ActAsync(tick, seen, run, sequence, cancellationToken);
            run = outcome.Run;
            if (!outcome.IsComplete)
            {
                var open = outcome.OpenAt is Effect.RingDoorbell ? "a doorbell is still to be rung" : $"whether turn {run.CurrentTurnId} was started is still open";
                return tick.Result(run, $"{end.Why}; {open}", LookAgain.After(Waiting.Confirmation, TimeSpan.Zero, chance.Next()));
            }
        }

        var policy = PolicyOf(tick, seen);
        var record = tick.Record.WithoutRun(run.Id) with
        {
            Lingering = seen.TurnMayBeAlive && (!seen.OutOfReach || seen.OnlyIssueGone) && run.CurrentTurn is { DispatchedAt: { } dispatched, Thread: { } thread, Ended: null }
                ? Lingering(run, LingeringTurn.Since(dispatched, run.CurrentTurnId, thread, policy), endWasAskedFor, seen.At)
                : null,
            FrozenTrunk = end is { Ending: Ending.Frozen, Sha: { } red } && run.Delivery is Delivery.Trunk ? new FrozenTrunk(red, run.IssueNumber, run.BaseBranch) : tick.Record.FrozenTrunk,

            // What could not be reached may come back with the run still standing on it.
            Adopted = tick.Record.Adopted && !seen.OutOfReach,
            HeadMovedAt = tick.At,
            GoneSince = seen is { OutOfReach: true, OnlyIssueGone: false } ? tick.Record.GoneSince ?? seen.At : null,
        };
        await tick.RememberAsync(record, cancellationToken);
        var action = end.Ending switch
        {
            Ending.Done => nameof(RunAction.CloseSuccess),
            Ending.Frozen => nameof(RunAction.FreezeEscalate),
            Ending.Released => nameof(RunAction.Release),
            _ => run.Commit is null ? nameof(RunAction.EscalatePrepush) : nameof(RunAction.EscalateNoVerdict),
        };
        var next = record.GoneSince is { } since ? LookAgain.OutOfReach(seen.At - since, chance.Next()) : TimeSpan.Zero;
        return tick.Result(run, end.Why, record.GoneSince is not null && next < OutOfReachLook ? OutOfReachLook : next) with { Action = action, Ended = end.Ending, Phase = end.Ending is Ending.Done ? Phase.Done : end.Reached };
    }

    private static bool IsEndAskedFor(InFlightRun run) => run is { CurrentTurn.CancelledAt: not null, Watch.CancelFailed: false };


    /// <summary>Asked only now to end, it gets its time for it.</summary>
    private static LingeringTurn Lingering(InFlightRun run, LingeringTurn turn, bool endWasAskedFor, DateTimeOffset now)
    {
        var asked = IsEndAskedFor(run);
        return (asked && !endWasAskedFor ? turn.AliveAt(now) : turn) with { EndAskedFor = asked };
    }

    private Task<SequenceOutcome> ActAsync(TickContext tick, Observation seen, InFlightRun run, IEnumerable<Effect> sequence, CancellationToken cancellationToken)
    {
        var target = new EffectTarget(tick.Record.Repository, run, seen.Issue!, seen.State, seen.Settings, PolicyOf(tick, seen)) { PullRequest = seen.PullRequest, IsClosedByRun = seen.IsClosedByRun };
        return effects.RunAsync(tick.Lease, target, sequence, tick.Counted, changed => tick.RememberAsync(changed, cancellationToken), tick.Did, cancellationToken);
    }

    private TickResult Answer(TickContext tick, Observation seen, InFlightRun run, Decision decision, Waiting waitingFor)
    {
        var since = run.CurrentTurn.DispatchedAt ?? run.CurrentTurn.IntendedAt;
        var age = waitingFor is Waiting.Ci ? seen.At - (run.Commit?.FoundAt ?? since)
            : waitingFor is Waiting.Retry ? seen.At - (run.Watch.UnknownSince ?? seen.At)
            : seen.At - since;
        return tick.Result(run, decision.Why, LookAgain.After(waitingFor, age, chance.Next())) with { Action = decision.Action.ToString(), Phase = ChecklistModel.PhaseOf(seen.State) };
    }
}
