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

    /// <summary>
    /// Asks for it to be merged if its head is still this commit, by the repository's own method and through its merge queue where it has one.
    /// A <see cref="FailureKind.Refused"/> failure says in its <see cref="GitHubFailure.Reason"/> what is in the way: the permission
    /// <c>contents: write</c> is missing. A head that has moved, and a request that is still under way, are <see cref="FailureKind.Transient"/>
    /// (409). A GitHub that does not merge in the background, which is Enterprise Server until now, answers <see cref="FailureKind.NotFound"/>.
    /// https://docs.github.com/rest/pulls/pulls#merge-a-pull-request-asynchronously
    /// </summary>
    Task<MergeAnswer> MergeAsync(RepositoryKey repository, int number, string sha, CancellationToken cancellationToken);

    /// <summary>The same, by a merge commit, and without a merge queue. https://docs.github.com/rest/pulls/pulls#merge-a-pull-request</summary>
    Task<MergeAnswer> MergeAtOnceAsync(RepositoryKey repository, int number, string sha, CancellationToken cancellationToken);

    /// <summary>What has become of a request; null when GitHub has forgotten it, which it does after a day.</summary>
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
    public MergeRequest ApplyTo(MergeRequest asked, PullRequest pullRequest, InFlightRun run)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(pullRequest);
        return State is MergeState.Refused
            ? asked with { Id = null, IsQueued = false, Refused = Markdown.Plain(Why is { Length: > 0 } ? Why.TrimEnd('.') : "it gives no reason", LongestReason), RefusedAsOf = pullRequest.AsOf(run) }
            : asked with { Id = Request, IsQueued = State is MergeState.Queued };
    }
}

/// <summary>States of a request to merge.</summary>
public enum MergeState
{
    /// <summary>GitHub is at it.</summary>
    Pending,

    /// <summary>It stands in the branch's merge queue.</summary>
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

    /// <summary>When anything about it last changed, reviews included; null when GitHub does not say.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>What GitHub's answer to a merge rests on: reviews and the like change the pull request, checks the reading of CI.</summary>
    public string AsOf(InFlightRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return $"{ChangedAt:O} {run.Watch.CiFingerprint}";
    }
}
