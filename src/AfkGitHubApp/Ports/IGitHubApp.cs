using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>Who we are on GitHub, and where we are installed.</summary>
public interface IGitHubApp
{
    /// <summary>Our App and its bot account; asked once, then remembered.</summary>
    Task<AppIdentity> IdentityAsync(CancellationToken cancellationToken);

    /// <summary>The identity if it is known already, without asking.</summary>
    AppIdentity? KnownIdentity { get; }

    /// <summary>The repository of this name; null when the App is not installed on it or it does not exist.</summary>
    Task<RepositoryKey?> FindRepositoryAsync(string fullName, CancellationToken cancellationToken);
}

/// <summary>Our App.</summary>
/// <param name="AppId">The App's id.</param>
/// <param name="Slug">The App's slug.</param>
/// <param name="BotId">User id of its bot account.</param>
public sealed record AppIdentity(long AppId, string Slug, long BotId);
