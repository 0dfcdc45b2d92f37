using System.Text.Json.Nodes;
using AfkGitHubApp.Cli;

namespace AfkGitHubApp.Tests.Cli;

public sealed class PlanVerbTests
{
    private const string Armed = """{"killSwitch":false,"allowlist":["o/r","o/s"]}""";

    [Fact]
    public async Task Ready_issues_are_planned_and_the_others_told_why()
    {
        var plan = await PlanAsync("""
            {"number":3,"repo":"o/r","labels":["ready-for-agent"],"labeledByTrusted":true},
            {"number":1,"repo":"o/r","labels":["ready-for-agent","paused"],"labeledByTrusted":true},
            {"number":2,"repo":"o/s","labels":["ready-for-agent"],"blockedBy":[7,"o/r#8"],"labeledByTrusted":true},
            {"number":4,"repo":"o/s","labels":["ready-for-agent"],"labeledByTrusted":false},
            {"number":5,"repo":"o/x","labels":["ready-for-agent"],"labeledByTrusted":true},
            {"number":6,"repo":"o/s","labels":["bug"],"labeledByTrusted":true}
            """);
        plan.ToJsonString().ShouldBe(JsonNode.Parse("""
            {"dispatch":["o/r#3"],"skipped":[
              {"issue":"o/r#1","why":"it carries the label paused"},
              {"issue":"o/s#2","why":"it is blocked by #7, o/r#8"},
              {"issue":"o/s#4","why":"the label was not applied by a trusted person"},
              {"issue":"o/x#5","why":"o/x is not on the allowlist"},
              {"issue":"o/s#6","why":"it does not carry the label ready-for-agent"}]}
            """)!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"issues":[§]}""", "the kill switch is on")]
    [InlineData("""{"issues":[§],"policy":null}""", "the kill switch is on")]
    [InlineData("""{"issues":[§],"policy":{}}""", "the kill switch is on")]
    [InlineData("""{"issues":[§],"policy":{"allowlist":["o/r"]}}""", "the kill switch is on")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":null,"allowlist":["o/r"]}}""", "the kill switch is on")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false}}""", "o/r is not on the allowlist")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false,"allowlist":[]}}""", "o/r is not on the allowlist")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false,"allowlist":null}}""", "o/r is not on the allowlist")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false,"allowlist":["o/r"]},"inFlightRepos":["O/R","o/r"]}""", "the repository is busy: a run is in flight")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false,"allowlist":["O/R"],"readyLabel":"go"}}""", "it does not carry the label go")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false,"allowlist":["o/r"],"pausedLabel":"bug"}}""", "it carries the label bug")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false,"allowlist":["o/r"],"readyForHumanLabel":"bug"}}""", "it was handed to a person (label bug)")]
    [InlineData("""{"issues":[§],"policy":{"killSwitch":false,"allowlist":["o/r"],"inProgressLabel":"bug"}}""", "the repository is busy: #1 is in progress")]
    public async Task What_is_not_given_allows_nothing_and_what_is_given_counts(string line, string why)
    {
        var answers = await Lines.PlanAsync(line.Replace("§", """{"number":1,"repo":"o/r","labels":["ready-for-agent","bug"],"labeledByTrusted":true}""", StringComparison.Ordinal));
        answers.ExitCode.ShouldBe(ExitCodes.Success);
        answers.Single["dispatch"]!.AsArray().ShouldBeEmpty();
        ((string?)answers.Single["skipped"]!.AsArray().ShouldHaveSingleItem()!["why"]).ShouldBe(why);
    }

    [Fact]
    public async Task An_issue_is_trusted_only_where_the_line_says_so()
    {
        var plan = await PlanAsync("""{"number":1,"repo":"o/r","labels":["ready-for-agent"]}""");
        ((string?)plan["skipped"]![0]!["why"]).ShouldBe("the label was not applied by a trusted person");
    }

    [Fact]
    public async Task One_issue_per_repository_in_order_of_priority_number_and_name()
    {
        var plan = await PlanAsync(string.Join(',', (string[])
        [
            Ready(9, "o/r"), Ready(4, "o/r", label: "P2"), Ready(8, "o/r", label: "priority/1"), Ready(2, "o/s", priority: 0), Ready(1, "O/S", label: "P1"),
        ]));
        Texts(plan["dispatch"]!).ShouldBe(["o/s#2", "o/r#8"]);
        Texts(plan["skipped"]!).ShouldBe(["O/S#1: the repository is busy: #2 goes first", "o/r#4: the repository is busy: #8 goes first", "o/r#9: the repository is busy: #8 goes first"]);
    }

    [Fact]
    public async Task No_issues_is_an_empty_plan() => (await PlanAsync("")).ToJsonString().ShouldBe("""{"dispatch":[],"skipped":[]}""");

    [Theory]
    [InlineData("", "the line is not JSON", "{")]
    [InlineData("", "the line is not a JSON object", "[]")]
    [InlineData("", "issues is missing", "{}")]
    [InlineData("", "issues is missing", """{"issues":null}""")]
    [InlineData("", "issues must be a list", """{"issues":{}}""")]
    [InlineData("", "issues must be a list", """{"issues":"none"}""")]
    [InlineData("", "each issue must be an object", """{"issues":[1]}""")]
    [InlineData("", "each issue must be an object", """{"issues":[null]}""")]
    [InlineData("", "each issue must be an object", """{"issues":[[]]}""")]
    [InlineData("""{"number":1}""", "repo is missing", null)]
    [InlineData("""{"repo":"o/r"}""", "number is missing", null)]
    [InlineData("""{"number":"1","repo":"o/r"}""", "number must be a number", null)]
    [InlineData("""{"number":-1,"repo":"o/r"}""", "number must not be negative", null)]
    [InlineData("""{"number":1.5,"repo":"o/r"}""", "number must be a whole number", null)]
    [InlineData("""{"number":1e99,"repo":"o/r"}""", "number must be a whole number", null)]
    [InlineData("""{"number":1,"repo":7}""", "repo must be a text", null)]
    [InlineData("""{"number":1,"repo":""}""", "repo is ''; it must have the form owner/name", null)]
    [InlineData("""{"number":1,"repo":"shop"}""", "repo is 'shop'; it must have the form owner/name", null)]
    [InlineData("""{"number":1,"repo":"o/r/x"}""", "repo is 'o/r/x'; it must have the form owner/name", null)]
    [InlineData("""{"number":1,"repo":"/r"}""", "repo is '/r'; it must have the form owner/name", null)]
    [InlineData("""{"number":1,"repo":"o/"}""", "repo is 'o/'; it must have the form owner/name", null)]
    [InlineData("""{"number":1,"repo":"o/a b"}""", "repo is 'o/a b'; it must have the form owner/name", null)]
    [InlineData("""{"number":1,"repo":"o/r","labels":"ready-for-agent"}""", "labels must be a list", null)]
    [InlineData("""{"number":1,"repo":"o/r","labels":[1]}""", "labels must be a list of texts", null)]
    [InlineData("""{"number":1,"repo":"o/r","labels":[null]}""", "labels must be a list of texts", null)]
    [InlineData("""{"number":1,"repo":"o/r","labels":["\ud83d"]}""", "the line is not JSON", null)]
    [InlineData("""{"number":1,"repo":"o/r","labeledByTrusted":"yes"}""", "labeledByTrusted must be true or false", null)]
    [InlineData("""{"number":1,"repo":"o/r","priority":"high"}""", "priority must be a number", null)]
    [InlineData("""{"number":1,"repo":"o/r","priority":-1}""", "priority must not be negative", null)]
    [InlineData("""{"number":1,"repo":"o/r","priority":0.5}""", "priority must be a whole number", null)]
    [InlineData("""{"number":1,"repo":"o/r","blockedBy":7}""", "blockedBy must be a list", null)]
    [InlineData("""{"number":1,"repo":"o/r","blockedBy":[1.5]}""", "blockedBy must be a list of issue numbers or references", null)]
    [InlineData("""{"number":1,"repo":"o/r","blockedBy":[-1]}""", "blockedBy must be a list of issue numbers or references", null)]
    [InlineData("""{"number":1,"repo":"o/r","blockedBy":[99999999999]}""", "blockedBy must be a list of issue numbers or references", null)]
    [InlineData("""{"number":1,"repo":"o/r","blockedBy":[null]}""", "blockedBy must be a list of issue numbers or references", null)]
    [InlineData("""{"number":1,"repo":"o/r","blockedBy":[{}]}""", "blockedBy must be a list of issue numbers or references", null)]
    [InlineData("""{"number":1,"number":2,"repo":"o/r"}""", "the line is not JSON", null)]
    [InlineData("", "policy must be an object", """{"issues":[],"policy":[]}""")]
    [InlineData("", "killSwitch must be true or false", """{"issues":[],"policy":{"killSwitch":"off"}}""")]
    [InlineData("", "allowlist must be a list", """{"issues":[],"policy":{"allowlist":"o/r"}}""")]
    [InlineData("", "allowlist must be a list of texts", """{"issues":[],"policy":{"allowlist":[1]}}""")]
    [InlineData("", "readyLabel must be a text", """{"issues":[],"policy":{"readyLabel":1}}""")]
    [InlineData("", "inFlightRepos must be a list", """{"issues":[],"inFlightRepos":"o/r"}""")]
    [InlineData("", "inFlightRepos must be a list of texts", """{"issues":[],"inFlightRepos":[null]}""")]
    public async Task A_malformed_line_is_answered_with_what_is_wrong(string issue, string error, string? line)
    {
        var answers = await Lines.PlanAsync(line ?? Line(issue));
        answers.ExitCode.ShouldBe(ExitCodes.BadInput);
        answers.Single.Count.ShouldBe(1);
        answers.Error.ShouldNotBeNull().ShouldStartWith(error);
    }

    [Fact]
    public async Task Text_of_any_language_comes_back_as_it_was_written()
    {
        var answers = await Lines.PlanAsync("""{"issues":[{"number":1,"repo":"o/r","labels":[],"labeledByTrusted":true}],"policy":{"killSwitch":false,"readyLabel":"für-Ägent \ud83d\ude80 日本"}}""");
        answers.Lines.ShouldHaveSingleItem().ShouldContain("für-Ägent");
        ((string?)answers.Single["skipped"]![0]!["why"]).ShouldBe("it does not carry the label für-Ägent 🚀 日本");
    }

    private static string Ready(int number, string repository, string label = "bug", int? priority = null) =>
        $$"""{"number":{{number}},"repo":"{{repository}}","labels":["ready-for-agent","{{label}}"],"labeledByTrusted":true,"priority":{{priority?.ToString() ?? "null"}}}""";

    private static string Line(string issues) => $$"""{"issues":[{{issues.ReplaceLineEndings(" ")}}],"policy":{{Armed}},"inFlightRepos":[]}""";

    private static async Task<JsonObject> PlanAsync(string issues)
    {
        var answers = await Lines.PlanAsync(Line(issues));
        answers.ExitCode.ShouldBe(ExitCodes.Success);
        return answers.Single;
    }

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(each => each is JsonObject skipped ? $"{skipped["issue"]}: {skipped["why"]}" : (string)each!);
}
