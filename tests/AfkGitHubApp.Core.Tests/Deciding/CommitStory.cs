using AfkGitHubApp.Core.Deciding;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>One job of a workflow run, in GitHub's words.</summary>
internal sealed record Job(string Name, string Status = "completed", string? Conclusion = "success");

/// <summary>What GitHub reports on one commit, told step by step: each workflow run brings its suite and its jobs' check runs, as on GitHub.</summary>
internal sealed class CommitStory
{
    public const long OurApp = 99;
    private const long ActionsApp = 15368;
    private static readonly Dictionary<string, long> Apps = new(StringComparer.Ordinal) { ["github-actions"] = ActionsApp, ["afk-app"] = OurApp, ["codecov"] = 254, ["cursor"] = 1210556, ["renovate"] = 2740 };

    private readonly Dictionary<string, long> workflows = new(StringComparer.Ordinal);
    private long lastId = 5_000_000_000;

    public static DateTimeOffset Pushed { get; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public CiEvidence Evidence { get; private set; } = new() { Sha = new string('a', 40), PushedAt = Pushed, ReadAt = Pushed.AddMinutes(10) };

    public CiRules Rules { get; private set; } = new() { OurAppId = OurApp };

    /// <summary>A workflow run; its id is higher than every earlier one's.</summary>
    public CommitStory Run(string workflow, string @event = "push", string status = "completed", string? conclusion = "success", string? path = null, string? name = null, params Job[] jobs)
    {
        workflows.TryAdd(workflow, 100 + workflows.Count);
        var suite = NextId();
        Evidence = Evidence with
        {
            WorkflowRuns = Evidence.WorkflowRuns.Add(new(NextId(), workflows[workflow], name ?? workflow, path ?? $".github/workflows/{workflow}.yml", @event, status, conclusion, suite, $"https://github.example/runs/{lastId}")),
        };
        return Suite("github-actions", status, conclusion, jobs.Length, suite).Checks("github-actions", suite, jobs);
    }

    /// <summary>The run that a job alone makes: its status and conclusion are the job's.</summary>
    public CommitStory Run(string workflow, Job job, string @event = "push") => Run(workflow, @event, job.Status, job.Conclusion, jobs: job);

    /// <summary>Another app's suite with its check runs.</summary>
    public CommitStory App(string app, string status = "completed", string? conclusion = "success", params Job[] checks)
    {
        var suite = NextId();
        return Suite(app, status, conclusion, checks.Length, suite).Checks(app, suite, checks);
    }

    /// <summary>A suite without check runs.</summary>
    public CommitStory EmptySuite(string app, TimeSpan age, string status = "queued", int checkRuns = 0)
    {
        Evidence = Evidence with { Suites = Evidence.Suites.Add(new(NextId(), Apps[app], app, status, null, checkRuns, Evidence.ReadAt - age)) };
        return this;
    }

    /// <summary>A check run of a suite that no listed workflow run explains.</summary>
    public CommitStory Stray(Job job, TimeSpan age)
    {
        var suite = NextId();
        Evidence = Evidence with { Suites = Evidence.Suites.Add(new(suite, ActionsApp, "github-actions", job.Status, job.Conclusion, 1, Evidence.ReadAt - age)) };
        return Checks("github-actions", suite, [job]);
    }

    public CommitStory Status(string context, string? state)
    {
        Evidence = Evidence with { Statuses = Evidence.Statuses.Add(new(NextId(), context, state, null)) };
        return this;
    }

    public CommitStory Require(params string[] contexts)
    {
        Rules = Rules with { Required = [.. contexts] };
        return this;
    }

    public CommitStory Expect(params string[] workflows)
    {
        Rules = Rules with { ExpectedWorkflows = [.. workflows.Select(name => $".github/workflows/{name}.yml")] };
        return this;
    }

    public CommitStory Ignore(params string[] contexts)
    {
        Rules = Rules with { Ignored = [.. contexts] };
        return this;
    }

    public CommitStory But(Func<CiEvidence, CiEvidence> change)
    {
        Evidence = change(Evidence);
        return this;
    }

    public CommitStory Read(TimeSpan afterPush)
    {
        Evidence = Evidence with { ReadAt = Pushed + afterPush };
        return this;
    }

    /// <summary>The first reading.</summary>
    public CiReading First() => CiVerdict.Fold(Evidence, Rules, previous: null);

    /// <summary>The reading when the same has stood for <paramref name="seconds"/>.</summary>
    public CiReading After(double seconds) => CiVerdict.Fold(Evidence, Rules, new CiPrevious(First().Fingerprint, Evidence.ReadAt.AddSeconds(-seconds)));

    /// <summary>The reading when the same has stood for as long as it takes.</summary>
    public CiReading Settled() => After(3600);

    private CommitStory Suite(string app, string status, string? conclusion, int checkRuns, long id)
    {
        Evidence = Evidence with { Suites = Evidence.Suites.Add(new(id, Apps[app], app, status, conclusion, checkRuns, Pushed)) };
        return this;
    }

    private CommitStory Checks(string app, long suite, Job[] jobs)
    {
        foreach (var job in jobs)
        {
            var check = new CheckRunFact(NextId(), job.Name, Apps[app], app, suite, job.Status, job.Conclusion, job.Status == "queued" ? null : Pushed.AddSeconds(lastId % 1000), $"https://github.example/checks/{lastId}");
            Evidence = Evidence with { CheckRuns = Evidence.CheckRuns.Add(check) };
        }

        return this;
    }

    private long NextId() => ++lastId;
}
