using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>What is blocked waits, by GitHub's own dependencies and by the issue's text; what has become free starts.</summary>
public sealed class DependencyJourneys
{
    private const string Gadgets = "octo/gadgets";
    private static readonly TimeSpan Long = TimeSpan.FromHours(9);

    [Theory]
    [InlineData("Blocked by #{0}")]
    [InlineData("It does not work.\n\n## Blocked by\n\n- [ ] #{0}\n")]
    [InlineData("blocked by: https://github.simulated/octo/widgets/issues/{0}")]
    public async Task An_issue_whose_text_names_a_blocker_starts_when_that_closes(string body)
    {
        await using var tester = await AfkTester.InProcessAsync();
        var blocker = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "First this");
        body = body.Replace("https://github.simulated/", tester.GitHub.BaseUrl.ToString(), StringComparison.Ordinal);
        var issue = Ready(tester, string.Format(System.Globalization.CultureInfo.InvariantCulture, body, blocker));
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.Issue(issue).Labels.ShouldBe([AfkTester.Ready]);
        WhyHeld(tester, issue).ShouldBe($"it is blocked by #{blocker}");

        tester.GitHub.Close(AfkTester.Repository, blocker, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1, "its closing says to look at once");
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task An_issue_blocked_from_another_repository_starts_at_the_next_look_after_that_closes()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRepository(Gadgets);
        var blocker = tester.GitHub.OpenIssue(Gadgets, AfkTester.Maintainer, "First this");
        var issue = Ready(tester, $"Blocked by {Gadgets}#{blocker}");
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        WhyHeld(tester, issue).ShouldBe($"it is blocked by {Gadgets}#{blocker}");

        tester.GitHub.Close(Gadgets, blocker, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(34));

        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Blocked by #999", "#999")]
    [InlineData("Blocked by octo/nowhere#1", "octo/nowhere#1")]
    public async Task A_blocker_that_cannot_be_read_holds_the_issue_back_and_says_so(string body, string named)
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = Ready(tester, body);

        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.Issue(issue).Labels.ShouldBe([AfkTester.Ready]);
        WhyHeld(tester, issue).ShouldBe($"it is blocked by {named} (which cannot be read)");
    }

    [Fact]
    public async Task A_deleted_blocker_is_taken_out_of_the_text_by_a_person_and_the_issue_starts()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var blocker = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Never mind");
        var issue = Ready(tester, $"Blocked by #{blocker}");
        tester.GitHub.DeleteIssue(AfkTester.Repository, blocker, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        WhyHeld(tester, issue).ShouldContain("cannot be read");

        tester.GitHub.EditIssue(AfkTester.Repository, issue, AfkTester.Maintainer, body: "Free now");
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task Closed_blockers_and_a_merged_pull_request_hold_nothing_back()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var closed = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Done");
        tester.GitHub.Close(AfkTester.Repository, closed, AfkTester.Maintainer);
        tester.GitHub.Push(AfkTester.Repository, "work", AfkTester.Maintainer, "Do it");
        var merged = tester.GitHub.OpenPullRequest(AfkTester.Repository, AfkTester.Maintainer, "work", "Do it");
        tester.GitHub.MergePullRequest(AfkTester.Repository, merged, AfkTester.Maintainer);
        var issue = Ready(tester, $"Blocked by #{closed} and #{merged}");

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task An_open_pull_request_holds_back_until_it_is_merged()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.Push(AfkTester.Repository, "work", AfkTester.Maintainer, "Do it");
        var pull = tester.GitHub.OpenPullRequest(AfkTester.Repository, AfkTester.Maintainer, "work", "Do it");
        var issue = Ready(tester, $"Blocked by #{pull}");
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        WhyHeld(tester, issue).ShouldBe($"it is blocked by #{pull}");

        tester.GitHub.MergePullRequest(AfkTester.Repository, pull, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_blocker_named_both_ways_is_named_once()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var blocker = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "First this");
        var other = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "And this");
        var issue = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Then that", $"Blocked by #{blocker} and #{other}");
        tester.GitHub.AddBlocker(AfkTester.Repository, issue, blocker);
        tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);

        await tester.PassAsync(TimeSpan.FromMinutes(1));

        WhyHeld(tester, issue).ShouldBe($"it is blocked by #{blocker}, #{other}");
    }

    [Fact]
    public async Task What_the_list_says_there_is_none_of_is_not_asked_for()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromSeconds(10));

        var before = tester.GitHub.Journal.Requests.TakeWhile(request => !request.Path.EndsWith("/dispatches", StringComparison.Ordinal)).ToList();

        before.ShouldNotContain(request => request.Path.Contains("/dependencies/", StringComparison.Ordinal));
        before.ShouldNotContain(request => request.Method == "GET" && request.Path.EndsWith($"/issues/{issue}/comments", StringComparison.Ordinal));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
    }

    private static int Ready(AfkTester tester, string body)
    {
        var issue = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Then that", body);
        tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);
        return issue;
    }

    private static string WhyHeld(AfkTester tester, int issue) => tester.Ticks.SelectMany(tick => tick.HeldBack).Last(held => held.Issue == issue).Why;
}
