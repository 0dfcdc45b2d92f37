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
    private Func<long, Task<bool>> store;

    public RepositoryLeaseTests()
    {
        store = askedAt =>
        {
            lease!.Renewed(askedAt);
            return Task.FromResult(true);
        };
        lease = new RepositoryLease(new RepositoryKey(1, "octo/widgets", 7), 42, Duration, clock, clock.GetTimestamp(), (_, _) => store(clock.GetTimestamp()));
    }

    public void Dispose() => lease.Dispose();

    [Fact]
    public void A_new_lease_has_its_whole_duration()
    {
        lease.Remaining.ShouldBe(Duration);
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void A_lease_counts_from_before_the_store_was_asked()
    {
        var askedAt = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(50));

        using var late = new RepositoryLease(lease.Repository, 43, Duration, clock, askedAt, (_, _) => store(askedAt));

        late.Remaining.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_outside_write_is_confirmed_by_the_store_for_another_duration()
    {
        clock.Advance(Duration - TimeSpan.FromSeconds(1));

        await ConfirmAsync();

        lease.Remaining.ShouldBe(Duration);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(600)]
    public async Task An_outside_write_is_refused_when_the_stores_answer_lay_unread_too_long(double secondsBeyond)
    {
        store = askedAt =>
        {
            // The process is paused between the store's answer and its reading.
            clock.Advance(Duration - Request + TimeSpan.FromSeconds(secondsBeyond));
            lease.Renewed(askedAt);
            return Task.FromResult(true);
        };

        var refused = await Should.ThrowAsync<LeaseLostException>(ConfirmAsync);

        refused.Message.ShouldContain("octo/widgets");
        refused.Message.ShouldContain("fence 42");
        refused.Message.ShouldContain("10.0 s are needed");
    }

    [Fact]
    public async Task An_outside_write_is_allowed_while_more_time_is_left_than_it_may_take()
    {
        store = askedAt =>
        {
            clock.Advance(Duration - Request - TimeSpan.FromTicks(1));
            lease.Renewed(askedAt);
            return Task.FromResult(true);
        };

        await ConfirmAsync();
    }

    [Fact]
    public async Task A_lease_that_somebody_else_holds_by_now_is_lost()
    {
        store = _ => Task.FromResult(false);

        await Should.ThrowAsync<LeaseLostException>(ConfirmAsync);

        lease.Lost.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_store_that_does_not_answer_takes_the_lease_away()
    {
        store = _ => throw new StoreUnavailableException("no answer within 2 s");

        var refused = await Should.ThrowAsync<LeaseLostException>(ConfirmAsync);

        refused.Message.ShouldContain("no answer within 2 s");
        lease.Lost.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_lost_lease_refuses_whatever_time_was_left_and_asks_nobody()
    {
        store = _ => throw new InvalidOperationException("The store was asked.");

        lease.Lose();

        lease.Lost.IsCancellationRequested.ShouldBeTrue();
        await Should.ThrowAsync<LeaseLostException>(ConfirmAsync);
    }

    [Fact]
    public async Task A_lost_lease_is_not_brought_back_by_a_renewal()
    {
        lease.Lose();
        lease.Renewed(clock.GetTimestamp());

        await Should.ThrowAsync<LeaseLostException>(ConfirmAsync);
    }

    [Fact]
    public void A_lease_that_ran_out_has_nothing_left()
    {
        clock.Advance(Duration);

        lease.Remaining.ShouldBe(TimeSpan.Zero);
    }

    private Task ConfirmAsync() => lease.ConfirmAsync(Request, TestContext.Current.CancellationToken);
}
