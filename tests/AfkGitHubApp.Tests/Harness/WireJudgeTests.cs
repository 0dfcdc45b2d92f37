using System.Text;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>The judge itself: it keeps quiet about what is right and finds out what is not.</summary>
public sealed class WireJudgeTests
{
    private const string Label = """[{"id":1,"node_id":"LA_1","url":"https://github.simulated/l","name":"a","color":"ededed","default":false,"description":null}]""";
    private static readonly SimulatedGitHub World = new(TimeProvider.System, new SimulatorOptions { AppPublicKeyPem = System.Security.Cryptography.RSA.Create(2048).ExportSubjectPublicKeyInfoPem() });

    [Theory]
    [InlineData("POST", "/repos/o/r/issues/1/labels", "", """{"labels":["a"]}""", 200, Label, null)]
    [InlineData("POST", "/api/v3/repos/o/r/issues/1/labels", "", """{"labels":["a"]}""", 200, Label, null)]
    [InlineData("POST", "/repositories/5/issues/1/labels", "", """{"labels":["a"]}""", 200, Label, null)]
    [InlineData("POST", "/repos/o/r/issues/1/labels", "", """{"labels":["a"]}""", 200, """[{"id":"1"}]""", "answer 200: /0/id: \"1\" is no integer")]
    [InlineData("POST", "/repos/o/r/issues/1/labels", "", """{"labels":["a"]}""", 201, Label, "answer 201: status 201: is not described")]
    [InlineData("POST", "/repos/o/r/issues/1/labels", "", """{"labels":"a"}""", 200, Label, "request: body/labels: \"a\" is no array")]
    [InlineData("POST", "/repos/o/r/issues/1/labels", "now=1", """{"labels":["a"]}""", 200, Label, "request: query now: is not described")]
    [InlineData("POST", "/repos/o/r/issues/1/sorted", "", "{}", 404, """{"message":"Not Found"}""", "there is no such operation")]
    [InlineData("POST", "/repos/o/r/actions/runs/1/force-cancel", "", "", 404, """{"message":"Not Found"}""", "no port call of the table sends this")]
    [InlineData("POST", "/graphql", "", "{}", 200, "{}", null)]
    public void What_passes_between_the_product_and_GitHub_is_judged(string method, string path, string query, string body, int status, string answer, string? complaint)
    {
        var judge = WireJudge.Watch(World, RequestsOf.TheProduct);

        World.Answered!(Request(method, path, query, body), Response(status, answer));

        if (complaint is null)
        {
            judge.ShouldHaveNoComplaint();
        }
        else
        {
            Should.Throw<ShouldAssertException>(judge.ShouldHaveNoComplaint).Message.ShouldContain(complaint);
            judge.ShouldHaveNoComplaint();
        }
    }

    [Fact]
    public void A_tests_own_request_may_be_wrong_but_not_its_answer()
    {
        var judge = WireJudge.Watch(World, RequestsOf.ATest);

        World.Answered!(Request("POST", "/repos/o/r/issues/1/labels", "now=1", "[]"), Response(422, """{"message":"Invalid request.","documentation_url":"https://docs.github.com/rest"}"""));
        judge.ShouldHaveNoComplaint();

        World.Answered!(Request("POST", "/repos/o/r/issues/1/labels", "now=1", "[]"), Response(422, "[]"));
        Should.Throw<ShouldAssertException>(judge.ShouldHaveNoComplaint);
    }

    [Theory]
    [InlineData("push", """{"ref":"refs/heads/main"}""", "webhook push: /repository: is missing")]
    [InlineData("issues", """{"action":"labeled"}""", "webhook issues: /issue: is missing")]
    [InlineData("issues", """{"action":"sorted"}""", "the description has no webhook-issues-sorted")]
    public void A_webhook_that_GitHub_would_not_send_is_found_out(string name, string payload, string complaint)
    {
        var judge = WireJudge.Watch(World, RequestsOf.TheProduct);
        var sink = new CollectingWebhookSink();

        judge.Around(sink).Accept(new WebhookDelivery(1, "guid", name, null, null, null, DateTimeOffset.UnixEpoch, Redelivery: false, Encoding.UTF8.GetBytes(payload), new Dictionary<string, string>(StringComparer.Ordinal)));

        sink.Waiting.Count.ShouldBe(1);
        Should.Throw<ShouldAssertException>(judge.ShouldHaveNoComplaint).Message.ShouldContain(complaint);
    }

    private static SimulatedRequest Request(string method, string path, string query, string body) =>
        new(method, path, query, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json", ["X-GitHub-Api-Version"] = "2026-03-10" }, Encoding.UTF8.GetBytes(body));

    private static SimulatedResponse Response(int status, string body) =>
        new(status, Encoding.UTF8.GetBytes(body), new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json; charset=utf-8" });
}
