using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Scenarios;

namespace AfkGitHubApp.Simulator.World;

/// <summary>What people and machines do in the world, and what can be seen of it.</summary>
public sealed partial class SimulatedGitHub
{
    private static readonly string[] Roles = ["admin", "maintain", "write", "triage", "read", "none"];

    /// <summary>Makes a person (people are also made on first mention). Returns the numeric id.</summary>
    public long AddUser(string login) => Within(() => world.AccountOf(login).Id);

    /// <summary>Makes a repository with a first commit and installs the App on it. Returns its numeric id.</summary>
    public long AddRepository(string fullName, string defaultBranch = "main", RepositoryOptions? options = null) => Within(() =>
    {
        ArgumentNullException.ThrowIfNull(fullName);
        options ??= new RepositoryOptions();
        if (fullName.Split('/') is not [{ Length: > 0 } ownerLogin, { Length: > 0 } name])
        {
            throw new ArgumentException($"'{fullName}' is not of the form owner/name.", nameof(fullName));
        }

        // A name left by a renamed repository is free again: whoever takes it ends the redirect.
        if (world.FindRepository(fullName) is { } taken && taken.FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"There is a repository '{fullName}' already.", nameof(fullName));
        }

        var owner = world.FindAccount(ownerLogin) ?? world.AddAccount(ownerLogin, options.OwnedByOrganization ? AccountKind.Organization : AccountKind.User);
        var repository = world.AddRepository(owner, name, defaultBranch);
        repository.Private = options.Private;
        repository.ForeignEmptySuites = options.ForeignEmptySuites;
        world.Git.Root(repository);
        if (options.AgentWorkflow)
        {
            repository.Workflows.Add(ActionsDesk.AgentWorkflow(world.Ids.Next("workflow"), world.Now));
        }

        if (options.CiWorkflow)
        {
            repository.Workflows.Add(ActionsDesk.CiWorkflow(world.Ids.Next("workflow"), world.Now));
        }

        if (options.Installed)
        {
            InstallOn(repository);
        }

        return repository.Id;
    });

    /// <summary>Installs the App on a repository; sends <c>installation</c> or <c>installation_repositories</c>.</summary>
    public void Install(string repository) => Within(() => InstallOn(world.RepositoryOf(repository)));

    /// <summary>Takes a repository out of its installation: from now on the App sees 404.</summary>
    public void Uninstall(string repository) => Within(() =>
    {
        var gone = world.RepositoryOf(repository);
        if (world.InstallationOf(gone) is { } installation)
        {
            installation.RepositoryIds.Remove(gone.Id);
            world.Webhooks.Emit("installation_repositories", "removed", null, gone.Owner, InstallationPayload(added: [], removed: [gone]), installation);
        }
    });

    /// <summary>Suspends the installation that covers a repository (tokens die, none are given out), or lifts that.</summary>
    public void Suspend(string repository, bool suspended = true) => Within(() =>
    {
        var installation = world.InstallationOf(world.RepositoryOf(repository)) ?? throw new ArgumentException($"The App is not installed on '{repository}'.", nameof(repository));
        installation.SuspendedAt = suspended ? world.Now : null;
        if (suspended)
        {
            world.Tokens.RevokeAll(installation);
        }

        world.Webhooks.Emit("installation", suspended ? "suspend" : "unsuspend", null, installation.Account, [], installation);
    });

    /// <summary>Leaves the repository's installation this many requests of its hour, of each kind.</summary>
    public void SetRemainingRequests(string repository, int remaining) => Within(() =>
    {
        var installation = world.InstallationOf(world.RepositoryOf(repository)) ?? throw new InvalidOperationException($"The App is not installed on {repository}.");
        foreach (var window in (RateWindow[])[installation.Core, installation.GraphQl])
        {
            window.Roll(world.Now);
            window.UseUpTo(world.Options.RequestsPerHour - remaining);
        }
    });

    /// <summary>Gives a person a role: <c>admin</c>, <c>maintain</c>, <c>write</c>, <c>triage</c>, <c>read</c> or <c>none</c>.</summary>
    public void SetPermission(string repository, string login, string role) => Within(() =>
    {
        if (!Roles.Contains(role, StringComparer.Ordinal))
        {
            throw new ArgumentException($"'{role}' is none of {string.Join(", ", Roles)}.", nameof(role));
        }

        world.RepositoryOf(repository).Roles[world.AccountOf(login).Login] = role;
    });

    /// <summary>Opens an issue and returns its number.</summary>
    public int OpenIssue(string repository, string byLogin, string title, string? body = null, params IReadOnlyList<string> labels) =>
        Within(() => world.Issues.Open(world.RepositoryOf(repository), world.AccountOf(byLogin), title, body, labels).Number);

    /// <summary>Adds a label; a label that the repository lacks is made.</summary>
    public void Label(string repository, int number, string label, string byLogin) =>
        WithIssue(repository, number, (at, issue) => world.Issues.AddLabels(at, issue, world.AccountOf(byLogin), [label]));

    /// <summary>Removes a label; nothing happens where it is not on the issue.</summary>
    public void Unlabel(string repository, int number, string label, string byLogin) =>
        WithIssue(repository, number, (at, issue) => world.Issues.RemoveLabel(at, issue, world.AccountOf(byLogin), label));

    /// <summary>Closes an issue; <paramref name="reason"/> is <c>completed</c>, <c>not_planned</c> or <c>duplicate</c>.</summary>
    public void Close(string repository, int number, string byLogin, string reason = "completed") =>
        WithIssue(repository, number, (at, issue) => world.Issues.Close(at, issue, world.AccountOf(byLogin), reason));

    public void Reopen(string repository, int number, string byLogin) =>
        WithIssue(repository, number, (at, issue) => world.Issues.Reopen(at, issue, world.AccountOf(byLogin)));

    /// <summary>Posts a comment and returns its id.</summary>
    public long Comment(string repository, int number, string byLogin, string body) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        return world.Issues.Comment(at, IssueOf(at, number), world.AccountOf(byLogin), body).Id;
    });

    /// <summary>Edits a comment, whoever wrote it (a maintainer may).</summary>
    public void EditComment(string repository, long commentId, string byLogin, string body) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var (issue, comment) = CommentOf(at, commentId);
        world.Issues.EditComment(at, issue, comment, world.AccountOf(byLogin), body);
    });

    public void DeleteComment(string repository, long commentId, string byLogin) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var (issue, comment) = CommentOf(at, commentId);
        world.Issues.DeleteComment(at, issue, comment, world.AccountOf(byLogin));
    });

    /// <summary>Changes title or text of an issue; null leaves it.</summary>
    public void EditIssue(string repository, int number, string byLogin, string? title = null, string? body = null) =>
        WithIssue(repository, number, (at, issue) => world.Issues.Edit(at, issue, world.AccountOf(byLogin), title, body));

    /// <summary>Lists the edits of texts from the oldest on, instead of from the newest.</summary>
    public void ListEditsOldestFirst(bool on = true) => Within(() => world.EditsOldestFirst = on);

    /// <summary>Deletes an issue: it answers 410 from now on.</summary>
    public void DeleteIssue(string repository, int number, string byLogin) =>
        WithIssue(repository, number, (at, issue) => world.Issues.Delete(at, issue, world.AccountOf(byLogin)));

    /// <summary>Moves an issue to another repository, where it gets a new number and id; the old place redirects. Returns the new number.</summary>
    public int TransferIssue(string repository, int number, string toRepository, string byLogin) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        return world.Issues.Transfer(at, IssueOf(at, number), world.RepositoryOf(toRepository), world.AccountOf(byLogin)).Number;
    });

    public void LockIssue(string repository, int number, bool locked = true) => WithIssue(repository, number, (_, issue) => issue.Locked = locked);

    /// <summary>Makes an issue wait for another (of <paramref name="blockerRepository"/>, by default the same repository).</summary>
    public void AddBlocker(string repository, int number, int blockerNumber, string? blockerRepository = null, string? byLogin = null) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var blockerAt = world.RepositoryOf(blockerRepository ?? repository);
        world.Issues.AddBlocker(at, IssueOf(at, number), blockerAt, IssueOf(blockerAt, blockerNumber), byLogin is null ? at.Owner : world.AccountOf(byLogin));
    });

    /// <summary>Pushes one commit to a branch (made from the default branch when new), with everything that follows: webhooks, references, closing keywords, CI. Returns the commit id.</summary>
    public string Push(string repository, string branch, string byLogin, string message, CiScript? ci = null, params IReadOnlyList<string> trailers) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var whole = trailers.Count == 0 ? message : $"{message}\n\n{string.Join('\n', trailers)}";
        return world.Git.Push(at, branch, world.AccountOf(byLogin), whole, ci ?? at.Ci).Sha;
    });

    /// <summary>Makes a branch at a commit.</summary>
    public void CreateBranch(string repository, string branch, string? fromSha = null) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var sha = fromSha ?? at.Head.Sha;
        RefuseUnknownCommit(at, sha);
        at.Branches[branch] = sha;
    });

    /// <summary>Moves a branch by force, for instance back: commits can disappear from it.</summary>
    public void ForcePush(string repository, string branch, string sha, string byLogin) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        RefuseUnknownCommit(at, sha);
        world.Git.MoveBranch(at, branch, sha, world.AccountOf(byLogin));
    });

    /// <summary>Has nobody find a commit by its id any more, as one that was rewritten away and forgotten, or only for a while.</summary>
    public void HideCommit(string repository, string sha, bool hidden = true) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        RefuseUnknownCommit(at, sha);
        _ = hidden ? at.Unshown.Add(sha) : at.Unshown.Remove(sha);
    });

    public void DeleteBranch(string repository, string branch) => Within(() => world.RepositoryOf(repository).Branches.Remove(branch));

    /// <summary>Opens a pull request and returns its number.</summary>
    public int OpenPullRequest(string repository, string byLogin, string head, string title, string? body = null, string? into = null, bool draft = false) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        return world.Pulls.Open(at, world.AccountOf(byLogin), head, into ?? at.DefaultBranch, title, body, draft).Number;
    });

    /// <summary>Approves a pull request as it stands; a push takes that back.</summary>
    public void ApprovePullRequest(string repository, int number, string byLogin) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        world.Pulls.Approve(at, PullOf(at, number), world.AccountOf(byLogin));
    });

    /// <summary>Whether what stands in the repository's merge queue fails there.</summary>
    public void BreakMergeQueue(string repository, bool breaks = true) => Within(() => world.RepositoryOf(repository).QueueBreaks = breaks);

    /// <summary>Opens a pull request of one commit from the person's own copy of the repository and returns its number.</summary>
    public int OpenForkPullRequest(string repository, string byLogin, string message, string title, string? into = null) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        return world.Pulls.OpenFromFork(at, world.AccountOf(byLogin), message, title, into ?? at.DefaultBranch).Number;
    });

    /// <summary>Merges a pull request, by a merge commit or squashed into one of its author's, and returns that commit.</summary>
    public string MergePullRequest(string repository, int number, string byLogin, bool squash = false) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        return world.Pulls.Merge(at, PullOf(at, number), world.AccountOf(byLogin), squash).Sha;
    });

    /// <summary>Sets a commit status; <paramref name="state"/> is <c>error</c>, <c>failure</c>, <c>pending</c> or <c>success</c>.</summary>
    public void AddStatus(string repository, string sha, string context, string state, string byLogin = "ci-service", string? description = null, string? targetUrl = null) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        RefuseUnknownCommit(at, sha);
        world.Checks.AddStatus(at, at.Commits[sha], context, state, world.AccountOf(byLogin), description, targetUrl);
    });

    /// <summary>Makes an environment that deployments may go to.</summary>
    public void AddEnvironment(string repository, string name) => Within(() => world.RepositoryOf(repository).Environments.Add(name));

    /// <summary>Deploys a commit to an environment; without a state it has no status yet. Returns the deployment's id.</summary>
    public long Deploy(string repository, string sha, string environment, string? state, string byLogin = "deployer") => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        RefuseUnknownCommit(at, sha);
        var deployment = world.Checks.AddDeployment(at, at.Commits[sha], environment, world.AccountOf(byLogin));
        if (state is not null)
        {
            world.Checks.SetDeployment(at, deployment, state, world.AccountOf(byLogin));
        }

        return deployment.Id;
    });

    /// <summary>Gives a deployment another status: <c>success</c>, <c>failure</c>, <c>error</c>, <c>inactive</c>, <c>in_progress</c>, <c>queued</c>, <c>pending</c>, <c>waiting</c>.</summary>
    public void SetDeployment(string repository, long deploymentId, string state, string byLogin = "deployer") => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var deployment = at.Deployments.Find(one => one.Id == deploymentId) ?? throw new ArgumentException($"There is no deployment {deploymentId} in '{repository}'.", nameof(deploymentId));
        world.Checks.SetDeployment(at, deployment, state, world.AccountOf(byLogin));
    });

    /// <summary>Adds a check suite of some app, with or without runs; an empty queued one is what many apps leave behind. Returns its id.</summary>
    public long AddCheckSuite(string repository, string sha, string appSlug, string status = "queued", string? conclusion = null, params IReadOnlyList<CheckRunSpec> runs) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        RefuseUnknownCommit(at, sha);
        var suite = world.Checks.AddSuite(at, appSlug == world.Actions.Slug ? world.Actions : world.ForeignApp(appSlug), sha, at.DefaultBranch, GitDesk.NoCommit);
        foreach (var run in runs)
        {
            world.Checks.AddRun(suite, run.Name, run.Status, run.Conclusion);
        }

        world.Checks.SetSuite(at, suite, status, conclusion, at.Owner);
        return suite.Id;
    });

    /// <summary>Sets status and conclusion of a suite; completing it sends <c>check_suite.completed</c>.</summary>
    public void SetCheckSuite(string repository, long suiteId, string status, string? conclusion = null) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var suite = at.Suites.Find(one => one.Id == suiteId) ?? throw new ArgumentException($"There is no check suite {suiteId} in '{repository}'.", nameof(suiteId));
        world.Checks.SetSuite(at, suite, status, conclusion, at.Owner);
    });

    /// <summary>Ends a workflow run at once with this conclusion, whatever its script says.</summary>
    public void CompleteRun(string repository, long runId, string conclusion) => WithRun(repository, runId, (at, run) => world.Runs.Complete(at, run, conclusion));

    /// <summary>Deletes a workflow run: it answers 404 from now on.</summary>
    public void DeleteRun(string repository, long runId) => WithRun(repository, runId, (at, run) => world.Runs.Delete(at, run, at.Owner.Login));

    /// <summary>Re-runs a completed workflow run, as a person does by hand.</summary>
    public void RerunRun(string repository, long runId, string byLogin) => WithRun(repository, runId, (at, run) => world.Runs.Rerun(at, run, world.AccountOf(byLogin), failedJobsOnly: false));

    /// <summary>Adds a workflow; the two of <see cref="AddRepository"/> are there already.</summary>
    public void AddWorkflow(string repository, string path, string name, IReadOnlyList<string> triggers, params IReadOnlyList<string> jobs) => Within(() =>
        world.RepositoryOf(repository).Workflows.Add(new Workflow(world.Ids.Next("workflow"), path, name, world.Now) { Triggers = triggers.ToHashSet(StringComparer.Ordinal), Jobs = jobs.Count == 0 ? ["build"] : jobs }));

    /// <summary>Adds another workflow whose dispatched runs are agent turns; that of <see cref="AddRepository"/> stays.</summary>
    public void AddAgentWorkflow(string repository, string path) => Within(() => world.RepositoryOf(repository).Workflows.Add(ActionsDesk.AgentWorkflow(world.Ids.Next("workflow"), world.Now, path)));

    /// <summary>Removes a workflow by path or file name.</summary>
    public void RemoveWorkflow(string repository, string workflow) => Within(() => world.RepositoryOf(repository).Workflows.RemoveAll(one => one.Path == workflow || one.FileName == workflow));

    /// <summary>Sets a workflow's state: <c>active</c>, <c>disabled_manually</c>, <c>disabled_inactivity</c>.</summary>
    public void SetWorkflowState(string repository, string workflow, string state) => Within(() =>
    {
        var found = world.RepositoryOf(repository).Workflows.Find(one => one.Path == workflow || one.FileName == workflow) ?? throw new ArgumentException($"There is no workflow '{workflow}' in '{repository}'.", nameof(workflow));
        found.State = state;
    });

    /// <summary>Has the default branch's head contain a file, as if it always had; null removes it. No commit is made.</summary>
    public void PutFile(string repository, string path, string? text) => Within(() =>
    {
        var head = world.RepositoryOf(repository).Head;
        head.Files = text is null ? head.Files.Remove(path) : head.Files.SetItem(path, text);
    });

    /// <summary>Pushes one commit to the default branch that writes one file (null removes it), with everything that a push causes. Returns the commit id.</summary>
    public string CommitFile(string repository, string path, string? text, string byLogin) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        return world.Git.Push(at, at.DefaultBranch, world.AccountOf(byLogin), $"Change {path}", at.Ci, files: new Dictionary<string, string?>(StringComparer.Ordinal) { [path] = text }).Sha;
    });

    /// <summary>Protects a branch in the classic way, with these required contexts.</summary>
    public void ProtectBranch(string repository, string branch, params IReadOnlyList<string> requiredContexts) =>
        Within(() => world.RepositoryOf(repository).Protected[branch] = [.. requiredContexts.Select(context => new RequiredCheck(context, null))]);

    /// <summary>Adds a ruleset for a branch (<c>*</c> = all).</summary>
    public void AddRuleset(string repository, string branch, IReadOnlyList<string> requiredContexts, int requiredApprovals = 0) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        at.Rulesets.Add(new Ruleset(at.Rulesets.Count + 1, branch, [.. requiredContexts.Select(context => new RequiredCheck(context, null))], requiredApprovals));
    });

    /// <summary>Adds a rule of another kind for a branch (<c>*</c> = all), by GitHub's word for it, such as <c>required_signatures</c>. Only shown: the simulated agent's pushes are not refused by it.</summary>
    public void AddRule(string repository, string branch, string type) => Within(() => world.RepositoryOf(repository).Rules.Add(new PlainRule(branch, type)));

    /// <summary>Makes a label of the repository's own.</summary>
    public void CreateLabel(string repository, string name) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        world.Issues.EnsureLabel(at, name, at.Owner, "ededed", null);
    });

    /// <summary>Switches Actions on or off. Where it is off, pushes start nothing and a dispatch is refused.</summary>
    public void SetActions(string repository, bool enabled) => Within(() => world.RepositoryOf(repository).ActionsEnabled = enabled);

    /// <summary>Switches the repository's issues on or off; those that are there stay.</summary>
    public void SetHasIssues(string repository, bool on) => Within(() => world.RepositoryOf(repository).HasIssues = on);

    /// <summary>Marks a repository as disabled by GitHub, or lifts that.</summary>
    public void Disable(string repository, bool disabled = true) => Within(() => world.RepositoryOf(repository).Disabled = disabled);

    /// <summary>Gives a repository another name, or owner and name; the old one redirects.</summary>
    public void Rename(string repository, string newFullName) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        if (newFullName.Split('/') is not [{ Length: > 0 } owner, { Length: > 0 } name])
        {
            throw new ArgumentException($"'{newFullName}' is not of the form owner/name.", nameof(newFullName));
        }

        at.Owner = owner.Equals(at.Owner.Login, StringComparison.OrdinalIgnoreCase) ? at.Owner : world.FindAccount(owner) ?? world.AddAccount(owner, AccountKind.Organization);
        at.Name = name;
        world.NameAgain(at);
    });

    public void Archive(string repository, bool archived = true) => Within(() => world.RepositoryOf(repository).Archived = archived);

    public void DeleteRepository(string repository) => Within(() => world.DeleteRepository(world.RepositoryOf(repository)));

    /// <summary>Switches the empty check suites of other apps on or off.</summary>
    public void SetForeignEmptySuites(string repository, bool on) => Within(() => world.RepositoryOf(repository).ForeignEmptySuites = on);

    /// <summary>Full names of all repositories, in the order in which they were made.</summary>
    public IReadOnlyList<string> Repositories => Within(() => (IReadOnlyList<string>)[.. world.Repositories.Select(repository => repository.FullName)]);

    /// <summary>Numeric id of the installation that covers a repository; null when none does.</summary>
    public long? InstallationId(string repository) => Within(() => world.InstallationOf(world.RepositoryOf(repository))?.Id);

    /// <summary>One issue, as it is now.</summary>
    public IssueView Issue(string repository, int number) => Within(() => View(IssueOf(world.RepositoryOf(repository), number)));

    /// <summary>All issues and pull requests of a repository, as they are now.</summary>
    public IReadOnlyList<IssueView> Issues(string repository) =>
        Within(() => (IReadOnlyList<IssueView>)[.. world.RepositoryOf(repository).Issues.Values.Where(issue => issue is { Deleted: false, MovedTo: null }).Select(View)]);

    /// <summary>All workflow runs of a repository, oldest first.</summary>
    public IReadOnlyList<WorkflowRunView> Runs(string repository) =>
        Within(() => (IReadOnlyList<WorkflowRunView>)[.. world.RepositoryOf(repository).Runs.Values.Select(run => new WorkflowRunView(run.Id, run.Workflow.Path, run.Title, run.Trigger, run.Status, run.Conclusion, run.HeadBranch, run.HeadSha, run.Attempt, run.Actor.Login, run.Inputs, run.CreatedAt))]);

    /// <summary>Commit id at the tip of a branch (by default the default branch); null when there is no such branch.</summary>
    public string? BranchHead(string repository, string? branch = null) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        return at.Branches.GetValueOrDefault(branch ?? at.DefaultBranch);
    });

    /// <summary>All commits reachable from a branch (by default the default branch), oldest first.</summary>
    public IReadOnlyList<CommitView> Commits(string repository, string? branch = null) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        var head = at.Commits[at.Branches[branch ?? at.DefaultBranch]];
        var root = at.Commits.Values.First(commit => commit.Parents.Count == 0);
        return (IReadOnlyList<CommitView>)[.. GitDesk.NotIn(at, head, root).Prepend(root).Select(commit => new CommitView(commit.Sha, commit.Parents, commit.Message, commit.Author.Login, commit.Date))];
    });

    private static IssueView View(Issue issue) => new(
        issue.Id,
        issue.Number,
        issue.NodeId,
        issue.Title,
        issue.Body,
        issue.Open,
        issue.StateReason,
        [.. issue.Labels],
        [.. issue.Comments.Select(comment => new CommentView(comment.Id, comment.Author.Login, comment.Body, comment.CreatedAt, comment.UpdatedAt))],
        issue.ClosedBy?.Login,
        issue.PullRequest is not null);

    private static Issue PullOf(Repository repository, int number) =>
        IssueOf(repository, number) is { PullRequest: not null } issue ? issue : throw new ArgumentException($"#{number} is no pull request.", nameof(number));

    private static Issue IssueOf(Repository repository, int number) =>
        repository.Issues.GetValueOrDefault(number) ?? throw new ArgumentException($"There is no issue #{number} in '{repository.FullName}'.", nameof(number));

    private static (Issue Issue, IssueComment Comment) CommentOf(Repository repository, long commentId)
    {
        var comment = repository.Comments.FirstOrDefault(one => one.Id == commentId) ?? throw new ArgumentException($"There is no comment {commentId} in '{repository.FullName}'.", nameof(commentId));
        return (repository.Issues[comment.IssueNumber], comment);
    }

    private static void RefuseUnknownCommit(Repository repository, string sha)
    {
        if (!repository.Commits.ContainsKey(sha))
        {
            throw new ArgumentException($"There is no commit '{sha}' in '{repository.FullName}'.", nameof(sha));
        }
    }

    private void WithIssue(string repository, int number, Action<Repository, Issue> act) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        act(at, IssueOf(at, number));
    });

    private void WithRun(string repository, long runId, Action<Repository, WorkflowRun> act) => Within(() =>
    {
        var at = world.RepositoryOf(repository);
        act(at, at.Runs.GetValueOrDefault(runId) ?? throw new ArgumentException($"There is no workflow run {runId} in '{repository}'.", nameof(runId)));
    });

    private void InstallOn(Repository repository)
    {
        var installation = world.Installations.Values.FirstOrDefault(one => one.Account == repository.Owner);
        if (installation is null)
        {
            installation = new Installation(world.Ids.Next("installation"), repository.Owner, world.Now);
            installation.RepositoryIds.Add(repository.Id);
            world.Installations.Add(installation.Id, installation);
            world.Webhooks.Emit("installation", "created", null, repository.Owner, new() { ["repositories"] = new System.Text.Json.Nodes.JsonArray(Render.RepositoryName(repository)), ["requester"] = null }, installation);
        }
        else if (installation.RepositoryIds.Add(repository.Id))
        {
            world.Webhooks.Emit("installation_repositories", "added", null, repository.Owner, InstallationPayload(added: [repository], removed: []), installation);
        }
    }

    private static System.Text.Json.Nodes.JsonObject InstallationPayload(Repository[] added, Repository[] removed) => new()
    {
        ["repository_selection"] = "selected",
        ["repositories_added"] = new System.Text.Json.Nodes.JsonArray([.. added.Select(Render.RepositoryName)]),
        ["repositories_removed"] = new System.Text.Json.Nodes.JsonArray([.. removed.Select(Render.RepositoryName)]),
        ["requester"] = null,
    };
}
