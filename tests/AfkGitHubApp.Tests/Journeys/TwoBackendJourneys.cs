using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Both backends are set up: trouble with the one is none of a repository that the other works for, and no turn of either is forgotten.</summary>
public sealed class TwoBackendJourneys
{
    private const string File = ".github/afk.yml";
    private const string Repository = AfkTester.Repository;
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);

    [Fact]
    public async Task Where_Actions_works_a_T3_Code_server_that_is_away_keeps_nothing_up()
    {
        await using var tester = await StartAsync("actions");
        tester.GitHub.AddT3Fault(Away);
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/dispatches", Status = 502 });
        var issue = tester.OpenReadyIssue();
        await tester.SettleAsync();

        await ItAndTheNextEndAfterARestartAsync(tester, issue, "T3 Code away");
    }

    [Fact]
    public async Task Where_T3_Code_works_an_App_that_may_not_read_workflow_runs_keeps_nothing_up()
    {
        await using var tester = await StartAsync("t3code");
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/actions/workflows/", Status = 403, Times = 100_000 });
        tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", Latency = TimeSpan.Zero, Times = 2 });
        tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", CutConnection = true });
        var issue = tester.OpenReadyIssue();
        await tester.SettleAsync();

        await ItAndTheNextEndAfterARestartAsync(tester, issue, "Actions refused");
    }

    [Theory]
    [InlineData("t3code", "actions")]
    [InlineData("actions", "t3code")]
    public async Task A_turn_whose_answer_was_lost_is_looked_for_where_it_was_ordered_although_the_operator_has_changed_the_backend(string before, string after)
    {
        await using var tester = await StartAsync(before);
        if (before is "t3code")
        {
            tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", Latency = TimeSpan.Zero, Times = 2 });
            tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", LoseResponse = true });
        }
        else
        {
            tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "/dispatches", LoseResponse = true });
        }

        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(30) });
        await tester.SettleAsync();

        tester.Set("Afk:Backend", after);
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(1);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, $"{before} to {after}");
    }

    [Theory]
    [InlineData("t3code")]
    [InlineData("actions")]
    public async Task A_T3_Code_turn_may_name_its_commit_whatever_the_operator_has_changed_since(string after)
    {
        await using var tester = await StartAsync("t3code");
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(30), Trailers = false });
        await tester.SettleAsync();

        tester.Set("Afk:Backend", after);
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Theory]
    [InlineData("t3code")]
    [InlineData("actions")]
    public async Task A_T3_Code_turn_s_commit_without_a_trailer_is_no_person_s_whatever_the_operator_has_changed_since(string after)
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Backend", "t3code"), ("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue(turns: [new TurnScript { Takes = TimeSpan.FromMinutes(30), Trailers = false, Ci = new CiScript { Conclusion = "failure" } }, new TurnScript()]);
        await tester.SettleAsync();

        tester.Set("Afk:Backend", after);
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(2));

        tester.Issue(issue).Comments[^1].Body.ShouldNotContain("a person has pushed");
    }

    [Fact]
    public async Task A_forgotten_turn_of_the_backend_that_the_repository_had_lately_is_waited_for_also_while_its_server_is_away()
    {
        await using var tester = await StartAsync("actions");
        tester.GitHub.CommitFile(Repository, File, "backend: t3code", AfkTester.Maintainer);
        var closed = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.CommitFile(Repository, File, "backend: actions", AfkTester.Maintainer);
        tester.GitHub.AddT3Fault(Away);
        tester.GitHub.Close(Repository, closed, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        await tester.RestartAsync();
        var next = tester.OpenReadyIssue("The next one");
        await tester.PassAsync(TimeSpan.FromMinutes(30));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();

        tester.GitHub.ClearT3Faults();
        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "lately");
    }

    [Fact]
    public async Task An_old_turn_that_is_known_is_not_forgotten_because_its_server_is_away()
    {
        await using var tester = await StartAsync("t3code");
        var closed = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.Set("Afk:Backend", "actions");
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        // The search was not over while the run was in flight: it is made once more after its end.
        tester.GitHub.AddT3Fault(Away);
        var next = tester.OpenReadyIssue("The next one");
        tester.GitHub.Close(Repository, closed, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(30));
        tester.EndingOf(closed).ShouldBe(Ending.Released);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();

        tester.GitHub.ClearT3Faults();
        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "known");
    }

    [Fact]
    public async Task Two_old_turns_are_both_waited_for_whichever_of_them_is_known()
    {
        await using var tester = await StartAsync("actions");
        var hanging = new TurnScript { Ends = TurnEnd.Hang, Pushes = false };
        var first = tester.OpenReadyIssue(turns: hanging);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.AddRequestFault(new RequestFault { Method = "POST", PathContains = "cancel", Status = 502, Times = 100_000 });
        tester.GitHub.Close(Repository, first, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        // Nobody knows of the first any more, and it cannot be found.
        tester.GitHub.AddRequestFault(new RequestFault { PathContains = "/actions/workflows/", Status = 403, Times = 100_000 });
        tester.Set("Afk:Backend", "t3code");
        await tester.RestartAsync();
        var second = tester.OpenReadyIssue("The second", hanging);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.T3Threads.ShouldHaveSingleItem();
        tester.GitHub.ClearRequestFaults();

        // The second is known, and the first is found.
        tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", CutConnection = true, Times = 100_000 });
        tester.Set("Afk:Backend", "actions");
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.Close(Repository, second, AfkTester.Maintainer);
        var next = tester.OpenReadyIssue("The next one");
        await tester.PassAsync(TimeSpan.FromMinutes(30));
        tester.EndingOf(second).ShouldBe(Ending.Released);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldHaveSingleItem();

        tester.GitHub.ClearT3Faults();
        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldLaws.Breaches(tester.GitHub).ShouldHaveSingleItem("the second was let start beside the first, and nothing beside the two");
    }

    [Fact]
    public async Task An_old_turn_of_another_backend_is_found_also_where_that_does_not_answer_for_a_moment()
    {
        await using var tester = await StartAsync("t3code");
        var closed = tester.OpenReadyIssue(turns: new TurnScript { Ends = TurnEnd.Hang, Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.AddT3Fault(Away);
        tester.GitHub.Close(Repository, closed, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        tester.Set("Afk:Backend", "actions");
        await tester.RestartAsync();
        var next = tester.OpenReadyIssue("The next one");
        await tester.PassAsync(TimeSpan.FromSeconds(50));
        tester.GitHub.ClearT3Faults();
        tester.GitHub.AddT3Fault(new RequestFault { Method = "POST", CutConnection = true, Times = 100_000 });
        await tester.PassAsync(TimeSpan.FromMinutes(30));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();

        tester.GitHub.ClearT3Faults();
        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "away for a moment");
    }

    private static RequestFault Away => new() { CutConnection = true, Times = 100_000 };

    /// <summary>Both are set up, and this one is the operator's default.</summary>
    private static Task<AfkTester> StartAsync(string backend) => AfkTester.OverSocketsAsync(("Afk:Backend", "t3code"), ("Afk:Backend", backend));

    private static async Task ItAndTheNextEndAfterARestartAsync(AfkTester tester, int issue, string name)
    {
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(30));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        await tester.RestartAsync();
        var next = tester.OpenReadyIssue("The next one");
        await tester.PassUntilEndedAsync(next, TimeSpan.FromMinutes(30));
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, name);
    }
}
