using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// Deployments on GitHub, of all environments in one query, each under an alias of its own: REST would need a request for each environment
/// and another one for the newest status of each deployment.
/// </summary>
public sealed class GitHubDeployments(GitHubConnection gitHub) : IDeployments
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<Deployment>> ReadAsync(RepositoryKey repository, IReadOnlyList<string> environments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(environments);
        var (query, variables) = Ask(repository, environments);
        var data = await gitHub.QueryAsync<IReadOnlyDictionary<string, JsonElement>, DeploymentData>(
            CallIdentity.Installation(repository.InstallationId), query, variables, GitHubJson.Default.GraphQlRequestIReadOnlyDictionaryStringJsonElement, cancellationToken);
        if (data.Repository is not { } found || !found.TryGetValue("databaseId", out var id))
        {
            throw new GitHubFailure(FailureKind.NotFound, "the repository is not there");
        }

        return id.TryGetInt64(out var answered) && answered == repository.Id
            ? [.. environments.SelectMany((environment, at) => Read(environment, found, at))]
            : throw new GitHubFailure(FailureKind.Moved, $"{repository} answered as repository {id}, not {repository.Id}");
    }

    /// <summary>The query; names of environments travel as variables and never in it.</summary>
    internal static (string Query, IReadOnlyDictionary<string, JsonElement> Variables) Ask(RepositoryKey repository, IReadOnlyList<string> environments)
    {
        var declared = new StringBuilder("$owner: String!, $name: String!");
        var asked = new StringBuilder();
        var variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["owner"] = Text(repository.Owner), ["name"] = Text(repository.Name) };
        for (var at = 0; at < environments.Count; at++)
        {
            declared.Append($", $e{at}: String!");
            asked.Append($"    e{at}: deployments(environments: [$e{at}], last: 10) {{ nodes {{ commitOid createdAt latestStatus {{ state logUrl environmentUrl }} }} }}\n");
            variables[$"e{at}"] = Text(environments[at]);
        }

        return ($"query Deployments({declared}) {{\n  repository(owner: $owner, name: $name) {{\n    databaseId\n{asked}  }}\n}}", variables);
    }

    private static JsonElement Text(string text) => JsonElement.Parse($"\"{JsonEncodedText.Encode(text)}\"");

    private static IEnumerable<Deployment> Read(string environment, Dictionary<string, JsonElement> found, int at)
    {
        var nodes = found.TryGetValue($"e{at}", out var connection) ? connection.Deserialize(GitHubJson.Default.NodesDeploymentNode)?.All ?? [] : [];
        return nodes.Where(node => node is { CommitOid: not null, CreatedAt: not null }).Select(node => new Deployment(
            environment, node!.CommitOid!, node.CreatedAt!.Value, node.LatestStatus?.State?.ToLowerInvariant(), node.LatestStatus?.LogUrl ?? node.LatestStatus?.EnvironmentUrl));
    }
}

/// <summary>The repository's id, and its environments under their aliases.</summary>
internal sealed record DeploymentData([property: JsonPropertyName("repository")] Dictionary<string, JsonElement>? Repository);

internal sealed record DeploymentNode(
    [property: JsonPropertyName("commitOid")] string? CommitOid,
    [property: JsonPropertyName("createdAt")] DateTimeOffset? CreatedAt,
    [property: JsonPropertyName("latestStatus")] DeploymentStatusNode? LatestStatus);

internal sealed record DeploymentStatusNode(
    [property: JsonPropertyName("state")] string? State,
    [property: JsonPropertyName("logUrl")] string? LogUrl,
    [property: JsonPropertyName("environmentUrl")] string? EnvironmentUrl);
