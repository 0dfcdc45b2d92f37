namespace AfkGitHubApp.Diagnosing;

/// <summary>The T3 Code server, where one is configured.</summary>
internal static class AgentServerChecks
{
    public const string Subject = "T3 Code";

    /// <summary>A token is not renewed by itself; this long before its end it is spoken of.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    public static string? Fine(Facts facts) => facts.AgentServer?.Answer is { } server ? $"Version {server.Version} at {server.Address}; the token is accepted." : null;

    public static IEnumerable<Finding> Of(Facts facts)
    {
        if (facts.AgentServer is { Failure: { } failure })
        {
            yield return new(Severity.Error, "agent-server-unreachable", Subject, "Afk:T3Code:BaseAddress", $"It cannot be asked: {failure.Message}.", "Start it, or correct the address.");
        }

        if (facts.AgentServer is not { Failure: null, Answer: { } server })
        {
            yield break;
        }

        if (!server.IsTested)
        {
            yield return new(Severity.Error, "agent-server-version", Subject, server.Address, $"It runs version {server.Version}, and only {server.Tested} is known to work: no turn is started.", $"Install version {server.Tested}.");
        }

        if (!server.TokenAccepted)
        {
            yield return new(Severity.Error, "agent-server-token-refused", Subject, "Afk:T3Code:TokenPath", "It does not accept the token: wrong, revoked or at its end.", "On the server: t3 auth session issue --token-only --label afk");
        }

        foreach (var scope in server.MissingScopes)
        {
            yield return new(Severity.Error, "agent-server-scope-missing", Subject, "Afk:T3Code:TokenPath", $"The token may not {scope}.", "On the server: t3 auth session issue --token-only --label afk");
        }

        if (server is { TokenAccepted: true, TokenExpiresAt: { } end } && end - facts.Now < Soon)
        {
            yield return new(Severity.Warning, "agent-server-token-ending", Subject, "Afk:T3Code:TokenPath", $"The token ends at {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC, and nothing renews it.", "On the server: t3 auth session issue --token-only --label afk");
        }
    }
}
