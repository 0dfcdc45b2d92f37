using System.Collections.Immutable;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>Everything GitHub reports on one commit, as read at one moment. Words are GitHub's own, unknown ones included.</summary>
public sealed record CiEvidence
{
    /// <summary>The commit.</summary>
    public required string Sha { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>When the commit is known to have been on the branch; dwells count from here.</summary>
    public required DateTimeOffset PushedAt { get; init; }

    /// <summary>Whether a page was missing; a truncated reading is never a verdict.</summary>
    public bool Truncated { get; init; }

    /// <summary>How far it was read; what lies beyond is not known.</summary>
    public CiPart Through { get; init; } = CiPart.Suites;

    /// <summary>Check suites.</summary>
    public ImmutableArray<CheckSuiteFact> Suites { get; init; } = [];

    /// <summary>Check runs (the latest of each suite).</summary>
    public ImmutableArray<CheckRunFact> CheckRuns { get; init; } = [];

    /// <summary>Workflow runs on this head.</summary>
    public ImmutableArray<WorkflowRunFact> WorkflowRuns { get; init; } = [];

    /// <summary>Commit statuses.</summary>
    public ImmutableArray<StatusFact> Statuses { get; init; } = [];
}

/// <summary>
/// The parts of the evidence, in the order in which they are read: a workflow run that appears between two reads then shows as a suite without
/// a known run, which is pending.
/// </summary>
public enum CiPart
{
    /// <summary>Workflow runs.</summary>
    WorkflowRuns,

    /// <summary>Check runs and statuses, besides.</summary>
    Checks,

    /// <summary>Check suites, besides: everything.</summary>
    Suites,
}

/// <summary>One check suite.</summary>
public sealed record CheckSuiteFact(long Id, long AppId, string AppSlug, string? Status, string? Conclusion, int CheckRuns, DateTimeOffset? CreatedAt);

/// <summary>One check run.</summary>
public sealed record CheckRunFact(long Id, string Name, long AppId, string AppSlug, long SuiteId, string? Status, string? Conclusion, DateTimeOffset? StartedAt, string? Url);

/// <summary>One workflow run.</summary>
public sealed record WorkflowRunFact(long Id, long WorkflowId, string Name, string Path, string Event, string? Status, string? Conclusion, long SuiteId, string? Url)
{
    /// <summary>How often it was started; a repetition in place counts it up (REST docs, "run_attempt").</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The file alone: a reference may stand behind it, and a run that names no file is known by its workflow.</summary>
    public string File => Path.Length > 0 ? Path.Split('@')[0] : $"{WorkflowId}";
}

/// <summary>One commit status.</summary>
public sealed record StatusFact(long Id, string Context, string? State, string? Url);

/// <summary>How a reading is folded.</summary>
public sealed record CiRules
{
    /// <summary>Our own App; its suites and runs never count.</summary>
    public long OurAppId { get; init; }

    /// <summary>Path of the agent's workflow; its runs never count, whoever started them.</summary>
    public string AgentWorkflowPath { get; init; } = ".github/workflows/afk-agent.yml";

    /// <summary>Contexts that must have succeeded.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>Files of workflows that must have run for the push of the commit, because they did for the commit that the run began at.</summary>
    public ImmutableArray<string> ExpectedWorkflows { get; init; } = [];

    /// <summary>Names of checks, contexts and workflows, and files of workflows, that never count. What is required is never ignored.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>How long the same reading must stand before it is green.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long another App's empty suite may still become something, and how long after the push nothing is green yet.</summary>
    public TimeSpan EmptySuiteDwell { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an Actions suite without check runs counts as queued, and one without a listed run as not listed yet; older ones are orphans.</summary>
    public TimeSpan OrphanLimit { get; init; } = TimeSpan.FromHours(3);
}

/// <summary>The reading before this one.</summary>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="Since">When that fingerprint was first read.</param>
public sealed record CiPrevious(string Fingerprint, DateTimeOffset Since);

/// <summary>One failing check.</summary>
/// <param name="Key">Stable across commits: workflow and job, app and name, or status context.</param>
/// <param name="Name">For people.</param>
/// <param name="Conclusion">GitHub's word.</param>
/// <param name="Url">Where to look; may be null.</param>
public sealed record FailingCheck(string Key, string Name, string Conclusion, string? Url)
{
    /// <summary>The workflow run it belongs to; null for a check of another App and for a status.</summary>
    public WorkflowRunFact? Run { get; init; }

    /// <summary>The job's id, which is its check run's; null when the failure is the workflow run's own, or not of Actions.</summary>
    public long? Job { get; init; }
}

/// <summary>One succeeded check, for the closing evidence.</summary>
public sealed record PassedCheck(string Name, string? Url);

/// <summary>The verdict on a commit.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="Why">One sentence without a full stop.</param>
/// <param name="Fingerprint">Changes whenever anything that counts changes; equal fingerprints are the same reading.</param>
public sealed record CiReading(Runs.CiStatus Status, string Why, string Fingerprint)
{
    /// <summary>The failing checks, when red.</summary>
    public ImmutableArray<FailingCheck> Failing { get; init; } = [];

    /// <summary>The checks that succeeded.</summary>
    public ImmutableArray<PassedCheck> Passed { get; init; } = [];

    /// <summary>Jobs that were cancelled, where nothing else keeps the verdict open; empty otherwise.</summary>
    public ImmutableArray<FailingCheck> Cancelled { get; init; } = [];

    /// <summary>Whether CI has not begun although it should have: nothing but empty suites after the dwell, or nothing but runs that await approval.</summary>
    public bool NeverStarted { get; init; }

    /// <summary>The commit on top of the judged one whose verdict this is; null when it is the judged one's own.</summary>
    public string? OnTop { get; init; }

    /// <summary>Whether something that counts is not finished: a verdict of its own is still to come.</summary>
    public bool AtWork { get; init; }

    /// <summary>Whether it would be green if it stood long enough.</summary>
    public bool Settling { get; init; }
}
