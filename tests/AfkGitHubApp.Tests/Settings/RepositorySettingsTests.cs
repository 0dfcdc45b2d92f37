using AfkGitHubApp.Adapters.Yaml;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Tests.Settings;

/// <summary>The operator's options, narrowed by a repository's own file.</summary>
public sealed class RepositorySettingsTests
{
    private static readonly AfkOptions Operators = new()
    {
        Labels = new DispatchGates { ReadyLabel = "go", PausedLabel = "wait" },
        Workflow = "agent.yml",
        Policy = RunPolicy.Default with { FixForwardMaxAttempts = 3 },
    };

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("version: 1\nlabels:\n")]
    public void Where_the_file_is_silent_the_operators_options_count(string? text)
    {
        var settings = Of(text);

        settings.Broken.ShouldBeNull();
        settings.Labels.ShouldBe(new RepoLabels { Ready = "go", Paused = "wait" });
        settings.WorkflowPath.ShouldBe(".github/workflows/agent.yml");
        settings.Delivery.ShouldBe(Delivery.Trunk);
        settings.Merge.ShouldBe(MergeMode.Manual);
        settings.Narrow(Operators.Policy).ShouldBe(Operators.Policy);
    }

    [Fact]
    public void The_file_names_labels_and_narrows_bounds_and_never_widens_them()
    {
        var settings = Of("labels: { ready: please }\ndelivery: pull_request\nworkflow: mine.yml\nbudgets: { attempts: 20, turn_minutes: 30 }");

        settings.Broken.ShouldBeNull();
        settings.Labels.ShouldBe(new RepoLabels { Ready = "please", Paused = "wait" });
        settings.Name(new DispatchGates { KillSwitch = false, Allowlist = ["o/r"] }).ShouldSatisfyAllConditions(
            gates => gates.KillSwitch.ShouldBeFalse(), gates => gates.Allowlist.ShouldBe(["o/r"]), gates => gates.ReadyLabel.ShouldBe("please"), gates => gates.PausedLabel.ShouldBe("wait"));
        settings.Delivery.ShouldBe(Delivery.PullRequest);
        settings.Workflow.ShouldBe("mine.yml");
        settings.Narrow(Operators.Policy).ShouldBe(Operators.Policy with { TurnMaxSeconds = 1800 });
    }

    [Theory]
    [InlineData(MergeMode.Manual, null, MergeMode.Manual, true)]
    [InlineData(MergeMode.Manual, "merge: manual", MergeMode.Manual, true)]
    [InlineData(MergeMode.Manual, "merge: auto", MergeMode.Manual, false)]
    [InlineData(MergeMode.Auto, null, MergeMode.Auto, true)]
    [InlineData(MergeMode.Auto, "merge: manual", MergeMode.Manual, true)]
    [InlineData(MergeMode.Auto, "merge: auto", MergeMode.Auto, true)]
    public void A_file_can_have_people_merge_and_never_the_App_against_the_operator(MergeMode operators, string? text, MergeMode merge, bool inOrder)
    {
        var settings = Of(text, Operators with { Merge = operators });

        settings.Merge.ShouldBe(merge);
        (settings.Broken is null).ShouldBe(inOrder);
    }

    [Theory]
    [InlineData("backend: t3code", "line 1: `backend` is `t3code`, which the operator has not set up")]
    [InlineData("version: 1\nmerge: auto", "line 2: `merge` is `auto`, but the operator lets only people merge")]
    [InlineData("doorbells: [team-chat]", "line 1: `doorbells[0]` is `team-chat`, a doorbell that the operator has not set up; there is none")]
    public void What_the_operator_has_not_given_is_a_problem(string text, string problem)
    {
        var settings = Of(text);

        settings.Problems.ShouldHaveSingleItem().ToString().ShouldBe(problem);
        settings.Broken.ShouldBe($".github/afk.yml is broken: {problem}");
    }

    [Fact]
    public void A_file_may_ask_for_pull_requests_but_not_for_the_trunk_of_an_operator_who_wants_pull_requests()
    {
        Of("delivery: trunk", Operators with { Delivery = Delivery.PullRequest }).Problems.ShouldHaveSingleItem().Path.ShouldBe("delivery");
        Of("delivery: trunk").Problems.ShouldBeEmpty();
        Of("delivery: pull_request", Operators with { Delivery = Delivery.PullRequest }).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_broken_file_gives_the_operators_options_and_all_its_problems()
    {
        var settings = Of("labels: { ready: mine }\nbudgets: { attempts: 21, turn_minutes: none }");

        settings.Problems.Length.ShouldBe(2);
        settings.Labels.Ready.ShouldBe("go", "half a configuration is never used");
        settings.Broken.ShouldBe(".github/afk.yml is broken: line 2: `budgets.attempts` must be a whole number from 0 to 20, but is `21`, and 1 more");
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("mergee: manual")]
    public void By_a_broken_file_nothing_is_merged_and_no_doorbell_rings(string text)
    {
        var settings = Of(text, Operators with { Merge = MergeMode.Auto, Doorbells = [new DoorbellSettings { Name = "team", Kind = DoorbellKind.Slack, Address = new Uri("https://hooks.example") }] });

        settings.Broken.ShouldNotBeNull();
        settings.Merge.ShouldBe(MergeMode.Manual);
        settings.Doorbells.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_wrong_and_what_the_operator_has_not_given_is_told_in_one_round()
    {
        var settings = Of("version: 1\nbackend: t3code\nmerge: auto\nbudgets: { attempts: 21, money_usd: 2 }\ndoorbells: [7, team-chat]\nlabels: { ready: true }");

        settings.Problems.Select(problem => $"{problem.Line} {problem.Path}").ShouldBe(["2 backend", "3 merge", "4 budgets.attempts", "4 budgets.money_usd", "5 doorbells[0]", "5 doorbells[1]", "6 labels.ready"]);
        settings.Labels.Ready.ShouldBe("go");
    }

    [Fact]
    public void Nothing_is_concluded_from_a_value_that_could_not_be_read() =>
        Of("backend: action\nbudgets: { money_usd: 2 }", Operators with { Backend = AgentBackend.T3Code }).Problems.ShouldHaveSingleItem().Path.ShouldBe("backend");

    [Fact]
    public void A_file_that_is_no_text_or_too_large_is_a_problem()
    {
        Of(new ConfigFile("aa") { Bytes = 3, Text = null }).Broken.ShouldBe(".github/afk.yml is broken: line 1: the file must be a text in UTF-8");
        Of(new ConfigFile("aa") { Bytes = 3, Text = "a\uFFFDb" }).Broken.ShouldNotBeNull().ShouldContain("UTF-8");
        Of(new ConfigFile("aa") { Bytes = 65_537, Text = "version: 1" }).Broken.ShouldNotBeNull().ShouldContain("at most 64 KB, but is 65537 bytes");
        Of(new ConfigFile("aa") { Bytes = 65_536, Text = "version: 1" }).Broken.ShouldBeNull();
    }

    private static RepositorySettings Of(string? text, AfkOptions? options = null) => Of(new ConfigFile("aa") { Bytes = text?.Length, Text = text }, options);

    private static RepositorySettings Of(ConfigFile file, AfkOptions? options = null) => RepositorySettings.Of(options ?? Operators, file, new YamlSyntax());
}
