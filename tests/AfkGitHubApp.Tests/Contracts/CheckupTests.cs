using System.Text.Json.Nodes;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>What the checkup makes of GitHub's words.</summary>
public sealed class CheckupTests(ContractServer server) : ContractTest(server)
{
    private const string R = "/repos/Octo-Org/hello.world";

    [Fact]
    public async Task The_App_carries_its_permissions_events_and_GitHub_s_clock()
    {
        await using var raw = new RawServer(connection => connection.SendAsync(RawServer.Answer(
            """{"id":1,"slug":"afk-app","permissions":{"issues":"write","odd":null},"events":["push",null],"html_url":null}""", "Content-Type: application/json\r\nDate: Tue, 10 Mar 2026 12:02:00 GMT")));
        using var gitHub = new GitHubAdapter(raw.Home);

        var app = await gitHub.Checkup.AppAsync(Cancel);

        app.Permissions.ShouldBe(new Dictionary<string, string> { ["issues"] = "write" });
        app.Events.ShouldBe(["push"]);
        app.ServerTime.ShouldBe(new DateTimeOffset(2026, 3, 10, 12, 2, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("Date: Tue, 10 Mar 2026 12:02:00 GMT", true)]
    [InlineData("Date: yesterday", false)]
    [InlineData("X: y", false)]
    public async Task A_refusal_carries_GitHub_s_clock_as_well(string header, bool told)
    {
        await using var raw = new RawServer(connection => connection.SendAsync(RawServer.Answer(
            """{"message":"'Expiration time' claim ('exp') is too far in the future"}""", $"Content-Type: application/json\r\n{header}", "401 Unauthorized")));
        using var gitHub = new GitHubAdapter(raw.Home);

        (await FailureOf(gitHub.Checkup.AppAsync(Cancel))).ServerTime.ShouldBe(told ? new DateTimeOffset(2026, 3, 10, 12, 2, 0, TimeSpan.Zero) : null);
    }

    [Theory]
    [InlineData("""{"url":"https://a.example/x","content_type":"json","secret":"********","insecure_ssl":"0"}""", "https://a.example/x", "json", true, true)]
    [InlineData("""{"url":"https://a.example/x","content_type":"form","secret":"","insecure_ssl":"1"}""", "https://a.example/x", "form", false, false)]
    [InlineData("""{"url":"https://a.example/x","content_type":"json","insecure_ssl":1}""", "https://a.example/x", "json", false, false)]
    [InlineData("""{"url":"https://a.example/x","content_type":"json","insecure_ssl":0}""", "https://a.example/x", "json", false, true)]
    [InlineData("""{"url":null,"content_type":"json"}""", null, "json", false, true)]
    [InlineData("""{"content_type":"form","insecure_ssl":"0"}""", null, "form", false, true)]
    public async Task The_webhook_s_settings_are_read_in_either_spelling(string answer, string? url, string? type, bool secret, bool checks)
    {
        Server.Given("GET", "/app/hook/config", ContractServer.Json(answer));

        (await GitHub.Checkup.HookAsync(Cancel)).ShouldBe(new HookConfig(url, type, secret, checks));
    }

    [Fact]
    public async Task Without_a_webhook_there_is_none()
    {
        Server.Given("GET", "/app/hook/config", ContractServer.Json("""{"message":"Not Found"}""", 404));

        (await GitHub.Checkup.HookAsync(Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_file_is_text_whatever_its_letters()
    {
        Server.Given("GET", $"{R}/contents/a/b.yml?ref=main", ContractServer.Json(File(Convert.ToBase64String("Grüße — 日本\n"u8, Base64FormattingOptions.InsertLineBreaks), "base64")));
        Server.Given("GET", $"{R}/contents/none.yml?ref=main", ContractServer.Json("""{"message":"Not Found"}""", 404));

        (await GitHub.Checkup.FileAsync(Repository, "a/b.yml", "main", Cancel)).ShouldBe("Grüße — 日本\n");
        (await GitHub.Checkup.FileAsync(Repository, "none.yml", "main", Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "none")]
    [InlineData("not base64!", "base64")]
    public async Task A_file_that_GitHub_does_not_send_as_text_is_no_file(string content, string encoding)
    {
        Server.Given("GET", $"{R}/contents/a.yml?ref=main", ContractServer.Json(File(content, encoding)));

        (await FailureOf(GitHub.Checkup.FileAsync(Repository, "a.yml", "main", Cancel))).Kind.ShouldBe(FailureKind.Bug);
    }

    [Fact]
    public async Task Rules_carry_the_checks_they_require()
    {
        Server.Given("GET", $"{R}/rules/branches/main?per_page=100", ContractServer.Json("""
            [{"type":"required_status_checks","parameters":{"required_status_checks":[{"context":"build"},null,{"context":null}]}},{"type":"a kind of tomorrow","parameters":{"x":1}},{"type":"deletion"}]
            """));

        var rules = (await GitHub.Checkup.RulesAsync(Repository, "main", Cancel)).ShouldNotBeNull();

        rules.Select(rule => rule.Type).ShouldBe(["required_status_checks", "a kind of tomorrow", "deletion"]);
        rules[0].Contexts.ShouldBe(["build"]);
    }

    [Fact]
    public async Task What_may_not_be_read_is_not_known()
    {
        Server.Given("GET", $"{R}/rules/branches/main?per_page=100", ContractServer.Json("""{"message":"Upgrade to GitHub Pro or make this repository public to enable this feature."}""", 403));
        Server.Given("GET", $"{R}/actions/permissions", ContractServer.Json("""{"message":"Resource not accessible by integration"}""", 403));

        (await GitHub.Checkup.RulesAsync(Repository, "main", Cancel)).ShouldBeNull();
        (await GitHub.Checkup.ActionsEnabledAsync(Repository, Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"commit":{"sha":"a"},"protected":true,"protection":{"enabled":false,"required_status_checks":{"contexts":[]}}}""", false, 0)]
    [InlineData("""{"commit":{"sha":"a"},"protected":true,"protection":{"enabled":true,"required_status_checks":{"contexts":["build",null]}}}""", true, 1)]
    [InlineData("""{"commit":{"sha":"a"},"protected":false}""", false, 0)]
    public async Task Only_classic_protection_is_protection(string answer, bool on, int contexts)
    {
        Server.Given("GET", $"{R}/branches/main", ContractServer.Json(answer));

        var protection = (await GitHub.Checkup.ProtectionAsync(Repository, "main", Cancel)).ShouldNotBeNull();

        protection.IsOn.ShouldBe(on);
        protection.Contexts.Count.ShouldBe(contexts);
    }

    [Fact]
    public async Task A_dispatch_sends_the_inputs_the_workflow_is_checked_for()
    {
        var call = PortCall.Named("agent dispatches");
        GivenAllBut(call, -1);

        await call.Invoke(GitHub, Cancel);

        JsonNode.Parse(Server.Log.ShouldHaveSingleItem().Body!)!["inputs"]!.AsObject().Select(input => input.Key).ShouldBe(AgentWorkflow.Inputs, ignoreOrder: true);
    }

    private static string File(string content, string encoding) => new JsonObject { ["type"] = "file", ["content"] = content, ["encoding"] = encoding }.ToJsonString();
}
