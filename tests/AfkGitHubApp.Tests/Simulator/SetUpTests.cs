using System.Text.Json.Nodes;

namespace AfkGitHubApp.Tests.SimulatorTests;

/// <summary>How the App and its repositories are set up, as GitHub shows it and to whom.</summary>
public sealed class SetUpTests
{
    private const string Repo = GitHubUnderTest.Repo;

    [Fact]
    public async Task The_webhook_s_settings_hide_the_secret_and_can_be_changed()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.SetWebhook(new Uri("https://afk.example.com/hook"), "a-secret");
        gitHub.World.SetWebhookFormat("form", insecureSsl: true);

        (await gitHub.GetAsAppAsync("app/hook/config")).Text.ShouldBe("""{"content_type":"form","insecure_ssl":"1","secret":"********","url":"https://afk.example.com/hook"}""");
        var changed = await gitHub.SendAsync(HttpMethod.Patch, "app/hook/config", new JsonObject { ["content_type"] = "json", ["insecure_ssl"] = "0" }, gitHub.Jwt());
        changed.Text.ShouldBe("""{"content_type":"json","insecure_ssl":"0","secret":"********","url":"https://afk.example.com/hook"}""");
        (await gitHub.SendAsync(HttpMethod.Patch, "app/hook/config", new JsonObject { ["content_type"] = "xml" }, gitHub.Jwt())).Status.ShouldBe(422);
        (await gitHub.GetAsync("app/hook/config")).Status.ShouldBe(401, "an installation may not ask");
    }

    [Fact]
    public async Task An_installation_stays_behind_until_somebody_accepts_what_the_App_asks_for()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var before = new Dictionary<string, string>(gitHub.World.Options.Permissions, StringComparer.Ordinal);
        gitHub.World.AcceptPermissions(Repo, before);
        gitHub.World.RegisterApp(new Dictionary<string, string>(before, StringComparer.Ordinal) { ["administration"] = "read" }, ["push"]);

        ((string?)(await gitHub.GetAsAppAsync("app")).Json["permissions"]!["administration"]).ShouldBe("read");
        (await gitHub.GetAsAppAsync($"repos/{Repo}/installation")).Json["permissions"]!["administration"].ShouldBeNull();
        (await gitHub.GetAsync($"repos/{Repo}/actions/permissions")).Status.ShouldBe(403);

        gitHub.World.AcceptPermissions(Repo, null);
        var token = await gitHub.MintAsync();
        (await gitHub.SendAsync(HttpMethod.Get, $"repos/{Repo}/actions/permissions", null, token)).Json["enabled"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task More_than_was_granted_cannot_be_minted()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.AcceptPermissions(Repo, new Dictionary<string, string> { ["metadata"] = "read", ["issues"] = "read" });

        var answer = await gitHub.SendAsync(HttpMethod.Post, $"app/installations/{gitHub.World.InstallationId(Repo)}/access_tokens", new JsonObject { ["permissions"] = new JsonObject { ["issues"] = "write" } }, gitHub.Jwt());

        answer.Status.ShouldBe(422);
    }

    [Fact]
    public async Task Where_Actions_is_off_nothing_starts()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.SetActions(Repo, enabled: false);

        var inputs = new JsonObject { ["run_id"] = "R1", ["turn_id"] = "R1.1", ["issue"] = "1", ["prompt"] = "Do it." };
        (await gitHub.PostAsync($"repos/{Repo}/actions/workflows/afk-agent.yml/dispatches", new JsonObject { ["ref"] = "main", ["inputs"] = inputs })).Status.ShouldBe(422);
        gitHub.World.Push(Repo, "main", "ada", "A change");
        gitHub.Pass(TimeSpan.FromMinutes(1));

        gitHub.World.Runs(Repo).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rules_labels_and_the_repository_s_switches_are_shown()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.AddRule(Repo, "*", "required_signatures");
        gitHub.World.CreateLabel(Repo, "ready");
        gitHub.World.SetHasIssues(Repo, on: false);
        gitHub.World.Disable(Repo);

        ((string?)(await gitHub.GetAsync($"repos/{Repo}/rules/branches/not/there/yet")).Json[0]!["type"]).ShouldBe("required_signatures");
        ((string?)(await gitHub.GetAsync($"repos/{Repo}/labels")).Json[0]!["name"]).ShouldBe("ready");
        var repository = (await gitHub.GetAsync($"repos/{Repo}")).Json;
        repository["has_issues"]!.GetValue<bool>().ShouldBeFalse();
        repository["disabled"]!.GetValue<bool>().ShouldBeTrue();
    }
}
