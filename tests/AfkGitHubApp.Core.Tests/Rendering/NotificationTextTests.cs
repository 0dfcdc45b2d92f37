using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Rendering;

public sealed class NotificationTextTests
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";
    private const string Other = "89abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("done", NotificationPriority.Low, "octo/widgets#12 is done")]
    [InlineData("needs-human", NotificationPriority.High, "octo/widgets#12 needs a person")]
    [InlineData("frozen", NotificationPriority.High, "octo/widgets#12 is frozen")]
    [InlineData("ready", NotificationPriority.High, "octo/widgets#12 is ready to be merged", "ready")]
    public void Each_kind_has_its_priority_title_and_stable_id(string kind, NotificationPriority priority, string title, string id = "doorbell")
    {
        var notification = NotificationText.For(kind, Model());
        notification.Priority.ShouldBe(priority);
        notification.Title.ShouldBe(title);
        notification.Kind.ShouldBe(kind);
        notification.DoorbellId.ShouldBe($"r0123456789ab/{id}");
        NotificationText.For(kind, Model()).ShouldBe(notification);
    }

    [Theory]
    [InlineData("released")]
    [InlineData("Done")]
    [InlineData("")]
    public void An_unknown_kind_is_refused_by_name(string kind) =>
        Should.Throw<ArgumentOutOfRangeException>(() => NotificationText.For(kind, Model())).Message.ShouldContain($"'{kind}'");

    [Fact]
    public void Every_ending_but_the_quiet_one_rings_its_kind()
    {
        NotificationText.KindOf(Ending.Done).ShouldBe(NotificationText.Done);
        NotificationText.KindOf(Ending.NeedsHuman).ShouldBe(NotificationText.NeedsHuman);
        NotificationText.KindOf(Ending.Frozen).ShouldBe(NotificationText.Frozen);
        NotificationText.KindOf(Ending.Released).ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => NotificationText.KindOf((Ending)9)).Message.ShouldContain("9");
    }

    [Fact]
    public void A_frozen_run_tells_everything_a_person_needs() => NotificationText.For("frozen", Model() with { TrunkLeftRed = true, Revert = [Sha, Other] }).Body.ShouldBe(
        $"""
        @octocat: the run of [octo/widgets#12](https://github.com/octo/widgets/issues/12) is frozen: CI is still red after 5 corrective turns.

        - Commit: [`{Sha}`](https://github.com/octo/widgets/commit/{Sha})
        - Check: [`build`](https://github.com/octo/widgets/runs/5) `failure`
        - Check: `lint` `timed_out`
        - Corrective turns: 5 of 5
        - Last turn: [r0123456789ab.6](https://github.com/octo/widgets/actions/runs/77)
        - Spent: 1 h 5 min, 6 turns, 1,234 requests to GitHub, 2.50 USD as the turns report

        To take the run's 2 commits off the branch again:

        ```sh
        git revert --no-edit {Sha} {Other}
        ```

        Next: look at the commit and either finish it by hand, or comment `/afk retry` for a new run (or remove the label `ready-for-human` and set the label `ready-for-agent` again). The branch is red: no new run starts in this repository until its head is green or somebody who may write comments `/afk release`.

        """.ReplaceLineEndings("\n"));

    [Fact]
    public void A_pull_request_that_is_ready_is_named_with_what_to_do() =>
        Golden.Matches("doorbell-ready", NotificationText.For("ready", Model() with { Why = "CI is green, and the pull request waits for a person to merge it", Checks = [], PullRequest = 31, PullRequestUrl = "https://github.com/octo/widgets/pull/31" }).Body);

    [Fact]
    public void One_kind_of_doorbell_is_never_taken_for_the_other()
    {
        var keys = TestRuns.Keys();
        DoorbellMarker.OfRecord.IsIn(DoorbellMarker.Ready.Write(TestRuns.Id, 1, 2, keys), TestRuns.Id, 1, 2, keys).ShouldBeFalse();
        DoorbellMarker.Ready.IsIn(DoorbellMarker.OfRecord.Write(TestRuns.Id, 1, 2, keys), TestRuns.Id, 1, 2, keys).ShouldBeFalse();
        DoorbellMarker.Ready.IsIn(DoorbellMarker.OfRecord.Write(TestRuns.Id, 1, 2, keys).Replace("afk-doorbell", "afk-ready", StringComparison.Ordinal), TestRuns.Id, 1, 2, keys).ShouldBeFalse();
        DoorbellMarker.Ready.IsIn(DoorbellMarker.Ready.Write(TestRuns.Id, 1, 2, keys), TestRuns.Id, 1, 2, keys).ShouldBeTrue();
    }

    [Fact]
    public void A_run_that_never_pushed_points_at_its_turn() => NotificationText.For("needs-human", Bare()).Body.ShouldBe(
        """
        @octocat: the run of octo/widgets#12 needs a person: the turn ended without a push.

        Next: look at the last turn and either take the issue over, or comment `/afk retry` for a new run (or remove the label `ready-for-human` and set the label `go` again).

        """.ReplaceLineEndings("\n"));

    [Fact]
    public void A_turn_that_found_nothing_to_do_is_quoted_with_its_cost() =>
        Golden.Matches("doorbell-nothing-to-do", NotificationText.For("needs-human", Bare() with { Why = "the turn says that there is nothing to do", ThreadName = "r0123456789ab.1", Word = new TurnWord(DeclaredEnd.NothingToDo, "Commit 1234567 mends it:\n`make test` passes."), Turns = 1, CostUsd = 0.5m, CostToldBy = 1 }).Body);

    [Fact]
    public void A_corrective_turn_that_gave_up_is_quoted_beside_the_commit() =>
        Golden.Matches("doorbell-gave-up", NotificationText.For("frozen", Model() with { Why = "CI is red, and the corrective turn gave up", Word = new TurnWord(DeclaredEnd.GaveUp, "The check needs a licence.") }).Body);

    [Fact]
    public void The_words_of_a_turn_stay_in_their_fence()
    {
        foreach (var text in Nasty.Texts(200).Append("```\n@octocat fixes #1 <!-- afk:v1 -->\n~~~"))
        {
            var body = NotificationText.For("needs-human", Bare() with { Word = new TurnWord(DeclaredEnd.GaveUp, text) }).Body;
            var lines = body.Split('\n');
            var open = Array.FindIndex(lines, line => line.StartsWith("```", StringComparison.Ordinal));
            var fence = lines[open][..(lines[open].LastIndexOf('`') + 1)];
            Array.FindIndex(lines, open + 1, line => line.Trim(' ').StartsWith(fence, StringComparison.Ordinal)).ShouldBe(lines.Length - 4, body);
            body.ShouldNotContain("<!--");
        }
    }

    [Fact]
    public void What_is_done_needs_no_words() => NotificationText.For("done", Model() with { Word = new TurnWord(DeclaredEnd.GaveUp, "spoke too soon") }).Body.ShouldNotContain("spoke");

    [Theory]
    [InlineData(CiSilence.SkipMarker, "a marker in its message", "an empty one will do")]
    [InlineData(CiSilence.WorkflowToken, "`GITHUB_TOKEN` starts no workflow", "a token of the App")]
    [InlineData(CiSilence.Approval, "waits for approval", "approve the workflow run")]
    [InlineData(CiSilence.Filter, "did not run on this one", "`paths` and `branches` filters")]
    [InlineData(CiSilence.NoWorkflow, "No workflow ran", "Actions is switched on")]
    [InlineData(CiSilence.Unexplained, "nothing known explains it", "by hand")]
    public void A_commit_that_ci_never_looked_at_has_its_own_text_for_each_cause(CiSilence silence, string cause, string wayOut)
    {
        var body = NotificationText.For("needs-human", Model() with { Silence = silence }).Body;
        body.ShouldContain(cause);
        body.ShouldContain(wayOut);
        body.ShouldContain("Nothing was judged: look at the commit and finish it by hand, or comment `/afk retry` for a new run (or remove the label `ready-for-human` and set the label `ready-for-agent` again).");
    }

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3_599, "59 min")]
    [InlineData(3_600, "1 h")]
    [InlineData(86_399, "23 h 59 min")]
    [InlineData(90_000, "1 d 1 h")]
    public void How_long_it_took_is_said_in_words(double seconds, string words) =>
        NotificationText.For("done", Bare() with { Took = TimeSpan.FromSeconds(seconds), Turns = 1, Requests = 1 }).Body.ShouldContain($"- Spent: {words}, 1 turn, 1 request to GitHub\n");

    [Fact]
    public void A_single_commit_is_reverted_by_itself_and_nothing_else_is_ever_reverted()
    {
        NotificationText.For("frozen", Model() with { Revert = [Sha] }).Body.ShouldContain($"To take the run's commit off the branch again:\n\n```sh\ngit revert --no-edit {Sha}\n```\n");
        NotificationText.For("frozen", Model()).Body.ShouldNotContain("git revert");
        NotificationText.For("done", Model() with { Revert = [Sha] }).Body.ShouldNotContain("git revert");
    }

    [Fact]
    public void A_done_run_tells_what_it_took() => Golden.Matches("doorbell-done", NotificationText.For("done", Model() with
    {
        Why = "pushed and CI is green",
        Checks = [new CheckLine("build", "success", "https://github.com/octo/widgets/runs/5")],
        Attempts = 1,
        Turns = 2,
        CostUsd = null,
    }).Body);

    [Theory]
    [InlineData(1, "at least 2.50 USD, told by 1 of 6 turns\n")]
    [InlineData(5, "at least 2.50 USD, told by 5 of 6 turns\n")]
    [InlineData(6, "2.50 USD as the turns report\n")]
    public void A_sum_that_misses_a_turn_says_so(int toldBy, string expected) =>
        NotificationText.For("frozen", Model() with { CostToldBy = toldBy }).Body.ShouldContain($" {expected}");

    [Fact]
    public void A_done_run_asks_for_nothing() =>
        NotificationText.For("done", Bare()).Body.ShouldContain("Nothing is left to do. Should it not hold, reopen the issue and set the label `go` again");

    [Theory]
    [InlineData("octocat", "@octocat: ")]
    [InlineData("octo-cat_corp", "@octo-cat_corp: ")]
    [InlineData("dependabot[bot]", "`dependabot[bot]`: ")]
    [InlineData("a @everyone", "`a @everyone`: ")]
    [InlineData("org/team", "`org/team`: ")]
    [InlineData("", "(empty): ")]
    public void Only_a_person_is_mentioned(string login, string start) =>
        NotificationText.For("done", Model() with { AuthorisedBy = new Person(7, login) }).Body.ShouldStartWith(start);

    [Fact]
    public void Nobody_else_is_ever_mentioned_and_no_comment_is_opened()
    {
        foreach (var text in Nasty.Texts(1000))
        {
            var notification = NotificationText.For("frozen", Model() with
            {
                Repository = text, Why = text, ThreadName = text, ThreadUrl = text, Checks = [new CheckLine(text, text, text)], ShaUrl = text, IssueUrl = text,
            });
            notification.Title.Any(char.IsControl).ShouldBeFalse();
            notification.Body.ShouldNotContain("<!--");
            notification.Body.ShouldNotContain("-->");
            Pattern.Count(Shown.OutsideCodeAndLinks(notification.Body), "@(?!\u200b)").ShouldBe(1, notification.Body);
            notification.Body.Split('\n').Length.ShouldBe(10, notification.Body);
        }
    }

    [Fact]
    public void A_notification_stays_far_below_what_a_comment_holds()
    {
        var huge = new string('_', 100_000);
        var body = NotificationText.For("frozen", Model() with
        {
            Repository = huge, Why = huge, Sha = huge, ThreadName = huge, ReadyLabel = huge, Checks = [.. Enumerable.Repeat(new CheckLine(huge, huge, null), 500)],
        }).Body;
        body.Length.ShouldBeLessThan(30_000);
        body.ShouldContain("- Checks not shown: 480\n");
    }

    [Fact]
    public void A_doorbell_is_found_only_for_its_own_run_issue_and_repository()
    {
        var keys = TestRuns.Keys();
        var body = "text\n" + DoorbellMarker.OfRecord.Write(TestRuns.Id, 1, 2, keys) + "\n";
        DoorbellMarker.OfRecord.IsIn(body, TestRuns.Id, 1, 2, keys).ShouldBeTrue();
        DoorbellMarker.OfRecord.IsIn(body, new RunId("r0123456789ac"), 1, 2, keys).ShouldBeFalse();
        DoorbellMarker.OfRecord.IsIn(body, TestRuns.Id, 9, 2, keys).ShouldBeFalse();
        DoorbellMarker.OfRecord.IsIn(body, TestRuns.Id, 1, 9, keys).ShouldBeFalse();
        DoorbellMarker.OfRecord.IsIn(body, TestRuns.Id, 1, 2, TestRuns.Keys(2)).ShouldBeFalse();
        DoorbellMarker.OfRecord.IsIn(body, TestRuns.Id, 1, 2, TestRuns.Keys(2, 1)).ShouldBeTrue();
        DoorbellMarker.OfRecord.IsIn(null, TestRuns.Id, 1, 2, keys).ShouldBeFalse();
    }

    [Fact]
    public void A_doorbell_with_any_character_changed_is_not_found()
    {
        var keys = TestRuns.Keys();
        var marker = DoorbellMarker.OfRecord.Write(TestRuns.Id, 1, 2, keys);
        marker.ShouldStartWith("<!-- afk-doorbell:r0123456789ab ");
        marker.IndexOf("--", 4, StringComparison.Ordinal).ShouldBe(marker.Length - 3);
        for (var i = 0; i < marker.Length; i++)
        {
            var changed = marker[..i] + (char)(marker[i] ^ 1) + marker[(i + 1)..];
            DoorbellMarker.OfRecord.IsIn(changed, TestRuns.Id, 1, 2, keys).ShouldBeFalse(changed);
            DoorbellMarker.OfRecord.IsIn(marker[..i], TestRuns.Id, 1, 2, keys).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_forged_doorbell_before_the_real_one_does_not_hide_it()
    {
        var keys = TestRuns.Keys();
        var forged = DoorbellMarker.OfRecord.Write(TestRuns.Id, 1, 2, TestRuns.Keys(5));
        DoorbellMarker.OfRecord.IsIn(forged, TestRuns.Id, 1, 2, keys).ShouldBeFalse();
        DoorbellMarker.OfRecord.IsIn(forged + "\n" + DoorbellMarker.OfRecord.Write(TestRuns.Id, 1, 2, keys), TestRuns.Id, 1, 2, keys).ShouldBeTrue();
    }

    private static NotificationModel Bare() => new()
    {
        Run = TestRuns.Id,
        Repository = "octo/widgets",
        IssueNumber = 12,
        AuthorisedBy = new Person(7, "octocat"),
        Why = "the turn ended without a push",
        ReadyLabel = "go",
    };

    private static NotificationModel Model() => new()
    {
        Run = TestRuns.Id,
        Repository = "octo/widgets",
        IssueNumber = 12,
        IssueUrl = "https://github.com/octo/widgets/issues/12",
        AuthorisedBy = new Person(7, "octocat"),
        Why = "CI is still red after 5 corrective turns",
        Sha = Sha,
        ShaUrl = "https://github.com/octo/widgets/commit/" + Sha,
        Checks = [new CheckLine("build", "failure", "https://github.com/octo/widgets/runs/5"), new CheckLine("lint", "timed_out", null)],
        Attempts = 5,
        MaxAttempts = 5,
        Turns = 6,
        Took = TimeSpan.FromMinutes(65.5),
        Requests = 1234,
        CostUsd = 2.5m,
        CostToldBy = 6,
        ThreadName = "r0123456789ab.6",
        ThreadUrl = "https://github.com/octo/widgets/actions/runs/77",
    };
}
