using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Runs that something unusual happens to: what was lost is found, what is refused is said, and nobody is left waiting for ever.</summary>
public sealed class RecoveryJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(9);
    private static readonly CiScript Red = new() { Conclusion = "failure" };

    [Theory]
    [InlineData(null, 1)]
    [InlineData("/afk release", 2)]
    public async Task A_branch_that_a_run_left_red_is_waited_for_after_a_restart_unless_somebody_released_it(string? command, int dispatches)
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:Policy:FixForwardMaxAttempts", "0"));
        var issue = tester.OpenReadyIssue(turns: Turn(Red));
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Frozen);
        if (command is not null)
        {
            tester.GitHub.Comment(AfkTester.Repository, issue, AfkTester.Maintainer, command);
            await tester.PassAsync(TimeSpan.FromMinutes(1));
        }

        await tester.RestartAsync();
        tester.OpenReadyIssue();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(dispatches);
    }

    [Fact]
    public async Task A_branch_that_a_run_left_red_is_free_after_a_restart_when_it_is_green_again()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:Policy:FixForwardMaxAttempts", "0"));
        var issue = tester.OpenReadyIssue(turns: Turn(Red));
        await tester.PassUntilEndedAsync(issue, Long);

        tester.GitHub.Push(AfkTester.Repository, "main", AfkTester.Maintainer, "Mend it", new CiScript());
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        await tester.RestartAsync();
        var next = tester.OpenReadyIssue(turns: Turn(new CiScript()));
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(next, Long);

        tester.EndingOf(next).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_fresh_process_for_every_look_brings_a_run_through_two_corrective_turns()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.Deliveries = _ => 0;
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Red), Turn(new CiScript())]);

        for (var minute = 0; minute < 120 && tester.Issue(issue).Open; minute += 5)
        {
            await tester.LookFromColdAsync();
            await tester.PassQuietlyAsync(TimeSpan.FromMinutes(5));
        }

        tester.Issue(issue).Open.ShouldBeFalse();
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(3);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "cold looks");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(90)]
    public async Task A_run_goes_on_when_lost_access_comes_back(int minutes)
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(new CiScript()) with { Takes = TimeSpan.FromMinutes(20) });
        await tester.PassAsync(TimeSpan.FromMinutes(2));

        tester.GitHub.Suspend(AfkTester.Repository);
        await tester.PassAsync(TimeSpan.FromMinutes(minutes));
        tester.GitHub.Suspend(AfkTester.Repository, suspended: false);
        await tester.PassAsync(Long);

        tester.Issue(issue).Open.ShouldBeFalse();
        tester.Issue(issue).Labels.ShouldBeEmpty();
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "access back");
    }

    [Fact]
    public async Task After_a_restart_every_issue_in_progress_comes_to_an_end()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var running = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        var orphan = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Marked by hand");
        tester.GitHub.Label(AfkTester.Repository, orphan, AfkTester.InProgress, AfkTester.Maintainer);

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(Long);

        tester.Issue(running).Open.ShouldBeFalse();
        tester.Issue(orphan).Labels.ShouldBe([AfkTester.ForHuman]);
    }

    [Fact]
    public async Task A_turn_seen_alive_after_its_deadline_gets_its_time_to_end_also_from_a_process_that_knows_nothing()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var overran = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });
        tester.OpenReadyIssue("The next one");
        await tester.PassAsync(TimeSpan.FromHours(5.5));
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/cancel", Times = 1, Status = 500 });

        while (tester.EndingOf(overran) is null)
        {
            await tester.PassAsync(TimeSpan.FromSeconds(1));
        }

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(1));

        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "past its deadline");
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_end_of_an_old_turn_is_asked_for_until_the_backend_was_told()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var closed = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });
        var next = tester.OpenReadyIssue("The next one");
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/cancel", Times = 2, Status = 500 });

        tester.GitHub.Close(AfkTester.Repository, closed, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(next, TimeSpan.FromHours(1));

        tester.EndingOf(closed).ShouldBe(Ending.Released);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<RunCancelled>().Count.ShouldBe(1);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "asked again");
    }

    [Fact]
    public async Task A_dispatch_whose_answer_was_lost_is_cancelled_before_a_paused_run_lets_the_repository_go()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/dispatches", LoseResponse = true });
        var paused = tester.OpenReadyIssue("first", Turn(new CiScript()) with { Takes = TimeSpan.FromHours(2) });
        await tester.SettleAsync();
        tester.GitHub.Label(AfkTester.Repository, paused, "paused", AfkTester.Maintainer);
        var next = tester.OpenReadyIssue("second");

        await tester.PassUntilEndedAsync(next, Long);

        tester.GitHub.Journal.Effects<RunCancelled>().Count.ShouldBe(1);
        tester.EndingOf(paused).ShouldBe(Ending.Released);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "lost dispatch, paused");
    }

    [Fact]
    public async Task A_released_turn_that_still_works_keeps_the_repository_busy_across_a_restart()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var first = tester.OpenReadyIssue("first", Turn(new CiScript()) with { Ends = TurnEnd.IgnoresCancel, Takes = TimeSpan.FromHours(3), Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        tester.GitHub.Close(AfkTester.Repository, first, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        await tester.RestartAsync();
        var next = tester.OpenReadyIssue("second");
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(5.5));
        tester.Issue(next).Labels.ShouldBe([AfkTester.Ready], "the old turn may still push");

        // Its deadline and ten minutes more are over: whatever it is, it is not waited for any longer.
        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_deadline_holds_although_the_cancellation_cannot_be_asked_for()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/cancel", Status = 500, Times = 10_000 });
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
    }

    [Fact]
    public async Task A_turn_whose_end_could_only_be_asked_for_long_after_its_deadline_gets_its_time_to_end()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var first = tester.OpenReadyIssue("first", new TurnScript { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromHours(5.9));
        var next = tester.OpenReadyIssue("second");
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/cancel", Status = 403, RetryAfter = 600, Message = "You have exceeded a secondary rate limit" });

        await tester.PassUntilEndedAsync(next, Long);

        tester.EndingOf(first).ShouldBe(Ending.NeedsHuman);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "cancelled late");
    }

    [Fact]
    public async Task A_reopened_issue_is_not_closed_by_the_marker_of_its_earlier_run()
    {
        var wire = new CrashingWire();
        await using var tester = await AfkTester.InProcessAsync(wire.Around);
        var issue = tester.OpenReadyIssue();
        await tester.PassUntilEndedAsync(issue, Long);
        tester.GitHub.Reopen(AfkTester.Repository, issue, AfkTester.Maintainer);
        wire.CrashAt = wire.Writes + 2;
        tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);
        await tester.SettleAsync();
        wire.HasCrashed.ShouldBeTrue();

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_when_its_new_name_is_allowed()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:Allowlist", $"{AfkTester.Repository},octo/gadgets"));
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(new CiScript())]);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        tester.GitHub.Rename(AfkTester.Repository, "octo/gadgets");
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Issue("octo/gadgets", issue).Open.ShouldBeFalse();
    }

    [Fact]
    public async Task Where_rules_cannot_be_read_there_are_none_to_wait_for()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/rules/branches", Status = 403, Message = "Upgrade to GitHub Pro or make this repository public to enable this feature.", Times = 10_000 });
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_check_that_classic_protection_requires_is_waited_for()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.ProtectBranch(AfkTester.Repository, "main", "release-gate");
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(30));
        tester.Issue(issue).Open.ShouldBeTrue();

        tester.GitHub.AddStatus(AfkTester.Repository, tester.GitHub.BranchHead(AfkTester.Repository)!, "release-gate", "success");
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_refused_pull_request_hands_the_run_back_with_its_reason()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:Delivery", "pull_request"));
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/pulls", Status = 403, Message = "Resource not accessible by integration", Times = 10_000 });
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        foreach (var comment in tester.Issue(issue).Comments)
        {
            comment.Body.ShouldContain("GitHub refuses to open the pull request: Resource not accessible by integration; the App needs pull\\_requests: write.");
        }

        tester.Issue(issue).Comments[0].Body.ShouldContain("- ✋ **Push**");
        tester.Issue(issue).Comments[0].Body.ShouldContain("- [ ] Deployment");
    }

    [Fact]
    public async Task What_GitHub_says_when_it_refuses_is_told_and_mentions_nobody()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/labels", Status = 403, Message = "Ask @maria.\n<!-- about #1 -->", Times = 10_000 });
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        var told = tester.Issue(issue).Comments[^1].Body;
        told.ShouldContain("the turn was refused: GitHub refuses to set the label agent-in-progress: Ask ");
        told.ShouldNotContain("@maria.");
        told.ShouldNotContain("<!-- about");
        told.ShouldNotContain("the App needs");
    }

    [Fact]
    public async Task A_turn_that_cannot_be_started_is_given_up_after_half_an_hour()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/dispatches", Status = 400, Times = 10_000 });
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(2));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_turn_that_nobody_tried_to_start_during_an_outage_is_not_given_up(bool started)
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(new CiScript()) with { Takes = TimeSpan.FromHours(1) }]);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/dispatches", Status = started ? null : 502, LoseResponse = started });
        for (var step = 0; step < 200 && Dispatches(tester) < 2; step++)
        {
            await tester.PassAsync(TimeSpan.FromSeconds(5));
        }

        Dispatches(tester).ShouldBe(2);
        await tester.PassQuietlyAsync(TimeSpan.FromMinutes(45));
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(2);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "outage");
    }

    [Fact]
    public async Task A_turn_whose_every_start_seems_to_fail_is_found_before_it_is_given_up()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/dispatches", Status = 400, Times = 5 });
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/dispatches", LoseResponse = true });
        var issue = tester.OpenReadyIssue(turns: Turn(new CiScript()) with { Takes = TimeSpan.FromHours(1) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.AddRequestFault(new RequestFault { Method = "GET", PathContains = "/afk-agent.yml/runs", Status = 502, Times = 10_000 });
        await tester.PassAsync(TimeSpan.FromMinutes(45));
        Dispatches(tester).ShouldBe(6);

        tester.GitHub.ClearRequestFaults();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_persons_green_commit_on_top_of_a_red_one_closes_the_issue()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Red with { Takes = TimeSpan.FromMinutes(30) }));
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        tester.GitHub.Push(AfkTester.Repository, "main", AfkTester.Maintainer, "Mend it", new CiScript());

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(3));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
        tester.Issue(issue).Comments[1].Body.ShouldContain("newer commit");
    }

    [Fact]
    public async Task A_status_that_cannot_be_learned_is_handed_to_a_person_after_an_hour()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.GitHub.AddRequestFault(new RequestFault { Method = "GET", PathContains = "/actions/runs/", Status = 502, Times = 100_000 });

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(3));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.GitHub.Journal.Effects<RunCancelled>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Under_the_kill_switch_a_forgotten_run_is_found_by_its_push_although_the_first_search_fails()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(new CiScript()) with { Takes = TimeSpan.FromMinutes(10) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.Set("Afk:KillSwitch", "true");
        await tester.RestartAsync();
        tester.GitHub.AddRequestFault(new RequestFault { Method = "GET", PathContains = "/issues", Status = 502, Times = 2 });

        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.Issue(issue).Open.ShouldBeFalse();
    }

    private static int Dispatches(AfkTester tester) => tester.GitHub.Journal.Requests.Count(request => request.Path.EndsWith("/dispatches", StringComparison.Ordinal));

    private static TurnScript Turn(CiScript ci) => new() { Takes = TimeSpan.FromMinutes(2), Ci = ci };
}
