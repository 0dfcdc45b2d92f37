using System.Globalization;
using System.Text.Json;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>One request of a port method and GitHub's ordinary answer to it.</summary>
/// <param name="Method">HTTP verb.</param>
/// <param name="Url">Path and query.</param>
/// <param name="Answer">Body of the ordinary answer.</param>
internal sealed record Exchange(string Method, string Url, string Answer)
{
    public int Status { get; init; } = 200;

    /// <summary>Body that must be sent, as JSON; null = none.</summary>
    public string? Body { get; init; }

    /// <summary>Sent as the App itself, by JWT, instead of as the installation.</summary>
    public bool AsApp { get; init; }

    /// <summary>Whether the port needs anything of the answer's body.</summary>
    public bool Reads { get; init; } = true;

    /// <summary>Statuses that are answers here, not failures.</summary>
    public int[] Answers { get; init; } = [];

    /// <summary>A single status that is an answer here, where others of its kind are not.</summary>
    public int? OnlyAnswer { get; init; }

    /// <summary>A query may be sent again whatever became of it.</summary>
    public bool Repeatable => Method == "GET" || Url == "/graphql";
}

/// <summary>A port method and all that it sends, in order.</summary>
internal sealed record PortCall(string Name, Func<GitHubAdapter, CancellationToken, Task> Invoke, params Exchange[] Exchanges)
{
    private const string R = "/repos/Octo-Org/hello.world";
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";
    private const string Base = "89abcdef0123456789abcdef0123456789abcdef";
    private static readonly RepositoryKey Repository = GitHubAdapter.Repository;
    private static readonly TurnId Turn = new(new RunId("r0123456789ab"), 2);

    private static readonly Exchange[] Identity =
    [
        new("GET", "/app", """{"id":2147483999,"slug":"afk-app","node_id":"A_x","owner":{"login":"Octo-Org","type":"Enterprise"},"permissions":{"issues":"write"}}""") { AsApp = true },
        new("GET", "/app/installations?per_page=100", """[{"id":11,"suspended_at":"2026-01-01T00:00:00Z"},{"id":3000000007,"suspended_at":null,"app_slug":"afk-app"}]""") { AsApp = true },
        new("GET", "/users/afk-app%5Bbot%5D", """{"id":4294967301,"login":"afk-app[bot]","type":"Bot","site_admin":false}"""),
    ];

    public static IReadOnlyList<PortCall> All { get; } =
    [
        new(
            "tracker reads an issue",
            (gitHub, cancel) => gitHub.Tracker.ReadIssueAsync(Repository, 42, "main", null, cancel),
            new Exchange("POST", "/graphql", Situations.Ordinary)
            {
                Body = JsonSerializer.Serialize(new { query = IssueSituation.QueryWithBranch, variables = new { owner = "Octo-Org", name = "hello.world", number = 42, branch = "refs/heads/main" } }),
            }),
        new(
            "tracker reads an issue and no branch",
            (gitHub, cancel) => gitHub.Tracker.ReadIssueAsync(Repository, 42, null, null, cancel),
            new Exchange("POST", "/graphql", Situations.Ordinary)
            {
                Body = JsonSerializer.Serialize(new { query = IssueSituation.Query, variables = new { owner = "Octo-Org", name = "hello.world", number = 42 } }),
            }),
        new(
            "tracker reads an issue and the statuses of a commit",
            (gitHub, cancel) => gitHub.Tracker.ReadIssueAsync(Repository, 42, "main", Sha, cancel),
            new Exchange("POST", "/graphql", Situations.Ordinary)
            {
                Body = JsonSerializer.Serialize(new { query = IssueSituation.QueryWithStatuses, variables = new { owner = "Octo-Org", name = "hello.world", number = 42, branch = "refs/heads/main", commit = Sha } }),
            }),
        new(
            "settings are read at the head",
            (gitHub, cancel) => gitHub.ConfigFiles.ReadAsync(Repository, sha: null, cancel),
            new Exchange("POST", "/graphql", Situations.Config)
            {
                Body = JsonSerializer.Serialize(new { query = ConfigAtCommit.Query, variables = new { owner = "Octo-Org", name = "hello.world", revision = "HEAD", path = ".github/afk.yml" } }),
            }),
        new(
            "settings are read at a commit",
            (gitHub, cancel) => gitHub.ConfigFiles.ReadAsync(Repository, Sha, cancel),
            new Exchange("POST", "/graphql", Situations.Config)
            {
                Body = JsonSerializer.Serialize(new { query = ConfigAtCommit.Query, variables = new { owner = "Octo-Org", name = "hello.world", revision = Sha, path = ".github/afk.yml" } }),
            }),
        new(
            "settings of late are read",
            (gitHub, cancel) => gitHub.ConfigFiles.VersionsAsync(Repository, cancel),
            new Exchange("POST", "/graphql", Situations.ConfigVersions)
            {
                Body = JsonSerializer.Serialize(new { query = ConfigAtCommit.VersionsQuery, variables = new { owner = "Octo-Org", name = "hello.world", revision = "HEAD", path = ".github/afk.yml" } }),
            }),
        new(
            "deployments are read",
            (gitHub, cancel) => gitHub.Deployments.ReadAsync(Repository, ["staging", "prod \"eu\""], cancel),
            new Exchange("POST", "/graphql", Situations.Deployments)
            {
                Body = JsonSerializer.Serialize(new { query = GitHubDeployments.Ask(Repository, ["staging", "prod \"eu\""]).Query, variables = new { owner = "Octo-Org", name = "hello.world", e0 = "staging", e1 = "prod \"eu\"" } }),
            }),
        new(
            "pull requests ask for a merge",
            (gitHub, cancel) => gitHub.PullRequests.MergedAsync(Repository, 7, cancel),
            new Exchange("POST", "/graphql", """{"data":{"repository":{"pullRequest":{"mergeCommit":{"oid":"abcd"}}}}}""")
            {
                Body = JsonSerializer.Serialize(new { query = GitHubPullRequests.MergeQuery, variables = new { owner = "Octo-Org", name = "hello.world", number = 7 } }),
            }),
        new(
            "pull requests ask how it stands with a merge",
            (gitHub, cancel) => gitHub.PullRequests.ConditionAsync(Repository, 7, cancel),
            new Exchange("POST", "/graphql", """{"data":{"repository":{"viewerDefaultMergeMethod":"SQUASH","pullRequest":{"state":"OPEN","isInMergeQueue":false,"mergeStateStatus":"BLOCKED","reviewDecision":"REVIEW_REQUIRED"}}}}""")
            {
                Body = JsonSerializer.Serialize(new { query = GitHubPullRequests.ConditionQuery, variables = new { owner = "Octo-Org", name = "hello.world", number = 7 } }),
            }),
        new(
            "checkup asks for environments",
            (gitHub, cancel) => gitHub.Checkup.EnvironmentsAsync(Repository, cancel),
            new Exchange("POST", "/graphql", """{"data":{"repository":{"environments":{"totalCount":1,"nodes":[{"name":"staging"}]}}}}""")
            {
                Body = JsonSerializer.Serialize(new { query = GitHubCheckup.EnvironmentsQuery, variables = new { owner = "Octo-Org", name = "hello.world" } }),
                Answers = [403, 404, 410, 422],
            }),
        new(
            "tracker lists open issues",
            (gitHub, cancel) => gitHub.Tracker.ListIssuesAsync(Repository, "ready-for-agent", openOnly: true, cancel),
            new Exchange("GET", $"{R}/issues?labels=ready-for-agent&state=open&per_page=100", """[{"id":9007199254740993,"number":42,"title":"t","state":"open","labels":[{"id":1,"name":"ready-for-agent"}]}]""")),
        new(
            "tracker lists issues of all states",
            (gitHub, cancel) => gitHub.Tracker.ListIssuesAsync(Repository, "agent-in-progress", openOnly: false, cancel),
            new Exchange("GET", $"{R}/issues?labels=agent-in-progress&state=all&per_page=100", "[]")),
        new(
            "tracker asks for a permission",
            (gitHub, cancel) => gitHub.Tracker.MayWriteAsync(Repository, new Person(4_294_967_300, "mona"), cancel),
            new Exchange("GET", $"{R}/collaborators/mona/permission", """{"permission":"write","role_name":"maintain","user":{"id":4294967300,"login":"mona","type":"User"}}""") { Answers = [404] }),
        new(
            "tracker lists blockers",
            (gitHub, cancel) => gitHub.Tracker.OpenBlockersAsync(Repository, 42, cancel),
            new Exchange("GET", $"{R}/issues/42/dependencies/blocked_by?per_page=100", """[{"id":1,"number":7,"title":"b","state":"open","labels":[]}]""")),
        new(
            "tracker asks for states",
            (gitHub, cancel) => gitHub.Tracker.StatesAsync(Repository, [new IssueReference("Octo-Org/hello.world", 7), new IssueReference("other/place", 9)], cancel),
            new Exchange("POST", "/graphql", """{"data":{"r0":{"issueOrPullRequest":{"__typename":"Issue","issueState":"OPEN"}},"r1":{"issueOrPullRequest":{"__typename":"PullRequest","pullRequestState":"MERGED"}}}}""")
            {
                Body = JsonSerializer.Serialize(new
                {
                    query = ReferencedStates.Ask([new IssueReference("a/b", 1), new IssueReference("c/d", 2)]).Query,
                    variables = new { o0 = "Octo-Org", n0 = "hello.world", i0 = 7, o1 = "other", n1 = "place", i1 = 9 },
                }),
            }),
        new(
            "CI asks who brought commits",
            (gitHub, cancel) => gitHub.Ci.BroughtByAsync(Repository, [Sha, Base], cancel),
            new Exchange("POST", "/graphql", """{"data":{"repository":{"c0":{"associatedPullRequests":{"nodes":[{"merged":true,"isCrossRepository":true,"headRepository":{"__typename":"Repository"},"author":{"__typename":"User","login":"mona","databaseId":4294967300}}]}},"c1":null}}}""")
            {
                Body = JsonSerializer.Serialize(new { query = BroughtCommits.Ask("a", "b", ["c", "d"]).Query, variables = new { owner = "Octo-Org", name = "hello.world", c0 = Sha, c1 = Base } }),
            }),
        new(
            "tracker lists labels",
            (gitHub, cancel) => gitHub.Tracker.LabelsAsync(Repository, cancel),
            new Exchange("GET", $"{R}/labels?per_page=100", """[{"id":1,"name":"bug","color":"d73a4a","description":null,"default":true}]""")),
        new(
            "tracker makes a label",
            (gitHub, cancel) => gitHub.Tracker.CreateLabelAsync(Repository, new RepositoryLabel("paused", "c5def5", "Wait"), cancel),
            new Exchange("POST", $"{R}/labels", """{"id":1,"name":"paused","color":"c5def5","description":"Wait","default":false}""")
            {
                Status = 201,
                Body = """{"name":"paused","color":"c5def5","description":"Wait"}""",
                Reads = false,
                OnlyAnswer = 422,
            }),
        new(
            "tracker lists our comments",
            (gitHub, cancel) => gitHub.Tracker.OwnCommentsAsync(Repository, 42, cancel),
            [.. Identity, new Exchange("GET", $"{R}/issues/42/comments?per_page=100", """[{"id":9007199254740993,"body":"ours","user":{"id":4294967301,"login":"afk-app[bot]","type":"Bot"}}]""")]),
        new(
            "tracker lists everybody's comments",
            (gitHub, cancel) => gitHub.Tracker.CommentsSinceAsync(Repository, DateTimeOffset.Parse("2026-01-02T04:04:05+01:00", CultureInfo.InvariantCulture), cancel),
            new Exchange("GET", $"{R}/issues/comments?since=2026-01-02T03:04:05Z&sort=created&direction=asc&per_page=100", """
                [{"id":9007199254740993,"node_id":"IC_1","html_url":"https://github.com/octo/widgets/issues/42#issuecomment-9007199254740993","issue_url":"https://api.github.com/repos/octo/widgets/issues/42","created_at":"2026-01-02T03:04:06Z","updated_at":"2026-01-02T03:04:06Z","body":"/afk stop","user":{"id":4294967301,"login":"maria","type":"User"},"reactions":{"+1":1,"confused":0}}]
                """)),
        new(
            "tracker reacts to a comment",
            (gitHub, cancel) => gitHub.Tracker.ReactAsync(Repository, 9_007_199_254_740_993, Reaction.Confused, cancel),
            new Exchange("POST", $"{R}/issues/comments/9007199254740993/reactions", """{"id":1,"content":"confused"}""") { Status = 201, Body = """{"content":"confused"}""", Reads = false }),
        new(
            "tracker writes a comment",
            (gitHub, cancel) => gitHub.Tracker.CreateCommentAsync(Repository, 42, "Grüße\n\"quoted\"", cancel),
            new Exchange("POST", $"{R}/issues/42/comments", """{"id":9007199254740993,"body":"x"}""") { Status = 201, Body = """{"body":"Grüße\n\"quoted\""}""" }),
        new(
            "tracker edits a comment",
            (gitHub, cancel) => gitHub.Tracker.EditCommentAsync(Repository, 9_007_199_254_740_993, "new", cancel),
            new Exchange("PATCH", $"{R}/issues/comments/9007199254740993", """{"id":9007199254740993}""") { Body = """{"body":"new"}""", Reads = false, Answers = [404] }),
        new(
            "tracker adds a label",
            (gitHub, cancel) => gitHub.Tracker.AddLabelAsync(Repository, 42, "agent-in-progress", cancel),
            new Exchange("POST", $"{R}/issues/42/labels", """[{"id":1,"name":"agent-in-progress"}]""") { Body = """{"labels":["agent-in-progress"]}""", Reads = false }),
        new(
            "tracker removes a label",
            (gitHub, cancel) => gitHub.Tracker.RemoveLabelAsync(Repository, 42, "ready-for-agent", cancel),
            new Exchange("DELETE", $"{R}/issues/42/labels/ready-for-agent", "[]") { Reads = false, Answers = [404] }),
        new(
            "tracker closes",
            (gitHub, cancel) => gitHub.Tracker.CloseAsync(Repository, 42, cancel),
            new Exchange("PATCH", $"{R}/issues/42", """{"id":1,"state":"closed"}""") { Body = """{"state":"closed","state_reason":"completed"}""", Reads = false }),
        new(
            "tracker reopens",
            (gitHub, cancel) => gitHub.Tracker.ReopenAsync(Repository, 42, cancel),
            new Exchange("PATCH", $"{R}/issues/42", """{"id":1,"state":"open"}""") { Body = """{"state":"open","state_reason":"reopened"}""", Reads = false }),
        new(
            "CI lists commits",
            (gitHub, cancel) => gitHub.Ci.CommitsSinceAsync(Repository, Base, Sha, cancel),
            new Exchange("GET", $"{R}/compare/{Base}...{Sha}?per_page=100", $$$"""{"status":"ahead","total_commits":1,"commits":[{"sha":"{{{Sha}}}","commit":{"message":"m"}}],"files":[]}""") { Answers = [404] }),
        new(
            "CI reads a commit",
            (gitHub, cancel) => gitHub.Ci.ReadAsync(Repository, Sha, DateTimeOffset.UnixEpoch, statuses: null, cancel).LastAsync(cancel).AsTask(),
            new Exchange("GET", $"{R}/actions/runs?head_sha={Sha}&per_page=100", """{"total_count":0,"workflow_runs":[]}"""),
            new Exchange("GET", $"{R}/commits/{Sha}/check-runs?per_page=100", """{"total_count":0,"check_runs":[]}"""),
            new Exchange("GET", $"{R}/commits/{Sha}/status?per_page=100", """{"state":"pending","total_count":0,"statuses":[]}"""),
            new Exchange("GET", $"{R}/commits/{Sha}/check-suites?per_page=100", """{"total_count":0,"check_suites":[]}""")),
        new(
            "CI asks what ran on a push",
            (gitHub, cancel) => gitHub.Ci.PushWorkflowsAsync(Repository, Sha, "feature/a", cancel),
            new Exchange("GET", $"{R}/actions/runs?head_sha={Sha}&branch=feature%2Fa&event=push&per_page=100", """{"total_count":1,"workflow_runs":[{"id":1,"workflow_id":2,"event":"push","path":".github/workflows/ci.yml"}]}""")),
        new(
            "CI reads a silent commit",
            (gitHub, cancel) => gitHub.Ci.CommitAsync(Repository, Sha, cancel),
            new Exchange("GET", $"{R}/commits/{Sha}?per_page=1", $$$"""{"sha":"{{{Sha}}}","commit":{"message":"m"},"author":{"login":"mona","id":1},"committer":null}""") { Answers = [403, 404, 410, 422] }),
        new(
            "CI's jobs are listed",
            (gitHub, cancel) => gitHub.WorkflowRuns.JobsAsync(Repository, 9_007_199_254_740_993, cancel),
            new Exchange("GET", $"{R}/actions/runs/9007199254740993/jobs?per_page=100", """{"total_count":1,"jobs":[{"id":1,"conclusion":"failure","steps":[{"name":"test","number":2,"status":"completed","conclusion":"failure"}]}]}""") { Answers = [404] }),
        new(
            "CI's attempts are counted",
            (gitHub, cancel) => gitHub.WorkflowRuns.AttemptAsync(Repository, 9_007_199_254_740_993, cancel),
            new Exchange("GET", $"{R}/actions/runs/9007199254740993", """{"id":9007199254740993,"workflow_id":5,"run_attempt":2,"status":"queued","conclusion":null}""") { Answers = [404] }),
        new(
            "CI's failed jobs are run again",
            (gitHub, cancel) => gitHub.WorkflowRuns.RerunAsync(Repository, new(9_007_199_254_740_993, Whole: false), cancel),
            new Exchange("POST", $"{R}/actions/runs/9007199254740993/rerun-failed-jobs", "{}") { Status = 201, Body = "{}", Reads = false, Answers = [403, 404, 410, 422] }),
        new(
            "CI's whole run is run again",
            (gitHub, cancel) => gitHub.WorkflowRuns.RerunAsync(Repository, new(9_007_199_254_740_993, Whole: true), cancel),
            new Exchange("POST", $"{R}/actions/runs/9007199254740993/rerun", "{}") { Status = 201, Body = "{}", Reads = false, Answers = [403, 404, 410, 422] }),
        new(
            "CI asks for required contexts",
            (gitHub, cancel) => gitHub.Ci.RequiredContextsAsync(Repository, "main", cancel),
            new Exchange("GET", $"{R}/rules/branches/main?per_page=100", """[{"type":"required_status_checks","parameters":{"required_status_checks":[{"context":"build"}]}}]""") { Answers = [403, 404, 410, 422] },
            new Exchange("GET", $"{R}/branches/main", $$$"""{"name":"main","protection":{"required_status_checks":{"contexts":["lint"]} },"commit":{"sha":"{{{Sha}}}"} }""") { Answers = [403, 404, 410, 422] }),
        new(
            "CI asks for a head",
            (gitHub, cancel) => gitHub.Ci.HeadAsync(Repository, "main", cancel),
            new Exchange("GET", $"{R}/branches/main", $$$"""{"name":"main","commit":{"sha":"{{{Sha}}}"},"protected":true}""") { Answers = [404] }),
        new("app asks who it is", (gitHub, cancel) => gitHub.App.IdentityAsync(cancel), Identity),
        new(
            "app finds a repository",
            (gitHub, cancel) => gitHub.App.FindRepositoryAsync("Octo-Org/hello.world", cancel),
            new Exchange("GET", $"{R}/installation", """{"id":3000000007,"app_slug":"afk-app"}""") { AsApp = true, Answers = [404] },
            new Exchange("GET", R, """{"id":5000000017,"full_name":"Octo-Org/hello.world","default_branch":"main","archived":false}""") { Answers = [404] }),
        new(
            "app lists deliveries",
            (gitHub, cancel) => gitHub.App.DeliveriesAsync(cursor: null, cancel),
            new Exchange("GET", "/app/hook/deliveries?per_page=100", """[{"id":9007199254740993,"guid":"g","delivered_at":"2026-03-10T12:00:00Z","redelivery":false,"duration":0.2,"status":"OK","status_code":200,"event":"issues","action":"labeled","installation_id":1,"repository_id":2,"throttled_at":null}]""") { AsApp = true }),
        new(
            "app lists older deliveries",
            (gitHub, cancel) => gitHub.App.DeliveriesAsync("v1_17==", cancel),
            new Exchange("GET", "/app/hook/deliveries?per_page=100&cursor=v1_17%3D%3D", "[]") { AsApp = true }),
        new(
            "app asks for a delivery again",
            (gitHub, cancel) => gitHub.App.RedeliverAsync(9_007_199_254_740_993, cancel),
            new Exchange("POST", "/app/hook/deliveries/9007199254740993/attempts", "{}") { Status = 202, Body = "{}", AsApp = true, Reads = false, Answers = [403, 404, 410, 422] }),
        new(
            "pull requests are looked for",
            (gitHub, cancel) => gitHub.PullRequests.FindAsync(Repository, "afk/issue-42", "main", cancel),
            new Exchange("GET", $"{R}/pulls?head=Octo-Org%3Aafk%2Fissue-42&state=all&per_page=100", """[{"number":7,"state":"open","merged_at":null,"html_url":"u"}]""")),
        new(
            "a pull request is merged",
            (gitHub, cancel) => gitHub.PullRequests.MergeAsync(Repository, 7, Sha, "squash", cancel),
            new Exchange("PUT", $"{R}/pulls/7/merge-async", $$$"""{"status":"pending","details":{"message":"Merge request enqueued.","uuid":"630b9d5e","merge_method":"default","merge_action":"default","expected_head_sha":"{{{Sha}}}"}}""")
            {
                Status = 202,
                Body = $$"""{"sha":"{{Sha}}","merge_method":"squash"}""",
                OnlyAnswer = 400,
            }),
        new(
            "a pull request is merged at once",
            (gitHub, cancel) => gitHub.PullRequests.MergeAtOnceAsync(Repository, 7, Sha, method: null, cancel),
            new Exchange("PUT", $"{R}/pulls/7/merge", $$"""{"sha":"{{Base}}","merged":true,"message":"Pull Request successfully merged"}""") { Body = $$"""{"sha":"{{Sha}}"}""", Reads = false, OnlyAnswer = 405 }),
        new(
            "a merge is asked after",
            (gitHub, cancel) => gitHub.PullRequests.MergeAnswerAsync(Repository, 7, "630b9d5e", cancel),
            new Exchange("GET", $"{R}/pulls/7/merge-async/630b9d5e", $$$"""{"status":"merged","details":{"message":"Pull request was merged.","sha":"{{{Base}}}"}}""") { Answers = [404] }),
        new(
            "a pull request is opened",
            (gitHub, cancel) => gitHub.PullRequests.OpenAsync(Repository, "afk/issue-42", "main", "A \"title\"", "Refs #42", cancel),
            new Exchange("POST", $"{R}/pulls", """{"id":9007199254740993,"number":7,"state":"open","merged_at":null,"html_url":"u","draft":false}""")
            {
                Status = 201,
                Body = """{"title":"A \"title\"","head":"afk/issue-42","base":"main","body":"Refs #42"}""",
            }),
        new(
            "agent dispatches",
            (gitHub, cancel) => gitHub.Agent.DispatchAsync(new TurnOrder(Repository, 42, Turn, TurnKind.Corrective, Delivery.PullRequest, "main", Base, "afk/issue-42", "afk-agent.yml", "Fix \"it\" — now"), cancel),
            new Exchange("POST", $"{R}/actions/workflows/afk-agent.yml/dispatches", """{"workflow_run_id":9007199254740993,"run_url":"https://api.github.com/r","html_url":"https://github.com/r"}""")
            {
                Body = $$$"""
                    {"ref":"main","inputs":{"run_id":"r0123456789ab","turn_id":"r0123456789ab.2","issue":"42","kind":"corrective","delivery":"pull_request",
                     "base_sha":"{{{Base}}}","branch":"afk/issue-42","prompt":"Fix \"it\" — now"}}
                    """,
                Answers = [403, 404, 410, 422],
            }),
        new(
            "agent dispatches a turn bounded in money",
            (gitHub, cancel) => gitHub.Agent.DispatchAsync(new TurnOrder(Repository, 42, Turn, TurnKind.First, Delivery.Trunk, "main", Base, "main", "afk-agent.yml", "Mend it") { MoneyUsd = 2.5m }, cancel),
            new Exchange("POST", $"{R}/actions/workflows/afk-agent.yml/dispatches", """{"workflow_run_id":9007199254740993,"run_url":"https://api.github.com/r","html_url":"https://github.com/r"}""")
            {
                Body = $$$"""
                    {"ref":"main","inputs":{"run_id":"r0123456789ab","turn_id":"r0123456789ab.2","issue":"42","kind":"first","delivery":"trunk",
                     "base_sha":"{{{Base}}}","branch":"main","prompt":"Mend it","money_usd":"2.50"}}
                    """,
                Answers = [403, 404, 410, 422],
            }),
        new(
            "agent asks what a turn says",
            (gitHub, cancel) => gitHub.Agent.ReportAsync(Repository, "9007199254740993", Turn, cancel),
            new Exchange("GET", $"{R}/actions/runs/9007199254740993/jobs?per_page=100", """{"total_count":2,"jobs":[{"id":1,"name":"agent","conclusion":"success"},{"id":9007199254740995,"name":"publish","conclusion":"success"}]}"""),
            new Exchange("GET", $"{R}/check-runs/9007199254740995/annotations?per_page=100", """[{"path":".github","title":"afk-result","message":"{\"turn\":\"r0123456789ab.2\",\"outcome\":\"gave_up\"}"}]""")),
        new(
            "agent looks for a turn",
            (gitHub, cancel) => gitHub.Agent.FindAsync(Repository, AgentBackend.Actions, Turn, "afk-agent.yml", cancel),
            new Exchange("GET", $"{R}/actions/workflows/afk-agent.yml/runs?event=workflow_dispatch&per_page=100", """{"total_count":0,"workflow_runs":[]}""") { Answers = [404] }),
        new(
            "agent asks for a status",
            (gitHub, cancel) => gitHub.Agent.StatusAsync(Repository, "9007199254740993", cancel),
            new Exchange("GET", $"{R}/actions/runs/9007199254740993", """{"id":9007199254740993,"workflow_id":5,"status":"in_progress","conclusion":null}""") { Answers = [404] }),
        new(
            "agent cancels",
            (gitHub, cancel) => gitHub.Agent.CancelAsync(Repository, "9007199254740993", cancel),
            new Exchange("POST", $"{R}/actions/runs/9007199254740993/cancel", "{}") { Status = 202, Body = "{}", Reads = false, Answers = [404, 409] }),
        new(
            "checkup asks for the App",
            (gitHub, cancel) => gitHub.Checkup.AppAsync(cancel),
            new Exchange("GET", "/app", """{"id":2147483999,"slug":"afk-app","html_url":"https://github.com/apps/afk-app","permissions":{"issues":"write"},"events":["push"]}""") { AsApp = true }),
        new(
            "checkup asks for the webhook",
            (gitHub, cancel) => gitHub.Checkup.HookAsync(cancel),
            new Exchange("GET", "/app/hook/config", """{"content_type":"json","insecure_ssl":"0","secret":"********","url":"https://afk.example.com/api/github/webhooks"}""") { AsApp = true, Answers = [404] }),
        new(
            "checkup asks for deliveries",
            (gitHub, cancel) => gitHub.Checkup.DeliveriesAsync(cancel),
            new Exchange("GET", "/app/hook/deliveries?per_page=30", """[{"id":9007199254740993,"guid":"g","delivered_at":"2026-03-10T12:00:00Z","redelivery":false,"duration":0.27,"status":"OK","status_code":200,"event":"issues","action":"opened","installation_id":null,"repository_id":null}]""") { AsApp = true }),
        new(
            "checkup asks for an installation",
            (gitHub, cancel) => gitHub.Checkup.InstallationAsync("Octo-Org/hello.world", cancel),
            new Exchange("GET", $"{R}/installation", """{"id":3000000007,"account":{"id":7,"login":"Octo-Org"},"html_url":"https://github.com/settings/installations/3000000007","suspended_at":null,"permissions":{"issues":"write"},"repository_selection":"selected"}""") { AsApp = true, Answers = [404] }),
        new(
            "checkup asks for a repository",
            (gitHub, cancel) => gitHub.Checkup.RepositoryAsync("Octo-Org/hello.world", Repository.InstallationId, cancel),
            new Exchange("GET", R, """{"id":5000000017,"full_name":"Octo-Org/hello.world","default_branch":"main","archived":false,"disabled":false,"has_issues":true}""")),
        new(
            "checkup asks for a workflow",
            (gitHub, cancel) => gitHub.Checkup.WorkflowStateAsync(Repository, "afk-agent.yml", cancel),
            new Exchange("GET", $"{R}/actions/workflows/afk-agent.yml", """{"id":1,"path":".github/workflows/afk-agent.yml","state":"active"}""") { Answers = [404] }),
        new(
            "checkup asks for a file",
            (gitHub, cancel) => gitHub.Checkup.FileAsync(Repository, ".github/workflows/afk[agent].yml", "release/1", cancel),
            new Exchange("GET", $"{R}/contents/.github/workflows/afk%5Bagent%5D.yml?ref=release%2F1", """{"type":"file","encoding":"base64","size":5,"content":"aGVs\nbG8=\n"}""") { Answers = [404] }),
        new(
            "checkup asks for branch rules",
            (gitHub, cancel) => gitHub.Checkup.RulesAsync(Repository, "release/1", cancel),
            new Exchange("GET", $"{R}/rules/branches/release%2F1?per_page=100", """[{"type":"required_signatures","ruleset_id":1}]""") { Answers = [403, 404, 410, 422] }),
        new(
            "checkup asks for branch protection",
            (gitHub, cancel) => gitHub.Checkup.ProtectionAsync(Repository, "release/1", cancel),
            new Exchange("GET", $"{R}/branches/release%2F1", """{"name":"release/1","commit":{"sha":"abc"},"protected":true,"protection":{"enabled":true,"required_status_checks":{"contexts":["build"]}}}""") { Answers = [404] }),
        new(
            "checkup asks whether Actions is on",
            (gitHub, cancel) => gitHub.Checkup.ActionsEnabledAsync(Repository, cancel),
            new Exchange("GET", $"{R}/actions/permissions", """{"enabled":true,"allowed_actions":"all"}""") { Answers = [403, 404, 410, 422] }),
    ];

    public static PortCall Named(string name) => All.Single(call => call.Name == name);

    /// <summary>Every call, by name.</summary>
    public static TheoryData<string> Names => [.. All.Select(call => call.Name)];

    /// <summary>Whether one of the calls sends this; the minting of tokens comes before any of them.</summary>
    public static bool Covers(DescribedOperation operation) =>
        operation is { Method: "POST", Template: "/app/installations/{installation_id}/access_tokens" }
            // Answered with another host's address: LogTests.
            or { Method: "GET", Template: "/repos/{owner}/{repo}/actions/jobs/{job_id}/logs" } || Sent.Value.Contains(operation.ToString());

    private static readonly Lazy<HashSet<string>> Sent = new(() =>
    [
        .. from call in All
           from exchange in call.Exchanges
           where exchange.Url != "/graphql"
           select RestDescription.Published.Find(exchange.Method, exchange.Url.Split('?')[0], RestDescription.FirstVersion)?.ToString(),
    ]);

    /// <summary>Every request of every call: name and position.</summary>
    public static IEnumerable<(string Call, int Position, Exchange Exchange)> Each =>
        from call in All
        from position in Enumerable.Range(0, call.Exchanges.Length)
        select (call.Name, position, call.Exchanges[position]);
}
