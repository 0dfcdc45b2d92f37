namespace AfkGitHubApp.Simulator.World;

/// <summary>How a repository is made.</summary>
public sealed record RepositoryOptions
{
    /// <summary>False makes it public: everybody may read.</summary>
    public bool Private { get; init; } = true;

    /// <summary>Whether the owner is an organization.</summary>
    public bool OwnedByOrganization { get; init; } = true;

    /// <summary>Whether the App is installed on it.</summary>
    public bool Installed { get; init; } = true;

    /// <summary>Whether it has the agent's workflow.</summary>
    public bool AgentWorkflow { get; init; } = true;

    /// <summary>Whether it has a CI workflow that runs on every push.</summary>
    public bool CiWorkflow { get; init; } = true;

    /// <summary>Whether other apps leave an empty, queued check suite on every push.</summary>
    public bool ForeignEmptySuites { get; init; }
}

/// <summary>A check run of <c>AddCheckSuite</c>; <paramref name="Status"/> and <paramref name="Conclusion"/> in GitHub's words.</summary>
public sealed record CheckRunSpec(string Name, string Status = "completed", string? Conclusion = "success");

/// <summary>An issue as it is at this moment.</summary>
public sealed record IssueView(long Id, int Number, string NodeId, string Title, string? Body, bool Open, string? StateReason, IReadOnlyList<string> Labels, IReadOnlyList<CommentView> Comments, string? ClosedBy, bool IsPullRequest);

/// <summary>A comment as it is at this moment.</summary>
public sealed record CommentView(long Id, string Author, string Body, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A workflow run as it is at this moment.</summary>
public sealed record WorkflowRunView(long Id, string Workflow, string Title, string Event, string Status, string? Conclusion, string HeadBranch, string HeadSha, int Attempt, string Actor, IReadOnlyDictionary<string, string> Inputs, DateTimeOffset CreatedAt);

/// <summary>A commit.</summary>
public sealed record CommitView(string Sha, IReadOnlyList<string> Parents, string Message, string Author, DateTimeOffset Date);
