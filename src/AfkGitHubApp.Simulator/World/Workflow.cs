namespace AfkGitHubApp.Simulator.World;

internal sealed class Workflow(long id, string path, string name, DateTimeOffset createdAt)
{
    public const string AgentPath = ".github/workflows/afk-agent.yml";

    public const string CiPath = ".github/workflows/ci.yml";

    public long Id => id;

    public string Path => path;

    public string Name => name;

    public string FileName => path[(path.LastIndexOf('/') + 1)..];

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public string State { get; set; } = "active";

    public IReadOnlySet<string> Triggers { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    public IReadOnlyList<WorkflowInput> Inputs { get; init; } = [];

    /// <summary>Template of the run's title with <c>${{ inputs.NAME }}</c>; null = GitHub's own title.</summary>
    public string? RunName { get; init; }

    public IReadOnlyList<string> Jobs { get; init; } = [];

    /// <summary>True for the workflow whose runs are agent turns.</summary>
    public bool RunsAgent { get; init; }

    public string NodeId => IdSource.Node("W", id);
}

internal sealed record WorkflowInput(string Name, bool Required);

internal sealed class WorkflowRun(long id, Workflow workflow, string trigger, string headBranch, string headSha, Account actor, CheckSuite suite, DateTimeOffset createdAt)
{
    public long Id => id;

    public Workflow Workflow => workflow;

    public string Trigger => trigger;

    public string HeadBranch => headBranch;

    public string HeadSha => headSha;

    public Account Actor => actor;

    public CheckSuite Suite => suite;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public required string Title { get; init; }

    public required long Number { get; init; }

    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Before this moment list answers leave the run out.</summary>
    public DateTimeOffset VisibleAt { get; init; } = createdAt;

    public int Attempt { get; set; } = 1;

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; set; }

    public DateTimeOffset StartedAt { get; set; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public bool CancelRequested { get; set; }

    /// <summary>A plain cancel is accepted and has no effect.</summary>
    public bool IgnoresCancel { get; set; }

    public List<CheckRun> Jobs { get; } = [];

    /// <summary>Jobs of earlier attempts.</summary>
    public List<CheckRun> OldJobs { get; } = [];

    /// <summary>What is still to come for this run.</summary>
    public List<AgendaEntry> Ahead { get; } = [];

    public bool Completed => Status == "completed";

    public string NodeId => IdSource.Node("WFR", id);

    public void ForgetWhatIsAhead()
    {
        Ahead.ForEach(entry => entry.Cancel());
        Ahead.Clear();
    }
}

internal sealed class CheckSuite(long id, GithubApp app, string headSha, string? headBranch, string before, DateTimeOffset createdAt)
{
    public long Id => id;

    public GithubApp App => app;

    public string HeadSha => headSha;

    public string? HeadBranch => headBranch;

    public string Before => before;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; set; }

    /// <summary>The workflow run that the suite belongs to; null for suites of other apps.</summary>
    public long? WorkflowRunId { get; set; }

    public List<CheckRun> Runs { get; } = [];

    /// <summary>Runs that a later one of the same name replaced; only <c>filter=all</c> shows them.</summary>
    public List<CheckRun> Replaced { get; } = [];

    public string NodeId => IdSource.Node("CS", id);
}

/// <summary>A check run; for GitHub Actions the same object is the job (GitHub gives both the same id).</summary>
internal sealed class CheckRun(long id, string name, CheckSuite suite, int attempt, DateTimeOffset createdAt)
{
    public long Id => id;

    public string Name => name;

    public CheckSuite Suite => suite;

    public int Attempt => attempt;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The job's runner went away: it failed, and none of its steps did.</summary>
    public bool LostRunner { get; set; }

    /// <summary>What the job has noted, title and message each.</summary>
    public List<(string Title, string Message)> Annotations { get; } = [];

    /// <summary>The job's log, without time stamps; null = nothing of note.</summary>
    public string? Log { get; set; }

    public string NodeId => IdSource.Node("CR", id);
}
