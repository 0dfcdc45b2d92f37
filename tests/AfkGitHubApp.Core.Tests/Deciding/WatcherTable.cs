using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using Condition = System.Func<AfkGitHubApp.Core.Runs.RunState, AfkGitHubApp.Core.Runs.RunPolicy, bool>;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>
/// The watcher's table read a second time, as data: the first row whose condition holds gives the action. Written from the plan and not
/// from the product, so that a slip in one of the two shows as a difference. Rows 5b to 5f, 8b and 10b are what the plan says in its text beside
/// the table: a turn that overran may be alive, a refused turn is not asked for again, what was red before the run is not the agent's, what may pass when
/// it is run again is run again first, no agent is sent onto a person's commit, and who declares that it will not mend it is not sent again.
/// </summary>
internal static class WatcherTable
{
    private static readonly Condition TakenOver = (state, _) => state.HumanTookOver;
    private static readonly Condition Pushed = (state, _) => state.Pushed;
    private static readonly Condition Green = (state, _) => state.Ci == CiStatus.Green;
    private static readonly Condition Red = (state, _) => state.Ci == CiStatus.Red;
    private static readonly Condition PersonInCi = (state, _) => state.Ci == CiStatus.NeedsPerson;
    private static readonly Condition ByPullRequest = (state, _) => state.Delivery == Delivery.PullRequest;
    private static readonly Condition Merged = (state, _) => state.Merged;
    private static readonly Condition Running = (state, _) => state.Thread == ThreadStatus.Running;
    private static readonly Condition Vanished = (state, _) => state.Thread == ThreadStatus.Vanished;
    private static readonly Condition NotKnown = (state, _) => state.Thread == null;
    private static readonly Condition PersonInTurn = (state, _) => state.Thread == ThreadStatus.NeedsPerson;
    private static readonly Condition Ended = (state, _) => state.Thread is ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished;
    private static readonly Condition Idle = (state, _) => state.Thread == ThreadStatus.Idle;
    private static readonly Condition Declares = (state, _) => state.Declared != null;
    private static readonly Condition Refused = (state, _) => state.Fault == TurnFault.Refused;
    private static readonly Condition Overran = (state, _) => state.Fault == TurnFault.Overran;
    private static readonly Condition RedBefore = (state, _) => state.RedBeforeRun;
    private static readonly Condition MayPass = (state, _) => state.MayPassAgain;
    private static readonly Condition OnPersons = (state, _) => state.OnPersonsCommit;
    private static readonly Condition CiPending = (state, _) => state.Ci == CiStatus.Pending;
    private static readonly Condition YoungTurn = (state, policy) => state.TurnSeconds < policy.CloseDeferMaxSeconds;
    private static readonly Condition UnknownForShort = (state, policy) => state.UnknownSeconds < policy.UnknownThreadMaxSeconds;
    private static readonly Condition AttemptsLeft = (state, policy) => state.FixForwardAttempts < policy.FixForwardMaxAttempts;
    private static readonly Condition TimeLeft = (state, policy) => state.ElapsedSeconds < policy.FixForwardMaxSeconds;
    private static readonly Condition RedispatchesLeft = (state, policy) => state.RedispatchAttempts < policy.MaxRedispatchAttempts;
    private static readonly Condition Standstill = (state, policy) => state.NoVerdictSeconds >= policy.NoVerdictMaxSeconds;
    private static readonly Condition SilentInAll = (state, policy) => state.SincePushSeconds >= policy.NoVerdictTotalMaxSeconds;

    /// <summary>The rows, in order.</summary>
    public static Row[] Rows { get; } =
    [
        new("1", [TakenOver], RunAction.Release),
        new("2 running", [Pushed, Any(Green, Red), Running, YoungTurn], RunAction.Wait),
        new("2 not known", [Pushed, Any(Green, Red), NotKnown, UnknownForShort], RunAction.Wait),
        new("3", [ByPullRequest, Pushed, Green, Not(Merged)], RunAction.Deliver),
        new("4 merged", [ByPullRequest, Merged], RunAction.CloseSuccess),
        new("4 green", [Pushed, Green], RunAction.CloseSuccess),
        new("5", [Pushed, Red, Any(Running, NotKnown, PersonInTurn)], RunAction.FreezeEscalate),
        new("5b", [Pushed, Red, Any(Overran, Refused)], RunAction.FreezeEscalate),
        new("5c", [Pushed, Red, RedBefore], RunAction.FreezeEscalate),
        new("5d", [Pushed, Red, MayPass], RunAction.Rerun) { HeldByKillSwitch = true },
        new("5f", [Pushed, Red, OnPersons], RunAction.EscalateNoVerdict),
        new("5e", [Pushed, Red, Idle, Declares], RunAction.FreezeEscalate),
        new("6", [Pushed, Red, AttemptsLeft, TimeLeft], RunAction.FixForward) { HeldByKillSwitch = true },
        new("7", [Pushed, Red], RunAction.FreezeEscalate),
        new("8", [Pushed, PersonInCi], RunAction.EscalateNoVerdict),
        new("8b", [Pushed, Overran], RunAction.EscalateNoVerdict),
        new("8 silent", [Pushed, Ended, Any(Standstill, SilentInAll)], RunAction.EscalateNoVerdict),
        new("8 cancelled", [Pushed, Ended, CiPending, MayPass], RunAction.Rerun) { HeldByKillSwitch = true },
        new("9", [Pushed], RunAction.Wait),
        new("10b", [Any(Refused, Overran)], RunAction.EscalatePrepush),
        new("10", [Vanished, RedispatchesLeft], RunAction.Redispatch) { HeldByKillSwitch = true },
        new("11", [Any(Ended, PersonInTurn)], RunAction.EscalatePrepush),
        new("12", [NotKnown, Not(UnknownForShort)], RunAction.EscalatePrepush),
        new("13", [], RunAction.Wait),
    ];

    /// <summary>The row that applies.</summary>
    public static Row RowFor(RunState state, RunPolicy policy)
    {
        foreach (var row in Rows)
        {
            if (row.Applies(state, policy))
            {
                return row;
            }
        }

        throw new InvalidOperationException("the last row always applies");
    }

    private static Condition Any(Condition one, Condition other) => (state, policy) => one(state, policy) || other(state, policy);

    private static Condition Any(Condition one, Condition other, Condition third) => (state, policy) => one(state, policy) || other(state, policy) || third(state, policy);

    private static Condition Not(Condition condition) => (state, policy) => !condition(state, policy);

    /// <summary>One row: all its conditions together ask for the action.</summary>
    internal sealed record Row(string Number, Condition[] Conditions, RunAction Action)
    {
        /// <summary>Whether the action dispatches, so that the kill switch turns it into waiting.</summary>
        public bool HeldByKillSwitch { get; init; }

        public bool Applies(RunState state, RunPolicy policy)
        {
            foreach (var condition in Conditions)
            {
                if (!condition(state, policy))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>What the row asks for under this policy.</summary>
        public RunAction Under(RunPolicy policy) => HeldByKillSwitch && policy.KillSwitch ? RunAction.Wait : Action;
    }
}
