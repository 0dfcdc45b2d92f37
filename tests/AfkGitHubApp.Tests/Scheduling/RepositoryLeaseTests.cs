using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Scheduling;

public sealed class RepositoryLeaseTests : IDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Request = TimeSpan.FromSeconds(10);
    private readonly ManualClock clock = new();
    private readonly RepositoryLease lease;

    public RepositoryLeaseTests() => lease = new RepositoryLease(new RepositoryKey(1, "octo/widgets", 7), 42, Duration, clock);

    public void Dispose() => lease.Dispose();

    [Fact]
    public void A_new_lease_has_its_whole_duration()
    {
        lease.Remaining.ShouldBe(Duration);
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void An_outside_write_is_allowed_while_more_time_is_left_than_it_may_take()
    {
        clock.Advance(Duration - Request - TimeSpan.FromTicks(1));

        Should.NotThrow(() => lease.RequireTimeFor(Request));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(600)]
    public void An_outside_write_is_refused_at_the_bound_and_beyond(double secondsBeyond)
    {
        clock.Advance(Duration - Request + TimeSpan.FromSeconds(secondsBeyond));

        var refused = Should.Throw<LeaseLostException>(() => lease.RequireTimeFor(Request));

        refused.Message.ShouldContain("octo/widgets");
        refused.Message.ShouldContain("fence 42");
        refused.Message.ShouldContain("10.0 s are needed");
    }

    [Fact]
    public void A_renewal_gives_the_whole_duration_again()
    {
        clock.Advance(Duration - TimeSpan.FromSeconds(1));

        lease.Renewed();

        lease.Remaining.ShouldBe(Duration);
        Should.NotThrow(() => lease.RequireTimeFor(Request));
    }

    [Fact]
    public void A_lost_lease_refuses_whatever_time_was_left_and_tells_the_tick()
    {
        lease.Lose();

        lease.Lost.IsCancellationRequested.ShouldBeTrue();
        Should.Throw<LeaseLostException>(() => lease.RequireTimeFor(TimeSpan.Zero));
    }

    [Fact]
    public void A_lost_lease_is_not_brought_back_by_a_renewal()
    {
        lease.Lose();
        lease.Renewed();

        Should.Throw<LeaseLostException>(() => lease.RequireTimeFor(Request));
    }

    [Fact]
    public void A_lease_that_ran_out_has_nothing_left()
    {
        clock.Advance(Duration);

        lease.Remaining.ShouldBe(TimeSpan.Zero);
        Should.Throw<LeaseLostException>(() => lease.RequireTimeFor(TimeSpan.Zero));
    }
}
