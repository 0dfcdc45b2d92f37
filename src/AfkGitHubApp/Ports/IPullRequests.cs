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
    /// Merges it, if its head is still this commit. A <see cref="FailureKind.Refused"/> failure says in its <see cref="GitHubFailure.Reason"/>
    /// what is in the way: rules of the branch, a merge queue, a conflict, the permission <c>contents: write</c>; a head that has moved is
    /// <see cref="FailureKind.Transient"/> (409).
    /// </summary>
    Task MergeAsync(RepositoryKey repository, int number, string sha, CancellationToken cancellationToken);

    /// <summary>Opens one. Needs the permission <c>pull_requests: write</c>.</summary>
    Task<PullRequest> OpenAsync(RepositoryKey repository, string headBranch, string baseBranch, string title, string body, CancellationToken cancellationToken);
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
}
