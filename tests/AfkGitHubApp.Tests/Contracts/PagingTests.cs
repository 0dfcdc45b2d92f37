using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Lists of many pages, followed by the Link header (https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api).</summary>
public sealed class PagingTests(ContractServer server) : ContractTest(server)
{
    private const string Issues = "/repos/Octo-Org/hello.world/issues?labels=ready&state=open&per_page=100";
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public async Task Every_page_is_read_in_order_wherever_at_home_the_link_points()
    {
        GivenPage(Issues, 1, next: "/repositories/5000000017/issues?labels=ready&state=open&per_page=100&page=2");
        GivenPage("/repositories/5000000017/issues?labels=ready&state=open&per_page=100&page=2", 2, next: "/repositories/5000000017/issues?after=Y3Vyc29yOnYyOpK5&page=3");
        GivenPage("/repositories/5000000017/issues?after=Y3Vyc29yOnYyOpK5&page=3", 3, next: null);

        var issues = await GitHub.Tracker.ListIssuesAsync(Repository, "ready", openOnly: true, Cancel);

        issues.Select(issue => issue.Number).ShouldBe([1, 2, 3]);
        Server.Log.ShouldAllBe(entry => entry.Authorization == "Bearer " + ContractServer.Token(Repository.InstallationId, 1));
    }

    [Theory]
    [InlineData("""<HOME/next?labels=a,b,c&page=2>; rel="next", <HOME/last?labels=a,b,c&page=9>; rel="last" """)]
    [InlineData("""<HOME/prev?page=0>; rel="prev", <HOME/next?labels=a,b,c&page=2>; rel="next" """)]
    [InlineData("""<HOME/first?labels=a,b>; rel="first",<HOME/next?labels=a,b,c&page=2>;rel="next",<HOME/last>;rel="last" """)]
    [InlineData("""<HOME/next?labels=a,b,c&page=2>; rel=next""")]
    [InlineData("""<HOME/next?labels=a,b,c&page=2>; title="x"; rel="next" """)]
    public async Task A_comma_in_an_address_does_not_hide_the_next_page(string link)
    {
        Server.Given("GET", Issues, ContractServer.Json(Issue(1)).WithHeader("Link", link.Trim().Replace("HOME/", Server.Home.ToString(), StringComparison.Ordinal)));
        GivenPage("/next?labels=a,b,c&page=2", 2, next: null);

        (await GitHub.Tracker.ListIssuesAsync(Repository, "ready", openOnly: true, Cancel)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("""<HOME/prev>; rel="prev" """)]
    [InlineData("""<HOME/prev>; rel="prev"; title="next" """)]
    [InlineData("rel=\"next\"")]
    [InlineData("<HOME/x")]
    [InlineData("")]
    public async Task Without_a_next_page_the_list_is_complete(string link)
    {
        Server.Given("GET", Issues, ContractServer.Json(Issue(1)).WithHeader("Link", link.Trim().Replace("HOME/", Server.Home.ToString(), StringComparison.Ordinal)));

        (await GitHub.Tracker.ListIssuesAsync(Repository, "ready", openOnly: true, Cancel)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/issues?page=2")]
    [InlineData("https://localhost/issues?page=2")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/issues?page=2")]
    public async Task A_next_page_away_from_home_is_refused_and_not_asked_for(string next)
    {
        Server.Given("GET", Issues, ContractServer.Json(Issue(1)).WithHeader("Link", $"<{next}>; rel=\"next\""));

        (await FailureOf(GitHub.Tracker.ListIssuesAsync(Repository, "ready", openOnly: true, Cancel))).Kind.ShouldBe(FailureKind.Bug);

        Server.Log.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("<http://[bad/>; rel=\"next\"")]
    [InlineData("<HOME/a>; rel=\"next\", <HOME/b>; rel=\"next\"")]
    public async Task A_link_that_cannot_be_read_is_a_failure_of_ours_and_no_other_exception(string link)
    {
        Server.Given("GET", Issues, ContractServer.Json(Issue(1)).WithHeader("Link", link.Replace("HOME/", Server.Home.ToString(), StringComparison.Ordinal)));

        (await FailureOf(GitHub.Tracker.ListIssuesAsync(Repository, "ready", openOnly: true, Cancel))).Kind.ShouldBe(FailureKind.Bug);
    }

    [Fact]
    public async Task A_failure_on_a_later_page_is_the_failure_of_the_list()
    {
        GivenPage(Issues, 1, next: "/page2");
        Server.Given("GET", "/page2", ContractServer.Json("""{"message":"Server Error"}""", 502));

        (await FailureOf(GitHub.Tracker.ListIssuesAsync(Repository, "ready", openOnly: true, Cancel))).Kind.ShouldBe(FailureKind.Transient);
    }

    [Fact]
    public async Task A_list_that_names_itself_as_its_next_page_ends()
    {
        GivenPage(Issues, 1, next: Issues);

        (await GitHub.Tracker.ListIssuesAsync(Repository, "ready", openOnly: true, Cancel)).Count.ShouldBe(50);
    }

    [Theory]
    [InlineData("actions/runs?head_sha={0}&per_page=100", "workflow_runs", """{"id":1,"workflow_id":2}""")]
    [InlineData("commits/{0}/check-suites?per_page=100", "check_suites", """{"id":1}""")]
    [InlineData("commits/{0}/check-runs?per_page=100", "check_runs", """{"id":1}""")]
    [InlineData("commits/{0}/status?per_page=100", "statuses", """{"id":1}""")]
    public async Task CI_evidence_beyond_the_bound_on_pages_says_that_it_is_cut(string endless, string list, string item)
    {
        foreach (var exchange in PortCall.Named("CI reads a commit").Exchanges)
        {
            Server.Given(exchange);
        }

        var url = "/repos/Octo-Org/hello.world/" + string.Format(endless, Sha);
        Server.Given("GET", url, ContractServer.Json($$"""{"total_count":9999,"{{list}}":[{{item}}]}""").WithHeader("Link", $"<{Server.Home.ToString().TrimEnd('/')}{url}>; rel=\"next\""));

        var evidence = await GitHub.Ci.ReadAsync(Repository, Sha, DateTimeOffset.UnixEpoch, statuses: null, Cancel).LastAsync(Cancel);

        evidence.Truncated.ShouldBeTrue();
        (evidence.WorkflowRuns.Length + evidence.Suites.Length + evidence.CheckRuns.Length + evidence.Statuses.Length).ShouldBe(50);
    }

    [Fact]
    public async Task CI_evidence_of_many_pages_is_whole()
    {
        foreach (var exchange in PortCall.Named("CI reads a commit").Exchanges)
        {
            Server.Given(exchange);
        }

        var url = $"/repos/Octo-Org/hello.world/commits/{Sha}/check-runs?per_page=100";
        Server.Given("GET", url, ContractServer.Json("""{"total_count":2,"check_runs":[{"id":1}]}""").WithHeader("Link", $"<{Server.Home}more>; rel=\"next\""));
        Server.Given("GET", "/more", ContractServer.Json("""{"total_count":2,"check_runs":[{"id":2}]}"""));

        var evidence = await GitHub.Ci.ReadAsync(Repository, Sha, DateTimeOffset.UnixEpoch, statuses: null, Cancel).LastAsync(Cancel);

        evidence.Truncated.ShouldBeFalse();
        evidence.CheckRuns.Select(run => run.Id).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_turn_is_looked_for_three_pages_back()
    {
        const string runs = "/repos/Octo-Org/hello.world/actions/workflows/afk-agent.yml/runs?event=workflow_dispatch&per_page=100";
        Server.Given("GET", runs, ContractServer.Json("""{"workflow_runs":[]}""").WithHeader("Link", $"<{Server.Home.ToString().TrimEnd('/')}{runs}>; rel=\"next\""));

        (await GitHub.Agent.FindAsync(Repository, AgentBackend.Actions, new(new("r0123456789ab"), 1), "afk-agent.yml", Cancel)).ShouldBeNull();

        Server.Log.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Commits_of_many_pages_stay_oldest_first()
    {
        Server.Given("GET", "/repos/Octo-Org/hello.world/compare/aa...bb?per_page=100", ContractServer.Json("""{"total_commits":2,"commits":[{"sha":"1","commit":{"message":"one"}}]}""").WithHeader("Link", $"<{Server.Home}more>; rel=\"next\""));
        Server.Given("GET", "/more", ContractServer.Json("""{"total_commits":2,"commits":[{"sha":"2","commit":{"message":"two"}}]}"""));

        (await GitHub.Ci.CommitsSinceAsync(Repository, "aa", "bb", Cancel)).ShouldBe([new("1", "one"), new("2", "two")]);
    }

    private void GivenPage(string url, int number, string? next)
    {
        var answer = ContractServer.Json(Issue(number));
        Server.Given("GET", url, next is null ? answer : answer.WithHeader("Link", $"<{Server.Home.ToString().TrimEnd('/')}{next}>; rel=\"next\""));
    }

    private static string Issue(int number) => $$"""[{"id":{{number}},"number":{{number}},"title":"t","state":"open"}]""";
}
