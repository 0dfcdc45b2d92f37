using System.Text.Json.Nodes;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>GraphQL answers 200 to nearly everything; what it means stands in the body.</summary>
public sealed class GraphQlTests(ContractServer server) : ContractTest(server)
{
    private const string Sha = "8c3f1a2b4d5e6f708192a3b4c5d6e7f8091a2b3c";

    [Fact]
    public async Task An_issue_is_read_whole()
    {
        Given(Situations.Ordinary);

        var issue = await GitHub.Tracker.ReadIssueAsync(Repository, 42, "work", null, Cancel);

        issue.RepositoryId.ShouldBe(5_000_000_017);
        issue.RepositoryName.ShouldBe("Octo-Org/hello.world");
        issue.IsArchived.ShouldBeFalse();
        issue.DefaultBranch.ShouldBe("main");
        issue.HeadSha.ShouldBe("bbbb");
        issue.IssueId.ShouldBe(9_007_199_254_740_993);
        issue.Number.ShouldBe(42);
        issue.Title.ShouldBe("A title");
        issue.Body.ShouldBe("A body");
        issue.IsOpen.ShouldBeTrue();
        issue.Labels.ShouldBe(["ready-for-agent", "P1"]);
        issue.Url.ShouldBe("https://github.com/Octo-Org/hello.world/issues/42");
        issue.LastEditedAt.ShouldBe(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        issue.Editor.ShouldBe(new Actor(4_294_967_300, "mona", IsPerson: true));
        issue.Events.ShouldBe(
        [
            new IssueEvent("LE_1", IssueEventKind.Labeled, new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero), new Actor(4_294_967_300, "mona", IsPerson: true), "ready-for-agent", null),
            new IssueEvent("CE_2", IssueEventKind.Closed, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), new Actor(4_294_967_301, "afk-app", IsPerson: false), null, "cccc"),
        ]);
    }

    [Fact]
    public async Task Without_a_branch_the_default_branch_s_head_is_read()
    {
        Given(Situations.Ordinary);

        (await GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel)).HeadSha.ShouldBe("aaaa");
    }

    [Theory]
    [InlineData("""{"totalCount":2,"nodes":[{"editedAt":"2026-03-01T10:00:00Z","editor":{"__typename":"User","login":"mona","databaseId":4294967300}},{"editedAt":"2026-03-01T09:00:00Z","editor":null}]}""", 2, false)]
    [InlineData("""{"totalCount":2,"nodes":[{"editedAt":"2026-03-01T10:00:00Z","editor":null},null]}""", 1, true)]
    [InlineData("""{"totalCount":101,"nodes":[{"editedAt":"2026-03-01T10:00:00Z","editor":null}]}""", 1, true)]
    [InlineData("""{"totalCount":0,"nodes":null}""", 0, false)]
    [InlineData("null", 0, true)]
    public async Task Edits_are_read_and_a_missing_one_is_noticed(string edits, int read, bool cut)
    {
        var answer = JsonNode.Parse(Situations.Ordinary)!;
        answer["data"]!["repository"]!["issue"]!["userContentEdits"] = JsonNode.Parse(edits);
        Given(answer.ToJsonString());

        var issue = await GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel);

        issue.Edits.Length.ShouldBe(read);
        issue.EditsAreCut.ShouldBe(cut);
        (issue.Edits.IsEmpty ? null : issue.Edits[0].At as DateTimeOffset?).ShouldBe(issue.Edits.IsEmpty ? null : issue.LastEditedAt);
    }

    [Fact]
    public async Task Null_wherever_the_schema_allows_it_is_read()
    {
        Given(Situations.Bare);

        var issue = await GitHub.Tracker.ReadIssueAsync(Repository, 42, "gone", null, Cancel);

        issue.HeadSha.ShouldBeNull();
        issue.IsOpen.ShouldBeFalse();
        issue.Labels.ShouldBeEmpty();
        issue.LastEditedAt.ShouldBeNull();
        issue.Editor.ShouldBeNull();
        issue.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Odd_events_and_actors_are_read_or_left_out()
    {
        var answer = JsonNode.Parse(Situations.Ordinary)!;
        var issue = answer["data"]!["repository"]!["issue"]!;
        issue["labels"] = JsonNode.Parse("""{"nodes":[null,{"name":"kept"}]}""");
        issue["editor"] = JsonNode.Parse("""{"__typename":"Mannequin","login":"import"}""");
        issue["timelineItems"] = JsonNode.Parse("""
            {"nodes":[
              null,
              {"__typename":"ReopenedEvent","id":"1","createdAt":"2026-03-01T11:00:00Z","actor":null},
              {"__typename":"RenamedTitleEvent","id":"2","createdAt":"2026-03-01T11:00:00Z","actor":{"__typename":"EnterpriseUserAccount","login":"e"}},
              {"__typename":"UnlabeledEvent","id":"3","createdAt":"2026-03-01T11:00:00Z","actor":{"__typename":"User","login":"u","databaseId":null},"label":{"name":"l"}},
              {"__typename":"ClosedEvent","id":"4","createdAt":"2026-03-01T11:00:00Z","actor":{"__typename":"Organization","login":"o"},"closer":{"__typename":"PullRequest"}},
              {"__typename":"TeleportedEvent","id":"5","createdAt":"2026-03-01T11:00:00Z"},
              {"__typename":"ClosedEvent"}]}
            """);
        Given(answer.ToJsonString());

        var read = await GitHub.Tracker.ReadIssueAsync(Repository, 42, "main", null, Cancel);

        read.Labels.ShouldBe(["kept"]);
        read.Editor.ShouldBe(new Actor(null, "import", IsPerson: false));
        read.Events.Select(each => (each.NodeId, each.Kind, each.Actor, each.CloserSha)).ShouldBe(
        [
            ("1", IssueEventKind.Reopened, null, null),
            ("2", IssueEventKind.Renamed, new Actor(null, "e", IsPerson: false), null),
            ("3", IssueEventKind.Unlabeled, new Actor(null, "u", IsPerson: true), null),
            ("4", IssueEventKind.Closed, new Actor(null, "o", IsPerson: false), null),
        ]);
    }

    [Theory]
    [InlineData("""[{"type":"NOT_FOUND","path":["repository"],"message":"Could not resolve to a Repository"}]""", FailureKind.NotFound, null)]
    [InlineData("""[{"type":"FORBIDDEN","message":"Resource not accessible by integration"}]""", FailureKind.Refused, null)]
    [InlineData("""[{"type":"INSUFFICIENT_SCOPES","message":"Your token has not been granted the required scopes"}]""", FailureKind.Refused, null)]
    [InlineData("""[{"type":"RATE_LIMITED","message":"API rate limit exceeded for installation ID 3"}]""", FailureKind.RateLimited, 60)]
    [InlineData("""[{"message":"You have exceeded a secondary rate limit. Please wait a few minutes"}]""", FailureKind.RateLimited, 60)]
    [InlineData("""[{"type":"SERVICE_UNAVAILABLE","message":"m"}]""", FailureKind.Transient, null)]
    [InlineData("""[{"type":"RESOURCE_LIMITS_EXCEEDED","message":null}]""", FailureKind.Transient, null)]
    [InlineData("""[{"message":"Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug."}]""", FailureKind.Transient, null)]
    [InlineData("""[{"message":"Field 'colour' doesn't exist on type 'Issue'","extensions":{"code":"undefinedField"}}]""", FailureKind.Bug, null)]
    [InlineData("""[{"type":null,"message":null}]""", FailureKind.Bug, null)]
    [InlineData("[{}]", FailureKind.Bug, null)]
    public async Task An_error_in_a_success_is_a_failure_whatever_data_stands_beside_it(string errors, FailureKind kind, int? retryAfter)
    {
        foreach (var answer in new[] { $$"""{"errors":{{errors}}}""", $$"""{"data":null,"errors":{{errors}}}""", $$"""{"data":{"repository":null},"errors":{{errors}}}""", WithErrors(errors) })
        {
            Given(answer);

            var failure = await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel));

            failure.Kind.ShouldBe(kind, answer);
            failure.StatusCode.ShouldBe(200);
            failure.RequestId.ShouldBe("0A1B:2C3D:4E");
            failure.RetryAfter.ShouldBe(retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
            failure.Ambiguous.ShouldBeFalse("a query performs nothing");
            Server.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Theory]
    [InlineData("Retry-After", "25", 25)]
    [InlineData("x-ratelimit-reset", "1773144900", 900)]
    public async Task A_spent_limit_names_the_moment_of_its_reset(string header, string value, int seconds)
    {
        Server.Given("POST", "/graphql", ContractServer.Json("""{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}""").WithHeader("X-RateLimit-Remaining", "0").WithHeader(header, value));

        (await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("""{"data":null}""", FailureKind.Bug)]
    [InlineData("""{"data":null,"errors":[]}""", FailureKind.Bug)]
    [InlineData("""{"data":{"repository":null}}""", FailureKind.NotFound)]
    [InlineData("""{"data":{"repository":{"databaseId":5000000017,"nameWithOwner":"a/b","isArchived":false,"defaultBranchRef":{"name":"main"},"issue":null}}}""", FailureKind.NotFound)]
    [InlineData("""{"data":{"repository":{"databaseId":null,"nameWithOwner":"a/b","isArchived":false,"issue":null}}}""", FailureKind.Bug)]
    [InlineData("""{"data":{"repository":{"nameWithOwner":"a/b"}}}""", FailureKind.Bug)]
    [InlineData("""{"data":[]}""", FailureKind.Bug)]
    public async Task What_is_missing_is_never_guessed(string answer, FailureKind kind)
    {
        Given(answer);

        (await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel))).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task A_repository_without_a_branch_is_refused()
    {
        var answer = JsonNode.Parse(Situations.Ordinary)!;
        answer["data"]!["repository"]!["defaultBranchRef"] = null;
        Given(answer.ToJsonString());

        (await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel))).Kind.ShouldBe(FailureKind.Refused);
    }

    [Fact]
    public async Task A_name_that_now_belongs_to_another_repository_has_moved()
    {
        Given(Situations.Ordinary);

        (await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository with { Id = 6 }, 42, null, null, Cancel))).Kind.ShouldBe(FailureKind.Moved);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","errors":[{"type":"NOT_FOUND","path":["repository","issue"],"message":"Could not resolve to an Issue with the number of 42."}]""")]
    public async Task A_name_that_now_belongs_to_another_repository_has_moved_although_that_has_no_such_issue(string errors)
    {
        Given($$$"""{"data":{"repository":{"databaseId":6,"nameWithOwner":"Octo-Org/hello.world","isArchived":false,"defaultBranchRef":{"name":"main"},"issue":null}}{{{errors}}}}""");

        (await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel))).Kind.ShouldBe(FailureKind.Moved);
    }

    [Theory]
    [InlineData("null", "")]
    [InlineData("""{"contexts":[]}""", "")]
    [InlineData("""{"contexts":[{"context":"deploy","state":"SUCCESS","targetUrl":null},{"context":"scan","state":"EXPECTED","targetUrl":"https://ci.example/1"}]}""", "deploy=success scan=expected")]
    public async Task A_commit_s_statuses_are_read_beside_the_issue(string status, string read)
    {
        Given(WithStatus(status, errors: ""));

        var statuses = (await GitHub.Tracker.ReadIssueAsync(Repository, 42, "main", Sha, Cancel)).Statuses!;

        statuses.Sha.ShouldBe(Sha);
        string.Join(' ', statuses.All.Select(each => $"{each.Context}={each.State}")).ShouldBe(read);
    }

    [Theory]
    [InlineData("""[{"type":"FORBIDDEN","path":["repository","judged","status"],"message":"Resource not accessible by integration"}]""")]
    [InlineData("""[{"path":["repository","judged","status","contexts",0],"message":"Something went wrong"}]""")]
    public async Task Statuses_that_GitHub_does_not_show_beside_the_issue_are_not_none(string errors)
    {
        Given(WithStatus("null", errors));

        var issue = await GitHub.Tracker.ReadIssueAsync(Repository, 42, "main", Sha, Cancel);

        issue.Number.ShouldBe(42);
        issue.Statuses.ShouldBeNull();
    }

    private static string WithStatus(string status, string errors)
    {
        var answer = JsonNode.Parse(Situations.Ordinary)!;
        answer["data"]!["repository"]!["judged"] = new JsonObject { ["oid"] = Sha, ["status"] = JsonNode.Parse(status) };
        if (errors.Length > 0)
        {
            answer["errors"] = JsonNode.Parse(errors);
        }

        return answer.ToJsonString();
    }

    private void Given(string answer) => Server.Given("POST", "/graphql", ContractServer.Json(answer));

    private static string WithErrors(string errors)
    {
        var answer = JsonNode.Parse(Situations.Ordinary)!;
        answer["errors"] = JsonNode.Parse(errors);
        return answer.ToJsonString();
    }
}
