using System.CommandLine;
using System.Text.Json.Nodes;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Cli;

/// <summary><c>decide</c>: the watcher's decision table, line by line.</summary>
internal static class DecideVerb
{
    private static readonly Dictionary<string, ThreadStatus> Threads = new(StringComparer.Ordinal)
    {
        ["running"] = ThreadStatus.Running, ["idle"] = ThreadStatus.Idle, ["error"] = ThreadStatus.Error, ["vanished"] = ThreadStatus.Vanished, ["needs_person"] = ThreadStatus.NeedsPerson,
    };

    private static readonly Dictionary<string, CiStatus> Verdicts = new(StringComparer.Ordinal)
    {
        ["pending"] = CiStatus.Pending, ["green"] = CiStatus.Green, ["red"] = CiStatus.Red, ["needs_person"] = CiStatus.NeedsPerson,
    };

    private static readonly Dictionary<string, DeclaredEnd> Declarations = new(StringComparer.Ordinal) { ["nothing_to_do"] = DeclaredEnd.NothingToDo, ["gave_up"] = DeclaredEnd.GaveUp };
    private static readonly Dictionary<string, DeploymentStatus> Deployments = new(StringComparer.Ordinal)
    {
        ["pending"] = DeploymentStatus.Pending, ["reached"] = DeploymentStatus.Reached, ["failed"] = DeploymentStatus.Failed, ["needs_person"] = DeploymentStatus.NeedsPerson,
    };

    private static readonly Dictionary<string, Delivery> Deliveries = new(StringComparer.Ordinal) { ["trunk"] = Delivery.Trunk, ["pull_request"] = Delivery.PullRequest };

    public static Command Create()
    {
        var command = new Command("decide", """
            Ask the watcher's decision table: one JSON object per line on standard input, one answer per line on standard output.
            In:  {"thread":"running|idle|error|vanished|needs_person"|null,"ci":"pending|green|red|needs_person"|null,"pushed":true|false,
                  "fixForwardAttempts":0,"elapsedSeconds":0,"turnSeconds":0,"redispatchAttempts":0,"noVerdictSeconds":0,"sincePushSeconds":0,
                  "unknownSeconds":0,"humanTookOver":false,"delivery":"trunk|pull_request","merged":false,
                  "mayPassAgain":false,"declared":"nothing_to_do|gave_up"|null,"deployment":"pending|reached|failed|needs_person"|null,"landedSeconds":0,"policy":{"killSwitch":false,...}}
                 Only "pushed" is required. A malformed line is answered with {"error":"..."} in its place; the exit code is then 2.
            Out: {"action":"wait","why":"..."}
            Example: echo '{"thread":"idle","ci":"green","pushed":true}' | AfkGitHubApp decide
            """);
        command.SetAction((_, cancellationToken) => LineProcessor.RunAsync(Answer, cancellationToken));
        return command;
    }

    /// <summary>The answer to one line.</summary>
    public static JsonObject Answer(JsonObject line)
    {
        var elapsed = line.Number("elapsedSeconds") ?? 0;
        var state = new RunState
        {
            Thread = line.Word("thread", Threads),
            Ci = line.Word("ci", Verdicts),
            Pushed = line.Bool("pushed") ?? throw new BadLineException("pushed is missing"),
            FixForwardAttempts = line.Whole("fixForwardAttempts") ?? 0,
            ElapsedSeconds = elapsed,
            TurnSeconds = line.Number("turnSeconds") ?? elapsed,
            RedispatchAttempts = line.Whole("redispatchAttempts") ?? 0,
            NoVerdictSeconds = line.Number("noVerdictSeconds") ?? 0,
            SincePushSeconds = line.Number("sincePushSeconds") ?? 0,
            UnknownSeconds = line.Number("unknownSeconds") ?? 0,
            HumanTookOver = line.Bool("humanTookOver") ?? false,
            Delivery = line.Word("delivery", Deliveries) ?? Delivery.Trunk,
            Merged = line.Bool("merged") ?? false,
            OnPersonsCommit = line.Bool("onPersonsCommit") ?? false,
            MayPassAgain = line.Bool("mayPassAgain") ?? false,
            Declared = line.Word("declared", Declarations),
            Deployment = line.Word("deployment", Deployments),
            LandedSeconds = line.Number("landedSeconds") ?? 0,
        };
        var decision = RunStateMachine.NextAction(state, Policy(line.Object("policy")));
        return new JsonObject { ["action"] = Word(decision.Action), ["why"] = decision.Why };
    }

    private static RunPolicy Policy(JsonObject? policy)
    {
        var defaults = RunPolicy.Default;
        return policy is null ? defaults : new RunPolicy
        {
            KillSwitch = policy.Bool("killSwitch") ?? false,
            FixForwardMaxAttempts = policy.Whole("fixForwardMaxAttempts") ?? defaults.FixForwardMaxAttempts,
            FixForwardMaxSeconds = policy.Number("fixForwardMaxSeconds") ?? defaults.FixForwardMaxSeconds,
            MaxRedispatchAttempts = policy.Whole("maxRedispatchAttempts") ?? defaults.MaxRedispatchAttempts,
            CloseDeferMaxSeconds = policy.Number("closeDeferMaxSeconds") ?? defaults.CloseDeferMaxSeconds,
            NoVerdictMaxSeconds = policy.Number("noVerdictMaxSeconds") ?? defaults.NoVerdictMaxSeconds,
            NoVerdictTotalMaxSeconds = policy.Number("noVerdictTotalMaxSeconds") ?? defaults.NoVerdictTotalMaxSeconds,
            UnknownThreadMaxSeconds = policy.Number("unknownThreadMaxSeconds") ?? defaults.UnknownThreadMaxSeconds,
        };
    }

    private static string Word(RunAction action) => action switch
    {
        RunAction.Wait => "wait",
        RunAction.CloseSuccess => "close_success",
        RunAction.FixForward => "fix_forward",
        RunAction.Rerun => "rerun",
        RunAction.FreezeEscalate => "freeze_escalate",
        RunAction.EscalatePrepush => "escalate_prepush",
        RunAction.Redispatch => "redispatch",
        RunAction.EscalateNoVerdict => "escalate_no_verdict",
        RunAction.Deliver => "deliver",
        RunAction.Release => "release",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "unknown action"),
    };
}
