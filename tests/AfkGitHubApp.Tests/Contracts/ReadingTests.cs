using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>What each port makes of GitHub's words: unknown ones, nulls, extra fields and large numbers among them.</summary>
public sealed class ReadingTests(ContractServer server) : ContractTest(server)
{
    private const string R = "/repos/Octo-Org/hello.world";
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";
    private const long Large = 9_007_199_254_740_993;

    private static readonly TurnId Turn = new(new RunId("r0123456789ab"), 2);

    [Fact]
    public async Task Deployments_are_read_by_environment_in_their_order()
    {
        Server.Given("POST", "/graphql", ContractServer.Json(Situations.Deployments));

        (await GitHub.Deployments.ReadAsync(Repository, ["staging", "production"], Cancel)).ShouldBe(
        [
            new Deployment("staging", "aaaa", new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero), "inactive", "https://staging.example.com"),
            new Deployment("staging", "bbbb", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), null, null),
        ]);
    }

    [Fact]
    public async Task A_list_of_issues_keeps_ids_labels_and_pull_requests_apart()
    {
        Server.Given("GET", $"{R}/issues?labels=l&state=all&per_page=100", ContractServer.Json("""
            [{"id":9007199254740993,"number":42,"title":"T","state":"OPEN","labels":[{"id":1,"name":"P1"},{"id":2,"name":null},"plain"],"pull_request":null,"new_field":{"deep":[1]}},
             {"id":2,"number":43,"title":null,"state":"closed","labels":null,"pull_request":{"url":"u"},"assignee":null,"milestone":null},
             {"id":3,"number":44,"title":"no labels","state":"archived"}]
            """));

        var issues = await GitHub.Tracker.ListIssuesAsync(Repository, "l", openOnly: false, Cancel);

        issues.Select(issue => (issue.Number, issue.Id, issue.Title, issue.IsOpen, issue.IsPullRequest)).ShouldBe([(42, Large, "T", true, false), (43, 2, "", false, true), (44, 3, "no labels", false, false)]);
        issues[0].Labels.ShouldBe(["P1", "plain"]);
        issues[1].Labels.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"permission":"admin","user":{"id":4294967300}}""", true)]
    [InlineData("""{"permission":"write","role_name":"maintain","user":{"id":4294967300}}""", true)]
    [InlineData("""{"permission":"write","role_name":"a custom role","user":{"id":4294967300}}""", true)]
    [InlineData("""{"permission":"read","role_name":"triage","user":{"id":4294967300}}""", false)]
    [InlineData("""{"permission":"none","user":{"id":4294967300}}""", false)]
    [InlineData("""{"permission":"Write","user":{"id":4294967300}}""", false)]
    [InlineData("""{"permission":"omnipotent","user":{"id":4294967300}}""", false)]
    [InlineData("""{"permission":"admin","user":{"id":4294967301}}""", false)]
    [InlineData("""{"permission":"admin","user":null}""", false)]
    [InlineData("""{"permission":"admin"}""", false)]
    public async Task Only_a_writer_of_the_same_id_may_write(string answer, bool may)
    {
        Server.Given("GET", $"{R}/collaborators/mona/permission", ContractServer.Json(answer));

        (await GitHub.Tracker.MayWriteAsync(Repository, new Person(4_294_967_300, "mona"), Cancel)).ShouldBe(may);
    }

    [Fact]
    public async Task Who_is_not_known_may_not_write()
    {
        Server.Given("GET", $"{R}/collaborators/mona/permission", ContractServer.Json("""{"message":"Not Found"}""", 404));

        (await GitHub.Tracker.MayWriteAsync(Repository, new Person(1, "mona"), Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task Open_blockers_are_named_as_people_write_them()
    {
        Server.Given("GET", $"{R}/issues/42/dependencies/blocked_by?per_page=100", ContractServer.Json("""
            [{"id":1,"number":7,"state":"open","repository_url":"https://api.github.com/repos/octo-org/Hello.World"},
             {"id":2,"number":8,"state":"closed","repository_url":"https://api.github.com/repos/octo-org/hello.world"},
             {"id":3,"number":9,"state":"open","repository_url":"https://ghe.example/api/v3/repos/other/place"},
             {"id":4,"number":10,"state":"open","repository":{"id":5,"full_name":"third/one","archived":false}},
             {"id":5,"number":11,"state":"open","repository":null,"repository_url":null},
             {"id":6,"number":12,"state":"unheard of"}]
            """));

        (await GitHub.Tracker.OpenBlockersAsync(Repository, 42, Cancel)).ShouldBe(["#7", "other/place#9", "third/one#10", "#11"]);
    }

    [Fact]
    public async Task A_list_of_issues_says_what_need_not_be_asked_for()
    {
        Server.Given("GET", $"{R}/issues?labels=l&state=open&per_page=100", ContractServer.Json("""
            [{"id":1,"number":1,"state":"open","comments":0,"issue_dependencies_summary":{"blocked_by":0,"blocking":3,"total_blocked_by":0,"total_blocking":3}},
             {"id":2,"number":2,"state":"open","comments":7,"issue_dependencies_summary":{"blocked_by":0,"total_blocked_by":2}},
             {"id":3,"number":3,"state":"open","comments":null,"issue_dependencies_summary":null},
             {"id":4,"number":4,"state":"open"},
             {"id":5,"number":5,"state":"open","issue_dependencies_summary":{}}]
            """));

        var issues = await GitHub.Tracker.ListIssuesAsync(Repository, "l", openOnly: true, Cancel);

        issues.Select(issue => (issue.Blockers, issue.Comments)).ShouldBe([(0, 0), (2, 7), (null, null), (null, null), (null, null)]);
    }

    [Fact]
    public async Task What_a_text_names_is_open_closed_or_cannot_be_read()
    {
        Server.Given("POST", "/graphql", ContractServer.Json("""
            {"data":{"r0":{"issueOrPullRequest":{"__typename":"Issue","issueState":"OPEN"}},"r1":{"issueOrPullRequest":{"__typename":"Issue","issueState":"CLOSED"}},
                     "r2":{"issueOrPullRequest":{"__typename":"PullRequest","pullRequestState":"OPEN"}},"r3":{"issueOrPullRequest":{"__typename":"PullRequest","pullRequestState":"MERGED"}},
                     "r4":{"issueOrPullRequest":null},"r5":null,"r6":{"issueOrPullRequest":{"__typename":"Issue","issueState":"ASLEEP"}}},
             "errors":[{"type":"NOT_FOUND","path":["r4","issueOrPullRequest"],"message":"Could not resolve to an issue or pull request with the number of 4."},
                       {"type":"FORBIDDEN","path":["r5"],"message":"Resource not accessible by integration"}]}
            """));

        var states = await GitHub.Tracker.StatesAsync(Repository, [.. Enumerable.Range(0, 8).Select(number => new IssueReference("o/r", number + 1))], Cancel);

        states.Select(state => state.IsOpen).ShouldBe([true, false, true, false, null, null, null, null]);
        states.Select(state => state.Reference.Number).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
    }

    [Theory]
    [InlineData("""{"data":{"r0":null},"errors":[{"type":"NOT_FOUND","message":"no"},{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}""", FailureKind.RateLimited)]
    [InlineData("""{"data":null,"errors":[{"type":"NOT_FOUND","message":"no"}]}""", FailureKind.NotFound)]
    [InlineData("""{"data":{"r0":null},"errors":[{"message":"Something went wrong while executing your query."}]}""", FailureKind.Transient)]
    public async Task States_are_not_read_from_an_answer_that_failed_for_another_reason(string answer, FailureKind kind)
    {
        Server.Given("POST", "/graphql", ContractServer.Json(answer));

        (await FailureOf(GitHub.Tracker.StatesAsync(Repository, [new IssueReference("o/r", 1)], Cancel))).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task No_references_need_no_request()
    {
        (await GitHub.Tracker.StatesAsync(Repository, [], Cancel)).ShouldBeEmpty();

        Server.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Deliveries_are_read_a_page_at_a_time()
    {
        Server.Given("GET", "/app/hook/deliveries?per_page=100", ContractServer.Json("""
            [{"id":9007199254740993,"guid":"g1","delivered_at":"2026-03-10T12:00:00Z","redelivery":true,"status":"OK","status_code":202,"event":"issues","action":"labeled","installation_id":3,"repository_id":5000000017},
             {"id":2,"guid":"g2","delivered_at":"2026-03-10T11:59:59Z","status":"timed out","status_code":0,"event":"installation","action":null,"installation_id":null,"repository_id":null},
             {"id":1,"guid":"g3","delivered_at":"2026-03-10T11:59:58Z","status":"Invalid HTTP Response: 503","status_code":null}]
            """).WithHeader("Link", $"<{Server.Home}app/hook/deliveries?per_page=100&cursor=v1_17%3D%3D>; rel=\"next\""));

        var page = await GitHub.App.DeliveriesAsync(cursor: null, Cancel);

        page.Next.ShouldBe("v1_17==");
        page.Attempts.ShouldBe(
        [
            new DeliveryAttempt(Large, "g1", new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero), 202, "issues", 5_000_000_017),
            new DeliveryAttempt(2, "g2", new DateTimeOffset(2026, 3, 10, 11, 59, 59, TimeSpan.Zero), 0, "installation", null),
            new DeliveryAttempt(1, "g3", new DateTimeOffset(2026, 3, 10, 11, 59, 58, TimeSpan.Zero), 0, "", null),
        ]);
        page.Attempts.Select(attempt => attempt.Succeeded).ShouldBe([true, false, false]);
    }

    [Fact]
    public async Task The_last_page_of_deliveries_has_no_next()
    {
        Server.Given("GET", "/app/hook/deliveries?per_page=100&cursor=c", ContractServer.Json("[]").WithHeader("Link", $"<{Server.Home}app/hook/deliveries?per_page=100>; rel=\"first\""));

        (await GitHub.App.DeliveriesAsync("c", Cancel)).Next.ShouldBeNull();
    }

    [Theory]
    [InlineData(202, true)]
    [InlineData(404, false)]
    [InlineData(422, false)]
    public async Task A_delivery_is_made_again_or_not(int status, bool made)
    {
        Server.Given("POST", "/app/hook/deliveries/7/attempts", ContractServer.Json("{}", status));

        (await GitHub.App.RedeliverAsync(7, Cancel)).ShouldBe(made);
    }

    [Theory]
    [InlineData(201, true)]
    [InlineData(422, false)]
    public async Task A_label_is_made_or_was_there(int status, bool made)
    {
        Server.Given("POST", $"{R}/labels", ContractServer.Json("""{"message":"Validation Failed","errors":[{"resource":"Label","code":"already_exists","field":"name"}]}""", status));

        (await GitHub.Tracker.CreateLabelAsync(Repository, new RepositoryLabel("l", "ffffff", ""), Cancel)).ShouldBe(made);
    }

    [Fact]
    public async Task Labels_are_listed_by_name()
    {
        Server.Given("GET", $"{R}/labels?per_page=100", ContractServer.Json("""[{"id":1,"name":"P1","color":"ffffff"},{"id":9007199254740993,"name":"in Arbeit","description":null}]"""));

        (await GitHub.Tracker.LabelsAsync(Repository, Cancel)).ShouldBe(["P1", "in Arbeit"]);
    }

    [Fact]
    public async Task Only_comments_of_our_own_bot_s_id_are_ours()
    {
        PortCall.Named("app asks who it is").Exchanges.ToList().ForEach(Server.Given);
        Server.Given("GET", $"{R}/issues/42/comments?per_page=100", ContractServer.Json("""
            [{"id":1,"body":"a forgery","user":{"id":7,"login":"afk-app[bot]","type":"Bot"}},
             {"id":9007199254740993,"body":"ours","user":{"id":4294967301,"login":"renamed[bot]","type":"Bot"},"performed_via_github_app":null},
             {"id":3,"body":"a ghost's","user":null},
             {"id":4,"body":null,"user":{"id":4294967301,"login":null,"type":null}},
             {"id":5,"user":{"id":4294967301}}]
            """));

        (await GitHub.Tracker.OwnCommentsAsync(Repository, 42, Cancel)).ShouldBe([new(Large, "ours"), new(4, ""), new(5, "")]);
    }

    [Fact]
    public async Task Writes_return_what_their_port_promises()
    {
        Server.Given("POST", $"{R}/issues/42/comments", ContractServer.Json("""{"id":9007199254740993,"body":null,"user":null}""", 201));
        Server.Given("PATCH", $"{R}/issues/comments/1", ContractServer.Json("{}"));
        Server.Given("PATCH", $"{R}/issues/comments/2", ContractServer.Json("""{"message":"Not Found"}""", 404));
        Server.Given("DELETE", $"{R}/issues/42/labels/gone", ContractServer.Json("""{"message":"Label does not exist"}""", 404));

        (await GitHub.Tracker.CreateCommentAsync(Repository, 42, "b", Cancel)).ShouldBe(Large);
        (await GitHub.Tracker.EditCommentAsync(Repository, 1, "b", Cancel)).ShouldBeTrue();
        (await GitHub.Tracker.EditCommentAsync(Repository, 2, "b", Cancel)).ShouldBeFalse();
        await GitHub.Tracker.RemoveLabelAsync(Repository, 42, "gone", Cancel);
    }

    [Fact]
    public async Task Commits_without_a_message_are_commits_and_what_cannot_be_compared_says_nothing()
    {
        Server.Given("GET", $"{R}/compare/aa...bb?per_page=100", ContractServer.Json("""{"commits":[{"sha":"1","commit":{"message":null}},{"sha":"2","commit":null},{"sha":"3"}]}"""));
        Server.Given("GET", $"{R}/compare/gone...bb?per_page=100", ContractServer.Json("""{"message":"Not Found"}""", 404));

        (await GitHub.Ci.CommitsSinceAsync(Repository, "aa", "bb", Cancel)).ShouldBe([new("1", ""), new("2", ""), new("3", "")]);
        (await GitHub.Ci.CommitsSinceAsync(Repository, "gone", "bb", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_was_brought_by_whoever_had_it_merged_from_another_repository_into_whichever_branch_and_a_deleted_one_is_another()
    {
        Server.Given("POST", "/graphql", ContractServer.Json("""
            {"data":{"repository":{
              "c0":{"associatedPullRequests":{"nodes":[null,{"merged":true,"isCrossRepository":true,"headRepository":{"__typename":"Repository"},"author":{"__typename":"User","login":"mallory","databaseId":4294967300}}]}},
              "c1":{"associatedPullRequests":{"nodes":[{"merged":true,"isCrossRepository":false,"headRepository":null,"author":null}]}},
              "c2":{"associatedPullRequests":{"nodes":[
                {"merged":false,"isCrossRepository":true,"headRepository":null,"author":null},
                {"merged":true,"isCrossRepository":false,"headRepository":{"__typename":"Repository"},"author":null}]}},
              "c3":{"associatedPullRequests":null},"c4":null}},
             "errors":[{"type":"FORBIDDEN","path":["repository","c1","associatedPullRequests","nodes",0,"headRepository"],"message":"Resource not accessible by integration"},{"type":"FORBIDDEN","path":["repository","c3","associatedPullRequests"],"message":"Resource not accessible by integration"}]}
            """));

        var brought = await GitHub.Ci.BroughtByAsync(Repository, ["a", "b", "c", "d", "e"], Cancel);

        brought.Keys.Order().ShouldBe(["a", "b"]);
        brought["a"].ShouldBe([new Actor(4_294_967_300, "mallory", IsPerson: true)]);
        brought["b"].ShouldHaveSingleItem().Id.ShouldBeNull();
    }

    [Fact]
    public async Task CI_evidence_carries_GitHub_s_own_words_unknown_ones_included()
    {
        Server.Given("GET", $"{R}/actions/runs?head_sha={Sha}&per_page=100", ContractServer.Json("""
            {"total_count":2,"workflow_runs":[
              {"id":9007199254740993,"workflow_id":4294967302,"name":"CI","display_title":"t","path":".github/workflows/ci.yml","event":"push","status":"completed","conclusion":"startup_failure","check_suite_id":4294967303,"html_url":"u","run_attempt":null,"actor":null},
              {"id":2,"workflow_id":3,"name":null,"path":".github/workflows/x.yml","event":"hologram","status":"dreaming","conclusion":"serene","check_suite_id":null,"html_url":null},
              {"id":3,"workflow_id":3,"status":null,"conclusion":null}]}
            """));
        Server.Given("GET", $"{R}/commits/{Sha}/check-suites?per_page=100", ContractServer.Json("""
            {"total_count":2,"check_suites":[
              {"id":4294967303,"status":"completed","conclusion":"stale","app":{"id":15368,"slug":"github-actions"},"latest_check_runs_count":3,"created_at":"2026-03-10T11:00:00Z","pull_requests":null},
              {"id":2,"status":"levitating","conclusion":null,"app":null,"latest_check_runs_count":null,"created_at":null},
              {"id":3,"status":null,"conclusion":"unheard-of","app":{"id":7,"slug":null}}]}
            """));
        Server.Given("GET", $"{R}/commits/{Sha}/check-runs?per_page=100", ContractServer.Json("""
            {"total_count":2,"check_runs":[
              {"id":9007199254740994,"name":"build","status":"completed","conclusion":"action_required","started_at":"2026-03-10T11:00:00Z","html_url":"u","app":{"id":15368,"slug":"github-actions"},"check_suite":{"id":4294967303},"output":{"title":null}},
              {"id":2,"name":null,"status":"waiting","conclusion":null,"started_at":null,"html_url":null,"app":null,"check_suite":null}]}
            """));
        Server.Given("GET", $"{R}/commits/{Sha}/status?per_page=100", ContractServer.Json("""
            {"state":"pending","total_count":2,"statuses":[
              {"id":4294967305,"context":"ci/x","state":"failure","target_url":"u","creator":null},
              {"id":2,"context":null,"state":"quantum","target_url":null}]}
            """));

        var evidence = await GitHub.Ci.ReadAsync(Repository, Sha, DateTimeOffset.UnixEpoch, statuses: null, Cancel).LastAsync(Cancel);

        evidence.Sha.ShouldBe(Sha);
        evidence.ReadAt.ShouldBe(Server.Time.GetUtcNow());
        evidence.PushedAt.ShouldBe(DateTimeOffset.UnixEpoch);
        evidence.Truncated.ShouldBeFalse();
        evidence.WorkflowRuns.ShouldBe(
        [
            new WorkflowRunFact(Large, 4_294_967_302, "CI", ".github/workflows/ci.yml", "push", "completed", "startup_failure", 4_294_967_303, "u"),
            new WorkflowRunFact(2, 3, ".github/workflows/x.yml", ".github/workflows/x.yml", "hologram", "dreaming", "serene", 0, null),
            new WorkflowRunFact(3, 3, "", "", "", null, null, 0, null),
        ]);
        var created = new DateTimeOffset(2026, 3, 10, 11, 0, 0, TimeSpan.Zero);
        evidence.Suites.ShouldBe(
        [
            new CheckSuiteFact(4_294_967_303, 15_368, "github-actions", "completed", "stale", 3, created),
            new CheckSuiteFact(2, 0, "", "levitating", null, 0, null),
            new CheckSuiteFact(3, 7, "", null, "unheard-of", 0, null),
        ]);
        evidence.CheckRuns.ShouldBe(
        [
            new CheckRunFact(Large + 1, "build", 15_368, "github-actions", 4_294_967_303, "completed", "action_required", created, "u"),
            new CheckRunFact(2, "", 0, "", 0, "waiting", null, null, null),
        ]);
        evidence.Statuses.ShouldBe([new StatusFact(4_294_967_305, "ci/x", "failure", "u"), new StatusFact(2, "default", "quantum", null)]);
    }

    [Fact]
    public async Task A_job_s_steps_keep_their_words_and_missing_ones_are_none()
    {
        Server.Given("GET", $"{R}/actions/runs/7/jobs?per_page=100", ContractServer.Json("""
            {"total_count":3,"jobs":[
              {"id":9007199254740993,"run_id":7,"run_attempt":1,"status":"completed","conclusion":"failure","name":"test","check_run_url":"u","runner_id":null,
               "steps":[{"name":"Set up job","status":"completed","conclusion":"success","number":1},{"name":"Run tests","status":"completed","conclusion":"failure","number":2},{"name":null,"status":"in_progress","conclusion":null,"number":3},null]},
              {"id":2,"conclusion":"failure","steps":[{"name":"Set up job","conclusion":"success"},{"name":"Run tests","status":"in_progress","conclusion":null}]},
              {"id":3,"conclusion":null,"steps":null}]}
            """));

        var jobs = await GitHub.WorkflowRuns.JobsAsync(Repository, 7, Cancel);

        jobs.Select(job => (job.Id, job.Conclusion, job.Steps.Length, job.FailedStep?.Name)).ShouldBe([(Large, "failure", 4, "Run tests"), (2, "failure", 2, null), (3, null, 0, null)]);
    }

    [Fact]
    public async Task The_attempt_of_a_run_that_is_gone_is_not_known_and_one_that_is_not_told_is_the_first()
    {
        Server.Given("GET", $"{R}/actions/runs/7", ContractServer.Json("""{"message":"Not Found"}""", 404));
        Server.Given("GET", $"{R}/actions/runs/8", ContractServer.Json("""{"id":8,"workflow_id":5,"run_attempt":null}"""));

        (await GitHub.WorkflowRuns.AttemptAsync(Repository, 7, Cancel)).ShouldBeNull();
        (await GitHub.WorkflowRuns.AttemptAsync(Repository, 8, Cancel)).ShouldBe(1);
    }

    [Theory]
    [InlineData("workflow_runs", 0)]
    [InlineData("check_suites", 1)]
    [InlineData("check_runs", 2)]
    [InlineData("statuses", 3)]
    public async Task A_list_that_is_missing_or_null_is_not_an_empty_list(string list, int position)
    {
        var call = PortCall.Named("CI reads a commit");
        GivenAllBut(call, position);
        foreach (var body in new[] { $$"""{"total_count":1,"{{list}}":null}""", """{"total_count":1}""", $$"""{"total_count":1,"{{list}}":[null]}""" })
        {
            Server.Given("GET", call.Exchanges[position].Url, ContractServer.Json(body));

            (await FailureOf(call.Invoke(GitHub, Cancel))).Kind.ShouldBe(FailureKind.Bug, body);
        }
    }

    [Fact]
    public async Task Required_contexts_are_those_of_all_active_rules_and_of_classic_protection()
    {
        Server.Given("GET", $"{R}/branches/main", ContractServer.Json("""{"name":"main","commit":{"sha":"a"},"protection":{"enabled":true,"required_status_checks":{"enforcement_level":"everyone","contexts":["lint",null,"build"]}}}"""));
        Server.Given("GET", $"{R}/rules/branches/main?per_page=100", ContractServer.Json("""
            [{"type":"deletion","ruleset_id":1},
             {"type":"required_status_checks","parameters":{"strict_required_status_checks_policy":true,"required_status_checks":[{"context":"build","integration_id":15368},{"context":"Test"},{"context":null}]}},
             {"type":"required_status_checks","parameters":{"required_status_checks":[{"context":"build","integration_id":null},{"context":"test"}]}},
             {"type":"required_status_checks","parameters":null},
             {"type":"rule of next year","parameters":{"later":[1]}},
             {"type":"pull_request","parameters":{"required_approving_review_count":1}}]
            """));

        (await GitHub.Ci.RequiredContextsAsync(Repository, "main", Cancel)).ShouldBe(["build", "Test", "test", "lint"]);
    }

    [Fact]
    public async Task A_branch_that_does_not_exist_has_no_head()
    {
        Server.Given("GET", $"{R}/branches/gone", ContractServer.Json("""{"message":"Branch not found"}""", 404));

        (await GitHub.Ci.HeadAsync(Repository, "gone", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_repository_keeps_its_ids_and_the_name_it_has_now()
    {
        Server.Given("GET", $"{R}/installation", ContractServer.Json("""{"id":3000000007,"suspended_at":null,"permissions":{}}"""));
        Server.Given("GET", R, ContractServer.Json("""{"id":5000000017,"full_name":"octo-org/Hello.World","default_branch":null,"archived":true,"visibility":"hidden","owner":{"type":"Enterprise"}}"""));

        (await GitHub.App.FindRepositoryAsync("Octo-Org/hello.world", Cancel)).ShouldBe(new RepositoryKey(5_000_000_017, "octo-org/Hello.World", 3_000_000_007));
    }

    [Theory]
    [InlineData($"{R}/installation")]
    [InlineData(R)]
    public async Task A_repository_we_are_not_installed_on_is_not_found(string missing)
    {
        foreach (var exchange in PortCall.Named("app finds a repository").Exchanges.Where(exchange => exchange.Url != missing))
        {
            Server.Given(exchange);
        }

        Server.Given("GET", missing, ContractServer.Json("""{"message":"Not Found"}""", 404));

        (await GitHub.App.FindRepositoryAsync("Octo-Org/hello.world", Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("""[{"number":7,"state":"open","merged_at":null,"html_url":null}]""", "7 open  ")]
    [InlineData("""[{"number":7,"state":"closed","merged_at":"2026-03-10T11:00:00Z","html_url":"u"},{"number":9,"state":"closed","html_url":"v"},{"number":8,"state":"open"}]""", "9   v")]
    [InlineData("""[{"number":2147483647,"state":"CLOSED","merged_at":"2026-03-10T11:00:00Z","html_url":"u","head":null,"draft":null}]""", "2147483647  merged u")]
    [InlineData("""[{"number":1,"state":"half-open"}]""", "1   ")]
    [InlineData("""[{"number":7,"state":"open","base":{"ref":"main"}},{"number":9,"state":"open","base":{"ref":"release"}}]""", "7 open  ")]
    public async Task Of_a_branch_s_pull_requests_the_newest_is_found(string answer, string? expected)
    {
        Server.Given("GET", $"{R}/pulls?head=Octo-Org%3Awork&state=all&per_page=100", ContractServer.Json(answer));

        var found = await GitHub.PullRequests.FindAsync(Repository, "work", "main", Cancel);

        (found is null ? null : $"{found.Number} {(found.IsOpen ? "open" : "")} {(found.IsMerged ? "merged" : "")} {found.Url}").ShouldBe(expected);
    }

    [Fact]
    public async Task An_opened_pull_request_is_returned()
    {
        Server.Given("POST", $"{R}/pulls", ContractServer.Json("""{"number":7,"state":"open","merged_at":null,"html_url":"u"}""", 201));

        (await GitHub.PullRequests.OpenAsync(Repository, "work", "main", "t", "b", Cancel)).ShouldBe(new PullRequest(7, IsOpen: true, IsMerged: false, "u"));
    }

    [Fact]
    public async Task A_dispatch_returns_its_thread()
    {
        Server.Given("POST", $"{R}/actions/workflows/afk-agent.yml/dispatches", ContractServer.Json("""{"workflow_run_id":9007199254740993,"html_url":"https://github.com/r","extra":null}"""));

        (await Dispatch()).ShouldBe(new DispatchAnswer("9007199254740993", "https://github.com/r", null));
    }

    [Theory]
    [InlineData(403, """{"message":"Resource not accessible by integration"}""", "Resource not accessible by integration; the App needs actions: write")]
    [InlineData(404, """{"message":"Not Found"}""", "not on the default branch")]
    [InlineData(422, """{"message":"Unexpected inputs provided: [\"turn_id\"]."}""", "GitHub refuses to start the workflow afk-agent.yml: Unexpected inputs provided: [\"turn_id\"]")]
    [InlineData(410, "{}", "it answers 410")]
    public async Task A_refused_dispatch_is_an_answer_that_says_why(int status, string body, string why)
    {
        Server.Given("POST", $"{R}/actions/workflows/afk-agent.yml/dispatches", ContractServer.Json(body, status));

        var answer = await Dispatch();

        answer.Thread.ShouldBeNull();
        answer.Refusal.ShouldNotBeNull().ShouldContain(why);
    }

    [Theory]
    [InlineData(200, """{"run_url":"no id"}""")]
    [InlineData(200, """{"workflow_run_id":null}""")]
    [InlineData(204, "")]
    public async Task A_dispatch_accepted_without_a_run_is_ambiguous_and_never_a_thread(int status, string body)
    {
        Server.Given("POST", $"{R}/actions/workflows/afk-agent.yml/dispatches", ContractServer.Json(body, status));

        (await FailureOf(Dispatch())).Ambiguous.ShouldBeTrue("it was started: sending it again would start a second turn");
    }

    [Fact]
    public async Task Of_several_runs_of_a_turn_the_lowest_is_found_by_its_whole_name()
    {
        Server.Given("GET", $"{R}/actions/workflows/afk-agent.yml/runs?event=workflow_dispatch&per_page=100", ContractServer.Json("""
            {"total_count":6,"workflow_runs":[
              {"id":9007199254740995,"workflow_id":1,"display_title":"AFK r0123456789ab.2 for #42","html_url":"second"},
              {"id":9007199254740993,"workflow_id":1,"display_title":"AFK r0123456789ab.2 for #42","html_url":"first"},
              {"id":3,"workflow_id":1,"display_title":"AFK r0123456789ab.21 for #42"},
              {"id":4,"workflow_id":1,"display_title":"AFK xr0123456789ab.2"},
              {"id":5,"workflow_id":1,"display_title":null,"name":null},
              {"id":6,"workflow_id":1}]}
            """));

        (await GitHub.Agent.FindAsync(Repository, AgentBackend.Actions, Turn, "afk-agent.yml", Cancel)).ShouldBe(new DispatchAnswer("9007199254740993", "first", null));
    }

    [Fact]
    public async Task Of_a_workflow_that_is_gone_no_turn_is_visible()
    {
        Server.Given("GET", $"{R}/actions/workflows/afk-agent.yml/runs?event=workflow_dispatch&per_page=100", ContractServer.Json("""{"message":"Not Found"}""", 404));

        (await GitHub.Agent.FindAsync(Repository, AgentBackend.Actions, Turn, "afk-agent.yml", Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData("queued", null, ThreadStatus.Running)]
    [InlineData("requested", null, ThreadStatus.Running)]
    [InlineData("pending", null, ThreadStatus.Running)]
    [InlineData("in_progress", null, ThreadStatus.Running)]
    [InlineData("in_progress", "failure", ThreadStatus.Running)]
    [InlineData("waiting", null, ThreadStatus.NeedsPerson)]
    [InlineData("completed", "success", ThreadStatus.Idle)]
    [InlineData("completed", "action_required", ThreadStatus.NeedsPerson)]
    [InlineData("completed", "failure", ThreadStatus.Error)]
    [InlineData("completed", "cancelled", ThreadStatus.Error)]
    [InlineData("completed", "timed_out", ThreadStatus.Error)]
    [InlineData("completed", "startup_failure", ThreadStatus.Error)]
    [InlineData("completed", "skipped", ThreadStatus.Error)]
    [InlineData("completed", "neutral", ThreadStatus.Error)]
    [InlineData("completed", "stale", ThreadStatus.Error)]
    [InlineData("completed", "splendid", ThreadStatus.Error)]
    [InlineData("completed", null, ThreadStatus.Error)]
    public async Task A_workflow_run_s_words_become_a_status(string status, string? conclusion, ThreadStatus expected)
    {
        GivenStatus($"\"{status}\"", conclusion is null ? "null" : $"\"{conclusion}\"");

        (await GitHub.Agent.StatusAsync(Repository, "1", Cancel)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"daydreaming\"")]
    [InlineData("\"Completed\"")]
    [InlineData("null")]
    public async Task An_unknown_status_is_not_known(string status)
    {
        GivenStatus(status, "\"success\"");

        (await FailureOf(GitHub.Agent.StatusAsync(Repository, "1", Cancel))).Kind.ShouldBe(FailureKind.Bug);
    }

    [Fact]
    public async Task A_workflow_run_that_is_gone_has_vanished()
    {
        Server.Given("GET", $"{R}/actions/runs/1", ContractServer.Json("""{"message":"Not Found"}""", 404));

        (await GitHub.Agent.StatusAsync(Repository, "1", Cancel)).ShouldBe(ThreadStatus.Vanished);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    public async Task Cancelling_what_has_ended_is_success(int status)
    {
        Server.Given("POST", $"{R}/actions/runs/1/cancel", ContractServer.Json("""{"message":"Cannot cancel a workflow run that is completed."}""", status));

        await GitHub.Agent.CancelAsync(Repository, "1", Cancel);

        Server.Log.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("labels/%E2%9C%93%20a%2Fb%3Fc%23d%25", "✓ a/b?c#d%")]
    [InlineData("labels/area%3Aui", "area:ui")]
    [InlineData("labels/a%2Cb", "a,b")]
    public async Task Labels_travel_escaped_once(string path, string label)
    {
        await using var raw = new RawServer(connection => connection.SendAsync(RawServer.Answer("[]")));
        using var gitHub = new GitHubAdapter(raw.Home);

        await gitHub.Tracker.RemoveLabelAsync(Repository, 42, label, Cancel);
        await gitHub.Tracker.ListIssuesAsync(Repository, label, openOnly: true, Cancel);

        raw.Requests.ShouldBe(
        [
            $"DELETE {R}/issues/42/{path} HTTP/1.1",
            $"GET {R}/issues?labels={path["labels/".Length..]}&state=open&per_page=100 HTTP/1.1",
        ]);
    }

    [Fact]
    public async Task Branches_and_logins_travel_escaped_once()
    {
        await using var raw = new RawServer(connection => connection.SendAsync(RawServer.Answer("""{"commits":[],"commit":{"sha":"a"},"permission":"read","type":"x"}""")));
        using var gitHub = new GitHubAdapter(raw.Home);

        await gitHub.Ci.HeadAsync(Repository, "afk/issue#1?", Cancel);
        await gitHub.Ci.RequiredContextsAsync(Repository, "afk/issue#1?", Cancel);
        await gitHub.Ci.CommitsSinceAsync(Repository, "aa", "afk/issue#1?", Cancel);
        await gitHub.Tracker.MayWriteAsync(Repository, new Person(1, "web-flow[bot]"), Cancel);

        raw.Requests.ShouldBe(
        [
            $"GET {R}/branches/afk%2Fissue%231%3F HTTP/1.1",
            $"GET {R}/rules/branches/afk%2Fissue%231%3F?per_page=100 HTTP/1.1",
            $"GET {R}/branches/afk%2Fissue%231%3F HTTP/1.1",
            $"GET {R}/compare/aa...afk%2Fissue%231%3F?per_page=100 HTTP/1.1",
            $"GET {R}/collaborators/web-flow%5Bbot%5D/permission HTTP/1.1",
        ]);
    }

    private Task<DispatchAnswer> Dispatch() =>
        GitHub.Agent.DispatchAsync(new TurnOrder(Repository, 42, Turn, TurnKind.First, Delivery.Trunk, "main", "aa", "main", "afk-agent.yml", "p"), Cancel);

    private void GivenStatus(string status, string conclusion) =>
        Server.Given("GET", $"{R}/actions/runs/1", ContractServer.Json($$"""{"id":1,"workflow_id":2,"status":{{status}},"conclusion":{{conclusion}},"run_started_at":null}"""));
}
