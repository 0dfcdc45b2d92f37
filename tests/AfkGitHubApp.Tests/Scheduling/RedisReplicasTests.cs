using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AfkGitHubApp.Acting;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>Several replicas on one Redis.</summary>
public sealed class RedisReplicasTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const string UnknownId = "1001";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan NudgeGap = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly StoreTimings Timings = new(Lease, NudgeGap);
    private static readonly StoreTimings AtOnce = Timings with { Rest = TimeSpan.Zero };
    private static readonly RepositoryKey Widgets = new(1001, "octo/widgets", 7);
    private static readonly RepositoryKey Gadgets = new(1002, "octo/gadgets", 7);
    private readonly ManualClock clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await redis.Server.FlushAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Many_replicas_that_race_get_each_due_repository_once_and_lose_none()
    {
        const int Repositories = 300;
        var replicas = Enumerable.Range(0, 8).Select(_ => Replica()).ToList();
        await Parallel.ForEachAsync(Enumerable.Range(1, Repositories), Token, async (id, token) =>
            (await replicas[id % replicas.Count].Queue.NudgeAsync(new Nudge(new RepositoryKey(id, $"octo/r{id}", 7), "issues"), token)).ShouldBe(NudgeOutcome.Due));

        var claimed = new ConcurrentBag<(int Replica, long Id, long Fence)>();
        await Task.WhenAll(replicas.Select(async (replica, number) =>
        {
            while (await replica.Queue.ClaimAsync(Token) is { } claim)
            {
                claimed.Add((number, claim.Lease.Repository.Id, claim.Lease.Fence));
            }
        }));

        claimed.Select(each => each.Id).Order().ShouldBe(Enumerable.Range(1, Repositories).Select(id => (long)id));
        claimed.Select(each => each.Replica).Distinct().Count().ShouldBeGreaterThan(1, "only one replica claimed: there was no race");
    }

    [Fact]
    public async Task Replicas_that_claim_tick_and_settle_in_turn_never_hold_one_repository_together()
    {
        const int Turns = 300;
        var replicas = Enumerable.Range(0, 6).Select(_ => Replica()).ToList();
        var holders = 0;
        var done = 0;
        var together = false;
        await replicas[0].Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);

        await Task.WhenAll(replicas.Select(async replica =>
        {
            while (Volatile.Read(ref done) < Turns)
            {
                if (await replica.Queue.ClaimAsync(Token) is not { } claim)
                {
                    continue;
                }

                together |= Interlocked.Increment(ref holders) > 1;
                await replica.Records.SaveAsync(claim.Lease, Sample.Idle(Widgets), Token);
                Interlocked.Decrement(ref holders);
                Interlocked.Increment(ref done);
                (await replica.Queue.SettleAsync(claim.Lease, clock.GetUtcNow(), Token)).ShouldBe(SettleOutcome.Waiting);
            }
        })).WithPatienceAsync();

        together.ShouldBeFalse();
    }

    [Fact]
    public async Task Whatever_an_old_holder_writes_after_a_new_claim_of_another_replica_is_refused()
    {
        var (old, next) = (Replica(), Replica());
        var key = new EffectKey(new TurnId(RunId.FromEvent("LE_1"), 1), "dispatch");
        var stale = await TakeAsync(old, Widgets);
        await old.Journal.BeginAsync(stale.Lease, key, Token);
        clock.Advance(Lease);
        var holding = await TakeAsync(next, Widgets);
        await next.Records.SaveAsync(holding.Lease, Sample.With(Widgets, Sample.Run()), Token);
        var before = await ContentAsync();

        (await old.Queue.RenewAsync(stale.Lease, Token)).ShouldBeFalse();
        await Should.ThrowAsync<LeaseLostException>(() => stale.Lease.ConfirmAsync(TimeSpan.FromSeconds(1), Token));
        await Should.ThrowAsync<LeaseLostException>(() => old.Records.SaveAsync(stale.Lease, Sample.Idle(Widgets), Token));
        await Should.ThrowAsync<LeaseLostException>(() => old.Journal.BeginAsync(stale.Lease, key with { Ordinal = 1 }, Token));
        await Should.ThrowAsync<LeaseLostException>(() => old.Journal.RestartAsync(stale.Lease, key, Token));
        await Should.ThrowAsync<LeaseLostException>(() => old.Journal.FinishAsync(stale.Lease, key, "late", Token));
        await Should.ThrowAsync<LeaseLostException>(() => old.Journal.AbandonAsync(stale.Lease, key, Token));
        await old.History.AddAsync(stale.Lease, Result("late"), Token);
        (await old.Queue.SettleAsync(stale.Lease, null, Token)).ShouldBe(SettleOutcome.Fenced);

        (await ContentAsync()).ShouldBe(before);
        (await next.Queue.RenewAsync(holding.Lease, Token)).ShouldBeTrue();
        await next.History.AddAsync(holding.Lease, Result("in time"), Token);
        (await old.History.LatestAsync(10, Token)).ShouldHaveSingleItem().Why.ShouldBe("in time");
    }

    [Fact]
    public async Task A_nudge_ends_another_replicas_wait_at_once()
    {
        var (told, idle) = (Replica(), Replica());
        (await idle.Queue.ClaimAsync(Token)).ShouldBeNull();
        var waiting = idle.Queue.WaitForWorkAsync(Hour, Token);
        waiting.IsCompleted.ShouldBeFalse();

        await told.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);

        await waiting.WithPatienceAsync();
        (await idle.Queue.ClaimAsync(Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task With_every_message_lost_a_nudge_costs_the_poll_interval_and_no_more()
    {
        await using var network = new RedisProxy(redis.Server) { LosesMessages = true };
        var (told, deaf) = (Replica(), redis.Connect(clock, AtOnce, network.ConnectionString));
        (await deaf.Queue.ClaimAsync(Token)).ShouldBeNull();
        var waiting = deaf.Queue.WaitForWorkAsync(NudgeGap, Token);

        await told.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);
        await Eventually.BecomesTrueAsync(() => network.Withheld > 0, "no message was on its way");
        waiting.IsCompleted.ShouldBeFalse();
        clock.Advance(NudgeGap);

        await waiting.WithPatienceAsync();
        (await deaf.Queue.ClaimAsync(Token)).ShouldNotBeNull().Trigger.ShouldBe("issues");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-ERR unknown command 'SUBSCRIBE'")]
    [InlineData("-NOPERM this user has no permissions to access one of the channels used as arguments")]
    public async Task A_replica_whose_wish_to_hear_messages_is_refused_or_never_answered_works_by_polling(string answer)
    {
        await using var network = new RedisProxy(redis.Server) { SubscriptionAnswer = answer };
        var (told, deaf) = (Replica(), redis.Connect(clock, AtOnce, network.ConnectionString));
        (await deaf.Queue.ClaimAsync(Token)).ShouldBeNull();

        await told.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);

        // Neither this nor any later answer waits for the subscription's.
        (await deaf.Queue.ClaimAsync(Token)).ShouldNotBeNull().Trigger.ShouldBe("issues");
    }

    [Fact]
    public async Task A_replica_whose_subscription_was_killed_subscribes_again_by_itself()
    {
        var (told, idle) = (Replica(), Replica());
        await idle.Queue.ClaimAsync(Token);
        await RawRedis.AskAsync(redis.Server, "CLIENT", "KILL", "TYPE", "pubsub");
        await Eventually.BecomesTrueAsync(async () =>
        {
            await idle.Queue.ClaimAsync(Token);
            return (await RawRedis.AskAsync(redis.Server, "PUBSUB", "NUMSUB", RedisKeys.WakeChannel)) is List<object?> and [_, > 0L];
        }, "nobody subscribed again");
        var waiting = idle.Queue.WaitForWorkAsync(Hour, Token);

        // The told replica may have to reconnect too; what counts is that somebody hears of a nudge.
        await told.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);

        await waiting.WithPatienceAsync();
    }

    [Fact]
    public async Task Scripts_that_the_server_forgot_between_two_calls_are_sent_again()
    {
        var replica = Replica();
        var key = new EffectKey(new TurnId(RunId.FromEvent("LE_1"), 1), "dispatch");
        for (var round = 0; round < 2; round++)
        {
            await ForgetScriptsAsync();
            await replica.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);
            clock.Advance(NudgeGap);
            await ForgetScriptsAsync();
            var claim = (await replica.Queue.ClaimAsync(Token)).ShouldNotBeNull();
            await ForgetScriptsAsync();
            (await replica.Queue.RenewAsync(claim.Lease, Token)).ShouldBeTrue();
            await ForgetScriptsAsync();
            await replica.Records.SaveAsync(claim.Lease, Sample.With(Widgets, Sample.Run()), Token);
            await ForgetScriptsAsync();
            await replica.Journal.BeginAsync(claim.Lease, key, Token);
            await ForgetScriptsAsync();
            await replica.Journal.RestartAsync(claim.Lease, key, Token);
            await ForgetScriptsAsync();
            await replica.Journal.FinishAsync(claim.Lease, key, "done", Token);
            await ForgetScriptsAsync();
            await replica.Journal.AbandonAsync(claim.Lease, key, Token);
            await ForgetScriptsAsync();
            await replica.History.AddAsync(claim.Lease, Result("ticked"), Token);
            await ForgetScriptsAsync();
            (await replica.Queue.SettleAsync(claim.Lease, clock.GetUtcNow() + Hour, Token)).ShouldBe(SettleOutcome.Waiting);
        }

        async Task ForgetScriptsAsync() => await RawRedis.AskAsync(redis.Server, "SCRIPT", "FLUSH");
    }

    [Fact]
    public async Task An_emptied_store_hands_out_nothing_for_one_lease_neither_by_queue_nor_by_name_and_its_fences_go_on()
    {
        var (holder, other) = (redis.Connect(clock, Timings), redis.Connect(clock, Timings));
        (await other.Queue.ClaimAsync(Widgets, Token)).ShouldBeNull("the shard is new");
        clock.Advance(Lease);
        var held = await TakeAsync(holder, Widgets);
        await holder.Records.SaveAsync(held.Lease, Sample.Idle(Widgets), Token);

        await redis.Server.FlushAsync(Token);
        (await other.Queue.NudgeAsync(new Nudge(Widgets, "sweep"), Token)).ShouldBe(NudgeOutcome.Due);

        // The old holder has lost it, whatever its own clock says.
        (await holder.Queue.RenewAsync(held.Lease, Token)).ShouldBeFalse();
        await Should.ThrowAsync<LeaseLostException>(() => holder.Records.SaveAsync(held.Lease, Sample.Idle(Widgets), Token));
        (await holder.Queue.SettleAsync(held.Lease, null, Token)).ShouldBe(SettleOutcome.Fenced);

        clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        (await other.Queue.ClaimAsync(Token)).ShouldBeNull();
        (await other.Queue.ClaimAsync(Widgets, Token)).ShouldBeNull();
        (await other.Queue.NextDueAsync(Token)).ShouldBe(clock.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var next = (await other.Queue.ClaimAsync(Token)).ShouldNotBeNull();
        next.Lease.Fence.ShouldBeGreaterThan(held.Lease.Fence);
        next.Record.ShouldBeNull();
    }

    [Fact]
    public async Task An_emptied_store_is_asked_by_name_no_sooner_although_nobody_nudged()
    {
        var replica = redis.Connect(clock, Timings);
        (await replica.Queue.ClaimAsync(Widgets, Token)).ShouldBeNull();
        clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        (await replica.Queue.ClaimAsync(Widgets, Token)).ShouldBeNull();

        clock.Advance(TimeSpan.FromMilliseconds(1));

        (await replica.Queue.ClaimAsync(Widgets, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_due_time_without_its_repository_is_dropped()
    {
        var replica = Replica();
        await RawRedis.AskAsync(redis.Server, "ZADD", RedisKeys.Due(RedisKeys.ShardOf(Widgets))!, "1", UnknownId);

        (await replica.Queue.ClaimAsync(Token)).ShouldBeNull();

        (await replica.Queue.UnknownAsync([Widgets], Token)).ShouldBe([Widgets]);
        (await replica.Queue.NextDueAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_due_time_without_its_repository_does_not_stand_before_the_others()
    {
        var replica = Replica();
        var sameShard = Widgets with { Id = Widgets.Id + 16, FullName = "octo/cogs" };
        await replica.Queue.NudgeAsync(new Nudge(sameShard, "issues"), Token);
        await RawRedis.AskAsync(redis.Server, "ZADD", RedisKeys.Due(RedisKeys.ShardOf(Widgets))!, "1", UnknownId);

        (await replica.Queue.ClaimAsync(Token)).ShouldNotBeNull().Lease.Repository.ShouldBe(sameShard);
    }

    [Fact]
    public async Task A_dead_holders_repository_whose_due_time_was_evicted_comes_back_with_the_next_nudge()
    {
        var (dead, other) = (Replica(), Replica());
        await TakeAsync(dead, Widgets);
        await RawRedis.AskAsync(redis.Server, "DEL", RedisKeys.Due(RedisKeys.ShardOf(Widgets))!);

        (await other.Queue.NudgeAsync(new Nudge(Widgets, "sweep"), Token)).ShouldBe(NudgeOutcome.Dirty);

        clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        (await other.Queue.ClaimAsync(Token)).ShouldBeNull("its holder may be alive");
        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await other.Queue.ClaimAsync(Token)).ShouldNotBeNull().Trigger.ShouldBe("sweep");
    }

    [Theory]
    [InlineData("{\"Schema\":1,")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_damaged_record_is_left_out_of_the_list_and_its_next_tick_begins_anew(string damaged)
    {
        await using var rooms = new Rooms(("ConnectionStrings:Redis", redis.Server.ConnectionString));
        var replica = Replica();
        foreach (var repository in (RepositoryKey[])[Rooms.Widgets, Rooms.Gadgets])
        {
            var claim = await TakeAsync(replica, repository);
            await replica.Records.SaveAsync(claim.Lease, Sample.Idle(repository), Token);
            await replica.Queue.SettleAsync(claim.Lease, rooms.Clock.GetUtcNow() + (repository == Rooms.Widgets ? TimeSpan.Zero : Hour), Token);
        }

        await RawRedis.AskAsync(redis.Server, "HSET", RedisKeys.Repository(Rooms.Widgets)!, "record", damaged);
        (await replica.Records.AllAsync(Token)).ShouldHaveSingleItem().Repository.ShouldBe(Rooms.Gadgets);

        var result = (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull();

        result.Repository.ShouldBe(Rooms.Widgets);
        rooms.Tracker.Calls.ShouldBeGreaterThan(0, "GitHub was not searched for its run");
        (await replica.Records.AllAsync(Token)).Select(record => record.Repository).Order(Comparer<RepositoryKey>.Create((one, other) => one.Id.CompareTo(other.Id))).ShouldBe([Rooms.Widgets, Rooms.Gadgets]);
    }

    [Fact]
    public async Task A_record_of_a_newer_build_is_left_alone_by_a_tick()
    {
        await using var rooms = new Rooms(("ConnectionStrings:Redis", redis.Server.ConnectionString));
        var newer = Sample.With(Rooms.Widgets, Sample.Run()) with { Schema = RepositoryRecord.CurrentSchema + 1 };
        var replica = Replica();
        var claim = await TakeAsync(replica, Rooms.Widgets);
        await replica.Records.SaveAsync(claim.Lease, newer, Token);
        await replica.Queue.SettleAsync(claim.Lease, rooms.Clock.GetUtcNow(), Token);

        (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull().Why.ShouldBe("a newer build wrote this record");

        rooms.Tracker.Calls.ShouldBe(0);
        (await RawRedis.AskAsync(redis.Server, "HGET", RedisKeys.Repository(Rooms.Widgets)!, "record")).ShouldBe(RecordCodec.Write(newer));
        (await replica.Records.AllAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reasons_and_hints_told_to_several_replicas_reach_the_one_that_claims_and_after_its_death_the_next()
    {
        var (one, two, three) = (Replica(), Replica(), Replica());
        await one.Queue.NudgeAsync(new Nudge(Widgets, "issues"), Token);
        await two.Queue.NudgeAsync(new Nudge(Widgets, "push") { Hint = WorkHint.Possible }, Token);
        var first = (await three.Queue.ClaimAsync(Token)).ShouldNotBeNull();
        first.Trigger.ShouldBe("issues, push");
        first.Hint.ShouldBe(WorkHint.Possible);
        await one.Queue.NudgeAsync(new Nudge(Widgets, "command"), Token);
        clock.Advance(Lease);

        var second = (await two.Queue.ClaimAsync(Token)).ShouldNotBeNull();

        second.Trigger.ShouldBe("command, issues, push");
        second.Hint.ShouldBe(WorkHint.Possible);
    }

    [Fact]
    public async Task Only_the_journal_of_runs_that_the_record_no_longer_names_goes()
    {
        var replica = Replica();
        var (forgotten, ended, current) = (RunId.FromEvent("LE_0"), RunId.FromEvent("LE_1"), RunId.FromEvent("LE_2"));
        var claim = await TakeAsync(replica, Widgets);
        foreach (var run in (RunId[])[forgotten, ended, current])
        {
            await replica.Journal.BeginAsync(claim.Lease, Act(run), Token);
        }

        await replica.Records.SaveAsync(claim.Lease, Sample.With(Widgets, Sample.Run("LE_2")) with { EndedRuns = [ended] }, Token);

        (await replica.Journal.BeginAsync(claim.Lease, Act(ended), Token)).State.ShouldBe(JournalState.Unfinished);
        (await replica.Journal.BeginAsync(claim.Lease, Act(current), Token)).State.ShouldBe(JournalState.Unfinished);
        (await replica.Journal.BeginAsync(claim.Lease, Act(forgotten), Token)).State.ShouldBe(JournalState.New);

        static EffectKey Act(RunId run) => new(new TurnId(run, 1), "dispatch");
    }

    [Fact]
    public async Task What_nobody_looks_at_any_more_expires_a_month_after_its_next_look()
    {
        var replica = Replica();
        var claim = await TakeAsync(replica, Widgets);
        await replica.Records.SaveAsync(claim.Lease, Sample.With(Widgets, Sample.Run()), Token);
        await replica.Journal.BeginAsync(claim.Lease, new EffectKey(new TurnId(Sample.Run().Id, 1), "dispatch"), Token);
        await replica.Queue.SettleAsync(claim.Lease, clock.GetUtcNow() + TimeSpan.FromDays(1), Token);

        var month = TimeSpan.FromDays(31).TotalMilliseconds;
        foreach (var key in (string[])[RedisKeys.Repository(Widgets)!, RedisKeys.Journal(Widgets)!])
        {
            var left = (long)(await RawRedis.AskAsync(redis.Server, "PTTL", key))!;
            left.ShouldBeInRange((long)month - 60_000, (long)month, key);
        }
    }

    [Fact]
    public async Task A_finished_repository_leaves_no_key_of_its_own()
    {
        var replica = Replica();
        var claim = await TakeAsync(replica, Widgets);
        await replica.Records.SaveAsync(claim.Lease, Sample.With(Widgets, Sample.Run()), Token);
        await replica.Journal.BeginAsync(claim.Lease, new EffectKey(new TurnId(Sample.Run().Id, 1), "dispatch"), Token);

        (await replica.Queue.SettleAsync(claim.Lease, null, Token)).ShouldBe(SettleOutcome.Finished);

        ((List<object?>)(await RawRedis.AskAsync(redis.Server, "KEYS", "*"))!).ShouldBe([(string)RedisKeys.Shard(RedisKeys.ShardOf(Widgets))!]);
    }

    [Fact]
    public async Task The_history_is_bounded_by_number_and_by_age()
    {
        const int Bound = 250;
        var replica = Replica();
        var claim = await TakeAsync(replica, Widgets);
        await Task.WhenAll(Enumerable.Range(0, Bound + 20).Select(number => replica.History.AddAsync(claim.Lease, Result($"tick {number}"), Token)));
        await replica.History.AddAsync(claim.Lease, Result("the last") with { At = clock.GetUtcNow() + Hour }, Token);

        var history = (string)RedisKeys.History(RedisKeys.ShardOf(Widgets))!;
        (await RawRedis.AskAsync(redis.Server, "LLEN", history)).ShouldBe((long)Bound);
        ((long)(await RawRedis.AskAsync(redis.Server, "PTTL", history))!).ShouldBeInRange(1, (long)TimeSpan.FromDays(7).TotalMilliseconds);
        (await replica.History.LatestAsync(3, Token))[0].Why.ShouldBe("the last");
        (await replica.History.LatestAsync(3, Token)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_history_entry_that_this_build_cannot_read_is_left_out()
    {
        var replica = Replica();
        var claim = await TakeAsync(replica, Widgets);
        await replica.History.AddAsync(claim.Lease, Result("readable"), Token);
        await RawRedis.AskAsync(redis.Server, "LPUSH", RedisKeys.History(RedisKeys.ShardOf(Widgets))!, "{\"at\":", "null");

        (await replica.History.LatestAsync(10, Token)).ShouldHaveSingleItem().Why.ShouldBe("readable");
    }

    [Fact]
    public async Task Every_script_touches_the_keys_of_one_slot_only_and_declares_them()
    {
        const string TheEnd = "the end of the scripts";
        await using var monitor = await RawRedis.ConnectAsync(redis.Server);
        await monitor.AskAsync("MONITOR");
        var replica = Replica();
        foreach (var repository in (RepositoryKey[])[Widgets, Gadgets, new(long.MaxValue, "octo/last", 7), new(16, "octo/even", 7)])
        {
            await EveryScriptAsync(replica, repository);
        }

        await RawRedis.AskAsync(redis.Server, "ECHO", TheEnd);
        var scripts = 0;
        string[] declared = [];
        while (MonitoredWords((string)(await monitor.ReadAsync())!) is var (byScript, words) && words is not ["ECHO", TheEnd])
        {
            if (!byScript)
            {
                declared = words[0].ToUpperInvariant() is "EVAL" or "EVALSHA" ? words[3..(3 + int.Parse(words[2], CultureInfo.InvariantCulture))] : [];
                scripts += declared.Length > 0 ? 1 : 0;
                declared.Select(Slot).Distinct().Count().ShouldBeLessThanOrEqualTo(1, string.Join(' ', declared));
            }
            else if (!string.Equals(words[0], "PUBLISH", StringComparison.OrdinalIgnoreCase))
            {
                declared.ShouldContain(words[1], $"{string.Join(' ', words)} is not declared");
            }
        }

        scripts.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Keys_of_a_shard_share_a_slot_and_the_shards_are_spread()
    {
        foreach (var repository in (RepositoryKey[])[Widgets, Gadgets, new(0, "a/b", 1), new(-5, "a/b", 1), new(long.MinValue, "a/b", 1)])
        {
            var shard = RedisKeys.ShardOf(repository);
            string[] keys = [RedisKeys.Due(shard)!, RedisKeys.Shard(shard)!, RedisKeys.History(shard)!, RedisKeys.Repository(repository)!, RedisKeys.Journal(repository)!];
            keys.Select(Slot).Distinct().Count().ShouldBe(1);
        }

        RedisKeys.Shards.Select(shard => Slot(RedisKeys.Due(shard)!)).Distinct().Count().ShouldBe(16);
    }

    [Fact]
    public async Task The_kill_switch_is_seen_by_another_replica_at_its_next_look_on_and_off()
    {
        var (operatorsReplica, other) = (Replica(), Replica());
        await other.Queue.ClaimAsync(Token);

        await operatorsReplica.KillSwitch.SetAsync(on: true, Token);
        other.Runtime.IsOn.ShouldBeFalse("it has not looked yet");
        await other.Queue.ClaimAsync(Token);
        other.Runtime.IsOn.ShouldBeTrue();

        await operatorsReplica.KillSwitch.SetAsync(on: false, Token);
        await other.Queue.ClaimAsync(Token);
        other.Runtime.IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task The_kill_switch_wakes_an_idle_replica()
    {
        var (operatorsReplica, idle) = (Replica(), Replica());
        await idle.Queue.ClaimAsync(Token);
        var waiting = idle.Queue.WaitForWorkAsync(Hour, Token);

        await operatorsReplica.KillSwitch.SetAsync(on: true, Token);

        await waiting.WithPatienceAsync();
    }

    [Fact]
    public async Task The_kill_switch_is_read_with_the_intent_of_an_act()
    {
        var (operatorsReplica, acting) = (Replica(), Replica());
        var claim = await TakeAsync(acting, Widgets);
        await operatorsReplica.KillSwitch.SetAsync(on: true, Token);

        await acting.Journal.BeginAsync(claim.Lease, new EffectKey(new TurnId(Sample.Run().Id, 1), "dispatch"), Token);

        acting.Runtime.IsOn.ShouldBeTrue();
    }

    [Fact]
    public async Task A_kill_switch_that_the_server_forgot_is_told_again_by_whoever_saw_it_on()
    {
        var (operatorsReplica, witness, newcomer) = (Replica(), Replica(), Replica());
        await operatorsReplica.KillSwitch.SetAsync(on: true, Token);
        await witness.Queue.ClaimAsync(Token);

        await redis.Server.FlushAsync(Token);
        (await witness.KillSwitch.ReadAsync(Token)).ShouldBeTrue();

        (await newcomer.KillSwitch.ReadAsync(Token)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("ON")]
    [InlineData("OFF")]
    [InlineData("paused")]
    [InlineData("")]
    public async Task A_word_of_the_kill_switch_that_is_not_known_counts_as_on(string word)
    {
        var replica = Replica();
        await RawRedis.AskAsync(redis.Server, "SET", RedisKeys.KillSwitch, word);

        (await replica.KillSwitch.ReadAsync(Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_kill_switch_that_was_never_set_is_off()
    {
        (await Replica().KillSwitch.ReadAsync(Token)).ShouldBeFalse();
    }

    private static TickResult Result(string why) => new() { Repository = Widgets, At = Sample.At, Trigger = "timer", Why = why };

    /// <summary>The slot a Redis Cluster would keep this key in: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/.</summary>
    private static int Slot(string key)
    {
        if (key.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open && key.IndexOf('}', open) is var close && close > open + 1)
        {
            key = key[(open + 1)..close];
        }

        var crc = 0;
        foreach (var one in Encoding.UTF8.GetBytes(key))
        {
            crc ^= one << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }

            crc &= 0xffff;
        }

        return crc % 16384;
    }

    /// <summary>The words of a line such as <c>1700000000.1 [0 lua] "HGET" "key" "field"</c>.</summary>
    private static (bool ByScript, string[] Words) MonitoredWords(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inside = false;
        for (var at = line.IndexOf(']', StringComparison.Ordinal) + 1; at < line.Length; at++)
        {
            switch (line[at])
            {
                case '"':
                    if (inside)
                    {
                        words.Add(word.ToString());
                        word.Clear();
                    }

                    inside = !inside;
                    break;
                case '\\' when inside:
                    word.Append(line[++at]);
                    break;
                default:
                    if (inside)
                    {
                        word.Append(line[at]);
                    }

                    break;
            }
        }

        return (line.Contains(" lua] ", StringComparison.Ordinal), [.. words]);
    }

    private async Task EveryScriptAsync(RedisReplica replica, RepositoryKey repository)
    {
        var run = Sample.Run();
        var key = new EffectKey(new TurnId(run.Id, 1), "dispatch");
        await replica.Queue.NudgeAsync(new Nudge(repository, "push") { Hint = WorkHint.Possible }, Token);
        var claim = (await replica.Queue.ClaimAsync(Token)).ShouldNotBeNull();
        await replica.Queue.RenewAsync(claim.Lease, Token);
        await replica.Journal.BeginAsync(claim.Lease, key, Token);
        await replica.Journal.RestartAsync(claim.Lease, key, Token);
        await replica.Journal.FinishAsync(claim.Lease, key, "done", Token);
        await replica.Journal.AbandonAsync(claim.Lease, key, Token);
        await replica.Journal.BeginAsync(claim.Lease, key, Token);
        await replica.Records.SaveAsync(claim.Lease, Sample.Idle(repository), Token);
        await replica.History.AddAsync(claim.Lease, Result("ticked") with { Repository = repository }, Token);
        await replica.Queue.NudgeAsync(new Nudge(repository, "check_suite") { Evidence = new(Sample.StrangeSha, 4) }, Token);
        await replica.Queue.SettleAsync(claim.Lease, clock.GetUtcNow() + Hour, Token);
        claim = await TakeAsync(replica, repository);
        await replica.Queue.NudgeAsync(new Nudge(repository, "issues"), Token);
        await replica.Queue.SettleAsync(claim.Lease, null, Token);
        claim = await TakeAsync(replica, repository);
        await replica.Queue.SettleAsync(claim.Lease, null, Token);
    }

    private RedisReplica Replica() => redis.Connect(clock, AtOnce);

    private static async Task<Claim> TakeAsync(RedisReplica replica, RepositoryKey repository) =>
        (await replica.Queue.ClaimAsync(repository, Token)).ShouldNotBeNull($"{repository} should be free");

    /// <summary>Everything there is in the server.</summary>
    private async Task<string> ContentAsync()
    {
        await using var raw = await RawRedis.ConnectAsync(redis.Server);
        var content = new StringBuilder();
        foreach (var key in ((List<object?>)(await raw.AskAsync("KEYS", "*"))!).Cast<string>().Order(StringComparer.Ordinal))
        {
            // Never by DUMP: a hash keeps its fields in no order.
            var (command, arguments) = await raw.AskAsync("TYPE", key) switch
            {
                "hash" => ("HGETALL", (string[])[]),
                "zset" => ("ZRANGE", ["0", "-1", "WITHSCORES"]),
                "list" => ("LRANGE", ["0", "-1"]),
                _ => ("GET", []),
            };
            var value = await raw.AskAsync([command, key, .. arguments]);
            var parts = value is List<object?> list ? list.Chunk(command is "HGETALL" ? 2 : 1).Select(each => string.Join('=', each)).Order(StringComparer.Ordinal).ToArray() : [$"{value}"];
            content.AppendLine(CultureInfo.InvariantCulture, $"{key}: {string.Join(", ", parts)}");
        }

        return content.ToString();
    }
}
