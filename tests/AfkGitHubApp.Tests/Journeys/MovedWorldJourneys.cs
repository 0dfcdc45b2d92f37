using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Repositories and issues that are renamed, moved, closed off or gone: each has an outcome with a name, and nothing is written where nobody allows it.</summary>
public sealed class MovedWorldJourneys
{
    private const string Elsewhere = "octo/gadgets";
    private static readonly TimeSpan Long = TimeSpan.FromHours(9);
    private static readonly CiScript Red = new() { Conclusion = "failure" };

    [Fact]
    public async Task Under_a_name_that_nobody_allows_the_run_is_watched_and_closed_but_nothing_is_started()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn());
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        var next = tester.OpenReadyIssue("the next");

        tester.GitHub.Rename(AfkTester.Repository, Elsewhere);
        await tester.PassUntilEndedAsync(issue, Long);
        await tester.PassAsync(TimeSpan.FromHours(3));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
        tester.GitHub.Issue(Elsewhere, next).Labels.ShouldBe([AfkTester.Ready]);
    }

    [Fact]
    public async Task Under_a_name_that_nobody_allows_no_corrective_turn_is_started()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn()]);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        tester.GitHub.Rename(AfkTester.Repository, Elsewhere);
        await tester.PassAsync(TimeSpan.FromHours(3));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);

        tester.Set("Afk:Allowlist", Elsewhere);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_repository_renamed_while_nothing_is_in_flight_is_not_written_to_and_costs_less_and_less()
    {
        await using var tester = await AfkTester.InProcessAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.Deliveries = _ => 0;
        tester.GitHub.Rename(AfkTester.Repository, Elsewhere);
        var issue = tester.GitHub.OpenIssue(Elsewhere, AfkTester.Maintainer, "After the move");
        tester.GitHub.Label(Elsewhere, issue, AfkTester.Ready, AfkTester.Maintainer);
        var before = tester.GitHub.Journal.Requests.Count;

        await tester.PassAsync(TimeSpan.FromDays(3));

        Writes(tester, before).ShouldBeEmpty();
        (await RequestsWithinAsync(tester, TimeSpan.FromDays(2))).ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public async Task A_new_repository_under_the_old_name_is_another_one_and_gets_no_word_of_the_old_run()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn());
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.Rename(AfkTester.Repository, Elsewhere);
        tester.Deliveries = _ => 0;
        tester.GitHub.AddRepository(AfkTester.Repository);
        var before = tester.GitHub.Journal.Requests.Count;

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        Writes(tester, before).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repository_transferred_out_of_reach_releases_its_run_without_a_write()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn());
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.Uninstall(AfkTester.Repository);
        tester.GitHub.Rename(AfkTester.Repository, "somebody/widgets");
        var before = tester.GitHub.Journal.Effects<WorldEffect>().Count;

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.Ticks.Last(tick => tick.Ended is not null).Why.ShouldContain("gone");
        OurEffects(tester, before).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("archived")]
    [InlineData("suspended")]
    [InlineData("uninstalled")]
    [InlineData("deleted")]
    public async Task A_repository_out_of_reach_releases_its_run_and_costs_less_and_less(string how)
    {
        await using var tester = await AfkTester.InProcessAsync();
        await tester.EnrolAsync();
        var issue = tester.OpenReadyIssue(turns: Turn() with { Takes = TimeSpan.FromHours(1) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        var before = tester.GitHub.Journal.Effects<WorldEffect>().Count;

        switch (how)
        {
            case "archived": tester.GitHub.Archive(AfkTester.Repository); break;
            case "suspended": tester.GitHub.Suspend(AfkTester.Repository); break;
            case "uninstalled": tester.GitHub.Uninstall(AfkTester.Repository); break;
            default: tester.GitHub.DeleteRepository(AfkTester.Repository); break;
        }

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));
        tester.EndingOf(issue).ShouldBe(Ending.Released);
        await tester.PassAsync(TimeSpan.FromDays(3));

        OurEffects(tester, before).ShouldBeEmpty();
        (await RequestsWithinAsync(tester, TimeSpan.FromDays(2))).ShouldBeLessThanOrEqualTo(20, "one look a day, which may have to see twice that it is gone");
    }

    [Theory]
    [InlineData("uninstalled")]
    [InlineData("suspended")]
    public async Task A_repository_out_of_reach_that_nobody_allows_any_more_is_forgotten(string how)
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn() with { Takes = TimeSpan.FromHours(1) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        if (how == "uninstalled")
        {
            tester.GitHub.Uninstall(AfkTester.Repository);
        }
        else
        {
            tester.GitHub.Suspend(AfkTester.Repository);
        }

        tester.Set("Afk:Allowlist", "");
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));
        await tester.PassAsync(TimeSpan.FromDays(3));

        (await tester.Queue.NextDueAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
        (await RequestsWithinAsync(tester, TimeSpan.FromDays(30))).ShouldBe(0);
    }

    [Fact]
    public async Task A_repository_that_is_installed_again_after_days_is_looked_at_at_once()
    {
        await using var tester = await AfkTester.InProcessAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.Uninstall(AfkTester.Repository);
        await tester.PassAsync(TimeSpan.FromDays(3));

        tester.GitHub.Install(AfkTester.Repository);
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task An_archived_repository_that_is_opened_again_goes_on_with_its_run()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn() with { Takes = TimeSpan.FromMinutes(10) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.Archive(AfkTester.Repository);
        await tester.PassAsync(TimeSpan.FromHours(3));

        tester.GitHub.Archive(AfkTester.Repository, archived: false);
        await tester.PassAsync(TimeSpan.FromHours(12));

        tester.Issue(issue).Open.ShouldBeFalse();
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "archived and back");
    }

    [Fact]
    public async Task Nothing_is_started_in_an_archived_repository()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Too late");
        tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);
        tester.GitHub.Archive(AfkTester.Repository);

        await tester.PassAsync(TimeSpan.FromHours(2));

        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();
        tester.Ticks.SelectMany(tick => tick.HeldBack).Last(held => held.Issue == issue).Why.ShouldBe("the repository is archived");
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("transferred")]
    [InlineData("turned into a discussion")]
    public async Task An_issue_that_is_gone_releases_its_run_cancels_the_turn_and_frees_the_repository(string how)
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRepository(Elsewhere);
        var issue = tester.OpenReadyIssue(turns: Turn() with { Takes = TimeSpan.FromHours(2) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        switch (how)
        {
            case "deleted": tester.GitHub.DeleteIssue(AfkTester.Repository, issue, AfkTester.Maintainer); break;
            case "transferred": tester.GitHub.TransferIssue(AfkTester.Repository, issue, Elsewhere, AfkTester.Maintainer); break;

            // GitHub says nothing of it under the events we may listen to; the issue answers as if it were gone.
            default:
                tester.Deliveries = _ => 0;
                tester.GitHub.DeleteIssue(AfkTester.Repository, issue, AfkTester.Maintainer);
                await tester.SettleAsync();
                tester.Deliveries = _ => 1;
                break;
        }

        var next = tester.OpenReadyIssue("the next");
        await tester.PassUntilEndedAsync(next, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.GitHub.Journal.Effects<RunCancelled>().Count.ShouldBe(1);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        tester.GitHub.Issues(Elsewhere).SelectMany(moved => moved.Comments).ShouldBeEmpty();
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, how);
    }

    [Theory]
    [InlineData("/compare/", true, "GitHub refuses to show the commits")]
    [InlineData("/actions/runs/", false, "status")]
    public async Task A_permission_withdrawn_in_flight_hands_the_run_to_a_person(string path, bool pushes, string why)
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn() with { Pushes = pushes });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = path, Status = 403, Message = "Resource not accessible by integration", Times = 100_000 });

        if (pushes)
        {
            while (tester.GitHub.Commits(AfkTester.Repository).Count == 1)
            {
                await tester.PassAsync(TimeSpan.FromSeconds(1));
            }

            // On top of the turn's: which commits are the run's is then asked of the graph.
            tester.GitHub.Push(AfkTester.Repository, "main", AfkTester.Maintainer, "By hand");
        }

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(3));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
        tester.Ticks.Last(tick => tick.Ended is not null).Why.ShouldContain(why);
    }

    [Fact]
    public async Task With_pull_requests_hidden_the_run_is_handed_to_a_person()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue(turns: Turn());
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/pulls", Status = 403, Message = "Resource not accessible by integration", Times = 100_000 });

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(3));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[1].Body.ShouldContain("refuses to show the pull requests");
    }

    [Fact]
    public async Task Without_the_right_to_read_issues_the_run_is_released_and_taken_up_when_it_is_given_back()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn() with { Takes = TimeSpan.FromMinutes(5) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/graphql", Status = 403, Message = "Resource not accessible by integration", Times = 100_000 });
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));
        tester.EndingOf(issue).ShouldBe(Ending.Released);

        tester.GitHub.ClearRequestFaults();
        await tester.PassAsync(Long);

        tester.Issue(issue).Open.ShouldBeFalse();
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "permission back");
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_asked_for_ever_more_seldom()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:Allowlist", "octo/misspelled"));
        for (var minute = 0; minute < 48 * 60; minute += 10)
        {
            await tester.EnrolAsync();
            tester.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        tester.GitHub.Journal.Requests.Count(request => request.Path.Contains("misspelled", StringComparison.Ordinal)).ShouldBeInRange(8, 16);
    }

    [Fact]
    public async Task Who_the_app_is_is_learnt_once_when_it_is_armed_so_that_its_own_comments_need_no_look()
    {
        await using var tester = await AfkTester.InProcessAsync();
        await tester.EnrolAsync();
        await tester.EnrolAsync();

        ((Ports.IGitHubApp)tester.Services.GetService(typeof(Ports.IGitHubApp))!).KnownIdentity.ShouldNotBeNull();
        tester.GitHub.Journal.Requests.Count(request => request.Path == "/app").ShouldBe(1);
    }

    private static TurnScript Turn(CiScript? ci = null) => new() { Takes = TimeSpan.FromMinutes(2), Ci = ci ?? new CiScript() };

    private static List<RequestMade> Writes(AfkTester tester, int from) =>
        [.. tester.GitHub.Journal.Requests.Skip(from).Where(request => request.Method != "GET" && request.Path != "/graphql" && !request.Path.EndsWith("/access_tokens", StringComparison.Ordinal))];

    /// <summary>What our App has changed in the world since then.</summary>
    private static List<WorldEffect> OurEffects(AfkTester tester, int from) =>
        [.. tester.GitHub.Journal.Effects<WorldEffect>().Skip(from).Where(effect => effect.Actor == tester.GitHub.Options.AppSlug + "[bot]"
            && effect is LabelCreated or LabelAdded or LabelRemoved or CommentCreated or CommentEdited or IssueClosed or WorkflowDispatched or RunCancelled)];

    private static async Task<int> RequestsWithinAsync(AfkTester tester, TimeSpan time)
    {
        var before = tester.GitHub.Journal.Requests.Count;
        await tester.PassAsync(time);
        return tester.GitHub.Journal.Requests.Count - before;
    }
}
