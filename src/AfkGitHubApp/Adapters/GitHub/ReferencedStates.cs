using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// One query for the state of any number of issues and pull requests, each under an alias of its own: REST would need a request for each. What
/// people wrote travels as variables and never in the query.
/// </summary>
internal static class ReferencedStates
{
    public static (string Query, IReadOnlyDictionary<string, JsonElement> Variables) Ask(IReadOnlyList<IssueReference> references)
    {
        var declared = new StringBuilder();
        var asked = new StringBuilder();
        var variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        for (var at = 0; at < references.Count; at++)
        {
            var place = new RepositoryKey(0, references[at].Repository, 0);
            declared.Append(at == 0 ? "" : ", ").Append($"$o{at}: String!, $n{at}: String!, $i{at}: Int!");
            asked.Append($"  r{at}: repository(owner: $o{at}, name: $n{at}) {{ issueOrPullRequest(number: $i{at}) {{ __typename ... on Issue {{ issueState: state }} ... on PullRequest {{ pullRequestState: state }} }} }}\n");
            variables[$"o{at}"] = JsonElement.Parse($"\"{JsonEncodedText.Encode(place.Owner)}\"");
            variables[$"n{at}"] = JsonElement.Parse($"\"{JsonEncodedText.Encode(place.Name)}\"");
            variables[$"i{at}"] = JsonElement.Parse(references[at].Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return ($"query ReferencedStates({declared}) {{\n{asked}}}", variables);
    }

    public static IReadOnlyList<ReferencedIssue> Read(IReadOnlyList<IssueReference> references, IReadOnlyDictionary<string, ReferencedRepositoryNode?> data) =>
        [.. references.Select((reference, at) => new ReferencedIssue(reference, IsOpen(data.GetValueOrDefault($"r{at}")?.IssueOrPullRequest)))];

    /// <summary>A word we do not know says nothing.</summary>
    private static bool? IsOpen(ReferencedNode? node) => (node?.IssueState ?? node?.PullRequestState) switch
    {
        "OPEN" => true,
        "CLOSED" or "MERGED" => false,
        _ => null,
    };
}

internal sealed record ReferencedRepositoryNode([property: JsonPropertyName("issueOrPullRequest")] ReferencedNode? IssueOrPullRequest);

internal sealed record ReferencedNode(
    [property: JsonPropertyName("issueState")] string? IssueState,
    [property: JsonPropertyName("pullRequestState")] string? PullRequestState);
