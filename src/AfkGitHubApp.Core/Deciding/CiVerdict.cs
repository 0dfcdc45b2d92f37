using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>
/// Folds what GitHub reports on one commit into one verdict. Wanted properties: bound to the commit; our own and the agent's runs never
/// count, nor does any workflow that a label or comment of ours could start; an unknown status is pending, an unknown conclusion is
/// inconclusive; cancelled and stale are never red; nothing but skipped is never green; green must be read twice, a settle interval apart.
/// </summary>
public static class CiVerdict
{
    private const string ActionsSlug = "github-actions";
    private static readonly HashSet<string> JudgingEvents = new(StringComparer.Ordinal) { "push", "pull_request", "merge_group", "dynamic" };

    private enum Outcome
    {
        Success,
        Neutral,
        Pending,
        Failed,
        NeedsPerson,
        Inconclusive,
    }

    /// <summary>The verdict of this reading, given the one before it.</summary>
    public static CiReading Fold(CiEvidence evidence, CiRules rules, CiPrevious? previous)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(rules);

        var items = Judged(evidence, rules);
        var fingerprint = Fingerprint(evidence.Sha, items);
        if (evidence.Truncated)
        {
            return new(CiStatus.Pending, "not every page of the checks could be read", fingerprint);
        }

        var missing = rules.Required.Where(context => !items.Exists(item => Matches(item, context))).ToList();
        var reading = new CiReading(CiStatus.Pending, "", fingerprint)
        {
            Passed = [.. items.Where(item => item.Outcome is Outcome.Success).Select(item => new PassedCheck(item.Name, item.Url))],
        };

        if (items.Find(item => item.Outcome is Outcome.Pending) is { } pending)
        {
            return reading with { Why = $"{Count(items, Outcome.Pending)} of {items.Count} checks not finished, {pending.Name} among them" };
        }

        var failing = items.Where(item => item.Outcome is Outcome.Failed).ToList();
        if (failing.Count > 0)
        {
            return reading with
            {
                Status = CiStatus.Red,
                Why = $"{failing.Count} of {items.Count} checks failed",
                Failing = [.. failing.Select(item => new FailingCheck(item.Key, item.Name, item.Word, item.Url))],
            };
        }

        if (items.Find(item => item.Outcome is Outcome.NeedsPerson) is { } waiting)
        {
            return reading with { Status = CiStatus.NeedsPerson, Why = $"{waiting.Name} waits for a person" };
        }

        if (items.Find(item => item.Outcome is Outcome.Inconclusive) is { } inconclusive)
        {
            return reading with { Why = $"{inconclusive.Name} ended without a verdict" };
        }

        if (missing.Count > 0)
        {
            return reading with { Why = $"the required check {missing[0]} has not reported" };
        }

        if (!items.Exists(item => item.Outcome is Outcome.Success))
        {
            return reading with { Why = items.Count == 0 ? "no check has reported" : "every check was skipped" };
        }

        var settled = previous is not null && string.Equals(previous.Fingerprint, fingerprint, StringComparison.Ordinal) && evidence.ReadAt - previous.Since >= rules.Settle;
        return settled
            ? reading with { Status = CiStatus.Green, Why = $"all {items.Count} checks succeeded" }
            : reading with { Why = $"all {items.Count} checks succeeded, to be read once more", Settling = true };
    }

    private static List<Item> Judged(CiEvidence evidence, CiRules rules)
    {
        var runs = evidence.WorkflowRuns
            .Where(run => !IsAgent(run, rules))
            .GroupBy(run => (run.WorkflowId, run.Event))
            .Select(group => group.MaxBy(run => run.Id)!)
            .ToList();
        var judging = runs.Where(run => JudgingEvents.Contains(run.Event)).ToList();
        var judgingSuites = judging.Select(run => run.SuiteId).ToHashSet();
        var otherSuites = runs.Except(judging).ToDictionary(run => run.SuiteId, run => run);
        var knownSuites = evidence.WorkflowRuns.Select(run => run.SuiteId).ToHashSet();
        var workflowOfSuite = runs.ToDictionary(run => run.SuiteId, run => run.Name);

        var items = new List<Item>();
        items.AddRange(judging.Select(run => new Item("workflow", $"workflow:{run.Path}:{run.Event}", run.Name, Classify(run.Status, run.Conclusion), run.Conclusion ?? run.Status ?? "", run.Url)
        {
            // A workflow run only repeats its jobs' verdicts; as evidence of success the jobs count, unless it has none to show.
            Repeats = evidence.CheckRuns.Any(check => check.SuiteId == run.SuiteId),
        }));

        foreach (var check in LatestChecks(evidence, rules))
        {
            var fromActions = string.Equals(check.AppSlug, ActionsSlug, StringComparison.Ordinal);
            if (fromActions && !judgingSuites.Contains(check.SuiteId))
            {
                var required = otherSuites.ContainsKey(check.SuiteId) && rules.Required.Contains(check.Name, StringComparer.Ordinal);
                if (!required && knownSuites.Contains(check.SuiteId))
                {
                    continue;
                }
            }

            var origin = fromActions ? workflowOfSuite.GetValueOrDefault(check.SuiteId, ActionsSlug) : check.AppSlug;
            items.Add(new("check", $"check:{origin}:{check.Name}", fromActions ? $"{origin} / {check.Name}" : check.Name, Classify(check.Status, check.Conclusion), check.Conclusion ?? check.Status ?? "", check.Url) { Context = check.Name });
        }

        items.AddRange(evidence.Statuses
            .GroupBy(status => status.Context, StringComparer.Ordinal)
            .Select(group => group.MaxBy(status => status.Id)!)
            .Select(status => new Item("status", $"status:{status.Context}", status.Context, ClassifyStatus(status.State), status.State ?? "", status.Url) { Context = status.Context }));

        items.AddRange(evidence.Suites
            .Where(suite => suite.AppId != rules.OurAppId && !knownSuites.Contains(suite.Id) && !IsCompleted(suite.Status) && !evidence.CheckRuns.Any(check => check.SuiteId == suite.Id))
            .Where(suite => MayStillReport(suite, evidence, rules))
            .Select(suite => new Item("suite", $"suite:{suite.AppSlug}", $"a check suite of {suite.AppSlug}", Outcome.Pending, suite.Status ?? "", null)));

        items.RemoveAll(item => rules.Ignored.Any(ignored => Matches(item, ignored)));
        items.RemoveAll(item => item is { Repeats: true, Outcome: Outcome.Success or Outcome.Neutral });
        if (items.Exists(item => item is { Kind: "check", Outcome: Outcome.Failed }))
        {
            items.RemoveAll(item => item is { Repeats: true, Outcome: Outcome.Failed });
        }

        return items;
    }

    private static IEnumerable<CheckRunFact> LatestChecks(CiEvidence evidence, CiRules rules) => evidence.CheckRuns
        .Where(check => check.AppId != rules.OurAppId)
        .GroupBy(check => string.Equals(check.AppSlug, ActionsSlug, StringComparison.Ordinal) ? (check.SuiteId, check.Name) : (check.AppId, check.Name))
        .Select(group => group.OrderBy(check => check.StartedAt ?? DateTimeOffset.MinValue).ThenBy(check => check.Id).Last());

    private static bool MayStillReport(CheckSuiteFact suite, CiEvidence evidence, CiRules rules)
    {
        var age = evidence.ReadAt - (suite.CreatedAt ?? evidence.PushedAt);
        if (suite.CheckRuns > 0)
        {
            return true;
        }

        return string.Equals(suite.AppSlug, ActionsSlug, StringComparison.Ordinal) ? age < rules.OrphanLimit : age < rules.EmptySuiteDwell;
    }

    private static bool IsAgent(WorkflowRunFact run, CiRules rules) =>
        string.Equals(run.Path.Split('@')[0], rules.AgentWorkflowPath, StringComparison.OrdinalIgnoreCase);

    private static bool Matches(Item item, string context) =>
        string.Equals(item.Context, context, StringComparison.Ordinal) || string.Equals(item.Name, context, StringComparison.Ordinal);

    private static bool IsCompleted(string? status) => string.Equals(status, "completed", StringComparison.Ordinal);

    private static Outcome Classify(string? status, string? conclusion)
    {
        if (!IsCompleted(status))
        {
            return status is "waiting" ? Outcome.NeedsPerson : Outcome.Pending;
        }

        return conclusion switch
        {
            "success" => Outcome.Success,
            "neutral" or "skipped" => Outcome.Neutral,
            "failure" or "timed_out" or "startup_failure" => Outcome.Failed,
            "action_required" => Outcome.NeedsPerson,
            null => Outcome.Pending,
            _ => Outcome.Inconclusive,
        };
    }

    private static Outcome ClassifyStatus(string? state) => state switch
    {
        "success" => Outcome.Success,
        "failure" or "error" => Outcome.Failed,
        _ => Outcome.Pending,
    };

    private static int Count(List<Item> items, Outcome outcome) => items.Count(item => item.Outcome == outcome);

    private static string Fingerprint(string sha, IEnumerable<Item> items)
    {
        var text = string.Join('\n', items.Select(item => $"{item.Key}={item.Word}").Order(StringComparer.Ordinal).Prepend(sha));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    private sealed record Item(string Kind, string Key, string Name, Outcome Outcome, string Word, string? Url)
    {
        public bool Repeats { get; init; }

        public string? Context { get; init; }
    }
}
