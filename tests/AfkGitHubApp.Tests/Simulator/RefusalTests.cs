using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.SimulatorTests;

/// <summary>The simulator refuses what GitHub refuses: a lax one would let a wrong call pass for years.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_request_without_a_token_is_refused(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);

        var answer = await gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Repo}", null, null);

        answer.Status.ShouldBe(401);
        answer.Message.ShouldBe("Requires authentication");
        answer.Headers.ShouldContainKey("X-GitHub-Request-Id");
        answer.Headers.ShouldContainKey("X-RateLimit-Remaining");
    }

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task An_unknown_token_is_bad_credentials(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);

        var answer = await gitHub.SendAsync(HttpMethod.Get, "rate_limit", null, "ghs_nobody");

        answer.Status.ShouldBe(401);
        answer.Message.ShouldBe("Bad credentials");
    }

    [Fact]
    public async Task A_token_dies_after_an_hour()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}");

        gitHub.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}")).Status.ShouldBe(200);
        gitHub.Clock.Advance(TimeSpan.FromSeconds(1));

        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}")).Message.ShouldBe("Bad credentials");
    }

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_request_without_a_user_agent_is_forbidden(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);

        var answer = await gitHub.SendAsync(HttpMethod.Get, "app", null, gitHub.Jwt(), request => request.Headers.Remove("User-Agent"));

        answer.Status.ShouldBe(403);
        answer.Message.ShouldContain("User-Agent");
    }

    [Theory]
    [InlineData("2022-11-28", 200)]
    [InlineData("2026-03-10", 200)]
    [InlineData("2031-01-01", 400)]
    public async Task Only_known_api_versions_are_served(string version, int status)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        var answer = await gitHub.SendAsync(HttpMethod.Get, "app", null, gitHub.Jwt(), request =>
        {
            request.Headers.Remove("X-GitHub-Api-Version");
            request.Headers.Add("X-GitHub-Api-Version", version);
        });

        answer.Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_jwt_signed_with_another_key_is_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        using var other = RSA.Create(2048);

        var answer = await gitHub.SendAsync(HttpMethod.Get, "app", null, gitHub.Jwt(key: other));

        answer.Status.ShouldBe(401);
        answer.Message.ShouldBe("A JSON web token could not be decoded");
    }

    [Theory]
    [InlineData("exp", 601, "too far in the future")]
    [InlineData("exp", 0, "Expiration time")]
    [InlineData("iat", 1, "Issued at")]
    public async Task A_jwt_with_wrong_times_is_refused(string claim, int secondsFromNow, string why)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var jwt = gitHub.Jwt(claims =>
        {
            claims[claim] = gitHub.Clock.GetUtcNow().ToUnixTimeSeconds() + secondsFromNow;
            return claims;
        });

        var answer = await gitHub.SendAsync(HttpMethod.Get, "app", null, jwt);

        answer.Status.ShouldBe(401);
        answer.Message.ShouldContain(why);
    }

    [Fact]
    public async Task A_jwt_may_name_the_client_id_or_the_app_id_and_nothing_else()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        async Task<int> StatusFor(JsonNode issuer) => (await gitHub.SendAsync(HttpMethod.Get, "app", null, gitHub.Jwt(claims =>
        {
            claims["iss"] = issuer;
            return claims;
        }))).Status;

        (await StatusFor(gitHub.World.Options.ClientId)).ShouldBe(200);
        (await StatusFor(gitHub.World.Options.AppId)).ShouldBe(200);
        (await StatusFor(gitHub.World.Options.AppId.ToString())).ShouldBe(200);
        (await StatusFor("somebody-else")).ShouldBe(404);
    }

    [Fact]
    public async Task A_jwt_opens_no_repository_and_a_token_no_app_route()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        (await gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Repo}", null, gitHub.Jwt())).Status.ShouldBe(403);
        (await gitHub.GetAsync("app")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_repository_without_the_app_does_not_exist_for_it()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.AddRepository("acme/secret", options: new RepositoryOptions { Installed = false });

        (await gitHub.GetAsync("repos/acme/secret")).Status.ShouldBe(404);
        (await gitHub.GetAsync("repos/acme/nothing")).Status.ShouldBe(404);
        (await gitHub.GetAsAppAsync("repos/acme/secret/installation")).Status.ShouldBe(404);
        (await gitHub.GetAsAppAsync($"repos/{GitHubUnderTest.Repo}/installation")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_narrowed_token_sees_only_its_repositories_and_holds_only_its_permissions()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var other = gitHub.World.AddRepository("acme/other");
        gitHub.World.OpenIssue("acme/other", "ada", "Hello");
        var token = await gitHub.MintAsync(body: new JsonObject { ["repository_ids"] = new JsonArray(other), ["permissions"] = new JsonObject { ["issues"] = "read" } });

        (await gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Repo}", null, token)).Status.ShouldBe(404);
        (await gitHub.SendAsync(HttpMethod.Get, "repos/acme/other/issues/1", null, token)).Status.ShouldBe(200);
        var refused = await gitHub.SendAsync(HttpMethod.Post, "repos/acme/other/issues/1/comments", new JsonObject { ["body"] = "x" }, token);
        refused.Status.ShouldBe(403);
        refused.Message.ShouldBe("Resource not accessible by integration");
        refused.Headers["X-Accepted-GitHub-Permissions"].ShouldBe("issues=write");
        (await gitHub.SendAsync(HttpMethod.Get, "repos/acme/other/commits/main/check-runs", null, token)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_token_cannot_hold_more_than_the_app()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var path = $"app/installations/{gitHub.World.InstallationId(GitHubUnderTest.Repo)}/access_tokens";

        (await gitHub.SendAsync(HttpMethod.Post, path, new JsonObject { ["permissions"] = new JsonObject { ["contents"] = "write" } }, gitHub.Jwt())).Status.ShouldBe(422);
        (await gitHub.SendAsync(HttpMethod.Post, path, new JsonObject { ["repository_ids"] = new JsonArray(42) }, gitHub.Jwt())).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_suspended_installation_gives_no_tokens_and_kills_those_it_gave()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var token = await gitHub.TokenAsync();

        gitHub.World.Suspend(GitHubUnderTest.Repo);

        (await gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Repo}", null, token)).Status.ShouldBe(401);
        (await gitHub.SendAsync(HttpMethod.Post, $"app/installations/{gitHub.World.InstallationId(GitHubUnderTest.Repo)}/access_tokens", null, gitHub.Jwt())).Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_rate_limit_runs_out_and_comes_back_after_the_hour()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(change: options => options with { RequestsPerHour = 3, TokenLifetime = TimeSpan.FromHours(3) });
        for (var request = 0; request < 3; request++)
        {
            (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}")).Status.ShouldBe(200);
        }

        var refused = await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}");

        refused.Status.ShouldBe(403);
        refused.Message.ShouldContain("API rate limit exceeded");
        refused.Headers["X-RateLimit-Remaining"].ShouldBe("0");
        (await gitHub.GetAsync("rate_limit")).Status.ShouldBe(200);
        gitHub.Clock.Advance(TimeSpan.FromHours(1));
        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_renamed_repository_redirects_to_its_id(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");
        gitHub.World.Rename(GitHubUnderTest.Repo, "acme/gadgets");

        var read = await gitHub.SendAsync(HttpMethod.Get, $"repos/{GitHubUnderTest.Repo}/issues?state=open", null, await gitHub.MintAsync("acme/gadgets"));

        read.Status.ShouldBe(301);
        var location = new Uri(read.Headers["Location"]);
        location.IsAbsoluteUri.ShouldBeTrue();
        location.PathAndQuery.ShouldStartWith("/repositories/");
        location.PathAndQuery.ShouldEndWith("/issues?state=open");
        var followed = await gitHub.SendAsync(HttpMethod.Get, location.PathAndQuery, null, await gitHub.MintAsync("acme/gadgets"));
        followed.Status.ShouldBe(200);
        followed.Json.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_archived_repository_can_be_read_but_not_written()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");
        gitHub.World.Archive(GitHubUnderTest.Repo);

        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/issues/1")).Status.ShouldBe(200);
        var refused = await gitHub.PostAsync($"repos/{GitHubUnderTest.Repo}/issues/1/comments", new JsonObject { ["body"] = "x" });
        refused.Status.ShouldBe(403);
        refused.Message.ShouldBe("Repository was archived so is read-only.");
    }

    [Fact]
    public async Task A_deleted_issue_is_gone_and_a_transferred_one_has_moved()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.AddRepository("acme/other");
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "One");
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Two");
        gitHub.World.DeleteIssue(GitHubUnderTest.Repo, 1, "ada");
        gitHub.World.TransferIssue(GitHubUnderTest.Repo, 2, "acme/other", "ada");

        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/issues/1")).Status.ShouldBe(410);
        var moved = await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/issues/2/comments");
        moved.Status.ShouldBe(301);
        (await gitHub.GetAsync(new Uri(moved.Headers["Location"]).PathAndQuery)).Status.ShouldBe(200);
        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/issues/3")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Unknown_routes_and_broken_json_are_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");

        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/nonsense")).Status.ShouldBe(404);
        var broken = await gitHub.SendAsync(HttpMethod.Post, $"repos/{GitHubUnderTest.Repo}/issues/1/comments", null, await gitHub.TokenAsync(), request => request.Content = new StringContent("{oops"));
        broken.Status.ShouldBe(400);
        broken.Message.ShouldBe("Problems parsing JSON");
    }
}
