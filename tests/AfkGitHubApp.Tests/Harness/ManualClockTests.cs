namespace AfkGitHubApp.Tests.Harness;

public sealed class ManualClockTests
{
    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_and_then_of_their_making_each_at_its_own_moment()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        var fired = new List<string>();
        void Note(object? name) => fired.Add($"{name}@{(clock.GetUtcNow() - start).TotalSeconds}");
        using var late = clock.CreateTimer(Note, "late", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var first = clock.CreateTimer(Note, "first", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using var second = clock.CreateTimer(Note, "second", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using var steady = clock.CreateTimer(Note, "steady", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        clock.Advance(TimeSpan.FromSeconds(4));

        fired.ShouldBe(["first@1", "second@1", "steady@2", "late@3", "steady@4"]);
    }

    [Fact]
    public void Without_advancing_nothing_fires_and_a_disposed_timer_never_does()
    {
        var clock = new ManualClock();
        var fired = 0;
        var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        clock.NextTimer.ShouldBe(clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        timer.Dispose();

        clock.Advance(TimeSpan.FromMinutes(1));

        fired.ShouldBe(0);
        clock.NextTimer.ShouldBeNull();
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var clock = new ManualClock();
        var delay = Task.Delay(TimeSpan.FromHours(5), clock, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromHours(5) - TimeSpan.FromTicks(1));
        delay.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromTicks(1));

        await delay;
    }
}
