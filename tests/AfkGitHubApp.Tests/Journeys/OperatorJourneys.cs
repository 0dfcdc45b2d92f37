using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Ticking;
using Microsoft.Extensions.DependencyInjection;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>What an operator orders while the deployment runs.</summary>
public sealed class OperatorJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stopped_run_is_let_go_its_turn_is_cancelled_and_nobody_is_rung()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: LongTurn());
        await tester.PassAsync(TimeSpan.FromMinutes(2));

        var stopped = (await Orders(tester).StopAsync(await RepositoryAsync(tester), issue, Token)).ShouldNotBeNull();
        await tester.PassAsync(Long);

        stopped.IssueNumber.ShouldBe(issue);
        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Labels.ShouldBeEmpty();
        tester.Issue(issue).Comments.ShouldHaveSingleItem().Body.ShouldContain("the operator stopped the run");
        tester.GitHub.Journal.Effects<RunCancelled>().ShouldHaveSingleItem();
        tester.GitHub.Journal.Effects<TurnWorked>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Stopping_an_issue_that_is_not_in_flight_changes_nothing()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        (await Orders(tester).StopAsync(await RepositoryAsync(tester), issue + 1, Token)).ShouldBeNull();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_stop_waits_for_the_tick_under_way()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: LongTurn());
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        var repository = await RepositoryAsync(tester);
        var ticking = (await tester.Queue.ClaimAsync(repository, Token)).ShouldNotBeNull();

        var stopping = Orders(tester).StopAsync(repository, issue, Token);
        tester.Clock.Advance(TimeSpan.FromSeconds(3));
        stopping.IsCompleted.ShouldBeFalse();
        await tester.Queue.SettleAsync(ticking.Lease, tester.Clock.GetUtcNow() + Long, Token);
        tester.Clock.Advance(TimeSpan.FromSeconds(1));

        (await stopping).ShouldNotBeNull();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.EndingOf(issue).ShouldBe(Ending.Released);
    }

    [Fact]
    public async Task A_rebuild_takes_up_the_run_and_says_what_it_could_not_take()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var running = tester.OpenReadyIssue(turns: LongTurn());
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        var byHand = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Marked by hand");
        tester.GitHub.Label(AfkTester.Repository, byHand, AfkTester.InProgress, AfkTester.Maintainer);
        await tester.RestartAsync();
        var writes = tester.GitHub.Journal.Effects<WorldEffect>().Count(effect => effect.Actor.EndsWith("[bot]", StringComparison.Ordinal) && effect is not TokenMinted);

        var rebuilt = (await Orders(tester).RebuildAsync(await RepositoryAsync(tester), Token)).ShouldNotBeNull();

        rebuilt.WasKnown.ShouldBeFalse();
        rebuilt.Run.ShouldNotBeNull().IssueNumber.ShouldBe(running);
        rebuilt.Remarks.ShouldContain(remark => remark.Contains($"#{byHand} carries agent-in-progress without a record", StringComparison.Ordinal));
        rebuilt.Remarks.ShouldContain(remark => remark.Contains($"#{byHand} is in progress, too", StringComparison.Ordinal));
        tester.GitHub.Journal.Effects<WorldEffect>().Count(effect => effect.Actor.EndsWith("[bot]", StringComparison.Ordinal) && effect is not TokenMinted).ShouldBe(writes, "a rebuild writes nothing to GitHub");
        (await Orders(tester).RebuildAsync(await RepositoryAsync(tester), Token)).ShouldNotBeNull().WasKnown.ShouldBeTrue();
    }

    [Fact]
    public async Task A_rebuild_with_other_keys_leaves_the_record_alone_and_says_why()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.OpenReadyIssue(turns: LongTurn());
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.Set("Afk:Keys", "another-key-of-thirty-two-characters-or-more");
        await tester.RestartAsync();

        var rebuilt = (await Orders(tester).RebuildAsync(await RepositoryAsync(tester), Token)).ShouldNotBeNull();

        rebuilt.Remarks.ShouldContain(remark => remark.Contains("signed with none of the keys", StringComparison.Ordinal));
        rebuilt.Run.ShouldNotBeNull().Concluding.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_kill_switch_thrown_between_decision_and_dispatch_holds_the_turn_back()
    {
        AfkTester? tester = null;
        await using var started = await AfkTester.InProcessAsync(inner => new OnFirstComment(inner, () => tester!.Set("Afk:KillSwitch", "true")));
        tester = started;
        var issue = tester.OpenReadyIssue();

        await tester.PassAsync(TimeSpan.FromMinutes(45));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();
        tester.EndingOf(issue).ShouldBeNull("a turn that is held back is not one that cannot be started");

        tester.Set("Afk:KillSwitch", "false");
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_corrective_turn_that_the_kill_switch_held_back_for_hours_starts_when_it_is_let_go()
    {
        AfkTester? tester = null;
        var held = false;
        await using var started = await AfkTester.InProcessAsync(inner => new OnFailingLook(inner, () =>
        {
            if (!held && tester!.GitHub.Journal.Effects<TurnWorked>().Count == 1)
            {
                held = true;
                tester.Set("Afk:KillSwitch", "true");
            }
        }));
        tester = started;
        var issue = tester.OpenReadyIssue(turns: [new TurnScript { Ci = new CiScript { Conclusion = "failure" } }, new TurnScript()]);
        await tester.PassAsync(TimeSpan.FromHours(2));
        held.ShouldBeTrue();
        tester.GitHub.Journal.Effects<TurnWorked>().ShouldHaveSingleItem();

        tester.Set("Afk:KillSwitch", "false");
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(2);
    }

    private static TurnScript LongTurn() => new() { Takes = TimeSpan.FromHours(2) };

    private static OperatorOrders Orders(AfkTester tester) => tester.Services.GetRequiredService<OperatorOrders>();

    private static async Task<RepositoryKey> RepositoryAsync(AfkTester tester) =>
        (await tester.Services.GetRequiredService<Ports.IGitHubApp>().FindRepositoryAsync(AfkTester.Repository, Token)).ShouldNotBeNull();

    /// <summary>Does something right before a comment is edited: between the decision and the dispatch.</summary>
    private sealed class OnFailingLook(HttpMessageHandler inner, Action then) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Patch && request.Content is { } content && (await content.ReadAsStringAsync(cancellationToken)).Contains("corrective turn 1", StringComparison.Ordinal))
            {
                then();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Does something when the first comment has been written.</summary>
    private sealed class OnFirstComment(HttpMessageHandler inner, Action then) : DelegatingHandler(inner)
    {
        private int comments;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/comments", StringComparison.Ordinal) && Interlocked.Increment(ref comments) == 1)
            {
                then();
            }

            return response;
        }
    }
}
