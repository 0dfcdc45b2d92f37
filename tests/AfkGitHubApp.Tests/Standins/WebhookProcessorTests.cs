using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Octokit.Webhooks;
using Octokit.Webhooks.Extensions;
using Octokit.Webhooks.Models;

namespace AfkGitHubApp.Tests.Standins;

public sealed class WebhookProcessorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_go_to_an_overridden_text_method_unread()
    {
        var processor = new TextProcessor();

        await processor.ProcessWebhookAsync(Headers("no_event_that_anyone_knows"), Bytes("no json"), Token);

        processor.Bodies.ShouldBe(["no json"]);
    }

    [Fact]
    public async Task Bytes_go_to_an_overridden_reading_of_text()
    {
        var processor = new TolerantProcessor();

        await processor.ProcessWebhookAsync(Headers("no_event_that_anyone_knows"), Bytes("no json"), Token);

        processor.Read.ShouldBe(["no json"]);
    }

    [Fact]
    public async Task Text_is_read_and_handed_on()
    {
        var processor = new EventProcessor();

        await processor.ProcessWebhookAsync(Headers("watch"), """{"action":"started"}""", Token);

        processor.Events.ShouldBe([("watch", "started")]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_delivery_without_an_event_name_is_refused_before_anything_else(string? name)
    {
        var processor = new TextProcessor();

        await Should.ThrowAsync<ArgumentException>(async () => await processor.ProcessWebhookAsync(Headers(name), Bytes("{}"), Token));

        processor.Bodies.ShouldBeEmpty();
    }

    [Fact]
    public void The_shared_fields_of_an_event_are_read()
    {
        var webhookEvent = new EventProcessor().DeserializeWebhookEvent(
            new WebhookHeaders { Event = "public" },
            """
            {
              "installation": { "id": 5, "node_id": "I_5" },
              "sender": { "login": "octocat", "id": 1, "avatar_url": "a", "url": "u", "type": "Robot" },
              "repository": {
                "id": 9, "node_id": "R_9", "name": "n", "full_name": "o/n", "html_url": "h", "url": "u", "pushed_at": 60,
                "visibility": "internal", "owner": { "login": "o", "id": 2, "avatar_url": null, "url": "u", "type": "User" }
              },
              "extra": [1]
            }
            """);

        webhookEvent.Installation!.Id.ShouldBe(5);
        webhookEvent.Sender!.Type.TryParse(out _).ShouldBeFalse();
        webhookEvent.Sender.Type.StringValue.ShouldBe("Robot");
        webhookEvent.Repository!.PushedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(60));
        webhookEvent.Repository.Visibility!.Value.ShouldBe(RepositoryVisibility.Internal);
        webhookEvent.AdditionalProperties!["extra"].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public void A_custom_repository_dispatch_keeps_its_action()
    {
        var webhookEvent = new EventProcessor().DeserializeWebhookEvent(
            new WebhookHeaders { Event = "repository_dispatch" },
            """{"action":"my-own","branch":"main","client_payload":{}}""");

        webhookEvent.Action.ShouldBe("my-own");
    }

    [Fact]
    public void Reading_an_unnamed_event_is_a_json_failure() =>
        Should.Throw<JsonException>(() => new EventProcessor().DeserializeWebhookEvent(new WebhookHeaders(), "{}"));

    [Fact]
    public void Absent_headers_are_empty_text()
    {
        var headers = WebhookHeaders.Parse(Headers("ping"));

        (headers.Event, headers.Delivery, headers.Signature256, headers.HookInstallationTargetId).ShouldBe(("ping", "", "", ""));
    }

    [Fact]
    public void A_word_that_is_unknown_keeps_its_text_and_has_no_value()
    {
        var word = new StringEnum<UserType>("user");

        word.TryParse(out _).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => word.Value);
        new StringEnum<UserType>("User").ShouldBe(new StringEnum<UserType>(UserType.User));
    }

    [Theory]
    [InlineData(null, null, WebhookSignatureValidationResult.Valid)]
    [InlineData("", "", WebhookSignatureValidationResult.Valid)]
    [InlineData(null, "key", WebhookSignatureValidationResult.MissingSignature)]
    [InlineData("sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8", null, WebhookSignatureValidationResult.MissingSecret)]
    [InlineData("sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8", "key", WebhookSignatureValidationResult.Valid)]
    [InlineData("sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8", "Key", WebhookSignatureValidationResult.SignatureMismatch)]
    public void A_signature_is_judged(string? signature, string? secret, WebhookSignatureValidationResult result)
    {
        const string Body = "The quick brown fox jumps over the lazy dog";

        WebhookSignatureValidator.Verify(signature, secret, Body).ShouldBe(result);
        WebhookSignatureValidator.Verify(signature, secret, Encoding.UTF8.GetBytes(Body).AsSpan()).ShouldBe(result);
    }

    private static Dictionary<string, StringValues> Headers(string? name)
    {
        var headers = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        if (name is not null)
        {
            headers["x-github-event"] = name;
        }

        return headers;
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class TolerantProcessor : WebhookEventProcessor
    {
        public List<string> Read { get; } = [];

        public override WebhookEvent DeserializeWebhookEvent(WebhookHeaders headers, string body)
        {
            Read.Add(body);
            return null!;
        }
    }
}
