using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Whole runs in repositories that have settings of their own.</summary>
public sealed class ConfigJourneys
{
    private const string File = ".github/afk.yml";
    private const string Repository = AfkTester.Repository;
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly CiScript Red = new() { Conclusion = "failure" };

    [Fact]
    public async Task A_repository_has_labels_and_a_workflow_of_its_own()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "labels: { ready: go, in_progress: going, ready_for_human: your turn }\nworkflow: mine.yml");
        tester.GitHub.AddAgentWorkflow(Repository, ".github/workflows/mine.yml");
        var ignored = tester.OpenReadyIssue("With the operator's label");
        var done = Open(tester, "go", new TurnScript());
        var stuck = Open(tester, "go", new TurnScript { Pushes = false });

        await tester.PassUntilEndedAsync(done, Long);
        await tester.PassUntilEndedAsync(stuck, Long);

        tester.EndingOf(done).ShouldBe(Ending.Done);
        tester.Issue(done).Labels.ShouldBeEmpty();
        tester.EndingOf(stuck).ShouldBe(Ending.NeedsHuman);
        tester.Issue(stuck).Labels.ShouldBe(["your turn"]);
        tester.Issue(stuck).Comments[^1].Body.ShouldContain("`go`");
        tester.Issue(ignored).Comments.ShouldBeEmpty();
        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldAllBe(turn => turn.Workflow == ".github/workflows/mine.yml");
        tester.GitHub.Journal.Effects<LabelAdded>().Where(added => added.Label == "going").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Bounds_are_narrowed_and_never_widened()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Policy:FixForwardMaxAttempts", "3"));
        tester.GitHub.PutFile(Repository, File, "budgets: { attempts: 1 }");
        var narrow = tester.OpenReadyIssue(turns: [new() { Ci = Red }, new() { Ci = Red }, new() { Ci = Red }]);

        await tester.PassUntilEndedAsync(narrow, Long);

        tester.EndingOf(narrow).ShouldBe(Ending.Frozen);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(2);
        tester.Issue(narrow).Comments[^1].Body.ShouldContain("1 of 1");
    }

    [Fact]
    public async Task A_repository_asks_for_pull_requests_where_the_operator_leaves_it_the_trunk()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.RegisterApp(new Dictionary<string, string>(tester.GitHub.Options.Permissions, StringComparer.Ordinal) { ["pull_requests"] = "write" }, tester.GitHub.Options.Events);
        tester.GitHub.PutFile(Repository, File, "delivery: pull_request");
        var issue = tester.OpenReadyIssue();

        await tester.PassAsync(TimeSpan.FromMinutes(30));

        var pull = tester.GitHub.Issues(Repository).Single(each => each.IsPullRequest);
        tester.GitHub.MergePullRequest(Repository, pull.Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_broken_file_starts_nothing_and_says_why_until_it_is_mended()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "budget:\n  attempts: 1\nversion: 2");
        var issue = tester.OpenReadyIssue();

        await tester.PassAsync(TimeSpan.FromHours(2));

        tester.GitHub.Journal.Effects<WorkflowDispatched>().ShouldBeEmpty();
        var said = tester.Ticks[^1];
        said.Why.ShouldStartWith(".github/afk.yml is broken: line 1: `budget` is not a known key (did you mean `budgets`?)");
        said.Why.ShouldEndWith(", and 1 more");
        said.HeldBack.ShouldHaveSingleItem().Why.ShouldBe(said.Why);

        tester.GitHub.CommitFile(Repository, File, "budgets:\n  attempts: 1", AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_breaks_under_a_run_stops_nothing_even_when_the_store_is_lost(bool forgotten)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "labels: { ready: go, in_progress: going }\nbudgets: { attempts: 1 }");
        var issue = Open(tester, "go", new TurnScript { Ci = Red }, new TurnScript());
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        tester.GitHub.CommitFile(Repository, File, "labels: [", AfkTester.Maintainer);
        if (forgotten)
        {
            await tester.RestartAsync();
            await tester.EnrolAsync();
        }

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Labels.ShouldBeEmpty();
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Select(turn => turn.Inputs["kind"]).ShouldBe(["first", "corrective"]);
        var next = Open(tester, "go");
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.Issue(next).Comments.ShouldHaveSingleItem("nothing new starts, and the label is the file's").Body.ShouldContain("is broken");
    }

    [Fact]
    public async Task A_commit_of_the_agents_does_not_change_the_rules_it_is_judged_by()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "checks: { required: [audit] }");
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Files = new Dictionary<string, string?>(StringComparer.Ordinal) { [File] = "checks: { ignored: [test] }" }, Ci = Red with { FailingJobs = ["test"] } });
        var second = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Frozen);
        tester.Issue(second).Comments.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_required_check_that_does_not_report_holds_green_back_and_one_that_does_lets_it_through()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Policy:NoVerdictMaxSeconds", "1800"));
        tester.GitHub.PutFile(Repository, File, "checks: { required: [audit] }");
        var silent = tester.OpenReadyIssue();
        await tester.PassUntilEndedAsync(silent, Long);
        var judged = tester.OpenReadyIssue(turns: new TurnScript { Ci = new CiScript { Statuses = [new("audit", "success", TimeSpan.FromMinutes(5))] } });
        await tester.PassUntilEndedAsync(judged, Long);

        tester.EndingOf(silent).ShouldBe(Ending.NeedsHuman);
        tester.Issue(silent).Comments[^1].Body.ShouldContain("the required check audit has not reported");
        tester.EndingOf(judged).ShouldBe(Ending.Done);
    }

    [Theory]
    [InlineData("Docs")]
    [InlineData("docs.yml")]
    [InlineData(".github/workflows/docs.yml")]
    public async Task A_workflow_that_runs_for_some_paths_only_can_be_ignored(string name)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.AddWorkflow(Repository, ".github/workflows/docs.yml", "Docs", ["push"], "docs");
        tester.GitHub.PutFile(Repository, File, $"checks: {{ ignored: ['{name}'] }}");
        tester.GitHub.CommitFile(Repository, File, $"checks: {{ ignored: ['{name}'] }} # again", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        tester.GitHub.SetWorkflowState(Repository, ".github/workflows/docs.yml", "disabled_manually");
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task The_checks_of_an_ignored_workflow_never_count()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.AddWorkflow(Repository, ".github/workflows/flaky.yml", "Flaky", ["push"], "flaky");
        tester.GitHub.PutFile(Repository, File, "checks: { ignored: [Flaky] }");
        var issue = tester.OpenReadyIssue();
        while (tester.GitHub.Runs(Repository).FirstOrDefault(run => run.Workflow.EndsWith("flaky.yml", StringComparison.Ordinal))?.Id is not { } flaky || !Complete(tester, flaky))
        {
            await tester.PassAsync(TimeSpan.FromSeconds(15));
        }

        await tester.PassUntilEndedAsync(issue, Long);

        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task While_the_file_cannot_be_read_nothing_is_decided()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "labels: { in_progress: going }");
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        await tester.RestartAsync();
        tester.GitHub.AddRequestFault(new() { PathContains = "/graphql", Status = 502, Times = 30 });
        await tester.EnrolAsync();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Labels.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_base_that_GitHub_does_not_show_for_a_moment_does_not_widen_the_rules()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "labels: { in_progress: going }");
        var (issue, began) = await WithoutItsBaseAsync(tester);
        await tester.PassAsync(TimeSpan.FromSeconds(20));
        tester.Ticks[^1].Why.ShouldContain("GitHub does not show the commit that the run began at");
        tester.GitHub.HideCommit(Repository, began, hidden: false);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<LabelAdded>().Select(added => added.Label).ShouldNotContain(AfkTester.InProgress);
    }

    [Fact]
    public async Task A_base_that_is_gone_for_good_leaves_the_run_to_the_operators_rules()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "version: 1");
        var (issue, _) = await WithoutItsBaseAsync(tester);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_base_that_is_gone_for_good_may_have_said_that_people_merge_and_that_no_doorbell_rings()
    {
        await using var slack = await DoorbellReceiver.SlackAsync();
        await using var tester = await AfkTester.InProcessAsync(
            ("Afk:Delivery", "pull_request"), ("Afk:Merge", "auto"), ("Afk:Doorbells:Team:Kind", "slack"), ("Afk:Doorbells:Team:Url", new Uri(slack.Home, DoorbellReceiver.SlackPath).ToString()));
        tester.GitHub.PutFile(Repository, File, "merge: manual\ndoorbells: []");
        var (issue, _) = await WithoutItsBaseAsync(tester);

        await tester.PassAsync(TimeSpan.FromHours(4));
        tester.GitHub.Journal.Effects<PullRequestMerged>().ShouldBeEmpty();
        tester.GitHub.MergePullRequest(Repository, tester.GitHub.Journal.Effects<PullRequestOpened>().Single().Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        slack.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_idle_look_costs_two_requests_issues_and_comments_and_once_an_hour_two_more_for_settings_and_token()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue();
        await tester.PassUntilEndedAsync(issue, Long);
        await tester.PassAsync(TimeSpan.FromHours(4));

        var idle = tester.Ticks.Where(tick => tick.Why == "no ready issue" && tick.Trigger == "timer").TakeLast(6).Select(tick => tick.Requests).ToList();
        idle.ShouldBeSubsetOf([2, 4]);
        idle.Sum().ShouldBeInRange(16, 18);
    }

    private static bool Complete(AfkTester tester, long run)
    {
        tester.GitHub.CompleteRun(Repository, run, "failure");
        return true;
    }

    private static int Open(AfkTester tester, string label, params TurnScript[] turns)
    {
        var number = tester.GitHub.OpenIssue(Repository, AfkTester.Maintainer, "Fix the widget", "It does not work.");
        if (turns.Length > 0)
        {
            tester.GitHub.ScriptIssue(Repository, number, turns);
        }

        tester.GitHub.Label(Repository, number, label, AfkTester.Maintainer);
        return number;
    }

    /// <summary>A run in flight whose base GitHub stops to show to a process that has read nothing yet.</summary>
    private static async Task<(int Issue, string Base)> WithoutItsBaseAsync(AfkTester tester)
    {
        var began = tester.GitHub.Push(Repository, "main", AfkTester.Maintainer, "Before it");
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(20) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.Push(Repository, "main", AfkTester.Maintainer, "Besides it");
        await tester.RestartAsync();
        tester.GitHub.HideCommit(Repository, began);
        await tester.EnrolAsync();
        return (issue, began);
    }
}
