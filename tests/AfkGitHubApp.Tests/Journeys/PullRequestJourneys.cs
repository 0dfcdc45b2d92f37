using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Runs that deliver by pull request, merged by the App or by a person.</summary>
public sealed class PullRequestJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly CiScript Green = new();
    private static readonly CiScript Red = new() { Conclusion = "failure" };
    private static readonly (string, string?) ByPullRequest = ("Afk:Delivery", "pull_request");
    private static readonly (string, string?) Auto = ("Afk:Merge", "auto");

    [Fact]
    public async Task On_green_the_App_merges_the_commit_that_was_judged_and_closes_the_issue()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest, Auto);
        var issue = tester.OpenReadyIssue(turns: [Turn(Red), Turn(Green)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Open.ShouldBeFalse();
        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();
        var merged = tester.GitHub.Journal.Effects<PullRequestMerged>().ShouldHaveSingleItem();
        merged.Actor.ShouldBe("afk-app[bot]");
        merged.Number.ShouldBe(opened.Number);
        (merged.At - opened.At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(2), "what the pull request starts in CI must have shown itself");
        Tries(tester).ShouldBe(1);
        tester.Issue(issue).Comments[1].Body.ShouldContain("the pull request is merged");
    }

    [Fact]
    public async Task With_manual_merge_the_App_asks_a_person_once_and_tells_the_end_in_the_same_comment()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassAsync(TimeSpan.FromHours(4));

        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();
        Tries(tester).ShouldBe(0);
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Comments.Count.ShouldBe(2, "the checklist, and one doorbell");
        var asked = tester.Issue(issue).Comments[1];
        asked.Body.ShouldStartWith($"@{AfkTester.Maintainer}: ");
        asked.Body.ShouldContain("is ready to be merged: CI is green, and the pull request waits for a person to merge it.");
        asked.Body.ShouldContain($"/pull/{opened.Number})");
        asked.Body.ShouldContain("- Check: [`");
        asked.Body.ShouldContain("Next: review and merge the pull request");
        (tester.GitHub.Journal.Effects<CommentCreated>()[^1].At - opened.At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(2), "what the pull request starts in CI must have shown itself");

        tester.GitHub.MergePullRequest(AfkTester.Repository, opened.Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments.Count.ShouldBe(2, "who has merged is not rung once more");
        tester.Issue(issue).Comments[1].Id.ShouldBe(asked.Id);
        tester.Issue(issue).Comments[1].Body.ShouldContain("is done: the pull request is merged");
        tester.Issue(issue).Comments[1].Body.ShouldContain($"/pull/{opened.Number})");
    }

    [Fact]
    public async Task A_command_under_the_pull_request_is_one_to_its_run()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        var pull = tester.GitHub.Journal.Effects<PullRequestOpened>().Single().Number;

        tester.GitHub.Comment(AfkTester.Repository, pull, AfkTester.Maintainer, "/afk status");
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.Issue(pull).Comments[^1].Body.ShouldContain("A run of this issue is in flight: CI is green");

        tester.Deliveries = each => each.Event == "issue_comment" ? 0 : 1;
        tester.GitHub.Comment(AfkTester.Repository, pull, AfkTester.Maintainer, "/afk stop");
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(45));

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.GitHub.Journal.Effects<PullRequestMerged>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_who_was_asked_is_told_when_the_pull_request_turns_red()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        tester.Issue(issue).Comments.Count.ShouldBe(2);

        tester.GitHub.Push(AfkTester.Repository, Branch(tester.GitHub), AfkTester.Maintainer, "Try something", Red);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments.Count.ShouldBe(3);
        tester.Issue(issue).Comments[1].Body.ShouldContain("is ready to be merged");
        tester.Issue(issue).Comments[2].Body.ShouldContain("needs a person");
    }

    [Fact]
    public async Task A_deleted_request_to_merge_does_not_swallow_the_end()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        tester.GitHub.DeleteComment(AfkTester.Repository, tester.Issue(issue).Comments[1].Id, AfkTester.Maintainer);

        tester.GitHub.MergePullRequest(AfkTester.Repository, tester.GitHub.Journal.Effects<PullRequestOpened>().Single().Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.Issue(issue).Comments.Count.ShouldBe(2);
        tester.Issue(issue).Comments[1].Body.ShouldContain("is done");
    }

    [Fact]
    public async Task A_merge_that_wants_an_approval_asks_for_it_and_is_done_once_it_is_there()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest, Auto);
        tester.GitHub.AddRuleset(AfkTester.Repository, "main", [], requiredApprovals: 1);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassAsync(TimeSpan.FromHours(4));

        Tries(tester).ShouldBe(1, "what was refused is not asked again while nothing has changed");
        tester.Issue(issue).Comments[0].Body.ShouldContain("At least 1 approving review is required");
        tester.Issue(issue).Comments[0].Body.ShouldContain("a person has to");
        tester.Issue(issue).Comments.Count.ShouldBe(2, "the person is told, not only the checklist");
        tester.Issue(issue).Comments[1].Body.ShouldContain("At least 1 approving review is required");

        var pull = tester.GitHub.Journal.Effects<PullRequestOpened>().Single().Number;
        for (var remark = 0; remark < 3; remark++)
        {
            tester.GitHub.Comment(AfkTester.Repository, pull, AfkTester.Maintainer, "Coverage is 81 %.");
            await tester.PassAsync(TimeSpan.FromHours(1));
        }

        Tries(tester).ShouldBe(1, "a remark changes nothing about what was refused");
        tester.GitHub.ApprovePullRequest(AfkTester.Repository, pull, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(5));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<PullRequestMerged>().ShouldHaveSingleItem().Actor.ShouldBe("afk-app[bot]");
        Tries(tester).ShouldBe(2);
        tester.Issue(issue).Comments.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_branch_with_a_merge_queue_is_merged_through_it()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest, Auto);
        tester.GitHub.AddRule(AfkTester.Repository, "main", "merge_queue");
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<PullRequestUpdated>().Select(change => change.What).ShouldBe(["enqueued", "dequeued"]);
        Tries(tester).ShouldBe(1);
        tester.Issue(issue).Comments.Count.ShouldBe(2, "nobody had to be asked");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_falls_out_of_the_merge_queue_is_a_persons_also_if_the_store_was_lost_meanwhile(bool lost)
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest, Auto);
        tester.GitHub.AddRule(AfkTester.Repository, "main", "merge_queue");
        tester.GitHub.BreakMergeQueue(AfkTester.Repository);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        while (tester.GitHub.Journal.Effects<PullRequestUpdated>().Count == 0)
        {
            await tester.PassAsync(TimeSpan.FromSeconds(30));
        }

        if (lost)
        {
            await tester.RestartAsync();
            await tester.EnrolAsync();
        }

        await tester.PassAsync(TimeSpan.FromDays(3));

        Tries(tester).ShouldBeLessThanOrEqualTo(lost ? 2 : 1, "what fell out of the queue would fall out again; a process that knows nothing may ask once more");
        tester.EndingOf(issue).ShouldBeNull();
        tester.Issue(issue).Comments.Count.ShouldBe(2);
        tester.Issue(issue).Comments[0].Body.ShouldContain("it fell out of the merge queue");
        tester.Issue(issue).Comments[1].Body.ShouldContain("it fell out of the merge queue");
        tester.Issue(issue).Comments[1].Body.ShouldContain("is ready to be merged");
    }

    [Fact]
    public async Task A_request_that_hangs_is_repeated_seldom_and_told_to_a_person_within_an_hour()
    {
        await using var tester = await AfkTester.InProcessAsync(inner => new UnderWay(inner), ByPullRequest, Auto);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassAsync(TimeSpan.FromMinutes(100));

        Tries(tester).ShouldBe(0);
        UnderWay.Asked.ShouldBeInRange(2, 10);
        tester.Issue(issue).Comments[^1].Body.ShouldContain("GitHub has not merged the pull request for an hour; a person has to see why");
    }

    [Fact]
    public async Task The_issues_title_reaches_the_pull_request_without_what_GitHub_reads_in_commits()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest, Auto);
        var other = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Another bug");
        var issue = tester.OpenReadyIssue($"The commit that fixes #{other} and closes GH-{other} breaks the widget [skip ci]", Turn(Green));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(other).Open.ShouldBeTrue();
        var title = tester.Issue(tester.GitHub.Journal.Effects<PullRequestOpened>().Single().Number).Title;
        title.ShouldStartWith($"Issue #{issue}: The commit that fixes #\u200b{other}");
        title.ShouldNotContain("[skip ci]");
    }

    [Fact]
    public async Task Where_GitHub_cannot_merge_in_the_background_it_is_asked_to_merge_at_once()
    {
        await using var tester = await AfkTester.InProcessAsync(inner => new WithoutBackground(inner), ByPullRequest, Auto);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<PullRequestMerged>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_request_to_merge_is_neither_doubled_nor_lost_with_the_store()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        tester.Issue(issue).Comments.Count.ShouldBe(2);

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.Issue(issue).Comments.Count.ShouldBe(2);
        tester.GitHub.MergePullRequest(AfkTester.Repository, tester.GitHub.Journal.Effects<PullRequestOpened>().Single().Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.Issue(issue).Comments.Count.ShouldBe(2);
        tester.Issue(issue).Comments[1].Body.ShouldContain("is done");
    }

    [Fact]
    public async Task Without_the_permission_to_merge_a_person_does()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest, Auto);
        tester.GitHub.AcceptPermissions(AfkTester.Repository, new Dictionary<string, string>(tester.GitHub.Options.Permissions, StringComparer.Ordinal) { ["contents"] = "read" });
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassAsync(TimeSpan.FromHours(4));

        tester.GitHub.Journal.Effects<PullRequestMerged>().ShouldBeEmpty();
        tester.Issue(issue).Comments[0].Body.ShouldContain("does not let the App merge");
        tester.EndingOf(issue).ShouldBeNull();
    }

    [Fact]
    public async Task The_kill_switch_holds_the_merge_back()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest, Auto);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.Set("Afk:KillSwitch", "true");
        await tester.PassAsync(TimeSpan.FromHours(3));
        Tries(tester).ShouldBe(0);
        tester.Issue(issue).Comments[0].Body.ShouldContain("the kill switch holds the merge back");

        tester.Set("Afk:KillSwitch", "false");
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        Tries(tester).ShouldBe(1);
    }

    [Fact]
    public async Task A_head_that_moves_while_it_is_merged_is_judged_first()
    {
        SimulatedGitHub? world = null;
        string? onTop = null;
        await using var tester = await AfkTester.InProcessAsync(
            inner => new BeforeMerge(inner, () => onTop ??= world!.Push(AfkTester.Repository, Branch(world), AfkTester.Maintainer, "One thing more", Green)), ByPullRequest, Auto);
        world = tester.GitHub;
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        Tries(tester).ShouldBe(2);
        tester.GitHub.Journal.Effects<PullRequestMerged>().Count.ShouldBe(1);
        tester.Issue(issue).Comments[1].Body.ShouldContain($"a person's commit {onTop![..12]} on top of ");
    }

    [Fact]
    public async Task Where_CI_runs_on_pull_requests_alone_the_pull_request_is_opened_for_it()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        tester.GitHub.RemoveWorkflow(AfkTester.Repository, "ci.yml");
        tester.GitHub.AddWorkflow(AfkTester.Repository, ".github/workflows/pr.yml", "PR", ["pull_request"]);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));

        await tester.PassAsync(TimeSpan.FromMinutes(30));

        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();
        tester.GitHub.Journal.Effects<RunCompleted>().ShouldNotContain(run => run.Event == "push");
        tester.Ticks[^1].Action.ShouldBe("Deliver");
        tester.GitHub.MergePullRequest(AfkTester.Repository, opened.Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_persons_green_commit_on_the_runs_branch_is_delivered_and_both_are_named()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();
        var own = tester.GitHub.BranchHead(AfkTester.Repository, opened.Head)!;

        var theirs = tester.GitHub.Push(AfkTester.Repository, opened.Head, AfkTester.Maintainer, "A better name", Green);
        await tester.PassAsync(TimeSpan.FromMinutes(20));

        tester.Ticks[^1].Action.ShouldBe("Deliver");
        tester.Issue(issue).Comments[0].Body.ShouldContain($"Commit {theirs[..12]} is a person's, on top of {own[..12]} of this run");
        tester.GitHub.MergePullRequest(AfkTester.Repository, opened.Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.Issue(issue).Comments[1].Body.ShouldContain($"with a person's commit {theirs[..12]} on top of {own[..12]}");
    }

    [Fact]
    public async Task No_agent_is_sent_onto_a_persons_red_commit()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();

        tester.GitHub.Push(AfkTester.Repository, opened.Head, AfkTester.Maintainer, "Try something", Red);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
        tester.Issue(issue).Comments[^1].Body.ShouldContain("CI is red on a commit that a person has pushed onto the run's branch");
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
    }

    [Fact]
    public async Task A_pull_request_that_a_person_merged_before_CI_had_ended_is_the_end_as_well()
    {
        await using var tester = await AfkTester.OverSocketsAsync(ByPullRequest);
        var issue = tester.OpenReadyIssue(turns: Turn(Green));
        await tester.PassAsync(TimeSpan.FromMinutes(20));
        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem();
        tester.GitHub.Push(AfkTester.Repository, opened.Head, AfkTester.Maintainer, "Slow", Green with { Takes = TimeSpan.FromHours(1) });
        await tester.PassAsync(TimeSpan.FromMinutes(2));

        tester.GitHub.MergePullRequest(AfkTester.Repository, opened.Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(30));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    private static int Tries(AfkTester tester) => tester.GitHub.Journal.Requests.Count(request => request.Method == "PUT" && request.Path.EndsWith("/merge-async", StringComparison.Ordinal));

    private static string Branch(SimulatedGitHub world) => world.Journal.Effects<PullRequestOpened>().Single().Head;

    private static TurnScript Turn(CiScript ci) => new() { Takes = TimeSpan.FromMinutes(2), Ci = ci };

    private sealed class BeforeMerge(HttpMessageHandler inner, Action happens) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/merge-async", StringComparison.Ordinal))
            {
                happens();
            }

            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A GitHub Enterprise Server of today.</summary>
    private sealed class WithoutBackground(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath.Contains("/merge-async", StringComparison.Ordinal)
                ? Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound) { Content = new StringContent("""{"message":"Not Found"}"""), RequestMessage = request })
                : base.SendAsync(request, cancellationToken);
    }

    /// <summary>Another request for the merge hangs at GitHub.</summary>
    private sealed class UnderWay(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public static int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Put || !request.RequestUri!.AbsolutePath.EndsWith("/merge-async", StringComparison.Ordinal))
            {
                return base.SendAsync(request, cancellationToken);
            }

            Asked++;
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.Conflict)
            {
                Content = new StringContent("""{"status":"pending","details":{"message":"A merge request already exists for this pull request.","uuid":"630b9d5e","merge_method":"merge","merge_action":"default","expected_head_sha":"0123"}}"""),
                RequestMessage = request,
            });
        }
    }
}
