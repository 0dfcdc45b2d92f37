using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>
/// The watcher's decision table: the first row that matches wins. Pure, total over its two arguments, no clock. Wanted properties: never
/// close, correct or escalate under a turn that may be alive; never a second agent beside one that may be alive; every bound strict; no
/// state waits for ever (each Wait is left by a clock that runs: turn age, unknown time, no-change time, or a person).
/// </summary>
public static class RunStateMachine
{
    /// <summary>What to do about a run in this state under this policy.</summary>
    public static Decision NextAction(RunState state, RunPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);

        if (state.HumanTookOver)
        {
            return new(RunAction.Release, "a person took over, or the issue or our access is gone");
        }

        var verdictIn = state is { Pushed: true, Ci: CiStatus.Green or CiStatus.Red } or { Pushed: true, Deployment: not null };
        if (verdictIn && state.Thread is ThreadStatus.Running && state.TurnSeconds < policy.CloseDeferMaxSeconds)
        {
            return new(RunAction.Wait, $"{Verdict(state)}, but the turn is still running");
        }

        if (verdictIn && state.Thread is null && state.UnknownSeconds < policy.UnknownThreadMaxSeconds)
        {
            return new(RunAction.Wait, $"{Verdict(state)}, but whether the turn still runs could not be learned");
        }

        if (state is { Delivery: Delivery.PullRequest, Pushed: true, Ci: CiStatus.Green, Merged: false })
        {
            return new(RunAction.Deliver, "CI is green, the pull request is not merged yet");
        }

        if (state is { Delivery: Delivery.PullRequest, Merged: true })
        {
            return AfterMerge(state, policy);
        }

        if (state is { Pushed: true, Ci: CiStatus.Green })
        {
            return new(RunAction.CloseSuccess, $"pushed{(state.Deployment is null ? " and CI is green" : ", CI is green and deployed")}{(MayBeAlive(state) ? "; the turn did not end in time" : "")}");
        }

        return state.Pushed ? AfterPush(state, policy) : BeforePush(state, policy);
    }

    /// <summary>What is merged is not corrected on a branch that has had its pull request: a deployment of it that failed is a person's.</summary>
    private static Decision AfterMerge(RunState state, RunPolicy policy) => state.Deployment switch
    {
        null => new(RunAction.CloseSuccess, "the pull request is merged"),
        DeploymentStatus.Reached => new(RunAction.CloseSuccess, "the pull request is merged and deployed"),
        DeploymentStatus.Failed => new(RunAction.FreezeEscalate, "the pull request is merged, and its deployment failed"),
        _ => Deploying(state, policy),
    };

    private static Decision Deploying(RunState state, RunPolicy policy) => state switch
    {
        { Deployment: DeploymentStatus.NeedsPerson } => new(RunAction.EscalateNoVerdict, "the deployment waits for a person"),
        _ when state.NoVerdictSeconds >= policy.NoVerdictMaxSeconds => new(RunAction.EscalateNoVerdict, $"nothing has changed in the deployment for {Period(policy.NoVerdictMaxSeconds)}"),
        _ when state.LandedSeconds >= policy.NoVerdictTotalMaxSeconds => new(RunAction.EscalateNoVerdict, $"the commit has not been deployed for {Period(policy.NoVerdictTotalMaxSeconds)}"),
        _ => new(RunAction.Wait, "the commit is being deployed"),
    };

    private static Decision AfterPush(RunState state, RunPolicy policy)
    {
        if (state.Deployment is DeploymentStatus.Pending or DeploymentStatus.NeedsPerson)
        {
            return Deploying(state, policy);
        }

        if (state.Ci is CiStatus.Red)
        {
            return state switch
            {
                { Fault: TurnFault.Refused } => new(RunAction.FreezeEscalate, $"{Red(state)} and the corrective turn was refused"),
                _ when MayBeAlive(state) => new(RunAction.FreezeEscalate, $"{Red(state)} and the turn may still be alive; a second agent is never started beside it"),
                { RedBeforeRun: true } => new(RunAction.FreezeEscalate, "CI is red, and every failing check was red before the run"),
                { MayPassAgain: true } => policy.KillSwitch
                    ? new(RunAction.Wait, "CI is red; the kill switch holds the repetition of the failed jobs back")
                    : new(RunAction.Rerun, "CI is red by failures that may pass when the jobs are run again"),
                { OnPersonsCommit: true } => new(RunAction.EscalateNoVerdict, "CI is red on a commit that a person has pushed onto the run's branch"),
                { Thread: ThreadStatus.Idle, Declared: DeclaredEnd.NothingToDo } => new(RunAction.FreezeEscalate, "CI is red, and the corrective turn says that there is nothing to do"),
                { Thread: ThreadStatus.Idle, Declared: DeclaredEnd.GaveUp } => new(RunAction.FreezeEscalate, "CI is red, and the corrective turn gave up"),
                _ => Correct(state, policy),
            };
        }

        if (state.Ci is CiStatus.NeedsPerson)
        {
            return new(RunAction.EscalateNoVerdict, "CI waits for a person");
        }

        if (state.Fault is TurnFault.Overran)
        {
            return new(RunAction.EscalateNoVerdict, "the turn is past its deadline, its end was not confirmed, and CI has no verdict");
        }

        var ended = state.Thread is ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished;
        if (ended && state.NoVerdictSeconds >= policy.NoVerdictMaxSeconds)
        {
            return new(RunAction.EscalateNoVerdict, $"CI has no verdict and nothing has changed for {Period(policy.NoVerdictMaxSeconds)}");
        }

        if (ended && state.SincePushSeconds >= policy.NoVerdictTotalMaxSeconds)
        {
            return new(RunAction.EscalateNoVerdict, $"CI has had no verdict for {Period(policy.NoVerdictTotalMaxSeconds)}");
        }

        return ended && state is { MayPassAgain: true, Ci: CiStatus.Pending } && !policy.KillSwitch
            ? new(RunAction.Rerun, "CI was cancelled and is run again")
            : new(RunAction.Wait, "pushed, CI has no verdict yet");
    }

    private static Decision Correct(RunState state, RunPolicy policy)
    {
        if (state.FixForwardAttempts >= policy.FixForwardMaxAttempts)
        {
            return new(RunAction.FreezeEscalate, $"{Still(state)} after {Count(state.FixForwardAttempts, "corrective turn")}");
        }

        if (state.ElapsedSeconds >= policy.FixForwardMaxSeconds)
        {
            return new(RunAction.FreezeEscalate, $"CI has been red for {Period(policy.FixForwardMaxSeconds)}");
        }

        return policy.KillSwitch
            ? new(RunAction.Wait, $"{Red(state)}; the kill switch holds the corrective turn back")
            : new(RunAction.FixForward, $"{Red(state)}, corrective turn {state.FixForwardAttempts + 1} of {policy.FixForwardMaxAttempts}");
    }

    private static Decision BeforePush(RunState state, RunPolicy policy)
    {
        if (state is { Thread: ThreadStatus.Vanished, Fault: null } && state.RedispatchAttempts < policy.MaxRedispatchAttempts)
        {
            return policy.KillSwitch
                ? new(RunAction.Wait, "the turn vanished; the kill switch holds its repetition back")
                : new(RunAction.Redispatch, "the turn vanished with nothing pushed");
        }

        return state switch
        {
            { Fault: TurnFault.Refused } => new(RunAction.EscalatePrepush, "the turn was refused"),
            { Fault: TurnFault.Overran } => new(RunAction.EscalatePrepush, "the turn is past its deadline and its end was not confirmed; nothing is pushed"),
            { Thread: ThreadStatus.Vanished } => new(RunAction.EscalatePrepush, "the turn vanished again with nothing pushed"),
            { Thread: ThreadStatus.Error } => new(RunAction.EscalatePrepush, "the turn ended with an error before a push"),
            { Thread: ThreadStatus.Idle, Declared: DeclaredEnd.NothingToDo } => new(RunAction.EscalatePrepush, "the turn says that there is nothing to do"),
            { Thread: ThreadStatus.Idle, Declared: DeclaredEnd.GaveUp } => new(RunAction.EscalatePrepush, "the turn gave up"),
            { Thread: ThreadStatus.Idle } => new(RunAction.EscalatePrepush, "the turn ended without a push"),
            { Thread: ThreadStatus.NeedsPerson } => new(RunAction.EscalatePrepush, "the turn waits for a person"),
            { Thread: null } when state.UnknownSeconds >= policy.UnknownThreadMaxSeconds =>
                new(RunAction.EscalatePrepush, $"the turn's status could not be learned for {Period(policy.UnknownThreadMaxSeconds)}"),
            { Thread: null } => new(RunAction.Wait, "the turn's status could not be learned"),
            _ => new(RunAction.Wait, "the turn is running"),
        };
    }

    private static bool MayBeAlive(RunState state) =>
        state.Thread is null or ThreadStatus.Running or ThreadStatus.NeedsPerson || state.Fault is TurnFault.Overran;

    private static string Verdict(RunState state) => state is { Ci: CiStatus.Red } or { Deployment: DeploymentStatus.Failed } ? Red(state) : "CI is green";

    private static string Red(RunState state) => state.Deployment is DeploymentStatus.Failed ? "the deployment failed" : "CI is red";

    private static string Still(RunState state) => state.Deployment is DeploymentStatus.Failed ? "the deployment still fails" : "CI is still red";

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Period(double seconds) => seconds switch
    {
        >= 3600 when seconds % 3600 == 0 => Count((int)(seconds / 3600), "hour"),
        >= 60 when seconds % 60 == 0 => Count((int)(seconds / 60), "minute"),
        _ => $"{seconds:0.###} seconds",
    };
}
