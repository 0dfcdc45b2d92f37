using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Contracts;

namespace AfkGitHubApp.Tests.SimulatorTests;

/// <summary>Asks everything the simulator answers, of a world in which there is something of everything; the judge of the wire reads the answers.</summary>
public sealed class EveryAnswerTests
{
    private const string R = $"repos/{GitHubUnderTest.Repo}";

    public static TheoryData<string> Versions => [.. RestDescription.Published.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_operation_answers_in_the_shape_that_GitHub_describes(string version)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(change: options => options with
        {
            Permissions = new Dictionary<string, string>(options.Permissions, StringComparer.Ordinal) { ["pull_requests"] = "write", ["contents"] = "write", ["administration"] = "read" },
        });
        var answered = new SortedSet<string>(StringComparer.Ordinal);
        var judge = gitHub.World.Answered;
        gitHub.World.Answered = (request, response) =>
        {
            judge?.Invoke(request, response);
            if (IsAnswer(response.Status) && RestDescription.Published.Find(request.Method, request.Path, version) is { } operation)
            {
                answered.Add(operation.ToString());
            }
        };

        var refused = new List<string>();
        foreach (var (method, path, body, asApp) in await CallsAsync(gitHub))
        {
            var answer = await gitHub.SendAsync(new HttpMethod(method), path, body, asApp ? gitHub.Jwt() : await gitHub.TokenAsync(), request =>
            {
                request.Headers.Remove("X-GitHub-Api-Version");
                request.Headers.Add("X-GitHub-Api-Version", version);
            });
            if (!IsAnswer(answer.Status))
            {
                refused.Add($"{method} {path}: {answer.Status} {answer.Text}");
            }
        }

        refused.ShouldBeEmpty();

        answered.ShouldBe(RestDescription.Published.Operations(version).Select(operation => operation.ToString()).Order(StringComparer.Ordinal));
    }

    /// <summary>A log is an address to fetch it from.</summary>
    private static bool IsAnswer(int status) => status is (>= 200 and < 300) or 302;

    /// <summary>Fills the world and lists the calls, the ones that take something away last.</summary>
    private static async Task<IReadOnlyList<(string Method, string Path, JsonObject? Body, bool AsApp)>> CallsAsync(GitHubUnderTest gitHub)
    {
        var world = gitHub.World;
        var issue = world.OpenIssue(GitHubUnderTest.Repo, "ada", "Fix it", "It does not work.", "bug");
        var other = world.OpenIssue(GitHubUnderTest.Repo, "grace", "Something else");
        world.AddRepository("acme/elsewhere", options: new RepositoryOptions { Private = false, OwnedByOrganization = true });
        world.AddRepository("ada/own", options: new RepositoryOptions { OwnedByOrganization = false });
        world.SetActions("acme/elsewhere", enabled: false);
        var blocker = world.OpenIssue("acme/elsewhere", "ada", "First this");
        world.AddBlocker(GitHubUnderTest.Repo, issue, other, byLogin: "ada");
        world.AddBlocker(GitHubUnderTest.Repo, issue, blocker, "acme/elsewhere", "ada");
        world.EditIssue(GitHubUnderTest.Repo, issue, "ada", "Fix it now", "It does not work at all.");
        world.Label(GitHubUnderTest.Repo, issue, "soon", "ada");
        world.Unlabel(GitHubUnderTest.Repo, issue, "soon", "ada");
        world.Close(GitHubUnderTest.Repo, issue, "ada", "not_planned");
        world.Reopen(GitHubUnderTest.Repo, issue, "ada");
        world.Comment(GitHubUnderTest.Repo, issue, "ada", "A person's comment.");
        world.LockIssue(GitHubUnderTest.Repo, other);

        world.ProtectBranch(GitHubUnderTest.Repo, "main", "ci / test", "lint");
        world.AddRuleset(GitHubUnderTest.Repo, "main", ["ci / test"], requiredApprovals: 1);
        world.AddRule(GitHubUnderTest.Repo, "main", "required_signatures");
        world.PutFile(GitHubUnderTest.Repo, "docs/a.md", "text");
        var run = await gitHub.DispatchAsync(issue);
        gitHub.Pass(TimeSpan.FromSeconds(10));
        gitHub.Pass(TimeSpan.FromMinutes(1));

        world.CreateBranch(GitHubUnderTest.Repo, "release");
        world.CreateBranch(GitHubUnderTest.Repo, "topic/one");
        var sha = world.Push(GitHubUnderTest.Repo, "topic/one", "ada", $"Work on it, closes #{other}");
        world.AddStatus(GitHubUnderTest.Repo, sha, "external", "pending", description: "waits", targetUrl: "https://ci.example/1");
        world.AddStatus(GitHubUnderTest.Repo, sha, "external", "failure");
        world.AddCheckSuite(GitHubUnderTest.Repo, sha, "other-app");
        var suite = world.AddCheckSuite(GitHubUnderTest.Repo, sha, "third-app", "completed", "success", new CheckRunSpec("scan"), new CheckRunSpec("wait", "in_progress", null));
        var open = world.OpenPullRequest(GitHubUnderTest.Repo, "ada", "topic/one", "A change");
        var free = world.OpenPullRequest(GitHubUnderTest.Repo, "ada", "topic/one", "A change to a branch without rules", into: "release");
        gitHub.Pass(TimeSpan.FromMinutes(30));
        world.CreateBranch(GitHubUnderTest.Repo, "topic/two");
        world.Push(GitHubUnderTest.Repo, "topic/two", "ada", "More work");
        world.CreateBranch(GitHubUnderTest.Repo, "topic/three");
        world.Push(GitHubUnderTest.Repo, "topic/three", "ada", "Still more work");
        var merged = world.OpenPullRequest(GitHubUnderTest.Repo, "ada", "topic/three", "Merged", draft: true);
        world.MergePullRequest(GitHubUnderTest.Repo, merged, "ada");
        var merge = JsonNode.Parse((await gitHub.SendAsync(HttpMethod.Put, $"{R}/pulls/{open}/merge-async", body: null, await gitHub.TokenAsync())).Text)!["details"]!["uuid"]!.GetValue<string>();
        var unfinished = await gitHub.DispatchAsync(issue, "R4.1");
        var failed = await gitHub.DispatchAsync(issue, "R6.1");
        gitHub.Pass(TimeSpan.FromSeconds(20));
        world.CompleteRun(GitHubUnderTest.Repo, failed, "failure");
        var unfinishedToo = await gitHub.DispatchAsync(issue, "R5.1");
        gitHub.Pass(TimeSpan.FromSeconds(30));

        foreach (var delivery in gitHub.Hooks.Waiting)
        {
            world.RecordDelivery(delivery, delivery.Event == "push" ? 500 : 200, duration: TimeSpan.FromMilliseconds(120));
        }

        var comment = (long)(await gitHub.PostAsync($"{R}/issues/{issue}/comments", new JsonObject { ["body"] = "Ours." })).Json["id"]!;
        var job = (long)(await gitHub.GetAsync($"{R}/actions/runs/{run}/jobs")).Json["jobs"]![0]!["id"]!;
        var published = (long)(await gitHub.GetAsync($"{R}/actions/runs/{run}/jobs")).Json["jobs"]![1]!["id"]!;
        var otherId = world.Issue(GitHubUnderTest.Repo, other).Id;
        var delivered = gitHub.Hooks.Waiting[0].Id;
        var installation = world.InstallationId(GitHubUnderTest.Repo);
        return
        [
            ("GET", "app", null, true),
            ("GET", "app/hook/config", null, true),
            ("PATCH", "app/hook/config", new JsonObject { ["url"] = "https://afk.example/hook", ["secret"] = "s" }, true),
            ("GET", "app/hook/deliveries?per_page=100", null, true),
            ("GET", $"app/hook/deliveries/{delivered}", null, true),
            ("POST", $"app/hook/deliveries/{delivered}/attempts", null, true),
            ("GET", "app/installations", null, true),
            ("GET", $"app/installations/{installation}", null, true),
            ("POST", $"app/installations/{installation}/access_tokens", new JsonObject { ["repositories"] = new JsonArray("widgets"), ["permissions"] = new JsonObject { ["issues"] = "read" } }, true),
            ("GET", "installation/repositories", null, false),
            ("GET", "meta", null, false),
            ("GET", "rate_limit", null, false),
            ("GET", R, null, false),
            ("GET", $"{R}/installation", null, true),
            ("GET", $"{R}/actions/jobs/{job}", null, false),
            ("GET", $"{R}/actions/jobs/{job}/logs", null, false),
            ("GET", $"{R}/check-runs/{published}/annotations", null, false),
            ("GET", $"{R}/actions/permissions", null, false),
            ("GET", "repos/acme/elsewhere/actions/permissions", null, false),
            ("GET", $"{R}/actions/runs?per_page=100", null, false),
            ("GET", $"{R}/actions/runs/{run}", null, false),
            ("GET", $"{R}/actions/runs/{run}/jobs?filter=all", null, false),
            ("GET", $"{R}/actions/runs/{unfinished}/jobs", null, false),
            ("POST", $"{R}/actions/runs/{unfinished}/cancel", null, false),
            ("POST", $"{R}/actions/runs/{unfinishedToo}/force-cancel", null, false),
            ("POST", $"{R}/actions/runs/{run}/rerun", null, false),
            ("GET", $"{R}/actions/runs/{run}", null, false),
            ("GET", $"{R}/actions/workflows", null, false),
            ("GET", $"{R}/actions/workflows/afk-agent.yml", null, false),
            ("GET", $"{R}/actions/workflows/afk-agent.yml/runs", null, false),
            ("POST", $"{R}/actions/workflows/afk-agent.yml/dispatches", new JsonObject { ["ref"] = "main", ["inputs"] = new JsonObject { ["run_id"] = "R9", ["turn_id"] = "R9.1", ["issue"] = $"{issue}", ["prompt"] = "Do it." } }, false),
            ("GET", $"{R}/branches/main", null, false),
            ("GET", $"{R}/branches/topic/one", null, false),
            ("GET", $"{R}/check-suites/{suite}", null, false),
            ("GET", $"{R}/check-suites/{suite}/check-runs", null, false),
            ("GET", $"{R}/collaborators/ada/permission", null, false),
            ("GET", $"{R}/collaborators/grace/permission", null, false),
            ("GET", $"{R}/commits/{sha}", null, false),
            ("GET", $"{R}/commits/{sha}/check-runs?filter=all", null, false),
            ("GET", $"{R}/commits/{sha}/check-suites", null, false),
            ("GET", $"{R}/commits/{sha}/status", null, false),
            ("GET", $"{R}/commits/{sha}/statuses", null, false),
            ("GET", $"{R}/commits/main/status", null, false),
            ("GET", $"{R}/compare/main...topic/one", null, false),
            ("GET", $"{R}/contents/docs/a.md", null, false),
            ("GET", $"{R}/contents/docs", null, false),
            ("GET", $"{R}/git/ref/heads/topic/one", null, false),
            ("GET", $"{R}/issues?state=all", null, false),
            ("POST", $"{R}/issues", new JsonObject { ["title"] = "New", ["body"] = "b", ["labels"] = new JsonArray("bug") }, false),
            ("GET", $"{R}/issues/{issue}", null, false),
            ("GET", $"{R}/issues/{open}", null, false),
            ("GET", $"{R}/issues/{merged}", null, false),
            ("PATCH", $"{R}/issues/{issue}", new JsonObject { ["title"] = "Renamed", ["state"] = "closed" }, false),
            ("GET", $"{R}/issues/{issue}/comments", null, false),
            ("GET", $"{R}/issues/comments?sort=created&direction=asc", null, false),
            ("GET", $"{R}/issues/comments/{comment}", null, false),
            ("PATCH", $"{R}/issues/comments/{comment}", new JsonObject { ["body"] = "Ours, edited." }, false),
            ("POST", $"{R}/issues/comments/{comment}/reactions", new JsonObject { ["content"] = "eyes" }, false),
            ("POST", $"{R}/issues/{issue}/reactions", new JsonObject { ["content"] = "+1" }, false),
            ("GET", $"{R}/issues/{issue}/dependencies/blocked_by", null, false),
            ("GET", $"{R}/issues/{other}/dependencies/blocking", null, false),
            ("DELETE", $"{R}/issues/{issue}/dependencies/blocked_by/{otherId}", null, false),
            ("POST", $"{R}/issues/{issue}/dependencies/blocked_by", new JsonObject { ["issue_id"] = otherId }, false),
            ("GET", $"{R}/issues/{issue}/events?per_page=100", null, false),
            ("GET", $"{R}/issues/{issue}/timeline?per_page=100", null, false),
            ("GET", $"{R}/issues/{merged}/timeline?per_page=100", null, false),
            ("GET", $"{R}/issues/{issue}/labels", null, false),
            ("POST", $"{R}/issues/{issue}/labels", new JsonObject { ["labels"] = new JsonArray("one", "two") }, false),
            ("PUT", $"{R}/issues/{issue}/labels", new JsonObject { ["labels"] = new JsonArray("two", "three") }, false),
            ("DELETE", $"{R}/issues/{issue}/labels/two", null, false),
            ("GET", $"{R}/labels", null, false),
            ("POST", $"{R}/labels", new JsonObject { ["name"] = "fresh", ["color"] = "ff0000" }, false),
            ("GET", $"{R}/labels/fresh", null, false),
            ("PATCH", $"{R}/labels/fresh", new JsonObject { ["description"] = "New ones." }, false),
            ("GET", $"{R}/pulls?state=all", null, false),
            ("POST", $"{R}/pulls", new JsonObject { ["title"] = "Second", ["head"] = "topic/two", ["base"] = "main", ["body"] = "b" }, false),
            ("GET", $"{R}/pulls/{open}", null, false),
            ("GET", $"{R}/pulls/{merged}", null, false),
            ("PATCH", $"{R}/pulls/{open}", new JsonObject { ["title"] = "Renamed" }, false),
            ("PUT", $"{R}/pulls/{free}/merge", null, false),
            ("PUT", $"{R}/pulls/{merged}/merge-async", null, false),
            ("GET", $"{R}/pulls/{open}/merge-async/{merge}", null, false),
            ("GET", $"{R}/rules/branches/main", null, false),
            ("GET", "users/ada", null, false),
            ("GET", "users/afk-app%5Bbot%5D", null, false),
            ("GET", "users/acme", null, false),
            ("POST", $"{R}/actions/runs/{failed}/rerun-failed-jobs", null, false),
            ("DELETE", $"{R}/issues/comments/{comment}", null, false),
            ("DELETE", "installation/token", null, false),
        ];
    }
}
