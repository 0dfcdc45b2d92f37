using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>What is known about a commit: itself, its check suites, check runs and statuses.</summary>
internal static class ChecksRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Read("commits/{*ref}/check-suites", "checks", Suites);
        routes.Read("commits/{*ref}/check-runs", "checks", Runs);
        routes.Read("commits/{*ref}/status", "statuses", Combined);
        routes.Read("commits/{*ref}/statuses", "statuses", Statuses);
        routes.Read("check-suites/{id}", "checks", call => SimulatedResponse.Ok(call.Render.Suite(call.Repository, SuiteOf(call))));
        routes.Read("check-suites/{id}/check-runs", "checks", call => ListRuns(call, [SuiteOf(call)]));
        routes.Read("check-runs/{id}/annotations", "checks", Annotations);
        routes.Read("commits/{*ref}", "contents", OneCommit);
    }

    private static CheckSuite SuiteOf(RestCall call)
    {
        var id = call.Id("id");
        return call.Repository.Suites.Find(suite => suite.Id == id) ?? throw ApiRefusal.NotFound();
    }

    private static SimulatedResponse Annotations(RestCall call)
    {
        var id = call.Id("id");
        var run = call.Repository.Suites.SelectMany(suite => suite.Runs.Concat(suite.Replaced)).FirstOrDefault(run => run.Id == id) ?? throw ApiRefusal.NotFound();
        return call.Page(run.Annotations, note => call.Render.Annotation(call.Repository, run, note.Title, note.Message));
    }

    private static SimulatedResponse OneCommit(RestCall call)
    {
        var commit = RepositoryRoutes.CommitOf(call, call["ref"]);
        var json = call.Render.Commit(call.Repository, commit);
        json["stats"] = new JsonObject { ["additions"] = 1, ["deletions"] = 0, ["total"] = 1 };
        json["files"] = new JsonArray();
        return SimulatedResponse.Ok(json);
    }

    private static List<CheckSuite> SuitesOf(RestCall call)
    {
        var sha = RepositoryRoutes.CommitOf(call, call["ref"]).Sha;
        return [.. call.Repository.Suites.Where(suite => suite.HeadSha == sha && (call.Query("app_id") is not { } app || suite.App.Id.ToString() == app))];
    }

    private static SimulatedResponse Suites(RestCall call)
    {
        var suites = SuitesOf(call).Where(suite => call.Query("check_name") is not { } name || suite.Runs.Exists(run => run.Name == name)).ToList();
        return call.Page(suites, suite => call.Render.Suite(call.Repository, suite), array => new JsonObject { ["total_count"] = suites.Count, ["check_suites"] = array });
    }

    private static SimulatedResponse Runs(RestCall call) => ListRuns(call, SuitesOf(call));

    private static SimulatedResponse ListRuns(RestCall call, List<CheckSuite> suites)
    {
        var all = call.Query("filter") == "all";
        var runs = suites
            .SelectMany(suite => all ? suite.Replaced.Concat(suite.Runs) : suite.Runs)
            .Where(run => call.Query("check_name") is not { } name || run.Name == name)
            .Where(run => call.Query("status") is not { } status || run.Status == status)
            .OrderByDescending(run => run.Id)
            .ToList();
        return call.Page(runs, run => call.Render.CheckRun(call.Repository, run), array => new JsonObject { ["total_count"] = runs.Count, ["check_runs"] = array });
    }

    private static SimulatedResponse Combined(RestCall call)
    {
        var commit = RepositoryRoutes.CommitOf(call, call["ref"]);
        var latest = call.Repository.Statuses
            .Where(status => status.Sha == commit.Sha)
            .GroupBy(status => status.Context, StringComparer.Ordinal)
            .Select(group => group.Last())
            .ToList();
        // No status at all reads as pending too: only total_count tells the two apart (REST docs, "Get the combined status").
        var state = latest.Exists(status => status.State is "failure" or "error") ? "failure"
            : latest.Count == 0 || latest.Exists(status => status.State == "pending") ? "pending"
            : "success";
        return call.Page(latest, status => call.Render.Status(call.Repository, status), array => new JsonObject
        {
            ["state"] = state,
            ["statuses"] = array,
            ["sha"] = commit.Sha,
            ["total_count"] = latest.Count,
            ["repository"] = call.Render.RepositoryLite(call.Repository),
            ["commit_url"] = $"{call.Render.RepoUrl(call.Repository)}/commits/{commit.Sha}",
            ["url"] = $"{call.Render.RepoUrl(call.Repository)}/commits/{commit.Sha}/status",
        });
    }

    private static SimulatedResponse Statuses(RestCall call)
    {
        var commit = RepositoryRoutes.CommitOf(call, call["ref"]);
        var statuses = call.Repository.Statuses.Where(status => status.Sha == commit.Sha).Reverse().ToList();
        return call.Page(statuses, status =>
        {
            var json = call.Render.Status(call.Repository, status);
            json["creator"] = call.Render.Account(status.Creator);
            return json;
        });
    }
}
