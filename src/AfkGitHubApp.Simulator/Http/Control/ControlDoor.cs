using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http.Control;

/// <summary>The control API below <c>/_simulator</c>: plays people and outside systems, shows journal and state. It needs no identity; the simulator listens on loopback only.</summary>
internal static class ControlDoor
{
    public const string Root = "/_simulator";

    private static readonly ControlVerb[] Verbs =
    [
        Verb<UserInput>("users", "Make a person.", (github, input) => new { Id = github.AddUser(input.Login) }),
        Verb<RepositoryInput>("repositories", "Make a repository with the App installed.", (github, input) => new { Id = github.AddRepository(input.Repository, input.DefaultBranch, Options(input)), InstallationId = github.InstallationId(input.Repository), Head = github.BranchHead(input.Repository) }),
        Verb<OnlyRepositoryInput>("install", "Install the App on a repository.", (github, input) => Done(() => github.Install(input.Repository))),
        Verb<OnlyRepositoryInput>("uninstall", "Take a repository out of its installation.", (github, input) => Done(() => github.Uninstall(input.Repository))),
        Verb<SuspendInput>("suspend", "Suspend an installation, or lift that.", (github, input) => Done(() => github.Suspend(input.Repository, input.Suspended))),
        Verb<PermissionInput>("permissions", "Give a person a role: admin, maintain, write, triage, read, none.", (github, input) => Done(() => github.SetPermission(input.Repository, input.Login, input.Role))),
        Verb<IssueInput>("issues", "Open an issue.", (github, input) => new { Number = github.OpenIssue(input.Repository, input.By, input.Title, input.Body, input.Labels ?? []) }),
        Verb<LabelInput>("label", "Put a label on an issue.", (github, input) => Done(() => github.Label(input.Repository, input.Number, input.Label, input.By))),
        Verb<LabelInput>("unlabel", "Take a label off an issue.", (github, input) => Done(() => github.Unlabel(input.Repository, input.Number, input.Label, input.By))),
        Verb<CloseInput>("close", "Close an issue; reason completed, not_planned or duplicate.", (github, input) => Done(() => github.Close(input.Repository, input.Number, input.By, input.Reason))),
        Verb<OnIssueInput>("reopen", "Reopen an issue.", (github, input) => Done(() => github.Reopen(input.Repository, input.Number, input.By))),
        Verb<CommentInput>("comment", "Comment on an issue.", (github, input) => new { Id = github.Comment(input.Repository, input.Number, input.By, input.Body) }),
        Verb<EditInput>("edit", "Edit title or text of an issue.", (github, input) => Done(() => github.EditIssue(input.Repository, input.Number, input.By, input.Title, input.Body))),
        Verb<OnIssueInput>("delete-issue", "Delete an issue; it answers 410 from then on.", (github, input) => Done(() => github.DeleteIssue(input.Repository, input.Number, input.By))),
        Verb<TransferInput>("transfer", "Move an issue to another repository.", (github, input) => new { Number = github.TransferIssue(input.Repository, input.Number, input.ToRepository, input.By) }),
        Verb<BlockerInput>("blockers", "Make an issue wait for another.", (github, input) => Done(() => github.AddBlocker(input.Repository, input.Number, input.BlockerNumber, input.BlockerRepository, input.By))),
        Verb<PushInput>("push", "Push a commit.", (github, input) => new { Sha = github.Push(input.Repository, input.Branch, input.By, input.Message, input.Ci, input.Trailers ?? []) }),
        Verb<PullRequestInput>("pull-requests", "Open a pull request.", (github, input) => new { Number = github.OpenPullRequest(input.Repository, input.By, input.Head, input.Title, input.Body, input.Into, input.Draft) }),
        Verb<OnIssueInput>("merge", "Merge a pull request.", (github, input) => new { Sha = github.MergePullRequest(input.Repository, input.Number, input.By) }),
        Verb<ScriptInput>("script", "Script the agent's turns on an issue; the last one repeats.", (github, input) => Done(() => github.ScriptIssue(input.Repository, input.Number, [.. input.Turns]))),
        Verb<CiInput>("ci", "Script CI of pushes that carry no script of their own.", (github, input) => Done(() => github.ScriptCi(input.Repository, input.Ci))),
        Verb<StatusInput>("statuses", "Set a commit status.", (github, input) => Done(() => github.AddStatus(input.Repository, input.Sha, input.Context, input.State, input.By, input.Description, input.TargetUrl))),
        Verb<SuiteInput>("suites", "Add a check suite of some app.", (github, input) => new { Id = github.AddCheckSuite(input.Repository, input.Sha, input.App, input.Status, input.Conclusion, input.Runs ?? []) }),
        Verb<SetSuiteInput>("set-suite", "Change status and conclusion of a check suite.", (github, input) => Done(() => github.SetCheckSuite(input.Repository, input.SuiteId, input.Status, input.Conclusion))),
        Verb<CompleteRunInput>("complete-run", "End a workflow run at once.", (github, input) => Done(() => github.CompleteRun(input.Repository, input.RunId, input.Conclusion))),
        Verb<RunInput>("delete-run", "Delete a workflow run.", (github, input) => Done(() => github.DeleteRun(input.Repository, input.RunId))),
        Verb<WorkflowInputFields>("workflows", "Add a workflow.", (github, input) => Done(() => github.AddWorkflow(input.Repository, input.Path, input.Name, input.Triggers, input.Jobs ?? []))),
        Verb<RemoveWorkflowInput>("remove-workflow", "Remove a workflow.", (github, input) => Done(() => github.RemoveWorkflow(input.Repository, input.Workflow))),
        Verb<WorkflowStateInput>("workflow-state", "Set a workflow's state: active, disabled_manually, disabled_inactivity.", (github, input) => Done(() => github.SetWorkflowState(input.Repository, input.Workflow, input.State))),
        Verb<FileInput>("files", "Put a file into a repository, or remove it (no text).", (github, input) => Done(() => github.PutFile(input.Repository, input.Path, input.Text))),
        Verb<ProtectInput>("protect", "Protect a branch with required contexts.", (github, input) => Done(() => github.ProtectBranch(input.Repository, input.Branch, input.RequiredContexts))),
        Verb<RuleInput>("rules", "Show a rule for a branch (* = all), by GitHub's word for its kind.", (github, input) => Done(() => github.AddRule(input.Repository, input.Branch, input.Type))),
        Verb<NewLabelInput>("labels", "Make a label of a repository.", (github, input) => Done(() => github.CreateLabel(input.Repository, input.Name))),
        Verb<ActionsInput>("actions", "Switch a repository's Actions on or off.", (github, input) => Done(() => github.SetActions(input.Repository, input.Enabled))),
        Verb<RenameInput>("rename", "Rename or move a repository; the old name redirects.", (github, input) => Done(() => github.Rename(input.Repository, input.NewFullName))),
        Verb<ArchiveInput>("archive", "Archive a repository, or lift that.", (github, input) => Done(() => github.Archive(input.Repository, input.Archived))),
        Verb<WebhookChaos>("chaos/webhooks", "Lose, double or delay webhooks.", (github, input) => Done(() => github.SetWebhookChaos(input))),
        Verb<RequestChaosInput>("chaos/requests", "Put faults in the way of requests.", SetFaults),
        Verb<WebhookInput>("webhook", "Set address and secret of the App's webhook.", SetWebhook),
        Verb<AdvanceInput>("advance", "Move the clock, where it is a manual one.", Advance),
    ];

    public static SimulatedResponse Handle(SimulatedGitHub github, SimulatedRequest request)
    {
        var name = request.Path[Root.Length..].Trim('/');
        try
        {
            return (request.Method, name) switch
            {
                ("GET", "") => SimulatedResponse.Ok(Describe(github)),
                ("GET", "journal") => SimulatedResponse.Ok(Journal(github, request)),
                ("GET", "state") => SimulatedResponse.Ok(State(github)),
                ("POST", _) when Array.Find(Verbs, verb => verb.Name == name) is { } verb => SimulatedResponse.Ok(verb.Run(github, request.Body)),
                _ => throw new ControlProblem($"There is no {request.Method} {Root}/{name}; GET {Root} lists what there is.", null, 404),
            };
        }
        catch (ControlProblem problem)
        {
            return SimulatedResponse.Of(problem.Status, new JsonObject { ["error"] = problem.Message, ["field"] = problem.Field });
        }
    }

    private static ControlVerb<T> Verb<T>(string name, string description, Func<SimulatedGitHub, T, object?> act) => new(name, description, act);

    private static object? Done(Action act)
    {
        act();
        return null;
    }

    private static RepositoryOptions Options(RepositoryInput input) => new()
    {
        Private = input.Private,
        OwnedByOrganization = input.OwnedByOrganization,
        Installed = input.Installed,
        AgentWorkflow = input.AgentWorkflow,
        CiWorkflow = input.CiWorkflow,
        ForeignEmptySuites = input.ForeignEmptySuites,
    };

    private static object? SetFaults(SimulatedGitHub github, RequestChaosInput input)
    {
        if (input.Clear)
        {
            github.ClearRequestFaults();
        }

        foreach (var fault in input.Faults)
        {
            github.AddRequestFault(fault);
        }

        return null;
    }

    private static object? SetWebhook(SimulatedGitHub github, WebhookInput input)
    {
        if (input.Url is { IsAbsoluteUri: false })
        {
            throw new ControlProblem("The webhook's address must be absolute.", "url");
        }

        github.SetWebhook(input.Url, input.Secret);
        if (input.Ping)
        {
            github.Ping();
        }

        return null;
    }

    private static object? Advance(SimulatedGitHub github, AdvanceInput input)
    {
        if (github.Options.Advance is not { } advance)
        {
            throw new ControlProblem("The clock is the real one; it cannot be advanced.", null, 409);
        }

        advance(input.By);
        return new { Ran = github.RunDue(), Now = github.Time.GetUtcNow() };
    }

    private static JsonObject Describe(SimulatedGitHub github)
    {
        var verbs = new JsonObject();
        foreach (var verb in Verbs)
        {
            verbs[$"POST {Root}/{verb.Name}"] = new JsonObject { ["does"] = verb.Description, ["takes"] = verb.Fields };
        }

        return new JsonObject
        {
            ["app"] = new JsonObject { ["id"] = github.Options.AppId, ["client_id"] = github.Options.ClientId, ["slug"] = github.Options.AppSlug },
            ["verbs"] = verbs,
            [$"GET {Root}/journal?after=SEQUENCE"] = "Requests and effects, oldest first.",
            [$"GET {Root}/state"] = "Repositories, issues, branches and workflow runs as they are now.",
        };
    }

    private static JsonArray Journal(SimulatedGitHub github, SimulatedRequest request)
    {
        var text = request.Query.Split('&').FirstOrDefault(part => part.StartsWith("after=", StringComparison.Ordinal))?["after=".Length..];
        long after = 0;
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new ControlProblem("'after' must be a sequence number.", "after");
        }

        return new JsonArray([.. github.Journal.After(after).Select(Entry)]);
    }

    private static JsonObject Entry(JournalEntry entry)
    {
        var json = JsonSerializer.SerializeToNode(entry, entry.GetType(), ControlJson.Options)!.AsObject();
        json.Insert(0, "kind", entry.GetType().Name);
        return json;
    }

    private static JsonObject State(SimulatedGitHub github) => new()
    {
        ["now"] = github.Time.GetUtcNow(),
        ["next_due"] = github.NextDue,
        ["webhook_url"] = github.WebhookUrl?.AbsoluteUri,
        ["repositories"] = new JsonArray([.. github.Repositories.Select(name => new JsonObject
        {
            ["repository"] = name,
            ["installation_id"] = github.InstallationId(name),
            ["head"] = github.BranchHead(name),
            ["issues"] = JsonSerializer.SerializeToNode(github.Issues(name), ControlJson.Options),
            ["runs"] = JsonSerializer.SerializeToNode(github.Runs(name), ControlJson.Options),
        })]),
    };
}
