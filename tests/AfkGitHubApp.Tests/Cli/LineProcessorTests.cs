using System.Text.Json.Nodes;
using AfkGitHubApp.Cli;

namespace AfkGitHubApp.Tests.Cli;

/// <summary>What holds for both verbs that answer line by line.</summary>
public sealed class LineProcessorTests
{
    [Fact]
    public async Task Answers_keep_the_order_of_their_lines_and_a_bad_line_spoils_no_other()
    {
        var answers = await Lines.DecideAsync(
            """{"pushed":false,"thread":"running"}""",
            "nonsense",
            """{"pushed":true,"thread":"idle","ci":"green"}""",
            """{"pushed":-1}""",
            """{"pushed":false,"thread":"vanished"}""");
        answers.ExitCode.ShouldBe(ExitCodes.BadInput);
        answers.Lines.Select(line => JsonNode.Parse(line)!.AsObject()).Select(line => (string?)line["action"] ?? "error").ShouldBe(["wait", "error", "close_success", "error", "redispatch"]);
    }

    [Fact]
    public async Task Good_lines_after_a_bad_one_do_not_make_it_good() => (await Lines.DecideAsync("nonsense", """{"pushed":false}""")).ExitCode.ShouldBe(ExitCodes.BadInput);

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("  \n\t\n \r\n")]
    public async Task Nothing_asked_is_nothing_answered(string input)
    {
        var answers = await Lines.DecideAsync(input);
        answers.ExitCode.ShouldBe(ExitCodes.Success);
        answers.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\n{\"pushed\":false}\n\n  \n{\"pushed\":true}\n")]
    [InlineData("{\"pushed\":false}\r\n\r\n{\"pushed\":true}\r\n")]
    [InlineData("  {\"pushed\":false}  \n\t{ \"pushed\" : true }")]
    public async Task Blank_lines_and_blanks_around_a_line_do_not_matter(string input)
    {
        var answers = await Lines.DecideAsync(input);
        answers.ExitCode.ShouldBe(ExitCodes.Success);
        answers.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Each_answer_is_one_line_whatever_is_in_it()
    {
        var answers = await Lines.PlanAsync("""{"issues":[{"number":1,"repo":"o/r","labeledByTrusted":true}],"policy":{"killSwitch":false,"readyLabel":"two\nlines\r\u2028\u0085"}}""");
        answers.Lines.ShouldHaveSingleItem();
        ((string?)answers.Single["skipped"]![0]!["why"]).ShouldBe("it does not carry the label two\nlines\r\u2028\u0085");
    }

    [Fact]
    public async Task A_character_torn_in_half_is_that_lines_error_only()
    {
        var answers = await Lines.DecideAsync("{\"pushed\":false,\"thread\":\"\ud800\"}", """{"pushed":false}""");
        answers.ExitCode.ShouldBe(ExitCodes.BadInput);
        answers.Lines.Length.ShouldBe(2);
        answers.Lines[0].ShouldContain("error");
        answers.Lines[1].ShouldContain("wait");
    }

    [Fact]
    public async Task Ten_thousand_lines_are_answered_one_by_one_as_they_come()
    {
        const int Count = 10_000;
        using var output = new CountingWriter();
        using var input = new WatchfulReader(Count, number => number % 10 == 3 ? "?" : $$"""{"pushed":true,"thread":"idle","ci":"red","fixForwardAttempts":{{number % 7}}}""", output);

        (await LineProcessor.RunAsync(input, output, DecideVerb.Answer, TestContext.Current.CancellationToken)).ShouldBe(ExitCodes.BadInput);

        output.Flushed.ShouldBe(Count);
        input.MostUnanswered.ShouldBe(0, "each line is answered and flushed before the next is asked for");
    }

    [Fact]
    public async Task Being_told_to_stop_stops_between_two_lines()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new CountingWriter();
        using var input = new WatchfulReader(100, number =>
        {
            if (number == 5)
            {
                stop.Cancel();
            }

            return """{"pushed":false}""";
        }, output);

        await Should.ThrowAsync<OperationCanceledException>(() => LineProcessor.RunAsync(input, output, DecideVerb.Answer, stop.Token));

        output.Flushed.ShouldBeLessThan(7);
    }

    /// <summary>Makes lines as they are asked for, and notes how many of those before it were not answered yet.</summary>
    private sealed class WatchfulReader(int count, Func<int, string> line, CountingWriter answers) : TextReader
    {
        private int given;

        public int MostUnanswered { get; private set; }

        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            MostUnanswered = Math.Max(MostUnanswered, given - answers.Flushed);
            return ValueTask.FromResult(given == count ? null : line(given++));
        }
    }

    /// <summary>Counts the lines that were flushed.</summary>
    private sealed class CountingWriter : StringWriter
    {
        private int written;

        public int Flushed { get; private set; }

        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            written++;
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flushed = written;
            return Task.CompletedTask;
        }
    }
}
