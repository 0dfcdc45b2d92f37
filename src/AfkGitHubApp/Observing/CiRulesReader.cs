using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>How the checks of a branch's commits are folded: whose runs never count, and which contexts must have succeeded.</summary>
public sealed class CiRulesReader(ICiReader ci, IGitHubApp app, Gates gates)
{
    /// <summary>The rules of this branch now.</summary>
    public async Task<CiRules> ReadAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken) =>
        await WithoutRequiredAsync(cancellationToken) with { Required = [.. await ci.RequiredContextsAsync(repository, branch, cancellationToken)] };

    /// <summary>What is known without asking: enough to tell whose runs never count.</summary>
    public async Task<CiRules> WithoutRequiredAsync(CancellationToken cancellationToken)
    {
        var us = await app.IdentityAsync(cancellationToken);
        return new CiRules { OurAppId = us.AppId, AgentWorkflowPath = gates.AgentWorkflowPath };
    }
}
