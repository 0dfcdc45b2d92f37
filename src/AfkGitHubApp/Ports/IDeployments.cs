using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>Where commits were deployed. Read only; every method may throw <see cref="GitHubFailure"/>.</summary>
public interface IDeployments
{
    /// <summary>The newest deployments to each of these environments, oldest first. Needs the permission <c>deployments: read</c>.</summary>
    Task<IReadOnlyList<Deployment>> ReadAsync(RepositoryKey repository, IReadOnlyList<string> environments, CancellationToken cancellationToken);
}

/// <summary>One deployment.</summary>
/// <param name="Environment">Where to.</param>
/// <param name="Sha">What.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="State">Its newest status, GitHub's word in small letters; null when it has none yet.</param>
/// <param name="Url">Where people look at it; may be null.</param>
public sealed record Deployment(string Environment, string Sha, DateTimeOffset CreatedAt, string? State, string? Url);
