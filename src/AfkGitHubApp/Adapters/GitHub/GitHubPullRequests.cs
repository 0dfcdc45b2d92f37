using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Pull requests on GitHub.</summary>
public sealed class GitHubPullRequests(GitHubConnection gitHub) : IPullRequests
{
    /// <inheritdoc/>
    public async Task<PullRequest?> FindAsync(RepositoryKey repository, string headBranch, string baseBranch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var head = Uri.EscapeDataString($"{repository.Owner}:{headBranch}");
        var (found, _) = await gitHub.GetPagesAsync<List<PullRequestDto>, PullRequestDto>(
            CallIdentity.Installation(repository.InstallationId), $"repos/{repository}/pulls?head={head}&state=all&per_page=100", page => page, cancellationToken);
        return found.Where(each => each.Base?.Ref is null || string.Equals(each.Base.Ref, baseBranch, StringComparison.Ordinal)).MaxBy(each => each.Number) is { } newest ? Read(newest) : null;
    }

    /// <inheritdoc/>
    public async Task<PullRequest> OpenAsync(RepositoryKey repository, string headBranch, string baseBranch, string title, string body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var opened = await gitHub.PostAsync<OpenPullRequestBody, PullRequestDto>(
            CallIdentity.Installation(repository.InstallationId), $"repos/{repository}/pulls", new(title, headBranch, baseBranch, body), GitHubJson.Default.OpenPullRequestBody, cancellationToken);
        return Read(opened);
    }

    private static PullRequest Read(PullRequestDto dto) =>
        new(dto.Number, string.Equals(dto.State, "open", StringComparison.OrdinalIgnoreCase), dto.MergedAt is not null, dto.HtmlUrl) { MergeSha = dto.MergedAt is null ? null : dto.MergeCommitSha };
}
