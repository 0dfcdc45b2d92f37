namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>As whom a request is sent.</summary>
/// <param name="InstallationId">The installation; null = the App itself.</param>
public readonly record struct CallIdentity(long? InstallationId)
{
    /// <summary>The App itself, by JWT.</summary>
    public static CallIdentity App => default;

    /// <summary>An installation of the App.</summary>
    public static CallIdentity Installation(long id) => new(id);
}

/// <summary>
/// Identity and cancellation of one call. They ride in an AsyncLocal because half of Octokit's verbs take no token and none takes an
/// identity; each adapter method sets it at its start, so concurrent callers cannot see each other's.
/// </summary>
internal sealed record GitHubCall(CallIdentity Identity, CancellationToken CancellationToken)
{
    private static readonly AsyncLocal<GitHubCall?> Ambient = new();

    public static GitHubCall Current => Ambient.Value ?? throw new InvalidOperationException("A request to GitHub was sent outside an adapter method.");

    public static void Begin(CallIdentity identity, CancellationToken cancellationToken) => Ambient.Value = new(identity, cancellationToken);
}
