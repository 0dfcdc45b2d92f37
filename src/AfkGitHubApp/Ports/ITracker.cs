using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>The issue tracker. Every method may throw <see cref="GitHubFailure"/>; writes are called by performers only.</summary>
public interface ITracker
{
    /// <summary>One consistent look at an issue, its decisive events and the head of a branch.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="number">The issue.</param>
    /// <param name="branch">The branch of a run whose head is wanted; null = the default branch, and the edits of the text, for a run that is to start.</param>
    /// <param name="commit">The commit whose statuses are wanted besides the branch; null = none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IssueSnapshot> ReadIssueAsync(RepositoryKey repository, int number, string? branch, string? commit, CancellationToken cancellationToken);

    /// <summary>All issues with a label; pull requests are listed too, as GitHub does.</summary>
    Task<IReadOnlyList<ListedIssue>> ListIssuesAsync(RepositoryKey repository, string label, bool openOnly, CancellationToken cancellationToken);

    /// <summary>Whether the person, by numeric id, may write to the repository now. Fails closed.</summary>
    Task<bool> MayWriteAsync(RepositoryKey repository, Person person, CancellationToken cancellationToken);

    /// <summary>Open issues that block this one, as <c>#n</c> or <c>owner/name#n</c>.</summary>
    Task<IReadOnlyList<string>> OpenBlockersAsync(RepositoryKey repository, int number, CancellationToken cancellationToken);

    /// <summary>The state of each of these issues or pull requests, in one request and in their order; where one cannot be read, that is its answer.</summary>
    Task<IReadOnlyList<ReferencedIssue>> StatesAsync(RepositoryKey repository, IReadOnlyList<IssueReference> references, CancellationToken cancellationToken);

    /// <summary>Comments written by our own bot, oldest first; nobody else's are returned.</summary>
    Task<IReadOnlyList<OwnComment>> OwnCommentsAsync(RepositoryKey repository, int number, CancellationToken cancellationToken);

    /// <summary>Comments of everybody on the repository's issues, written or changed since then, oldest first; those in the conversation of pull requests are among them.</summary>
    Task<IReadOnlyList<IssueComment>> CommentsSinceAsync(RepositoryKey repository, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Puts our reaction on a comment; one that is there already is success.</summary>
    Task ReactAsync(RepositoryKey repository, long commentId, Reaction reaction, CancellationToken cancellationToken);

    /// <summary>Writes a comment and returns its id.</summary>
    Task<long> CreateCommentAsync(RepositoryKey repository, int number, string body, CancellationToken cancellationToken);

    /// <summary>Replaces a comment of ours; false when it no longer exists.</summary>
    Task<bool> EditCommentAsync(RepositoryKey repository, long commentId, string body, CancellationToken cancellationToken);

    /// <summary>Adds one label, leaving the others alone.</summary>
    Task AddLabelAsync(RepositoryKey repository, int number, string label, CancellationToken cancellationToken);

    /// <summary>Removes one label; one that is not there is success.</summary>
    Task RemoveLabelAsync(RepositoryKey repository, int number, string label, CancellationToken cancellationToken);

    /// <summary>Names of the labels the repository has.</summary>
    Task<IReadOnlyList<string>> LabelsAsync(RepositoryKey repository, CancellationToken cancellationToken);

    /// <summary>Makes a label; false when GitHub will not have it (422), which mostly means that it is there already.</summary>
    Task<bool> CreateLabelAsync(RepositoryKey repository, RepositoryLabel label, CancellationToken cancellationToken);

    /// <summary>Closes the issue as completed.</summary>
    Task CloseAsync(RepositoryKey repository, int number, CancellationToken cancellationToken);

    /// <summary>Opens the issue again.</summary>
    Task ReopenAsync(RepositoryKey repository, int number, CancellationToken cancellationToken);
}

/// <summary>An issue as a list shows it.</summary>
public sealed record ListedIssue(int Number, long Id, string Title, bool IsOpen, bool IsPullRequest, ImmutableArray<string> Labels)
{
    /// <summary>How many issues block it, open or not, by GitHub's own dependencies; null = the list does not say.</summary>
    public int? Blockers { get; init; }

    /// <summary>How many comments it has; null = the list does not say.</summary>
    public int? Comments { get; init; }
}

/// <summary>What became of an issue that a text names.</summary>
/// <param name="Reference">Which.</param>
/// <param name="IsOpen">Whether it is open; null when it is not there or not ours to see.</param>
public sealed record ReferencedIssue(IssueReference Reference, bool? IsOpen);

/// <summary>A label as a repository defines it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Colour">Six hexadecimal digits.</param>
/// <param name="Description">At most 100 characters.</param>
public sealed record RepositoryLabel(string Name, string Colour, string Description);

/// <summary>The reactions that answer a command.</summary>
public enum Reaction
{
    /// <summary>Obeyed: <c>+1</c>.</summary>
    Obeyed,

    /// <summary>Not obeyed: <c>confused</c>.</summary>
    Confused,
}

/// <summary>Anybody's comment on an issue or in the conversation of a pull request.</summary>
/// <param name="Id">REST id.</param>
/// <param name="NodeId">GitHub's global id.</param>
/// <param name="Issue">Number of the issue or pull request.</param>
/// <param name="At">When it was written.</param>
/// <param name="Author">Who wrote it; null for a deleted account.</param>
/// <param name="Body">Its text, a stranger's.</param>
public sealed record IssueComment(long Id, string NodeId, int Issue, DateTimeOffset At, Actor? Author, string Body)
{
    /// <summary>Whether it stands under a pull request.</summary>
    public bool IsOnPullRequest { get; init; }

    /// <summary>Whether it was changed after it was written.</summary>
    public bool IsEdited { get; init; }

    /// <summary>Whether somebody, we or anybody else, put a reaction on it that answers a command.</summary>
    public bool IsAnswered { get; init; }
}

/// <summary>A comment of our own bot.</summary>
public sealed record OwnComment(long Id, string Body);

/// <summary>Who did something; <see cref="Id"/> is null for a deleted account.</summary>
/// <param name="Id">Numeric user id.</param>
/// <param name="Login">Login, for display.</param>
/// <param name="IsPerson">False for bots and Apps.</param>
public sealed record Actor(long? Id, string Login, bool IsPerson);

/// <summary>The events that decide trust and takeover.</summary>
public enum IssueEventKind
{
    /// <summary>A label was applied.</summary>
    Labeled,

    /// <summary>A label was removed.</summary>
    Unlabeled,

    /// <summary>Closed.</summary>
    Closed,

    /// <summary>Reopened.</summary>
    Reopened,

    /// <summary>The title was changed.</summary>
    Renamed,
}

/// <summary>One event of an issue's timeline.</summary>
/// <param name="NodeId">GitHub's global id of the event.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who; null when GitHub does not say (deleted account).</param>
/// <param name="Label">The label, for label events.</param>
/// <param name="CloserSha">The commit that closed it, when a commit did.</param>
public sealed record IssueEvent(string NodeId, IssueEventKind Kind, DateTimeOffset At, Actor? Actor, string? Label, string? CloserSha);

/// <summary>That the text was edited.</summary>
/// <param name="At">When.</param>
/// <param name="Editor">Who; null when GitHub does not say (deleted account).</param>
public sealed record TextEdit(DateTimeOffset At, Actor? Editor);

/// <summary>That there is a comment.</summary>
/// <param name="Id">REST id.</param>
/// <param name="At">When it was written.</param>
public sealed record CommentSign(long Id, DateTimeOffset At);

/// <summary>One issue and one branch head, read at one moment.</summary>
public sealed record IssueSnapshot
{
    /// <summary>Numeric id of the repository that answered.</summary>
    public required long RepositoryId { get; init; }

    /// <summary>Its name now.</summary>
    public required string RepositoryName { get; init; }

    /// <summary>Whether it is archived: then nothing can be written.</summary>
    public bool IsArchived { get; init; }

    /// <summary>Its default branch.</summary>
    public required string DefaultBranch { get; init; }

    /// <summary>Head of the branch asked for; null when the branch does not exist.</summary>
    public string? HeadSha { get; init; }

    /// <summary>Message of that commit; null when no branch was asked for.</summary>
    public string? HeadMessage { get; init; }

    /// <summary>Who opened the merged pull requests, from another copy of the repository, that brought that commit here; empty where nobody is known to have.</summary>
    public ImmutableArray<Actor> HeadBroughtBy { get; init; } = [];

    /// <summary>Numeric issue id.</summary>
    public required long IssueId { get; init; }

    /// <summary>Issue number.</summary>
    public required int Number { get; init; }

    /// <summary>Title, a stranger's text.</summary>
    public required string Title { get; init; }

    /// <summary>Body, a stranger's text.</summary>
    public required string Body { get; init; }

    /// <summary>Open or closed.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>Labels.</summary>
    public required ImmutableArray<string> Labels { get; init; }

    /// <summary>Where people see it.</summary>
    public required string Url { get; init; }

    /// <summary>When the text was last edited; null = never.</summary>
    public DateTimeOffset? LastEditedAt { get; init; }

    /// <summary>Who edited it last.</summary>
    public Actor? Editor { get; init; }

    /// <summary>The edits of the text, the writing of it among them or not, in no order; empty where a branch was asked for, or there are none.</summary>
    public ImmutableArray<TextEdit> Edits { get; init; } = [];

    /// <summary>Whether there may be more edits than those that were read.</summary>
    public bool EditsAreCut { get; init; }

    /// <summary>Decisive events, oldest first, at most the newest hundred.</summary>
    public ImmutableArray<IssueEvent> Events { get; init; } = [];

    /// <summary>Whether there may be older events than those that were read.</summary>
    public bool EventsAreCut { get; init; }

    /// <summary>Of its newest ten comments those that people wrote.</summary>
    public ImmutableArray<CommentSign> PeoplesComments { get; init; } = [];

    /// <summary>Statuses of the commit asked for; null when none was asked for, or GitHub does not show them this way.</summary>
    public CommitStatuses? Statuses { get; init; }

    /// <summary>Where people see a commit of the same repository; null when the issue's own address is not known.</summary>
    public string? CommitUrl(string? sha) =>
        sha is not null && Url.LastIndexOf("/issues/", StringComparison.Ordinal) is > 0 and var at ? $"{Url[..at]}/commit/{sha}" : null;

    /// <summary>Whether the issue carries the label, ignoring case.</summary>
    public bool Has(string label) => Labels.Contains(label, StringComparer.OrdinalIgnoreCase);
}

/// <summary>The latest status of each context of a commit.</summary>
public sealed record CommitStatuses(string Sha, ImmutableArray<StatusFact> All);
