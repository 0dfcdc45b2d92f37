using AfkGitHubApp.Core.Commands;
using AfkGitHubApp.Core.Tests.Rendering;

namespace AfkGitHubApp.Core.Tests.Commands;

public sealed class SlashCommandTests
{
    [Theory]
    [InlineData("/afk stop", SlashVerb.Stop, 0)]
    [InlineData("/afk retry", SlashVerb.Retry, 0)]
    [InlineData("/afk status", SlashVerb.Status, 0)]
    [InlineData("/afk release", SlashVerb.Release, 0)]
    [InlineData("/afk extend 1", SlashVerb.Extend, 1)]
    [InlineData("/afk extend 20", SlashVerb.Extend, 20)]
    [InlineData("/AFK Stop", SlashVerb.Stop, 0)]
    [InlineData("/Afk EXTEND 3", SlashVerb.Extend, 3)]
    [InlineData("/afk\tretry  ", SlashVerb.Retry, 0)]
    [InlineData("   /afk   status", SlashVerb.Status, 0)]
    [InlineData("/afk stop!", SlashVerb.Stop, 0)]
    [InlineData("/afk stop please, it is wrong", SlashVerb.Stop, 0)]
    [InlineData("Hello,\r\n\r\n/afk retry\r\nthanks", SlashVerb.Retry, 0)]
    [InlineData("> /afk stop\n\n/afk status", SlashVerb.Status, 0)]
    [InlineData("```\n/afk stop\n```\n/afk status", SlashVerb.Status, 0)]
    [InlineData("~~~~\n```\n~~~\n/afk stop\n~~~~~\n/afk status", SlashVerb.Status, 0)]
    [InlineData("<!-- /afk stop\n/afk stop -->\n/afk status", SlashVerb.Status, 0)]
    [InlineData("<!-- one line --> \n/afk status", SlashVerb.Status, 0)]
    [InlineData("``` not a `fence`\n/afk status", SlashVerb.Status, 0)]
    [InlineData("/afk status\n/afk stop", SlashVerb.Status, 0)]
    public void A_command_is_read_from_the_first_line_that_is_one(string body, SlashVerb verb, int turns)
    {
        var reading = SlashCommand.Parse(body).ShouldNotBeNull();
        reading.Problem.ShouldBeNull();
        reading.Command.ShouldBe(new SlashCommand(verb, turns));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nothing asked for")]
    [InlineData("please /afk stop")]
    [InlineData("/afkstop")]
    [InlineData("/af k stop")]
    [InlineData("`/afk stop`")]
    [InlineData("> /afk stop")]
    [InlineData("> > /afk stop")]
    [InlineData("- /afk stop")]
    [InlineData("    /afk stop")]
    [InlineData("\t/afk stop")]
    [InlineData("```\n/afk stop\n```")]
    [InlineData("```sh\n/afk stop")]
    [InlineData("````\n```\n/afk stop\n````")]
    [InlineData("~~~\n/afk stop\n```\n/afk stop\n~~~")]
    [InlineData("```\n    ```\n/afk stop\n```")]
    [InlineData("``` \n``` not closed by this\n/afk stop\n```")]
    [InlineData("<!--\n/afk stop\n-->")]
    [InlineData("<!-- left open\n/afk stop")]
    public void A_comment_that_commands_nothing_is_no_command(string? body) => SlashCommand.Parse(body).ShouldBeNull();

    [Theory]
    [InlineData("/afk", "`/afk` needs a word after it.")]
    [InlineData("/afk  ", "`/afk` needs a word after it.")]
    [InlineData("/afk halt", "`/afk` does not know the word `halt`.")]
    [InlineData("/afk --help", "`/afk` does not know the word `--help`.")]
    [InlineData("/afk retry now", "`/afk retry` takes nothing after it, but `now` follows.")]
    [InlineData("/afk status 3", "`/afk status` takes nothing after it, but `3` follows.")]
    [InlineData("/afk release main", "`/afk release` takes nothing after it, but `main` follows.")]
    [InlineData("/afk extend", "`/afk extend` needs a number from 1 to 20.")]
    [InlineData("/afk extend 0", "`/afk extend` takes a number from 1 to 20, not `0`.")]
    [InlineData("/afk extend 21", "`/afk extend` takes a number from 1 to 20, not `21`.")]
    [InlineData("/afk extend -1", "`/afk extend` takes a number from 1 to 20, not `-1`.")]
    [InlineData("/afk extend 1.5", "`/afk extend` takes a number from 1 to 20, not `1.5`.")]
    [InlineData("/afk extend 99999999999999999999", "`/afk extend` takes a number from 1 to 20, not `99999999999999999999`.")]
    [InlineData("/afk extend three", "`/afk extend` takes a number from 1 to 20, not `three`.")]
    [InlineData("/afk extend 3 more", "`/afk extend 3` takes nothing after it, but `more` follows.")]
    public void A_wrong_command_is_told_what_was_wrong_and_what_there_is(string body, string problem)
    {
        var reading = SlashCommand.Parse(body).ShouldNotBeNull();
        reading.Command.ShouldBeNull();
        reading.Problem.ShouldNotBeNull().ShouldStartWith(problem);
        foreach (var word in Enum.GetNames<SlashVerb>())
        {
            reading.Problem.ShouldContain($"`/afk {word.ToLowerInvariant()}");
        }
    }

    [Fact]
    public void Every_number_of_turns_is_read_or_refused()
    {
        for (var n = -5; n <= 40; n++)
        {
            var command = SlashCommand.Parse($"/afk extend {n}")!.Command;
            command.ShouldBe(n is >= 1 and <= SlashCommand.MaxTurns ? new SlashCommand(SlashVerb.Extend, n) : null);
        }
    }

    [Fact]
    public void A_problem_is_safe_to_post_whatever_was_written()
    {
        foreach (var text in Nasty.Texts())
        {
            var reading = SlashCommand.Parse("/afk x" + text);
            var problem = reading?.Problem ?? string.Empty;
            problem.ShouldNotContain("\n");
            problem.ShouldNotContain("<!--");
            var outsideCode = Shown.OutsideCodeAndLinks(problem);
            outsideCode.ShouldNotContain("@");
            outsideCode.ShouldNotContain("`");
        }
    }

    [Fact]
    public void Parsing_never_throws()
    {
        foreach (var text in Nasty.Texts())
        {
            Should.NotThrow(() => SlashCommand.Parse(text));
            Should.NotThrow(() => SlashCommand.Parse("/afk " + text));
            Should.NotThrow(() => SlashCommand.Parse("/afk extend " + text));
        }
    }
}
