namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>How GitHub is reached.</summary>
public sealed record GitHubOptions
{
    /// <summary>REST base address; must end in a slash. Default <c>https://api.github.com/</c>.</summary>
    public Uri BaseAddress { get; init; } = new("https://api.github.com/");

    /// <summary>Issuer of the App's JWT: client id (recommended) or App id.</summary>
    public required string Issuer { get; init; }

    /// <summary>The App's private key, PEM.</summary>
    public required string PrivateKeyPem { get; init; }

    /// <summary>Bound of one request, body included. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Its name only: what it holds is secret.</summary>
    public override string ToString() => nameof(GitHubOptions);

    /// <summary>GraphQL's address: beside the REST base on github.com, <c>/api/graphql</c> beside <c>/api/v3/</c> on GitHub Enterprise Server.</summary>
    public Uri GraphQlAddress => BaseAddress.AbsolutePath.EndsWith("/api/v3/", StringComparison.Ordinal)
        ? new Uri(BaseAddress, "/api/graphql")
        : new Uri(BaseAddress, "graphql");
}
