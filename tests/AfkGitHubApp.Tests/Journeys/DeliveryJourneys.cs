using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>How a run's work reaches the branch, and what is told of it at the end, over real HTTP.</summary>
public sealed class DeliveryJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly CiScript Green = new();
    private static readonly CiScript Red = new() { Conclusion = "failure" };

    [Fact]
    public async Task The_last_comment_tells_what_was_done_and_what_it_took()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);

        await tester.PassUntilEndedAsync(issue, Long);

        var told = tester.Issue(issue).Comments[1].Body;
        told.ShouldContain($"- Commit: [`{tester.GitHub.BranchHead(AfkTester.Repository)}`](");
        told.ShouldContain("- Check: [`");
        told.ShouldContain("- Corrective turns: 1 of 5\n");
        told.ShouldContain("- Last turn: [r");
        var spent = told.Split('\n').Single(line => line.StartsWith("- Spent: ", StringComparison.Ordinal));
        spent.ShouldContain(" min, 2 turns, ");
        var requests = tester.Ticks.Where(tick => tick.Issue == issue).Sum(tick => tick.Requests);
        spent.ShouldContain($", {requests - 3} requests to GitHub", customMessage: "all but the comment itself and the two labels that go after it");
    }

    [Fact]
    public async Task A_lost_memory_keeps_the_count_that_GitHub_was_told_last()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);
        await tester.PassAsync(TimeSpan.FromMinutes(4));
        var before = tester.Ticks.Sum(tick => tick.Requests);

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, Long);

        var told = tester.Issue(issue).Comments[1].Body;
        var counted = int.Parse(told.Split(" requests to GitHub")[0].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        counted.ShouldBeGreaterThan(before / 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_issue_that_the_run_closed_too_early_is_opened_again_and_closed_on_green(bool redFirst)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue();
        Script(tester, issue, redFirst ? [Red, Green] : [Green]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        var seen = tester.Issue(issue);
        seen.Open.ShouldBeFalse();
        seen.Labels.ShouldBeEmpty();
        tester.GitHub.Journal.Effects<IssueReopened>().Count.ShouldBe(redFirst ? 2 : 1);
        seen.Comments[0].Body.ShouldContain("of this run closed the issue before CI had judged it; it was opened again.");
        seen.Comments.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_issue_that_the_run_closed_too_early_is_open_when_it_is_handed_to_a_person()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Policy:FixForwardMaxAttempts", "0"));
        var issue = tester.OpenReadyIssue();
        Script(tester, issue, [Red]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Frozen);
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
    }

    [Fact]
    public async Task A_person_who_closes_what_was_opened_again_is_not_fought()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue();
        Script(tester, issue, [Green with { Takes = TimeSpan.FromHours(1) }]);
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        tester.Issue(issue).Open.ShouldBeTrue();

        tester.GitHub.Close(AfkTester.Repository, issue, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.Issue(issue).Open.ShouldBeFalse();
        tester.GitHub.Journal.Effects<IssueReopened>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_frozen_trunk_comes_with_its_evidence_and_a_revert_that_nobody_has_run()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Policy:FixForwardMaxAttempts", "1"));
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Red)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Frozen);
        var own = tester.GitHub.Journal.Effects<CommitPushed>().Where(push => push.Branch == "main").Select(push => push.Sha).TakeLast(2).Reverse().ToList();
        var told = tester.Issue(issue).Comments[1].Body;
        told.ShouldContain($"To take the run's 2 commits off the branch again:\n\n```sh\ngit revert --no-edit {own[0]} {own[1]}\n```\n");
        told.ShouldContain("`failure`");
        told.ShouldContain("until its head is green or somebody who may write comments `/afk release`.");
        tester.GitHub.BranchHead(AfkTester.Repository).ShouldBe(own[0]);
    }

    private static void Script(AfkTester tester, int issue, CiScript[] ci) =>
        tester.GitHub.ScriptIssue(AfkTester.Repository, issue, [.. ci.Select(each => Turn(each) with { CommitMessage = $"Mend it\n\nCloses #{issue}" })]);

    private static TurnScript Turn(CiScript ci) => new() { Takes = TimeSpan.FromMinutes(2), Ci = ci };
}
