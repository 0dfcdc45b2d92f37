using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Whole runs over real HTTP whose turns T3 Code works, judged by what GitHub and the T3 Code server look like afterwards.</summary>
public sealed class T3CodeJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly CiScript Green = new();
    private static readonly CiScript Red = new() { Conclusion = "failure" };

    [Fact]
    public async Task A_labelled_issue_goes_straight_to_green_and_is_closed()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        var thread = tester.GitHub.T3Threads.ShouldHaveSingleItem();
        thread.Title.ShouldBe($"{AfkTester.Repository}#{issue}");
        thread.Folder.ShouldBe($"/srv/clones/{AfkTester.Repository}");
        thread.Prompts.ShouldHaveSingleItem().ShouldContain("`AFK-Result: nothing-to-do`");
        tester.Issue(issue).Comments[0].Body.ShouldContain($"{tester.GitHub.T3CodeUrl}5e0c0de0-0000-4000-8000-000000000001/{thread.Id}");
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "green");
    }

    [Fact]
    public async Task Red_is_corrected_in_the_same_thread()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        var prompts = tester.GitHub.T3Threads.ShouldHaveSingleItem().Prompts;
        prompts.Count.ShouldBe(2);
        prompts[1].ShouldContain("CI is red on commit");
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "red");
    }

    [Fact]
    public async Task An_own_branch_is_pushed_to_where_a_pull_request_carries_the_work()
    {
        await using var tester = await StartAsync(("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue();

        await tester.PassAsync(TimeSpan.FromMinutes(10));

        tester.GitHub.Journal.Effects<CommitPushed>().ShouldHaveSingleItem().Branch.ShouldStartWith($"afk/issue-{issue}-");
        tester.GitHub.Journal.Effects<PullRequestOpened>().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(TurnEnd.Waiting)]
    [InlineData(TurnEnd.ActionRequired)]
    public async Task A_turn_that_waits_for_an_answer_is_handed_to_a_person_and_ended(TurnEnd end)
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Ends = end });

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
        var thread = tester.GitHub.T3Threads.ShouldHaveSingleItem();
        (thread.TurnState, thread.SessionStatus).ShouldBe(("interrupted", "stopped"));
    }

    [Theory]
    [InlineData(TurnEnd.NeverStarts)]
    [InlineData(TurnEnd.Failure)]
    [InlineData(TurnEnd.Cancelled)]
    public async Task A_turn_that_fails_is_handed_to_a_person_and_not_started_again(TurnEnd end)
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Ends = end, Pushes = false });

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(30));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.GitHub.T3Threads.ShouldHaveSingleItem().Prompts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_corrective_turn_that_fails_to_start_is_not_taken_for_the_turn_before_it()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green) with { Ends = TurnEnd.NeverStarts }, Turn(Green)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.T3Threads.ShouldHaveSingleItem().Prompts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_while_ends_no_run()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Takes = TimeSpan.FromMinutes(90) });
        await tester.PassAsync(TimeSpan.FromMinutes(2));

        tester.GitHub.AddT3Fault(new RequestFault { CutConnection = true, Times = 10_000 });
        await tester.PassAsync(TimeSpan.FromMinutes(40));
        tester.EndingOf(issue).ShouldBeNull();
        tester.GitHub.ClearT3Faults();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_stays_away_hands_the_run_to_a_person()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(2));

        tester.GitHub.AddT3Fault(new RequestFault { Status = 502, Times = 100_000 });
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(2));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
    }

    [Fact]
    public async Task A_deleted_thread_is_started_again_in_one_of_another_name()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Green) with { Ends = TurnEnd.Vanish, Pushes = false }, Turn(Green)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.T3Threads.Select(thread => thread.IsDeleted).ShouldBe([true, false]);
        tester.GitHub.T3Threads[1].Prompts.ShouldHaveSingleItem().ShouldContain("The previous turn was lost");
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "deleted");
    }

    [Fact]
    public async Task Nothing_is_started_beside_an_archived_thread_whose_agent_goes_on()
    {
        await using var tester = await StartAsync(("Afk:Policy:TurnMaxSeconds", "1800"));
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.GitHub.ArchiveT3Thread(tester.GitHub.T3Threads[0].Id);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        var thread = tester.GitHub.T3Threads.ShouldHaveSingleItem();
        (thread.TurnState, thread.SessionStatus).ShouldBe(("interrupted", "stopped"));
    }

    [Theory]
    [InlineData(TurnEnd.Hang)]
    [InlineData(TurnEnd.IgnoresCancel)]
    public async Task A_turn_past_its_deadline_is_ended(TurnEnd end)
    {
        await using var tester = await StartAsync(("Afk:Policy:TurnMaxSeconds", "1800"));
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Ends = end, Pushes = false });

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        var thread = tester.GitHub.T3Threads.ShouldHaveSingleItem();
        (thread.TurnState, thread.SessionStatus).ShouldBe(("interrupted", "stopped"));
    }

    [Fact]
    public async Task A_turn_lost_in_a_restart_of_the_server_is_handed_to_a_person()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.GitHub.RestartT3Code();

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(30));

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_lost_answer_starts_nothing_twice(int lost)
    {
        await using var tester = await StartAsync();
        for (var answered = 1; answered < lost; answered++)
        {
            tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", Latency = TimeSpan.Zero });
        }

        tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", LoseResponse = true });
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.T3Threads.ShouldHaveSingleItem().Prompts.Count.ShouldBe(1);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_run_adopted_by_a_process_that_knows_nothing_goes_on_in_its_thread()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.T3Threads.ShouldHaveSingleItem().Prompts.Count.ShouldBe(2);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "adopted");
    }

    [Fact]
    public async Task A_commit_without_the_trailers_counts_where_its_turn_names_it_and_it_is_on_the_branch()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red) with { Trailers = false }, Turn(Green) with { Trailers = false }]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments[0].Body.ShouldContain("1 of 5 corrective turns");
    }

    [Fact]
    public async Task A_commit_that_is_not_on_the_branch_does_not_count_by_being_named()
    {
        await using var tester = await StartAsync();
        var issue = tester.OpenReadyIssue(turns: Turn(Green) with { Trailers = false, LastMessage = $"Pushed-Commit: {new string('a', 40)}" });

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
    }

    [Fact]
    public async Task A_missing_folder_is_told_to_a_person()
    {
        await using var tester = await StartAsync(("Afk:T3Code:Workspaces", "/nowhere/{owner}/{name}"));
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[1].Body.ShouldContain("/nowhere/octo/widgets is not on the T3 Code server");
    }

    [Fact]
    public async Task A_version_that_is_not_known_to_work_is_sent_nothing()
    {
        await using var tester = await StartAsync();
        tester.GitHub.T3CodeVersion = "0.1.0";
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[1].Body.ShouldContain("runs version 0.1.0, and only 0.0.42 is known to work");
        tester.GitHub.Journal.Effects<T3RequestMade>().ShouldAllBe(request => request.Method == "GET");
    }

    [Fact]
    public async Task A_token_that_has_expired_is_waited_for()
    {
        await using var tester = await StartAsync();
        tester.GitHub.T3CodeToken = "another";
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        tester.EndingOf(issue).ShouldBeNull();

        tester.GitHub.T3CodeToken = "simulated-t3-token";
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    private static Task<AfkTester> StartAsync(params (string Key, string? Value)[] settings) => AfkTester.OverSocketsAsync([("Afk:Backend", "t3code"), .. settings]);

    private static TurnScript Turn(CiScript ci) => new() { Ci = ci };
}
