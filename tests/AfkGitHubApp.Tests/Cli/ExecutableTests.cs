using System.Text.Json.Nodes;
using AfkGitHubApp.Cli;

namespace AfkGitHubApp.Tests.Cli;

/// <summary>The command line as a whole: what only the started program can show.</summary>
public sealed class ExecutableTests
{
    [Fact]
    public async Task Its_version_is_one_line_that_names_the_packages_it_was_built_with()
    {
        var ended = await Executable.RunAsync("", "--version");
        ended.ExitCode.ShouldBe(ExitCodes.Success);
        ended.Errors.ShouldBeEmpty();
        var line = ended.Lines.ShouldHaveSingleItem();
        line.ShouldBe(VersionAction.Text);
        line.ShouldMatch(@"^AfkGitHubApp [0-9]+\.[0-9]+\.[0-9]+ \(packages: (public|standin), .+\)$");
    }

    [Fact]
    public async Task Its_help_names_every_verb_and_says_that_it_is_disabled()
    {
        var ended = await Executable.RunAsync("", "--help");
        ended.ExitCode.ShouldBe(ExitCodes.Success);
        ended.Output.ShouldContain("Disabled until you switch it on");
        foreach (var verb in (string[])["serve", "demo", "decide", "plan", "explain", "doctor", "tick", "runs", "nudge", "stop", "rebuild", "killswitch", "--version"])
        {
            ended.Output.ShouldContain(verb);
        }
    }

    [Theory]
    [InlineData("decide", "needs_person")]
    [InlineData("plan", "blockedBy")]
    public async Task The_help_of_a_verb_shows_its_lines_and_its_exit_code(string verb, string field)
    {
        var ended = await Executable.RunAsync("", verb, "--help");
        ended.ExitCode.ShouldBe(ExitCodes.Success);
        var text = string.Join(' ', ended.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        text.ShouldContain(field);
        text.ShouldContain("the exit code is then 2");
    }

    [Fact]
    public async Task A_word_that_is_no_verb_is_refused()
    {
        var ended = await Executable.RunAsync("", "decode");
        ended.ExitCode.ShouldNotBe(ExitCodes.Success);
        ended.Errors.ShouldContain("decode");
    }

    [Fact]
    public async Task Decide_ends_well_when_every_line_was_good()
    {
        var ended = await Executable.RunAsync("""
            {"thread":"idle","ci":"green","pushed":true}

            {"thread":"running","pushed":false}
            """, "decide");
        ended.ExitCode.ShouldBe(ExitCodes.Success);
        ended.Errors.ShouldBeEmpty();
        ended.Output.ShouldBe("""
            {"action":"close_success","why":"pushed and CI is green"}
            {"action":"wait","why":"the turn is running"}

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Decide_answers_every_line_and_ends_with_two_when_one_was_bad()
    {
        var ended = await Executable.RunAsync("{\"pushed\":7}\n{\"pushed\":true,\"thread\":\"idle\",\"ci\":\"red\"}\n", "decide");
        ended.ExitCode.ShouldBe(2);
        ended.Errors.ShouldBeEmpty();
        ended.Lines.ShouldBe(["""{"error":"pushed must be true or false"}""", """{"action":"fix_forward","why":"CI is red, corrective turn 1 of 5"}"""]);
    }

    [Theory]
    [InlineData("decide")]
    [InlineData("plan")]
    public async Task Nothing_asked_is_nothing_answered(string verb)
    {
        var ended = await Executable.RunAsync("", verb);
        ended.ShouldBe(new Ended(ExitCodes.Success, "", ""));
    }

    [Fact]
    public async Task Plan_reads_and_writes_UTF8_whatever_the_terminal_is_set_to()
    {
        var latin = new Dictionary<string, string?>(StringComparer.Ordinal) { ["LC_ALL"] = "de_DE.ISO-8859-1", ["LANG"] = "de_DE.ISO-8859-1" };
        var ended = await Executable.RunAsync(latin, "\ufeff" + """{"issues":[{"number":1,"repo":"o/r","labeledByTrusted":true}],"policy":{"killSwitch":false,"readyLabel":"für-Ägent 🚀 日本"}}""", "plan");
        ended.ExitCode.ShouldBe(ExitCodes.Success, ended.Output);
        ((string?)JsonNode.Parse(ended.Lines.ShouldHaveSingleItem())!["skipped"]![0]!["why"]).ShouldBe("it does not carry the label für-Ägent 🚀 日本");
    }

    [Fact]
    public async Task A_line_is_answered_while_the_input_is_still_open()
    {
        using var running = Executable.Start(new Dictionary<string, string?>(StringComparer.Ordinal), "decide");
        var (input, output) = (running.Process.StandardInput, running.Process.StandardOutput);
        for (var attempts = 4; attempts <= 5; attempts++)
        {
            await input.WriteLineAsync($$"""{"pushed":true,"thread":"idle","ci":"red","fixForwardAttempts":{{attempts}}}""");
            await input.FlushAsync(TestContext.Current.CancellationToken);
            (await output.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldContain(attempts == 4 ? "fix_forward" : "freeze_escalate");
        }

        input.Close();
        await running.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        running.Process.ExitCode.ShouldBe(ExitCodes.Success);
    }
}
