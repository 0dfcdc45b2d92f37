using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>
/// Every trap that GitHub lays around "is this commit green", by name: answers in GitHub's own shape, through the adapter, into the verdict.
/// The rules one by one stand beside the verdict itself; here it is shown that what GitHub really sends reaches them.
/// </summary>
public sealed class VerdictTraps(ContractServer server) : ContractTest(server)
{
    private const string R = "/repos/Octo-Org/hello.world";
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";
    private const long OurApp = 2_147_483_999;
    private const long Actions = 15_368;

    private readonly List<string> runs = [];
    private readonly List<string> suites = [];
    private readonly List<string> checks = [];
    private readonly List<string> statuses = [];
    private CiRules rules = new() { OurAppId = OurApp };
    private long lastId = 17_000_000_000;

    [Fact]
    public async Task Empty_suites_of_every_other_app_do_not_keep_a_commit_pending_for_ever()
    {
        Workflow("ci", Job("build"));
        Suite("cursor", 1_210_556, "queued", null, age: 180);
        Suite("renovate", 2_740, "queued", null, age: 86_400);
        (await SettledAsync()).Status.ShouldBe(CiStatus.Green);

        Suite("claude", 1_236_702, "queued", null, age: 5);
        (await SettledAsync()).Status.ShouldBe(CiStatus.Pending, "one that is seconds old may still become something");
    }

    [Fact]
    public async Task Jobs_that_wait_for_a_runner_have_no_check_runs_and_are_not_done()
    {
        Workflow("ci", Job("build"));
        Workflow("e2e", status: "queued", conclusion: null);
        (await SettledAsync()).Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public async Task A_suite_whose_workflow_run_is_not_listed_yet_is_not_done()
    {
        Workflow("ci", Job("build"));
        Suite("github-actions", Actions, "queued", null, age: 30);
        (await SettledAsync()).Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public async Task A_suite_that_Actions_orphaned_is_let_go_after_three_hours()
    {
        Workflow("ci", Job("build"));
        Suite("github-actions", Actions, "queued", null, age: 3 * 3600);
        (await SettledAsync(pushedAgo: 4 * 3600)).Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public async Task A_run_that_is_repeated_in_place_takes_its_old_verdict_away()
    {
        Workflow("ci", attempt: 2, status: "queued", conclusion: null, jobs: [Job("build"), Job("test", "failure")]);
        (await SettledAsync()).Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public async Task A_new_run_of_the_same_event_replaces_the_failed_one_that_stays_listed()
    {
        Workflow("ci", conclusion: "failure", jobs: [Job("build", "failure")]);
        Workflow("ci", Job("build"));
        (await SettledAsync()).Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public async Task Of_several_events_on_one_commit_each_is_judged()
    {
        Workflow("ci", Job("build"));
        Workflow("ci", @event: "pull_request", conclusion: "failure", jobs: [Job("build", "failure")]);
        (await SettledAsync()).Failing.ShouldHaveSingleItem().Key.ShouldBe("check:.github/workflows/ci.yml:build");
    }

    [Fact]
    public async Task Two_workflows_with_a_job_of_one_name_do_not_hide_each_other()
    {
        Workflow("ci", conclusion: "failure", jobs: [Job("build", "failure")]);
        Workflow("nightly", Job("build"));
        (await SettledAsync()).Status.ShouldBe(CiStatus.Red);
    }

    [Fact]
    public async Task What_concurrency_cancelled_is_never_red_and_never_green()
    {
        Workflow("ci", conclusion: "cancelled", jobs: [Job("build"), Job("test", "cancelled")]);
        var reading = await SettledAsync();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Cancelled.ShouldHaveSingleItem().Run!.Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_but_skipped_jobs_is_not_green()
    {
        Workflow("ci", conclusion: "skipped", jobs: [Job("build", "skipped"), Job("test", "skipped")]);
        var reading = await SettledAsync();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Why.ShouldBe("every check was skipped");
    }

    [Fact]
    public async Task A_workflow_file_that_cannot_start_has_no_jobs_and_is_red()
    {
        Workflow("ci", conclusion: "startup_failure");
        var failing = (await SettledAsync()).Failing.ShouldHaveSingleItem();
        (failing.Conclusion, failing.Job).ShouldBe(("startup_failure", null));
    }

    [Fact]
    public async Task A_run_that_waits_for_approval_has_no_jobs_and_needs_a_person()
    {
        Workflow("ci", conclusion: "action_required");
        var reading = await SettledAsync();
        reading.Status.ShouldBe(CiStatus.NeedsPerson);
        reading.NeverStarted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_deployment_that_waits_for_its_environment_needs_a_person()
    {
        Workflow("deploy", status: "waiting", conclusion: null, jobs: [Job("build"), Job("production", null, "waiting")]);
        var reading = await SettledAsync();
        reading.Status.ShouldBe(CiStatus.NeedsPerson);
        reading.NeverStarted.ShouldBeFalse();
    }

    [Fact]
    public async Task Statuses_alone_are_a_verdict_and_the_state_called_error_is_red()
    {
        Status("jenkins", "success");
        (await SettledAsync()).Status.ShouldBe(CiStatus.Green);
        Status("licence", "error");
        (await SettledAsync()).Status.ShouldBe(CiStatus.Red);
    }

    [Fact]
    public async Task No_statuses_at_all_read_as_pending_on_GitHub_and_not_here()
    {
        Workflow("ci", Job("build"));
        (await SettledAsync()).Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public async Task A_required_check_behind_a_path_filter_never_reports_and_is_named()
    {
        Workflow("ci", Job("build"));
        rules = rules with { Required = ["docs"] };
        var reading = await SettledAsync();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Why.ShouldBe("the required check docs has not reported");
    }

    [Fact]
    public async Task A_workflow_behind_a_path_filter_that_ran_before_the_run_is_missed_and_named()
    {
        Workflow("ci", Job("build"));
        rules = rules with { ExpectedWorkflows = [".github/workflows/ci.yml", ".github/workflows/e2e.yml"] };
        (await SettledAsync()).Why.ShouldBe("the workflow .github/workflows/e2e.yml, which ran on the commit before the run, has not run on this one");
    }

    [Fact]
    public async Task A_release_workflow_that_a_tag_started_on_the_commit_before_the_run_is_not_expected()
    {
        Server.Given("GET", $"{R}/actions/runs?head_sha={Sha}&branch=main&event=push&per_page=100", ContractServer.Json($$"""
            {"total_count":3,"workflow_runs":[{{Run(1, "ci", "push", "completed", "success", 11, 1)}},{{Run(2, "ci", "push", "completed", "failure", 12, 1)}},{{Run(3, "afk-agent", "workflow_dispatch", "completed", "success", 13, 1)}}]}
            """));
        (await GitHub.Ci.PushWorkflowsAsync(Repository, Sha, "main", Cancel)).Select(workflow => workflow.File).ShouldBe([".github/workflows/ci.yml"]);
    }

    [Fact]
    public async Task Our_own_suite_and_the_agent_s_own_run_on_the_judged_commit_change_nothing()
    {
        Workflow("ci", Job("build"));
        Suite("afk-app", OurApp, "queued", null, age: 10);
        Workflow("afk-agent", @event: "workflow_dispatch", status: "in_progress", conclusion: null, jobs: [Job("agent", null, "in_progress")]);
        (await SettledAsync()).Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public async Task A_failing_workflow_that_a_comment_started_on_the_head_of_the_branch_changes_nothing()
    {
        Workflow("ci", Job("build"));
        Workflow("triage", @event: "issue_comment", conclusion: "failure", jobs: [Job("triage", "failure")]);
        Workflow("labels", @event: "issues", conclusion: "action_required");
        (await SettledAsync()).Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public async Task Words_that_GitHub_has_not_invented_yet_are_neither_red_nor_green()
    {
        Workflow("ci", Job("build"));
        Workflow("next", conclusion: "quantum", jobs: [Job("next", "quantum")]);
        (await SettledAsync()).Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public async Task A_person_s_commit_on_top_that_cancelled_our_ci_speaks_for_both()
    {
        Workflow("ci", conclusion: "cancelled", jobs: [Job("build", "cancelled")]);
        var ours = await SettledAsync();
        Clear();
        Workflow("ci", Job("build"));
        var onTop = await SettledAsync();

        var both = CiVerdict.Supersede(ours, onTop, "fedcba9876543210fedcba9876543210fedcba98");
        both.Status.ShouldBe(CiStatus.Green);
        both.Why.ShouldEndWith("on the newer commit fedcba987654");
    }

    [Fact]
    public async Task A_person_s_red_commit_on_top_of_one_without_a_verdict_is_a_person_s_to_sort_out()
    {
        Workflow("ci", conclusion: "cancelled", jobs: [Job("build", "cancelled")]);
        var ours = await SettledAsync();
        Clear();
        Workflow("ci", conclusion: "failure", jobs: [Job("build", "failure")]);

        CiVerdict.Supersede(ours, await SettledAsync(), "fedcba9876543210").Status.ShouldBe(CiStatus.NeedsPerson);
    }

    [Fact]
    public async Task A_person_s_red_commit_on_top_does_not_speak_for_one_whose_ci_is_still_at_work()
    {
        Workflow("ci", status: "in_progress", conclusion: null, jobs: [Job("build")]);
        var ours = await SettledAsync();
        Clear();
        Workflow("ci", conclusion: "failure", jobs: [Job("build", "failure")]);

        CiVerdict.Supersede(ours, await SettledAsync(), "fedcba9876543210").Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public async Task Before_anything_has_registered_nothing_is_green_and_nothing_is_missing_for_good()
    {
        Status("early-bird", "success");
        (await SettledAsync(pushedAgo: 20)).Status.ShouldBe(CiStatus.Pending);
        Clear();
        (await SettledAsync(pushedAgo: 20)).NeverStarted.ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_but_empty_suites_of_others_means_that_ci_never_started()
    {
        Suite("cursor", 1_210_556, "queued", null, age: 600);
        Suite("afk-app", OurApp, "queued", null, age: 600);
        var reading = await SettledAsync();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.NeverStarted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_silent_commit_tells_its_message_and_whose_token_pushed_it()
    {
        Server.Given("GET", $"{R}/commits/{Sha}?per_page=1", ContractServer.Json($$"""
            {"sha":"{{Sha}}","node_id":"C_x","commit":{"author":{"name":"github-actions[bot]","email":"41898282+github-actions[bot]@users.noreply.github.com","date":"2026-03-10T11:00:00Z"},
              "committer":{"name":"GitHub"},"message":"Work\n\nAFK-Run: r1","tree":{"sha":"t"},"comment_count":0,"verification":{"verified":false,"reason":"unsigned","signature":null,"payload":null} },
             "url":"u","html_url":"h","author":{"login":"github-actions[bot]","id":41898282,"type":"Bot"},"committer":null,"parents":[{"sha":"p"}],"stats":{"total":1},"files":[]}
            """));
        (await GitHub.Ci.CommitAsync(Repository, Sha, Cancel)).ShouldBe(new SilentCommit("Work\n\nAFK-Run: r1", "github-actions[bot]", null));
    }

    private async Task<CiReading> SettledAsync(int pushedAgo = 3600)
    {
        Server.Given("GET", $"{R}/actions/runs?head_sha={Sha}&per_page=100", ContractServer.Json($$"""{"total_count":{{runs.Count}},"workflow_runs":[{{string.Join(',', Enumerable.Reverse(runs))}}]}"""));
        Server.Given("GET", $"{R}/commits/{Sha}/check-suites?per_page=100", ContractServer.Json($$"""{"total_count":{{suites.Count}},"check_suites":[{{string.Join(',', suites)}}]}"""));
        Server.Given("GET", $"{R}/commits/{Sha}/check-runs?per_page=100", ContractServer.Json($$"""{"total_count":{{checks.Count}},"check_runs":[{{string.Join(',', Enumerable.Reverse(checks))}}]}"""));
        Server.Given("GET", $"{R}/commits/{Sha}/status?per_page=100", ContractServer.Json($$"""{"state":"pending","total_count":{{statuses.Count}},"sha":"{{Sha}}","statuses":[{{string.Join(',', statuses)}}],"commit_url":"u","url":"u"}"""));
        var evidence = await GitHub.Ci.ReadAsync(Repository, Sha, Server.Time.GetUtcNow().AddSeconds(-pushedAgo), statuses: null, Cancel).LastAsync(Cancel);
        var first = CiVerdict.Fold(evidence, rules, previous: null);
        first.Status.ShouldNotBe(CiStatus.Green, "one reading is never green");
        return CiVerdict.Fold(evidence, rules, new CiPrevious(first.Fingerprint, evidence.ReadAt.AddMinutes(-5)));
    }

    private void Clear()
    {
        runs.Clear();
        suites.Clear();
        checks.Clear();
        statuses.Clear();
    }

    private static (string Name, string Status, string? Conclusion) Job(string name, string? conclusion = "success", string status = "completed") => (name, status, conclusion);

    private void Workflow(string name, params (string Name, string Status, string? Conclusion)[] jobs) => Workflow(name, "push", "completed", "success", 1, jobs);

    /// <summary>A workflow run with its suite and the check runs of its jobs, as GitHub lists them.</summary>
    private void Workflow(string name, string @event = "push", string status = "completed", string? conclusion = "success", int attempt = 1, params (string Name, string Status, string? Conclusion)[] jobs)
    {
        var suite = Suite("github-actions", Actions, status, conclusion, age: 300, jobs.Length);
        runs.Add(Run(++lastId, name, @event, status, conclusion, suite, attempt));
        checks.AddRange(jobs.Select(job => Check(++lastId, job.Name, suite, job.Status, job.Conclusion)));
    }

    private long Suite(string slug, long app, string status, string? conclusion, int age, int count = 0)
    {
        suites.Add($$"""
            {"id":{{++lastId}},"node_id":"CS_x","head_branch":"main","head_sha":"{{Sha}}","status":"{{status}}","conclusion":{{Json(conclusion)}},"url":"u","before":"b","after":"{{Sha}}","pull_requests":[],
             "app":{"id":{{app}},"client_id":"Iv1.x","slug":"{{slug}}","node_id":"A_x","owner":{"login":"github","id":9919,"type":"Organization"},"name":"{{slug}}","permissions":{"checks":"write"},"events":["check_suite"]},
             "created_at":"{{Server.Time.GetUtcNow().AddSeconds(-age):yyyy-MM-ddTHH:mm:ssZ}}","updated_at":"2026-03-10T11:59:00Z","rerequestable":true,"runs_rerequestable":false,"latest_check_runs_count":{{count}},"check_runs_url":"u",
             "head_commit":{"id":"{{Sha}}","tree_id":"t","message":"m","timestamp":"2026-03-10T11:00:00Z","author":{"name":"a","email":"e"},"committer":{"name":"a","email":"e"} } }
            """);
        return lastId;
    }

    private void Status(string context, string state) => statuses.Add($$"""
        {"url":"u","avatar_url":"a","id":{{++lastId}},"node_id":"SC_x","state":"{{state}}","description":null,"target_url":null,"context":"{{context}}","created_at":"2026-03-10T11:00:00Z","updated_at":"2026-03-10T11:00:00Z"}
        """);

    private static string Run(long id, string name, string @event, string status, string? conclusion, long suite, int attempt) => $$"""
        {"id":{{id}},"name":"{{name}}","node_id":"WFR_x","head_branch":"main","head_sha":"{{Sha}}","path":".github/workflows/{{name}}.yml","display_title":"Fix it","run_number":7,"event":"{{@event}}",
         "status":"{{status}}","conclusion":{{Json(conclusion)}},"workflow_id":{{4_294_967_000 + name.Length + name[0] * 100}},"check_suite_id":{{suite}},"check_suite_node_id":"CS_x","url":"u","html_url":"https://github.com/Octo-Org/hello.world/actions/runs/{{id}}",
         "pull_requests":[],"created_at":"2026-03-10T11:55:00Z","updated_at":"2026-03-10T11:58:00Z","actor":{"login":"afk-agent[bot]","id":5,"type":"Bot"},"run_attempt":{{attempt}},"referenced_workflows":[],
         "run_started_at":"2026-03-10T11:55:00Z","triggering_actor":{"login":"afk-agent[bot]","id":5,"type":"Bot"},"jobs_url":"u","logs_url":"u","previous_attempt_url":null,"head_commit":{"id":"{{Sha}}","message":"m"},
         "repository":{"id":5000000017,"full_name":"Octo-Org/hello.world"},"head_repository":{"id":5000000017,"full_name":"Octo-Org/hello.world"} }
        """;

    private static string Check(long id, string name, long suite, string status, string? conclusion) => $$"""
        {"id":{{id}},"name":"{{name}}","node_id":"CR_x","head_sha":"{{Sha}}","external_id":"e","url":"u","html_url":"https://github.com/Octo-Org/hello.world/actions/runs/1/job/{{id}}","details_url":"d",
         "status":"{{status}}","conclusion":{{Json(conclusion)}},"started_at":"2026-03-10T11:56:00Z","completed_at":null,"output":{"title":null,"summary":null,"text":null,"annotations_count":0,"annotations_url":"u"},
         "check_suite":{"id":{{suite}}},"app":{"id":{{Actions}},"slug":"github-actions","name":"GitHub Actions"},"pull_requests":[]}
        """;

    private static string Json(string? text) => text is null ? "null" : $"\"{text}\"";
}
