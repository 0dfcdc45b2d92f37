using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// The one query that says what is true of an issue and of a branch at the same moment: REST knows neither when a text was last edited nor
/// by whom, and would need four requests for the rest.
/// </summary>
internal static class IssueSituation
{
    /// <summary>What decides whether a run may start, with everybody who edited the text.</summary>
    public const string Query = $$"""
        query IssueSituation($owner: String!, $name: String!, $number: Int!) {
          repository(owner: $owner, name: $name) {
        {{Place}}
            issue(number: $number) {
              userContentEdits(first: 100) { totalCount nodes { editedAt editor { __typename login ... on User { databaseId } ... on Bot { databaseId } } } }
        {{Facts}}
            }
          }
        }
        """;

    /// <summary>What is true of a run in flight: the issue and the branch that its work must reach.</summary>
    public const string QueryWithBranch = $$"""
        query IssueSituation($owner: String!, $name: String!, $number: Int!, $branch: String!) {
          repository(owner: $owner, name: $name) {
        {{Place}}
        {{Branch}}
            issue(number: $number) {
        {{Facts}}
            }
          }
        }
        """;

    /// <summary>The same, with the statuses of a commit, of which GitHub shows the latest of each context, here as in REST.</summary>
    public const string QueryWithStatuses = $$"""
        query IssueSituation($owner: String!, $name: String!, $number: Int!, $branch: String!, $commit: GitObjectID!) {
          repository(owner: $owner, name: $name) {
            {{Judged}}: object(oid: $commit) { oid ... on Commit { status { contexts { context state targetUrl } } } }
        {{Place}}
        {{Branch}}
            issue(number: $number) {
        {{Facts}}
            }
          }
        }
        """;

    private const string Judged = "judged";
    private const int MostEvents = 100;

    private const string Place = """
            databaseId
            nameWithOwner
            isArchived
            defaultBranchRef { name target { oid } }
        """;

    private const string Branch = $$"""
            ref(qualifiedName: $branch) { target { oid ... on Commit { message {{BroughtCommits.Selection}} } } }
        """;

    private const string Facts = """
              fullDatabaseId
              number
              title
              body
              state
              url
              lastEditedAt
              editor { __typename login ... on User { databaseId } ... on Bot { databaseId } }
              labels(first: 100) { nodes { name } }
              comments(last: 10) { nodes { fullDatabaseId createdAt author { __typename } } }
              timelineItems(last: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, CLOSED_EVENT, REOPENED_EVENT, RENAMED_TITLE_EVENT]) {
                nodes {
                  __typename
                  ... on LabeledEvent { id createdAt actor { __typename login ... on User { databaseId } ... on Bot { databaseId } } label { name } }
                  ... on UnlabeledEvent { id createdAt actor { __typename login ... on User { databaseId } ... on Bot { databaseId } } label { name } }
                  ... on ClosedEvent { id createdAt actor { __typename login ... on User { databaseId } ... on Bot { databaseId } } closer { __typename ... on Commit { oid } } }
                  ... on ReopenedEvent { id createdAt actor { __typename login ... on User { databaseId } ... on Bot { databaseId } } }
                  ... on RenamedTitleEvent { id createdAt actor { __typename login ... on User { databaseId } ... on Bot { databaseId } } }
                }
              }
        """;

    /// <summary>Statuses that cannot be had this way are asked for by themselves, where the answer says why.</summary>
    public static bool IsOfStatuses(GraphQlError error) => error.Path is [_, { ValueKind: JsonValueKind.String } field, ..] && field.ValueEquals(Judged);

    public static IssueSnapshot Read(IssueSituationData data, string? branch, bool withoutStatuses)
    {
        var repository = data.Repository ?? throw new GitHubFailure(FailureKind.NotFound, "the repository is not there");
        var issue = repository.Issue ?? throw new GitHubFailure(FailureKind.NotFound, "the issue is not there");
        return new IssueSnapshot
        {
            RepositoryId = repository.DatabaseId,
            RepositoryName = repository.NameWithOwner,
            IsArchived = repository.IsArchived,
            DefaultBranch = repository.DefaultBranchRef?.Name ?? throw new GitHubFailure(FailureKind.Refused, "the repository has no branch yet"),
            HeadSha = branch is null ? repository.DefaultBranchRef.Target?.Oid : repository.Ref?.Target?.Oid,
            HeadMessage = branch is null ? null : repository.Ref?.Target?.Message,
            HeadBroughtBy = branch is null ? [] : BroughtCommits.Authors(repository.Ref?.Target?.Pulls),
            IssueId = issue.DatabaseId,
            Number = issue.Number,
            Title = issue.Title ?? "",
            Body = issue.Body ?? "",
            IsOpen = string.Equals(issue.State, "OPEN", StringComparison.OrdinalIgnoreCase),
            Labels = [.. (issue.Labels?.All ?? []).Select(label => label?.Name).OfType<string>()],
            Url = issue.Url ?? "",
            LastEditedAt = issue.LastEditedAt,
            Editor = Who(issue.Editor),
            Edits = [.. (issue.UserContentEdits?.All ?? []).OfType<EditNode>().Select(edit => new TextEdit(edit.EditedAt, Who(edit.Editor)))],
            EditsAreCut = issue.UserContentEdits is not { } edits || edits.All.OfType<EditNode>().Count() < edits.TotalCount,
            Statuses = !withoutStatuses && repository.Judged is { Oid: { } sha, Status: var status } ? StatusesOf(sha, status) : null,
            PeoplesComments = [.. (issue.Comments?.All ?? []).Where(comment => comment?.Author?.Typename is "User").Select(comment => new CommentSign(comment!.Id, comment.CreatedAt))],
            EventsAreCut = issue.TimelineItems?.All.Count >= MostEvents,
            Events = [.. (issue.TimelineItems?.All ?? []).Select(Event).OfType<IssueEvent>()],
        };
    }

    /// <summary>GitHub shows no status at all where there is none.</summary>
    private static CommitStatuses StatusesOf(string sha, StatusNode? status) =>
        new(sha, [.. (status?.Contexts ?? []).Select(each => new StatusFact(0, each.Context, each.State.ToLowerInvariant(), each.TargetUrl))]);

    private static IssueEvent? Event(TimelineNode? node)
    {
        IssueEventKind? kind = node?.Typename switch
        {
            "LabeledEvent" => IssueEventKind.Labeled,
            "UnlabeledEvent" => IssueEventKind.Unlabeled,
            "ClosedEvent" => IssueEventKind.Closed,
            "ReopenedEvent" => IssueEventKind.Reopened,
            "RenamedTitleEvent" => IssueEventKind.Renamed,
            _ => null,
        };
        return kind is { } known && node is { Id: { } id, CreatedAt: { } at }
            ? new(id, known, at, Who(node.Actor), node.Label?.Name, node.Closer?.Oid)
            : null;
    }

    public static Actor? Who(ActorNode? actor) => actor is null
        ? null
        : new(actor.DatabaseId, actor.Login ?? "", string.Equals(actor.Typename, "User", StringComparison.Ordinal));
}

internal sealed record IssueSituationData([property: JsonPropertyName("repository")] RepositoryNode? Repository);

internal sealed record RepositoryNode(
    [property: JsonPropertyName("databaseId"), JsonRequired] long DatabaseId,
    [property: JsonPropertyName("nameWithOwner"), JsonRequired] string NameWithOwner,
    [property: JsonPropertyName("isArchived"), JsonRequired] bool IsArchived,
    [property: JsonPropertyName("defaultBranchRef")] RefNode? DefaultBranchRef,
    [property: JsonPropertyName("ref")] RefNode? Ref,
    [property: JsonPropertyName("issue")] IssueNode? Issue)
{
    [JsonPropertyName("judged")]
    public JudgedNode? Judged { get; init; }
}

internal sealed record RefNode([property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("target")] TargetNode? Target);

internal sealed record JudgedNode([property: JsonPropertyName("oid")] string? Oid, [property: JsonPropertyName("status")] StatusNode? Status);

internal sealed record StatusNode([property: JsonPropertyName("contexts"), JsonRequired] IReadOnlyList<StatusContextNode> Contexts);

internal sealed record StatusContextNode(
    [property: JsonPropertyName("context"), JsonRequired] string Context,
    [property: JsonPropertyName("state"), JsonRequired] string State,
    [property: JsonPropertyName("targetUrl")] string? TargetUrl);

internal sealed record TargetNode([property: JsonPropertyName("oid")] string? Oid)
{
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("associatedPullRequests")]
    public Nodes<PullRequestNode>? Pulls { get; init; }
}

internal sealed record IssueNode(
    [property: JsonPropertyName("fullDatabaseId"), JsonRequired] long DatabaseId,
    [property: JsonPropertyName("number"), JsonRequired] int Number,
    [property: JsonPropertyName("title")] string? Title,
    [property: JsonPropertyName("body")] string? Body,
    [property: JsonPropertyName("state"), JsonRequired] string State,
    [property: JsonPropertyName("url")] string? Url,
    [property: JsonPropertyName("lastEditedAt")] DateTimeOffset? LastEditedAt,
    [property: JsonPropertyName("editor")] ActorNode? Editor,
    [property: JsonPropertyName("labels")] Nodes<LabelNode>? Labels,
    [property: JsonPropertyName("comments")] Nodes<CommentNode>? Comments,
    [property: JsonPropertyName("timelineItems")] Nodes<TimelineNode>? TimelineItems)
{
    [JsonPropertyName("userContentEdits")]
    public EditsNode? UserContentEdits { get; init; }
}

internal sealed record EditsNode([property: JsonPropertyName("totalCount"), JsonRequired] int TotalCount, [property: JsonPropertyName("nodes")] IReadOnlyList<EditNode?>? Items)
{
    [JsonIgnore]
    public IReadOnlyList<EditNode?> All => Items ?? [];
}

internal sealed record EditNode([property: JsonPropertyName("editedAt"), JsonRequired] DateTimeOffset EditedAt, [property: JsonPropertyName("editor")] ActorNode? Editor);

internal sealed record Nodes<T>([property: JsonPropertyName("nodes")] IReadOnlyList<T?>? Items)
    where T : class
{
    [JsonIgnore]
    public IReadOnlyList<T?> All => Items ?? [];
}

internal sealed record LabelNode([property: JsonPropertyName("name")] string? Name);

internal sealed record CommentNode(
    [property: JsonPropertyName("fullDatabaseId"), JsonRequired] long Id,
    [property: JsonPropertyName("createdAt"), JsonRequired] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("author")] ActorNode? Author);

internal sealed record ActorNode(
    [property: JsonPropertyName("__typename")] string? Typename,
    [property: JsonPropertyName("login")] string? Login,
    [property: JsonPropertyName("databaseId")] long? DatabaseId);

internal sealed record TimelineNode(
    [property: JsonPropertyName("__typename")] string? Typename,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("createdAt")] DateTimeOffset? CreatedAt,
    [property: JsonPropertyName("actor")] ActorNode? Actor,
    [property: JsonPropertyName("label")] LabelNode? Label,
    [property: JsonPropertyName("closer")] TargetNode? Closer);
