using AfkGitHubApp.Cli;
using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Diagnosing;

/// <summary>What the text of an agent's workflow tells, however it is written.</summary>
public sealed class WorkflowTextTests
{
    [Fact]
    public void An_older_template_is_named_with_the_way_out()
    {
        var found = WorkflowChecks.OfText(Patient.Template.Replace($"template {AgentWorkflow.TemplateVersion}", "template 1", StringComparison.Ordinal)).ShouldHaveSingleItem();
        (found.Severity, found.Code).ShouldBe((Severity.Warning, "workflow-outdated"));
        found.What.ShouldBe($"The file is version 1 of the template; this build ships version {AgentWorkflow.TemplateVersion}.");
        found.WayOut.ShouldContain("the verb template prints");
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void The_shipped_template_has_nothing_to_find(string ending) => Codes(Patient.Template.ReplaceLineEndings(ending)).ShouldBeEmpty();

    [Fact]
    public void A_template_of_a_newer_build_is_said_to_be_one() => Codes(Patient.Template.Replace($"template {AgentWorkflow.TemplateVersion}", "template 999", StringComparison.Ordinal)).ShouldBe(["workflow-newer"]);

    [Theory]
    [InlineData("on: workflow_dispatch", "workflow-inputs-missing")]
    [InlineData("on: [push, workflow_dispatch]", "workflow-inputs-missing")]
    [InlineData("on:\n- push\n- workflow_dispatch", "workflow-inputs-missing")]
    [InlineData("on:\n  workflow_dispatch: {inputs: {run_id: {}}}", "workflow-inputs-unread")]
    [InlineData("on:\n  workflow_dispatch:\n    inputs: {run_id: {}}", "workflow-inputs-unread")]
    [InlineData("on: push", "workflow-not-dispatched")]
    [InlineData("on:\n  # workflow_dispatch:\n  push:", "workflow-not-dispatched")]
    [InlineData("\"on\":\n  workflow_dispatch:", "workflow-inputs-missing")]
    [InlineData("", "workflow-not-dispatched")]
    public void A_workflow_that_cannot_be_started_as_the_app_starts_it_is_found(string on, string code) =>
        Codes($"# afk-agent template {AgentWorkflow.TemplateVersion}\n{on}\nrun-name: {RunName}\njobs: {{}}").ShouldBe([code, "push-credential-unseen"]);

    [Theory]
    [InlineData("${{ inputs.turn_id }}", true)]
    [InlineData("'agent ${{inputs.turn_id}} at work' # with a remark", true)]
    [InlineData("afk ${{ github.event.inputs.turn_id }}", true)]
    [InlineData("afk-${{ inputs.turn_id }}", false)]
    [InlineData("${{ inputs.turn_id }}: working", false)]
    [InlineData("afk ${{ inputs.issue }}", false)]
    [InlineData("afk # ${{ inputs.turn_id }}", false)]
    public void The_turn_must_be_a_word_of_its_own_in_the_run_s_name(string name, bool found) =>
        Codes(Whole(name, Checkout(AppToken))).ShouldBe(found ? [] : ["workflow-run-name"]);

    [Theory]
    [InlineData("", "push-credential-own-token")]
    [InlineData("token: ${{ github.token }}", "push-credential-own-token")]
    [InlineData("token: ${{ secrets.GITHUB_TOKEN }}", "push-credential-own-token")]
    [InlineData("fetch-depth: 0", "push-credential-own-token")]
    [InlineData("token: ${{ secrets.PUSH_PAT }}", "push-credential-secret")]
    [InlineData("token: ${{ steps.other.outputs.token }}", "push-credential-unseen")]
    [InlineData("token: ${{ env.TOKEN }}", "push-credential-unseen")]
    [InlineData("persist-credentials: false", "push-credential-unseen")]
    [InlineData("ssh-key: ${{ secrets.DEPLOY_KEY }}", "push-credential-unseen")]
    [InlineData(AppToken, null)]
    [InlineData("token: \"${{steps.push.outputs.token}}\" # the App's", null)]
    public void What_the_agent_pushes_with_is_seen_where_it_checks_out(string with, string? code) =>
        Codes(Whole(RunName, Checkout(with))).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void One_checkout_with_an_App_s_token_is_enough() => Codes(Whole(RunName, Checkout("") + Checkout(AppToken))).ShouldBeEmpty();

    [Theory]
    [InlineData("steps.push.outputs.token", null)]
    [InlineData("steps.other.outputs.token", "push-credential-unseen")]
    [InlineData("github.token", "push-credential-own-token")]
    [InlineData("secrets.PUSH_PAT", "push-credential-secret")]
    public void A_job_without_a_checkout_pushes_with_what_its_scripts_are_given(string token, string? code) =>
        Codes(Whole(RunName, $"      - run: git push\n        env:\n          TOKEN: ${{{{ {token} }}}}\n")).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void A_token_beside_the_one_that_a_checkout_stored_does_not_push() =>
        Codes(Whole(RunName, Checkout("") + $"      - run: git push\n        env:\n          TOKEN: ${{{{ steps.push.outputs.token }}}}\n")).ShouldBe(["push-credential-own-token"]);

    [Fact]
    public void Without_a_checkout_the_credential_cannot_be_seen() => Codes(Whole(RunName, "")).ShouldBe(["push-credential-unseen"]);

    [Theory]
    [InlineData("timeout-minutes: 60", false)]
    [InlineData("timeout-minutes: 61", true)]
    [InlineData("timeout-minutes: ${{ vars.MINUTES }}", false)]
    [InlineData("runs-on: ubuntu-latest", true)]
    public void A_turn_must_end_before_its_token(string line, bool found) =>
        Codes(Whole(RunName, Checkout(AppToken)).Replace("timeout-minutes: 50", line, StringComparison.Ordinal)).ShouldBe(found ? ["turn-outlives-token"] : []);

    [Theory]
    [InlineData("runs-on: self-hosted", "runs-on: self-hosted", true)]
    [InlineData("runs-on: [self-hosted, linux]", "runs-on: [ 'Self-Hosted' ]", true)]
    [InlineData("runs-on:\n      - self-hosted\n      - linux", "runs-on:\n      labels: [linux, self-hosted]", true)]
    [InlineData("runs-on: [self-hosted, agents]", "runs-on: [self-hosted, pushers]", false)]
    [InlineData("runs-on: self-hosted", "runs-on: ubuntu-latest", false)]
    [InlineData("runs-on: ubuntu-latest", "runs-on: self-hosted", false)]
    [InlineData("runs-on: ${{ vars.RUNNER }}", "runs-on: ${{ vars.RUNNER }}", false)]
    public void A_machine_that_an_agent_may_have_worked_on_must_not_push(string agent, string publish, bool found) =>
        Codes(Patient.Template.Replace("  agent:\n    runs-on: ubuntu-latest", $"  agent:\n    {agent}", StringComparison.Ordinal).Replace("    runs-on: ubuntu-latest\n    timeout-minutes: 15", $"    {publish}\n    timeout-minutes: 15", StringComparison.Ordinal))
            .ShouldBe(found ? ["push-beside-agent"] : []);

    [Theory]
    [InlineData("cache-mode: none", "cache-mode: read", false)]
    [InlineData("cache-mode: none", "cache-mode: 'none' # a remark", false)]
    [InlineData("cache-mode: read", "", false)]
    [InlineData("", "cache-mode: read", true)]
    [InlineData("", "", true)]
    [InlineData("cache-mode: none", "cache-mode: write", true)]
    [InlineData("cache-mode: none", "cache-mode: write-only", true)]
    [InlineData("cache-mode: write", "cache-mode: read", true)]
    [InlineData("cache-mode: none", "cache-mode: ${{ vars.MODE }}", true)]
    public void A_job_that_may_save_caches_is_found(string workflow, string agent, bool found) =>
        Codes(Patient.Template.Replace("\ncache-mode: none\n", $"\n{workflow}\n", StringComparison.Ordinal).Replace("    cache-mode: read\n", agent.Length == 0 ? "" : $"    {agent}\n", StringComparison.Ordinal))
            .ShouldBe(found ? ["cache-writable"] : []);

    [Theory]
    [InlineData("codex", 5, true)]
    [InlineData("codex", null, false)]
    [InlineData("claude", 5, false)]
    public void A_bound_in_money_is_known_to_be_kept_by_no_Codex(string agent, int? moneyUsd, bool found) =>
        WorkflowChecks.OfText(AgentTemplate.Render(agent), moneyUsd).Select(each => each.Code).ShouldBe(found ? ["money-not-bounded"] : []);

    [Theory]
    [InlineData("{\"json\": [1, 2]}")]
    [InlineData("- a\n- - b\n  - c: d\n- e: |\n   text: no\n f: x")]
    [InlineData("\t: :\n::\n'\n\"\n-\n- \n  - :")]
    [InlineData("a: |\n")]
    [InlineData("'unended: x\n\"also: y")]
    public void No_text_makes_the_reader_fail(string text) => Codes(text).ShouldContain("workflow-not-dispatched");

    [Fact]
    public void Scripts_are_text_and_not_keys() =>
        WorkflowOutline.Parse("run: |\n  on:\n    push:\n\n  x: y\nnext: >-\n  folded\nlast: 'a: b' # c")
            .Children.Select(child => (child.Key, child.Children.Count, child.Value.ReplaceLineEndings("/"))).ShouldBe([("run", 0, "on:/push://x: y/"), ("next", 0, "folded/"), ("last", 0, "a: b")]);

    private const string RunName = "afk ${{ inputs.turn_id }}";

    private const string AppToken = "token: ${{ steps.push.outputs.token }}";

    private static string Checkout(string with) => $"      - uses: actions/checkout@v5\n{(with.Length == 0 ? "" : $"        with:\n          {with}\n")}";

    private static string Whole(string name, string steps) =>
        $"# afk-agent template {AgentWorkflow.TemplateVersion}\nrun-name: {name}\ncache-mode: none\non:\n  workflow_dispatch:\n    inputs:\n{string.Concat(AgentWorkflow.Inputs.Select(input => $"      {input}:\n        required: true\n"))}"
        + $"jobs:\n  turn:\n    timeout-minutes: 50\n    steps:\n      - name: Token\n        id: push\n        uses: actions/create-github-app-token@v3\n{steps}      - run: make\n";

    private static IEnumerable<string> Codes(string text) => WorkflowChecks.OfText(text).Select(found => found.Code);
}
