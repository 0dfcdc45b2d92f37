using System.Text;
using AfkGitHubApp.Adapters.Yaml;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Settings;

/// <summary>YAML as far as a settings file needs it, and nothing that makes a small file mean something large or hidden.</summary>
public sealed class YamlSyntaxTests
{
    private static readonly YamlSyntax Syntax = new();

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("# nothing yet\n")]
    [InlineData("---\n")]
    [InlineData("---\n...\n")]
    public void A_file_without_content_says_nothing(string text)
    {
        var parsed = Syntax.Parse(text);

        parsed.Problem.ShouldBeNull();
        (parsed.Root is null or ConfigScalar { Value: null }).ShouldBeTrue();
        RepoConfig.Read(parsed.Root).Config.ShouldBe(RepoConfig.Default);
    }

    [Fact]
    public void Values_keep_where_they_stand_and_whether_they_were_quoted()
    {
        var root = Syntax.Parse("# head\nbudgets:\n  attempts: 3\n  money_usd: \"3\"\nchecks:\n  ignored:\n  - codecov/patch\n  - |\n    block\nworkflow: ~\n").Root.ShouldBeOfType<ConfigMapping>();

        root.Entries.Select(entry => (entry.Key, entry.Line, entry.Column)).ShouldBe([("budgets", 2, 1), ("checks", 5, 1), ("workflow", 10, 1)]);
        root.Find("budgets.attempts").ShouldBe(new ConfigScalar("3", Quoted: false, 3, 13));
        root.Find("budgets.money_usd").ShouldBe(new ConfigScalar("3", Quoted: true, 4, 14));
        root.Find("checks.ignored[0]").ShouldBe(new ConfigScalar("codecov/patch", Quoted: false, 7, 5));
        root.Find("checks.ignored[1]").ShouldBeOfType<ConfigScalar>().Quoted.ShouldBeTrue();
        root.Find("workflow").ShouldBe(new ConfigScalar(null, Quoted: false, 10, 11));
        root.Find("workflow.more").ShouldBeNull();
        root.Find("checks.ignored[2]").ShouldBeNull();
    }

    [Fact]
    public void A_key_that_stands_twice_reaches_the_reader_who_refuses_it() =>
        RepoConfig.Read(Syntax.Parse("version: 1\nversion: 1\n").Root).Problems.ShouldHaveSingleItem().ToString().ShouldBe("line 2: `version` stands twice, first in line 1; each key is allowed once");

    [Theory]
    [InlineData("version: &one 1", 1, 10, "anchors")]
    [InlineData("labels: &l\n  ready: go\nchecks: *l", 1, 9, "anchors")]
    [InlineData("version: *one", 1, 10, "aliases")]
    [InlineData("version: !!str 1", 1, 10, "tags")]
    [InlineData("labels: !x { ready: go }", 1, 9, "tags")]
    [InlineData("labels:\n  <<: { ready: go }", 2, 0, "merge keys")]
    [InlineData("version: 1\n---\nversion: 1", 2, 1, "one document")]
    [InlineData("%YAML 1.1\n---\nversion: 1", 1, 0, "directives")]
    [InlineData("? [a, b]\n: 1", 1, 3, "plain names")]
    [InlineData("~: 1", 1, 1, "plain names")]
    [InlineData("a:\n  b:\n    c:\n      d:\n        e:\n          f:\n            g:\n              h:\n                i: 1", 9, 0, "nested deeper")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", 1, 0, "nested deeper")]
    [InlineData("version: 1\n\tlabels: x", 1, 0, "is no YAML")]
    [InlineData("labels: [go", 2, 0, "is no YAML")]
    [InlineData("labels: \"go", 1, 0, "is no YAML")]
    [InlineData("version: 1\n version: 2", 2, 0, "is no YAML")]
    [InlineData("@version", 1, 1, "is no YAML")]
    [InlineData("version: \"\\q\"", 1, 0, "is no YAML")]
    public void What_does_not_belong_into_a_settings_file_is_a_problem_with_its_place(string text, int line, int column, string what)
    {
        var parsed = Syntax.Parse(text);

        parsed.Root.ShouldBeNull();
        var problem = parsed.Problem.ShouldNotBeNull();
        problem.Message.ShouldContain(what);
        problem.Line.ShouldBe(line);
        (column == 0 || problem.Column == column).ShouldBeTrue($"column {problem.Column}");
    }

    [Fact]
    public void A_file_of_very_many_values_is_refused() =>
        Syntax.Parse("ignored: [" + string.Join(',', Enumerable.Range(1, 6_000)) + "]").Problem.ShouldNotBeNull().Message.ShouldContain("5000 values");

    [Fact]
    public void A_problem_quotes_nothing_that_would_act_in_a_comment()
    {
        var problem = Syntax.Parse("version: 1\n@everyone <!-- afk:v1 --> `x`: [").Problem.ShouldNotBeNull();

        problem.ToString().ShouldNotContain("<!--");
        problem.ToString().ShouldNotContain("@everyone");
    }

    [Fact]
    public void No_text_whatever_is_an_exception()
    {
        var letters = "version: labels\nready:[]{}-?#&*!|>'\"%@`\t \r\n\\0\u0000\u0085\u2028\uFEFF\uD83Dx,1~<".ToCharArray();
        var chance = new Random(20260311);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder();
            for (var length = chance.Next(1, 60); length > 0; length--)
            {
                text.Append(letters[chance.Next(letters.Length)]);
            }

            ConfigSyntax? parsed = null;
            Should.NotThrow(() => parsed = Syntax.Parse(text.ToString()), $"{text}");
            (parsed!.Root is null || parsed.Problem is null).ShouldBeTrue();
            RepoConfig.Read(parsed.Root).ShouldNotBeNull();
        }
    }
}
