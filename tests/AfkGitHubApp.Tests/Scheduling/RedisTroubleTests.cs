using System.Collections.Concurrent;
using AfkGitHubApp.Acting;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>Redis is absent, away, silent, unwilling or of another time: nothing is lost, nothing is done without it, and it recovers by itself.</summary>
public sealed class RedisTroubleTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly StoreTimings AtOnce = new(Lease, TimeSpan.FromSeconds(5)) { Rest = TimeSpan.Zero };
    private static readonly RepositoryKey Widgets = new(1001, "octo/widgets", 7);

    /// <summary>The bound of an exchange, and what a busy machine may add.</summary>
    private static readonly TimeSpan BoundAndSlack = RedisConnection.Bound + TimeSpan.FromSeconds(8);

    private readonly ManualClock clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await redis.Server.FlushAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Absent_at_the_start_it_is_said_deliveries_are_refused_and_when_it_appears_everything_works()
    {
        await using var server = await RedisServer.StartAsync(Token);
        await server.StopAsync();
        using var logs = new CollectingLogs();
        await using var tester = await AfkTester.OverSocketsAsync(services => services.AddSingleton<ILoggerProvider>(logs), ("ConnectionStrings:Redis", server.ConnectionString));

        (await tester.GetAsync("/healthz/live")).Status.ShouldBe(200);
        var (status, text) = await tester.GetAsync("/healthz/ready");
        status.ShouldBe(503);
        text.ShouldContain($"Redis at {server.ConnectionString}: no connection; deliveries are refused and nothing is ticked until it answers");
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(2) });
        var refused = tester.TakeDeliveries();
        refused.Count(IsLabelled).ShouldBe(1);
        foreach (var delivery in refused)
        {
            var (answer, retryAfter) = await tester.PostAsync(delivery);
            if (IsLabelled(delivery))
            {
                answer.ShouldBe(503);
                retryAfter.ShouldBe(TimeSpan.FromSeconds(10));
            }
        }

        var said = logs.Lines.Where(line => line.Contains($"Redis at {server.ConnectionString} cannot be asked", StringComparison.Ordinal)).ToList();
        said.ShouldNotBeEmpty();
        said.ShouldBeUnique("it is said once, not at each question");

        await server.RestartAsync(Token);
        await Eventually.BecomesTrueAsync(async () => (await tester.GetAsync("/healthz/ready")).Status == 200, "it is never ready");
        foreach (var delivery in refused)
        {
            (await tester.PostAsync(delivery)).Status.ShouldBeInRange(200, 299);
        }

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_serving_process_without_Redis_lives_on_and_works_when_it_appears()
    {
        await using var server = await RedisServer.StartAsync(Token);
        await server.StopAsync();
        await using var app = Serving(server);
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await Eventually.BecomesTrueAsync(async () => (await StatusAsync("/healthz/ready")) == 503, "it says that it is ready");

        await server.RestartAsync(Token);
        await Eventually.BecomesTrueAsync(async () => (await StatusAsync("/healthz/ready")) == 200, "it is never ready");
        await RawRedis.AskAsync(server, "HSET", RedisKeys.Shard(RedisKeys.ShardOf(Widgets))!, "bornAt", "1");
        await app.Services.GetRequiredService<IDueQueue>().NudgeAsync(new Nudge(Widgets, "issues"), Token);

        var history = app.Services.GetRequiredService<ITickHistory>();
        await Eventually.BecomesTrueAsync(async () => (await history.LatestAsync(1, Token)).Count == 1, "no worker ticks");
        (await StatusAsync("/healthz/live")).ShouldBe(200);
        await app.StopAsync(Token);

        async Task<int> StatusAsync(string path)
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Token);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task A_frozen_server_makes_every_call_end_within_its_bound_and_when_it_thaws_everything_goes_on()
    {
        await using var server = await RedisServer.StartAsync(Token);
        var replica = redis.Connect(clock, AtOnce, server.ConnectionString);
        var claim = (await replica.Queue.ClaimAsync(Widgets, Token)).ShouldNotBeNull();
        var key = new EffectKey(new TurnId(Sample.Run().Id, 1), "dispatch");
        await server.FreezeAsync();

        var since = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(
            Unavailable(() => replica.Queue.NudgeAsync(new Nudge(Widgets, "push"), Token)),
            Unavailable(() => replica.Queue.ClaimAsync(Token)),
            Unavailable(() => replica.Queue.ClaimAsync(Widgets, Token)),
            Unavailable(() => replica.Queue.UnknownAsync([Widgets], Token)),
            Unavailable(() => replica.Queue.NextDueAsync(Token)),
            Unavailable(() => replica.Queue.RenewAsync(claim.Lease, Token)),
            Unavailable(() => replica.Queue.SettleAsync(claim.Lease, null, Token)),
            Unavailable(() => replica.Records.SaveAsync(claim.Lease, Sample.Idle(Widgets), Token)),
            Unavailable(() => replica.Records.AllAsync(Token)),
            Unavailable(() => replica.Journal.BeginAsync(claim.Lease, key, Token)),
            Unavailable(() => replica.Journal.RestartAsync(claim.Lease, key, Token)),
            Unavailable(() => replica.Journal.FinishAsync(claim.Lease, key, "done", Token)),
            Unavailable(() => replica.Journal.AbandonAsync(claim.Lease, key, Token)),
            Unavailable(() => replica.History.LatestAsync(1, Token)),
            Unavailable(() => replica.KillSwitch.ReadAsync(Token)),
            Unavailable(() => replica.KillSwitch.SetAsync(on: false, Token)));
        TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(BoundAndSlack);
        claim.Lease.Lost.IsCancellationRequested.ShouldBeTrue("a lease that could not be renewed is lost");
        await Should.ThrowAsync<LeaseLostException>(() => claim.Lease.ConfirmAsync(TimeSpan.FromSeconds(1), Token));
        (await replica.Health.CheckAsync(Token)).IsReady.ShouldBeFalse();

        await server.ThawAsync();
        await Eventually.BecomesTrueAsync(async () => (await replica.Health.CheckAsync(Token)).IsReady, "it does not come back");
        await replica.Queue.NudgeAsync(new Nudge(Widgets, "push"), Token);

        // What was asked while it was frozen was done after all, when nobody waited for it any more: a claim that nobody has runs out.
        clock.Advance(Lease);
        (await replica.Queue.ClaimAsync(Token)).ShouldNotBeNull().Lease.Repository.ShouldBe(Widgets);
    }

    [Fact]
    public async Task A_server_frozen_at_the_start_is_found_when_it_thaws()
    {
        await using var server = await RedisServer.StartAsync(Token);
        await server.FreezeAsync();
        var replica = redis.Connect(clock, AtOnce, server.ConnectionString);
        var since = TimeProvider.System.GetTimestamp();
        await Should.ThrowAsync<StoreUnavailableException>(() => replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token));
        TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(BoundAndSlack);

        await server.ThawAsync();

        await Eventually.BecomesTrueAsync(async () => (await replica.Health.CheckAsync(Token)).IsReady, "it is never found");
        (await replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token)).ShouldBe(NudgeOutcome.Due);
    }

    [Fact]
    public async Task A_server_whose_name_cannot_be_resolved_is_away()
    {
        using var logs = new CollectingLogs();
        var replica = redis.Connect(clock, AtOnce, "redis.invalid:6379", logger: LoggerOf(logs));

        for (var ask = 0; ask < 2; ask++)
        {
            (await Should.ThrowAsync<StoreUnavailableException>(() => replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token))).Message.ShouldStartWith("Redis at redis.invalid:6379: ");
        }

        (await replica.Health.CheckAsync(Token)).IsReady.ShouldBeFalse();
    }

    [Fact]
    public async Task A_connection_that_stays_silent_is_replaced()
    {
        await using var network = new RedisProxy(redis.Server);
        var wireTime = new ManualClock();
        using var logs = new CollectingLogs();
        var replica = redis.Connect(clock, AtOnce, network.ConnectionString, wireTime, LoggerOf(logs));
        await replica.KillSwitch.ReadAsync(Token);
        network.Silence();
        var opened = network.Opened;

        for (var waited = TimeSpan.Zero; waited <= TimeSpan.FromSeconds(16); waited += RedisConnection.Bound)
        {
            var asked = replica.KillSwitch.ReadAsync(Token);
            wireTime.Advance(RedisConnection.Bound);
            (await Should.ThrowAsync<StoreUnavailableException>(asked.WithPatienceAsync())).Message.ShouldContain("no answer within 2 s");
        }

        network.Opened.ShouldBe(opened, "a short silence is no reason to open another one");
        await replica.KillSwitch.ReadAsync(Token).WithPatienceAsync();
        network.Opened.ShouldBeGreaterThan(opened);
        logs.Lines.ShouldContain(line => line.Contains("is replaced by a new one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Killed_connections_lose_neither_a_callers_answer_nor_a_repository()
    {
        const int Callers = 64;
        var replica = redis.Connect(clock, AtOnce);
        await replica.KillSwitch.ReadAsync(Token);
        var over = false;
        var answered = 0;
        var refused = 0;
        var callers = Enumerable.Range(1, Callers).Select(id => Work(new RepositoryKey(id, $"octo/r{id}", 7))).ToList();

        for (var storm = 0; storm < 25; storm++)
        {
            var before = Volatile.Read(ref answered);
            await RawRedis.AskAsync(redis.Server, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await RawRedis.AskAsync(redis.Server, "CLIENT", "KILL", "TYPE", "pubsub");
            await Eventually.BecomesTrueAsync(() => Volatile.Read(ref answered) > before + Callers, "the callers do not come back");
        }

        Volatile.Write(ref over, true);
        await Task.WhenAll(callers).WithPatienceAsync();
        refused.ShouldBeGreaterThan(0, "no storm hit anybody");

        // Whatever was cut short: a nudge sent again is harmless, a claim without holder runs out, and every repository is found.
        foreach (var id in Enumerable.Range(1, Callers))
        {
            await replica.Queue.NudgeAsync(new Nudge(new RepositoryKey(id, $"octo/r{id}", 7), "issues"), Token);
        }

        clock.Advance(Lease);
        var found = new HashSet<long>();
        while (await replica.Queue.ClaimAsync(Token) is { } claim)
        {
            found.Add(claim.Lease.Repository.Id).ShouldBeTrue();
        }

        found.Count.ShouldBe(Callers);

        async Task Work(RepositoryKey repository)
        {
            while (!Volatile.Read(ref over))
            {
                try
                {
                    await replica.Queue.NudgeAsync(new Nudge(repository, "issues"), Token);
                    if (await replica.Queue.ClaimAsync(repository, Token) is { } claim)
                    {
                        await replica.Records.SaveAsync(claim.Lease, Sample.Idle(repository), Token);
                        await replica.Queue.SettleAsync(claim.Lease, clock.GetUtcNow(), Token);
                    }

                    Interlocked.Increment(ref answered);
                }
                catch (Exception trouble) when (trouble is StoreUnavailableException or LeaseLostException)
                {
                    Interlocked.Increment(ref refused);
                    await Task.Yield();
                }
            }
        }
    }

    [Fact]
    public async Task Eight_continuations_that_block_stop_nobody_else()
    {
        var replica = redis.Connect(clock, AtOnce);
        await replica.KillSwitch.ReadAsync(Token);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocked = 0;
#pragma warning disable xUnit1031 // That somebody blocks is what this is about.
        var blockers = Enumerable.Range(0, 8).Select(_ => replica.Connection.AskAsync(database => database.StringGetAsync("nothing"), Token).ContinueWith(
            _ =>
            {
                Interlocked.Increment(ref blocked);
                release.Task.Wait(TimeSpan.FromSeconds(60));
            },
            Token,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default)).ToList();
#pragma warning restore xUnit1031
        try
        {
            await Eventually.BecomesTrueAsync(() => Volatile.Read(ref blocked) == 8, "not all of them could even begin to block");
            for (var ask = 0; ask < 20; ask++)
            {
                await replica.KillSwitch.ReadAsync(Token);
            }
        }
        finally
        {
            release.SetResult();
            await Task.WhenAll(blockers);
        }
    }

    [Theory]
    [InlineData("-LOADING Redis is loading the dataset in memory")]
    [InlineData("-READONLY You can't write against a read only replica.")]
    [InlineData("-OOM command not allowed when used memory > 'maxmemory'.")]
    [InlineData("-BUSY Redis is busy running a script.")]
    [InlineData("-MISCONF Errors writing to the AOF file: No space left on device")]
    public async Task What_an_unwilling_server_says_is_passed_on(string words)
    {
        await using var network = new RedisProxy(redis.Server);
        var replica = redis.Connect(clock, AtOnce, network.ConnectionString);
        await replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);
        network.Answer = words;

        var refused = await Should.ThrowAsync<StoreUnavailableException>(() => replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token));

        refused.Message.ShouldBe($"Redis at {network.ConnectionString}: {words[1..]}");
        network.Answer = null;
        await replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);
    }

    [Fact]
    public async Task A_server_that_is_out_of_memory_says_so()
    {
        await using var server = await RedisServer.StartAsync(Token);
        var replica = redis.Connect(clock, AtOnce, server.ConnectionString);
        await RawRedis.AskAsync(server, "CONFIG", "SET", "maxmemory", "1");

        (await Should.ThrowAsync<StoreUnavailableException>(() => replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token))).Message.ShouldContain("OOM command not allowed");
    }

    [Theory]
    [InlineData("the-wrong-password")]
    [InlineData(null)]
    public async Task A_password_that_is_wrong_or_missing_is_said_and_no_password_is_ever_shown(string? given)
    {
        const string Right = "the-right-password";
        await using var server = await RedisServer.StartAsync(Token);
        await RawRedis.AskAsync(server, "CONFIG", "SET", "requirepass", Right);
        using var logs = new CollectingLogs();
        var replica = redis.Connect(clock, AtOnce, server.ConnectionString + (given is null ? "" : $",password={given}"), logger: LoggerOf(logs));

        var refused = await Should.ThrowAsync<StoreUnavailableException>(() => replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token));

        // The client learns why it is not let in a moment after it knows that it is not.
        var condition = await replica.Health.CheckAsync(Token);
        await Eventually.BecomesTrueAsync(async () => (condition = await replica.Health.CheckAsync(Token)).Why.Contains("authentication failed", StringComparison.Ordinal), "why it is not let in is never said");

        condition.IsReady.ShouldBeFalse();
        logs.Lines.ShouldContain(line => line.Contains("authentication failed", StringComparison.Ordinal));
        var said = string.Join('\n', [refused.ToString(), condition.Why, replica.Health.Name, .. logs.Lines]);
        said.ShouldNotContain("password=");
        said.ShouldNotContain(given ?? Right);
    }

    [Fact]
    public async Task The_right_password_opens_it_and_is_never_shown()
    {
        const string Right = "the-right-password";
        await using var server = await RedisServer.StartAsync(Token);
        await RawRedis.AskAsync(server, "CONFIG", "SET", "requirepass", Right);
        using var logs = new CollectingLogs();
        var replica = redis.Connect(clock, AtOnce, $"{server.ConnectionString},password={Right}", logger: LoggerOf(logs));
        (await replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token)).ShouldBe(NudgeOutcome.Due);
        var ready = await replica.Health.CheckAsync(Token);
        ready.IsReady.ShouldBeTrue();

        await server.StopAsync();
        var away = await Should.ThrowAsync<StoreUnavailableException>(() => replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token));

        string.Join('\n', [away.ToString(), ready.Why, (await replica.Health.CheckAsync(Token)).Why, .. logs.Lines]).ShouldNotContain(Right);
    }

    [Theory]
    [InlineData(7, "ahead of")]
    [InlineData(-7, "behind")]
    public async Task A_machine_whose_clock_is_seven_seconds_off_is_not_ready_and_its_due_times_are_right_nevertheless(int seconds, string word)
    {
        var skew = TimeSpan.FromSeconds(seconds);
        var skewed = new ManualClock(clock.GetUtcNow() + skew);
        var right = redis.Connect(clock, AtOnce);
        var wrong = redis.Connect(skewed, AtOnce, wireTime: new ShiftedTime(skew));

        var condition = await wrong.Health.CheckAsync(Token);
        condition.IsReady.ShouldBeFalse();
        condition.Why.ShouldContain($"the clock of this machine is 7.0 s {word} that of Redis at");
        (await right.Health.CheckAsync(Token)).IsReady.ShouldBeTrue();

        // Neither early nor late, in either direction: what the exchange took is all that may be missing.
        var claim = (await right.Queue.ClaimAsync(Widgets, Token)).ShouldNotBeNull();
        await right.Queue.SettleAsync(claim.Lease, clock.GetUtcNow() + TimeSpan.FromSeconds(30), Token);
        ((await wrong.Queue.NextDueAsync(Token)).ShouldNotBeNull() - skewed.GetUtcNow()).TotalSeconds.ShouldBe(30, tolerance: 1);
        skewed.Advance(TimeSpan.FromSeconds(29));
        (await wrong.Queue.ClaimAsync(Token)).ShouldBeNull();
        skewed.Advance(TimeSpan.FromSeconds(2));
        var late = (await wrong.Queue.ClaimAsync(Token)).ShouldNotBeNull();
        await wrong.Queue.SettleAsync(late.Lease, skewed.GetUtcNow() + TimeSpan.FromSeconds(30), Token);
        clock.Advance(TimeSpan.FromSeconds(31));
        ((await right.Queue.NextDueAsync(Token)).ShouldNotBeNull() - clock.GetUtcNow()).TotalSeconds.ShouldBe(30, tolerance: 1);
    }

    [Theory]
    [InlineData(-600)]
    [InlineData(600)]
    public async Task Even_the_first_word_of_a_machine_whose_clock_is_wrong_is_right(int seconds)
    {
        var skew = TimeSpan.FromSeconds(seconds);
        var right = redis.Connect(clock, AtOnce);
        var wrong = redis.Connect(new ManualClock(clock.GetUtcNow() + skew), AtOnce, wireTime: new ShiftedTime(skew));

        await wrong.Queue.NudgeAsync(new Nudge(Widgets, "command"), Token);

        ((await right.Queue.NextDueAsync(Token)).ShouldNotBeNull() - clock.GetUtcNow()).TotalSeconds.ShouldBe(0, tolerance: 1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public async Task A_machine_whose_clock_is_three_seconds_off_is_ready(int seconds)
    {
        var replica = redis.Connect(clock, AtOnce, wireTime: new ShiftedTime(TimeSpan.FromSeconds(seconds)));

        (await replica.Health.CheckAsync(Token)).IsReady.ShouldBeTrue();

        replica.StoreClock.Offset.TotalSeconds.ShouldBe(-seconds, tolerance: 1);
    }

    [Fact]
    public async Task Clocks_that_agree_differ_by_nothing_however_often_they_are_compared()
    {
        var replica = redis.Connect(clock, AtOnce);
        for (var look = 0; look < 100; look++)
        {
            await replica.Health.CheckAsync(Token);
            replica.StoreClock.Offset.ShouldBe(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Lost_in_the_middle_of_a_tick_nothing_is_written_to_GitHub_before_it_is_back_and_then_the_run_ends_right()
    {
        var (expected, requests) = await LoseAsync(atRequest: 0, forgets: false);
        requests.ShouldBeGreaterThan(20);
        var worlds = new ConcurrentDictionary<int, string>();
        await Parallel.ForEachAsync(Enumerable.Range(1, requests), new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Token }, async (at, _) =>
            worlds[at] = (await LoseAsync(at, forgets: at % 2 == 0)).World);

        var handedOver = "open=True labels=[ready-for-human] comments=2 turns=0";
        worlds.Where(each => each.Value != expected && each.Value != handedOver).ShouldBeEmpty();

        // Only between the in-progress label and its marker may a store that forgot leave nothing to go on from.
        worlds.Values.Count(world => world == handedOver).ShouldBeLessThanOrEqualTo(3);
    }

    private static async Task<(string World, int Requests)> LoseAsync(int atRequest, bool forgets)
    {
        await using var server = await RedisServer.StartAsync(Token);
        await using var network = new RedisProxy(server);
        var wire = new ForgettingWire
        {
            AtRequest = atRequest,
            Point = CrashPoint.AfterPerforming,
            Happens = () =>
            {
                network.Cut();
                return forgets ? server.StopAsync() : Task.CompletedTask;
            },
        };
        await using var tester = await AfkTester.InProcessAsync(wire.Around, ("ConnectionStrings:Redis", network.ConnectionString));
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(2) });
        var end = tester.Clock.GetUtcNow() + TimeSpan.FromMinutes(20);
        var isBack = false;
        while (tester.Clock.GetUtcNow() < end)
        {
            try
            {
                await tester.EnrolAsync();
                await tester.PassAsync(TimeSpan.FromSeconds(30));
            }
            catch (StoreUnavailableException) when (!isBack)
            {
                // Noticed by whoever asked it first after the tick.
            }

            if (!isBack && wire.HasHappened)
            {
                isBack = true;
                wire.WritesSince.ShouldBe(0, $"lost after request {atRequest}");
                if (forgets)
                {
                    await server.RestartAsync(Token);
                }

                network.Mend();
                var health = tester.Services.GetRequiredService<IStoreHealth>();
                await Eventually.BecomesTrueAsync(async () => (await health.CheckAsync(Token)).IsReady, "it does not come back");
            }
        }

        wire.HasHappened.ShouldBe(atRequest > 0);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, $"lost after request {atRequest}");
        return ($"{WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue)} turns={tester.GitHub.Journal.Effects<TurnWorked>().Count}", wire.Requests);
    }

    private static bool IsLabelled(WebhookDelivery delivery) => delivery is { Event: "issues", Action: "labeled" };

    private static async Task Unavailable(Func<Task> call) => (await Should.ThrowAsync<StoreUnavailableException>(call)).Message.ShouldContain("no answer within 2 s");

    private static ILogger<RedisConnection> LoggerOf(CollectingLogs logs) => LoggerFactory.Create(logging => logging.AddProvider(logs)).CreateLogger<RedisConnection>();

    private static WebApplication Serving(RedisServer server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(ValidSettings.With(("ConnectionStrings:Redis", server.ConnectionString), ("Afk:KillSwitch", "false"), ("Afk:Allowlist", "octo/widgets")));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return AfkApp.Build(builder, ValidSettings.Read(builder.Configuration), Surroundings.Real with { Wire = () => new NoGitHub() });
    }

    private sealed class NoGitHub : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new HttpRequestException("There is no GitHub here.");
    }

    /// <summary>The machine's clock, wrong by that much.</summary>
    private sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
