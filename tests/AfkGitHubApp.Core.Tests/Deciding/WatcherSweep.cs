using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>
/// Decides every combination of inputs once, each number below, at and above its bound, and keeps what broke a rule. The rules are named
/// here and asserted one by one by the tests, so that thirty million decisions are made once and not once per rule.
/// </summary>
public sealed class WatcherSweep
{
    private const int Kept = 5;

    private static readonly ThreadStatus?[] Threads = [null, .. Enum.GetValues<ThreadStatus>()];
    private static readonly CiStatus?[] Verdicts = [null, .. Enum.GetValues<CiStatus>()];
    private static readonly TurnFault?[] Faults = [null, .. Enum.GetValues<TurnFault>()];
    private static readonly bool[] Both = [false, true];

    private readonly Dictionary<string, List<string>> broken = new(StringComparer.Ordinal);
    private readonly HashSet<string> rowsSeen = new(StringComparer.Ordinal);
    private readonly HashSet<RunAction> actions = [];

    public WatcherSweep()
    {
        var armed = RunPolicy.Default;
        var held = armed with { KillSwitch = true };
        foreach (var thread in Threads)
        foreach (var ci in Verdicts)
        foreach (var pushed in Both)
        foreach (var delivery in Enum.GetValues<Delivery>())
        foreach (var merged in Both)
        foreach (var takenOver in Both)
        foreach (var fault in Faults)
        foreach (var (redBefore, mayPass, declared, onPersons) in ((bool, bool, DeclaredEnd?, bool)[])
            [(false, false, null, false), (true, false, null, false), (false, true, null, false), (false, false, DeclaredEnd.NothingToDo, false), (false, true, DeclaredEnd.GaveUp, true), (false, false, null, true)])
        foreach (var attempts in Around(armed.FixForwardMaxAttempts))
        foreach (var redispatches in Around(armed.MaxRedispatchAttempts))
        foreach (var elapsed in Around(armed.FixForwardMaxSeconds))
        foreach (var turn in Around(armed.CloseDeferMaxSeconds))
        foreach (var silent in Around(armed.NoVerdictMaxSeconds))
        foreach (var sincePush in Around(armed.NoVerdictTotalMaxSeconds))
        foreach (var unknown in Around(armed.UnknownThreadMaxSeconds))
        {
            Check(
                new RunState
                {
                    Thread = thread,
                    Ci = ci,
                    Pushed = pushed,
                    Delivery = delivery,
                    Merged = merged,
                    HumanTookOver = takenOver,
                    Fault = fault,
                    RedBeforeRun = redBefore,
                    MayPassAgain = mayPass,
                    OnPersonsCommit = onPersons,
                    Declared = declared,
                    FixForwardAttempts = attempts,
                    RedispatchAttempts = redispatches,
                    ElapsedSeconds = elapsed,
                    TurnSeconds = turn,
                    NoVerdictSeconds = silent,
                    SincePushSeconds = sincePush,
                    UnknownSeconds = unknown,
                },
                armed,
                held);
        }
    }

    /// <summary>How many decisions were made.</summary>
    public int Decisions { get; private set; }

    /// <summary>Every action that was chosen at least once.</summary>
    public IReadOnlySet<RunAction> Actions => actions;

    /// <summary>The rows of the second reading that applied at least once.</summary>
    public IReadOnlySet<string> RowsSeen => rowsSeen;

    /// <summary>The first few states that broke the rule.</summary>
    public IReadOnlyList<string> Against(string rule) => broken.GetValueOrDefault(rule, []);

    private static int[] Around(int bound) => [bound - 1, bound, bound + 1];

    private static double[] Around(double bound) => [bound - 1, bound, bound + 1];

    private void Check(RunState state, RunPolicy armed, RunPolicy held)
    {
        var free = RunStateMachine.NextAction(state, armed);
        var braked = RunStateMachine.NextAction(state, held);
        Decisions += 2;
        actions.Add(free.Action);

        var row = WatcherTable.RowFor(state, armed);
        rowsSeen.Add(row.Number);
        Keep(Rules.TableAgrees, free.Action == row.Under(armed) && braked.Action == row.Under(held), state, free, row.Number);

        var action = free.Action;
        Keep(Rules.ClosesOnlyWhatLanded, action is not RunAction.CloseSuccess || (state.Pushed && state.Ci == CiStatus.Green) || state.Merged, state, free, row.Number);
        Keep(Rules.ReleasesOnlyToPeople, action is RunAction.Release == state.HumanTookOver, state, free, row.Number);
        Keep(Rules.SaysWhy, IsSentence(free.Why) && IsSentence(braked.Why), state, free, row.Number);
        Keep(Rules.KillSwitchDispatchesNothing, braked.Action is not (RunAction.FixForward or RunAction.Redispatch or RunAction.Rerun), state, braked, row.Number);
        Keep(Rules.KillSwitchChangesNothingElse, action is RunAction.FixForward or RunAction.Redispatch or RunAction.Rerun ? braked.Action is RunAction.Wait : braked == free, state, braked, row.Number);
        Keep(Rules.NoSecondAgent, action is not (RunAction.FixForward or RunAction.Redispatch) || MustBeOver(state), state, free, row.Number);
        Keep(Rules.CorrectsOnlyRed, action is not RunAction.FixForward || (state.Pushed && state.Ci == CiStatus.Red), state, free, row.Number);
        Keep(Rules.RepeatsOnlyTheLost, action is not RunAction.Redispatch || (!state.Pushed && state.Thread == ThreadStatus.Vanished), state, free, row.Number);
        Keep(Rules.BlamesOnlyTheRightHalf, action switch
        {
            RunAction.EscalatePrepush => !state.Pushed,
            RunAction.FreezeEscalate or RunAction.EscalateNoVerdict or RunAction.Deliver => state.Pushed,
            _ => true,
        }, state, free, row.Number);
        Keep(Rules.NothingWaitsForEver, action is not RunAction.Wait || !IsOutOfTime(state, armed), state, free, row.Number);
    }

    private static bool IsSentence(string why) => why.Length > 10 && !why.Contains('.') && !why.Contains('\n') && !char.IsWhiteSpace(why[0]) && !char.IsWhiteSpace(why[^1]);

    private static bool MustBeOver(RunState state) => state.Thread is ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished && state.Fault != TurnFault.Overran;

    /// <summary>Every clock has run out, and a turn that is not over has overrun: what the passing of time alone ends in.</summary>
    private static bool IsOutOfTime(RunState state, RunPolicy policy) =>
        state.TurnSeconds >= policy.CloseDeferMaxSeconds
        && state.ElapsedSeconds >= policy.FixForwardMaxSeconds
        && state.NoVerdictSeconds >= policy.NoVerdictMaxSeconds
        && state.SincePushSeconds >= policy.NoVerdictTotalMaxSeconds
        && state.UnknownSeconds >= policy.UnknownThreadMaxSeconds
        && (state.Fault == TurnFault.Overran || state.Thread is ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished);

    private void Keep(string rule, bool holds, RunState state, Decision decision, string row)
    {
        if (holds)
        {
            return;
        }

        if (!broken.TryGetValue(rule, out var examples))
        {
            broken[rule] = examples = [];
        }

        if (examples.Count < Kept)
        {
            examples.Add($"row {row}, answered {decision}: {state}");
        }
    }

    /// <summary>The rules.</summary>
    internal static class Rules
    {
        public const string TableAgrees = nameof(TableAgrees);
        public const string ClosesOnlyWhatLanded = nameof(ClosesOnlyWhatLanded);
        public const string ReleasesOnlyToPeople = nameof(ReleasesOnlyToPeople);
        public const string KillSwitchDispatchesNothing = nameof(KillSwitchDispatchesNothing);
        public const string KillSwitchChangesNothingElse = nameof(KillSwitchChangesNothingElse);
        public const string SaysWhy = nameof(SaysWhy);
        public const string NoSecondAgent = nameof(NoSecondAgent);
        public const string CorrectsOnlyRed = nameof(CorrectsOnlyRed);
        public const string RepeatsOnlyTheLost = nameof(RepeatsOnlyTheLost);
        public const string BlamesOnlyTheRightHalf = nameof(BlamesOnlyTheRightHalf);
        public const string NothingWaitsForEver = nameof(NothingWaitsForEver);
    }
}
