using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.SimulatorTests;

public sealed class ActionsTests
{
    private const string Repo = GitHubUnderTest.Repo;
    private const string Dispatches = $"repos/{Repo}/actions/workflows/afk-agent.yml/dispatches";

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_dispatched_turn_works_pushes_and_starts_ci_which_ends_green(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        var issue = gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        var before = gitHub.World.BranchHead(Repo);
        gitHub.Hooks.TakeAll();

        var run = await gitHub.DispatchAsync(issue);
        var queued = (await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run}")).Json;
        gitHub.Pass(TimeSpan.FromMinutes(10));

        ((string)queued["status"]!).ShouldBe("queued");
        ((string)queued["display_title"]!).ShouldBe("afk R1.1 #1");
        ((string)queued["head_sha"]!).ShouldBe(before);
        ((string)queued["actor"]!["login"]!).ShouldBe("afk-app[bot]");
        var done = (await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run}")).Json;
        ((string)done["conclusion"]!).ShouldBe("success");

        var compared = (await gitHub.GetAsync($"repos/{Repo}/compare/{before}...main?per_page=100")).Json;
        ((string)compared["status"]!).ShouldBe("ahead");
        var commit = compared["commits"]!.AsArray().Single()!;
        ((string)commit["commit"]!["message"]!).ShouldBe("Work on the issue\n\nRefs #1\n\nAFK-Run: R1\nAFK-Turn: R1.1");
        ((string)commit["author"]!["login"]!).ShouldBe("afk-agent[bot]");

        var sha = (string)commit["sha"]!;
        var ci = (await gitHub.GetAsync($"repos/{Repo}/actions/runs?head_sha={sha}")).Json["workflow_runs"]!.AsArray().Single()!;
        ((string)ci["event"]!).ShouldBe("push");
        ((string)ci["conclusion"]!).ShouldBe("success");
        var suites = (await gitHub.GetAsync($"repos/{Repo}/commits/{sha}/check-suites")).Json["check_suites"]!.AsArray();
        ((int)suites.Single()!["latest_check_runs_count"]!).ShouldBe(2);
        var runs = (await gitHub.GetAsync($"repos/{Repo}/commits/{sha}/check-runs")).Json["check_runs"]!.AsArray();
        runs.Select(one => (string)one!["conclusion"]!).ShouldAllBe(conclusion => conclusion == "success");
        gitHub.World.Issue(Repo, issue).Open.ShouldBeTrue();
        gitHub.World.Journal.Effects<TurnWorked>().Single().TurnId.ShouldBe("R1.1");
        if (door == Door.InProcess)
        {
            gitHub.Hooks.TakeAll().Select(hook => $"{hook.Event} {hook.Action}".Trim()).ShouldBe(
            [
                "workflow_run requested", "workflow_run in_progress", "push", "workflow_run requested", "workflow_run in_progress",
                "check_suite completed", "workflow_run completed", "check_suite completed", "workflow_run completed",
            ]);
        }
    }

    [Fact]
    public async Task A_dispatched_run_is_hidden_from_lists_for_three_seconds_but_not_by_id()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        var run = await gitHub.DispatchAsync(1);
        async Task<int> Listed() => (int)(await gitHub.GetAsync($"repos/{Repo}/actions/workflows/afk-agent.yml/runs?event=workflow_dispatch")).Json["total_count"]!;

        (await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run}")).Status.ShouldBe(200);
        (await Listed()).ShouldBe(0);
        gitHub.Pass(TimeSpan.FromSeconds(3));
        (await Listed()).ShouldBe(1);
    }

    [Fact]
    public async Task The_old_api_version_answers_a_dispatch_without_a_body_unless_asked()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        async Task<int> StatusFor(bool? details)
        {
            var body = new JsonObject { ["ref"] = "main", ["inputs"] = new JsonObject { ["run_id"] = "R", ["turn_id"] = "R.1", ["issue"] = "1" } };
            if (details is { } flag)
            {
                body["return_run_details"] = flag;
            }

            return (await gitHub.SendAsync(HttpMethod.Post, Dispatches, body, await gitHub.TokenAsync(), request =>
            {
                request.Headers.Remove("X-GitHub-Api-Version");
                request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
            })).Status;
        }

        (await StatusFor(null)).ShouldBe(204);
        (await StatusFor(true)).ShouldBe(200);
    }

    [Theory]
    [InlineData("nowhere", """{"run_id":"R","turn_id":"R.1","issue":"1"}""", "No ref found for: nowhere")]
    [InlineData("main", """{"run_id":"R","turn_id":"R.1","issue":"1","colour":"red"}""", "Unexpected inputs provided: [\"colour\"]")]
    [InlineData("main", """{"run_id":"R"}""", "Required input 'turn_id' not provided")]
    [InlineData("main", """{"run_id":{}}""", "is not a string")]
    public async Task A_wrong_dispatch_is_refused_with_githubs_words(string reference, string inputs, string why)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        var answer = await gitHub.PostAsync(Dispatches, new JsonObject { ["ref"] = reference, ["inputs"] = JsonNode.Parse(inputs) });

        answer.Status.ShouldBe(422);
        answer.Message.ShouldContain(why);
        gitHub.World.Runs(Repo).ShouldBeEmpty();
    }

    [Fact]
    public async Task Too_many_or_too_long_inputs_are_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var many = new JsonObject();
        for (var number = 0; number < 26; number++)
        {
            many[$"input{number}"] = "x";
        }

        var inputs = new JsonObject { ["run_id"] = "R", ["turn_id"] = "R.1", ["issue"] = "1", ["prompt"] = new string('x', 65_535) };

        (await gitHub.PostAsync(Dispatches, new JsonObject { ["ref"] = "main", ["inputs"] = many })).Message.ShouldContain("No more than 25 properties");
        (await gitHub.PostAsync(Dispatches, new JsonObject { ["ref"] = "main", ["inputs"] = inputs })).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_workflow_that_is_missing_disabled_or_not_dispatchable_is_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var body = new JsonObject { ["ref"] = "main" };

        (await gitHub.PostAsync($"repos/{Repo}/actions/workflows/none.yml/dispatches", body.DeepClone())).Status.ShouldBe(404);
        (await gitHub.PostAsync($"repos/{Repo}/actions/workflows/ci.yml/dispatches", body.DeepClone())).Message.ShouldBe("Workflow does not have 'workflow_dispatch' trigger");
        gitHub.World.SetWorkflowState(Repo, "afk-agent.yml", "disabled_manually");
        (await gitHub.PostAsync(Dispatches, body.DeepClone())).Message.ShouldContain("disabled workflow");
    }

    [Fact]
    public async Task Of_two_runs_with_one_turn_id_the_lowest_works_and_the_other_ends_without_doing_anything()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        var first = await gitHub.DispatchAsync(1);
        var second = await gitHub.DispatchAsync(1);

        gitHub.Pass(TimeSpan.FromMinutes(1));

        gitHub.World.Runs(Repo).Single(run => run.Id == second).Conclusion.ShouldBe("success");
        gitHub.World.Runs(Repo).Single(run => run.Id == first).Status.ShouldBe("in_progress");
        var superseded = gitHub.World.Journal.Effects<TurnSuperseded>().Single();
        superseded.RunId.ShouldBe(second);
        superseded.WorkingRunId.ShouldBe(first);
        gitHub.Pass(TimeSpan.FromMinutes(9));
        gitHub.World.Journal.Effects<CommitPushed>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Turn_k_follows_script_k_and_the_last_script_repeats()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        gitHub.World.ScriptIssue(Repo, 1, new TurnScript { Ci = new CiScript { Conclusion = "failure" } }, new TurnScript { Pushes = false, Ends = TurnEnd.Failure });

        foreach (var turn in (string[])["R1.1", "R1.2", "R1.3", "R2.1"])
        {
            await gitHub.DispatchAsync(1, turn);
            gitHub.Pass(TimeSpan.FromMinutes(10));
        }

        gitHub.World.Journal.Effects<RunCompleted>().Select(run => $"{run.Event} {run.Conclusion}").ShouldBe(
        [
            "workflow_dispatch success", "push failure", "workflow_dispatch failure", "workflow_dispatch failure", "workflow_dispatch success", "push failure",
        ]);
    }

    [Fact]
    public async Task A_cancelled_run_ends_soon_after_and_cannot_be_cancelled_again()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        gitHub.World.ScriptIssue(Repo, 1, new TurnScript { Ends = TurnEnd.Hang, PushesAfter = TimeSpan.FromMinutes(35) });
        var run = await gitHub.DispatchAsync(1);
        gitHub.Pass(TimeSpan.FromMinutes(30));

        (await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run}/cancel")).Status.ShouldBe(202);
        ((string)(await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run}")).Json["status"]!).ShouldBe("in_progress");
        gitHub.Pass(TimeSpan.FromMinutes(20));

        ((string)(await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run}")).Json["conclusion"]!).ShouldBe("cancelled");
        (await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run}/cancel")).Status.ShouldBe(409);
        gitHub.World.Journal.Effects<CommitPushed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_ignores_cancelling_gives_way_to_force()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        gitHub.World.ScriptIssue(Repo, 1, new TurnScript { Ends = TurnEnd.IgnoresCancel, Pushes = false });
        var run = await gitHub.DispatchAsync(1);
        gitHub.Pass(TimeSpan.FromMinutes(1));

        await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run}/cancel");
        gitHub.Pass(TimeSpan.FromMinutes(20));
        gitHub.World.Runs(Repo).Single().Status.ShouldBe("in_progress");
        await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run}/force-cancel");
        gitHub.Pass(TimeSpan.FromMinutes(1));

        gitHub.World.Runs(Repo).Single().Conclusion.ShouldBe("cancelled");
    }

    [Theory]
    [InlineData(TurnEnd.Vanish, 404, null, null)]
    [InlineData(TurnEnd.Hang, 200, "in_progress", null)]
    [InlineData(TurnEnd.Waiting, 200, "waiting", null)]
    [InlineData(TurnEnd.ActionRequired, 200, "completed", "action_required")]
    [InlineData(TurnEnd.Cancelled, 200, "completed", "cancelled")]
    public async Task A_turn_ends_as_scripted(TurnEnd end, int status, string? runStatus, string? conclusion)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        gitHub.World.ScriptIssue(Repo, 1, new TurnScript { Ends = end, Pushes = false });
        var run = await gitHub.DispatchAsync(1);

        gitHub.Pass(TimeSpan.FromMinutes(10));

        var answer = await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run}");
        answer.Status.ShouldBe(status);
        if (status == 200)
        {
            ((string?)answer.Json["status"]).ShouldBe(runStatus);
            ((string?)answer.Json["conclusion"]).ShouldBe(conclusion);
        }
    }

    [Fact]
    public async Task In_pull_request_delivery_the_turn_pushes_to_its_own_branch()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        var main = gitHub.World.BranchHead(Repo);
        await gitHub.DispatchAsync(1, delivery: "pull_request", branch: "afk/issue-1-R1");

        gitHub.Pass(TimeSpan.FromMinutes(10));

        gitHub.World.BranchHead(Repo).ShouldBe(main);
        gitHub.World.Commits(Repo, "afk/issue-1-R1").Count.ShouldBe(2);
        (await gitHub.GetAsync($"repos/{Repo}/branches/{Uri.EscapeDataString("afk/issue-1-R1")}")).Status.ShouldBe(200);
        ((string)(await gitHub.GetAsync($"repos/{Repo}/git/ref/heads/afk/issue-1-R1")).Json["object"]!["sha"]!).ShouldBe(gitHub.World.BranchHead(Repo, "afk/issue-1-R1"));
    }

    [Fact]
    public async Task A_push_with_the_workflows_own_token_starts_no_ci_and_neither_does_a_skip_mark()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "Fix it");
        gitHub.World.ScriptIssue(Repo, 1, new TurnScript { PushesWithWorkflowToken = true });
        await gitHub.DispatchAsync(1);
        gitHub.Pass(TimeSpan.FromMinutes(10));
        gitHub.World.Push(Repo, "main", "ada", "Docs [skip ci]");

        gitHub.World.Journal.Effects<CommitPushed>().Count.ShouldBe(2);
        gitHub.World.Runs(Repo).ShouldAllBe(run => run.Event == "workflow_dispatch");
    }

    [Fact]
    public async Task A_closing_keyword_on_the_default_branch_closes_the_issue_before_ci_is_done()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(Repo, "ada", "One");
        gitHub.World.OpenIssue(Repo, "ada", "Two");

        gitHub.World.Push(Repo, "side", "ada", "Fixes #1");
        gitHub.World.Issue(Repo, 1).Open.ShouldBeTrue();
        var sha = gitHub.World.Push(Repo, "main", "ada", "Fixes #1, see #2");

        gitHub.World.Issue(Repo, 1).Open.ShouldBeFalse();
        gitHub.World.Issue(Repo, 2).Open.ShouldBeTrue();
        var closed = (await gitHub.GetAsync($"repos/{Repo}/issues/1/events")).Json.AsArray().Single(entry => (string)entry!["event"]! == "closed")!;
        ((string)closed["commit_id"]!).ShouldBe(sha);
    }

    [Fact]
    public async Task Before_its_jobs_start_the_suite_of_a_push_is_queued_and_empty()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.SetForeignEmptySuites(Repo, true);
        var sha = gitHub.World.Push(Repo, "main", "ada", "Work");

        var suites = (await gitHub.GetAsync($"repos/{Repo}/commits/{sha}/check-suites")).Json["check_suites"]!.AsArray();

        suites.Count.ShouldBe(3);
        suites.ShouldAllBe(suite => (string)suite!["status"]! == "queued" && (int)suite["latest_check_runs_count"]! == 0);
        gitHub.Pass(TimeSpan.FromMinutes(10));
        suites = (await gitHub.GetAsync($"repos/{Repo}/commits/{sha}/check-suites")).Json["check_suites"]!.AsArray();
        suites.Count(suite => (string)suite!["status"]! == "queued").ShouldBe(2);
    }

    [Fact]
    public async Task A_rerun_resets_the_suite_and_keeps_the_run_id()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var sha = gitHub.World.Push(Repo, "main", "ada", "Work", new CiScript { Conclusion = "failure", RerunConclusion = "success" });
        gitHub.Pass(TimeSpan.FromMinutes(10));
        var run = gitHub.World.Runs(Repo).Single();
        run.Conclusion.ShouldBe("failure");

        (await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run.Id}/rerun-failed-jobs")).Status.ShouldBe(201);
        var suite = (await gitHub.GetAsync($"repos/{Repo}/commits/{sha}/check-suites")).Json["check_suites"]!.AsArray().Single()!;
        gitHub.Pass(TimeSpan.FromMinutes(10));

        suite["conclusion"].ShouldBeNull();
        var again = gitHub.World.Runs(Repo).Single();
        again.Id.ShouldBe(run.Id);
        again.Attempt.ShouldBe(2);
        again.Conclusion.ShouldBe("success");
        ((int)(await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run.Id}/jobs?filter=all")).Json["total_count"]!).ShouldBe(4);
        ((int)(await gitHub.GetAsync($"repos/{Repo}/commits/{sha}/check-runs")).Json["total_count"]!).ShouldBe(2);
        (await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run.Id}/rerun-failed-jobs")).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_job_s_log_lies_behind_a_redirect_that_holds_for_a_minute_and_takes_no_token(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        gitHub.World.Push(Repo, "main", "ada", "Work", new CiScript { Conclusion = "failure", Log = "it wobbles\n##[error]exit 1" });
        gitHub.Pass(TimeSpan.FromMinutes(10));
        var run = gitHub.World.Runs(Repo).Single();
        var job = (await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run.Id}/jobs")).Json["jobs"]!.AsArray().Single(one => (string)one!["conclusion"]! == "failure")!;

        var answer = await gitHub.GetAsync($"repos/{Repo}/actions/jobs/{job["id"]}/logs");
        answer.Status.ShouldBe(302);
        var address = new Uri(answer.Headers["Location"]).PathAndQuery.TrimStart('/');
        (await gitHub.SendAsync(HttpMethod.Get, address, null, await gitHub.TokenAsync())).Status.ShouldBe(400);
        var log = await gitHub.SendAsync(HttpMethod.Get, address, null, bearer: null);

        log.Status.ShouldBe(200);
        log.Text.ShouldContain("Z it wobbles\r\n");
        log.Text.ShouldContain("Z ##[error]exit 1\r\n");
        (await gitHub.SendAsync(HttpMethod.Get, address.Replace("sig=", "sig=0", StringComparison.Ordinal), null, bearer: null)).Status.ShouldBe(403);
        gitHub.Pass(TimeSpan.FromSeconds(61));
        (await gitHub.SendAsync(HttpMethod.Get, address, null, bearer: null)).Status.ShouldBe(403);
        (await gitHub.GetAsync($"repos/{Repo}/actions/jobs/1/logs")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_failing_job_has_a_failed_step_unless_it_lost_its_runner()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        async Task<string[]> StepsOfFailedJob(CiScript ci)
        {
            gitHub.World.Push(Repo, "main", "ada", "Work", ci);
            gitHub.Pass(TimeSpan.FromMinutes(10));
            var run = gitHub.World.Runs(Repo).MaxBy(one => one.Id)!;
            var job = (await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run.Id}/jobs")).Json["jobs"]!.AsArray().Single(one => (string)one!["conclusion"]! != "success")!;
            return [.. job["steps"]!.AsArray().Select(step => $"{step!["name"]} {(string?)step["conclusion"]}".Trim())];
        }

        (await StepsOfFailedJob(new CiScript { Conclusion = "failure" })).ShouldBe(["Set up job success", "Run test failure"]);
        (await StepsOfFailedJob(new CiScript { Conclusion = "failure", LosesRunner = true })).ShouldBe(["Set up job success", "Run test"]);
        (await StepsOfFailedJob(new CiScript { Conclusion = "timed_out" })).ShouldBe(["Set up job success", "Run test timed_out"]);
    }

    [Fact]
    public async Task What_could_not_start_has_no_failed_jobs_to_run_again_and_can_be_run_again_as_a_whole()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.Push(Repo, "main", "ada", "Work", new CiScript { Conclusion = "startup_failure", RerunConclusion = "success" });
        gitHub.Pass(TimeSpan.FromMinutes(10));
        var run = gitHub.World.Runs(Repo).Single();

        ((int)(await gitHub.GetAsync($"repos/{Repo}/actions/runs/{run.Id}/jobs")).Json["total_count"]!).ShouldBe(0);
        (await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run.Id}/rerun-failed-jobs")).Status.ShouldBe(403);
        (await gitHub.PostAsync($"repos/{Repo}/actions/runs/{run.Id}/rerun")).Status.ShouldBe(201);
        gitHub.Pass(TimeSpan.FromMinutes(10));

        gitHub.World.Runs(Repo).Single().Conclusion.ShouldBe("success");
    }

    [Fact]
    public async Task No_status_at_all_reads_as_pending_and_only_the_count_tells()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var sha = gitHub.World.BranchHead(Repo)!;

        var none = (await gitHub.GetAsync($"repos/{Repo}/commits/{sha}/status")).Json;
        gitHub.World.AddStatus(Repo, sha, "deploy", "pending");
        gitHub.World.AddStatus(Repo, sha, "deploy", "success");
        var one = (await gitHub.GetAsync($"repos/{Repo}/commits/main/status")).Json;

        ((string)none["state"]!).ShouldBe("pending");
        ((int)none["total_count"]!).ShouldBe(0);
        ((string)one["state"]!).ShouldBe("success");
        ((int)one["total_count"]!).ShouldBe(1);
    }

    [Fact]
    public async Task A_comparison_tells_ahead_behind_diverged_and_identical()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        var root = gitHub.World.BranchHead(Repo)!;
        var side = gitHub.World.Push(Repo, "side", "ada", "Side");
        var one = gitHub.World.Push(Repo, "main", "ada", "One");
        var two = gitHub.World.Push(Repo, "main", "ada", "Two");

        async Task<JsonNode> Compare(string range) => (await gitHub.GetAsync($"repos/{Repo}/compare/{range}")).Json;

        ((string)(await Compare("main...main"))["status"]!).ShouldBe("identical");
        ((string)(await Compare($"main...{root}"))["status"]!).ShouldBe("behind");
        var diverged = await Compare("side...main");
        ((string)diverged["status"]!).ShouldBe("diverged");
        ((int)diverged["ahead_by"]!).ShouldBe(2);
        ((int)diverged["behind_by"]!).ShouldBe(1);
        ((string)diverged["merge_base_commit"]!["sha"]!).ShouldBe(root);
        diverged["commits"]!.AsArray().Select(commit => (string)commit!["sha"]!).ShouldBe([one, two]);
        (await gitHub.GetAsync($"repos/{Repo}/compare/{side}...nowhere")).Status.ShouldBe(404);
        var second = await gitHub.GetAsync($"repos/{Repo}/compare/side...main?per_page=1&page=2");
        ((string)second.Json["commits"]!.AsArray().Single()!["sha"]!).ShouldBe(two);
        ((int)second.Json["total_commits"]!).ShouldBe(2);
    }

    [Fact]
    public async Task Required_contexts_show_in_the_branch_and_in_the_rules()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.ProtectBranch(Repo, "main", "build");
        gitHub.World.AddRuleset(Repo, "main", ["test"], requiredApprovals: 1);

        var branch = (await gitHub.GetAsync($"repos/{Repo}/branches/main")).Json;
        var rules = (await gitHub.GetAsync($"repos/{Repo}/rules/branches/main")).Json.AsArray();

        ((bool)branch["protected"]!).ShouldBeTrue();
        ((string)branch["protection"]!["required_status_checks"]!["contexts"]![0]!).ShouldBe("build");
        rules.Select(rule => (string)rule!["type"]!).ShouldBe(["required_status_checks", "pull_request"]);
        (await gitHub.GetAsync($"repos/{Repo}/branches/none")).Status.ShouldBe(404);
        (await gitHub.GetAsync($"repos/{Repo}/rules/branches/none")).Json.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_is_there_only_when_the_world_put_it()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        (await gitHub.GetAsync($"repos/{Repo}/contents/.github/afk.yml")).Status.ShouldBe(404);
        gitHub.World.PutFile(Repo, ".github/afk.yml", "delivery: trunk\n");

        var json = await gitHub.GetAsync($"repos/{Repo}/contents/.github/afk.yml");
        var raw = await gitHub.SendAsync(HttpMethod.Get, $"repos/{Repo}/contents/.github/afk.yml", null, await gitHub.TokenAsync(), request => request.Headers.Accept.ParseAdd("application/vnd.github.raw+json"));

        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)json.Json["content"]!)).ShouldBe("delivery: trunk\n");
        raw.Text.ShouldBe("delivery: trunk\n");
    }
}
