using System.Text;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>GitHub's description as we read it, and that it finds out what is wrong.</summary>
public sealed class RestDescriptionTests
{
    private const string Version = "2026-03-10";
    private const string R = "/repos/Octo-Org/hello.world";

    [Fact]
    public void The_copies_say_where_they_come_from()
    {
        RestDescription.Published.Source.ShouldBe("@octokit/openapi 23.0.2, api.github.com");
        WebhookDescription.Source.ShouldBe("@octokit/webhooks-schemas 7.6.1 (MIT)");
    }

    [Fact]
    public void Every_schema_can_be_read()
    {
        foreach (var version in RestDescription.Published.Versions)
        {
            RestDescription.Published.Operations(version).Count.ShouldBe(77);
            foreach (var shape in RestDescription.Published.Operations(version).SelectMany(operation => operation.Shapes))
            {
                shape.Visit();
            }
        }

        foreach (var name in WebhookDescription.Names)
        {
            WebhookDescription.Of(name).Visit();
        }
    }

    [Theory]
    [InlineData("GET", R, "/repos/{owner}/{repo}")]
    [InlineData("GET", "/repositories/5", "/repos/{owner}/{repo}")]
    [InlineData("GET", "/repositories/5/issues/7", "/repos/{owner}/{repo}/issues/{issue_number}")]
    [InlineData("GET", R + "/branches/afk/issue-42", "/repos/{owner}/{repo}/branches/{branch}")]
    [InlineData("GET", R + "/branches/afk%2Fissue-42", "/repos/{owner}/{repo}/branches/{branch}")]
    [InlineData("GET", R + "/commits/heads/main", "/repos/{owner}/{repo}/commits/{ref}")]
    [InlineData("GET", R + "/commits/main/status", "/repos/{owner}/{repo}/commits/{ref}/status")]
    [InlineData("GET", R + "/issues/comments/9", "/repos/{owner}/{repo}/issues/comments/{comment_id}")]
    [InlineData("HEAD", R + "/issues/9", "/repos/{owner}/{repo}/issues/{issue_number}")]
    [InlineData("PUT", R + "/issues/9", null)]
    [InlineData("GET", R + "/issue/9", null)]
    [InlineData("GET", R + "/issues/9/labels/a/b", null)]
    public void A_request_is_known_by_its_method_and_path(string method, string path, string? template) =>
        RestDescription.Published.Find(method, path, Version)?.Template.ShouldBe(template);

    [Theory]
    [InlineData("GET", R + "/issues", "state=open&labels=a%2Cb&per_page=100&page=2", null, null)]
    [InlineData("GET", R + "/issues", "state=opened", null, "query state: \"opened\" is none of open, closed, all")]
    [InlineData("GET", R + "/issues", "per_page=many", null, "query per_page: \"many\" is no integer")]
    [InlineData("GET", R + "/issues", "label=a", null, "query label: is not described")]
    [InlineData("GET", R + "/issues", "since=yesterday", null, "query since: \"yesterday\" is no date-time")]
    [InlineData("GET", R + "/issues/seven", "", null, "path issue_number: \"seven\" is no integer")]
    [InlineData("POST", R + "/issues/7/labels", "", """{"labels":["a"]}""", null)]
    [InlineData("POST", R + "/issues/7/labels", "", """{"labels":[1]}""", "body/labels/0: 1 is no string")]
    [InlineData("PATCH", R + "/issues/7", "", """{"state":"closed","state_reason":"completed"}""", null)]
    [InlineData("PATCH", R + "/issues/7", "", """{"state":"shut"}""", "body/state: \"shut\" is none of open, closed")]
    [InlineData("PATCH", R + "/issues/7", "", """{"labels":null}""", "body/labels: null is no array")]
    [InlineData("POST", R + "/issues/7/comments", "", "{}", "body/body: is missing")]
    [InlineData("POST", R + "/issues/7/comments", "", "", "body: is missing")]
    [InlineData("POST", R + "/issues/7/comments", "", "{", "body: is no JSON")]
    [InlineData("DELETE", R + "/issues/7/labels/a", "", """{"labels":["a"]}""", "body: none is described")]
    [InlineData("POST", R + "/actions/runs/7/cancel", "", "{}", null)]
    [InlineData("POST", R + "/actions/workflows/a.yml/dispatches", "", """{"ref":"main","inputs":{"a":"b"}}""", null)]
    [InlineData("POST", R + "/actions/workflows/7/dispatches", "", """{"inputs":"b"}""", "body/ref: is missing")]
    public void A_request_is_judged_by_its_path_query_and_body(string method, string path, string query, string? body, string? problem)
    {
        var problems = RestDescription.Published.Find(method, path, Version)!.RequestProblems(path, query, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(body ?? ""));

        if (problem is null)
        {
            problems.ShouldBeEmpty();
        }
        else
        {
            problems.ShouldContain(found => found.StartsWith(problem, StringComparison.Ordinal), string.Join("; ", problems));
        }
    }

    [Fact]
    public void A_body_under_another_content_type_is_found_out() =>
        Request("POST", R + "/issues/7/comments").RequestProblems(R + "/issues/7/comments", "", "application/x-www-form-urlencoded", """{"body":"b"}"""u8.ToArray())
            .ShouldBe(["body: the content type is application/x-www-form-urlencoded"]);

    [Theory]
    [InlineData(201, "{}", "status 201: is not described")]
    [InlineData(200, "", "status 200: the body is no JSON")]
    [InlineData(200, "{}", ": {} is no array")]
    [InlineData(200, """[{"id":1}]""", "/0/node_id: is missing")]
    [InlineData(404, """{"message":5}""", "/message: 5 is no string")]
    [InlineData(422, """{"message":"Validation Failed","documentation_url":"https://docs.github.com/rest"}""", null)]
    [InlineData(422, """{"message":"Validation Failed"}""", "/documentation_url: is missing")]
    [InlineData(503, """{"message":"later"}""", null)]
    [InlineData(503, "\"later\"", ": \"later\" is no object")]
    public void An_answer_is_judged_by_its_status_and_body(int status, string body, string? problem)
    {
        var problems = Request("POST", R + "/issues/7/labels").AnswerProblems(status, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(body));

        (problems.Count == 0 ? null : problems[0]).ShouldBe(problem);
    }

    [Fact]
    public void An_answer_that_must_be_empty_is_empty()
    {
        Request("DELETE", R + "/issues/comments/7").AnswerProblems(204, null, default).ShouldBeEmpty();
        Request("DELETE", R + "/issues/comments/7").AnswerProblems(204, "application/json", "{}"u8.ToArray()).ShouldBe(["status 204: no body is described"]);
    }

    [Fact]
    public void What_a_version_retired_is_only_in_the_older_one()
    {
        var dispatch = R + "/actions/workflows/a.yml/dispatches";

        RestDescription.Published.Find("POST", dispatch, RestDescription.FirstVersion)!.AnswerProblems(204, null, default).ShouldBeEmpty();
        Request("POST", dispatch).AnswerProblems(204, null, default).ShouldBe(["status 204: is not described"]);
    }

    private static DescribedOperation Request(string method, string path) => RestDescription.Published.Find(method, path, Version)!;
}
