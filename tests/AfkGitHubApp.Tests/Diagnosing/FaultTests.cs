using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Houserules;
using AfkGitHubApp.Tests.Scheduling;

namespace AfkGitHubApp.Tests.Diagnosing;

/// <summary>The doctor on the simulator, with each fault injected alone.</summary>
public sealed partial class FaultTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Repository = Patient.Repository;

    private static readonly (string, string?)[] T3Code =
    [
        ("Afk:T3Code:BaseAddress", "https://github.simulated/_t3code"), ("Afk:T3Code:Token", "simulated-t3-token"), ("Afk:T3Code:Workspaces", "/srv/clones/{owner}/{name}"), ("Afk:T3Code:Model", "gpt-fake"),
    ];

    private static readonly Fault[] Faults =
    [
        new("the kill switch is on", Severity.Note, "kill-switch-on", "settings") { Settings = [("Afk:KillSwitch", "true")] },
        new("nobody is allowed", Severity.Note, "allowlist-empty", "settings") { Settings = [("Afk:Allowlist", "")] },
        new("there are two keys", Severity.Note, "keys-several", "settings") { Settings = [("Afk:Keys", $"{Patient.AfkKey},{Patient.AfkKey}-old")] },
        new("a key can be guessed", Severity.Warning, "key-guessable", "settings") { Settings = [("Afk:Keys", new string('k', 40))] },
        new("a key is the webhook secret", Severity.Warning, "key-shared", "settings") { Settings = [("Afk:Keys", "one-secret-for-both-is-one-too-few"), ("Afk:GitHub:WebhookSecret", "one-secret-for-both-is-one-too-few")] },
        new("Redis is away", Severity.Error, "store-not-ready", "store") { Settings = [("ConnectionStrings:Redis", "127.0.0.1:1,password=the-password-of-redis")] },
        new("the clock is a little ahead", Severity.Warning, "clock-off", "clock") { Ahead = TimeSpan.FromSeconds(40) },
        new("the clock is a little behind", Severity.Warning, "clock-off", "clock") { Ahead = -TimeSpan.FromMinutes(2) },
        new("the clock is far ahead", Severity.Error, "clock-off", "clock") { Ahead = TimeSpan.FromMinutes(5), Others = ["app-credentials-refused"] },
        new("the clock is far behind", Severity.Error, "clock-off", "clock") { Ahead = -TimeSpan.FromMinutes(20), Others = ["app-credentials-refused"] },
        new("the private key is another App's", Severity.Error, "app-credentials-refused", "App") { Settings = [("Afk:GitHub:PrivateKey", AnotherKey())] },
        new("GitHub is away", Severity.Error, "github-unreachable", "App") { Harm = gitHub => gitHub.AddRequestFault(new RequestFault { CutConnection = true, Times = 9 }) },
        new("the address is not GitHub's", Severity.Error, "github-not-there", "App") { Harm = gitHub => gitHub.AddRequestFault(new RequestFault { Status = 404, Times = 9 }) },
        new("the T3 Code server is away", Severity.Error, "agent-server-unreachable", "T3 Code") { Settings = T3Code, Harm = gitHub => gitHub.AddT3Fault(new RequestFault { CutConnection = true, Times = 9 }) },
        new("the T3 Code server is of another version", Severity.Error, "agent-server-version", "T3 Code") { Settings = T3Code, Harm = gitHub => gitHub.T3CodeVersion = "0.1.0" },
        new("the T3 Code server's token has ended", Severity.Error, "agent-server-token-refused", "T3 Code") { Settings = T3Code, Harm = gitHub => gitHub.T3CodeToken = "another" },
        new("the T3 Code server's token may only read", Severity.Error, "agent-server-scope-missing", "T3 Code") { Settings = T3Code, Harm = gitHub => gitHub.SetT3Scopes("orchestration:read") },
        new("the T3 Code server's token ends soon", Severity.Warning, "agent-server-token-ending", "T3 Code") { Settings = T3Code, Harm = gitHub => gitHub.T3CodeTokenLifetime = TimeSpan.FromDays(2) },
        new("the App may not write issues", Severity.Error, "app-permission-missing", "App") { Harm = gitHub => gitHub.RegisterApp(With(gitHub, ("issues", "read")), gitHub.Options.Events) },
        new("the App may not see Actions", Severity.Error, "app-permission-missing", "App") { Harm = gitHub => gitHub.RegisterApp(With(gitHub, ("actions", null)), gitHub.Options.Events), Others = ["not-asked"] },
        new("pull requests are to be opened without the permission", Severity.Error, "app-permission-missing", "App") { Settings = [("Afk:Delivery", "pull_request")] },
        new("the App writes checks", Severity.Warning, "app-permission-surplus", "App") { Harm = gitHub => gitHub.RegisterApp(With(gitHub, ("checks", "write")), gitHub.Options.Events) },
        new("the App may do more than it needs", Severity.Note, "app-permission-surplus", "App") { Harm = gitHub => gitHub.RegisterApp(With(gitHub, ("secrets", "read")), gitHub.Options.Events) },
        new("the App does not listen to pushes", Severity.Warning, "app-event-missing", "App") { Harm = gitHub => gitHub.RegisterApp(gitHub.Options.Permissions, [.. gitHub.Options.Events.Except(["push"])]) },
        new("there is no webhook", Severity.Warning, "hook-missing", "webhook") { Harm = gitHub => gitHub.SetWebhook(null, secret: null) },
        new("GitHub knows of no webhook", Severity.Warning, "hook-missing", "webhook") { Harm = gitHub => gitHub.AddRequestFault(new RequestFault { PathContains = "/app/hook/config", Status = 404 }) },
        new("the webhook goes elsewhere", Severity.Error, "hook-path", "webhook") { Harm = gitHub => gitHub.SetWebhook(new Uri("https://afk.example.com/webhooks"), secret: null) },
        new("the webhook goes in the clear", Severity.Warning, "hook-not-https", "webhook") { Harm = gitHub => gitHub.SetWebhook(new Uri("http://afk.example.com/api/github/webhooks"), secret: null) },
        new("deliveries are forms", Severity.Error, "hook-content-type", "webhook") { Harm = gitHub => gitHub.SetWebhookFormat("form") },
        new("the webhook has no secret", Severity.Error, "hook-secret-missing", "webhook") { Harm = gitHub => gitHub.SetWebhook(new Uri(Patient.HookUrl), secret: "") },
        new("certificates are not checked", Severity.Warning, "hook-insecure-ssl", "webhook") { Harm = gitHub => gitHub.SetWebhookFormat("json", insecureSsl: true) },
        new("the secret differs", Severity.Warning, "deliveries-fail", "webhook") { Harm = gitHub => Patient.Deliver(gitHub, 400) },
        new("nobody listens", Severity.Warning, "deliveries-fail", "webhook") { Harm = gitHub => Patient.Deliver(gitHub, 0) },
        new("deliveries cannot be listed", Severity.Warning, "not-asked", "webhook") { Harm = gitHub => gitHub.AddRequestFault(new RequestFault { PathContains = "/app/hook/deliveries", Status = 502 }) },
        new("another repository is asked for", Severity.Note, "not-allowed", Repository) { Settings = [("Afk:Allowlist", "octo/other")], Asked = Repository },
        new("the App is not installed", Severity.Error, "not-installed", Repository) { Harm = gitHub => gitHub.Uninstall(Repository) },
        new("there is no such repository", Severity.Error, "not-installed", "octo/nothing") { Settings = [("Afk:Allowlist", "octo/nothing")] },
        new("the installation is suspended", Severity.Error, "suspended", Repository) { Harm = gitHub => gitHub.Suspend(Repository) },
        new("a permission was not accepted", Severity.Error, "permission-not-accepted", Repository) { Harm = gitHub => gitHub.AcceptPermissions(Repository, With(gitHub, ("issues", "read"))) },
        new("the repository was renamed", Severity.Error, "renamed", Repository) { Harm = gitHub => gitHub.Rename(Repository, "octo/gadgets") },
        new("the repository is archived", Severity.Error, "archived", Repository) { Harm = gitHub => gitHub.Archive(Repository) },
        new("GitHub disabled the repository", Severity.Error, "disabled", Repository) { Harm = gitHub => gitHub.Disable(Repository) },
        new("issues are switched off", Severity.Error, "no-issues", Repository) { Harm = gitHub => gitHub.SetHasIssues(Repository, on: false) },
        new("Actions is disabled, and that may be seen", Severity.Error, "actions-disabled", Repository) { Harm = DisableActionsInSight },
        new("its settings are broken", Severity.Error, "config-broken", Repository) { Harm = gitHub => gitHub.PutFile(Repository, ".github/afk.yml", "version: 2") },
        new("its settings, of labels and a workflow of its own, are broken", Severity.Error, "config-broken", Repository) { Harm = BreakOwnSettings },
        new("its settings ask for a doorbell nobody has", Severity.Error, "config-broken", Repository) { Harm = gitHub => gitHub.PutFile(Repository, ".github/afk.yml", "doorbells: [team]") },
        new("its settings lie under another name", Severity.Warning, "config-misnamed", Repository) { Harm = gitHub => gitHub.PutFile(Repository, ".github/afk.yaml", "version: 1") },
        new("pull requests are to be merged without the permission", Severity.Error, "app-permission-missing", "App") { Settings = [("Afk:Delivery", "pull_request"), ("Afk:Merge", "auto")], Harm = gitHub => gitHub.AddRuleset(Repository, "main", ["ci"]) },
        new("pull requests are merged into a branch that requires nothing", Severity.Warning, "merge-unguarded", Repository)
        {
            Settings = [("Afk:Delivery", "pull_request"), ("Afk:Merge", "auto")],
            Harm = gitHub => gitHub.RegisterApp(With(gitHub, ("pull_requests", "write"), ("contents", "write")), gitHub.Options.Events),
        },
        new("its settings need a permission the App does not ask for", Severity.Error, "permission-for-settings-missing", Repository) { Harm = gitHub => gitHub.PutFile(Repository, ".github/afk.yml", "delivery: pull_request") },
        new("its settings wait for an environment nobody made", Severity.Warning, "environment-missing", Repository) { Harm = WaitForStaging },
        new("its settings wait for deployments the App may not see", Severity.Error, "permission-for-settings-missing", Repository)
        {
            Harm = gitHub =>
            {
                gitHub.PutFile(Repository, ".github/afk.yml", "environments: [staging]");
                gitHub.AddEnvironment(Repository, "staging");
            },
        },
        new("its own workflow is missing", Severity.Error, "workflow-missing", Repository) { Harm = gitHub => gitHub.PutFile(Repository, ".github/afk.yml", "workflow: mine.yml") },
        new("its own labels are missing", Severity.Warning, "label-ready-missing", Repository) { Harm = gitHub => gitHub.PutFile(Repository, ".github/afk.yml", "labels: { ready: go }") },
        new("the workflow is missing", Severity.Error, "workflow-missing", Repository) { Harm = gitHub => gitHub.PutFile(Repository, Patient.Workflow, null) },
        new("the workflow has another name", Severity.Error, "workflow-missing", Repository) { Settings = [("Afk:Agent:Workflow", "agent.yml")] },
        new("Actions does not know the workflow", Severity.Error, "workflow-unknown", Repository) { Harm = gitHub => gitHub.RemoveWorkflow(Repository, Patient.Workflow) },
        new("the workflow is disabled", Severity.Error, "workflow-disabled", Repository) { Harm = gitHub => gitHub.SetWorkflowState(Repository, Patient.Workflow, "disabled_inactivity") },
        new("the workflow's text is somebody's own", Severity.Warning, "workflow-version-unknown", Repository) { Harm = gitHub => Edit(gitHub, "# afk-agent template", "# our agent") },
        new("the workflow is old", Severity.Warning, "workflow-outdated", Repository) { Harm = gitHub => Edit(gitHub, $"template {AgentWorkflow.TemplateVersion}", "template 0") },
        new("the workflow cannot be started", Severity.Error, "workflow-not-dispatched", Repository) { Harm = gitHub => Edit(gitHub, "workflow_dispatch:", "workflow_call:") },
        new("the workflow lacks an input", Severity.Error, "workflow-inputs-missing", Repository) { Harm = gitHub => Edit(gitHub, "base_sha:", "base:"), Others = ["workflow-inputs-unsent"] },
        new("the workflow does not take the bound that the settings set", Severity.Error, "workflow-inputs-missing", Repository)
        {
            Harm = gitHub =>
            {
                Edit(gitHub, "money_usd:", "money:");
                gitHub.PutFile(Repository, ".github/afk.yml", "budgets: { money_usd: 5 }");
            },
        },
        new("the workflow's runs are not found again", Severity.Error, "workflow-run-name", Repository) { Harm = gitHub => Edit(gitHub, "run-name:", "# run-name:") },
        new("the workflow pushes with its own token", Severity.Error, "push-credential-own-token", Repository) { Harm = gitHub => Edit(gitHub, "AFK_TOKEN: ${{ steps.push-token.outputs.token }}", "AFK_TOKEN: ${{ github.token }}") },
        new("the turn outlives its token", Severity.Warning, "turn-outlives-token", Repository) { Harm = gitHub => Edit(gitHub, "timeout-minutes: 15", "timeout-minutes: 90") },
        new("the agent's job may save caches", Severity.Warning, "cache-writable", Repository) { Harm = gitHub => Edit(gitHub, "cache-mode: read", "cache-mode: write") },
        new("agent and push share a machine", Severity.Warning, "push-beside-agent", Repository) { Harm = gitHub => Edit(gitHub, "runs-on: ubuntu-latest", "runs-on: self-hosted") },
        new("its settings bound what Codex cannot keep to", Severity.Error, "money-not-bounded", Repository)
        {
            Harm = gitHub =>
            {
                gitHub.PutFile(Repository, Patient.Workflow, AgentTemplate.Render("codex"));
                gitHub.PutFile(Repository, ".github/afk.yml", "budgets: { money_usd: 5 }");
            },
        },
        new("a turn of T3 Code may change what its next run is judged by", Severity.Warning, "turn-may-change-settings", Repository) { Settings = [.. T3Code, ("Afk:Backend", "t3code")] },
        new("a rule asks for pull requests", Severity.Warning, "rule-refuses-push", Repository) { Harm = gitHub => gitHub.AddRuleset(Repository, "main", [], requiredApprovals: 1) },
        new("a rule asks for checks", Severity.Warning, "rule-refuses-push", Repository) { Harm = gitHub => gitHub.AddRuleset(Repository, "main", ["build"]) },
        new("a rule asks for signatures", Severity.Warning, "rule-refuses-push", Repository) { Harm = gitHub => gitHub.AddRule(Repository, "main", "required_signatures") },
        new("protection asks for checks", Severity.Warning, "protection-refuses-push", Repository) { Harm = gitHub => gitHub.ProtectBranch(Repository, "main", "build") },
        new("protection asks for who knows what", Severity.Note, "protection-unseen", Repository) { Harm = gitHub => gitHub.ProtectBranch(Repository, "main") },
        new("the repository is empty", Severity.Error, "branch-missing", Repository) { Harm = gitHub => gitHub.AddRequestFault(new RequestFault { PathContains = "/branches/main", Status = 404, Times = 2 }) },
        new("the ready label is missing", Severity.Warning, "label-ready-missing", Repository) { Settings = [("Afk:Labels:Ready", "for the agent")] },
        new("another label is missing", Severity.Note, "labels-missing", Repository) { Settings = [("Afk:Labels:Paused", "halt")] },
        new("labels cannot be listed", Severity.Warning, "not-asked", Repository) { Harm = gitHub => gitHub.AddRequestFault(new RequestFault { PathContains = "/labels", Status = 502 }) },
    ];

    private static void BreakOwnSettings(SimulatedGitHub gitHub)
    {
        const string Own = "labels: { ready: go }\nworkflow: mine.yml\n";
        gitHub.PutFile(Repository, ".github/workflows/mine.yml", AgentTemplate.Render("claude"));
        gitHub.AddWorkflow(Repository, ".github/workflows/mine.yml", "mine", ["workflow_dispatch"]);
        gitHub.CreateLabel(Repository, "go");
        gitHub.PutFile(Repository, Patient.Workflow, null);
        gitHub.CommitFile(Repository, ".github/afk.yml", Own, "octo");
        gitHub.CommitFile(Repository, ".github/afk.yml", Own + "merge: perhaps\n", "octo");
        gitHub.RemoveWorkflow(Repository, Patient.Workflow);
    }

    private static void WaitForStaging(SimulatedGitHub gitHub)
    {
        gitHub.PutFile(Repository, ".github/afk.yml", "environments: [staging]");
        gitHub.AddEnvironment(Repository, "Staging");
        gitHub.RegisterApp(With(gitHub, ("deployments", "read")), [.. gitHub.Options.Events, "deployment_status"]);
    }

    public static TheoryData<string> Names => [.. Faults.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_fault_is_found_with_its_place_and_the_way_out(string name)
    {
        var fault = Faults.Single(each => each.Name == name);

        var diagnosis = await Patient.DiagnoseAsync(fault.Harm, fault.Settings, fault.Ahead, fault.Asked is { } asked ? [asked] : []);

        var found = diagnosis.Findings.Where(finding => finding.Code == fault.Code).ToList();
        found.ShouldNotBeEmpty(string.Join("; ", diagnosis.Findings.Select(finding => $"{finding.Code}: {finding.What}")));
        found.ShouldAllBe(finding => finding.Severity == fault.Severity && finding.Subject == fault.Subject && finding.What.Length > 0 && finding.WayOut.Length > 0);
        diagnosis.Findings.Where(finding => finding.Severity > Severity.Note && finding.Code != fault.Code).Select(finding => finding.Code).Except(fault.Others).ShouldBeEmpty("one fault is one finding");
        diagnosis.Worst.ShouldBeOneOf(fault.Severity, fault.Others.Length > 0 ? Severity.Error : fault.Severity);
    }

    [Fact]
    public void Every_finding_the_doctor_knows_has_its_fault()
    {
        // These need no GitHub: they are held by the tests of the workflow's text, by the Redis below, by the tests of ringing, and by the tests of the verb.
        string[] elsewhere = ["ok", "setting-unreadable", "store-in-memory", "deployment-switch-on", "deliveries-none", "workflow-newer", "workflow-inputs-unread", "workflow-inputs-unsent", "push-credential-secret", "push-credential-unseen", "doorbell-rang", "doorbell-silent", "doorbell-not-rung"];
        var sources = RepositoryFiles.All.Where(path => path.StartsWith("src/AfkGitHubApp/Diagnosing/", StringComparison.Ordinal)).Select(RepositoryFiles.Read);

        var known = sources.SelectMany(source => Code().Matches(source).Select(match => match.Groups["code"].Value)).Distinct().ToList();

        known.Count.ShouldBeGreaterThan(40);
        known.ShouldBe(Faults.Select(fault => fault.Code).Concat(elsewhere).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public async Task A_healthy_world_has_nothing_above_a_note()
    {
        var diagnosis = await Patient.DiagnoseAsync();

        diagnosis.Findings.Where(finding => finding.Severity > Severity.Ok).Select(finding => finding.Code).ShouldBe(["store-in-memory"]);
        diagnosis.Findings.Where(finding => finding.Severity is Severity.Ok).Select(finding => finding.Subject).ShouldBe(["settings", "store", "clock", "App", "webhook", Repository]);
        string.Join(' ', diagnosis.Unseen).ShouldContain("AFK_PUSH_PRIVATE_KEY");
        string.Join(' ', diagnosis.Unseen).ShouldContain("administration: read");
    }

    [Fact]
    public async Task Nothing_is_written_and_each_thing_is_asked_once()
    {
        List<RequestMade> requests = [];
        SimulatedGitHub? world = null;
        await Patient.DiagnoseAsync(gitHub => world = gitHub);
        requests.AddRange(world!.Journal.After(0).OfType<RequestMade>());

        requests.Where(request => request.Method is not "GET").ShouldAllBe(request => request.Path.EndsWith("/access_tokens", StringComparison.Ordinal) || request.Path == "/graphql");
        requests.Select(request => request.Path).ShouldBeUnique();
        requests.Count.ShouldBeInRange(10, 16);
    }

    [Fact]
    public async Task With_more_rights_the_doctor_sees_more_and_does_not_complain_of_them()
    {
        var diagnosis = await Patient.DiagnoseAsync(gitHub => gitHub.RegisterApp(With(gitHub, ("administration", "read")), gitHub.Options.Events));

        diagnosis.Worst.ShouldBe(Severity.Note);
        diagnosis.Findings.ShouldNotContain(finding => finding.Code == "app-permission-surplus");
        string.Join(' ', diagnosis.Unseen).ShouldNotContain("administration: read");
    }

    [Fact]
    public async Task A_failed_delivery_that_was_overcome_is_no_finding()
    {
        var diagnosis = await Patient.DiagnoseAsync(gitHub =>
        {
            Patient.Deliver(gitHub, 400);
            Patient.Deliver(gitHub, 200);
        });

        diagnosis.Findings.ShouldNotContain(finding => finding.Code == "deliveries-fail");
    }

    [Theory]
    [InlineData("creation", "lets only those create")]
    [InlineData("branch_name_pattern", "branch names")]
    [InlineData("update", "lets only those push")]
    public async Task With_pull_requests_the_rules_of_the_run_s_own_branch_count(string rule, string what)
    {
        (string, string?)[] settings = [("Afk:Delivery", "pull_request")];

        var own = await Patient.DiagnoseAsync(gitHub => gitHub.AddRule(Repository, "*", rule), settings);
        own.Findings.Single(finding => finding.Code == "rule-refuses-push").What.ShouldContain(what);

        var trunk = await Patient.DiagnoseAsync(
            gitHub =>
            {
                gitHub.AddRuleset(Repository, "main", ["build"], requiredApprovals: 1);
                gitHub.ProtectBranch(Repository, "main", "build");
            },
            settings);
        trunk.Findings.ShouldNotContain(finding => finding.Code.EndsWith("refuses-push", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deletion")]
    [InlineData("non_fast_forward")]
    [InlineData("required_linear_history")]
    [InlineData("a kind of tomorrow")]
    public async Task Rules_that_let_a_plain_push_through_are_no_finding(string rule) =>
        (await Patient.DiagnoseAsync(gitHub => gitHub.AddRule(Repository, "main", rule))).Worst.ShouldBe(Severity.Note);

    [Fact]
    public async Task A_deployment_on_Redis_is_asked_for_its_own_kill_switch()
    {
        (string, string?)[] settings = [("ConnectionStrings:Redis", redis.Server.ConnectionString)];
        var replica = redis.Connect(TimeProvider.System, AfkGitHubApp.Scheduling.StoreTimings.Default);

        await replica.KillSwitch.SetAsync(on: true, TestContext.Current.CancellationToken);
        var held = await Patient.DiagnoseAsync(settings: settings);
        await replica.KillSwitch.SetAsync(on: false, TestContext.Current.CancellationToken);
        var free = await Patient.DiagnoseAsync(settings: settings);

        held.Findings.Where(finding => finding.Severity > Severity.Ok).Select(finding => finding.Code).ShouldBe(["deployment-switch-on"]);
        free.Worst.ShouldBe(Severity.Ok);
    }

    [Fact]
    public async Task Where_T3_Code_works_the_turns_its_server_is_looked_at_and_no_workflow_is_missed_and_a_rule_that_keeps_paths_from_it_is_enough()
    {
        var diagnosis = await Patient.DiagnoseAsync(
            gitHub =>
            {
                gitHub.PutFile(Repository, Patient.Workflow, null);
                gitHub.AddRule(Repository, "*", "file_path_restriction");
            },
            [.. T3Code, ("Afk:Backend", "t3code")]);

        diagnosis.Worst.ShouldBe(Severity.Note);
        diagnosis.Findings.Single(finding => finding.Subject == "T3 Code").What.ShouldBe("Version 0.0.42 at https://github.simulated/_t3code; the token is accepted.");
        diagnosis.Unseen.ShouldContain(line => line.Contains("Afk:T3Code:Workspaces", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_webhook_that_nothing_came_through_yet_is_a_note()
    {
        var diagnosis = await Patient.DiagnoseAsync(delivered: false);

        diagnosis.Findings.Single(finding => finding.Code == "deliveries-none").Severity.ShouldBe(Severity.Note);
    }

    private static string AnotherKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportRSAPrivateKeyPem();
    }

    private static Dictionary<string, string> With(SimulatedGitHub gitHub, params ReadOnlySpan<(string Name, string? Level)> changes)
    {
        var permissions = new Dictionary<string, string>(gitHub.Options.Permissions, StringComparer.Ordinal);
        foreach (var (name, level) in changes)
        {
            permissions.Remove(name);
            if (level is not null)
            {
                permissions[name] = level;
            }
        }

        return permissions;
    }

    private static void Edit(SimulatedGitHub gitHub, string old, string @new)
    {
        Patient.Template.ShouldContain(old);
        gitHub.PutFile(Repository, Patient.Workflow, Patient.Template.Replace(old, @new, StringComparison.Ordinal));
    }

    private static void DisableActionsInSight(SimulatedGitHub gitHub)
    {
        gitHub.RegisterApp(With(gitHub, ("administration", "read")), gitHub.Options.Events);
        gitHub.SetActions(Repository, enabled: false);
    }

    [GeneratedRegex(@"Severity\.(Ok|Note|Warning|Error),\s*""(?<code>[a-z-]+)""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Code();

    /// <summary>One thing that is wrong.</summary>
    private sealed record Fault(string Name, Severity Severity, string Code, string Subject)
    {
        public Action<SimulatedGitHub>? Harm { get; init; }

        public (string, string?)[] Settings { get; init; } = [];

        public TimeSpan Ahead { get; init; }

        /// <summary>The repository asked for; null = the allowlist.</summary>
        public string? Asked { get; init; }

        /// <summary>What the fault brings along.</summary>
        public string[] Others { get; init; } = [];
    }
}
