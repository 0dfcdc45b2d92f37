using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>How the checks of a branch's commits are folded: whose runs never count, and which contexts must have succeeded.</summary>
public sealed class CiRulesReader(ICiReader ci, IGitHubApp app)
{
    /// <summary>The rules of this branch now, and what the repository's settings add.</summary>
    public async Task<CiRules> ReadAsync(RepositoryKey repository, string branch, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var known = await WithoutRequiredAsync(settings, cancellationToken);
        return known with { Required = [.. (await ci.RequiredContextsAsync(repository, branch, cancellationToken)).Union(settings.Checks.Required, StringComparer.Ordinal)] };
    }

    /// <summary>What is known without asking: enough to tell whose runs never count.</summary>
    public async Task<CiRules> WithoutRequiredAsync(RepositorySettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var us = await app.IdentityAsync(cancellationToken);
        return new CiRules { OurAppId = us.AppId, AgentWorkflowPath = settings.WorkflowPath, Ignored = settings.Checks.Ignored };
    }
}
