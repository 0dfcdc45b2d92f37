using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace AfkGitHubApp.Tests.Scheduling;

public sealed class TickPumpTests
{
    private static readonly TimeSpan Lease = StoreTimings.Default.Lease;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_due_is_no_tick()
    {
        await using var rooms = new Rooms();

        (await rooms.Pump.TickNextAsync(Token)).ShouldBeNull();

        rooms.Tracker.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_tick_gives_its_repository_back_until_its_next_look()
    {
        await using var rooms = new Rooms();
        await rooms.NudgeAsync(Rooms.Widgets);

        var result = (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull();

        result.Trigger.ShouldBe("issues");
        (await rooms.Store.ClaimAsync(Token)).ShouldBeNull();
        rooms.Clock.Advance(result.NextLook!.Value - rooms.Clock.GetUtcNow());
        (await rooms.Store.ClaimAsync(Token)).ShouldNotBeNull().Record.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_disarmed_repository_is_forgotten_without_asking_anything()
    {
        await using var rooms = new Rooms(("Afk:KillSwitch", "true"));
        await rooms.NudgeAsync(Rooms.Widgets);

        (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull().Why.ShouldBe("disabled");

        rooms.Tracker.Calls.ShouldBe(0);
        rooms.Clock.Advance(TimeSpan.FromDays(30));
        (await rooms.Store.ClaimAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_record_of_a_newer_build_is_left_alone()
    {
        await using var rooms = new Rooms();
        var newer = Sample.Idle(Rooms.Widgets) with { Schema = RepositoryRecord.CurrentSchema + 1 };
        var claim = (await rooms.Store.ClaimAsync(Rooms.Widgets, Token)).ShouldNotBeNull();
        await rooms.Store.SaveAsync(claim.Lease, newer, Token);
        await rooms.Store.SettleAsync(claim.Lease, rooms.Clock.GetUtcNow(), Token);

        var result = (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull();

        result.Why.ShouldBe("a newer build wrote this record");
        rooms.Tracker.Calls.ShouldBe(0);
        rooms.Clock.Advance(TimeSpan.FromSeconds(30));
        var next = (await rooms.Store.ClaimAsync(Token)).ShouldNotBeNull("the newer build must not wait for long");
        await rooms.Store.ReleaseAsync(next.Lease, rooms.Clock.GetUtcNow(), Token);
        (await rooms.Store.ClaimAsync(Rooms.Widgets, Token)).ShouldNotBeNull().Record.ShouldBe(RecordCodec.Write(newer));
    }

    [Fact]
    public async Task The_lease_is_renewed_for_as_long_as_the_tick_takes()
    {
        await using var rooms = new Rooms();
        var release = new TaskCompletionSource();
        rooms.Tracker.OnList = (_, _) => release.Task;
        await rooms.NudgeAsync(Rooms.Widgets);
        var ticking = rooms.Pump.TickNextAsync(Token);

        for (var third = 0; third < 12; third++)
        {
            rooms.Clock.Advance(Lease / 3);
            (await rooms.Store.ClaimAsync(Rooms.Widgets, Token)).ShouldBeNull();
        }

        ticking.IsCompleted.ShouldBeFalse();
        release.SetResult();
        (await ticking).ShouldNotBeNull();
    }

    [Fact]
    public async Task No_renewal_outlives_its_tick()
    {
        await using var rooms = new Rooms();
        await rooms.NudgeAsync(Rooms.Widgets);
        await rooms.Pump.TickNextAsync(Token);

        rooms.Clock.NextTimer.ShouldBeNull();
    }

    [Fact]
    public async Task A_refused_renewal_cancels_the_tick_and_leaves_the_next_holder_alone()
    {
        await using var rooms = new Rooms();
        var queue = new FrailQueue(rooms.Store);
        using var pump = rooms.PumpOn(queue);
        rooms.Tracker.OnList = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, rooms.Clock, token);
        Claim? next = null;
        queue.OnRenew = async () =>
        {
            // The clock of the store is further than this process knows: somebody else has claimed meanwhile.
            queue.OnRenew = null;
            rooms.Clock.Advance(Lease);
            next = await rooms.Store.ClaimAsync(Rooms.Widgets, Token);
            return false;
        };
        await rooms.NudgeAsync(Rooms.Widgets);
        var ticking = pump.TickNextAsync(Token);
        rooms.Clock.Advance(Lease / 3);

        (await ticking).ShouldBeNull();

        (await rooms.Store.RenewAsync(next.ShouldNotBeNull().Lease, Token)).ShouldBeTrue();
        (await rooms.Store.SettleAsync(next.Lease, null, Token)).ShouldBe(SettleOutcome.Finished);
    }

    [Fact]
    public async Task A_renewal_that_cannot_be_asked_for_is_tried_again_while_the_lease_lasts()
    {
        await using var rooms = new Rooms();
        var queue = new FrailQueue(rooms.Store);
        using var pump = rooms.PumpOn(queue);
        var release = new TaskCompletionSource();
        rooms.Tracker.OnList = (_, token) => release.Task.WaitAsync(token);
        queue.OnRenew = () =>
        {
            queue.OnRenew = null;
            throw new IOException("The store is away.");
        };
        await rooms.NudgeAsync(Rooms.Widgets);
        var ticking = pump.TickNextAsync(Token);

        rooms.Clock.Advance(Lease);
        rooms.Clock.Advance(Lease / 2);

        ticking.IsCompleted.ShouldBeFalse();
        release.SetResult();
        (await ticking).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_lease_that_could_not_be_renewed_in_time_is_lost()
    {
        await using var rooms = new Rooms();
        var queue = new FrailQueue(rooms.Store) { OnRenew = () => throw new IOException("The store is away.") };
        using var pump = rooms.PumpOn(queue);
        rooms.Tracker.OnList = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, rooms.Clock, token);
        await rooms.NudgeAsync(Rooms.Widgets);
        var ticking = pump.TickNextAsync(Token);

        rooms.Clock.Advance(Lease / 3);
        rooms.Clock.Advance(Lease / 3);
        ticking.IsCompleted.ShouldBeFalse();
        rooms.Clock.Advance(Lease / 3);

        (await ticking).ShouldBeNull();
    }

    [Fact]
    public async Task A_bug_in_one_repositorys_tick_is_put_off_and_the_others_go_on()
    {
        await using var rooms = new Rooms();
        rooms.Tracker.OnList = (repository, _) => repository == Rooms.Widgets ? throw new InvalidOperationException("a bug") : Task.CompletedTask;
        await rooms.NudgeAsync(Rooms.Widgets);
        await rooms.NudgeAsync(Rooms.Gadgets);

        (await rooms.Pump.TickNextAsync(Token)).ShouldBeNull();
        (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull().Repository.ShouldBe(Rooms.Gadgets);

        rooms.Logs.Lines.ShouldContain(line => line.StartsWith("Error: octo/widgets", StringComparison.Ordinal) && line.EndsWith("InvalidOperationException", StringComparison.Ordinal));
        rooms.Clock.Advance(TimeSpan.FromSeconds(59));
        (await rooms.Store.ClaimAsync(Token)).ShouldBeNull();
        rooms.Clock.Advance(TimeSpan.FromSeconds(1));
        (await rooms.Store.ClaimAsync(Token)).ShouldNotBeNull().Lease.Repository.ShouldBe(Rooms.Widgets);
    }

    [Fact]
    public async Task A_failure_to_ask_is_answered_with_a_later_look()
    {
        await using var rooms = new Rooms();
        rooms.Tracker.OnList = (_, _) => throw new GitHubFailure(FailureKind.RateLimited, "slow down") { RetryAfter = TimeSpan.FromMinutes(7) };
        await rooms.NudgeAsync(Rooms.Widgets);

        var result = (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull();

        result.Why.ShouldContain("slow down");
        result.NextLook.ShouldBe(rooms.Clock.GetUtcNow() + TimeSpan.FromMinutes(7));
    }

    [Fact]
    public async Task A_wait_that_GitHub_named_is_kept_as_it_was_named()
    {
        await using var rooms = new Rooms();
        rooms.Tracker.OnList = async (repository, token) =>
        {
            // As the connection does it: the budget is told, and knows of nothing left until then.
            await rooms.Services.GetRequiredService<RequestBudget>().LimitAsync(repository.InstallationId, TimeSpan.FromMinutes(40), token);
            throw new GitHubFailure(FailureKind.RateLimited, "slow down") { RetryAfter = TimeSpan.FromMinutes(40) };
        };
        await rooms.NudgeAsync(Rooms.Widgets);

        var result = (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull();

        result.NextLook.ShouldBe(rooms.Clock.GetUtcNow() + TimeSpan.FromMinutes(40));
    }

    [Fact]
    public async Task An_interrupted_tick_is_due_again_at_once()
    {
        await using var rooms = new Rooms();
        using var stop = new CancellationTokenSource();
        rooms.Tracker.OnList = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, rooms.Clock, token);
        await rooms.NudgeAsync(Rooms.Widgets);
        var ticking = rooms.Pump.TickNextAsync(stop.Token);

        await stop.CancelAsync();

        (await ticking).ShouldBeNull();
        (await rooms.Store.ClaimAsync(Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Several_workers_tick_several_repositories_at_the_same_time()
    {
        await using var rooms = new Rooms(("Afk:Workers", "2"));
        using var both = new CountdownEvent(2);
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rooms.Tracker.OnList = (_, token) =>
        {
            if (!both.IsSet && both.Signal())
            {
                met.SetResult();
            }

            return met.Task.WaitAsync(token);
        };
        await rooms.NudgeAsync(Rooms.Widgets);
        await rooms.NudgeAsync(Rooms.Gadgets);

        await rooms.Pump.StartAsync(Token);
        await met.Task.WaitAsync(Token);

        await rooms.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task A_nudge_wakes_an_idle_worker()
    {
        await using var rooms = new Rooms();
        await rooms.Pump.StartAsync(Token);

        await rooms.NudgeAsync(Rooms.Widgets);

        await rooms.Tracker.Entered;
        await rooms.Pump.StopAsync(Token);
    }

    [Fact]
    public async Task On_stop_nothing_new_is_claimed_and_what_is_under_way_is_let_finish()
    {
        await using var rooms = new Rooms(("Afk:Workers", "1"));
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rooms.Tracker.OnList = (_, token) => release.Task.WaitAsync(token);
        await rooms.NudgeAsync(Rooms.Widgets);
        await rooms.Pump.StartAsync(Token);
        await rooms.Tracker.Entered;
        await rooms.NudgeAsync(Rooms.Gadgets);

        var stopping = rooms.Pump.StopAsync(Token);
        stopping.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await stopping;

        (await rooms.Store.AllAsync(Token)).ShouldHaveSingleItem().Adopted.ShouldBeTrue();
        (await rooms.Store.ClaimAsync(Token)).ShouldNotBeNull().Lease.Repository.ShouldBe(Rooms.Gadgets);
        (await rooms.Store.ClaimAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task When_the_hosts_patience_ends_the_tick_under_way_is_cancelled_and_given_back()
    {
        await using var rooms = new Rooms(("Afk:Workers", "1"));
        using var patience = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rooms.Tracker.OnList = async (_, token) =>
        {
            using var seen = token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, rooms.Clock, token);
        };
        await rooms.NudgeAsync(Rooms.Widgets);
        await rooms.Pump.StartAsync(Token);
        await rooms.Tracker.Entered;
        var stopping = rooms.Pump.StopAsync(patience.Token);

        await patience.CancelAsync();
        await stopping;

        cancelled.Task.IsCompleted.ShouldBeTrue("the tick was not told");
        await rooms.Pump.ExecuteTask!.WaitAsync(Token);
        (await rooms.Store.ClaimAsync(Token)).ShouldNotBeNull().Lease.Repository.ShouldBe(Rooms.Widgets);
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_ends_no_worker()
    {
        await using var rooms = new Rooms();
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = new FrailQueue(rooms.Store);
        queue.BeforeClaim = () =>
        {
            queue.BeforeClaim = null;
            tried.SetResult();
            throw new IOException("The store is away.");
        };
        using var pump = rooms.PumpOn(queue);
        await rooms.NudgeAsync(Rooms.Widgets);
        await pump.StartAsync(Token);
        await tried.Task.WaitAsync(Token);

        // The worker waits before it asks again; how soon it has begun to wait is not the test's to know.
        while (!rooms.Tracker.Entered.IsCompleted)
        {
            pump.ExecuteTask!.IsCompleted.ShouldBeFalse();
            rooms.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await pump.StopAsync(Token);
        rooms.Logs.Lines.ShouldContain(line => line.EndsWith("IOException", StringComparison.Ordinal));
    }
}
