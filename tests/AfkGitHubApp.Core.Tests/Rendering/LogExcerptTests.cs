using System.Text;
using AfkGitHubApp.Core.Rendering;

namespace AfkGitHubApp.Core.Tests.Rendering;

/// <summary>What of a job's log reaches a prompt, and what never does.</summary>
public sealed class LogExcerptTests
{
    private const string At = "2026-03-10T11:22:33.1234567Z ";

    [Fact]
    public void Time_stamps_colours_and_the_runner_s_marks_go_and_the_error_stays()
    {
        var log = $"\ufeff{At}##[group]Run dotnet test\r\n{At}\u001b[36;1mdotnet test\u001b[0m\r\n{At}##[endgroup]\r\n{At}  Failed Widgets_do_not_wobble [12 ms]\r\n{At}##[error]Process completed with exit code 1.\r\n{At}Cleaning up orphan processes\r\n";
        LogExcerpt.Of(log).ShouldBe("Run dotnet test\ndotnet test\n\n  Failed Widgets_do_not_wobble [12 ms]\nError: Process completed with exit code 1.\nCleaning up orphan processes");
    }

    [Fact]
    public void Of_a_long_log_the_lines_around_its_last_error_are_kept_within_the_bound()
    {
        var before = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{At}line {i}\n"));
        var after = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{At}after {i}\n"));
        var excerpt = LogExcerpt.Of($"{At}##[error]an old error\n{before}{At}the cause\n{At}##[error]the last error\n{after}")!;
        excerpt.ShouldStartWith("(earlier lines cut)\n");
        excerpt.ShouldContain("\nline 4999\nthe cause\nError: the last error\nafter 0\n");
        excerpt.ShouldNotContain("an old error");
        Encoding.UTF8.GetByteCount(excerpt).ShouldBeInRange(LogExcerpt.MaxBytes - 100, LogExcerpt.MaxBytes);
    }

    [Fact]
    public void Without_a_marked_error_the_last_line_that_speaks_of_one_counts_and_else_the_end()
    {
        var tail = string.Concat(Enumerable.Repeat("and on it goes, line after line\n", 1000));
        LogExcerpt.Of($"begin\nTypeError: x failed here\n{tail}")!.ShouldContain("TypeError: x failed here");
        LogExcerpt.Of($"begin\n{tail}the end\n")!.ShouldEndWith("the end");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \r\n\ufeff\n")]
    public void A_log_that_says_nothing_has_no_excerpt(string? log) => LogExcerpt.Of(log).ShouldBeNull();

    [Theory]
    [InlineData("x")]
    [InlineData("漢")]
    [InlineData("😀")]
    [InlineData("`")]
    [InlineData("\n")]
    [InlineData("word ")]
    public void No_excerpt_is_longer_than_its_bound(string filler)
    {
        var log = string.Concat(Enumerable.Repeat(filler, 100_000));
        Encoding.UTF8.GetByteCount(LogExcerpt.Of($"{log}\n##[error]{log}\n{log}") ?? "").ShouldBeLessThanOrEqualTo(LogExcerpt.MaxBytes);
    }

    [Fact]
    public void Our_own_markers_and_hidden_text_do_not_come_through()
    {
        var marker = RunMarker.Write(TestRuns.Run(), TestRuns.RepositoryId, TestRuns.Keys());
        var excerpt = LogExcerpt.Of($"{At}said: {marker}\n{At}{marker}\n{At}left open: <!-- afk:v1 abc\n{At}[//]: # (obey)\n{At}\u202ehidden\u200b\n{At}##[error]x")!;
        excerpt.ShouldNotContain("<!--");
        excerpt.ShouldNotContain("obey");
        excerpt.ShouldNotContain("\u202e");
        excerpt.ShouldContain(Markdown.HiddenMark);
    }

    [Theory]
    [InlineData("token ghp" + "_0123456789abcdefghijklmnopqrstuvwxyz used", "0123456789abc")]
    [InlineData("gho" + "_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F")]
    [InlineData("https://x-access-token:ghs" + "_1234567890_abcdef.ghi-jkl@github.com/o/r", "1234567890")]
    [InlineData("github" + "_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz", "11ABCDEFG0")]
    [InlineData("id AKIA" + "IOSFODNN7EXAMPLE here", "IOSFODNN7")]
    [InlineData("\"password\": \"hunter2\"", "hunter2")]
    [InlineData("export DB_PASSWORD=hunter2", "hunter2")]
    [InlineData("Server=db;Password=hunter2;Timeout=3", "hunter2")]
    [InlineData("client_secret: 'hunter 2'", "hunter")]
    [InlineData("api-key = hunter2", "hunter2")]
    [InlineData("access_token=hunter2hunter2", "hunter2")]
    [InlineData("Authorization: Basic aHVudGVyMg==", "aHVudGVyMg")]
    [InlineData("curl -H 'authorization: token hunter2'", "hunter2")]
    [InlineData("sent Bearer hunter2hunter2", "hunter2")]
    [InlineData("postgres://admin:hunter2@db.example.com/x", "hunter2")]
    [InlineData("xoxb" + "-123456789012-abcdefghijkl", "123456789012")]
    [InlineData("sk" + "-proj-abcdefghijklmnopqrstuvwx", "abcdefghijkl")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl")]
    [InlineData("key 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "884c7d659a2f")]
    [InlineData("value wJalrXUtnFEMI7K7MDENGbPxRfiCYEXAMPLEKEY12", "XUtnFEMI")]
    [InlineData("https://blob.example.com/x?sv=1&sig=abcdefgh%2Fijkl", "abcdefgh")]
    public void What_looks_like_a_secret_is_taken_out(string line, string secret)
    {
        var excerpt = LogExcerpt.Of($"{At}before\n{At}\u001b[31m{line}\u001b[0m\n{At}##[error]{line}")!;
        excerpt.ShouldNotContain(secret);
        excerpt.ShouldContain(Secrets.Removed);
        excerpt.ShouldContain("before");
    }

    [Fact]
    public void A_secret_that_a_colour_cuts_in_two_is_still_one() => LogExcerpt.Of("ghp" + "_\u001b[1m0123456789abcdefghijklmnop\u001b[0m").ShouldBe(Secrets.Removed);

    [Fact]
    public void A_key_is_taken_out_whole_however_much_of_it_is_there()
    {
        const string Body = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MaX0vZfVvU3mXx1A";
        var inner = string.Concat(Enumerable.Repeat($"{At}{Body}\n", 200));
        string[] logs =
        [
            $"{At}-----BEGIN RSA PRIVATE KEY-----\n{inner}{At}short==\n{At}-----END RSA PRIVATE KEY-----\n{At}##[error]x",
            $"{At}##[error]x\n{At}-----BEGIN OPENSSH PRIVATE KEY-----\n{inner}",
            $"{inner}{At}short==\n{At}-----END PRIVATE KEY-----\n{At}##[error]x",
            $"{At}##[error]-----BEGIN PRIVATE KEY-----\\n{Body}\\n-----END PRIVATE KEY-----",
        ];
        foreach (var log in logs)
        {
            var excerpt = LogExcerpt.Of(log)!;
            excerpt.ShouldNotContain("MIIEpAIBAAKCAQEA");
            excerpt.ShouldNotContain("short==");
            excerpt.ShouldContain(Secrets.Removed);
        }
    }

    [Theory]
    [InlineData("at Widgets.Tests.A_widget_that_wobbles_is_mended_by_the_second_turn_of_2026() in /builds/widgets/tests/WidgetTests.cs:line 42")]
    [InlineData("commit 0123456789abcdef0123456789abcdef01234567")]
    [InlineData("SyntaxError: Unexpected token: }")]
    [InlineData("error CS1002: ; expected [/builds/app/src/App.csproj]")]
    [InlineData("Expected: 3 tokens, but was: 4")]
    [InlineData("npm ERR! code ERESOLVE https://packages.example.com/left-pad")]
    public void What_a_mender_needs_is_left_alone(string line) => LogExcerpt.Of($"{At}##[error]{line}").ShouldBe($"Error: {line}");

    [Fact]
    public void Nothing_that_is_written_into_a_log_breaks_out_of_its_fence()
    {
        foreach (var text in Nasty.Texts(300))
        {
            var excerpt = LogExcerpt.Of($"{text}\n##[error]{text}");
            var lines = Markdown.Quote(excerpt).Split('\n');
            var fence = new string('`', lines[0].Count(c => c == '`'));
            lines[1..^1].ShouldAllBe(line => !line.TrimStart().StartsWith(fence, StringComparison.Ordinal));
        }
    }
}
