using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Core.Tests.Rendering;

namespace AfkGitHubApp.Core.Tests.Config;

public sealed class RepoConfigTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("version: 1")]
    [InlineData("labels:\nbudgets:\nchecks:\nenvironments:\nbackend:\nworkflow:")]
    public void A_file_that_says_nothing_gives_the_defaults(string? file)
    {
        var result = RepoConfig.Read(file is null ? null : Yaml.Parse(file));
        result.Problems.ShouldBeEmpty();
        var config = result.Config.ShouldNotBeNull();
        config.ShouldBe(RepoConfig.Default);
        config.Labels.ShouldBe(new RepoLabels { Ready = "ready-for-agent", InProgress = "agent-in-progress", ReadyForHuman = "ready-for-human", Paused = "paused" });
        (config.Backend, config.Delivery, config.Merge, config.Workflow).ShouldBe((null, null, null, "afk-agent.yml"));
        config.Narrow(RunPolicy.Default).ShouldBe(RunPolicy.Default);
    }

    [Fact]
    public void Every_key_is_read()
    {
        var config = Config("""
            version: 1
            labels:
              ready: go
              in_progress: going
              ready_for_human: "help: me"
              paused: wait
            backend: t3code
            workflow: my_agent-2.yaml
            delivery: pull_request
            merge: manual
            budgets:
              attempts: 3
              fix_forward_minutes: 45
              turn_minutes: 120
              money_usd: 12.50
            checks:
              required: [build, test (ubuntu)]
              ignored:
                - codecov/patch
            environments: [staging, production]
            doorbells:
              - team-chat
            """);
        config.Labels.ShouldBe(new RepoLabels { Ready = "go", InProgress = "going", ReadyForHuman = "help: me", Paused = "wait" });
        config.Backend.ShouldBe(AgentBackend.T3Code);
        config.Workflow.ShouldBe("my_agent-2.yaml");
        config.Delivery.ShouldBe(Delivery.PullRequest);
        config.Merge.ShouldBe(MergeMode.Manual);
        config.Budgets.ShouldBe(new RepoBudgets { Attempts = 3, FixForwardMinutes = 45, TurnMinutes = 120, MoneyUsd = 12.50m });
        config.Checks.Required.ShouldBe(["build", "test (ubuntu)"]);
        config.Checks.Ignored.ShouldBe(["codecov/patch"]);
        config.Environments.ShouldBe(["staging", "production"]);
        config.Doorbells.ShouldNotBeNull().ShouldBe(["team-chat"]);
    }

    [Fact]
    public void No_doorbells_and_not_a_word_about_doorbells_are_two_things()
    {
        Config("doorbells: []").Doorbells.ShouldNotBeNull().ShouldBeEmpty();
        Config("doorbells:").Doorbells.ShouldBeNull();
        Config("version: 1").Doorbells.ShouldBeNull();
    }

    [Theory]
    [InlineData("backend: actions", AgentBackend.Actions, null, null)]
    [InlineData("delivery: trunk", null, Delivery.Trunk, null)]
    [InlineData("merge: auto", null, null, MergeMode.Auto)]
    public void The_other_words_are_read_too(string file, AgentBackend? backend, Delivery? delivery, MergeMode? merge)
    {
        var config = Config(file);
        (config.Backend, config.Delivery, config.Merge).ShouldBe((backend, delivery, merge));
    }

    [Fact]
    public void All_problems_are_told_at_once_each_with_its_place()
    {
        var result = RepoConfig.Read(Yaml.Parse("""
            version: 2
            labels:
              redy: go
              paused: [a, b]
            backend: action
            workflow: ../evil.yml
            budgets:
              attempts: 99
              turn_minutes: "60"
              money_usd: lots
            checks: all
            delivery: trunk
            delivery: pull_request
            doorbels: [a]
            environments: [a, a]
            """));
        result.Config.ShouldBeNull();
        result.Problems.Select(problem => $"{problem.Line}:{problem.Column} {problem}").ShouldBe([
            "1:10 line 1: `version` must be 1, the only version there is, but is `2`",
            "3:3 line 3: `labels.redy` is not a known key (did you mean `ready`?); allowed here: `ready`, `in_progress`, `ready_for_human`, `paused`",
            "4:11 line 4: `labels.paused` must be a single value, but is a list",
            "5:10 line 5: `backend` must be one of `actions`, `t3code`, but is `action` (did you mean `actions`?)",
            "6:11 line 6: `workflow` must be the name of a `.yml` or `.yaml` file in `.github/workflows`, without a folder, but is `../evil.yml`",
            "8:13 line 8: `budgets.attempts` must be a whole number from 0 to 20, but is `99`",
            "9:17 line 9: `budgets.turn_minutes` must be a whole number from 1 to 360, but is the text `60`",
            "10:14 line 10: `budgets.money_usd` must be a number from 0.01 to 10000, but is `lots`",
            "11:9 line 11: `checks` must be a mapping of `required`, `ignored`, but is `all`",
            "13:1 line 13: `delivery` stands twice, first in line 12; each key is allowed once",
            "14:1 line 14: `doorbels` is not a known key (did you mean `doorbells`?); allowed here: `version`, `labels`, `backend`, `workflow`, `delivery`, `merge`, `budgets`, `checks`, `environments`, `doorbells`",
            "15:15 line 15: `environments[1]` repeats `a`",
        ]);
    }

    [Theory]
    [InlineData("[a, b]", "line 1: the file must be a mapping of `version`")]
    [InlineData("words", "line 1: the file must be a mapping of `version`")]
    [InlineData("labels: [a]", "`labels` must be a mapping")]
    [InlineData("version: \"1\"", "`version` must be 1, the only version there is, but is the text `1`")]
    [InlineData("version: 1.0", "`version` must be 1")]
    [InlineData("version: [1]", "`version` must be a single value, but is a list")]
    [InlineData("backend: Actions", "did you mean `actions`?")]
    [InlineData("backend:\n  name: actions", "`backend` must be a single value, but is a mapping")]
    [InlineData("budgets:\n  attempts: -1", "whole number from 0 to 20")]
    [InlineData("budgets:\n  attempts: 2.5", "whole number from 0 to 20")]
    [InlineData("budgets:\n  attempts: 0x3", "whole number from 0 to 20")]
    [InlineData("budgets:\n  attempts: 99999999999999999999", "whole number from 0 to 20")]
    [InlineData("budgets:\n  attempts: [1]", "`budgets.attempts` must be a single value")]
    [InlineData("budgets:\n  fix_forward_minutes: 1441", "whole number from 0 to 1440")]
    [InlineData("budgets:\n  turn_minutes: 0", "whole number from 1 to 360")]
    [InlineData("budgets:\n  turn_minutes: 361", "whole number from 1 to 360")]
    [InlineData("budgets:\n  money_usd: 0", "number from 0.01 to 10000")]
    [InlineData("budgets:\n  money_usd: 1e3", "number from 0.01 to 10000")]
    [InlineData("budgets:\n  money_usd: 10000.01", "number from 0.01 to 10000")]
    [InlineData("budgets:\n  money_usd: .nan", "number from 0.01 to 10000")]
    [InlineData("workflow: agent", "must be the name of a `.yml` or `.yaml` file")]
    [InlineData("workflow: .github/workflows/agent.yml", "must be the name of a `.yml` or `.yaml` file")]
    [InlineData("workflow: .yml", "must be the name of a `.yml` or `.yaml` file")]
    [InlineData("workflow: a b.yml", "must be the name of a `.yml` or `.yaml` file")]
    [InlineData("workflow: \"\"", "must be one line of 1 to 100 characters")]
    [InlineData("labels:\n  ready: \"\"", "must be one line of 1 to 50 characters")]
    [InlineData("labels:\n  ready: \" go\"", "must be one line of 1 to 50 characters")]
    [InlineData("labels:\n  ready: a\u0007b", "without control characters")]
    [InlineData("labels:\n  ready: a,b", "must hold no comma")]
    [InlineData("labels:\n  ready: a23456789012345678901234567890123456789012345678901", "must be one line of 1 to 50 characters")]
    [InlineData("labels:\n  ready: Paused", "`labels.ready` must differ from the label of `paused`, which is `paused` too")]
    [InlineData("labels:\n  paused: ready-for-human", "`labels.paused` must differ from the label of `ready_for_human`")]
    [InlineData("labels:\n  ready: x\n  paused: X", "line 3: `labels.paused` must differ from the label of `ready`, which is `x` too")]
    [InlineData("environments: production", "`environments` must be a list, but is `production`")]
    [InlineData("environments: [~]", "`environments[0]` must be a name, but is empty")]
    [InlineData("labels:\n  ready: true", "`labels.ready` must be a text, but is the boolean `true`; in quotes it is a text")]
    [InlineData("labels:\n  paused: FALSE", "must be a text, but is the boolean `FALSE`")]
    [InlineData("labels:\n  paused: 1e3", "must be a text, but is the number `1e3`")]
    [InlineData("workflow: 7", "`workflow` must be a text, but is the number `7`")]
    [InlineData("environments: [7]", "`environments[0]` must be a text, but is the number `7`; in quotes it is a text")]
    [InlineData("environments: [a, -.5]", "`environments[1]` must be a text, but is the number `-.5`")]
    [InlineData("doorbells: [0x1F]", "must be a text, but is the number `0x1F`")]
    [InlineData("checks:\n  required: [.inf]", "must be a text, but is the number `.inf`")]
    [InlineData("checks:\n  required:\n    x: y", "`checks.required` must be a list, but is a mapping")]
    [InlineData("checks:\n  required: [a, b]\n  ignored: [b]", "line 3: `checks.ignored` must not hold `b`, which is required too")]
    [InlineData("Version: 1", "did you mean `version`?")]
    [InlineData("budgets:\n  fix-forward-minutes: 3", "did you mean `fix_forward_minutes`?")]
    [InlineData("budgets:\n  attempt: 3", "did you mean `attempts`?")]
    [InlineData("budgets:\n  attemtps: 3", "did you mean `attempts`?")]
    public void A_wrong_value_is_refused_with_what_is_allowed(string file, string problem)
    {
        var result = RepoConfig.Read(Yaml.Parse(file));
        result.Config.ShouldBeNull();
        result.Problems.ShouldHaveSingleItem().ToString().ShouldContain(problem);
    }

    [Theory]
    [InlineData("\"true\"", "true")]
    [InlineData("\"7\"", "7")]
    [InlineData("\"null\"", "null")]
    [InlineData("yes", "yes")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("7 days", "7 days")]
    [InlineData("0b1", "0b1")]
    [InlineData("e5", "e5")]
    public void What_is_quoted_or_no_boolean_or_number_is_a_text(string written, string read)
    {
        Config($"labels:\n  ready: {written}").Labels.Ready.ShouldBe(read);
        Config($"environments: [{written}]").Environments.ShouldBe([read]);
    }

    [Fact]
    public void A_key_like_no_other_gets_no_suggestion() =>
        RepoConfig.Read(Yaml.Parse("schedule: x")).Problems.ShouldHaveSingleItem().Message.ShouldNotContain("did you mean");

    [Fact]
    public void An_overlong_list_is_refused_as_a_whole()
    {
        var list = string.Join(", ", Enumerable.Range(1, 51));
        RepoConfig.Read(Yaml.Parse($"environments: [{list}]")).Problems.ShouldHaveSingleItem().Message.ShouldBe("must hold at most 50 entries, but holds 51");
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(20, 1440, 360)]
    public void The_ends_of_each_range_are_allowed(int attempts, int fixForward, int turn) =>
        Config($"budgets:\n  attempts: {attempts}\n  fix_forward_minutes: {fixForward}\n  turn_minutes: {turn}\n  money_usd: 0.01").Budgets
            .ShouldBe(new RepoBudgets { Attempts = attempts, FixForwardMinutes = fixForward, TurnMinutes = turn, MoneyUsd = 0.01m });

    [Fact]
    public void A_repository_only_ever_narrows_what_the_operator_allowed()
    {
        int?[] repository = [null, 0, 1, 3, 5, 7, 20];
        foreach (var mine in repository)
        {
            foreach (var minutes in new int?[] { null, 1, 59, 60, 61, 360 })
            {
                foreach (var killSwitch in new[] { false, true })
                {
                    var allowed = new RunPolicy { KillSwitch = killSwitch, FixForwardMaxAttempts = 5, FixForwardMaxSeconds = 3600, TurnMaxSeconds = 3600 };
                    var config = new RepoConfig { Budgets = new RepoBudgets { Attempts = mine, FixForwardMinutes = minutes, TurnMinutes = minutes } };
                    var seconds = Math.Min(3600, (minutes ?? 60) * 60);
                    config.Narrow(allowed).ShouldBe(allowed with
                    {
                        FixForwardMaxAttempts = Math.Min(5, mine ?? 5), FixForwardMaxSeconds = seconds, TurnMaxSeconds = seconds,
                    });
                }
            }
        }
    }

    [Fact]
    public void A_problem_is_safe_to_post_whatever_the_file_holds()
    {
        foreach (var text in Nasty.Texts(1000))
        {
            var root = new ConfigMapping(
                [
                    new ConfigEntry(text, new ConfigScalar(text, false, 1, 1), 1, 1),
                    new ConfigEntry("backend", new ConfigScalar(text, false, 2, 1), 2, 1),
                    new ConfigEntry("workflow", new ConfigScalar(text + "/", false, 3, 1), 3, 1),
                    new ConfigEntry("budgets", new ConfigScalar(text, true, 4, 1), 4, 1),
                ],
                1,
                1);
            foreach (var problem in RepoConfig.Read(root).Problems.Select(problem => problem.ToString()))
            {
                problem.ShouldNotContain("\n");
                problem.ShouldNotContain("<!--");
                Shown.OutsideCodeAndLinks(problem).ShouldNotContain("@");
                Shown.OutsideCodeAndLinks(problem).ShouldNotContain("#");
            }
        }
    }

    private static RepoConfig Config(string file)
    {
        var result = RepoConfig.Read(Yaml.Parse(file.ReplaceLineEndings("\n")));
        result.Problems.ShouldBeEmpty();
        return result.Config.ShouldNotBeNull();
    }
}
