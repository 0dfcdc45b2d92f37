using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Commits that carry a run's trailer and are not the run's: its id stands on the issue for everybody to read.</summary>
public sealed class ForgedCommitJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly TurnScript Silent = new() { Pushes = false, Takes = TimeSpan.FromMinutes(20) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_strangers_commit_with_the_runs_trailer_that_a_maintainer_merges_is_not_the_runs(bool squashed)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Silent);
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        Merge(tester, "mallory", squashed);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman, "the turn has pushed nothing");
        tester.Issue(issue).Open.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nor_is_one_that_comes_to_the_branch_by_way_of_another(bool squashed)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Silent);
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        tester.GitHub.CreateBranch(AfkTester.Repository, "next", tester.GitHub.BranchHead(AfkTester.Repository));
        Merge(tester, "mallory", squashed, into: "next");
        tester.GitHub.ForcePush(AfkTester.Repository, "main", tester.GitHub.BranchHead(AfkTester.Repository, "next")!, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman, "the turn has pushed nothing");
        tester.Issue(issue).Open.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_somebody_who_may_write_it_counts_wherever_it_was_made(bool squashed)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Silent);
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        Merge(tester, AfkTester.Maintainer, squashed);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task On_top_of_the_runs_own_commit_it_is_somebody_elses_and_the_runs_is_judged()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(20), PushesAfter = TimeSpan.FromMinutes(3) });
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        var own = tester.GitHub.BranchHead(AfkTester.Repository)!;

        Merge(tester, "mallory", squashed: false);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments[^1].Body.ShouldContain(own[..7]);
    }

    [Fact]
    public async Task Merged_into_the_runs_own_branch_it_is_a_persons_and_no_agent_is_sent_onto_it()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue(turns: [new TurnScript { Takes = TimeSpan.FromMinutes(20), PushesAfter = TimeSpan.FromMinutes(3) }, new TurnScript()]);
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        tester.GitHub.ScriptCi(AfkTester.Repository, new CiScript { Conclusion = "failure" });

        Merge(tester, "mallory", squashed: true, into: tester.GitHub.Journal.Effects<CommitPushed>()[^1].Branch);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Where_pull_requests_are_not_ours_to_see_the_trailer_alone_counts()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.AcceptPermissions(AfkTester.Repository, tester.GitHub.Options.Permissions.Where(each => each.Key != "pull_requests").ToDictionary(StringComparer.Ordinal));
        var issue = tester.OpenReadyIssue(turns: new TurnScript());

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    private static void Merge(AfkTester tester, string author, bool squashed, string? into = null)
    {
        var turn = tester.GitHub.Journal.Effects<WorkflowDispatched>()[0].Inputs["turn_id"];
        var pull = tester.GitHub.OpenForkPullRequest(AfkTester.Repository, author, $"Mend it\n\nAFK-Run: {turn[..turn.IndexOf('.', StringComparison.Ordinal)]}\nAFK-Turn: {turn}", "Mend it", into);
        tester.GitHub.MergePullRequest(AfkTester.Repository, pull, AfkTester.Maintainer, squashed);
    }
}
