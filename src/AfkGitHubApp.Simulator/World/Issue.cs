namespace AfkGitHubApp.Simulator.World;

internal sealed class Issue(long id, int number, Account author, string title, string? body, DateTimeOffset createdAt)
{
    public long Id => id;

    public int Number => number;

    public Account Author => author;

    public string Title { get; set; } = title;

    public string? Body { get; set; } = body;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public bool Open { get; set; } = true;

    public string? StateReason { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public Account? ClosedBy { get; set; }

    public bool Locked { get; set; }

    public bool Deleted { get; set; }

    public (long RepositoryId, int Number)? MovedTo { get; set; }

    public DateTimeOffset? LastEditedAt { get; set; }

    public Account? Editor { get; set; }

    /// <summary>Who wrote which version of the text when, oldest first; nothing until the first edit, which brings the creation along.</summary>
    public List<TextEdit> Edits { get; } = [];

    public GithubApp? Via { get; set; }

    public PullRequest? PullRequest { get; set; }

    public List<string> Labels { get; } = [];

    public List<IssueComment> Comments { get; } = [];

    public List<IssueEvent> Events { get; } = [];

    public List<Reaction> Reactions { get; } = [];

    /// <summary>Issues this one waits for, by repository id and number.</summary>
    public List<(long RepositoryId, int Number)> BlockedBy { get; } = [];

    /// <summary>The other side of <see cref="BlockedBy"/>.</summary>
    public List<(long RepositoryId, int Number)> Blocking { get; } = [];

    public string NodeId => IdSource.Node(PullRequest is null ? "I" : "PR", id);

    public bool HasLabel(string name) => Labels.Contains(name, StringComparer.OrdinalIgnoreCase);
}

internal sealed record TextEdit(long Id, DateTimeOffset At, Account Editor)
{
    public string NodeId => IdSource.Node("UCE", Id);
}

internal sealed class PullRequest(long id, string headBranch, string baseBranch)
{
    public long Id => id;

    public string HeadBranch => headBranch;

    public string BaseBranch => baseBranch;

    /// <summary>The copy of the repository that the head is in; null = it is a branch of the repository itself.</summary>
    public Repository? Fork { get; init; }

    public required string HeadSha { get; set; }

    /// <summary>The commits that merging it brought to its base.</summary>
    public IReadOnlyList<string> Brought { get; set; } = [];

    public bool Draft { get; set; }

    public DateTimeOffset? MergedAt { get; set; }

    public Account? MergedBy { get; set; }

    public string? MergeCommitSha { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>Who has approved the head that stands now.</summary>
    public HashSet<string> Approvals { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<MergeRequest> MergeRequests { get; } = [];
}

/// <summary>A merge that was asked for in the background.</summary>
internal sealed class MergeRequest(string id, string expectedSha)
{
    public string Id => id;

    public string ExpectedSha => expectedSha;

    public string Status { get; set; } = "pending";

    public string Message { get; set; } = "Merge request is in progress.";

    public string? MergedSha { get; set; }
}

internal sealed class IssueComment(long id, int issueNumber, Account author, string body, GithubApp? via, DateTimeOffset createdAt)
{
    public long Id => id;

    public int IssueNumber => issueNumber;

    public Account Author => author;

    public string Body { get; set; } = body;

    public GithubApp? Via => via;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public List<Reaction> Reactions { get; } = [];

    public string NodeId => IdSource.Node("IC", id);
}

internal sealed record Reaction(long Id, Account User, string Content, DateTimeOffset CreatedAt);

/// <summary>One entry of an issue's history. A comment is kept with its own id and appears in the timeline only.</summary>
internal sealed record IssueEvent(long Id, string Kind, Account Actor, GithubApp? Via, DateTimeOffset CreatedAt)
{
    public string? Label { get; init; }

    public string? LabelColor { get; init; }

    public string? CommitSha { get; init; }

    public string? StateReason { get; init; }

    public (string From, string To)? Rename { get; init; }

    public IssueComment? Comment { get; init; }

    public string NodeId => IdSource.Node(Kind switch { "labeled" => "LE", "unlabeled" => "UNLE", "closed" => "CE", "reopened" => "REE", "renamed" => "RTE", _ => "EV" }, Id);
}
