using System.Text;
using Octokit;
using Octokit.Internal;

namespace AfkGitHubApp.Tests.Standins;

public sealed class ConnectionRequestTests
{
    private static readonly Uri Endpoint = new("repos/o/n", UriKind.Relative);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("repos/o/n", "http://ghes.test/api/v3/repos/o/n")]
    [InlineData("/repos/o/n", "http://ghes.test/repos/o/n")]
    [InlineData("https://elsewhere.test/x?y=1", "https://elsewhere.test/x?y=1")]
    public async Task An_endpoint_joins_the_base_address_as_addresses_do(string endpoint, string sent)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect(baseAddress: "http://ghes.test/api/v3/").Get<object>(new Uri(endpoint, UriKind.RelativeOrAbsolute), null);

        handler.Sent[0].Uri.AbsoluteUri.ShouldBe(sent);
    }

    [Fact]
    public void A_relative_base_address_is_refused() =>
        Should.Throw<ArgumentException>(() => new Connection(new Octokit.ProductHeaderValue("afk"), new Uri("api", UriKind.Relative)));

    [Fact]
    public async Task Credentials_go_to_an_absolute_endpoint_on_a_foreign_host_too()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect(new Credentials("t", AuthenticationType.Bearer)).Get<object>(new Uri("https://elsewhere.test/"), null);

        handler.Sent[0].Header("Authorization").ShouldBe("Bearer t");
    }

    [Theory]
    [InlineData("issues", "issues?state=closed&page=1&labels=a%20b")]
    [InlineData("issues?page=2&state=open&sort=created", "issues?state=closed&page=2&labels=a%20b&sort=created")]
    [InlineData("http://github.test/issues?cursor=a%3D", "issues?state=closed&page=1&labels=a%20b&cursor=a%253D")]
    [InlineData("http://github.test/issues?after=a%3D", "issues?state=closed&page=1&labels=a%20b&after=a%3D")]
    public async Task Parameters_join_the_query_and_only_the_page_of_the_address_wins(string endpoint, string sent)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["state"] = "closed", ["page"] = "1", ["labels"] = "a b" };

        await handler.Connect().Get<object>(new Uri(endpoint, UriKind.RelativeOrAbsolute), parameters);

        handler.Sent[0].Uri.AbsoluteUri.ShouldBe($"http://github.test/{sent}");
    }

    [Fact]
    public async Task A_post_takes_parameters_into_its_address()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect().Post<object>(Endpoint, new { a = 1 }, null, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "c d" }, Token);

        handler.Sent[0].Uri.AbsoluteUri.ShouldBe("http://github.test/repos/o/n?b=c%20d");
    }

    [Fact]
    public async Task The_sender_names_product_platform_and_library()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect().Get<object>(Endpoint, null);

        handler.Sent[0].Header("User-Agent").ShouldNotBeNull().ShouldMatch(@"^afk/1\.0 \(\w+ \d+\.\d+\.\d+; (amd64|x86); [^;]*; Octokit\.net 14\.0\.0\)$");
    }

    [Fact]
    public async Task A_request_asks_for_v3_json_and_names_no_api_version()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect().Get<object>(Endpoint, null);

        handler.Sent[0].Header("Accept").ShouldBe("application/vnd.github.v3+json");
        handler.Sent[0].Header("X-GitHub-Api-Version").ShouldBeNull();
    }

    [Fact]
    public async Task Another_accept_replaces_the_usual_one()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"), ScriptedHandler.Text("x", "text/html"), ScriptedHandler.Text("x", "text/plain"));
        var connection = handler.Connect();

        await connection.Get<object>(Endpoint, null, "application/vnd.github+json", Token);
        await connection.GetHtml(Endpoint, null);
        await connection.GetRaw(Endpoint, null);

        handler.Sent.Select(sent => sent.Header("Accept")).ShouldBe(
            ["application/vnd.github+json", "application/vnd.github.v3.html", "application/vnd.github.v3.raw"]);
    }

    public static TheoryData<string, Func<IConnection, Task>> JsonSenders { get; } = new()
    {
        { "POST", connection => connection.Post<object>(Endpoint, new { Name = "x" }, null, null, cancellationToken: Token) },
        { "POST", connection => connection.Post(Endpoint, new { Name = "x" }, null, Token) },
        { "PATCH", connection => connection.Patch<object>(Endpoint, new { Name = "x" }) },
        { "PATCH", connection => connection.Patch(Endpoint, new { Name = "x" }) },
        { "PUT", connection => connection.Put<object>(Endpoint, new { Name = "x" }) },
        { "PUT", connection => connection.Put(Endpoint, new { Name = "x" }) },
        { "DELETE", connection => connection.Delete<object>(Endpoint, new { Name = "x" }) },
        { "DELETE", connection => connection.Delete(Endpoint, new { Name = "x" }, "application/json") },
    };

    [Theory]
    [MemberData(nameof(JsonSenders), DisableDiscoveryEnumeration = true)]
    public async Task Json_leaves_as_a_form_unless_told_otherwise(string method, Func<IConnection, Task> send)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await send(handler.Connect());

        var sent = handler.Sent.ShouldHaveSingleItem();
        sent.Method.Method.ShouldBe(method);
        sent.ContentType.ShouldBe("application/x-www-form-urlencoded; charset=utf-8");
        sent.Body.ShouldBe("""{"name":"x"}""");
    }

    [Fact]
    public async Task Only_the_plain_delete_with_a_body_leaves_as_text()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect().Delete(Endpoint, new { Name = "x" });

        handler.Sent[0].ContentType.ShouldBe("text/plain; charset=utf-8");
        handler.Sent[0].Body.ShouldBe("""{"name":"x"}""");
    }

    [Fact]
    public async Task A_post_can_name_its_content_type()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect().Post<object>(Endpoint, new { Name = "x" }, "application/vnd.github+json", "application/json", cancellationToken: Token);

        handler.Sent[0].ContentType.ShouldBe("application/json; charset=utf-8");
    }

    [Fact]
    public async Task Text_streams_and_contents_are_sent_as_they_are()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"), ScriptedHandler.Json("{}"), ScriptedHandler.Json("{}"));
        var connection = handler.Connect();
        using var stream = new MemoryStream("stream"u8.ToArray());
        using var content = new StringContent("content", Encoding.UTF8, "text/csv");

        await connection.Post<object>(Endpoint, "{\"raw\":1}", null, "application/json", cancellationToken: Token);
        await connection.Post<object>(Endpoint, stream, null, "application/zip", cancellationToken: Token);
        await connection.Post<object>(Endpoint, content, null, "application/json", cancellationToken: Token);

        handler.Sent.Select(sent => (sent.ContentType, sent.Body)).ShouldBe(
        [
            ("application/json; charset=utf-8", "{\"raw\":1}"),
            ("application/zip", "stream"),
            ("text/csv; charset=utf-8", "content"),
        ]);
    }

    public static TheoryData<Func<IConnection, Task>> NullBodies { get; } = new()
    {
        connection => connection.Post<object>(Endpoint, null, null, "application/json", cancellationToken: Token),
        connection => connection.Put(Endpoint, null),
        connection => connection.Patch(Endpoint, (object?)null),
        connection => connection.Patch<object>(Endpoint, null),
        connection => connection.Delete(Endpoint, (object?)null),
        connection => connection.Delete<object>(Endpoint, null),
    };

    [Theory]
    [MemberData(nameof(NullBodies), DisableDiscoveryEnumeration = true)]
    public async Task A_body_that_must_be_there_may_not_be_null(Func<IConnection, Task> send)
    {
        var handler = new ScriptedHandler();

        await Should.ThrowAsync<ArgumentNullException>(async () => await send(handler.Connect()));

        handler.Sent.ShouldBeEmpty();
    }

    public static TheoryData<Func<IConnection, Task>> WithoutBody { get; } = new()
    {
        connection => connection.Post(Endpoint, Token),
        connection => connection.Post<object>(Endpoint, Token),
        connection => connection.Post(Endpoint, null, "application/json", Token),
        connection => connection.Put(Endpoint),
        connection => connection.Put<object>(Endpoint, null),
        connection => connection.Patch(Endpoint),
        connection => connection.Patch(Endpoint, "application/json"),
        connection => connection.Delete(Endpoint),
    };

    [Theory]
    [MemberData(nameof(WithoutBody), DisableDiscoveryEnumeration = true)]
    public async Task A_request_without_a_body_sends_no_content(Func<IConnection, Task> send)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await send(handler.Connect());

        handler.Sent[0].Body.ShouldBeNull();
        handler.Sent[0].ContentType.ShouldBeNull();
    }

    public static TheoryData<Credentials?, string?> Proofs { get; } = new()
    {
        { new Credentials("abc"), "Token abc" },
        { new Credentials("abc", AuthenticationType.Bearer), "Bearer abc" },
        { new Credentials("me", "secret"), "Basic bWU6c2VjcmV0" },
        { Credentials.Anonymous, null },
        { null, null },
    };

    [Theory]
    [MemberData(nameof(Proofs), DisableDiscoveryEnumeration = true)]
    public async Task Each_kind_of_credentials_has_its_header(Credentials? credentials, string? header)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));

        await handler.Connect(new RotatingStore(credentials)).Get<object>(Endpoint, null);

        handler.Sent[0].Header("Authorization").ShouldBe(header);
    }

    [Fact]
    public async Task The_store_is_asked_before_every_request()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"), ScriptedHandler.Json("{}"));
        var connection = handler.Connect(new RotatingStore(new Credentials("one"), new Credentials("two")));

        await connection.Get<object>(Endpoint, null);
        await connection.Get<object>(Endpoint, null);

        handler.Sent.Select(sent => sent.Header("Authorization")).ShouldBe(["Token one", "Token two"]);
    }

    [Fact]
    public async Task Credentials_set_on_the_connection_replace_the_store()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"));
        var connection = handler.Connect(new RotatingStore());

        connection.Credentials = new Credentials("set");
        await connection.Get<object>(Endpoint, null);

        handler.Sent[0].Header("Authorization").ShouldBe("Token set");
    }

    [Theory]
    [InlineData(AuthenticationType.Oauth)]
    [InlineData(AuthenticationType.Bearer)]
    public async Task A_token_with_a_login_is_refused(AuthenticationType type)
    {
        var handler = new ScriptedHandler();

        await Should.ThrowAsync<InvalidOperationException>(() => handler.Connect(new Credentials("me", "token", type)).Get<object>(Endpoint, null));
    }

    [Fact]
    public void An_empty_token_is_refused() => Should.Throw<ArgumentException>(() => new Credentials(" "));

    [Fact]
    public async Task A_one_time_code_has_a_header()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"), ScriptedHandler.Json("{}"));
        var connection = handler.Connect();

        await connection.Put<object>(Endpoint, new { A = 1 }, "123456");
        await connection.Delete(Endpoint, "654321");

        handler.Sent.Select(sent => sent.Header("X-GitHub-OTP")).ShouldBe(["123456", "654321"]);
    }

    [Fact]
    public async Task The_adapter_asks_for_its_handler_once()
    {
        var asked = 0;
        var handler = new ScriptedHandler(ScriptedHandler.Json("{}"), ScriptedHandler.Json("{}"));
        using var adapter = new HttpClientAdapter(() =>
        {
            asked++;
            return handler;
        });
        var connection = new Connection(new Octokit.ProductHeaderValue("afk"), adapter);

        await connection.Get<object>(Endpoint, null);
        await connection.Get<object>(Endpoint, null);

        asked.ShouldBe(1);
        handler.Sent[0].Uri.AbsoluteUri.ShouldBe("https://api.github.com/repos/o/n");
    }

    [Fact]
    public async Task A_timeout_must_be_longer_than_nothing() =>
        await Should.ThrowAsync<ArgumentException>(async () => await new ScriptedHandler().Connect().Get<object>(Endpoint, TimeSpan.Zero));

    private sealed class RotatingStore(params Credentials?[] credentials) : ICredentialStore
    {
        private readonly Queue<Credentials?> queue = new(credentials);

        public Task<Credentials> GetCredentials() => Task.FromResult(queue.Dequeue()!);
    }
}
