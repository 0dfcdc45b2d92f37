using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Whole runs in a repository that waits for an environment.</summary>
public sealed class DeploymentJourneys
{
    private const string Repository = AfkTester.Repository;
    private static readonly TimeSpan Long = TimeSpan.FromHours(9);
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_green_commit_closes_its_issue_only_when_it_is_deployed()
    {
        await using var tester = await WaitingForStagingAsync();
        var issue = tester.OpenReadyIssue(turns: Deployed("success", TimeSpan.FromMinutes(25)));

        await tester.PassAsync(TimeSpan.FromMinutes(20));
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Comments[0].Body.ShouldContain("- ⏳ **Deployment**");
        tester.Issue(issue).Comments[0].Body.ShouldContain("- [x] CI\n");

        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Ticks.Last(tick => tick.Issue == issue).Trigger.ShouldNotBe("timer");
        tester.Issue(issue).Comments[0].Body.ShouldContain("- [x] Deployment\n");
        tester.Issue(issue).Comments[^1].Body.ShouldContain("deployment to staging");
    }

    [Fact]
    public async Task A_deployment_of_a_newer_commit_that_holds_it_counts()
    {
        await using var tester = await WaitingForStagingAsync();
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        var newer = tester.GitHub.Push(Repository, "main", AfkTester.Maintainer, "Something else");
        tester.GitHub.Push(Repository, "main", AfkTester.Maintainer, "And more");
        tester.GitHub.Deploy(Repository, newer, "staging", "success");

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_deployment_of_a_commit_that_does_not_hold_it_counts_for_nothing()
    {
        await using var tester = await WaitingForStagingAsync();
        var before = tester.GitHub.BranchHead(Repository)!;
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        tester.GitHub.Deploy(Repository, before, "staging", "success");

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[^1].Body.ShouldContain("the commit has not been deployed to staging, and no deployment has begun");
    }

    [Fact]
    public async Task A_deployment_that_fails_is_corrected_and_the_prompt_names_it()
    {
        await using var tester = await WaitingForStagingAsync();
        var issue = tester.OpenReadyIssue(turns: [Deployed("failure", Later), Deployed("success", Later)]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        var turns = tester.GitHub.Journal.Effects<WorkflowDispatched>();
        turns.Select(turn => turn.Inputs["kind"]).ShouldBe(["first", "corrective"]);
        turns[1].Inputs["prompt"].ShouldContain("- `deployment to staging`: `failure`, `http");
    }

    [Fact]
    public async Task A_deployment_that_keeps_failing_freezes_the_branch_until_it_is_deployed()
    {
        await using var tester = await WaitingForStagingAsync(("Afk:Policy:FixForwardMaxAttempts", "0"));
        var issue = tester.OpenReadyIssue(turns: Deployed("error", Later));
        var next = tester.OpenReadyIssue(turns: Deployed("success", Later));
        await tester.PassUntilEndedAsync(issue, Long);

        await tester.PassAsync(TimeSpan.FromHours(2));
        tester.EndingOf(issue).ShouldBe(Ending.Frozen);
        tester.Issue(next).Comments.ShouldBeEmpty();

        tester.GitHub.Deploy(Repository, tester.GitHub.BranchHead(Repository)!, "staging", "success");
        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_deployment_that_waits_for_approval_is_handed_to_a_person()
    {
        await using var tester = await WaitingForStagingAsync();
        var issue = tester.OpenReadyIssue(turns: Deployed("waiting", Later));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[^1].Body.ShouldContain("the deployment to staging waits for a person");
    }

    [Fact]
    public async Task Without_the_permission_a_person_is_told_which_one_is_missing()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, ".github/afk.yml", "environments: [staging]");
        var issue = tester.OpenReadyIssue(turns: Deployed("success", Later));

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[^1].Body.ShouldContain("deployments: read");
    }

    [Fact]
    public async Task A_merged_pull_request_is_done_when_what_the_merge_made_is_deployed()
    {
        await using var tester = await WaitingForStagingAsync(("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue(turns: Deployed("failure", Later));
        await tester.PassAsync(TimeSpan.FromMinutes(30));
        var pull = tester.GitHub.Issues(Repository).Single(each => each.IsPullRequest);
        var merged = tester.GitHub.MergePullRequest(Repository, pull.Number, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        tester.EndingOf(issue).ShouldBeNull("what the branch was deployed to does not matter, and the merge is not deployed");

        tester.GitHub.Deploy(Repository, merged, "staging", "success");
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments[^1].Body.ShouldContain("the pull request is merged and deployed");
    }

    [Theory]
    [InlineData("/afk stop")]
    [InlineData("paused")]
    [InlineData("unlabelled")]
    public async Task While_the_deployment_of_what_is_merged_is_awaited_a_person_can_still_take_the_run(string how)
    {
        await using var tester = await WaitingForStagingAsync(("Afk:Delivery", "pull_request"));
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(30));
        var pull = tester.GitHub.Issues(Repository).Single(each => each.IsPullRequest).Number;
        tester.GitHub.EditIssue(Repository, pull, AfkTester.Maintainer, body: $"Closes #{issue}");
        tester.GitHub.MergePullRequest(Repository, pull, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        tester.EndingOf(issue).ShouldBeNull("that the merge closed the issue is no takeover");

        switch (how)
        {
            case "paused":
                tester.GitHub.Label(Repository, issue, "paused", AfkTester.Maintainer);
                break;
            case "unlabelled":
                tester.GitHub.Unlabel(Repository, issue, AfkTester.InProgress, AfkTester.Maintainer);
                break;
            default:
                tester.GitHub.Comment(Repository, issue, AfkTester.Maintainer, how);
                break;
        }

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(20));

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.Issue(issue).Labels.ShouldNotContain(AfkTester.InProgress);
        tester.Issue(issue).Open.ShouldBeFalse("what is merged stays merged");
    }

    [Fact]
    public async Task A_lost_store_only_lets_the_deployment_be_waited_for_longer()
    {
        await using var tester = await WaitingForStagingAsync();
        var issue = tester.OpenReadyIssue(turns: Deployed("success", TimeSpan.FromMinutes(40)));
        await tester.PassAsync(TimeSpan.FromMinutes(20));

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
    }

    private static TurnScript Deployed(string state, TimeSpan after) => new() { Ci = new CiScript { Deployments = [new("staging", state, after)] } };

    private static async Task<AfkTester> WaitingForStagingAsync(params (string Key, string? Value)[] settings)
    {
        var tester = await AfkTester.OverSocketsAsync(settings);
        tester.GitHub.RegisterApp(
            new Dictionary<string, string>(tester.GitHub.Options.Permissions, StringComparer.Ordinal) { ["deployments"] = "read" }, [.. tester.GitHub.Options.Events, "deployment_status"]);
        tester.GitHub.PutFile(Repository, ".github/afk.yml", "environments: [staging]");
        return tester;
    }
}
