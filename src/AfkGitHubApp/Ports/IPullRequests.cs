using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>Pull requests of the runs' own branches. Every method may throw <see cref="GitHubFailure"/>.</summary>
public interface IPullRequests
{
    /// <summary>The newest pull request from this branch into that one, of any state; null when there is none.</summary>
    Task<PullRequest?> FindAsync(RepositoryKey repository, string headBranch, string baseBranch, CancellationToken cancellationToken);

    /// <summary>The commit that merging it made on its base branch; null while it is not merged.</summary>
    Task<string?> MergedAsync(RepositoryKey repository, int number, CancellationToken cancellationToken);

    /// <summary>Opens one. Needs the permission <c>pull_requests: write</c>.</summary>
    Task<PullRequest> OpenAsync(RepositoryKey repository, string headBranch, string baseBranch, string title, string body, CancellationToken cancellationToken);
}

/// <summary>A pull request.</summary>
/// <param name="Number">Its number.</param>
/// <param name="IsOpen">Whether it is open.</param>
/// <param name="IsMerged">Whether it was merged.</param>
/// <param name="Url">Where people see it; may be null.</param>
public sealed record PullRequest(int Number, bool IsOpen, bool IsMerged, string? Url);
