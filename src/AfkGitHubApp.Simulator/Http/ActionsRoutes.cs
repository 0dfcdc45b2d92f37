using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>Workflows, their dispatch, and workflow runs.</summary>
internal static class ActionsRoutes
{
    private const int MostInputs = 25;
    private const int LongestInputs = 65_535;

    public static void Add(RouteTable routes)
    {
        routes.Read("actions/permissions", "administration", call => SimulatedResponse.Ok(Switch(call)));
        routes.Read("actions/workflows", "actions", Workflows);
        routes.Read("actions/workflows/{workflow}", "actions", call => SimulatedResponse.Ok(call.Render.Workflow(call.Repository, WorkflowOf(call))));
        routes.Write("POST", "actions/workflows/{workflow}/dispatches", "actions", Dispatch);
        routes.Read("actions/workflows/{workflow}/runs", "actions", call =>
        {
            var workflow = WorkflowOf(call);
            return Runs(call, run => run.Workflow == workflow);
        });
        routes.Read("actions/runs", "actions", call => Runs(call, _ => true));
        routes.Read("actions/runs/{run}", "actions", call => SimulatedResponse.Ok(call.Render.Run(call.Repository, RunOf(call))));
        routes.Read("actions/runs/{run}/jobs", "actions", Jobs);
        routes.Read("actions/jobs/{job}", "actions", Job);
        routes.Read("actions/jobs/{job}/logs", "actions", Logs);
        routes.Write("POST", "actions/runs/{run}/cancel", "actions", call => Cancel(call, forced: false));
        routes.Write("POST", "actions/runs/{run}/force-cancel", "actions", call => Cancel(call, forced: true));
        routes.Write("POST", "actions/runs/{run}/rerun", "actions", call => Rerun(call, failedJobsOnly: false));
        routes.Write("POST", "actions/runs/{run}/rerun-failed-jobs", "actions", call => Rerun(call, failedJobsOnly: true));
    }

    private static Workflow WorkflowOf(RestCall call)
    {
        var name = call["workflow"];
        return call.Repository.Workflows.Find(workflow => workflow.FileName == name || workflow.Path == name || workflow.Id.ToString() == name) ?? throw ApiRefusal.NotFound();
    }

    private static WorkflowRun RunOf(RestCall call) => call.Repository.Runs.GetValueOrDefault(call.Id("run")) ?? throw ApiRefusal.NotFound();

    private static SimulatedResponse Workflows(RestCall call) =>
        call.Page(call.Repository.Workflows, workflow => call.Render.Workflow(call.Repository, workflow), array => new JsonObject { ["total_count"] = call.Repository.Workflows.Count, ["workflows"] = array });

    private static JsonObject Switch(RestCall call) => call.Repository.ActionsEnabled
        ? new() { ["enabled"] = true, ["allowed_actions"] = "all", ["sha_pinning_required"] = false }
        : new() { ["enabled"] = false };

    private static SimulatedResponse Dispatch(RestCall call)
    {
        var workflow = WorkflowOf(call);
        var body = call.Body();
        var reference = RestCall.RequiredText(body, "ref");
        var inputs = Inputs(body);
        if (!call.Repository.ActionsEnabled)
        {
            throw ApiRefusal.Unprocessable("Actions has been disabled for this repository.");
        }

        if (workflow.State != "active")
        {
            throw ApiRefusal.Unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
        }

        var branch = reference.StartsWith("refs/heads/", StringComparison.Ordinal) ? reference[11..] : reference;
        if (!call.Repository.Branches.ContainsKey(branch))
        {
            throw ApiRefusal.Unprocessable($"No ref found for: {reference}");
        }

        if (!workflow.Triggers.Contains("workflow_dispatch"))
        {
            throw ApiRefusal.Unprocessable("Workflow does not have 'workflow_dispatch' trigger");
        }

        RefuseUndeclared(workflow, inputs);
        var run = call.World.Runs.Dispatch(call.Repository, workflow, branch, inputs, call.Actor);
        var withDetails = call.IsCurrentVersion || (body["return_run_details"] is { } flag && flag.GetValueKind() == JsonValueKind.True);
        return withDetails
            ? SimulatedResponse.Ok(new JsonObject
            {
                ["workflow_run_id"] = run.Id,
                ["run_url"] = $"{call.Render.RepoUrl(call.Repository)}/actions/runs/{run.Id}",
                ["html_url"] = $"{call.Render.Html}/{call.Repository.FullName}/actions/runs/{run.Id}",
            })
            : SimulatedResponse.Empty(204);
    }

    private static Dictionary<string, string> Inputs(JsonObject body)
    {
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (body["inputs"] is not { } node)
        {
            return inputs;
        }

        if (node is not JsonObject json)
        {
            throw ApiRefusal.Unprocessable($"Invalid request.\n\nFor 'properties/inputs', {node.ToJsonString()} is not an object.");
        }

        if (json.Count > MostInputs)
        {
            throw ApiRefusal.Unprocessable($"Invalid request.\n\nNo more than {MostInputs} properties are allowed; {json.Count} were supplied.");
        }

        foreach (var (name, value) in json)
        {
            inputs[name] = value?.GetValueKind() switch
            {
                JsonValueKind.String => value.GetValue<string>(),
                JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number => value.ToJsonString(),
                _ => throw ApiRefusal.Unprocessable($"Invalid request.\n\nFor 'properties/{name}', {value?.ToJsonString() ?? "null"} is not a string."),
            };
        }

        if (inputs.Sum(pair => pair.Key.Length + pair.Value.Length) > LongestInputs)
        {
            throw ApiRefusal.Unprocessable("inputs are too large.");
        }

        return inputs;
    }

    private static void RefuseUndeclared(Workflow workflow, Dictionary<string, string> inputs)
    {
        var unexpected = inputs.Keys.Where(name => !workflow.Inputs.Any(input => input.Name == name)).ToList();
        if (unexpected.Count > 0)
        {
            throw ApiRefusal.Unprocessable($"Unexpected inputs provided: [{string.Join(", ", unexpected.Select(name => $"\"{name}\""))}]");
        }

        if (workflow.Inputs.FirstOrDefault(input => input.Required && string.IsNullOrEmpty(inputs.GetValueOrDefault(input.Name))) is { } missing)
        {
            throw ApiRefusal.Unprocessable($"Required input '{missing.Name}' not provided");
        }
    }

    private static SimulatedResponse Runs(RestCall call, Func<WorkflowRun, bool> among)
    {
        var found = call.Repository.Runs.Values
            .Where(among)
            .Where(run => run.VisibleAt <= call.World.Now)
            .Where(run => Is(call, "event", run.Trigger) && Is(call, "head_sha", run.HeadSha) && Is(call, "branch", run.HeadBranch) && Is(call, "actor", run.Actor.Login) && Is(call, "check_suite_id", run.Suite.Id.ToString()))
            .Where(run => call.Query("status") is not { } status || run.Status == status || run.Conclusion == status)
            .Where(CreatedFilter(call))
            .OrderByDescending(run => run.Id)
            .ToList();
        return call.Page(found, run => call.Render.Run(call.Repository, run), array => new JsonObject { ["total_count"] = found.Count, ["workflow_runs"] = array });
    }

    private static bool Is(RestCall call, string name, string value) => call.Query(name) is not { } wanted || wanted == value;

    /// <summary>The <c>created</c> parameter in GitHub's search syntax for dates: <c>&gt;=T</c>, <c>&lt;T</c>, <c>A..B</c>, a day.</summary>
    private static Func<WorkflowRun, bool> CreatedFilter(RestCall call)
    {
        if (call.Query("created") is not { } filter)
        {
            return _ => true;
        }

        if (filter.Split("..") is [var from, var to])
        {
            var first = from == "*" ? DateTimeOffset.MinValue : Date(from);
            var last = to == "*" ? DateTimeOffset.MaxValue : Date(to);
            return run => run.CreatedAt >= first && run.CreatedAt <= last;
        }

        var sign = filter[..(filter.Length - filter.TrimStart('<', '>', '=').Length)];
        var date = Date(filter[sign.Length..]);
        return sign switch
        {
            ">=" => run => run.CreatedAt >= date,
            ">" => run => run.CreatedAt > date,
            "<=" => run => run.CreatedAt <= date,
            "<" => run => run.CreatedAt < date,
            _ => run => run.CreatedAt.UtcDateTime.Date == date.UtcDateTime.Date,
        };
    }

    private static DateTimeOffset Date(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : throw ApiRefusal.ValidationFailed("WorkflowRun", "created", "invalid");

    private static SimulatedResponse Jobs(RestCall call)
    {
        var run = RunOf(call);
        List<CheckRun> jobs = call.Query("filter") == "all" ? [.. run.OldJobs, .. run.Jobs] : run.Jobs;
        return call.Page(jobs, job => call.Render.Job(call.Repository, run, job), array => new JsonObject { ["total_count"] = jobs.Count, ["jobs"] = array });
    }

    private static SimulatedResponse Job(RestCall call)
    {
        var (run, job) = JobOf(call);
        return SimulatedResponse.Ok(call.Render.Job(call.Repository, run, job));
    }

    private static (WorkflowRun Run, CheckRun Job) JobOf(RestCall call)
    {
        var id = call.Id("job");
        foreach (var run in call.Repository.Runs.Values)
        {
            if (run.Jobs.Concat(run.OldJobs).FirstOrDefault(job => job.Id == id) is { } job)
            {
                return (run, job);
            }
        }

        throw ApiRefusal.NotFound();
    }

    private static SimulatedResponse Logs(RestCall call)
    {
        var (_, job) = JobOf(call);
        return job.Status == "completed" ? SimulatedResponse.Empty(302).Add("Location", LogDoor.AddressOf(call.World, job)) : throw ApiRefusal.NotFound();
    }

    private static SimulatedResponse Cancel(RestCall call, bool forced)
    {
        var run = RunOf(call);
        if (run.Completed)
        {
            throw new ApiRefusal(409, "Cannot cancel a workflow run that is completed.");
        }

        call.World.Runs.Cancel(call.Repository, run, call.Actor, forced);
        return SimulatedResponse.Of(202, new JsonObject());
    }

    private static SimulatedResponse Rerun(RestCall call, bool failedJobsOnly)
    {
        var run = RunOf(call);
        if (!run.Completed)
        {
            throw new ApiRefusal(403, "This workflow is already running");
        }

        // One that could not start has no failed job, and one that awaits approval has nothing that failed.
        if (failedJobsOnly && (run.Conclusion is "success" or "skipped" or "neutral" || run.Jobs.Count == 0))
        {
            throw new ApiRefusal(403, "This workflow run cannot be retried");
        }

        call.World.Runs.Rerun(call.Repository, run, call.Actor, failedJobsOnly);
        return SimulatedResponse.Created(new JsonObject());
    }
}
