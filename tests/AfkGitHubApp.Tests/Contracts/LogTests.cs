using System.Net;
using AfkGitHubApp.Ports;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>A job's log lies elsewhere: one redirect is followed, without anything of ours, and whatever goes wrong there is no log and no harm.</summary>
public sealed class LogTests : IDisposable
{
    private const string Logs = "/repos/Octo-Org/hello.world/actions/jobs/9007199254740993/logs";
    private readonly ContractServer home = new ContractServer().Fresh();
    private readonly WireMockServer abroad = WireMockServer.Start();
    private readonly GitHubAdapter gitHub;

    public LogTests() => gitHub = home.Adapter();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_one_redirect_is_followed_without_token_or_header_of_GitHub_s()
    {
        Redirect(abroad.Url + "/blob?sig=secret");
        abroad.Given(Request.Create()).RespondWith(Response.Create().WithBody("2026-03-10T12:00:00.1Z it failed\n"));

        (await LogAsync()).ShouldBe("2026-03-10T12:00:00.1Z it failed\n");

        var seen = abroad.LogEntries.ShouldHaveSingleItem().RequestMessage!;
        seen.Headers!.Keys.ShouldNotContain(name => name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-GitHub", StringComparison.OrdinalIgnoreCase));
        seen.Url.ShouldEndWith("/blob?sig=secret");
        home.Log.ShouldHaveSingleItem().Authorization.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("http://logs.example.com/blob")]
    [InlineData("https://user:word@logs.example.com/blob")]
    [InlineData("ftp://logs.example.com/blob")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/relative")]
    [InlineData(null)]
    public async Task An_address_that_is_not_safe_is_not_followed(string? location)
    {
        Redirect(location);

        (await LogAsync()).ShouldBeNull();

        home.Log.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task What_is_not_a_log_is_none_and_no_second_redirect_is_followed(int status)
    {
        Redirect(abroad.Url + "/blob");
        abroad.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(status).WithHeader("Location", abroad.Url + "/again").WithBody("no"));

        (await LogAsync()).ShouldBeNull();

        abroad.LogEntries.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(301)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(503)]
    public async Task Whatever_GitHub_answers_instead_there_is_no_log(int status)
    {
        home.Given("GET", Logs, ContractServer.Json("""{"message":"Must have admin rights"}""", status).WithHeader("Location", abroad.Url + "/blob"));

        (await LogAsync()).ShouldBeNull();

        abroad.LogEntries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_long_log_the_end_is_kept_from_the_beginning_of_a_line()
    {
        Redirect(abroad.Url + "/blob");
        abroad.Given(Request.Create()).RespondWith(Response.Create().WithBody(string.Concat(Enumerable.Range(0, 100_000).Select(line => $"line {line:000000}\n"))));

        var log = (await LogAsync())!;

        log.Length.ShouldBeLessThanOrEqualTo(512 * 1024);
        log.Length.ShouldBeGreaterThan(200 * 1024);
        log.ShouldStartWith("line ");
        log.ShouldEndWith("line 099999\n");
    }

    [Fact]
    public async Task A_log_that_is_endless_is_not_read_to_its_end()
    {
        Redirect(abroad.Url + "/blob");
        abroad.Given(Request.Create()).RespondWith(Response.Create().WithBody(new string('x', 17 * 1024 * 1024)));

        (await LogAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_does_not_answer_in_time_has_no_log(bool inBody)
    {
        var time = new ManualTime();
        await using var silent = new RawServer(connection => WireTests.StallAsync(connection, inBody));
        using var hurried = new GitHubAdapter(home.Home, wireTime: time, timeout: TimeSpan.FromSeconds(10));
        Redirect(new Uri(silent.Home, "blob").ToString());

        var call = hurried.WorkflowRuns.LogAsync(GitHubAdapter.Repository, 9_007_199_254_740_993, Cancel);
        await silent.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        time.Advance(TimeSpan.FromSeconds(10));

        (await call).ShouldBeNull();
    }

    [Fact]
    public async Task Who_is_cancelled_is_cancelled_and_not_told_that_there_is_no_log()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var silent = new RawServer(connection => WireTests.StallAsync(connection, inBody: true));
        Redirect(new Uri(silent.Home, "blob").ToString());

        var call = gitHub.WorkflowRuns.LogAsync(GitHubAdapter.Repository, 9_007_199_254_740_993, cancelled.Token);
        await silent.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(201, null)]
    [InlineData(403, "GitHub refused to run workflow run 7 again (403)")]
    [InlineData(404, "GitHub refused to run workflow run 7 again (404)")]
    public async Task A_refused_repetition_is_an_answer(int status, string? refusal)
    {
        home.Given("POST", "/repos/Octo-Org/hello.world/actions/runs/7/rerun-failed-jobs", ContractServer.Json("""{"message":"This workflow run cannot be retried"}""", status));

        (await gitHub.WorkflowRuns.RerunAsync(GitHubAdapter.Repository, new(7, Whole: false), Cancel)).ShouldBe(refusal);
    }

    public void Dispose()
    {
        gitHub.Dispose();
        home.Dispose();
        abroad.Dispose();
    }

    private Task<string?> LogAsync() => gitHub.WorkflowRuns.LogAsync(GitHubAdapter.Repository, 9_007_199_254_740_993, Cancel);

    private void Redirect(string? location)
    {
        var answer = Response.Create().WithStatusCode((int)HttpStatusCode.Found);
        home.Given("GET", Logs, location is null ? answer : answer.WithHeader("Location", location));
    }
}
