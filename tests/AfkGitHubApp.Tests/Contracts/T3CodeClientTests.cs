using System.Net;
using System.Text;
using AfkGitHubApp.Adapters.Agents;
using AfkGitHubApp.Adapters.Agents.T3Code;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>The T3 Code backend where the server, or something in its place, does not answer as it should.</summary>
public sealed class T3CodeClientTests
{
    private const string Handle = "t3:afk-7-r0123456789ab.1-m1";
    private const string Environment = """{"environmentId":"e","serverVersion":"0.0.42"}""";
    private const string Running = """{"projects":[],"threads":[{"id":"afk-7-r0123456789ab.1","latestTurn":{"turnId":"x","state":"running","requestedAt":"2026-11-22T12:00:00Z"},"session":null}]}""";
    private static readonly RepositoryKey Repository = new(7, "octo/widgets", 1);
    private static readonly TurnOrder Order = new(Repository, 12, new TurnId(new RunId("r0123456789ab"), 1), TurnKind.First, Delivery.Trunk, "main", "aa", "main", "afk-agent.yml", "p");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, "text/html", "<!doctype html>")]
    [InlineData(200, "application/json", "{")]
    [InlineData(200, "application/json", """{"runs":[]}""")]
    [InlineData(200, "application/json", "null")]
    [InlineData(302, "text/html", "")]
    [InlineData(401, "application/json", """{"reason":"invalid_credential"}""")]
    [InlineData(403, "application/json", """{"requiredScope":"orchestration:read"}""")]
    [InlineData(404, "text/html", "")]
    [InlineData(500, "application/json", """{"reason":"orchestration_snapshot_failed"}""")]
    [InlineData(503, "text/html", "")]
    public async Task An_answer_that_is_none_teaches_nothing(int status, string type, string body)
    {
        using var agent = Agent(new Scripted(_ => Answer(status, type, body)));

        var failure = await Should.ThrowAsync<GitHubFailure>(() => agent.StatusAsync(Repository, Handle, Cancel));

        failure.Ambiguous.ShouldBeFalse();
        failure.Kind.ShouldBeOneOf(FailureKind.Transient, FailureKind.Bug);
    }

    [Fact]
    public async Task A_404_of_something_else_is_no_vanished_thread()
    {
        using var agent = Agent(new Scripted(request => request.RequestUri!.AbsolutePath.EndsWith("/shell", StringComparison.Ordinal) ? Json("""{"projects":[],"threads":[]}""") : Answer(404, "application/json", "{}")));

        await Should.ThrowAsync<GitHubFailure>(() => agent.StatusAsync(Repository, Handle, Cancel));
    }

    [Fact]
    public async Task The_bearer_goes_to_the_configured_address_only()
    {
        var wire = new Scripted(_ =>
        {
            var moved = Answer(307, "text/html", "");
            moved.Headers.Location = new Uri("https://elsewhere.example/");
            return moved;
        });
        using var agent = Agent(wire);

        await Should.ThrowAsync<GitHubFailure>(() => agent.StatusAsync(Repository, Handle, Cancel));

        var request = wire.Requests.ShouldHaveSingleItem();
        (request.RequestUri!.Host, request.Headers.Authorization!.ToString()).ShouldBe(("t3.example", "Bearer secret"));
    }

    [Fact]
    public async Task A_request_that_is_never_answered_ends_at_its_bound()
    {
        using var agent = new T3CodeAgent(Settings, TimeSpan.FromMilliseconds(50), TimeProvider.System, new Silent(), TimeProvider.System);

        (await Should.ThrowAsync<GitHubFailure>(() => agent.StatusAsync(Repository, Handle, Cancel))).Ambiguous.ShouldBeFalse();
        (await Should.ThrowAsync<GitHubFailure>(() => agent.DispatchAsync(Order, Cancel))).Ambiguous.ShouldBeFalse();
    }

    [Theory]
    [InlineData("project.create", false)]
    [InlineData("thread.create", false)]
    [InlineData("thread.turn.start", true)]
    public async Task Only_a_lost_answer_to_the_start_leaves_open_whether_it_was_started(string lost, bool ambiguous)
    {
        using var agent = Agent(new Scripted(request => request.RequestUri!.AbsolutePath switch
        {
            "/.well-known/t3/environment" => Json(Environment),
            "/api/orchestration/shell" => Json("""{"projects":[],"threads":[]}"""),
            _ when Body(request).Contains($"\"{lost}\"", StringComparison.Ordinal) => Answer(502, "text/html", ""),
            _ => Json("""{"sequence":1}"""),
        }));

        (await Should.ThrowAsync<GitHubFailure>(() => agent.DispatchAsync(Order, Cancel))).Ambiguous.ShouldBe(ambiguous);
    }

    [Fact]
    public async Task Runs_looked_at_together_share_one_reading_also_a_failed_one_and_none_outlives_a_write()
    {
        var clock = new ManualClock();
        var wire = new Scripted(_ => Json(Running));
        using var agent = new T3CodeAgent(Settings, TimeSpan.FromSeconds(10), clock, wire, TimeProvider.System);
        for (var run = 0; run < 5; run++)
        {
            (await agent.StatusAsync(Repository, Handle, Cancel)).ShouldBe(ThreadStatus.Running);
        }

        wire.Requests.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(3));
        await agent.StatusAsync(Repository, Handle, Cancel);
        wire.Requests.Count.ShouldBe(2);

        clock.Advance(TimeSpan.FromSeconds(3));
        wire.Say = _ => throw new HttpRequestException("away");
        for (var run = 0; run < 5; run++)
        {
            await Should.ThrowAsync<GitHubFailure>(() => agent.StatusAsync(Repository, Handle, Cancel));
        }

        wire.Requests.Count.ShouldBe(3);
        await Should.ThrowAsync<GitHubFailure>(() => agent.CancelAsync(Repository, Handle, Cancel));
        wire.Say = _ => Json(Running);
        (await agent.StatusAsync(Repository, Handle, Cancel)).ShouldBe(ThreadStatus.Running);
    }

    [Fact]
    public async Task A_token_in_a_file_counts_as_soon_as_it_is_renewed()
    {
        var file = Path.GetTempFileName();
        try
        {
            var wire = new Scripted(_ => Json(Environment));
            using var client = new T3CodeClient(Settings with { Token = "", TokenPath = file }, TimeSpan.FromSeconds(10), wire, TimeProvider.System);
            foreach (var token in (string[])["one", "two"])
            {
                await File.WriteAllTextAsync(file, $"{token}\n", Cancel);
                await Should.ThrowAsync<GitHubFailure>(() => client.ShellAsync(Cancel));
            }

            wire.Requests.Select(request => request.Headers.Authorization!.Parameter).ShouldBe(["one", "two"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_a_server_its_turns_are_refused_and_its_threads_not_known()
    {
        using var gitHub = new GitHubAdapter(new Uri("https://api.example/"));
        var router = new BackendRouter(gitHub.Agent, t3Code: null);

        (await router.DispatchAsync(Order with { Backend = AgentBackend.T3Code }, Cancel)).Refusal!.ShouldContain("Afk:T3Code:BaseAddress");
        await Should.ThrowAsync<GitHubFailure>(() => router.StatusAsync(Repository, Handle, Cancel));
    }

    private static T3CodeSettings Settings { get; } = new() { BaseAddress = new Uri("https://t3.example/"), Token = "secret", Workspaces = "/srv/{owner}/{name}", Model = "m" };

    private static T3CodeAgent Agent(HttpMessageHandler wire) => new(Settings, TimeSpan.FromSeconds(10), TimeProvider.System, wire, TimeProvider.System);

    private static HttpResponseMessage Json(string body) => Answer(200, "application/json", body);

    private static HttpResponseMessage Answer(int status, string type, string body) => new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    private static string Body(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream(Cancel));
        return reader.ReadToEnd();
    }

    private sealed class Scripted(Func<HttpRequestMessage, HttpResponseMessage> say) : HttpMessageHandler
    {
        public Func<HttpRequestMessage, HttpResponseMessage> Say { get; set; } = say;

        public List<HttpRequestMessage> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            var answer = Say(request);
            answer.RequestMessage = request;
            return Task.FromResult(answer);
        }
    }

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
