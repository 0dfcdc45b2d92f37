namespace AfkGitHubApp.Ports;

/// <summary>The server of a backend that is not GitHub, for whoever looks for what is missing. May throw <see cref="GitHubFailure"/>.</summary>
public interface IAgentServer
{
    /// <summary>Looks once; writes nothing.</summary>
    Task<AgentServerCondition> LookAsync(CancellationToken cancellationToken);
}

/// <summary>How a backend's server was found.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Version">What it runs.</param>
/// <param name="Tested">The versions this build is tested with, in words.</param>
/// <param name="IsTested">Whether it is one of them; turns are started on no other.</param>
/// <param name="TokenAccepted">Whether it accepts the token.</param>
/// <param name="MissingScopes">What the token would need besides.</param>
/// <param name="TokenExpiresAt">When the token ends; null when it does not say.</param>
public sealed record AgentServerCondition(string Address, string Version, string Tested, bool IsTested, bool TokenAccepted, IReadOnlyList<string> MissingScopes, DateTimeOffset? TokenExpiresAt);
