using System.Globalization;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Scenarios;

namespace AfkGitHubApp.Simulator.World;

/// <summary>GitHub Actions: workflow runs from their start to their end, those of the agent by <see cref="TurnScript"/>, all others by <see cref="CiScript"/>.</summary>
internal sealed class ActionsDesk(WorldState world)
{
    private static readonly TimeSpan RunnerPickUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CancelTakes = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SupersededTakes = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PushToEnd = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, CiScript> ciOfRun = [];
    private readonly Dictionary<long, TurnScript> turnOfRun = [];

    public static Workflow AgentWorkflow(long id, DateTimeOffset createdAt, string path = Workflow.AgentPath) => new(id, path, "AFK agent", createdAt)
    {
        Triggers = new HashSet<string>(["workflow_dispatch"], StringComparer.Ordinal),
        Inputs =
        [
            new WorkflowInput("run_id", Required: true),
            new WorkflowInput("turn_id", Required: true),
            new WorkflowInput("issue", Required: true),
            new WorkflowInput("kind", Required: false),
            new WorkflowInput("delivery", Required: false),
            new WorkflowInput("base_sha", Required: false),
            new WorkflowInput("branch", Required: false),
            new WorkflowInput("prompt", Required: false),
            new WorkflowInput("money_usd", Required: false),
        ],
        RunName = "afk ${{ inputs.turn_id }} #${{ inputs.issue }}",
        Jobs = ["agent", "publish"],
        RunsAgent = true,
    };

    public static Workflow CiWorkflow(long id, DateTimeOffset createdAt) => new(id, Workflow.CiPath, "CI", createdAt)
    {
        Triggers = new HashSet<string>(["push", "pull_request"], StringComparer.Ordinal),
        Jobs = ["build", "test"],
    };

    public WorkflowRun Dispatch(Repository repository, Workflow workflow, string branch, IReadOnlyDictionary<string, string> inputs, Account by)
    {
        var title = TitleOf(workflow, inputs);
        var run = Create(repository, workflow, "workflow_dispatch", branch, repository.Commits[repository.Branches[branch]], by, title, inputs, world.Options.DispatchVisibleAfter / world.Options.Speed);
        world.Record(new WorkflowDispatched(by.Login, repository.FullName, workflow.Path, run.Id, inputs));
        Emit(repository, run, "requested");
        Plan(run, RunnerPickUp, () => Start(repository, run));
        return run;
    }

    public void StartForPush(Repository repository, string branch, Commit commit, Account by, CiScript ci)
    {
        foreach (var trigger in TriggersOf(repository, branch))
        {
            if (ci.NeverStarts || !repository.ActionsEnabled)
            {
                return;
            }

            foreach (var workflow in repository.Workflows.Where(workflow => workflow.State == "active" && workflow.Triggers.Contains(trigger)))
            {
                StartCi(repository, workflow, trigger, branch, commit, by, ci);
            }
        }
    }

    public void StartForPullRequest(Repository repository, string branch, Commit commit, Account by, CiScript ci)
    {
        foreach (var workflow in repository.Workflows.Where(workflow => !ci.NeverStarts && workflow.State == "active" && workflow.Triggers.Contains("pull_request")))
        {
            StartCi(repository, workflow, "pull_request", branch, commit, by, ci);
        }
    }

    public void Cancel(Repository repository, WorkflowRun run, Account by, bool forced)
    {
        world.Record(new RunCancelled(by.Login, repository.FullName, run.Id, forced));
        if (run.CancelRequested && !forced)
        {
            return;
        }

        run.CancelRequested = true;
        if (run.IgnoresCancel && !forced)
        {
            return;
        }

        run.ForgetWhatIsAhead();
        Plan(run, CancelTakes, () => Complete(repository, run, "cancelled"));
    }

    public void Rerun(Repository repository, WorkflowRun run, Account by, bool failedJobsOnly)
    {
        run.ForgetWhatIsAhead();
        run.Attempt++;
        run.Status = "queued";
        run.Conclusion = null;
        run.CancelRequested = false;
        run.StartedAt = world.Now;
        run.UpdatedAt = world.Now;
        run.OldJobs.AddRange(run.Jobs);
        run.Jobs.Clear();
        // The suite starts again with it: a verdict that was there is gone (REST docs, "Rerequest a check suite").
        run.Suite.Status = "queued";
        run.Suite.Conclusion = null;
        run.Suite.UpdatedAt = world.Now;
        world.Record(new RunRerun(by.Login, repository.FullName, run.Id, run.Attempt, failedJobsOnly));
        Plan(run, RunnerPickUp, () => Start(repository, run));
    }

    public void Delete(Repository repository, WorkflowRun run, string by)
    {
        run.ForgetWhatIsAhead();
        repository.Runs.Remove(run.Id);
        repository.Suites.Remove(run.Suite);
        world.Record(new RunVanished(by, repository.FullName, run.Id));
    }

    /// <summary>Ends a run by hand, whatever its script says.</summary>
    public void Complete(Repository repository, WorkflowRun run, string conclusion)
    {
        run.ForgetWhatIsAhead();
        if (run.Completed)
        {
            return;
        }

        var script = ciOfRun.GetValueOrDefault(run.Id);
        foreach (var job in run.Jobs.Where(job => job.Status != "completed"))
        {
            var carries = script?.FailingJobs is { } failing ? failing.Contains(job.Name, StringComparer.Ordinal) : job == run.Jobs[^1];
            world.Checks.SetRun(job, "completed", carries ? JobConclusion(conclusion) : "success");
            job.LostRunner = carries && conclusion == "failure" && script is { LosesRunner: true };
            job.Log = carries ? script?.Log : null;
        }

        TellResult(repository, run, conclusion);
        run.Status = "completed";
        run.Conclusion = conclusion;
        run.UpdatedAt = world.Now;
        world.Record(new RunCompleted(run.Actor.Login, repository.FullName, run.Id, run.Trigger, conclusion));
        // GitHub sends check_suite.completed before the last workflow_run.completed.
        world.Checks.SetSuite(repository, run.Suite, "completed", conclusion, run.Actor);
        Emit(repository, run, "completed");
    }

    /// <summary>What a turn pushes, by its inputs; the commit's id.</summary>
    public string PushTurn(Repository repository, IReadOnlyDictionary<string, string> inputs, TurnScript script, int issue)
    {
        var message = script.CommitMessage ?? $"Work on the issue\n\nRefs #{issue}";
        if (script.Trailers)
        {
            message = $"{message}{(EndsInTrailers(message) ? "\n" : "\n\n")}AFK-Run: {inputs.GetValueOrDefault("run_id")}\nAFK-Turn: {inputs.GetValueOrDefault("turn_id")}";
        }

        var ownBranch = inputs.GetValueOrDefault("branch") is { Length: > 0 } named ? named : null;
        var branch = inputs.GetValueOrDefault("delivery") == "pull_request" && ownBranch is not null ? ownBranch : repository.DefaultBranch;
        var basis = inputs.GetValueOrDefault("base_sha") is { Length: 40 } sha && repository.Commits.ContainsKey(sha) ? sha : null;
        var by = script.PushesWithWorkflowToken ? world.ActionsBot : world.AgentBot;
        return world.Git.Push(repository, branch, by, message, script.Ci, script.PushesWithWorkflowToken, basis, script.Files).Sha;
    }

    public void Emit(Repository repository, WorkflowRun run, string action) =>
        world.Webhooks.Emit("workflow_run", action, repository, run.Actor, new JsonObject
        {
            ["workflow"] = world.Render().Workflow(repository, run.Workflow),
            ["workflow_run"] = world.Render().Run(repository, run),
        });

    /// <summary>The template's publish job notes how the turn ended; one that was cancelled does not come to it.</summary>
    private void TellResult(Repository repository, WorkflowRun run, string conclusion)
    {
        if (!turnOfRun.TryGetValue(run.Id, out var script) || conclusion is not ("success" or "failure") || run.Jobs.Find(job => job.Name == "publish") is not { } publish)
        {
            return;
        }

        var turn = run.Inputs.GetValueOrDefault("turn_id") ?? string.Empty;
        var pushed = repository.Commits.Values.LastOrDefault(commit => commit.Message.Contains($"AFK-Turn: {turn}", StringComparison.Ordinal));
        if ((pushed is null ? script.Declares : "pushed") is not { } outcome)
        {
            return;
        }

        var result = new JsonObject { ["turn"] = turn, ["outcome"] = outcome };
        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                result[name] = value;
            }
        }

        Add("sha", pushed?.Sha);
        Add("why", pushed is null ? script.Says : null);
        Add("cost_usd", script.CostUsd);
        publish.Annotations.Add(("afk-result", result.ToJsonString()));
    }

    private static string JobConclusion(string conclusion) => conclusion is "startup_failure" or "stale" ? "failure" : conclusion;

    private static string TitleOf(Workflow workflow, IReadOnlyDictionary<string, string> inputs)
    {
        if (workflow.RunName is not { } title)
        {
            return workflow.Name;
        }

        foreach (var input in workflow.Inputs)
        {
            title = title.Replace($"${{{{ inputs.{input.Name} }}}}", inputs.GetValueOrDefault(input.Name) ?? string.Empty, StringComparison.Ordinal);
        }

        return title;
    }

    private static IEnumerable<string> TriggersOf(Repository repository, string branch)
    {
        yield return "push";
        if (repository.PullRequests.Any(issue => issue is { Open: true, PullRequest: { } pull } && pull.HeadBranch == branch))
        {
            yield return "pull_request";
        }
    }

    private void StartCi(Repository repository, Workflow workflow, string trigger, string branch, Commit commit, Account by, CiScript ci)
    {
        var title = commit.Message.Split('\n')[0];
        var run = Create(repository, workflow, trigger, branch, commit, by, title, new Dictionary<string, string>(StringComparer.Ordinal), TimeSpan.Zero);
        ciOfRun[run.Id] = ci;
        Emit(repository, run, "requested");
        if (ci.Conclusion is "action_required" && !ci.StaysQueued)
        {
            // A run that waits for approval is completed at once and has no jobs.
            Complete(repository, run, "action_required");
        }
        else if (!ci.StaysQueued)
        {
            Plan(run, ci.QueuedFor, () => Start(repository, run));
        }
    }

    private WorkflowRun Create(Repository repository, Workflow workflow, string trigger, string branch, Commit head, Account by, string title, IReadOnlyDictionary<string, string> inputs, TimeSpan hiddenFor)
    {
        var before = head.Parents.Count > 0 ? head.Parents[0] : GitDesk.NoCommit;
        var suite = world.Checks.AddSuite(repository, world.Actions, head.Sha, branch, before);
        var run = new WorkflowRun(world.Ids.Next("run"), workflow, trigger, branch, head.Sha, by, suite, world.Now)
        {
            Title = title,
            Number = repository.NextRunNumber(workflow.Path),
            Inputs = inputs,
            VisibleAt = world.Now + hiddenFor,
        };
        suite.WorkflowRunId = run.Id;
        repository.Runs.Add(run.Id, run);
        return run;
    }

    private void Start(Repository repository, WorkflowRun run)
    {
        run.ForgetWhatIsAhead();
        if (run.Workflow.RunsAgent)
        {
            StartTurn(repository, run);
            return;
        }

        var script = ciOfRun.GetValueOrDefault(run.Id) ?? repository.Ci;
        var conclusion = run.Attempt > 1 ? script.RerunConclusion ?? script.Conclusion : script.Conclusion;
        SetInProgress(repository, run, withJobs: conclusion is not "startup_failure");
        if (!script.NeverEnds)
        {
            Plan(run, script.Takes, () => Complete(repository, run, conclusion));
        }
    }

    private void StartTurn(Repository repository, WorkflowRun run)
    {
        var turnId = run.Inputs.GetValueOrDefault("turn_id") ?? string.Empty;
        var older = repository.Runs.Values.FirstOrDefault(other => other.Id < run.Id && other.Workflow == run.Workflow && turnId.Length > 0 && other.Inputs.GetValueOrDefault("turn_id") == turnId);
        if (older is not null)
        {
            // The workflow's first step compares run ids and leaves the work to the lowest.
            world.Record(new TurnSuperseded(world.AgentBot.Login, repository.FullName, turnId, run.Id, older.Id));
            SetInProgress(repository, run, withJobs: true);
            Plan(run, SupersededTakes, () => Complete(repository, run, "success"));
            return;
        }

        var issue = IssueOf(run);
        var script = ScriptFor(repository, run, issue, turnId);
        turnOfRun[run.Id] = script;
        world.Record(new TurnWorked(world.AgentBot.Login, repository.FullName, turnId, run.Id, issue));
        run.IgnoresCancel = script.Ends == TurnEnd.IgnoresCancel;
        if (script.Ends is TurnEnd.ActionRequired or TurnEnd.NeverStarts)
        {
            Complete(repository, run, script.Ends is TurnEnd.ActionRequired ? "action_required" : "startup_failure");
            return;
        }

        if (script.Ends is TurnEnd.Waiting)
        {
            run.Status = "waiting";
            run.Suite.Status = "waiting";
            run.UpdatedAt = world.Now;
            return;
        }

        SetInProgress(repository, run, withJobs: true);
        if (script.Pushes)
        {
            PlanPush(repository, run, script, issue);
        }

        PlanEnd(repository, run, script);
    }

    private void PlanPush(Repository repository, WorkflowRun run, TurnScript script, int issue)
    {
        var wanted = script.PushesAfter ?? (script.Takes > PushToEnd * 2 ? script.Takes - PushToEnd : script.Takes / 2);
        if (wanted > script.Takes && script.Ends is not (TurnEnd.Hang or TurnEnd.IgnoresCancel))
        {
            // A straggler is on no list of its run: it happens even after the run has ended.
            world.Agenda.Schedule(wanted, () => PushTurn(repository, run.Inputs, script, issue));
            return;
        }

        Plan(run, wanted, () => PushTurn(repository, run.Inputs, script, issue));
    }

    private void PlanEnd(Repository repository, WorkflowRun run, TurnScript script)
    {
        Action? end = script.Ends switch
        {
            TurnEnd.Success => () => Complete(repository, run, "success"),
            TurnEnd.Failure => () => Complete(repository, run, "failure"),
            TurnEnd.Cancelled => () => Complete(repository, run, "cancelled"),
            TurnEnd.Vanish => () => Delete(repository, run, world.ActionsBot.Login),
            _ => null,
        };
        if (end is not null)
        {
            Plan(run, script.Takes, end);
        }
    }

    /// <summary>Git adds a trailer to the last paragraph only where that consists of trailers; else it begins a new one.</summary>
    private static bool EndsInTrailers(string message)
    {
        var start = message.LastIndexOf("\n\n", StringComparison.Ordinal);
        return start >= 0 && message[(start + 2)..].Split('\n').All(line => line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && !line.AsSpan(0, colon).Contains(' '));
    }

    private static int IssueOf(WorkflowRun run) =>
        int.TryParse(run.Inputs.GetValueOrDefault("issue"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static TurnScript ScriptFor(Repository repository, WorkflowRun run, int issue, string turnId)
    {
        if (!repository.TurnScripts.TryGetValue(issue, out var scripts) || scripts.Count == 0)
        {
            return new TurnScript();
        }

        return scripts[Math.Min(OrdinalOf(repository, run, issue, turnId), scripts.Count) - 1];
    }

    /// <summary>Turn ids end in <c>.k</c>; where one does not, turns are counted in the order in which they were dispatched.</summary>
    private static int OrdinalOf(Repository repository, WorkflowRun run, int issue, string turnId)
    {
        var dot = turnId.LastIndexOf('.');
        if (dot >= 0 && int.TryParse(turnId.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k > 0)
        {
            return k;
        }

        return repository.Runs.Values.Where(other => other.Id <= run.Id && other.Workflow == run.Workflow && IssueOf(other) == issue).Select(other => other.Inputs.GetValueOrDefault("turn_id")).Distinct(StringComparer.Ordinal).Count();
    }

    private void SetInProgress(Repository repository, WorkflowRun run, bool withJobs)
    {
        run.Status = "in_progress";
        run.UpdatedAt = world.Now;
        run.Suite.Status = "in_progress";
        run.Suite.UpdatedAt = world.Now;
        foreach (var name in withJobs ? run.Workflow.Jobs : [])
        {
            run.Jobs.Add(world.Checks.AddRun(run.Suite, name, "in_progress", null, run.Attempt));
        }

        Emit(repository, run, "in_progress");
    }

    private void Plan(WorkflowRun run, TimeSpan after, Action action) => run.Ahead.Add(world.Agenda.Schedule(after, action));
}
