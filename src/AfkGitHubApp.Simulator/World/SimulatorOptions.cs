namespace AfkGitHubApp.Simulator.World;

/// <summary>What a simulated GitHub is made with.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Where the simulator is reached. Every <c>url</c> and <c>html_url</c> in an answer starts with it.</summary>
    public Uri BaseUrl { get; init; } = new("http://github.simulated/");

    /// <summary>Feeds everything that looks random: commit ids, tokens, delivery GUIDs, chaos. Equal seeds and equal calls give equal worlds.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Slug of the App under test; its bot is <c>slug[bot]</c>.</summary>
    public string AppSlug { get; init; } = "afk-app";

    /// <summary>Numeric id of the App under test.</summary>
    public long AppId { get; init; } = 1_204_007;

    /// <summary>Client id of the App under test; accepted as JWT issuer next to <see cref="AppId"/>.</summary>
    public string ClientId { get; init; } = "Iv23liSimulatedApp01";

    /// <summary>Secret that signs webhook deliveries.</summary>
    public string WebhookSecret { get; init; } = "simulated-webhook-secret";

    /// <summary>Public key (PEM) that the App's JWTs are verified with.</summary>
    public required string AppPublicKeyPem { get; init; }

    /// <summary>How long an installation token is good for.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a dispatched run stays out of list answers; reading it by id works at once.</summary>
    public TimeSpan DispatchVisibleAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Requests per hour and installation before GitHub answers 403 (5,000 by GitHub's documentation on REST rate limits).</summary>
    public int RequestsPerHour { get; init; } = 5000;

    /// <summary>Divides every simulated duration (turns, CI, delays), so that a demonstration need not take hours. The clock itself is not touched: tokens and JWTs keep their real lifetimes.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Permissions of the App's installations, by GitHub's names; values are <c>read</c> or <c>write</c>.</summary>
    public IReadOnlyDictionary<string, string> Permissions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["metadata"] = "read",
        ["issues"] = "write",
        ["actions"] = "write",
        ["checks"] = "read",
        ["statuses"] = "read",
        ["contents"] = "read",
        ["pull_requests"] = "read",
    };

    /// <summary>Events the App subscribed to. <c>installation</c>, <c>installation_repositories</c> and <c>ping</c> are always sent.</summary>
    public IReadOnlyList<string> Events { get; init; } = ["issues", "issue_comment", "issue_dependencies", "push", "check_suite", "status", "workflow_run", "pull_request", "pull_request_review"];

    /// <summary>Moves the clock, where the clock is a manual one; null on a real clock.</summary>
    public Action<TimeSpan>? Advance { get; init; }
}
