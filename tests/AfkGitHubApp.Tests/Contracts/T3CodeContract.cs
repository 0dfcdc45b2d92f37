using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Adapters.Agents.T3Code;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>
/// What the product expects of T3 Code, asked of the real server and of the simulated one: the same cases, so that the simulated one cannot
/// drift. Each case works in a repository of its own.
/// </summary>
public abstract class T3CodeContract
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";
    private static int repositories;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected abstract Task<T3Peer> PeerAsync();

    [Fact]
    public async Task A_turn_runs_ends_and_reports()
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "#slow #pushed"), Cancel);

        answer.Refusal.ShouldBeNull();
        answer.Thread!.ShouldStartWith("t3:");
        answer.Url!.ShouldStartWith(bench.Peer.Address.AbsoluteUri.TrimEnd('/') + "/");
        answer.Url.ShouldEndWith($"/{bench.ThreadOf(1)}");
        (await bench.StatusAsync(answer)).ShouldBe(ThreadStatus.Running);
        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Idle);
        (await bench.ReportAsync(answer, 1)).ShouldBe(new TurnReport(TurnOutcome.Pushed, Sha, Why: null, CostUsd: null));
    }

    [Fact]
    public async Task A_report_of_nothing_to_do_gives_its_reason()
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "#nothing"), Cancel);
        await bench.EndOfAsync(answer);

        (await bench.ReportAsync(answer, 1)).ShouldBe(new TurnReport(TurnOutcome.NothingToDo, PushedSha: null, "It works already.", CostUsd: null));
    }

    [Fact]
    public async Task The_next_turn_goes_to_the_same_thread_and_is_never_taken_for_the_one_before()
    {
        var bench = await BenchAsync();
        var first = await bench.Agent.DispatchAsync(bench.Order(1, "#pushed"), Cancel);
        await bench.EndOfAsync(first);

        var second = await bench.Agent.DispatchAsync(bench.Order(2, "#slow"), Cancel);
        (await bench.StatusAsync(second)).ShouldBe(ThreadStatus.Running);
        (await bench.EndOfAsync(second)).ShouldBe(ThreadStatus.Idle);
        var third = await bench.Agent.DispatchAsync(bench.Order(3, "#refuse"), Cancel);
        (await bench.EndOfAsync(third)).ShouldBe(ThreadStatus.Error);

        new[] { first.Url, second.Url, third.Url }.Distinct().Count().ShouldBe(1);
        new[] { first.Thread, second.Thread, third.Thread }.Distinct().Count().ShouldBe(3);
        (await bench.ReportAsync(first, 1))!.PushedSha.ShouldBe(Sha);
        (await bench.ReportAsync(second, 2)).ShouldBeNull();
    }

    [Theory]
    [InlineData("#fail")]
    [InlineData("#refuse")]
    [InlineData("#die")]
    [InlineData("   ")]
    public async Task A_turn_that_fails_or_does_not_start_is_an_error(string prompt)
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, prompt), Cancel);

        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Error);
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_an_error()
    {
        var bench = await BenchAsync(settings => settings with { Instance = "nobody" });
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "anything"), Cancel);

        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Error);
    }

    [Theory]
    [InlineData("#approve")]
    [InlineData("#ask")]
    public async Task A_turn_that_waits_for_an_answer_needs_a_person_and_can_be_ended(string prompt)
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, prompt), Cancel);
        await bench.UntilAsync(async () => await bench.StatusAsync(answer) is not ThreadStatus.Running);
        (await bench.StatusAsync(answer)).ShouldBe(ThreadStatus.NeedsPerson);

        await bench.Agent.CancelAsync(bench.Repository, answer.Thread!, Cancel);

        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Error);
    }

    [Fact]
    public async Task A_turn_that_is_cancelled_reads_interrupted_and_may_be_cancelled_again()
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel);
        await bench.UntilAsync(async () => (await bench.RowAsync(1))!["latestTurn"] is not null);

        await bench.Agent.CancelAsync(bench.Repository, answer.Thread!, Cancel);
        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Error);
        await bench.Agent.CancelAsync(bench.Repository, answer.Thread!, Cancel);

        var row = await bench.RowAsync(1);
        ((string?)row!["latestTurn"]!["state"], (string?)row["session"]!["status"]).ShouldBe(("interrupted", "stopped"));
    }

    [Fact]
    public async Task A_turn_cancelled_before_it_was_picked_up_never_runs()
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel);
        await bench.Agent.CancelAsync(bench.Repository, answer.Thread!, Cancel);

        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Error);
    }

    [Fact]
    public async Task A_thread_that_ended_by_a_cancel_takes_the_next_turn()
    {
        var bench = await BenchAsync();
        var first = await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel);
        await bench.UntilAsync(async () => (await bench.RowAsync(1))!["latestTurn"] is not null);
        await bench.Agent.CancelAsync(bench.Repository, first.Thread!, Cancel);
        await bench.EndOfAsync(first);

        var second = await bench.Agent.DispatchAsync(bench.Order(2, "go on"), Cancel);

        (await bench.EndOfAsync(second)).ShouldBe(ThreadStatus.Idle);
    }

    [Fact]
    public async Task A_deleted_thread_has_vanished_and_the_next_turn_makes_another()
    {
        var bench = await BenchAsync();
        var first = await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel);
        (await bench.SendAsync(new JsonObject { ["type"] = "thread.delete", ["threadId"] = bench.ThreadOf(1) })).Status.ShouldBe(200);

        (await bench.EndOfAsync(first)).ShouldBe(ThreadStatus.Vanished);
        await bench.Agent.CancelAsync(bench.Repository, first.Thread!, Cancel);
        (await bench.Agent.FindAsync(bench.Repository, AgentBackend.T3Code, bench.Turn(1), "afk-agent.yml", Cancel)).ShouldBeNull();
        var second = await bench.Agent.DispatchAsync(bench.Order(2, "again"), Cancel);
        second.Url!.ShouldEndWith($"/{bench.ThreadOf(2)}");
        (await bench.EndOfAsync(second)).ShouldBe(ThreadStatus.Idle);
        (await bench.Agent.FindAsync(bench.Repository, AgentBackend.T3Code, bench.Turn(2), "afk-agent.yml", Cancel)).ShouldBe(second);
    }

    [Fact]
    public async Task An_archived_thread_whose_agent_goes_on_has_not_vanished_and_can_be_ended()
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel);
        await bench.UntilAsync(async () => (await bench.RowAsync(1))!["latestTurn"] is not null);
        (await bench.SendAsync(new JsonObject { ["type"] = "thread.archive", ["threadId"] = bench.ThreadOf(1) })).Status.ShouldBe(200);
        await bench.UntilAsync(async () => await bench.RowAsync(1) is null);

        (await bench.NewStatusAsync(answer)).ShouldBe(ThreadStatus.Running);
        await bench.Agent.CancelAsync(bench.Repository, answer.Thread!, Cancel);

        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Error);
    }

    [Fact]
    public async Task A_turn_sent_twice_is_worked_once()
    {
        var bench = await BenchAsync();
        var once = await bench.Agent.DispatchAsync(bench.Order(1, "#slow"), Cancel);
        var twice = await bench.Agent.DispatchAsync(bench.Order(1, "#slow"), Cancel);
        await bench.EndOfAsync(once);
        var late = await bench.Agent.DispatchAsync(bench.Order(1, "#slow"), Cancel);

        (twice, late).ShouldBe((once, once));
        (await bench.EndOfAsync(once)).ShouldBe(ThreadStatus.Idle);
        (await bench.DetailAsync(1))["thread"]!["messages"]!.AsArray().Count(message => (string?)message!["role"] == "user").ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_is_found_by_its_id_and_while_it_works_also_without()
    {
        var bench = await BenchAsync();
        (await bench.Agent.FindAsync(bench.Repository, AgentBackend.T3Code, bench.Turn(1), "afk-agent.yml", Cancel)).ShouldBeNull();
        (await bench.Agent.FindAliveAsync(bench.Repository, AgentBackend.T3Code, ["afk-agent.yml"], Cancel)).ShouldBeNull();

        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel);
        (await bench.Agent.FindAsync(bench.Repository, AgentBackend.T3Code, bench.Turn(1), "afk-agent.yml", Cancel)).ShouldBe(answer);
        (await bench.Agent.FindAsync(bench.Repository, AgentBackend.T3Code, bench.Turn(2), "afk-agent.yml", Cancel)).ShouldBeNull();
        var alive = await bench.Agent.FindAliveAsync(bench.Repository, AgentBackend.T3Code, ["afk-agent.yml"], Cancel);
        (alive!.Turn, alive.Thread).ShouldBe((bench.Turn(1), answer.Thread!));
        await bench.Agent.CancelAsync(bench.Repository, answer.Thread!, Cancel);
        await bench.EndOfAsync(answer);

        (await bench.Agent.FindAsync(bench.Repository, AgentBackend.T3Code, bench.Turn(1), "afk-agent.yml", Cancel)).ShouldBe(answer);
        (await bench.Agent.FindAliveAsync(bench.Repository, AgentBackend.T3Code, ["afk-agent.yml"], Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_dies_and_comes_back_says_that_the_turn_is_lost_and_still_knows_what_it_was_sent()
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel);
        await bench.UntilAsync(async () => (await bench.RowAsync(1))!["latestTurn"] is not null);

        await bench.Peer.RestartAsync();

        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Error);
        (await bench.Agent.DispatchAsync(bench.Order(1, "#hang"), Cancel)).ShouldBe(answer);
        (await bench.NewStatusAsync(answer)).ShouldBe(ThreadStatus.Error);
        var next = await bench.Agent.DispatchAsync(bench.Order(2, "go on"), Cancel);
        (await bench.EndOfAsync(next)).ShouldBe(ThreadStatus.Idle);
        next.Url.ShouldBe(answer.Url);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_refused_by_name()
    {
        var bench = await BenchAsync(settings => settings with { Workspaces = "/nowhere/{owner}/{name}" });

        (await bench.Agent.DispatchAsync(bench.Order(1, "anything"), Cancel)).Refusal.ShouldBe($"the folder /nowhere/{bench.Repository.FullName} is not on the T3 Code server");
    }

    [Fact]
    public async Task A_project_that_a_person_made_for_the_folder_is_used()
    {
        var bench = await BenchAsync();
        var made = await bench.SendAsync(new JsonObject { ["type"] = "project.create", ["projectId"] = $"by-hand-{bench.Repository.Id}", ["title"] = "Mine", ["workspaceRoot"] = bench.Folder, ["createdAt"] = "now" });
        made.Status.ShouldBe(200);

        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "anything"), Cancel);

        (await bench.EndOfAsync(answer)).ShouldBe(ThreadStatus.Idle);
        ((string?)(await bench.RowAsync(1))!["projectId"]).ShouldBe($"by-hand-{bench.Repository.Id}");
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_says_nothing_of_a_thread_and_starts_nothing()
    {
        var bench = await BenchAsync();
        var answer = await bench.Agent.DispatchAsync(bench.Order(1, "anything"), Cancel);
        using var stranger = bench.Peer.Agent(bench.Settings with { Token = "garbage" });

        var unread = await Should.ThrowAsync<GitHubFailure>(() => stranger.StatusAsync(bench.Repository, answer.Thread!, Cancel));
        var unsent = await Should.ThrowAsync<GitHubFailure>(() => stranger.DispatchAsync(bench.Order(2, "anything"), Cancel));

        (unread.StatusCode, unsent.StatusCode, unsent.Ambiguous).ShouldBe((401, 401, false));
        (await stranger.LookAsync(Cancel)).TokenAccepted.ShouldBeFalse();
    }

    [Fact]
    public async Task The_server_says_what_it_is_and_what_the_token_may_do()
    {
        var bench = await BenchAsync();
        var condition = await bench.Agent.LookAsync(Cancel);

        (condition.Version, condition.IsTested, condition.TokenAccepted, condition.MissingScopes.Count).ShouldBe(("0.0.42", true, true, 0));
        condition.TokenExpiresAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_command_is_executed_once_and_what_was_rejected_stays_rejected()
    {
        var bench = await BenchAsync();
        var project = new JsonObject { ["type"] = "project.create", ["commandId"] = $"c-{bench.Repository.Id}", ["projectId"] = $"p-{bench.Repository.Id}", ["title"] = "t", ["workspaceRoot"] = bench.Folder, ["createdAt"] = "now" };
        var first = await bench.SendAsync(project.DeepClone().AsObject());
        var again = await bench.SendAsync(project.DeepClone().AsObject());
        (first.Status, again.Status, again.Text).ShouldBe((200, 200, first.Text));

        project["projectId"] = $"q-{bench.Repository.Id}";
        ShouldBeRejected(await bench.SendAsync(project.DeepClone().AsObject()));
        project["commandId"] = $"d-{bench.Repository.Id}";
        ShouldBeRejected(await bench.SendAsync(project.DeepClone().AsObject()));
        project["workspaceRoot"] = bench.Folder + "-other";
        bench.Peer.AddFolder($"{bench.Repository.FullName}-other");
        ShouldBeRejected(await bench.SendAsync(project.DeepClone().AsObject()));
    }

    [Theory]
    [InlineData("""{"type":"nonsense"}""")]
    [InlineData("""{"type":"thread.delete","threadId":""}""")]
    [InlineData("""{"type":"thread.delete"}""")]
    [InlineData("""{"type":"thread.session.stop","threadId":"x"}""")]
    [InlineData("""{"type":"thread.create","threadId":"x","projectId":"x","title":"x","modelSelection":{"instanceId":"codex","model":"m"},"runtimeMode":"full-access","createdAt":"now"}""")]
    [InlineData("""{"type":"thread.create","threadId":"x","projectId":"x","title":"x","modelSelection":{"instanceId":"codex","model":"m"},"runtimeMode":"unheard-of","branch":null,"worktreePath":null,"createdAt":"now"}""")]
    [InlineData("""{"type":"thread.turn.start","threadId":"x","message":{"messageId":"x","role":"user","text":"x"},"runtimeMode":"full-access","interactionMode":"default","createdAt":"now"}""")]
    [InlineData("""{"type":"thread.turn.start","threadId":"x","message":{"messageId":"x","role":"user","text":"x","attachments":[]},"interactionMode":"default","createdAt":"now"}""")]
    [InlineData("""[]""")]
    [InlineData("""no json""")]
    public async Task What_cannot_be_read_is_an_empty_400(string body)
    {
        var bench = await BenchAsync();
        var answer = await bench.SendAsync(JsonLike(body) is { } command ? WithId(command).ToJsonString() : body);

        (answer.Status, answer.Type, answer.Text).ShouldBe((400, null, ""));
    }

    [Theory]
    [InlineData("""{"type":"thread.delete","threadId":"nobody"}""")]
    [InlineData("""{"type":"thread.archive","threadId":"nobody"}""")]
    [InlineData("""{"type":"thread.unarchive","threadId":"nobody"}""")]
    [InlineData("""{"type":"thread.session.stop","threadId":"nobody","createdAt":"now"}""")]
    [InlineData("""{"type":"thread.turn.interrupt","threadId":"nobody","turnId":"x","createdAt":"now"}""")]
    [InlineData("""{"type":"thread.create","threadId":"homeless","projectId":"nothing","title":"x","modelSelection":{"instanceId":"codex","model":"m"},"runtimeMode":"full-access","branch":null,"worktreePath":null,"createdAt":"now"}""")]
    [InlineData("""{"type":"thread.turn.start","threadId":"nobody","message":{"messageId":"x","role":"user","text":"x","attachments":[]},"runtimeMode":"full-access","interactionMode":"default","createdAt":"now"}""")]
    public async Task What_is_not_wanted_is_one_and_the_same_500(string body)
    {
        var bench = await BenchAsync();

        ShouldBeRejected(await bench.SendAsync(WithId(JsonLike(body)!).ToJsonString()));
    }

    [Fact]
    public async Task Doors_that_are_not_there_show_the_web_page_or_nothing()
    {
        var bench = await BenchAsync();

        var page = await bench.AskAsync(HttpMethod.Get, "api/orchestration/nothing");
        (page.Status, page.Type).ShouldBe((200, "text/html"));
        (await bench.AskAsync(HttpMethod.Post, "api/orchestration/shell", "{}")).Status.ShouldBe(404);
        (await bench.AskAsync(HttpMethod.Get, "api/orchestration/dispatch")).Type.ShouldBe("text/html");
        var unknown = await bench.AskAsync(HttpMethod.Get, "api/orchestration/threads/nobody");
        (unknown.Status, (string?)JsonNode.Parse(unknown.Text)!["reason"]).ShouldBe((404, "thread_not_found"));
        (await bench.AskAsync(HttpMethod.Get, "api/orchestration/shell", body: null, token: null)).Status.ShouldBe(401);
        (await bench.AskAsync(HttpMethod.Get, "api/orchestration/shell", body: null, token: "garbage")).Status.ShouldBe(401);
        (await bench.AskAsync(HttpMethod.Post, "api/orchestration/dispatch", "{}", token: null)).Status.ShouldBe(401);
    }

    private static void ShouldBeRejected((int Status, string? Type, string Text) answer)
    {
        answer.Status.ShouldBe(500, answer.Text);
        ((string?)JsonNode.Parse(answer.Text)!["reason"]).ShouldBe("orchestration_dispatch_failed");
    }

    private static JsonObject? JsonLike(string body) => body.StartsWith('{') ? JsonNode.Parse(body)!.AsObject() : null;

    private static JsonObject WithId(JsonObject command)
    {
        command["commandId"] = $"command-{Guid.NewGuid()}";
        return command;
    }

    private async Task<Bench> BenchAsync(Func<T3CodeSettings, T3CodeSettings>? change = null)
    {
        var peer = await PeerAsync();
        var id = 7_000 + Interlocked.Increment(ref repositories);
        var repository = new RepositoryKey(id, $"octo/widgets-{id}", 1);
        var folder = peer.AddFolder(repository.FullName);
        var settings = new T3CodeSettings
        {
            BaseAddress = peer.Address,
            Token = peer.Token,
            Workspaces = folder.Replace(repository.FullName, "{owner}/{name}", StringComparison.Ordinal),
            Model = "gpt-fake",
        };
        settings = change?.Invoke(settings) ?? settings;
        return new(peer, settings, repository, folder);
    }

    /// <summary>One case's place: its repository, and an agent for it.</summary>
    private sealed class Bench(T3Peer peer, T3CodeSettings settings, RepositoryKey repository, string folder)
    {
        public T3Peer Peer => peer;

        public T3CodeSettings Settings => settings;

        public RepositoryKey Repository => repository;

        public string Folder => folder;

        public T3CodeAgent Agent { get; } = peer.Agent(settings);

        public TurnId Turn(int ordinal) => new(RunId.FromEvent($"LE_{repository.Id}"), ordinal);

        public string ThreadOf(int ordinal) => $"afk-{repository.Id}-{Turn(ordinal)}";

        public TurnOrder Order(int ordinal, string prompt) => new(repository, 12, Turn(ordinal), ordinal == 1 ? TurnKind.First : TurnKind.Corrective, Delivery.Trunk, "main", Sha, "main", "afk-agent.yml", prompt);

        public Task<ThreadStatus> StatusAsync(DispatchAnswer answer) => Agent.StatusAsync(repository, answer.Thread!, Cancel);

        /// <summary>Asked by somebody who has not read before.</summary>
        public async Task<ThreadStatus> NewStatusAsync(DispatchAnswer answer)
        {
            using var another = peer.Agent(settings);
            return await another.StatusAsync(repository, answer.Thread!, Cancel);
        }

        public async Task<ThreadStatus> EndOfAsync(DispatchAnswer answer)
        {
            await UntilAsync(async () => await NewStatusAsync(answer) is not ThreadStatus.Running);
            return await NewStatusAsync(answer);
        }

        public Task<TurnReport?> ReportAsync(DispatchAnswer answer, int ordinal) => Agent.ReportAsync(repository, answer.Thread!, Turn(ordinal), Cancel);

        public async Task UntilAsync(Func<Task<bool>> isSo)
        {
            for (var look = 0; look < 300; look++)
            {
                if (await isSo())
                {
                    return;
                }

                await peer.PassAsync();
            }

            throw new InvalidOperationException("It did not come about within half a minute.");
        }

        public async Task<JsonNode?> RowAsync(int ordinal)
        {
            var shell = JsonNode.Parse((await AskAsync(HttpMethod.Get, "api/orchestration/shell")).Text)!;
            return shell["threads"]!.AsArray().FirstOrDefault(row => (string?)row!["id"] == ThreadOf(ordinal));
        }

        public async Task<JsonNode> DetailAsync(int ordinal) => JsonNode.Parse((await AskAsync(HttpMethod.Get, $"api/orchestration/threads/{ThreadOf(ordinal)}")).Text)!;

        public Task<(int Status, string? Type, string Text)> SendAsync(JsonObject command) => SendAsync((command.ContainsKey("commandId") ? command : WithId(command)).ToJsonString());

        public Task<(int Status, string? Type, string Text)> SendAsync(string body) => AskAsync(HttpMethod.Post, "api/orchestration/dispatch", body);

        public Task<(int Status, string? Type, string Text)> AskAsync(HttpMethod method, string path, string? body = null) => AskAsync(method, path, body, peer.Token);

        public async Task<(int Status, string? Type, string Text)> AskAsync(HttpMethod method, string path, string? body, string? token)
        {
            using var client = new HttpClient(peer.Wire()) { Timeout = TimeSpan.FromSeconds(10) };
            using var request = new HttpRequestMessage(method, new Uri(peer.Address, path));
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request, Cancel);
            return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(Cancel));
        }
    }
}

/// <summary>A T3 Code server to hold the contract against.</summary>
internal sealed record T3Peer(Uri Address, string Token, TimeProvider Time, Func<HttpMessageHandler> Wire, Func<string, string> AddFolder, Func<Task> PassAsync, Func<Task> RestartAsync)
{
    public T3CodeAgent Agent(T3CodeSettings settings) => new(settings, TimeSpan.FromSeconds(10), Time, Wire(), TimeProvider.System);
}

/// <summary>Against the real server.</summary>
public sealed class RealT3CodeTests(RealT3CodeTests.Server server) : T3CodeContract, IClassFixture<RealT3CodeTests.Server>
{
    private protected override Task<T3Peer> PeerAsync() => server.PeerAsync();

    /// <summary>One for all cases, started by the first: a fixture that is skipped would be a failure.</summary>
    public sealed class Server : IAsyncDisposable
    {
        private readonly SemaphoreSlim starting = new(1, 1);
        private T3CodeServer? started;

        public async ValueTask DisposeAsync()
        {
            starting.Dispose();
            if (started is not null)
            {
                await started.DisposeAsync();
            }
        }

        internal async Task<T3Peer> PeerAsync()
        {
            await starting.WaitAsync(Cancel);
            try
            {
                started ??= await T3CodeServer.StartAsync(Cancel);
            }
            finally
            {
                starting.Release();
            }

            return new(started.Address, started.Token, TimeProvider.System, GitHubConnection.Sockets, started.AddFolder, () => Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel), () => started.RestartAsync(Cancel));
        }
    }
}

/// <summary>Against the simulated one.</summary>
public sealed class SimulatedT3CodeTests : T3CodeContract
{
    private static readonly string PublicKeyPem = Key();

    private protected override Task<T3Peer> PeerAsync()
    {
        var clock = new ManualClock();
        var gitHub = new SimulatedGitHub(clock, new SimulatorOptions { AppPublicKeyPem = PublicKeyPem });
        var quick = new TurnScript { Pushes = false, Takes = TimeSpan.FromMilliseconds(200) };
        gitHub.ScriptT3Prompts("#pushed", quick with { LastMessage = "The work is done.\n\nPushed-Commit: 0123456789abcdef0123456789abcdef01234567" });
        gitHub.ScriptT3Prompts("#nothing", quick with { LastMessage = "I looked at it.\n\nAFK-Result: nothing-to-do\nIt works already." });
        gitHub.ScriptT3Prompts("#slow", quick with { Takes = TimeSpan.FromSeconds(2) });
        gitHub.ScriptT3Prompts("#slow #pushed", quick with { Takes = TimeSpan.FromSeconds(2), LastMessage = "The work is done.\n\nPushed-Commit: 0123456789abcdef0123456789abcdef01234567" });
        gitHub.ScriptT3Prompts("#hang", quick with { Ends = TurnEnd.Hang });
        gitHub.ScriptT3Prompts("#fail", quick with { Ends = TurnEnd.Failure });
        gitHub.ScriptT3Prompts("#refuse", quick with { Ends = TurnEnd.NeverStarts });
        gitHub.ScriptT3Prompts("#die", quick with { Ends = TurnEnd.Cancelled });
        gitHub.ScriptT3Prompts("#approve", quick with { Ends = TurnEnd.Waiting });
        gitHub.ScriptT3Prompts("#ask", quick with { Ends = TurnEnd.ActionRequired });
        return Task.FromResult(new T3Peer(gitHub.T3CodeUrl, gitHub.T3CodeToken, clock, () => new Passing(clock, gitHub.CreateHandler()), Add, Pass, Restart));

        string Add(string name)
        {
            gitHub.AddT3Folder($"/srv/clones/{name}");
            return $"/srv/clones/{name}";
        }

        Task Restart()
        {
            gitHub.RestartT3Code();
            return Task.CompletedTask;
        }

        Task Pass()
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            gitHub.RunDue();
            return Task.CompletedTask;
        }
    }

    /// <summary>Time passes from request to request, as it does with a real server.</summary>
    private sealed class Passing(ManualClock clock, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return base.SendAsync(request, cancellationToken);
        }
    }

    private static string Key()
    {
        using var key = RSA.Create(2048);
        return key.ExportSubjectPublicKeyInfoPem();
    }
}
