using System.Net.Http.Headers;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Intake;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Tests.Intake;

/// <summary>The webhook door as GitHub finds it: a real server, real requests, the app as it is composed.</summary>
public sealed class IntakeTests
{
    private const string Labeled = """{"action":"labeled","installation":{"id":7},"repository":{"id":1001,"full_name":"octo/widgets"},"sender":{"id":5}}""";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    public async Task A_signed_delivery_is_answered_200_and_nudges_its_repository(string contentType)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, contentType: contentType)).Status.ShouldBe(200);

        host.Queue.Nudges.ShouldBe([new Nudge(new RepositoryKey(1001, "octo/widgets", 7), "issues")]);
        var delivery = host.Deliveries.ShouldHaveSingleItem();
        (delivery.Event, delivery.Id, delivery.Outcome).ShouldBe(("issues", "72d3162e-cc78-11e3-81ab-4c9367dc0958", "Due"));
    }

    [Fact]
    public async Task A_redelivery_is_taken_like_the_first()
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled)).Status.ShouldBe(200);
        (await host.DeliverAsync(Labeled)).Status.ShouldBe(200);

        host.Queue.Nudges.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256=zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("not a signature")]
    public async Task A_delivery_that_is_not_signed_right_is_refused_and_not_processed(string? signature)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, signature: signature)).Status.ShouldBeInRange(400, 499);

        host.ShouldHaveProcessedNothing();
    }

    [Fact]
    public async Task A_signature_by_another_secret_is_refused()
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, signature: IntakeHost.Sign(System.Text.Encoding.UTF8.GetBytes(Labeled), "another-secret-altogether"))).Status.ShouldBeInRange(400, 499);

        host.ShouldHaveProcessedNothing();
    }

    [Fact]
    public async Task A_signature_of_another_body_is_refused()
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, signature: IntakeHost.Sign(System.Text.Encoding.UTF8.GetBytes(Labeled + " ")))).Status.ShouldBeInRange(400, 499);

        host.ShouldHaveProcessedNothing();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("json")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/vnd.github+json")]
    [InlineData("application/JSON")]
    [InlineData("application/json/more")]
    [InlineData("application/json, text/plain")]
    [InlineData(";charset=utf-8")]
    public async Task A_missing_or_foreign_content_type_is_answered_415_and_not_processed(string? contentType)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, contentType: contentType)).Status.ShouldBe(415);

        host.ShouldHaveProcessedNothing();
    }

    [Theory]
    [InlineData("application/json;")]
    [InlineData("application/json; ")]
    [InlineData("application/json;;")]
    [InlineData("application/json; charset")]
    [InlineData("application/json; charset=")]
    [InlineData("application/json; charset=\"utf-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json; charset=utf-8; charset=utf-16")]
    [InlineData("application/json; a=b=c")]
    [InlineData("application/json; =b")]
    [InlineData("application/json; q*=utf-8''a")]
    [InlineData(" application/json")]
    [InlineData("application/json x")]
    [InlineData("application /json")]
    public async Task An_odd_content_type_is_taken_or_answered_415_and_never_a_server_error(string contentType)
    {
        await using var host = await IntakeHost.StartAsync();

        var status = (await host.DeliverAsync(Labeled, contentType: contentType)).Status;

        status.ShouldBeOneOf(200, 415);
        host.Queue.Nudges.Count.ShouldBe(status == 200 ? 1 : 0);
    }

    [Fact]
    public async Task A_body_announced_larger_than_25_MB_is_answered_413_before_it_is_sent()
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.WriteHeadAsync(
            $"""
            POST {AfkOptions.WebhookPath} HTTP/1.1
            Host: localhost
            Content-Type: application/json
            X-GitHub-Event: issues
            X-Hub-Signature-256: sha256=00
            Content-Length: {IntakeGuard.LargestBody + 1}

            """)).ShouldBe(413);

        host.ShouldHaveProcessedNothing();
    }

    [Fact]
    public async Task A_chunked_body_larger_than_25_MB_is_answered_413()
    {
        await using var host = await IntakeHost.StartAsync();
        var body = new LongBody(IntakeGuard.LargestBody + 1, announced: false);

        (await host.SendAsync(body, "issues", "application/json", body.Signature(), chunked: true)).Status.ShouldBe(413);

        host.ShouldHaveProcessedNothing();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_25_MB_is_taken(bool announced)
    {
        await using var host = await IntakeHost.StartAsync();
        var body = new LongBody(IntakeGuard.LargestBody, announced);

        (await host.SendAsync(body, "issues", "application/json", body.Signature(), chunked: !announced)).Status.ShouldBe(200);

        host.Deliveries.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("payload=%7B%7D")]
    [InlineData("{} {}")]
    [InlineData("\uFEFF{}")]
    public async Task A_signed_body_that_is_not_json_is_answered_400(string body)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(body)).Status.ShouldBe(400);

        host.Queue.Nudges.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_signed_body_nested_deeper_than_can_be_read_is_answered_400()
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(new string('[', 10_000) + new string(']', 10_000))).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"text\"")]
    [InlineData("""{"action":"\ud800","installation":{"id":7},"repository":{"id":1001,"full_name":"octo/widgets"}}""")]
    public async Task Signed_json_that_is_no_event_is_answered_200_and_ignored(string body)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(body)).Status.ShouldBe(200);

        host.Queue.Nudges.ShouldBeEmpty();
        host.Deliveries.ShouldHaveSingleItem().Outcome.ShouldBe("ignored");
    }

    [Theory]
    [InlineData("event_of_next_year")]
    [InlineData("ping")]
    [InlineData("star")]
    [InlineData("an event with blanks")]
    [InlineData("an-event-with-a-name-that-is-longer-than-any-name-GitHub-ever-gave-to-an-event")]
    public async Task An_unknown_event_is_answered_200_and_ignored(string name)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, name)).Status.ShouldBe(200);

        host.Queue.Nudges.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("unknown-to-any-client")]
    [InlineData("")]
    public async Task An_unknown_action_is_answered_200_and_ignored(string action)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled.Replace("labeled", action, StringComparison.Ordinal))).Status.ShouldBe(200);

        host.Queue.Nudges.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_delivery_that_names_no_event_is_refused(string? name)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, name)).Status.ShouldBe(400);

        host.ShouldHaveProcessedNothing();
    }

    [Fact]
    public async Task A_delivery_that_names_two_events_is_refused()
    {
        await using var host = await IntakeHost.StartAsync();
        using var content = new ByteArrayContent([]);

        (await host.WriteHeadAsync(
            $"""
            POST {AfkOptions.WebhookPath} HTTP/1.1
            Host: localhost
            Content-Type: application/json
            X-GitHub-Event: issues
            X-GitHub-Event: push
            X-Hub-Signature-256: {IntakeHost.Sign([])}
            Content-Length: 0

            """)).ShouldBe(400);

        host.ShouldHaveProcessedNothing();
    }

    [Theory]
    [InlineData("line\tbreak")]
    [InlineData("<script>")]
    [InlineData("72d3162e-cc78-11e3-81ab-4c9367dc0958-72d3162e-cc78-11e3-81ab-4c9367dc0958")]
    public async Task A_delivery_id_that_is_none_reaches_neither_log_nor_page(string delivery)
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, delivery: delivery)).Status.ShouldBe(200);

        host.Queue.Nudges.Count.ShouldBe(1);
        host.Deliveries.ShouldHaveSingleItem().Id.ShouldBe("unreadable");
    }

    [Fact]
    public async Task A_missing_delivery_id_is_no_harm()
    {
        await using var host = await IntakeHost.StartAsync();

        (await host.DeliverAsync(Labeled, delivery: null)).Status.ShouldBe(200);

        host.Queue.Nudges.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Another_method_is_answered_405(string method)
    {
        await using var host = await IntakeHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), AfkOptions.WebhookPath);

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(405);
        host.ShouldHaveProcessedNothing();
    }

    [Fact]
    public async Task While_the_store_is_down_deliveries_are_answered_500_so_that_they_are_asked_for_again()
    {
        await using var host = await IntakeHost.StartAsync();
        host.Queue.Down = new IOException("The store is away.");

        (await host.DeliverAsync(Labeled)).Status.ShouldBe(500);
        (await host.DeliverAsync(Labeled, "star")).Status.ShouldBe(200);

        host.Queue.Down = null;
        (await host.DeliverAsync(Labeled)).Status.ShouldBe(200);
        host.Queue.Nudges.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Every_example_delivery_is_answered_200_and_asks_GitHub_nothing()
    {
        await using var host = await IntakeHost.StartAsync();

        foreach (var example in Examples.All)
        {
            (await host.DeliverAsync(Examples.Installed(example.Payload).ToJsonString(), example.Event)).Status.ShouldBe(200, example.Event);
        }

        host.Queue.Nudges.Count.ShouldBeGreaterThan(20);
        host.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_says_nothing_of_the_secret()
    {
        await using var host = await IntakeHost.StartAsync();

        var (_, text) = await host.DeliverAsync(Labeled, signature: "sha256=00");

        text.ShouldNotContain(Settings.ValidSettings.WebhookSecret);
        text.ShouldNotContain(IntakeHost.Sign(System.Text.Encoding.UTF8.GetBytes(Labeled))["sha256=".Length..]);
    }
}
