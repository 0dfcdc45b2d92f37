using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Cli;

/// <summary><c>plan</c>: the poller's gates, line by line.</summary>
internal static class PlanVerb
{
    public static Command Create()
    {
        var command = new Command("plan", """
            Ask the poller's gates: one JSON object per line on standard input, one answer per line on standard output.
            In:  {"issues":[{"number":1,"repo":"o/r","labels":["ready-for-agent"],"blockedBy":[],"labeledByTrusted":true,"priority":null}],
                  "policy":{"killSwitch":false,"allowlist":["o/r"]},"inFlightRepos":[]}
                 The policy may also name readyLabel, inProgressLabel, readyForHumanLabel and pausedLabel.
                 A missing kill switch counts as on and a missing allowlist as empty. A malformed line is answered with {"error":"..."}; the exit code is then 2.
            Out: {"dispatch":["o/r#1"],"skipped":[{"issue":"o/r#2","why":"..."}]}
            """);
        command.SetAction((_, cancellationToken) => LineProcessor.RunAsync(Answer, cancellationToken));
        return command;
    }

    /// <summary>The answer to one line.</summary>
    public static JsonObject Answer(JsonObject line)
    {
        var issues = (line.Array("issues") ?? throw new BadLineException("issues is missing")).Select(each => Issue(each as JsonObject ?? throw new BadLineException("each issue must be an object"))).ToList();
        var plan = DispatchPolicy.Select(issues, Gates(line.Object("policy")), Repositories(line, "inFlightRepos"));
        return new JsonObject
        {
            ["dispatch"] = new JsonArray([.. plan.Dispatch.Select(issue => (JsonNode)issue.Reference)]),
            ["skipped"] = new JsonArray([.. plan.Skipped.Select(skipped => (JsonNode)new JsonObject { ["issue"] = skipped.Issue.Reference, ["why"] = skipped.Why })]),
        };
    }

    private static ReadyIssue Issue(JsonObject issue)
    {
        var repository = issue.Text("repo") ?? throw new BadLineException("repo is missing");
        return new ReadyIssue
        {
            Number = issue.Whole("number") ?? throw new BadLineException("number is missing"),
            Repository = RepositoryKey.IsFullName(repository) ? repository : throw new BadLineException($"repo is '{repository}'; it must have the form owner/name"),
            Labels = [.. issue.Texts("labels")],
            OpenBlockers = [.. (issue.Array("blockedBy") ?? []).Select(Blocker)],
            LabeledByTrusted = issue.Bool("labeledByTrusted") ?? false,
            Priority = issue.Whole("priority"),
        };
    }

    private static string Blocker(JsonNode? blocker) => blocker?.GetValueKind() switch
    {
        JsonValueKind.Number when blocker.AsValue().TryGetValue<int>(out var number) && number >= 0 => string.Create(CultureInfo.InvariantCulture, $"#{number}"),
        JsonValueKind.String => blocker.GetValue<string>(),
        _ => throw new BadLineException("blockedBy must be a list of issue numbers or references"),
    };

    private static DispatchGates Gates(JsonObject? policy)
    {
        var defaults = new DispatchGates();
        return policy is null ? defaults : new DispatchGates
        {
            KillSwitch = policy.Bool("killSwitch") ?? defaults.KillSwitch,
            Allowlist = [.. Repositories(policy, "allowlist")],
            ReadyLabel = policy.Text("readyLabel") ?? defaults.ReadyLabel,
            InProgressLabel = policy.Text("inProgressLabel") ?? defaults.InProgressLabel,
            ReadyForHumanLabel = policy.Text("readyForHumanLabel") ?? defaults.ReadyForHumanLabel,
            PausedLabel = policy.Text("pausedLabel") ?? defaults.PausedLabel,
        };
    }

    private static IEnumerable<string> Repositories(JsonObject line, string name) => line.Texts(name).Distinct(StringComparer.OrdinalIgnoreCase);
}
