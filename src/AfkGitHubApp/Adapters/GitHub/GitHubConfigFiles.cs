using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Settings files on GitHub, by one query each.</summary>
public sealed class GitHubConfigFiles(GitHubConnection gitHub) : IConfigFiles
{
    /// <inheritdoc/>
    public async Task<ConfigFile?> ReadAsync(RepositoryKey repository, string? sha, CancellationToken cancellationToken) =>
        ConfigAtCommit.Read(await AskAsync(repository, ConfigAtCommit.Query, sha ?? ConfigAtCommit.Head, cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigFile>> VersionsAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        var head = await AskAsync(repository, ConfigAtCommit.VersionsQuery, ConfigAtCommit.Head, cancellationToken);
        return [.. (head?.History?.All ?? []).Prepend(head).Select(ConfigAtCommit.Read).OfType<ConfigFile>()];
    }

    private async Task<ConfigCommitNode?> AskAsync(RepositoryKey repository, string query, string revision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var data = await gitHub.QueryAsync<ConfigVariables, ConfigData>(
            CallIdentity.Installation(repository.InstallationId),
            query,
            new(repository.Owner, repository.Name, revision, RepoConfig.Path),
            GitHubJson.Default.GraphQlRequestConfigVariables,
            cancellationToken);
        return data.Repository switch
        {
            null => throw new GitHubFailure(FailureKind.NotFound, "the repository is not there"),
            { DatabaseId: var id } when id != repository.Id => throw new GitHubFailure(FailureKind.Moved, $"{repository} answered as repository {id}, not {repository.Id}"),
            { Object: var commit } => commit,
        };
    }
}
