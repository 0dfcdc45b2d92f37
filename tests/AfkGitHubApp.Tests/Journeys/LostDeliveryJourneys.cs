using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Sweeping;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Deliveries that did not arrive: asked for again where GitHub knows of them, found by the timer where it does not.</summary>
public sealed class LostDeliveryJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(9);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_label_that_was_refused_while_the_app_was_away_starts_its_run_as_soon_as_it_is_back(bool sockets)
    {
        await using var tester = sockets ? await AfkTester.OverSocketsAsync() : await AfkTester.InProcessAsync();
        await StartAsync(tester);
        tester.RefuseWith = 503;
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();

        tester.RefuseWith = null;
        await tester.SweepDeliveriesAsync();
        await tester.SettleAsync();
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1, "no timer has passed");
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "redelivered");
    }

    [Fact]
    public async Task Another_replica_goes_on_where_the_last_search_ended()
    {
        await using var redis = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var tester = await AfkTester.InProcessAsync(("ConnectionStrings:Redis", redis.ConnectionString), ("Afk:LeaseSeconds", "30"));
        await StartAsync(tester);
        tester.RefuseWith = 503;
        var issue = tester.OpenReadyIssue();
        await tester.SettleAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        await tester.RestartAsync();
        tester.RefuseWith = null;
        await EndTurnAsync(tester);
        await tester.EnrolAsync();
        await tester.SweepDeliveriesAsync();

        Asked(tester).ShouldBeGreaterThan(0);
        var asked = Asked(tester);
        await EndTurnAsync(tester);
        await tester.SweepDeliveriesAsync();
        Asked(tester).ShouldBe(asked, "each was asked for once");
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_run_whose_deliveries_all_fail_and_come_again_twice_ends_as_any_other()
    {
        await using var tester = await AfkTester.InProcessAsync();
        await StartAsync(tester);
        tester.Deliveries = _ => 2;
        var issue = tester.OpenReadyIssue();
        for (var minute = 0; minute < 120 && tester.Issue(issue).Open; minute += 5)
        {
            tester.RefuseWith = minute % 10 == 0 ? 500 : null;
            await tester.PassAsync(RedeliverySweep.Interval);
            await tester.SweepDeliveriesAsync();
        }

        tester.Issue(issue).Open.ShouldBeFalse();
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(1);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "failed, repeated, doubled");
    }

    [Fact]
    public async Task What_GitHub_never_recorded_the_timer_finds()
    {
        await using var tester = await AfkTester.InProcessAsync();
        await StartAsync(tester);
        tester.Deliveries = _ => 0;
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(6));
        await tester.SweepDeliveriesAsync();
        await tester.SettleAsync();
        Asked(tester).ShouldBe(0);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task Disarmed_no_delivery_is_asked_for()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:KillSwitch", "true"));
        tester.RefuseWith = 503;
        tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(10));

        await tester.SweepDeliveriesAsync();

        tester.GitHub.Journal.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_repositories_nobody_allows_no_delivery_is_asked_for()
    {
        await using var tester = await AfkTester.InProcessAsync();
        await StartAsync(tester);
        tester.GitHub.AddRepository("octo/private");
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.RefuseWith = 503;
        tester.GitHub.OpenIssue("octo/private", AfkTester.Maintainer, "Not ours");
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        tester.RefuseWith = null;
        await tester.SweepDeliveriesAsync();

        Asked(tester).ShouldBe(0);
    }

    /// <summary>Armed, at rest, and the list of deliveries read for the first time.</summary>
    private static async Task StartAsync(AfkTester tester)
    {
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        await tester.SweepDeliveriesAsync();
    }

    private static int Asked(AfkTester tester) => tester.GitHub.Journal.Requests.Count(request => request.Method == "POST" && request.Path.EndsWith("/attempts", StringComparison.Ordinal));

    /// <summary>A turn in Redis ends by the server's clock, which no test waits for.</summary>
    private static async Task EndTurnAsync(AfkTester tester)
    {
        var redis = (Adapters.Redis.RedisConnection)tester.Services.GetService(typeof(Adapters.Redis.RedisConnection))!;
        await redis.AskAsync(database => database.KeyDeleteAsync("afk:redelivery:turn"), TestContext.Current.CancellationToken);
    }
}
