using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Octokit.Webhooks.AspNetCore;

namespace AfkGitHubApp.Tests.Standins;

public sealed class WebhookEndpointTests
{
    private const string Secret = "s3cret";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    public async Task A_json_delivery_is_processed(string contentType)
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor);

        (await host.Deliver("""{"zen":"ü"}""", contentType: contentType)).ShouldBe((200, ""));

        processor.Bodies.ShouldBe(["""{"zen":"ü"}"""]);
        host.Log.Ids.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_delivery_without_a_content_type_is_answered_200_and_not_processed()
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor);

        (await host.Deliver("{}", contentType: null)).ShouldBe((200, ""));

        processor.Bodies.ShouldBeEmpty();
        host.Log.Ids.ShouldBe([1]);
    }

    [Theory]
    [InlineData("application/JSON")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/vnd.github+json")]
    [InlineData("text/plain")]
    public async Task Another_content_type_is_refused(string contentType)
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor);

        (await host.Deliver("{}", contentType: contentType)).ShouldBe((400, ""));

        processor.Bodies.ShouldBeEmpty();
        host.Log.Ids.ShouldBe([1]);
    }

    [Fact]
    public async Task A_content_type_that_cannot_be_parsed_breaks_the_endpoint()
    {
        await using var host = await WebhookHost.Start(new TextProcessor());

        (await host.Deliver("{}", contentType: "json")).Status.ShouldBe(500);

        host.Log.Ids.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public async Task A_delivery_must_name_its_event(string? name)
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor);

        (await host.Deliver("{}", name)).ShouldBe((400, ""));

        processor.Bodies.ShouldBeEmpty();
        host.Log.Ids.ShouldBe([5]);
    }

    [Fact]
    public async Task A_delivery_may_not_name_two_events()
    {
        await using var host = await WebhookHost.Start(new TextProcessor());
        using var connection = await host.Write(
            $"POST {WebhookHost.Path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\nX-GitHub-Event: ping\r\nContent-Length: 2\r\n\r\n{{}}");
        using var reader = new StreamReader(connection.GetStream());

        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 400 Bad Request");

        host.Log.Ids.ShouldBe([5]);
    }

    [Theory]
    [InlineData("sha256=")]
    [InlineData("SHA256=")]
    public async Task A_right_signature_is_let_through(string prefix)
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor, Secret);
        var upper = prefix == "SHA256=";
        var hex = Hex("""{"a":"ü"}""");

        (await host.Deliver("""{"a":"ü"}""", signature: prefix + (upper ? hex.ToUpperInvariant() : hex))).ShouldBe((200, ""));

        processor.Bodies.Count.ShouldBe(1);
    }

    [Fact]
    public async Task With_a_secret_an_unsigned_delivery_is_refused()
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor, Secret);

        var (status, text) = await host.Deliver("{}");

        status.ShouldBe(400);
        text.ShouldStartWith("Expected an X-Hub-Signature-256 header but none was provided.");
        processor.Bodies.ShouldBeEmpty();
        host.Log.Ids.ShouldBe([2]);
    }

    [Theory]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256=zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256=00")]
    [InlineData("sha1=0000000000000000000000000000000000000000")]
    public async Task A_wrong_signature_is_refused(string signature)
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor, Secret);

        var (status, text) = await host.Deliver("{}", signature: signature);

        status.ShouldBe(400);
        text.ShouldStartWith("X-Hub-Signature-256 does not match");
        processor.Bodies.ShouldBeEmpty();
        host.Log.Ids.ShouldBe([2]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Without_a_secret_an_unsigned_delivery_is_processed(string? secret)
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor, secret);

        (await host.Deliver("{}")).ShouldBe((200, ""));

        processor.Bodies.ShouldBe(["{}"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Without_a_secret_a_signed_delivery_is_refused(string? secret)
    {
        await using var host = await WebhookHost.Start(new TextProcessor(), secret);

        var (status, text) = await host.Deliver("{}", signature: $"sha256={Hex("{}")}");

        status.ShouldBe(400);
        text.ShouldEndWith("no secret is configured on the receiver.");
        host.Log.Ids.ShouldBe([2]);
    }

    [Fact]
    public async Task The_secret_of_the_options_counts_when_none_is_given()
    {
        await using var host = await WebhookHost.Start(new TextProcessor(), configure: services => services.Configure<GitHubWebhookOptions>(options => options.Secret = Secret));

        (await host.Deliver("{}")).Status.ShouldBe(400);
        (await host.Deliver("{}", signature: $"sha256={Hex("{}")}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_given_secret_wins_over_the_options_even_when_it_is_empty()
    {
        await using var host = await WebhookHost.Start(new TextProcessor(), "", services => services.Configure<GitHubWebhookOptions>(options => options.Secret = Secret));

        (await host.Deliver("{}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_secret_of_the_first_request_holds_until_restart()
    {
        var settings = new ConfigurationManager { ["Secret"] = Secret };
        await using var host = await WebhookHost.Start(new TextProcessor(), configure: services => services.Configure<GitHubWebhookOptions>(settings));
        await host.Deliver("{}");

        settings["Secret"] = "another";
        ((IConfigurationRoot)settings).Reload();

        (await host.Deliver("{}", signature: $"sha256={Hex("{}")}")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("public", "{}", null)]
    [InlineData("watch", """{"action":"started"}""", "started")]
    [InlineData("watch", """{"repository":null,"unknown":{"action":"nested"},"action":"started"}""", "started")]
    public async Task A_known_event_reaches_the_processor(string name, string body, string? action)
    {
        var processor = new EventProcessor();
        await using var host = await WebhookHost.Start(processor);

        (await host.Deliver(body, name)).ShouldBe((200, ""));

        processor.Events.ShouldBe([(name, action)]);
    }

    [Theory]
    [InlineData("unheard_of", "{}")]
    [InlineData("Watch", """{"action":"started"}""")]
    [InlineData("watch", """{"action":"stopped"}""")]
    [InlineData("watch", "{}")]
    [InlineData("public", """{"sender":{"login":"octocat"}}""")]
    [InlineData("public", """{"installation":{"id":1}}""")]
    [InlineData("public", "not json")]
    [InlineData("public", "[]")]
    [InlineData("public", "")]
    public async Task What_cannot_be_read_is_answered_500(string name, string body)
    {
        var processor = new EventProcessor();
        await using var host = await WebhookHost.Start(processor);

        (await host.Deliver(body, name)).ShouldBe((500, ""));

        processor.Events.ShouldBeEmpty();
        var (id, exception) = await host.Log.First;
        id.ShouldBe(3);
        exception.ShouldBeAssignableTo<System.Text.Json.JsonException>();
    }

    [Theory]
    [InlineData("public")]
    [InlineData("watch")]
    public async Task A_json_null_is_answered_200(string name)
    {
        await using var host = await WebhookHost.Start(new EventProcessor());

        (await host.Deliver("null", name)).ShouldBe((200, ""));

        host.Log.Ids.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_processor_that_fails_is_answered_500(Type failure)
    {
        await using var host = await WebhookHost.Start(new TextProcessor(_ => throw (Exception)Activator.CreateInstance(failure)!));

        (await host.Deliver("{}")).ShouldBe((500, ""));

        host.Log.Ids.ShouldBe([3]);
    }

    [Fact]
    public async Task A_body_over_the_server_limit_is_answered_500()
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor, largestBody: 10);

        (await host.Deliver("""{"long":"er than ten"}""")).Status.ShouldBe(500);

        processor.Bodies.ShouldBeEmpty();
        var (id, exception) = await host.Log.First;
        id.ShouldBe(3);
        exception.ShouldBeAssignableTo<BadHttpRequestException>();
    }

    [Fact]
    public async Task A_connection_dropped_in_mid_body_is_logged_and_not_processed()
    {
        var processor = new TextProcessor();
        await using var host = await WebhookHost.Start(processor);
        using var connection = await host.Write(
            $"POST {WebhookHost.Path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\nContent-Length: 100\r\n\r\n{{");

        connection.Client.Shutdown(SocketShutdown.Send);

        // The server sees the end of the body and the end of the connection at once; whichever is first decides the number.
        (await host.Log.First).Id.ShouldBeOneOf(3, 4);
        processor.Bodies.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_dropped_while_the_processor_works_cancels_it()
    {
        var started = new TaskCompletionSource();
        await using var host = await WebhookHost.Start(new TextProcessor(async token =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }));
        using var connection = await host.Write(
            $"POST {WebhookHost.Path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\nContent-Length: 2\r\n\r\n{{}}");
        await started.Task.WaitAsync(TestContext.Current.CancellationToken);

        connection.Close();

        (await host.Log.First).Id.ShouldBe(4);
    }

    [Fact]
    public async Task The_endpoint_takes_deliveries_only()
    {
        await using var host = await WebhookHost.Start(new TextProcessor());

        using var response = await host.Client.GetAsync(new Uri(WebhookHost.Path, UriKind.Relative), TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(405);
    }

    private static string Hex(string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)));
}
