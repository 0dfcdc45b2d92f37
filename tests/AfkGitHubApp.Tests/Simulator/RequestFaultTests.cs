using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.SimulatorTests;

public sealed class RequestFaultTests
{
    private const string Repo = GitHubUnderTest.Repo;

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task The_next_matching_requests_get_the_status_and_no_others(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        await gitHub.TokenAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        gitHub.World.AddRequestFault(new RequestFault { Method = "GET", PathContains = "/issues/1", Status = 429, RetryAfter = 7, Times = 2 });

        (await gitHub.GetAsync($"repos/{Repo}")).Status.ShouldBe(200);
        var refused = await gitHub.GetAsync($"repos/{Repo}/issues/1");
        refused.Status.ShouldBe(429);
        refused.Headers["Retry-After"].ShouldBe("7");
        (await gitHub.GetAsync($"repos/{Repo}/issues/1/events")).Status.ShouldBe(429);
        (await gitHub.GetAsync($"repos/{Repo}/issues/1")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_cut_connection_performs_nothing(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        await gitHub.TokenAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        gitHub.World.AddRequestFault(new RequestFault { Method = "POST", CutConnection = true });

        await Should.ThrowAsync<HttpRequestException>(() => gitHub.PostAsync($"repos/{Repo}/issues/1/comments", new JsonObject { ["body"] = "Hi" }));

        gitHub.World.Issue(Repo, 1).Comments.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_lost_response_leaves_its_effect_behind(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        await gitHub.TokenAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Hello");
        gitHub.World.AddRequestFault(new RequestFault { Method = "POST", LoseResponse = true });

        await Should.ThrowAsync<HttpRequestException>(() => gitHub.PostAsync($"repos/{Repo}/issues/1/comments", new JsonObject { ["body"] = "Hi" }));

        gitHub.World.Issue(Repo, 1).Comments.Count.ShouldBe(1);
        gitHub.World.Journal.Requests[^1].ShouldBe(new RequestMade("POST", $"/repos/{Repo}/issues/1/comments", "", $"installation:{gitHub.World.InstallationId(Repo)}", 201, "lost response") { Sequence = gitHub.World.Journal.Requests[^1].Sequence, At = gitHub.Clock.GetUtcNow() });
    }

    [Fact]
    public async Task A_slow_answer_comes_when_the_clock_says()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await gitHub.TokenAsync();
        gitHub.World.AddRequestFault(new RequestFault { Latency = TimeSpan.FromSeconds(30) });

        var asked = gitHub.GetAsync($"repos/{Repo}");
        asked.IsCompleted.ShouldBeFalse();
        gitHub.Clock.Advance(TimeSpan.FromSeconds(30));

        (await asked).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Faults_can_be_taken_away()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await gitHub.TokenAsync();
        gitHub.World.AddRequestFault(new RequestFault { Status = 502, Times = 100 });
        (await gitHub.GetAsync($"repos/{Repo}")).Status.ShouldBe(502);

        gitHub.World.ClearRequestFaults();

        (await gitHub.GetAsync($"repos/{Repo}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_stalled_body_stops_half_way_and_can_be_given_up()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(Door.Http);
        await gitHub.TokenAsync();
        gitHub.World.AddRequestFault(new RequestFault { StallBody = true });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        using var response = await gitHub.BeginGetAsync($"repos/{Repo}", patience.Token);
        await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
        await body.ReadExactlyAsync(new byte[response.Content.Headers.ContentLength!.Value / 2], patience.Token);
        var rest = body.ReadAsync(new byte[1], patience.Token).AsTask();
        await patience.CancelAsync();

        ((int)response.StatusCode).ShouldBe(200);
        await Should.ThrowAsync<OperationCanceledException>(() => rest);
    }

    [Fact]
    public async Task A_body_stalls_in_process_too()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await gitHub.TokenAsync();
        gitHub.World.AddRequestFault(new RequestFault { StallBody = true });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        using var response = await gitHub.BeginGetAsync($"repos/{Repo}", patience.Token);
        var body = response.Content.ReadAsStringAsync(patience.Token);
        body.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => body);
    }

    [Fact]
    public async Task A_fault_can_carry_headers_of_its_own()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        await gitHub.TokenAsync();
        gitHub.World.AddRequestFault(new RequestFault { Status = 403, Message = "API rate limit exceeded", Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-RateLimit-Remaining"] = "0" } });

        var answer = await gitHub.GetAsync($"repos/{Repo}");

        answer.Headers["X-RateLimit-Remaining"].ShouldBe("0");
        answer.Message.ShouldBe("API rate limit exceeded");
    }
}
