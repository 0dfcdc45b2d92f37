using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.SimulatorTests;

public sealed class WorldTests
{
    private const string Repo = GitHubUnderTest.Repo;

    [Fact]
    public async Task Equal_seeds_and_equal_deeds_give_equal_worlds()
    {
        async Task<string> Story()
        {
            await using var gitHub = await GitHubUnderTest.StartAsync();
            gitHub.World.OpenIssue(Repo, "ada", "Fix it");
            await gitHub.DispatchAsync(1);
            gitHub.Pass(TimeSpan.FromHours(1));
            return string.Join('\n', gitHub.World.Journal.Entries.Select(entry => entry is WorkflowDispatched or TokenMinted ? entry.GetType().Name : entry.ToString()));
        }

        (await Story()).ShouldBe(await Story());
    }

    [Fact]
    public async Task What_fell_due_unseen_is_stamped_with_the_moment_it_was_due()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var start = gitHub.Clock.GetUtcNow();
        gitHub.World.Push(Repo, "main", "ada", "Work", new CiScript { QueuedFor = TimeSpan.FromSeconds(10), Takes = TimeSpan.FromSeconds(50) });

        gitHub.Clock.Advance(TimeSpan.FromDays(1));

        gitHub.World.Runs(Repo).Single().Conclusion.ShouldBe("success");
        gitHub.World.Journal.Effects<RunCompleted>().Single().At.ShouldBe(start + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_next_due_moment_is_known_and_nothing_is_due_at_rest()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.NextDue.ShouldBeNull();
        gitHub.World.Push(Repo, "main", "ada", "Work");

        gitHub.World.NextDue.ShouldBe(gitHub.Clock.GetUtcNow() + TimeSpan.FromSeconds(5));
        gitHub.World.RunDue().ShouldBe(0);
        gitHub.Clock.Advance(TimeSpan.FromSeconds(5));
        gitHub.World.RunDue().ShouldBe(1);
        gitHub.Pass(TimeSpan.FromMinutes(2));
        gitHub.World.NextDue.ShouldBeNull();
    }

    [Fact]
    public async Task Speed_divides_every_duration()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(change: options => options with { Speed = 60 });
        gitHub.World.Push(Repo, "main", "ada", "Work");

        gitHub.Pass(TimeSpan.FromSeconds(3));

        gitHub.World.Runs(Repo).Single().Conclusion.ShouldBe("success");
    }

    [Fact]
    public async Task A_served_world_moves_by_itself()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var options = new SimulatorHostOptions { Simulator = new SimulatorOptions { AppPublicKeyPem = key.ExportSubjectPublicKeyInfoPem(), Speed = 5000 } };
        await using var served = await SimulatorHost.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        var sink = new AwaitedSink("workflow_run", "completed");
        served.World.WebhookSink = sink;
        served.World.AddRepository(Repo);

        served.World.Push(Repo, "main", "ada", "Work");
        await sink.Arrived.WaitAsync(TestContext.Current.CancellationToken);

        served.World.Journal.Effects<RunCompleted>().Single().Conclusion.ShouldBe("success");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused()
    {
        await using var first = await GitHubUnderTest.StartAsync(Door.Http);
        var options = new SimulatorHostOptions { Simulator = first.World.Options, Port = first.World.BaseUrl.Port };

        await Should.ThrowAsync<IOException>(() => SimulatorHost.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_straggler_pushes_after_its_run_has_ended()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        gitHub.World.ScriptIssue(Repo, 1, new TurnScript { Takes = TimeSpan.FromMinutes(1), PushesAfter = TimeSpan.FromMinutes(5) });
        await gitHub.DispatchAsync(1);

        gitHub.Pass(TimeSpan.FromMinutes(2));
        gitHub.World.Runs(Repo).Single().Conclusion.ShouldBe("success");
        gitHub.World.Journal.Effects<CommitPushed>().ShouldBeEmpty();
        gitHub.Pass(TimeSpan.FromMinutes(5));

        gitHub.World.Journal.Effects<CommitPushed>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_merged_pull_request_puts_its_commits_on_the_base_and_closes_what_it_fixes()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(change: options => options with
        {
            Permissions = new Dictionary<string, string>(options.Permissions, StringComparer.Ordinal) { ["pull_requests"] = "write", ["contents"] = "write" },
        });
        gitHub.World.OpenIssue(Repo, "ada", "Broken");
        var sha = gitHub.World.Push(Repo, "afk/issue-1", "ada", "Work");
        var created = await gitHub.PostAsync($"repos/{Repo}/pulls", new System.Text.Json.Nodes.JsonObject { ["title"] = "Fix", ["head"] = "afk/issue-1", ["base"] = "main", ["body"] = "Closes #1" });
        created.Status.ShouldBe(201);

        (await gitHub.GetAsync($"repos/{Repo}/issues")).Json.AsArray().Count(issue => issue!["pull_request"] is not null).ShouldBe(1);
        ((string)(await gitHub.GetAsync($"repos/{Repo}/pulls?head=acme:afk/issue-1")).Json.AsArray().Single()!["head"]!["sha"]!).ShouldBe(sha);
        var stale = await gitHub.SendAsync(HttpMethod.Put, $"repos/{Repo}/pulls/2/merge", new System.Text.Json.Nodes.JsonObject { ["sha"] = gitHub.World.BranchHead(Repo) }, await gitHub.TokenAsync());
        var merged = await gitHub.SendAsync(HttpMethod.Put, $"repos/{Repo}/pulls/2/merge", new System.Text.Json.Nodes.JsonObject { ["sha"] = sha }, await gitHub.TokenAsync());

        stale.Status.ShouldBe(409);
        merged.Status.ShouldBe(200);
        gitHub.World.Commits(Repo).ShouldContain(commit => commit.Sha == sha);
        gitHub.World.Issue(Repo, 1).Open.ShouldBeFalse();
    }

    [Fact]
    public async Task Reading_pull_requests_is_all_that_the_default_permissions_allow()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.Push(Repo, "side", "ada", "Work");
        gitHub.World.OpenPullRequest(Repo, "ada", "side", "Work");

        (await gitHub.GetAsync($"repos/{Repo}/pulls/1")).Status.ShouldBe(200);
        (await gitHub.SendAsync(HttpMethod.Put, $"repos/{Repo}/pulls/1/merge", null, await gitHub.TokenAsync())).Status.ShouldBe(403);
    }

    [Fact]
    public void The_in_process_handler_answers_before_it_returns()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var world = new SimulatedGitHub(new ManualClock(), new SimulatorOptions { AppPublicKeyPem = key.ExportSubjectPublicKeyInfoPem() });
        using var client = new HttpMessageInvoker(new InProcessHandler(world));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(world.BaseUrl, "app"));

        var answer = client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private sealed class AwaitedSink(string name, string action) : IWebhookSink
    {
        private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Arrived => arrived.Task;

        public void Accept(WebhookDelivery delivery)
        {
            if (delivery.Event == name && delivery.Action == action)
            {
                arrived.TrySetResult();
            }
        }
    }
}
