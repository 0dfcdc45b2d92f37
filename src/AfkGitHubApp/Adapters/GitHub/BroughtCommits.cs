using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Which commits came to the repository by a pull request from a copy of it, and whose it was. One query for any number of commits.</summary>
internal static class BroughtCommits
{
    /// <summary>Of a commit; merged pull requests are shown as long as the repository stands.</summary>
    public const string Selection = "associatedPullRequests(first: 10) { nodes { merged isCrossRepository headRepository { __typename } author { __typename login ... on User { databaseId } ... on Bot { databaseId } } } }";

    private static readonly string[] Shown = ["associatedPullRequests", "headRepository"];

    public static (string Query, IReadOnlyDictionary<string, JsonElement> Variables) Ask(string owner, string name, IReadOnlyList<string> commits)
    {
        var declared = new StringBuilder("$owner: String!, $name: String!");
        var asked = new StringBuilder();
        var variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["owner"] = Text(owner), ["name"] = Text(name) };
        for (var at = 0; at < commits.Count; at++)
        {
            declared.Append($", $c{at}: GitObjectID!");
            asked.Append($"    c{at}: object(oid: $c{at}) {{ ... on Commit {{ {Selection} }} }}\n");
            variables[$"c{at}"] = Text(commits[at]);
        }

        return ($"query BroughtCommits({declared}) {{\n  repository(owner: $owner, name: $name) {{\n{asked}  }}\n}}", variables);
    }

    /// <summary>Where the App may not see pull requests, nothing is known of any commit; a copy that it may not see is a copy.</summary>
    public static bool MayLack(GraphQlError error) => error.Path is [.., { ValueKind: JsonValueKind.String } field] && Array.Exists(Shown, shown => field.ValueEquals(shown));

    /// <summary>
    /// Who opened the merged pull requests that brought the commit here from elsewhere, into whichever branch: what is on one branch comes to
    /// the next without a pull request that crosses repositories. A copy that was deleted is shown as none; a branch of this repository never is.
    /// </summary>
    public static ImmutableArray<Actor> Authors(Nodes<PullRequestNode>? pulls) =>
    [
        .. (pulls?.All ?? [])
            .Where(pull => pull is { Merged: true } and ({ IsCrossRepository: true } or { HeadRepository: null }))
            .Select(pull => IssueSituation.Who(pull!.Author) ?? new Actor(Id: null, "ghost", IsPerson: false)),
    ];

    private static JsonElement Text(string value) => JsonElement.Parse($"\"{JsonEncodedText.Encode(value)}\"");
}

internal sealed record BroughtData([property: JsonPropertyName("repository")] Dictionary<string, BroughtNode?>? Repository);

internal sealed record BroughtNode([property: JsonPropertyName("associatedPullRequests")] Nodes<PullRequestNode>? Pulls);

internal sealed record PullRequestNode(
    [property: JsonPropertyName("merged"), JsonRequired] bool Merged,
    [property: JsonPropertyName("isCrossRepository"), JsonRequired] bool IsCrossRepository,
    [property: JsonPropertyName("headRepository")] HeadRepositoryNode? HeadRepository,
    [property: JsonPropertyName("author")] ActorNode? Author);

internal sealed record HeadRepositoryNode;
