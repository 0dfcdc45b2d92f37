using System.Net;
using Octokit;

namespace AfkGitHubApp.Tests.Standins;

public sealed class ConnectionRedirectTests
{
    private static readonly Uri Endpoint = new("repos/o/n", UriKind.Relative);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_keeps_method_body_and_content_type(int status)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Redirect((HttpStatusCode)status, "http://github.test/moved"), ScriptedHandler.Json("{}"));

        await handler.Connect().Post<object>(Endpoint, new { Name = "x" }, null, "application/json", cancellationToken: Token);

        var moved = handler.Sent[1];
        moved.Uri.AbsoluteUri.ShouldBe("http://github.test/moved");
        (moved.Method, moved.Body, moved.ContentType).ShouldBe((HttpMethod.Post, """{"name":"x"}""", "application/json; charset=utf-8"));
    }

    [Fact]
    public async Task See_other_becomes_a_get_without_a_body()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Redirect(HttpStatusCode.SeeOther, "http://github.test/seen"), ScriptedHandler.Json("{}"));

        await handler.Connect().Post<object>(Endpoint, new { Name = "x" }, null, "application/json", cancellationToken: Token);

        (handler.Sent[1].Method, handler.Sent[1].Body).ShouldBe((HttpMethod.Get, null));
    }

    [Theory]
    [InlineData("http://github.test:8080/other-port", "Token t")]
    [InlineData("https://GITHUB.test/other-scheme", "Token t")]
    [InlineData("http://elsewhere.test/", null)]
    public async Task Credentials_stay_behind_only_when_the_host_changes(string location, string? header)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Redirect(HttpStatusCode.Found, location), ScriptedHandler.Json("{}"));

        await handler.Connect(new Credentials("t")).Get<object>(Endpoint, null);

        handler.Sent[1].Header("Authorization").ShouldBe(header);
    }

    [Fact]
    public async Task Four_redirects_are_followed()
    {
        var handler = new ScriptedHandler([.. Redirects(4), ScriptedHandler.Json("{}")]);

        var answer = await handler.Connect().Get<object>(Endpoint, null);

        answer.HttpResponse.StatusCode.ShouldBe(HttpStatusCode.OK);
        handler.Sent.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_fifth_redirect_is_refused()
    {
        var handler = new ScriptedHandler([.. Redirects(5), ScriptedHandler.Json("{}")]);

        await Should.ThrowAsync<InvalidOperationException>(() => handler.Connect().Get<object>(Endpoint, null));

        handler.Sent.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_relative_location_is_refused()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Redirect(HttpStatusCode.Found, "/moved"));

        await Should.ThrowAsync<InvalidOperationException>(() => handler.Connect().Get<object>(Endpoint, null));
    }

    [Fact]
    public async Task A_location_without_a_redirect_status_is_left_alone()
    {
        var created = ScriptedHandler.Json("""{"id":7}""", HttpStatusCode.Created);
        created.Headers.Location = new Uri("http://github.test/7");
        var handler = new ScriptedHandler(created);

        var answer = await handler.Connect().Post<Dictionary<string, object>>(Endpoint, Token);

        answer.Body["id"].ShouldBe(7L);
        handler.Sent.Count.ShouldBe(1);
    }

    private static IEnumerable<HttpResponseMessage> Redirects(int count) =>
        Enumerable.Range(0, count).Select(hop => ScriptedHandler.Redirect(HttpStatusCode.Found, $"http://github.test/hop/{hop}"));
}
