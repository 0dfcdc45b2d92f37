using AfkGitHubApp.Adapters.Doorbells;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Tests.Doorbells;

public sealed class SlackTextTests
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public void A_whole_doorbell_is_translated() => SlackText.Of(NotificationText.For("frozen", Model())).ShouldBe(
        $"""
        *<https://github.com/octo/widgets/issues/12|octo/widgets#12 is frozen>*
        @maria: the run of <https://github.com/octo/widgets/issues/12|octo/widgets#12> is frozen: CI &lt;is&gt; *red* &amp; [so on](there).

        - Commit: <https://github.com/octo/widgets/commit/{Sha}|{Sha}>
        - Check: <https://github.com/octo/widgets/runs/5?a=1&amp;b=2|build 'all'> `failure`
        - Check: `lint &lt;x&gt;` `timed_out`
        - Corrective turns: 5 of 5
        - Last turn: <https://github.com/octo/widgets/actions/runs/77|r0123456789ab.6>

        The turn's own words:

        ```
        see &lt;!here&gt; and '''that'''
        ```

        To take the run's commit off the branch again:

        ```
        git revert --no-edit {Sha}
        ```

        Next: look at the commit and either finish it by hand, or comment `/afk retry` for a new run (or remove the label `ready-for-human` and set the label `ready-for-agent` again).
        """.ReplaceLineEndings("\n"));

    [Fact]
    public void A_long_text_is_cut_at_a_line_and_leaves_no_fence_open()
    {
        var said = string.Join('\n', Enumerable.Repeat("It does not work, whatever is tried, on any machine.", 70));
        var text = SlackText.Of(NotificationText.For("frozen", Model() with { Word = new TurnWord(DeclaredEnd.GaveUp, said) }) with { Body = $"Words:\n\n```text\n{said}\n{said}\n```\n" });

        text.Length.ShouldBeLessThan(4_000);
        text.ShouldEndWith("machine.\n```\n(cut)");
    }

    [Fact]
    public void Whatever_is_put_together_nothing_leads_elsewhere()
    {
        string[] pieces = ["<!channel>", "<@U1>", "[a](https://evil.example)", "](", ")", "[", "`", "```", "~~~", "\\", "|", ">", "&lt;", "\n", " ", "word", "@maria", "\ud83d\ude00", "\ud83d", "<!--", "-->"];
        var random = new Random(20_26);
        for (var round = 0; round < 2_000; round++)
        {
            ShouldLeadNowhere(string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)])));
        }
    }

    [Theory]
    [InlineData("<!channel>")]
    [InlineData("<@U123>")]
    [InlineData("<https://evil.example|octo/widgets>")]
    [InlineData("```<!channel>")]
    [InlineData("`<!channel>")]
    [InlineData("](https://evil.example) <!here>")]
    [InlineData("\\<!channel\\>")]
    [InlineData("| a > b < c & d")]
    public void No_word_of_a_stranger_reaches_anybody_or_leads_anywhere(string nasty) => ShouldLeadNowhere(nasty);

    private static void ShouldLeadNowhere(string nasty)
    {
        var model = Model() with
        {
            Repository = nasty,
            Why = nasty,
            Checks = [new CheckLine(nasty, nasty, "https://github.com/octo/widgets/runs/5")],
            ThreadName = nasty,
            Word = new TurnWord(DeclaredEnd.GaveUp, $"{nasty}\n{nasty}"),
        };
        foreach (var kind in (string[])["done", "needs-human", "frozen"])
        {
            var text = SlackText.Of(NotificationText.For(kind, model));
            for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0; at = text.IndexOf('<', at + 1))
            {
                text[at..].ShouldStartWith("<https://github.com/octo/widgets/", customMessage: text);
                text.IndexOf('>', at).ShouldBeGreaterThan(text.IndexOf('|', at), text);
            }

            text.Replace("&amp;", "", StringComparison.Ordinal).Replace("&lt;", "", StringComparison.Ordinal).Replace("&gt;", "", StringComparison.Ordinal).ShouldNotContain("&");
        }
    }

    private static NotificationModel Model() => new()
    {
        Run = RunId.FromEvent("LE_1"),
        Repository = "octo/widgets",
        IssueNumber = 12,
        IssueUrl = "https://github.com/octo/widgets/issues/12",
        AuthorisedBy = new Person(7, "maria"),
        Why = "CI <is> *red* & [so on](there)",
        Sha = Sha,
        ShaUrl = "https://github.com/octo/widgets/commit/" + Sha,
        Checks = [new CheckLine("build `all`", "failure", "https://github.com/octo/widgets/runs/5?a=1&b=2"), new CheckLine("lint <x>", "timed_out", null)],
        Attempts = 5,
        MaxAttempts = 5,
        ThreadName = "r0123456789ab.6",
        ThreadUrl = "https://github.com/octo/widgets/actions/runs/77",
        Word = new TurnWord(DeclaredEnd.GaveUp, "see <!here> and ```that```"),
        Revert = [Sha],
    };
}
