using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.SimulatorTests;

public sealed class ControlApiTests
{
    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_whole_story_can_be_played_over_http(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door, repository: false);
        async Task<JsonNode> Play(string verb, string body)
        {
            var answer = await gitHub.ControlAsync(verb, JsonNode.Parse(body)!.AsObject());
            answer.Status.ShouldBe(200, answer.Text);
            return answer.Json;
        }

        await Play("repositories", """{"repository":"acme/widgets","foreign_empty_suites":true}""");
        await Play("permissions", """{"repository":"acme/widgets","login":"ada","role":"triage"}""");
        await Play("issues", """{"repository":"acme/widgets","by":"ada","title":"Fix it"}""");
        await Play("label", """{"repository":"acme/widgets","number":1,"label":"ready","by":"ada"}""");
        await Play("script", """{"repository":"acme/widgets","number":1,"turns":[{"takes":60,"ci":{"conclusion":"failure","statuses":[{"context":"deploy","state":"pending","after":"00:00:30"}]}},{"ends":"hang"}]}""");
        await gitHub.DispatchAsync(1);
        await Play("advance", """{"by":"00:10:00"}""");

        gitHub.World.Runs("acme/widgets").Select(run => run.Conclusion).ShouldBe(["success", "failure"]);
        var journal = (await gitHub.SendAsync(HttpMethod.Get, "_simulator/journal", null, null)).Json.AsArray();
        journal.ShouldContain(entry => (string)entry!["kind"]! == "TurnWorked");
        journal.ShouldContain(entry => (string)entry!["kind"]! == "StatusAdded");
        var after = (long)journal[^2]!["sequence"]!;
        (await gitHub.SendAsync(HttpMethod.Get, $"_simulator/journal?after={after}", null, null)).Json.AsArray().Count.ShouldBe(1);
        var state = (await gitHub.SendAsync(HttpMethod.Get, "_simulator/state", null, null)).Json;
        ((string)state["repositories"]![0]!["issues"]![0]!["labels"]![0]!).ShouldBe("ready");
    }

    [Theory]
    [InlineData("permissions", """{"repository":"acme/widgets","login":"ada","role":"king"}""", "role")]
    [InlineData("permissions", """{"repository":"acme/widgets","login":"ada"}""", "role")]
    [InlineData("label", """{"repository":"acme/widgets","number":"one","label":"x","by":"ada"}""", "number")]
    [InlineData("label", """{"repository":"acme/widgets","number":7,"label":"x","by":"ada"}""", "number")]
    [InlineData("label", """{"repository":"acme/none","number":1,"label":"x","by":"ada"}""", "full_name")]
    [InlineData("issues", """{"repository":"acme/widgets","by":"ada","title":"x","colour":"red"}""", "colour")]
    [InlineData("script", """{"repository":"acme/widgets","number":1,"turns":[{"ends":"explode"}]}""", "turns[0].ends")]
    [InlineData("repositories", """{"repository":"nameless"}""", "full_name")]
    public async Task Wrong_input_is_refused_with_the_name_of_the_field(string verb, string body, string field)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        var answer = await gitHub.ControlAsync(verb, JsonNode.Parse(body)!.AsObject());

        answer.Status.ShouldBe(400);
        ((string?)answer.Json["field"]).ShouldBe(field);
        ((string)answer.Json["error"]!).ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task Every_verb_describes_itself_and_an_unknown_one_is_not_found()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        var self = (await gitHub.SendAsync(HttpMethod.Get, "_simulator", null, null)).Json;

        self["verbs"]!.AsObject().Count.ShouldBeGreaterThan(30);
        ((string)self["verbs"]!["POST /_simulator/label"]!["takes"]!["number"]!).ShouldBe("number, required");
        (await gitHub.ControlAsync("dance", [])).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_real_clock_cannot_be_advanced()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(change: options => options with { Advance = null });

        (await gitHub.ControlAsync("advance", new JsonObject { ["by"] = 5 })).Status.ShouldBe(409);
    }

    [Fact]
    public async Task Chaos_can_be_set_from_outside()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        (await gitHub.ControlAsync("chaos/webhooks", new JsonObject { ["drop_events"] = new JsonArray("issues") })).Status.ShouldBe(200);
        (await gitHub.ControlAsync("chaos/requests", new JsonObject { ["faults"] = new JsonArray(new JsonObject { ["status"] = 503, ["path_contains"] = "/app" }) })).Status.ShouldBe(200);

        (await gitHub.GetAsAppAsync("app")).Status.ShouldBe(503);
        (await gitHub.GetAsAppAsync("app")).Status.ShouldBe(200);
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");
        gitHub.Hooks.Waiting.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_control_api_leaves_no_requests_in_the_journal()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await gitHub.ControlAsync("users", new JsonObject { ["login"] = "eve" });

        gitHub.World.Journal.Effects<RequestMade>().ShouldBeEmpty();
    }
}
