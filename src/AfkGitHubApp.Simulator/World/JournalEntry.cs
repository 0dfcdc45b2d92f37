namespace AfkGitHubApp.Simulator.World;

/// <summary>One line of the journal. The list of kinds is closed.</summary>
public abstract record JournalEntry
{
    private protected JournalEntry()
    {
    }

    /// <summary>1 for the first entry of the world, then without gaps.</summary>
    public long Sequence { get; init; }

    /// <summary>When it happened, on the world's clock.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>
/// An HTTP request and the answer it got (status 0 = none). <paramref name="Identity"/> is <c>app</c>, <c>installation:ID</c>, <c>anonymous</c> or
/// <c>unknown</c> (a fault came first); <paramref name="Fault"/> names the fault put in its way, if any.
/// </summary>
public sealed record RequestMade(string Method, string Path, string Query, string Identity, int Status, string? Fault = null) : JournalEntry;

/// <summary>A request to the T3 Code server and the answer it got (status 0 = none).</summary>
public sealed record T3RequestMade(string Method, string Path, int Status, string? Fault = null) : JournalEntry;

/// <summary>Something that changed the world, by whom and in which repository (<c>owner/name</c>; empty where there is none).</summary>
public abstract record WorldEffect(string Actor, string Repository) : JournalEntry;

/// <summary>An installation token was given out.</summary>
public sealed record TokenMinted(string Actor, long InstallationId, IReadOnlyList<long> RepositoryIds) : WorldEffect(Actor, "");

public sealed record IssueOpened(string Actor, string Repository, int Number) : WorldEffect(Actor, Repository);

public sealed record IssueEdited(string Actor, string Repository, int Number) : WorldEffect(Actor, Repository);

public sealed record IssueClosed(string Actor, string Repository, int Number, string Reason, string? CommitSha = null) : WorldEffect(Actor, Repository);

public sealed record IssueReopened(string Actor, string Repository, int Number) : WorldEffect(Actor, Repository);

public sealed record IssueDeleted(string Actor, string Repository, int Number) : WorldEffect(Actor, Repository);

public sealed record LabelCreated(string Actor, string Repository, string Label) : WorldEffect(Actor, Repository);

public sealed record LabelAdded(string Actor, string Repository, int Number, string Label) : WorldEffect(Actor, Repository);

public sealed record LabelRemoved(string Actor, string Repository, int Number, string Label) : WorldEffect(Actor, Repository);

public sealed record CommentCreated(string Actor, string Repository, int Number, long CommentId, string Body) : WorldEffect(Actor, Repository);

public sealed record CommentEdited(string Actor, string Repository, int Number, long CommentId, string Body) : WorldEffect(Actor, Repository);

public sealed record CommentDeleted(string Actor, string Repository, int Number, long CommentId) : WorldEffect(Actor, Repository);

public sealed record ReactionAdded(string Actor, string Repository, int Number, string Content) : WorldEffect(Actor, Repository);

public sealed record BlockerAdded(string Actor, string Repository, int Number, string Blocker) : WorldEffect(Actor, Repository);

public sealed record BlockerRemoved(string Actor, string Repository, int Number, string Blocker) : WorldEffect(Actor, Repository);

public sealed record WorkflowDispatched(string Actor, string Repository, string Workflow, long RunId, IReadOnlyDictionary<string, string> Inputs) : WorldEffect(Actor, Repository);

/// <summary>A workflow run went to its end. <paramref name="Event"/> is what started it.</summary>
public sealed record RunCompleted(string Actor, string Repository, long RunId, string Event, string Conclusion) : WorldEffect(Actor, Repository);

/// <summary>A cancellation was asked for and accepted; the end follows as <see cref="RunCompleted"/>.</summary>
public sealed record RunCancelled(string Actor, string Repository, long RunId, bool Forced) : WorldEffect(Actor, Repository);

public sealed record RunRerun(string Actor, string Repository, long RunId, int Attempt, bool FailedJobsOnly) : WorldEffect(Actor, Repository);

/// <summary>A dispatched run disappeared; reading it answers 404 from now on.</summary>
public sealed record RunVanished(string Actor, string Repository, long RunId) : WorldEffect(Actor, Repository);

/// <summary>A turn's run found itself to be the lowest with its turn id and began to work.</summary>
public sealed record TurnWorked(string Actor, string Repository, string TurnId, long RunId, int Issue) : WorldEffect(Actor, Repository);

/// <summary>A turn's run found an older one with the same turn id and ended without doing anything.</summary>
public sealed record TurnSuperseded(string Actor, string Repository, string TurnId, long RunId, long WorkingRunId) : WorldEffect(Actor, Repository);

public sealed record CommitPushed(string Actor, string Repository, string Branch, string Sha, string Message) : WorldEffect(Actor, Repository);

public sealed record StatusAdded(string Actor, string Repository, string Sha, string Context, string State) : WorldEffect(Actor, Repository);

public sealed record DeploymentSet(string Actor, string Repository, string Sha, string Environment, string State) : WorldEffect(Actor, Repository);

public sealed record PullRequestOpened(string Actor, string Repository, int Number, string Head, string Base) : WorldEffect(Actor, Repository);

public sealed record PullRequestUpdated(string Actor, string Repository, int Number, string What) : WorldEffect(Actor, Repository);

public sealed record PullRequestMerged(string Actor, string Repository, int Number, string Sha) : WorldEffect(Actor, Repository);

/// <summary>A webhook was made. <paramref name="Fate"/> is <c>sent</c>, <c>delayed</c>, <c>doubled</c> or <c>dropped</c>.</summary>
public sealed record WebhookEmitted(string Actor, string Repository, string Event, string? Action, string EventGuid, string Fate) : WorldEffect(Actor, Repository);
