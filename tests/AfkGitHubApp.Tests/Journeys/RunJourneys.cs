using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Whole runs over real HTTP, from the label to the terminal state, judged by what GitHub looks like afterwards.</summary>
public sealed class RunJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly CiScript Green = new();
    private static readonly CiScript Red = new() { Conclusion = "failure" };

    [Fact]
    public async Task A_labelled_issue_goes_straight_to_green_and_is_closed()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        var seen = tester.Issue(issue);
        seen.Open.ShouldBeFalse();
        seen.StateReason.ShouldBe("completed");
        seen.Labels.ShouldBeEmpty();
        tester.EndingOf(issue).ShouldBe(Ending.Done);
        seen.Comments.Count.ShouldBe(2);
        seen.Comments[0].Body.ShouldContain("- [x] Done");
        seen.Comments[1].Body.ShouldContain("@maria");
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Red_twice_then_green_takes_two_corrective_turns()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Red), Turn(Green)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        var dispatched = tester.GitHub.Journal.Effects<WorkflowDispatched>();
        dispatched.Select(turn => turn.Inputs["kind"]).ShouldBe(["first", "corrective", "corrective"]);
        dispatched[1].Inputs["prompt"].ShouldContain("failure");
        tester.Issue(issue).Comments[0].Body.ShouldContain("2 of 5 corrective turns");
    }

    [Fact]
    public async Task A_turn_that_ends_without_a_push_is_handed_to_a_person()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Pushes = false });

        await tester.PassUntilEndedAsync(issue, Long);

        var seen = tester.Issue(issue);
        seen.Open.ShouldBeTrue();
        seen.Labels.ShouldBe([AfkTester.ForHuman]);
        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        seen.Comments[1].Body.ShouldContain("needs a person");
    }

    [Fact]
    public async Task A_spent_budget_freezes_the_run_and_leaves_the_issue_open()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Red));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Frozen);
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(6);
    }

    [Fact]
    public async Task After_a_frozen_run_nothing_starts_until_the_trunk_is_green_again()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Policy:FixForwardMaxAttempts", "0"));
        var frozen = tester.OpenReadyIssue("first", Turn(Red));
        await tester.PassUntilEndedAsync(frozen, Long);
        var waiting = tester.OpenReadyIssue("second");
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.Issue(waiting).Labels.ShouldBe([AfkTester.Ready]);

        tester.GitHub.Push(AfkTester.Repository, "main", AfkTester.Maintainer, "Mend it by hand", new CiScript());
        await tester.PassUntilEndedAsync(waiting, Long);

        tester.EndingOf(waiting).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_vanished_turn_is_started_again_once()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Vanishing, Turn(Green)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Select(turn => turn.Inputs["kind"]).ShouldBe(["first", "redispatch"]);
    }

    [Fact]
    public async Task A_turn_that_vanishes_twice_is_handed_to_a_person()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Vanishing);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Ci_that_never_starts_is_handed_to_a_person_after_an_hour()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green with { NeverStarts = true }));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[1].Body.ShouldContain("CI never started");
    }

    [Fact]
    public async Task A_blocked_issue_starts_when_its_blocker_closes()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var blocker = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "First this");
        var issue = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Then that");
        tester.GitHub.AddBlocker(AfkTester.Repository, issue, blocker);
        tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.Issue(issue).Labels.ShouldBe([AfkTester.Ready]);

        tester.GitHub.Close(AfkTester.Repository, blocker, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("unlabel")]
    [InlineData("pause")]
    public async Task A_person_who_takes_over_is_left_alone(string how)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Takes = TimeSpan.FromHours(1) });
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        switch (how)
        {
            case "close":
                tester.GitHub.Close(AfkTester.Repository, issue, AfkTester.Maintainer);
                break;
            case "unlabel":
                tester.GitHub.Unlabel(AfkTester.Repository, issue, AfkTester.InProgress, AfkTester.Maintainer);
                break;
            default:
                tester.GitHub.Label(AfkTester.Repository, issue, "paused", AfkTester.Maintainer);
                break;
        }

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.GitHub.Journal.Effects<RunCancelled>().Count.ShouldBe(1);
        tester.Issue(issue).Labels.ShouldNotContain(AfkTester.InProgress);
        tester.Issue(issue).Labels.ShouldNotContain(AfkTester.ForHuman);
        tester.Issue(issue).Comments.Count.ShouldBe(1, "nothing rings when a person took over");
        tester.Issue(issue).Open.ShouldBe(how != "close");
    }

    [Fact]
    public async Task A_label_that_is_merely_missing_is_repaired()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Takes = TimeSpan.FromMinutes(30) });
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        tester.GitHub.Unlabel(AfkTester.Repository, issue, AfkTester.InProgress, "github-actions[bot]");
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        tester.Issue(issue).Labels.ShouldContain(AfkTester.InProgress);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_turn_that_hangs_is_cancelled_at_its_deadline_and_handed_back()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.GitHub.Journal.Effects<RunCancelled>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_that_ignores_its_cancellation_keeps_the_repository_busy_until_it_must_be_over()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue("first", new TurnScript { Ends = TurnEnd.IgnoresCancel, Pushes = false, Takes = TimeSpan.FromHours(20) });
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        tester.GitHub.Close(AfkTester.Repository, issue, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        var next = tester.OpenReadyIssue("second");

        await tester.PassAsync(TimeSpan.FromHours(5));
        tester.Issue(next).Labels.ShouldBe([AfkTester.Ready]);

        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task Labelling_again_is_a_new_run()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Green) with { Pushes = false }]);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.GitHub.ScriptIssue(AfkTester.Repository, issue, Turn(Green));
        tester.GitHub.Unlabel(AfkTester.Repository, issue, AfkTester.ForHuman, AfkTester.Maintainer);

        tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(30));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Ticks.Where(tick => tick.Ended is not null).Select(tick => tick.Run).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task The_kill_switch_holds_the_corrective_turn_back_and_stops_its_clock()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);
        await tester.PassAsync(TimeSpan.FromMinutes(3));
        tester.Set("Afk:KillSwitch", "true");

        await tester.PassAsync(TimeSpan.FromHours(3));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);

        tester.Set("Afk:KillSwitch", "false");
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_refused_dispatch_is_handed_to_a_person_with_its_reason()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.RemoveWorkflow(AfkTester.Repository, "afk-agent.yml");
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[1].Body.ShouldContain("afk-agent.yml");
    }

    [Fact]
    public async Task A_restarted_process_goes_on_with_the_run_it_finds_on_GitHub()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);
        await tester.PassAsync(TimeSpan.FromMinutes(4));

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments.Count.ShouldBe(2);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(2);
    }

    [Fact]
    public async Task With_pull_request_delivery_the_pull_request_is_opened_once_and_its_merge_closes_the_issue()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);
        await tester.PassAsync(TimeSpan.FromHours(2));
        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();
        opened.Head.ShouldStartWith($"afk/issue-{issue}-r");
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Ticks[^1].Action.ShouldBe("Deliver");

        tester.GitHub.MergePullRequest(AfkTester.Repository, opened.Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Open.ShouldBeFalse();
    }

    [Fact]
    public async Task A_pull_request_that_a_person_closes_releases_the_run()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();

        tester.GitHub.Close(AfkTester.Repository, opened.Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.Issue(issue).Open.ShouldBeTrue();
    }

    private static TurnScript Vanishing => new() { Pushes = false, Ends = TurnEnd.Vanish };

    private static TurnScript Turn(CiScript ci) => new() { Takes = TimeSpan.FromMinutes(2), Ci = ci };
}
