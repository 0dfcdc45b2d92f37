using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>GitHub is left alone for as long as it asks, by the identity it asked (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api).</summary>
public sealed class BackOffTests(ContractServer server) : ContractTest(server)
{
    private const string Branch = "/repos/Octo-Org/hello.world/branches/main";

    [Fact]
    public async Task Nothing_is_sent_before_the_wait_is_over_and_then_all_goes_on()
    {
        Server.Given("GET", Branch, ContractServer.Json("{}", 429).WithHeader("Retry-After", "30"));
        await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        Server.Time.Advance(TimeSpan.FromSeconds(29));
        var read = await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));
        var write = await FailureOf(GitHub.Tracker.CloseAsync(Repository, 1, Cancel));

        read.Kind.ShouldBe(FailureKind.RateLimited);
        read.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        read.StatusCode.ShouldBeNull();
        write.Kind.ShouldBe(FailureKind.RateLimited);
        write.Ambiguous.ShouldBeFalse("nothing was sent");
        Server.Log.Count.ShouldBe(1);

        Server.Time.Advance(TimeSpan.FromSeconds(1));
        (await GitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task Another_installation_is_not_held_back()
    {
        Server.Given("GET", Branch, ContractServer.Json("{}", 429).WithHeader("Retry-After", "30"));
        await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        (await GitHub.Ci.HeadAsync(Repository with { InstallationId = 5 }, "main", Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task A_limit_told_by_GraphQL_counts_too()
    {
        Server.Given("POST", "/graphql", ContractServer.Json("""{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}""").WithHeader("Retry-After", "30"));

        await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel));
        (await FailureOf(GitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, Cancel))).Kind.ShouldBe(FailureKind.RateLimited);

        Server.Log.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_waits_the_longer_holds()
    {
        Server.Given("GET", Branch, ContractServer.Json("{}", 429).WithHeader("Retry-After", "60"));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Given("GET", "/repos/Octo-Org/hello.world/branches/late", ContractServer.Json("", 429).WithHeader("Retry-After", "5").WithBody(async _ =>
        {
            asked.SetResult();
            await told.Task;
            return "{}";
        }));

        var late = GitHub.Ci.HeadAsync(Repository, "late", Cancel);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));
        told.SetResult();
        await FailureOf(late);
        Server.Time.Advance(TimeSpan.FromSeconds(10));

        (await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(50));
        Server.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_refusal_that_is_no_limit_holds_nothing_back()
    {
        Server.Given("GET", Branch, ContractServer.Json("""{"message":"Resource not accessible by integration"}""", 403));
        await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        (await GitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");
    }
}
