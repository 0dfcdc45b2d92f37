namespace AfkGitHubApp.Simulator.Scenarios;

/// <summary>How CI goes on one pushed commit.</summary>
public sealed record CiScript
{
    /// <summary>From the start of the jobs until the end.</summary>
    public TimeSpan Takes { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>From the push until the jobs start; until then the check suite has no check runs.</summary>
    public TimeSpan QueuedFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Conclusion in GitHub's words: <c>success</c>, <c>failure</c>, <c>timed_out</c>, <c>cancelled</c>, <c>skipped</c>, <c>neutral</c>, <c>startup_failure</c>, <c>action_required</c>, <c>stale</c>.</summary>
    public string Conclusion { get; init; } = "success";

    /// <summary>Conclusion after a re-run; null = the same again.</summary>
    public string? RerunConclusion { get; init; }

    /// <summary>Names of the jobs that carry the conclusion, the others succeed; null = the last job.</summary>
    public IReadOnlyList<string>? FailingJobs { get; init; }

    /// <summary>True: the failing jobs lose their runner, so that they fail and none of their steps does.</summary>
    public bool LosesRunner { get; init; }

    /// <summary>What the failing jobs' logs say; null = a short log of an ordinary failure. Lines get their time stamps when they are read.</summary>
    public string? Log { get; init; }

    /// <summary>True: no workflow run appears at all.</summary>
    public bool NeverStarts { get; init; }

    /// <summary>True: the run appears and stays queued, with an empty check suite.</summary>
    public bool StaysQueued { get; init; }

    /// <summary>True: the jobs start and never end.</summary>
    public bool NeverEnds { get; init; }

    /// <summary>Commit statuses that outside systems set on the commit.</summary>
    public IReadOnlyList<StatusScript> Statuses { get; init; } = [];

    /// <summary>Deployments of the commit.</summary>
    public IReadOnlyList<DeploymentScript> Deployments { get; init; } = [];
}

/// <summary>A commit status that appears <paramref name="After"/> the push; <paramref name="State"/> in GitHub's words (<c>error</c>, <c>failure</c>, <c>pending</c>, <c>success</c>).</summary>
public sealed record StatusScript(string Context, string State, TimeSpan After);

/// <summary>A deployment that is made and gets this one status <paramref name="After"/> the push; <paramref name="State"/> in GitHub's words (<c>success</c>, <c>failure</c>, <c>error</c>, <c>waiting</c>, <c>in_progress</c>).</summary>
public sealed record DeploymentScript(string Environment, string State, TimeSpan After);
