using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.SimulatorTests;

public sealed class WebhookTests
{
    private const string Repo = GitHubUnderTest.Repo;

    [Fact]
    public async Task A_delivery_is_signed_over_its_raw_body_and_carries_githubs_headers()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Größe ✓");

        var delivery = gitHub.Hooks.Take()!;

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(gitHub.World.Options.WebhookSecret), delivery.Body.Span);
        delivery.Headers["X-Hub-Signature-256"].ShouldBe($"sha256={Convert.ToHexStringLower(expected)}");
        delivery.Headers["X-GitHub-Event"].ShouldBe("issues");
        Guid.TryParse(delivery.Headers["X-GitHub-Delivery"], out _).ShouldBeTrue();
        delivery.Headers["User-Agent"].ShouldStartWith("GitHub-Hookshot/");
        var payload = JsonNode.Parse(delivery.Text)!;
        ((string)payload["action"]!).ShouldBe("opened");
        ((string)payload["issue"]!["title"]!).ShouldBe("Größe ✓");
        ((long)payload["installation"]!["id"]!).ShouldBe(gitHub.World.InstallationId(Repo)!.Value);
        ((string)payload["repository"]!["full_name"]!).ShouldBe(Repo);
        ((string)payload["organization"]!["login"]!).ShouldBe("acme");
        ((string)payload["sender"]!["login"]!).ShouldBe("ada");
    }

    [Fact]
    public async Task What_the_app_does_itself_comes_back_with_its_bot_as_sender()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        gitHub.Hooks.TakeAll();

        await gitHub.PostAsync($"repos/{Repo}/issues/1/labels", new JsonArray("busy"));
        await gitHub.PostAsync($"repos/{Repo}/issues/1/comments", new JsonObject { ["body"] = "Hi" });
        await gitHub.PatchAsync($"repos/{Repo}/issues/1", new JsonObject { ["state"] = "closed" });

        var echoes = gitHub.Hooks.TakeAll();
        echoes.Select(hook => $"{hook.Event} {hook.Action}").ShouldBe(["issues labeled", "issue_comment created", "issues closed"]);
        echoes.ShouldAllBe(hook => (string)JsonNode.Parse(hook.Text)!["sender"]!["login"]! == "afk-app[bot]");
    }

    [Fact]
    public async Task Events_that_the_app_did_not_subscribe_to_are_not_sent()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(change: options => options with { Events = ["push"] });
        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        gitHub.World.Push(Repo, "main", "ada", "Work");
        gitHub.World.AddRepository("other/one");

        gitHub.Hooks.TakeAll().Select(hook => hook.Event).ShouldBe(["push", "installation"]);
    }

    [Fact]
    public async Task A_repository_that_was_taken_from_the_app_falls_silent()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.Uninstall(Repo);
        gitHub.World.OpenIssue(Repo, "ada", "Hello");

        var only = gitHub.Hooks.TakeAll().Single();
        $"{only.Event} {only.Action}".ShouldBe("installation_repositories removed");
        ((string)JsonNode.Parse(only.Text)!["repositories_removed"]![0]!["full_name"]!).ShouldBe(Repo);
    }

    [Fact]
    public async Task Every_second_delivery_can_be_dropped_without_a_trace()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.SetWebhookChaos(new WebhookChaos { DropEvery = 2 });
        for (var number = 0; number < 4; number++)
        {
            gitHub.World.OpenIssue(Repo, "ada", $"Issue {number}");
        }

        gitHub.Hooks.TakeAll().Count.ShouldBe(2);
        gitHub.World.Journal.Effects<WebhookEmitted>().Count(hook => hook.Fate == "dropped").ShouldBe(2);
        (await gitHub.GetAsAppAsync("app/hook/deliveries")).Json.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_doubled_delivery_keeps_its_guid()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.SetWebhookChaos(new WebhookChaos { DoubleProbability = 1 });
        gitHub.World.OpenIssue(Repo, "ada", "Hello");

        var twins = gitHub.Hooks.TakeAll();
        twins.Count.ShouldBe(2);
        twins[0].EventGuid.ShouldBe(twins[1].EventGuid);
        twins[0].Id.ShouldNotBe(twins[1].Id);
    }

    [Fact]
    public async Task Chosen_events_can_be_dropped_and_the_others_delayed()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.SetWebhookChaos(new WebhookChaos { DropEvents = ["issues"], Delay = TimeSpan.FromMinutes(1) });
        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        gitHub.World.Comment(Repo, 1, "ada", "Hi");

        gitHub.Hooks.Waiting.ShouldBeEmpty();
        gitHub.Pass(TimeSpan.FromMinutes(1));
        gitHub.Hooks.TakeAll().Single().Event.ShouldBe("issue_comment");
    }

    [Fact]
    public async Task Equal_seeds_give_equal_luck()
    {
        async Task<string> Fates(int seed)
        {
            await using var gitHub = await GitHubUnderTest.StartAsync();
            gitHub.World.SetWebhookChaos(new WebhookChaos { DropProbability = 0.4, DoubleProbability = 0.4, Seed = seed });
            for (var number = 0; number < 30; number++)
            {
                gitHub.World.OpenIssue(Repo, "ada", $"Issue {number}");
            }

            return string.Concat(gitHub.World.Journal.Effects<WebhookEmitted>().Select(hook => hook.Fate[0] + hook.EventGuid[..4]));
        }

        (await Fates(7)).ShouldBe(await Fates(7));
        string.Equals(await Fates(7), await Fates(8), StringComparison.Ordinal).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failed_delivery_is_listed_and_can_be_asked_for_again_under_the_same_guid()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        for (var number = 0; number < 3; number++)
        {
            gitHub.World.OpenIssue(Repo, "ada", $"Issue {number}");
        }

        var deliveries = gitHub.Hooks.TakeAll();
        gitHub.World.RecordDelivery(deliveries[0], 200);
        gitHub.World.RecordDelivery(deliveries[1], 500);
        gitHub.World.RecordDelivery(deliveries[2], 504, "timed out", TimeSpan.FromSeconds(10));

        var page = await gitHub.GetAsAppAsync("app/hook/deliveries?per_page=2");
        page.Json.AsArray().Select(one => (string)one!["status"]!).ShouldBe(["timed out", "Invalid HTTP Response: 500"]);
        var next = new Uri(page.Headers["Link"][1..page.Headers["Link"].IndexOf('>', StringComparison.Ordinal)]).PathAndQuery;
        ((string)(await gitHub.GetAsAppAsync(next)).Json.AsArray().Single()!["status"]!).ShouldBe("OK");
        (await gitHub.GetAsAppAsync("app/hook/deliveries?status=failure")).Json.AsArray().Count.ShouldBe(2);

        var again = await gitHub.SendAsync(HttpMethod.Post, $"app/hook/deliveries/{deliveries[1].Id}/attempts", null, gitHub.Jwt());
        again.Status.ShouldBe(202);
        var redelivered = gitHub.Hooks.Take()!;
        redelivered.EventGuid.ShouldBe(deliveries[1].EventGuid);
        redelivered.Redelivery.ShouldBeTrue();
        redelivered.Text.ShouldBe(deliveries[1].Text);
        (await gitHub.GetAsync("app/hook/deliveries")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Deliveries_are_forgotten_after_three_days()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        var delivery = gitHub.Hooks.Take()!;
        gitHub.World.RecordDelivery(delivery, 500);

        gitHub.Clock.Advance(TimeSpan.FromDays(3));

        (await gitHub.GetAsAppAsync("app/hook/deliveries")).Json.AsArray().ShouldBeEmpty();
        (await gitHub.SendAsync(HttpMethod.Post, $"app/hook/deliveries/{delivery.Id}/attempts", null, gitHub.Jwt())).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_sink_may_look_at_the_world_it_hears_from()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var curious = new CuriousSink(gitHub.World);
        gitHub.World.WebhookSink = curious;

        gitHub.World.OpenIssue(Repo, "ada", "Hello", null, "ready");

        curious.LabelsSeen.ShouldBe(["ready", "ready"]);
    }

    [Fact]
    public async Task A_served_world_posts_its_webhooks_and_records_the_answers()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(Door.Http);
        await using var receiver = new Receiver();
        using var client = new HttpClient();
        await using var sink = new HttpWebhookSink(gitHub.World, client, Microsoft.Extensions.Logging.Abstractions.NullLogger<HttpWebhookSink>.Instance);
        gitHub.World.WebhookSink = sink;
        gitHub.World.SetWebhook(receiver.Address, "another secret");

        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        var (head, body) = await receiver.AnswerAsync(204);

        head.ShouldContain("X-GitHub-Event: issues");
        head.ShouldContain("Content-Type: application/json");
        head.ShouldContain($"X-Hub-Signature-256: sha256={Convert.ToHexStringLower(HMACSHA256.HashData("another secret"u8, Encoding.UTF8.GetBytes(body)))}");
        await sink.IdleAsync().WaitAsync(TestContext.Current.CancellationToken);
        ((int)(await gitHub.GetAsAppAsync("app/hook/deliveries")).Json.AsArray().Single()!["status_code"]!).ShouldBe(204);
    }

    private sealed class CuriousSink(SimulatedGitHub world) : IWebhookSink
    {
        public List<string> LabelsSeen { get; } = [];

        public void Accept(WebhookDelivery delivery) => LabelsSeen.AddRange(world.Issue(Repo, 1).Labels);
    }

    /// <summary>One socket that reads one request to its end and answers it.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private TcpClient? connection;

        public Receiver()
        {
            listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hook");
        }

        public Uri Address { get; }

        public async Task<(string Head, string Body)> AnswerAsync(int status)
        {
            var cancelled = TestContext.Current.CancellationToken;
            connection = await listener.AcceptTcpClientAsync(cancelled);
            var stream = connection.GetStream();
            var received = new MemoryStream();
            var buffer = new byte[4096];
            while (true)
            {
                received.Write(buffer, 0, await stream.ReadAsync(buffer, cancelled));
                var text = Encoding.UTF8.GetString(received.ToArray());
                var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end >= 0 && Encoding.UTF8.GetByteCount(text[(end + 4)..]) is var got && text[..end].Contains($"Content-Length: {got}", StringComparison.OrdinalIgnoreCase))
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Answer\r\nConnection: close\r\n\r\n"), cancelled);
                    return (text[..end], text[(end + 4)..]);
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            connection?.Dispose();
            listener.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
