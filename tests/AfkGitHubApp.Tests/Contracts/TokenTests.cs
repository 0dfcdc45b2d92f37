using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using WireMock.RequestBuilders;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Who is let in with what: the App's JWT and the tokens of its installations.</summary>
public sealed class TokenTests(ContractServer server) : ContractTest(server)
{
    private const string Branch = "/repos/Octo-Org/hello.world/branches/main";

    [Fact]
    public async Task Forty_concurrent_callers_keep_their_identities_apart()
    {
        var repositories = Enumerable.Range(1, 40).Select(number => new RepositoryKey(number, $"o{number}/r", number)).ToList();
        foreach (var repository in repositories)
        {
            Server.Given("GET", $"/repos/{repository}/branches/main", ContractServer.Json($$$"""{"commit":{"sha":"{{{repository.Id}}}"}}""").WithDelay(TimeSpan.FromMilliseconds(20)));
            Server.Given("DELETE", $"/repos/{repository}/issues/1/labels/l", ContractServer.Json("[]"));
            Server.Given("PATCH", $"/repos/{repository}/issues/1", ContractServer.Json("{}"));
            Server.Given("POST", $"/repos/{repository}/issues/1/labels", ContractServer.Json("[]"));
        }

        await Task.WhenAll(repositories.Select(async repository =>
        {
            (await GitHub.Ci.HeadAsync(repository, "main", Cancel)).ShouldBe(repository.Id.ToString());
            await Task.WhenAll(
                GitHub.Tracker.RemoveLabelAsync(repository, 1, "l", Cancel),
                GitHub.Tracker.AddLabelAsync(repository, 1, "l", Cancel),
                GitHub.Tracker.CloseAsync(repository, 1, Cancel));
        }));

        Server.Log.Count.ShouldBe(160);
        foreach (var entry in Server.Log)
        {
            var installation = long.Parse(entry.Url.Split('/')[2][1..]);
            entry.Authorization.ShouldBe("Bearer " + ContractServer.Token(installation), entry.Url);
        }

        Server.Mints.Select(mint => mint.Url).ShouldBe(repositories.Select(repository => $"/app/installations/{repository.InstallationId}/access_tokens"), ignoreOrder: true);
    }

    [Fact]
    public async Task Callers_of_one_installation_mint_one_token_between_them()
    {
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => GitHub.Ci.HeadAsync(Repository, "main", Cancel)));

        Server.Mints.Count.ShouldBe(1);
        Server.Log.Count.ShouldBe(40);
    }

    [Fact]
    public async Task An_installation_whose_token_is_slow_does_not_hold_up_another()
    {
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.GivenMint(666, async () =>
        {
            asked.SetResult();
            await stalled.Task;
        });
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        var slow = GitHub.Ci.HeadAsync(Repository with { InstallationId = 666 }, "main", Cancel);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        var quick = GitHub.Ci.HeadAsync(Repository, "main", Cancel);

        (await quick.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancel)).ShouldBe("abc");
        slow.IsCompleted.ShouldBeFalse();
        stalled.SetResult();
        (await slow).ShouldBe("abc");
    }

    [Fact]
    public async Task A_token_is_replaced_when_less_than_ten_minutes_are_left()
    {
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        await GitHub.Ci.HeadAsync(Repository, "main", Cancel);
        Server.Time.Advance(TimeSpan.FromMinutes(50) - TimeSpan.FromSeconds(1));
        await GitHub.Ci.HeadAsync(Repository, "main", Cancel);
        Server.Mints.Count.ShouldBe(1);

        Server.Time.Advance(TimeSpan.FromSeconds(2));
        await GitHub.Ci.HeadAsync(Repository, "main", Cancel);

        Server.Mints.Count.ShouldBe(2);
        Bearers().ShouldBe([Token(1), Token(1), Token(2)]);
    }

    [Fact]
    public async Task A_token_that_GitHub_no_longer_takes_is_replaced_once_and_the_request_sent_again()
    {
        GivenThatTheFirstTokenIsRefused();

        (await GitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");
        (await GitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");

        Bearers().ShouldBe([Token(1), Token(2), Token(2)]);
        Server.Mints.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_write_that_met_a_refused_token_is_performed_once_with_its_whole_body()
    {
        Server.Given(Request.Create().UsingPost().WithPath("/repos/Octo-Org/hello.world/issues/1/comments").WithHeader("Authorization", Token(1)), ContractServer.Json("""{"message":"Bad credentials"}""", 401));
        Server.Given(Request.Create().UsingPost().WithPath("/repos/Octo-Org/hello.world/issues/1/comments").WithHeader("Authorization", Token(2)), ContractServer.Json("""{"id":5}""", 201));

        (await GitHub.Tracker.CreateCommentAsync(Repository, 1, "hello", Cancel)).ShouldBe(5);

        Server.Log.Select(entry => entry.Body).ShouldBe(["""{"body":"hello"}""", """{"body":"hello"}"""]);
    }

    [Fact]
    public async Task A_second_refusal_says_that_our_access_is_gone_and_the_token_is_dropped()
    {
        Server.Given("GET", Branch, ContractServer.Json("""{"message":"Bad credentials"}""", 401));

        var failure = await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));
        failure.Kind.ShouldBe(FailureKind.AccessGone);
        Bearers().ShouldBe([Token(1), Token(2)]);

        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));
        (await GitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");
        Bearers().ShouldBe([Token(1), Token(2), Token(3)]);
    }

    [Fact]
    public async Task Many_callers_that_meet_the_same_refused_token_replace_it_once()
    {
        GivenThatTheFirstTokenIsRefused();

        var heads = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GitHub.Ci.HeadAsync(Repository, "main", Cancel)));

        heads.ShouldAllBe(head => head == "abc");
        Server.Mints.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(401, """{"message":"A JSON web token could not be decoded"}""", FailureKind.AccessGone, null)]
    [InlineData(403, """{"message":"This installation has been suspended"}""", FailureKind.AccessGone, null)]
    [InlineData(403, """{"message":"Resource not accessible"}""", FailureKind.AccessGone, null)]
    [InlineData(404, """{"message":"Not Found"}""", FailureKind.AccessGone, null)]
    [InlineData(422, """{"message":"too complex"}""", FailureKind.AccessGone, null)]
    [InlineData(429, """{"message":"API rate limit exceeded"}""", FailureKind.RateLimited, 60)]
    [InlineData(403, """{"message":"You have exceeded a secondary rate limit"}""", FailureKind.RateLimited, 60)]
    [InlineData(500, "", FailureKind.Transient, null)]
    [InlineData(502, "<html>", FailureKind.Transient, null)]
    [InlineData(201, "", FailureKind.Bug, null)]
    [InlineData(201, """{"token":null,"expires_at":"2026-03-10T13:00:00Z"}""", FailureKind.Bug, null)]
    [InlineData(201, """{"expires_at":"2026-03-10T13:00:00Z"}""", FailureKind.Bug, null)]
    public async Task A_token_that_cannot_be_had_is_a_failure_and_the_write_was_not_sent(int status, string body, FailureKind kind, int? retryAfter)
    {
        Server.Given("POST", "/app/installations/3000000007/access_tokens", ContractServer.Json(body, status));

        var failure = await FailureOf(GitHub.Tracker.CloseAsync(Repository, 1, Cancel));

        failure.Kind.ShouldBe(kind);
        failure.StatusCode.ShouldBe(status);
        failure.RequestId.ShouldBe("0A1B:2C3D:4E");
        failure.RetryAfter.ShouldBe(retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        failure.Ambiguous.ShouldBeFalse();
        Server.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_minting_is_tried_again_by_the_next_call()
    {
        Server.Given("POST", "/app/installations/3000000007/access_tokens", ContractServer.Json("", 500));
        await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));
        Server.GivenMint(Repository.InstallationId, () => Task.CompletedTask);
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        (await GitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task A_token_may_be_of_any_length_and_form()
    {
        var token = "ghs_123_" + new string('a', 1500) + "." + new string('b', 300) + "-_";
        Server.Given("POST", "/app/installations/3000000007/access_tokens", ContractServer.Json($$"""{"token":"{{token}}","expires_at":"2026-03-10T13:00:00Z"}""", 201));
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));

        await GitHub.Ci.HeadAsync(Repository, "main", Cancel);

        Bearers().ShouldBe(["Bearer " + token]);
    }

    [Fact]
    public async Task The_JWT_is_what_GitHub_s_rules_ask_for()
    {
        Server.Given("GET", "/app", ContractServer.Json("{}"));

        await FailureOf(GitHub.App.IdentityAsync(Cancel));

        var jwt = Jwt.Read(Bearers().ShouldHaveSingleItem());
        var now = Server.Time.GetUtcNow().ToUnixTimeSeconds();
        jwt.Algorithm.ShouldBe("RS256");
        jwt.Issuer.ShouldBe(GitHubAdapter.Issuer);
        jwt.IssuedAt.ShouldBe(now - 60);
        jwt.Expires.ShouldBeGreaterThan(now + 60);
        jwt.Expires.ShouldBeLessThanOrEqualTo(now + 600, "GitHub refuses a token that lives longer");
    }

    [Fact]
    public async Task The_JWT_is_used_again_while_it_holds_and_never_past_its_end()
    {
        Server.Given("GET", "/app", ContractServer.Json("{}"));
        for (var minute = 0; minute < 30; minute++)
        {
            await FailureOf(GitHub.App.IdentityAsync(Cancel));
            var jwt = Jwt.Read(Bearers()[^1]);
            (jwt.Expires - Server.Time.GetUtcNow().ToUnixTimeSeconds()).ShouldBeGreaterThan(30);
            Server.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Bearers().Distinct(StringComparer.Ordinal).Count().ShouldBeInRange(4, 6);
    }

    [Fact]
    public async Task A_JWT_that_was_refused_is_not_used_again()
    {
        Server.Given("GET", "/app", ContractServer.Json("""{"message":"'Expiration time' claim ('exp') is too far in the future"}""", 401));

        (await FailureOf(GitHub.App.IdentityAsync(Cancel))).Kind.ShouldBe(FailureKind.AccessGone);
        Server.Time.Advance(TimeSpan.FromSeconds(1));
        await FailureOf(GitHub.App.IdentityAsync(Cancel));

        Bearers().Distinct(StringComparer.Ordinal).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Our_bot_is_asked_for_as_an_installation_that_is_not_suspended()
    {
        PortCall.Named("app asks who it is").Exchanges.ToList().ForEach(Server.Given);

        (await GitHub.App.IdentityAsync(Cancel)).BotId.ShouldBe(4_294_967_301);

        Server.Mints.ShouldHaveSingleItem().Url.ShouldBe("/app/installations/3000000007/access_tokens");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"id":1,"suspended_at":"2026-01-01T00:00:00Z"}]""")]
    public async Task An_App_installed_nowhere_says_so(string installations)
    {
        Server.Given("GET", "/app", ContractServer.Json("""{"id":1,"slug":"afk-app"}"""));
        Server.Given("GET", "/app/installations?per_page=100", ContractServer.Json(installations));

        var failure = await FailureOf(GitHub.App.IdentityAsync(Cancel));

        failure.Kind.ShouldBe(FailureKind.AccessGone);
        failure.Message.ShouldContain("installed");
        GitHub.App.KnownIdentity.ShouldBeNull();
    }

    [Fact]
    public async Task A_repository_s_installation_is_asked_for_as_the_App_and_the_rest_as_that_installation()
    {
        PortCall.Named("app finds a repository").Exchanges.ToList().ForEach(Server.Given);

        (await GitHub.App.FindRepositoryAsync("Octo-Org/hello.world", Cancel)).ShouldBe(Repository);

        Jwt.IsOurs(Bearers()[0]).ShouldBeTrue();
        Bearers()[1].ShouldBe(Token(1));
    }

    [Fact]
    public async Task Every_request_is_counted_mintings_and_repeats_too()
    {
        GivenThatTheFirstTokenIsRefused();
        var meter = RequestMeter.Start();

        await GitHub.Ci.HeadAsync(Repository, "main", Cancel);

        meter.Count.ShouldBe(Server.Log.Count + Server.Mints.Count);
        meter.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_request_outside_any_call_is_not_sent()
    {
        using var handler = new BearerHandler(Server.Home, new NoBearers(), GitHubConnection.Sockets());
        using var client = new HttpClient(handler);

        await Should.ThrowAsync<InvalidOperationException>(() => client.GetAsync(Server.Home, Cancel));

        Server.Log.ShouldBeEmpty();
    }

    private void GivenThatTheFirstTokenIsRefused()
    {
        Server.Given(Request.Create().UsingGet().WithPath(Branch), ContractServer.Json("""{"commit":{"sha":"abc"}}"""));
        Server.Given(Request.Create().UsingGet().WithPath(Branch).WithHeader("Authorization", Token(1)), ContractServer.Json("""{"message":"Bad credentials"}""", 401).WithDelay(TimeSpan.FromMilliseconds(50)));
    }

    private static string Token(int ordinal) => "Bearer " + ContractServer.Token(Repository.InstallationId, ordinal);

    private List<string?> Bearers() => [.. Server.Log.Select(entry => entry.Authorization)];

    private sealed class NoBearers : IBearerSource
    {
        public Task<string> BearerAsync(CallIdentity identity, CancellationToken cancellationToken) => Task.FromResult("none");

        public void Forget(CallIdentity identity, string bearer)
        {
            // Nothing is kept.
        }
    }
}
