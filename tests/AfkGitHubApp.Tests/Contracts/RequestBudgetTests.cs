using AfkGitHubApp.Adapters.InMemory;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Scheduling;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>GitHub's limits, kept together by all replicas.</summary>
public sealed class RequestBudgetTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const long Installation = 7;
    private readonly ManualClock clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Nothing_known_is_nothing_closed()
    {
        var budget = Budget();

        budget.ClosedUntil(Installation, "core", isWrite: false).ShouldBeNull();
        budget.Left(Installation).ShouldBe(1);
    }

    [Fact]
    public async Task A_wait_that_GitHub_asked_for_closes_reads_and_writes_until_it_is_over()
    {
        var budget = Budget();
        await budget.LimitAsync(Installation, TimeSpan.FromSeconds(30), Token);

        budget.ClosedUntil(Installation, "core", isWrite: true).ShouldBe(clock.GetUtcNow().AddSeconds(30));
        budget.ClosedUntil(Installation, "graphql", isWrite: false).ShouldNotBeNull();
        budget.ClosedUntil(8, "core", isWrite: false).ShouldBeNull();
        budget.Left(Installation).ShouldBe(0);
        clock.Advance(TimeSpan.FromSeconds(30));
        budget.ClosedUntil(Installation, "core", isWrite: false).ShouldBeNull();
        budget.Left(Installation).ShouldBe(1);
    }

    [Theory]
    [InlineData(251, false)]
    [InlineData(250, true)]
    [InlineData(0, true)]
    public void The_last_twentieth_is_kept_for_writes_until_the_hour_is_over(int remaining, bool closed)
    {
        var budget = Budget();
        var reset = clock.GetUtcNow().AddMinutes(40);
        budget.Saw(Installation, "core", new BudgetReading(5000, remaining, reset));

        budget.ClosedUntil(Installation, "core", isWrite: false).ShouldBe(closed ? reset : null);
        budget.ClosedUntil(Installation, "core", isWrite: true).ShouldBeNull();
        budget.ClosedUntil(Installation, "graphql", isWrite: false).ShouldBeNull("its points are counted apart");
        clock.Advance(TimeSpan.FromMinutes(40));
        budget.ClosedUntil(Installation, "core", isWrite: false).ShouldBeNull();
    }

    [Fact]
    public void Of_answers_that_overtake_each_other_the_one_with_less_left_counts_within_an_hour()
    {
        var budget = Budget();
        var reset = clock.GetUtcNow().AddMinutes(40);
        budget.Saw(Installation, "core", new BudgetReading(5000, 1000, reset));
        budget.Saw(Installation, "core", new BudgetReading(5000, 1200, reset));
        budget.Left(Installation).ShouldBe(0.2);

        budget.Saw(Installation, "core", new BudgetReading(5000, 4900, reset.AddHours(1)));
        budget.Left(Installation).ShouldBe(0.98);
    }

    [Fact]
    public void The_scarcest_limit_tells_what_is_left()
    {
        var budget = Budget();
        budget.Saw(Installation, "core", new BudgetReading(5000, 4000, clock.GetUtcNow().AddMinutes(1)));
        budget.Saw(Installation, "graphql", new BudgetReading(5000, 500, clock.GetUtcNow().AddMinutes(2)));

        budget.Left(Installation).ShouldBe(0.1);
        clock.Advance(TimeSpan.FromMinutes(2));
        budget.Left(Installation).ShouldBe(1);
    }

    [Fact]
    public async Task Writers_of_an_installation_take_turns_a_second_apart()
    {
        var budget = Budget();
        await budget.WaitForTurnAsync(Installation, Token);
        var second = budget.WaitForTurnAsync(Installation, Token);
        var third = budget.WaitForTurnAsync(Installation, Token);
        await budget.WaitForTurnAsync(8, Token);

        second.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        await second;
        third.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        await third;
        clock.Advance(TimeSpan.FromSeconds(1));
        await budget.WaitForTurnAsync(Installation, Token);
    }

    [Fact]
    public async Task Replicas_take_turns_together()
    {
        var (one, other) = await ReplicasAsync();
        await one.Budget.WaitForTurnAsync(Installation, Token);

        (await other.BudgetShare.TakeTurnAsync(Installation, TimeSpan.FromSeconds(1), Token)).ShouldBe(TimeSpan.FromSeconds(1));
        (await one.BudgetShare.TakeTurnAsync(Installation, TimeSpan.FromSeconds(1), Token)).ShouldBe(TimeSpan.FromSeconds(2));
        (await one.BudgetShare.TakeTurnAsync(8, TimeSpan.FromSeconds(1), Token)).ShouldBe(TimeSpan.Zero);
        clock.Advance(TimeSpan.FromSeconds(10));
        (await other.BudgetShare.TakeTurnAsync(Installation, TimeSpan.FromSeconds(1), Token)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_replica_heeds_a_limit_that_another_one_was_told_from_its_next_look_on()
    {
        var (one, other) = await ReplicasAsync();
        await one.Budget.LimitAsync(Installation, TimeSpan.FromMinutes(5), Token);
        await one.Budget.LimitAsync(Installation, TimeSpan.FromMinutes(1), Token);

        await other.Queue.ClaimAsync(Token);

        other.Budget.ClosedUntil(Installation, "core", isWrite: true).ShouldBe(clock.GetUtcNow().AddMinutes(5));
        clock.Advance(TimeSpan.FromMinutes(5));
        await one.Budget.LimitAsync(8, TimeSpan.FromMinutes(1), Token);
        await other.Queue.ClaimAsync(Token);
        other.Budget.ClosedUntil(Installation, "core", isWrite: true).ShouldBeNull();
        other.Budget.ClosedUntil(8, "core", isWrite: true).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_store_that_is_away_keeps_no_limit_from_being_heeded_here()
    {
        await using var server = await RedisServer.StartAsync(Token);
        await using var connection = new AfkGitHubApp.Adapters.Redis.RedisConnection(server.ConnectionString, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<AfkGitHubApp.Adapters.Redis.RedisConnection>.Instance);
        var replica = new RedisReplica(connection, clock, StoreTimings.Default, TimeProvider.System, server.ConnectionString);
        await server.StopAsync();

        await replica.Budget.LimitAsync(Installation, TimeSpan.FromMinutes(1), Token);

        replica.Budget.ClosedUntil(Installation, "core", isWrite: true).ShouldNotBeNull();
    }

    private RequestBudget Budget() => new(new InMemoryBudgetShare(clock), clock, TimeSpan.FromSeconds(1));

    private async Task<(RedisReplica One, RedisReplica Other)> ReplicasAsync()
    {
        await redis.Server.FlushAsync(Token);
        return (redis.Connect(clock, StoreTimings.Default), redis.Connect(clock, StoreTimings.Default));
    }
}
