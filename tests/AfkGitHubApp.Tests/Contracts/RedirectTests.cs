using System.Net;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>A token never leaves home, whatever an answer names.</summary>
public sealed class RedirectTests : IDisposable
{
    private static readonly (string Verb, Func<GitHubAdapter, CancellationToken, Task> Invoke)[] Verbs =
    [
        ("GET", (gitHub, cancel) => gitHub.Ci.HeadAsync(GitHubAdapter.Repository, "main", cancel)),
        ("POST", (gitHub, cancel) => gitHub.Tracker.AddLabelAsync(GitHubAdapter.Repository, 42, "l", cancel)),
        ("PATCH", (gitHub, cancel) => gitHub.Tracker.CloseAsync(GitHubAdapter.Repository, 42, cancel)),
        ("DELETE", (gitHub, cancel) => gitHub.Tracker.RemoveLabelAsync(GitHubAdapter.Repository, 42, "l", cancel)),
        ("GraphQL", (gitHub, cancel) => gitHub.Tracker.ReadIssueAsync(GitHubAdapter.Repository, 42, null, null, cancel)),
    ];

    private readonly ContractServer home = new ContractServer().Fresh();
    private readonly WireMockServer abroad = WireMockServer.Start();

    public static TheoryData<string, int, string> EveryRedirect =>
        [.. from verb in Verbs from status in new[] { 301, 302, 303, 307, 308 } from place in new[] { "abroad", "home" } select new TheoryDataRow<string, int, string>(verb.Verb, status, place)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(EveryRedirect))]
    public async Task A_redirect_is_reported_and_not_followed(string verb, int status, string place)
    {
        abroad.Given(Request.Create()).RespondWith(Response.Create().WithBody("{}"));
        var target = (place == "abroad" ? abroad.Url + "/" : home.Home.ToString()) + "elsewhere";
        home.Given(Request.Create().WithPath("/repos/*", "/graphql").UsingAnyMethod(), ContractServer.Json("""{"message":"Moved Permanently"}""", status).WithHeader("Location", target));
        using var gitHub = home.Adapter();

        var failure = await ContractTest.FailureOf(Verbs.Single(each => each.Verb == verb).Invoke(gitHub, Cancel));

        failure.Kind.ShouldBe(FailureKind.Moved);
        failure.StatusCode.ShouldBe(status);
        failure.Ambiguous.ShouldBeFalse();
        abroad.LogEntries.ShouldBeEmpty();
        home.Log.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_minting_that_is_redirected_abroad_takes_no_JWT_along()
    {
        home.Given("POST", "/app/installations/3000000007/access_tokens", ContractServer.Json("", 307).WithHeader("Location", abroad.Url + "/steal"));
        using var gitHub = home.Adapter();

        (await ContractTest.FailureOf(gitHub.Ci.HeadAsync(GitHubAdapter.Repository, "main", Cancel))).Kind.ShouldBe(FailureKind.Moved);

        abroad.LogEntries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://api.example.com/", "http://api.example.com/x", true)]
    [InlineData("http://api.example.com/", "http://API.EXAMPLE.com/x", true)]
    [InlineData("http://api.example.com/", "http://api.example.com:80/x", true)]
    [InlineData("http://api.example.com/api/v3/", "http://api.example.com/api/graphql", true)]
    [InlineData("https://api.example.com/", "http://api.example.com/x", false)]
    [InlineData("http://api.example.com/", "https://api.example.com/x", false)]
    [InlineData("http://api.example.com/", "http://api.example.com:8080/x", false)]
    [InlineData("http://api.example.com/", "http://example.com/x", false)]
    [InlineData("http://api.example.com/", "http://api.example.com.evil.test/x", false)]
    [InlineData("http://api.example.com/", "http://api.example.com@evil.test/x", false)]
    public async Task A_token_is_sent_to_the_home_scheme_host_and_port_only(string homeAddress, string target, bool sent)
    {
        var wire = new Recorder();
        using var handler = new BearerHandler(new Uri(homeAddress), new OneBearer(), wire);
        using var client = new HttpClient(handler);
        GitHubCall.Begin(CallIdentity.Installation(1), repeatable: true, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, target) { Headers = { { "Authorization", "Bearer left over" } } };

        using var response = await client.SendAsync(request, Cancel);

        wire.Authorization.ShouldBe(sent ? "Bearer secret" : null);
    }

    [Theory]
    [InlineData("https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData("https://ghe.example.com/api/v3/", "https://ghe.example.com/api/graphql")]
    [InlineData("https://api.tenant.ghe.com/", "https://api.tenant.ghe.com/graphql")]
    public void GraphQL_lives_at_home(string rest, string graphQl) =>
        new GitHubOptions { BaseAddress = new Uri(rest), Issuer = "i", PrivateKeyPem = "p" }.GraphQlAddress.ShouldBe(new Uri(graphQl));

    public void Dispose()
    {
        home.Dispose();
        abroad.Dispose();
    }

    private sealed class OneBearer : IBearerSource
    {
        public Task<string> BearerAsync(CallIdentity identity, CancellationToken cancellationToken) => Task.FromResult("secret");

        public void Forget(CallIdentity identity, string bearer) => throw new InvalidOperationException("It was not refused.");
    }

    private sealed class Recorder : HttpMessageHandler
    {
        public string? Authorization { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Authorization = request.Headers.Authorization?.ToString();
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
