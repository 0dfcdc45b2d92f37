using System.Text.Json.Nodes;

namespace AfkGitHubApp.Tests.SimulatorTests;

public sealed class GraphQlTests
{
    private const string Repo = GitHubUnderTest.Repo;

    private const string Situation = """
        query IssueSituation($owner: String!, $name: String!, $number: Int!, $branch: String!) {
          repository(owner: $owner, name: $name) {
            databaseId
            nameWithOwner
            isArchived
            defaultBranchRef { name }
            ref(qualifiedName: $branch) { target { oid } }
            issue(number: $number) {
              databaseId fullDatabaseId number title state stateReason locked url lastEditedAt
              editor { __typename login ... on User { databaseId } ... on Bot { databaseId } }
              author { ...who }
              labels(first: 100) { nodes { name } }
              timelineItems(last: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, CLOSED_EVENT, REOPENED_EVENT, RENAMED_TITLE_EVENT]) {
                nodes {
                  __typename
                  ... on LabeledEvent { id createdAt actor { ...who } label { name } }
                  ... on UnlabeledEvent { id createdAt actor { ...who } label { name } }
                  ... on ClosedEvent { id actor { ...who } closer { __typename ... on Commit { oid } } }
                  ... on RenamedTitleEvent { previousTitle currentTitle }
                }
              }
            }
          }
          rateLimit { remaining resetAt cost }
        }
        fragment who on Actor { __typename login ... on User { databaseId } ... on Bot { databaseId } }
        """;

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task The_issue_situation_is_answered_as_asked(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        gitHub.World.OpenIssue(Repo, "ada", "Fix it", "Please", "ready");
        await gitHub.PostAsync($"repos/{Repo}/issues/1/labels", new JsonArray("busy"));
        gitHub.World.EditIssue(Repo, 1, "bob", "Fix it now", "Please!");
        var sha = gitHub.World.Push(Repo, "main", "ada", "Fixes #1");

        var answer = await QueryAsync(gitHub, Situation);

        answer["errors"].ShouldBeNull();
        var repository = answer["data"]!["repository"]!;
        ((string)repository["ref"]!["target"]!["oid"]!).ShouldBe(sha);
        var issue = repository["issue"]!;
        ((string)issue["state"]!).ShouldBe("CLOSED");
        ((string)issue["stateReason"]!).ShouldBe("COMPLETED");
        ((string)issue["editor"]!["login"]!).ShouldBe("bob");
        ((string)issue["lastEditedAt"]!).ShouldBe("2026-11-02T12:00:00Z");
        issue.AsObject().ShouldNotContain(field => field.Key == "body");
        var events = issue["timelineItems"]!["nodes"]!.AsArray();
        events.Select(entry => (string)entry!["__typename"]!).ShouldBe(["LabeledEvent", "LabeledEvent", "RenamedTitleEvent", "ClosedEvent"]);
        ((string)events[3]!["closer"]!["oid"]!).ShouldBe(sha);
        var rest = (await gitHub.GetAsync($"repos/{Repo}/issues/1/events")).Json.AsArray();
        ((string)events[0]!["id"]!).ShouldBe((string)rest[0]!["node_id"]!);
    }

    [Fact]
    public async Task A_bots_login_lacks_the_suffix_that_rest_adds()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        await gitHub.PostAsync($"repos/{Repo}/issues/1/labels", new JsonArray("busy"));

        var actor = (await QueryAsync(gitHub, Situation))["data"]!["repository"]!["issue"]!["timelineItems"]!["nodes"]![0]!["actor"]!;

        ((string)actor["__typename"]!).ShouldBe("Bot");
        ((string)actor["login"]!).ShouldBe("afk-app");
        var bot = (await gitHub.GetAsync($"users/{Uri.EscapeDataString("afk-app[bot]")}")).Json;
        ((long)actor["databaseId"]!).ShouldBe((long)bot["id"]!);
    }

    [Theory]
    [InlineData("{ repository(owner: \"acme\", name: \"widgets\") { colour } }", "Field 'colour' doesn't exist on type 'Repository'")]
    [InlineData("{ repository(owner: \"acme\", name: \"widgets\") { issue(number: 1) { timelineItems(last: 5) { nodes { ... on LabeledEvent { databaseId } } } } } }", "Field 'databaseId' doesn't exist on type 'LabeledEvent'")]
    [InlineData("{ repository(owner: \"acme\", name: \"widgets\") { issue(number: 1) { author { databaseId } } } }", "Field 'databaseId' doesn't exist on type 'Actor'")]
    [InlineData("{ repository(owner: \"acme\") { id } }", "Field 'repository' is missing required arguments: name")]
    [InlineData("{ repository(owner: \"acme\", name: \"widgets\", size: 3) { id } }", "Field 'repository' doesn't accept argument 'size'")]
    [InlineData("{ repository(owner: \"acme\", name: \"widgets\") { owner } }", "Field must have selections")]
    [InlineData("{ repository(owner: \"acme\", name: \"widgets\") { id { x } } }", "Selections can't be made on scalars")]
    [InlineData("{ repository(owner: $owner, name: \"widgets\") { id } }", "Variable $owner is used by anonymous query but not declared")]
    [InlineData("{ repository(owner: \"acme\", name: \"widgets\") { issue(number: 1) { author { ... on Robot { id } } } } }", "No such type Robot")]
    [InlineData("query Q($a: Int!) { rateLimit { cost } }", "Variable $a")]
    [InlineData("{ rateLimit { cost ", "Unexpected end of document")]
    public async Task What_the_schema_does_not_know_is_an_error_and_no_data(string query, string why)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");

        var answer = await gitHub.PostAsync("graphql", new JsonObject { ["query"] = query });

        answer.Status.ShouldBe(200);
        answer.Json["errors"]!.AsArray().ShouldContain(error => ((string)error!["message"]!).StartsWith(why, StringComparison.Ordinal));
        answer.Json.AsObject().ContainsKey("data").ShouldBeFalse();
    }

    [Fact]
    public async Task A_repository_out_of_reach_is_not_found_with_status_200()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        var answer = await gitHub.PostAsync("graphql", new JsonObject { ["query"] = "{ repository(owner: \"acme\", name: \"none\") { id } }" });

        answer.Status.ShouldBe(200);
        answer.Json["data"]!["repository"].ShouldBeNull();
        ((string)answer.Json["errors"]![0]!["type"]!).ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task An_unknown_issue_and_an_unknown_branch_are_null_and_the_rest_is_answered()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        var answer = await QueryAsync(gitHub, Situation, number: 9, branch: "refs/heads/none");

        answer["data"]!["repository"]!["issue"].ShouldBeNull();
        answer["data"]!["repository"]!["ref"].ShouldBeNull();
        ((string)answer["data"]!["repository"]!["nameWithOwner"]!).ShouldBe(Repo);
        ((string)answer["errors"]![0]!["type"]!).ShouldBe("NOT_FOUND");
        answer["errors"]![0]!["path"]!.AsArray().Select(part => (string)part!).ShouldBe(["repository", "issue"]);
    }

    [Fact]
    public async Task Aliases_and_paging_work()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it", null, "a", "b", "c");

        async Task<JsonNode> Labels(string arguments) =>
            (await gitHub.PostAsync("graphql", new JsonObject { ["query"] = $"{{ r: repository(owner: \"acme\", name: \"widgets\") {{ issue(number: 1) {{ l: labels({arguments}) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ name }} }} }} }} }}" })).Json["data"]!["r"]!["issue"]!["l"]!;

        var first = await Labels("first: 2");
        ((int)first["totalCount"]!).ShouldBe(3);
        ((bool)first["pageInfo"]!["hasNextPage"]!).ShouldBeTrue();
        first["nodes"]!.AsArray().Select(node => (string)node!["name"]!).ShouldBe(["a", "b"]);
        var rest = await Labels($"first: 2, after: \"{first["pageInfo"]!["endCursor"]}\"");
        rest["nodes"]!.AsArray().Select(node => (string)node!["name"]!).ShouldBe(["c"]);
        (await Labels("last: 1"))["nodes"]!.AsArray().Select(node => (string)node!["name"]!).ShouldBe(["c"]);
    }

    [Theory]
    [InlineData("", "MISSING_PAGINATION_BOUNDARIES")]
    [InlineData("(first: 101)", "EXCESSIVE_PAGINATION")]
    public async Task A_connection_without_bounds_is_refused(string arguments, string type)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");

        var answer = await gitHub.PostAsync("graphql", new JsonObject { ["query"] = $"{{ repository(owner: \"acme\", name: \"widgets\") {{ issue(number: 1) {{ labels{arguments} {{ totalCount }} }} }} }}" });

        ((string)answer.Json["errors"]![0]!["type"]!).ShouldBe(type);
    }

    private static async Task<JsonNode> QueryAsync(GitHubUnderTest gitHub, string query, int number = 1, string branch = "refs/heads/main")
    {
        var variables = new JsonObject { ["owner"] = "acme", ["name"] = "widgets", ["number"] = number, ["branch"] = branch };
        var answer = await gitHub.PostAsync("graphql", new JsonObject { ["query"] = query, ["variables"] = variables });
        answer.Status.ShouldBe(200);
        return answer.Json;
    }
}
