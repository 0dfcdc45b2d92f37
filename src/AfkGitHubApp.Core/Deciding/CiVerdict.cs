using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>
/// Folds what GitHub reports on one commit into one verdict. Wanted properties: bound to the commit; our own and the agent's runs never
/// count, nor does any workflow that a label or comment of ours could start; an unknown status is pending, an unknown conclusion is
/// inconclusive; cancelled and stale are never red; nothing but skipped is never green; green must be read twice, a settle interval apart,
/// and not before a dwell after the push; a check run is not judged before it is known which workflow it belongs to.
/// </summary>
public static class CiVerdict
{
    private const string ActionsSlug = "github-actions";
    private const int MostNamed = 5;

    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(20);

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

        var reading = new CiReading(CiStatus.Pending, "", fingerprint)
        {
            NeverStarted = IsSilent(evidence, rules, items),
            Passed = [.. items.Where(item => item.Outcome is Outcome.Success).Select(item => new PassedCheck(item.Name, item.Url))],
        };

        if (items.Find(item => item.Outcome is Outcome.Pending) is { } pending)
        {
            return reading with { Why = $"{Count(items, Outcome.Pending)} of {items.Count} checks not finished, {pending.Name} among them", AtWork = true };
        }

        var failing = items.Where(item => item.Outcome is Outcome.Failed).ToList();
        if (failing.Count > 0)
        {
            return reading with
            {
                Status = CiStatus.Red,
                Why = $"{failing.Count} of {items.Count} checks failed",
                Failing = [.. failing.Select(Named)],
            };
        }

        if (items.Find(item => item.Outcome is Outcome.NeedsPerson) is { } waiting)
        {
            return reading with { Status = CiStatus.NeedsPerson, Why = $"{waiting.Name} waits for a person" };
        }

        if (items.Find(item => item.Outcome is Outcome.Inconclusive) is { } inconclusive)
        {
            return reading with { Why = $"{inconclusive.Name} ended without a verdict", Cancelled = Cancelled(items) };
        }

        if (Missing(evidence, rules, items) is { } missing)
        {
            return reading with { Why = missing };
        }

        if (!items.Exists(item => item.Outcome is Outcome.Success))
        {
            return reading with { Why = items.Count == 0 ? "no check has reported" : "every check was skipped" };
        }

        // The first success may come before the slower checks have registered at all; a failure needs no such wait.
        var settled = evidence.ReadAt - evidence.PushedAt >= rules.EmptySuiteDwell
            && previous is not null && string.Equals(previous.Fingerprint, fingerprint, StringComparison.Ordinal) && evidence.ReadAt - previous.Since >= rules.Settle;
        return settled
            ? reading with { Status = CiStatus.Green, Why = $"all {items.Count} checks succeeded" }
            : reading with { Why = $"all {items.Count} checks succeeded, to be read once more", Settling = true };
    }

    /// <summary>
    /// Whether this part of the evidence shows CI at work: the verdict is pending then, whatever the other parts and the required contexts say.
    /// </summary>
    /// <param name="evidence">What was read so far.</param>
    /// <param name="rules">The rules; what is required need not be among them.</param>
    public static bool IsUnfinished(CiEvidence evidence, CiRules rules)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(rules);
        return Judged(evidence, rules).Exists(item => item.Outcome is Outcome.Pending);
    }

    /// <summary>Whether the push is so recent that it is enough to know that CI is at work. Of an older one everything is read, so that any progress shows.</summary>
    public static bool IsYoung(CiEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence.ReadAt - evidence.PushedAt < Youth;
    }

    /// <summary>
    /// Whether everything but the suites says green as the reading before did, which had the suites too: with none pending then, one that has
    /// come since shows by its runs.
    /// </summary>
    public static bool Stands(CiEvidence evidence, CiRules rules, CiPrevious? previous)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence.Through is CiPart.Checks && previous is not null
            && Fold(evidence, rules, previous) is var reading && (reading.Settling || reading.Status is CiStatus.Green)
            && string.Equals(reading.Fingerprint, previous.Fingerprint, StringComparison.Ordinal);
    }

    /// <summary>
    /// The verdict where a newer commit by somebody else stands on top of the run's: green there is green for both; red there without a verdict
    /// on ours is a person's to sort out; anything else leaves ours as it is. What stands on top is read twice, too.
    /// </summary>
    public static CiReading Supersede(CiReading ours, CiReading onTop, string head)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(onTop);
        ArgumentNullException.ThrowIfNull(head);
        var name = head.Length > 12 ? head[..12] : head;
        return (ours.Status, onTop) switch
        {
            (_, { Status: CiStatus.Green }) => onTop with { Why = $"{onTop.Why} on the newer commit {name}", OnTop = head },
            (_, { Settling: true }) => onTop with { Why = $"{onTop.Why}, on the newer commit {name}", OnTop = head },
            (CiStatus.Red, { Status: CiStatus.Pending, NeverStarted: false }) => ours with { Status = CiStatus.Pending, Failing = [], Why = $"{ours.Why}; the newer commit {name} is not judged yet", Fingerprint = ours.Fingerprint + onTop.Fingerprint },
            (CiStatus.Pending, { Status: CiStatus.Red }) when !ours.AtWork => ours with { Status = CiStatus.NeedsPerson, Why = $"{ours.Why}, and the newer commit {name} is red" },
            _ => ours,
        };
    }

    /// <summary>Whether a workflow's file is the one named, by its path or its file name.</summary>
    public static bool IsFile(string file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(name);
        return string.Equals(file, name, StringComparison.Ordinal) || (name.Length > 0 && file.EndsWith("/" + name, StringComparison.Ordinal));
    }

    /// <summary>What green still needs, named; null when everything expected has reported.</summary>
    private static string? Missing(CiEvidence evidence, CiRules rules, List<Item> items)
    {
        var contexts = rules.Required.Where(context => !items.Exists(item => Reports(item, context))).ToList();
        if (contexts.Count > 0)
        {
            return contexts.Count == 1 ? $"the required check {contexts[0]} has not reported" : $"the required checks {Listed(contexts)} have not reported";
        }

        var workflows = ExpectedButAbsent(evidence, rules);
        return workflows switch
        {
            [] => null,
            [var only] => $"the workflow {only}, which ran on the commit before the run, has not run on this one",
            _ => $"the workflows {Listed(workflows)}, which ran on the commit before the run, have not run on this one",
        };
    }

    private static List<string> ExpectedButAbsent(CiEvidence evidence, CiRules rules) =>
    [
        .. rules.ExpectedWorkflows.Where(file => !string.Equals(file, rules.AgentWorkflowPath, StringComparison.OrdinalIgnoreCase)
            && !evidence.WorkflowRuns.Any(run => run.Event is "push" && string.Equals(run.File, file, StringComparison.Ordinal))),
    ];

    /// <summary>Only the runs that a commit starts can be missing; a check of another App that is there says that somebody judges.</summary>
    private static bool IsSilent(CiEvidence evidence, CiRules rules, List<Item> items)
    {
        if (items.Count > 0)
        {
            return items.TrueForAll(item => item is { Outcome: Outcome.NeedsPerson, Run: not null, Job: null });
        }

        return evidence.ReadAt - evidence.PushedAt >= rules.EmptySuiteDwell && !evidence.WorkflowRuns.Any(run => !IsAgent(run, rules) && JudgingEvents.Contains(run.Event));
    }

    private static ImmutableArray<FailingCheck> Cancelled(List<Item> items)
    {
        var open = items.Where(item => item.Outcome is Outcome.Inconclusive).ToList();
        return open.TrueForAll(item => item is { Word: "cancelled", Run: not null }) ? [.. open.Select(Named)] : [];
    }

    private static FailingCheck Named(Item item) => new(item.Key, item.Name, item.Word, item.Url) { Run = item.Run, Job = item.Job };

    private static string Listed(List<string> names) => names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";

    private static List<Item> Judged(CiEvidence evidence, CiRules rules)
    {
        var runs = evidence.WorkflowRuns
            .Where(run => !IsAgent(run, rules))
            .GroupBy(run => (run.WorkflowId, run.Event))
            .Select(group => group.MaxBy(run => run.Id)!)
            .ToList();
        var judging = runs.Where(run => JudgingEvents.Contains(run.Event)).ToList();
        var checks = LatestChecks(evidence, rules);
        var checksOfSuite = checks.ToLookup(check => check.SuiteId);

        List<Item> items =
        [
            .. judging.Select(run => WorkflowItem(run, checksOfSuite[run.SuiteId])),
            .. CheckItems(evidence, rules, runs, judging, checks),
            .. evidence.Statuses
                .GroupBy(status => status.Context, StringComparer.Ordinal)
                .Select(group => group.MaxBy(status => status.Id)!)
                .Select(status => new Item($"status:{status.Context}", status.Context, ClassifyStatus(status.State), status.State ?? "", status.Url) { Context = status.Context }),
            .. SuiteItems(evidence, rules),
        ];
        items.RemoveAll(item => item.Repeats || (rules.Ignored.Any(ignored => IsCalled(item, ignored) || IsOf(item.Run, ignored)) && !rules.Required.Any(context => Reports(item, context))));
        return items;
    }

    /// <summary>
    /// A workflow run counts while it is not finished, and where it says what none of its jobs says: a start that failed, an approval that
    /// is awaited. Otherwise it repeats its jobs, those the rules ignore included.
    /// </summary>
    private static Item WorkflowItem(WorkflowRunFact run, IEnumerable<CheckRunFact> jobs)
    {
        var outcome = Classify(run.Status, run.Conclusion);
        var ofJobs = run.SuiteId == 0 ? [] : jobs.Select(job => Classify(job.Status, job.Conclusion)).ToHashSet();
        return new($"workflow:{run.File}:{run.Event}", run.Name, outcome, run.Conclusion ?? run.Status ?? "", run.Url)
        {
            Run = run,
            Repeats = outcome switch
            {
                Outcome.Pending => false,
                Outcome.Success or Outcome.Neutral => ofJobs.Count > 0,
                _ => ofJobs.Contains(outcome),
            },
        };
    }

    private static IEnumerable<Item> CheckItems(CiEvidence evidence, CiRules rules, List<WorkflowRunFact> runs, List<WorkflowRunFact> judging, List<CheckRunFact> checks)
    {
        var listedSuites = evidence.WorkflowRuns.Select(run => run.SuiteId).Where(suite => suite != 0).ToHashSet();
        var runOfSuite = runs.Where(run => run.SuiteId != 0).DistinctBy(run => run.SuiteId).ToDictionary(run => run.SuiteId);
        var judgingSuites = judging.Select(run => run.SuiteId).Where(suite => suite != 0).ToHashSet();
        var reportedByCommit = checks.Where(check => judgingSuites.Contains(check.SuiteId)).Select(check => check.Name).ToHashSet(StringComparer.Ordinal);

        foreach (var check in checks)
        {
            if (!IsOfActions(check.AppSlug))
            {
                yield return CheckItem(check, check.AppSlug, check.Name);
            }
            else if (!listedSuites.Contains(check.SuiteId))
            {
                // The list of runs lags behind: until it names the run, a comment of ours may have started it.
                var item = CheckItem(check, ActionsSlug, $"{ActionsSlug} / {check.Name}");
                yield return Age(check, evidence) < rules.OrphanLimit ? item with { Outcome = Outcome.Pending } : item;
            }
            else if (runOfSuite.TryGetValue(check.SuiteId, out var run)
                && (judgingSuites.Contains(check.SuiteId) || (rules.Required.Contains(check.Name, StringComparer.Ordinal) && !reportedByCommit.Contains(check.Name))))
            {
                yield return CheckItem(check, run.File, $"{run.Name} / {check.Name}") with { Run = run, Job = check.Id };
            }
        }
    }

    private static Item CheckItem(CheckRunFact check, string origin, string name) =>
        new($"check:{origin}:{check.Name}", name, Classify(check.Status, check.Conclusion), check.Conclusion ?? check.Status ?? "", check.Url) { Context = check.Name };

    /// <summary>Suites that no listed workflow run and no unfinished check run speaks for, and that may still say something.</summary>
    private static IEnumerable<Item> SuiteItems(CiEvidence evidence, CiRules rules)
    {
        var listedSuites = evidence.WorkflowRuns.Select(run => run.SuiteId).ToHashSet();
        var checksOfSuite = evidence.CheckRuns.ToLookup(check => check.SuiteId);
        return evidence.Suites
            .Where(suite => suite.AppId != rules.OurAppId && !listedSuites.Contains(suite.Id) && !IsCompleted(suite.Status))
            .Where(suite => checksOfSuite.Contains(suite.Id)
                ? checksOfSuite[suite.Id].All(check => IsCompleted(check.Status)) && !checksOfSuite[suite.Id].All(check => rules.Ignored.Contains(check.Name, StringComparer.Ordinal))
                : MayStillReport(suite, evidence, rules))
            .Select(suite => new Item($"suite:{suite.AppSlug}", $"a check suite of {suite.AppSlug}", Outcome.Pending, suite.Status ?? "", null));
    }

    /// <summary>The latest of each job of a suite, and of each name of another app. What has not started yet is newer than what has.</summary>
    private static List<CheckRunFact> LatestChecks(CiEvidence evidence, CiRules rules) =>
    [
        .. evidence.CheckRuns
            .Where(check => check.AppId != rules.OurAppId)
            .GroupBy(check => IsOfActions(check.AppSlug) ? (true, check.SuiteId, check.Name) : (false, check.AppId, check.Name))
            .Select(group => group.OrderBy(check => check.StartedAt ?? (IsCompleted(check.Status) ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue)).ThenBy(check => check.Id).Last()),
    ];

    private static TimeSpan Age(CheckRunFact check, CiEvidence evidence) =>
        evidence.ReadAt - (evidence.Suites.FirstOrDefault(suite => suite.Id == check.SuiteId)?.CreatedAt ?? check.StartedAt ?? evidence.PushedAt);

    private static bool MayStillReport(CheckSuiteFact suite, CiEvidence evidence, CiRules rules)
    {
        var age = evidence.ReadAt - (suite.CreatedAt ?? evidence.PushedAt);
        if (suite.CheckRuns > 0)
        {
            return true;
        }

        return IsOfActions(suite.AppSlug) ? age < rules.OrphanLimit : age < rules.EmptySuiteDwell;
    }

    private static bool IsAgent(WorkflowRunFact run, CiRules rules) =>
        string.Equals(run.File, rules.AgentWorkflowPath, StringComparison.OrdinalIgnoreCase);

    private static bool IsOfActions(string appSlug) => string.Equals(appSlug, ActionsSlug, StringComparison.Ordinal);

    private static bool IsCalled(Item item, string name) =>
        string.Equals(item.Context, name, StringComparison.Ordinal) || string.Equals(item.Name, name, StringComparison.Ordinal);

    private static bool IsOf(WorkflowRunFact? run, string name) => run is not null && (string.Equals(run.Name, name, StringComparison.Ordinal) || IsFile(run.File, name));

    private static bool Reports(Item item, string context) => item.Context is not null && IsCalled(item, context);

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

    private sealed record Item(string Key, string Name, Outcome Outcome, string Word, string? Url)
    {
        /// <summary>Says only what other items say.</summary>
        public bool Repeats { get; init; }

        /// <summary>GitHub's context, where the item is one.</summary>
        public string? Context { get; init; }

        /// <summary>The workflow run it is or belongs to; its name may be its own (<c>run-name</c>), so keys are made from its file.</summary>
        public WorkflowRunFact? Run { get; init; }

        /// <summary>The job, where it is one.</summary>
        public long? Job { get; init; }
    }
}
