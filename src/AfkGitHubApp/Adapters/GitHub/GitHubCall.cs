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
internal sealed class GitHubCall(CallIdentity identity, bool repeatable, CancellationToken cancellationToken)
{
    private static readonly AsyncLocal<GitHubCall?> Ambient = new();

    public static GitHubCall Current => Ambient.Value ?? throw new InvalidOperationException("A request to GitHub was sent outside an adapter method.");

    public CallIdentity Identity { get; } = identity;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Set right before the request leaves; the minting of a token before it is a call of its own.</summary>
    public bool Sent { get; set; }

    /// <summary>Whether a request without a proper answer leaves open what became of it. A read, a query and a minting change nothing that matters.</summary>
    public bool MayHaveBeenPerformed => Sent && !repeatable;

    public static void Begin(CallIdentity identity, bool repeatable, CancellationToken cancellationToken) => Ambient.Value = new(identity, repeatable, cancellationToken);
}
