using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>Pull requests of the runs' own branches. Every method may throw <see cref="GitHubFailure"/>.</summary>
public interface IPullRequests
{
    /// <summary>The newest pull request from this branch into that one, of any state; null when there is none.</summary>
    Task<PullRequest?> FindAsync(RepositoryKey repository, string headBranch, string baseBranch, CancellationToken cancellationToken);

    /// <summary>The commit that merging it made on its base branch; null while it is not merged.</summary>
    Task<string?> MergedAsync(RepositoryKey repository, int number, CancellationToken cancellationToken);

    /// <summary>What stands for and against a merge now; null when it is not open any more.</summary>
    Task<MergeCondition?> ConditionAsync(RepositoryKey repository, int number, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for it to be merged in the background if its head is still this commit, through the branch's merge queue where it has one. A
    /// <see cref="FailureKind.Refused"/> failure says in its <see cref="GitHubFailure.Reason"/> what is in the way: the permission
    /// <c>contents: write</c> is missing. A head that has moved, and a request that is still under way, are <see cref="FailureKind.Transient"/>
    /// (409). A GitHub that does not merge in the background, which is Enterprise Server until now, answers <see cref="FailureKind.NotFound"/>.
    /// https://docs.github.com/rest/pulls/pulls#merge-a-pull-request-asynchronously
    /// </summary>
    /// <param name="repository">Where.</param>
    /// <param name="number">Which.</param>
    /// <param name="sha">The head that was judged.</param>
    /// <param name="method">GitHub's word for the method; null leaves it to GitHub.</param>
    /// <param name="cancellationToken">Ends it before it is sent.</param>
    Task<MergeAnswer> MergeAsync(RepositoryKey repository, int number, string sha, string? method, CancellationToken cancellationToken);

    /// <summary>The same at once, and past no merge queue. https://docs.github.com/rest/pulls/pulls#merge-a-pull-request</summary>
    Task<MergeAnswer> MergeAtOnceAsync(RepositoryKey repository, int number, string sha, string? method, CancellationToken cancellationToken);

    /// <summary>What has become of a request that was pending; null when GitHub has forgotten it, which it does after a day.</summary>
    Task<MergeAnswer?> MergeAnswerAsync(RepositoryKey repository, int number, string request, CancellationToken cancellationToken);

    /// <summary>Opens one. Needs the permission <c>pull_requests: write</c>.</summary>
    Task<PullRequest> OpenAsync(RepositoryKey repository, string headBranch, string baseBranch, string title, string body, CancellationToken cancellationToken);
}

/// <summary>How far a request to merge has come.</summary>
/// <param name="State">How far.</param>
/// <param name="Request">By what it is asked for again; null when this was the last word.</param>
/// <param name="Why">Why it is not merged, GitHub's words (a stranger's: escape them); null when it gave none.</param>
public sealed record MergeAnswer(MergeState State, string? Request, string? Why)
{
    private const int LongestReason = 200;

    /// <summary>The request with this answer to it.</summary>
    public MergeRequest ApplyTo(MergeRequest asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        return State is MergeState.Refused
            ? asked with { Id = null, IsQueued = false, Refused = Markdown.Plain(Why is { Length: > 0 } ? Why.TrimEnd('.') : "it gives no reason", LongestReason) }
            : asked with { Id = State is MergeState.Pending ? Request : null, IsQueued = State is MergeState.Queued };
    }
}

/// <summary>What stands for and against a merge.</summary>
/// <param name="IsQueued">Whether it stands in the branch's merge queue.</param>
/// <param name="State">GitHub's word for how it stands with the rules of its base, such as <c>CLEAN</c>, <c>BLOCKED</c>, <c>BEHIND</c>; <c>UNKNOWN</c> while GitHub works it out.</param>
/// <param name="Reviews">GitHub's word for what the reviews come to; null where none are asked for.</param>
/// <param name="Method">GitHub's word for the repository's own merge method; null where it does not say.</param>
public sealed record MergeCondition(bool IsQueued, string State, string? Reviews, string? Method)
{
    /// <summary>As one text, to see whether it has changed; null while GitHub works it out.</summary>
    public string? Text => State is "UNKNOWN" ? null : $"{State} {Reviews}";
}

/// <summary>States of a request to merge.</summary>
public enum MergeState
{
    /// <summary>GitHub is at it.</summary>
    Pending,

    /// <summary>It was put into the branch's merge queue: GitHub's last word on the request, what comes of it the pull request shows.</summary>
    Queued,

    /// <summary>It is merged.</summary>
    Merged,

    /// <summary>Rules of the branch or a conflict are in the way.</summary>
    Refused,
}

/// <summary>A pull request.</summary>
/// <param name="Number">Its number.</param>
/// <param name="IsOpen">Whether it is open.</param>
/// <param name="IsMerged">Whether it was merged.</param>
/// <param name="Url">Where people see it; may be null.</param>
public sealed record PullRequest(int Number, bool IsOpen, bool IsMerged, string? Url)
{
    /// <summary>When it was opened, by GitHub's clock; null when it does not say.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>What stands for and against a merge; null where the App does not merge, or it could not be learned.</summary>
    public MergeCondition? Condition { get; init; }
}
