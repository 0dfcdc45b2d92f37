using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Rendering;

public sealed class PhaseChecklistTests
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    public static TheoryData<Phase> Phases => [.. Enum.GetValues<Phase>()];

    public static TheoryData<Ending, Phase> EndingsAndPhases
    {
        get
        {
            var data = new TheoryData<Ending, Phase>();
            foreach (var ending in Enum.GetValues<Ending>())
            {
                foreach (var phase in new[] { Phase.Green, Phase.Ci, Phase.Deployed })
                {
                    data.Add(ending, phase);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void Every_phase_has_its_golden_comment(Phase phase) =>
        Golden.Matches($"phase-{phase}", PhaseChecklist.Render(Model(phase)));

    [Theory]
    [MemberData(nameof(EndingsAndPhases))]
    public void Every_ending_has_its_golden_comment(Ending ending, Phase reached)
    {
        var pushed = reached is not Phase.Green;
        var end = new Concluding(ending, pushed ? Sha : null, "the decision's sentence", TestRuns.Start) { Reached = reached };
        var run = TestRuns.Run() with { Concluding = end, FixForwardAttempts = ending is Ending.Frozen ? 5 : 0 };
        var model = ChecklistModel.From(TestRuns.Repository, run, end, RunPolicy.Default) with { ShaUrl = "https://github.com/octo/widgets/commit/" + Sha };
        Golden.Matches($"ending-{ending}-{reached}", PhaseChecklist.Render(model));
    }

    [Fact]
    public void The_words_of_a_turn_that_found_nothing_to_do_have_their_golden_comment()
    {
        var end = new Concluding(Ending.NeedsHuman, null, "the turn says that there is nothing to do", TestRuns.Start);
        var run = TestRuns.Run() with { Concluding = end };
        run = run.WithCurrentTurn(run.CurrentTurn with { Word = new TurnWord(DeclaredEnd.NothingToDo, "Commit 1234567 mends it.\n@octocat, see `make test`.") });
        Golden.Matches("nothing-to-do", PhaseChecklist.Render(ChecklistModel.From(TestRuns.Repository, run, end, RunPolicy.Default)));
        var released = end with { Ending = Ending.Released };
        PhaseChecklist.Render(ChecklistModel.From(TestRuns.Repository, run, released, RunPolicy.Default)).ShouldNotContain("words");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Spent_attempts_have_their_golden_comment(int attempts) =>
        Golden.Matches($"attempts-{attempts}", PhaseChecklist.Render(Model(Phase.Ci) with { Attempts = attempts, Why = "pushed, CI has no verdict yet" }));

    [Fact]
    public void Notes_and_a_missing_thread_have_their_golden_comment() =>
        Golden.Matches("notes", PhaseChecklist.Render(Model(Phase.Ci) with
        {
            ThreadName = null,
            ThreadUrl = null,
            Notes = ["a newer commit by a person is judged instead", "@everybody - [x] done -->\n# heading"],
        }));

    [Fact]
    public void Every_golden_comment_is_still_rendered_by_a_test() =>
        Golden.Names().Count(name => !name.StartsWith("doorbell-", StringComparison.Ordinal) && !name.StartsWith("settings-", StringComparison.Ordinal)).ShouldBe(Phases.Count + EndingsAndPhases.Count + 2 + 1 + 1);

    [Theory]
    [MemberData(nameof(Phases))]
    public void Lines_before_the_current_one_are_checked_and_later_ones_are_not(Phase current)
    {
        var lines = Lines(PhaseChecklist.Render(Model(current)));
        for (var i = 0; i < lines.Length; i++)
        {
            var sign = current is Phase.Done || i < (int)current ? "- [x] " : i > (int)current ? "- [ ] " : "- ⏳ **";
            lines[i].ShouldStartWith(sign);
        }
    }

    [Fact]
    public void A_checked_line_without_evidence_of_its_own_says_so()
    {
        var lines = Lines(PhaseChecklist.Render(Model(Phase.Deployed) with { Observed = [Phase.Pushed, Phase.Ci, Phase.Done] }));
        lines.Select(line => line.EndsWith("(not observed)", StringComparison.Ordinal)).ShouldBe([true, true, true, false, false, false, false]);
    }

    [Fact]
    public void At_done_all_seven_are_checked_wherever_the_run_stood()
    {
        foreach (var phase in Enum.GetValues<Phase>())
        {
            Lines(PhaseChecklist.Render(Model(phase) with { Ending = Ending.Done })).ShouldAllBe(line => line.StartsWith("- [x] "));
        }
    }

    [Theory]
    [InlineData(Ending.NeedsHuman, "- ✋ **CI**")]
    [InlineData(Ending.Frozen, "- ✋ **CI**")]
    [InlineData(Ending.Released, "- ⏹️ **CI**")]
    public void Where_a_run_stopped_is_neither_checked_nor_empty(Ending ending, string line) =>
        Lines(PhaseChecklist.Render(Model(Phase.Ci) with { Ending = ending }))[(int)Phase.Ci].ShouldBe(line);

    [Fact]
    public void Attempts_are_mentioned_only_when_there_were_any()
    {
        PhaseChecklist.Render(Model(Phase.Ci)).ShouldNotContain("Fix-forward");
        PhaseChecklist.Render(Model(Phase.Ci) with { Attempts = 2 }).ShouldContain("Fix-forward: 2 of 5");
    }

    [Fact]
    public void Whatever_is_inserted_mentions_nobody_and_keeps_the_list_whole()
    {
        foreach (var text in Nasty.Texts(1000))
        {
            var comment = PhaseChecklist.Render(Model(Phase.Ci) with
            {
                ThreadName = text, ThreadUrl = "https://a.example/" + text, Why = text, Sha = text, ShaUrl = text, Notes = [text, text], Ending = Ending.Frozen,
            });
            Lines(comment).Length.ShouldBe(7, comment);
            comment.ShouldNotContain("<!--");
            comment.ShouldNotContain("-->");
            Pattern.IsIn(Shown.OutsideCodeAndLinks(comment), "@(?!\u200b)").ShouldBeFalse(comment);
        }
    }

    [Fact]
    public void Too_many_notes_are_counted_not_shown()
    {
        var comment = PhaseChecklist.Render(Model(Phase.Ci) with { Notes = [.. Enumerable.Range(1, 14).Select(i => $"note {i}")] });
        comment.ShouldContain("- note 10\n- and 4 more\n");
        comment.ShouldNotContain("note 11");
    }

    [Theory]
    [InlineData(false, null, Phase.Green)]
    [InlineData(false, CiStatus.Green, Phase.Green)]
    [InlineData(true, null, Phase.Ci)]
    [InlineData(true, CiStatus.Pending, Phase.Ci)]
    [InlineData(true, CiStatus.Red, Phase.Ci)]
    [InlineData(true, CiStatus.NeedsPerson, Phase.Ci)]
    [InlineData(true, CiStatus.Green, Phase.Deployed)]
    public void The_current_phase_follows_from_the_evidence(bool pushed, CiStatus? ci, Phase expected) =>
        ChecklistModel.PhaseOf(new RunState { Pushed = pushed, Ci = ci }).ShouldBe(expected);

    [Fact]
    public void A_run_in_flight_shows_its_thread_commit_and_attempts()
    {
        var run = TestRuns.Run() with { Commit = new PushedCommit(Sha, TestRuns.Start, 1), FixForwardAttempts = 3 };
        var model = ChecklistModel.From(TestRuns.Repository, run, new RunState { Pushed = true, Ci = CiStatus.Green }, "CI is green", RunPolicy.Default);
        model.Current.ShouldBe(Phase.Deployed);
        model.Observed.ShouldBe([Phase.Pushed, Phase.Ci], ignoreOrder: true);
        model.Sha.ShouldBe(Sha);
        model.ThreadName.ShouldBe(run.CurrentTurnId.ToString());
        (model.Attempts, model.MaxAttempts).ShouldBe((3, 5));
    }

    [Fact]
    public void A_turn_that_is_only_intended_has_no_thread_to_link()
    {
        var run = TestRuns.Run() with { Turns = [new Turn(TurnKind.First, TestRuns.Start)] };
        var model = ChecklistModel.From(TestRuns.Repository, run, new RunState { Pushed = false }, "starting", RunPolicy.Default);
        model.ThreadName.ShouldBeNull();
        PhaseChecklist.Render(model).ShouldStartWith("### AFK run of octo/widgets#12\n");
    }

    [Fact]
    public void Time_alone_never_changes_the_comment()
    {
        var earlier = new RunState { Pushed = true, Ci = CiStatus.Pending, Thread = ThreadStatus.Running };
        var later = earlier with { TurnSeconds = 999, SincePushSeconds = 999, NoVerdictSeconds = 999, ElapsedSeconds = 999 };
        string Render(RunState state) => PhaseChecklist.Render(ChecklistModel.From(
            TestRuns.Repository, TestRuns.Run(), state, RunStateMachine.NextAction(state, RunPolicy.Default).Why, RunPolicy.Default));
        Render(later).ShouldBe(Render(earlier));
    }

    private static string[] Lines(string comment) =>
        [.. comment.Split('\n').SkipWhile(line => !line.StartsWith("- ", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith("- ", StringComparison.Ordinal))];

    private static ChecklistModel Model(Phase current) => new()
    {
        Repository = "octo/widgets",
        IssueNumber = 12,
        ThreadName = "r0123456789ab.1",
        ThreadUrl = "https://github.com/octo/widgets/actions/runs/77",
        Current = current,
        Observed = current > Phase.Pushed ? [Phase.Pushed] : [],
        MaxAttempts = 5,
        Why = "the turn is running",
        Sha = current >= Phase.Pushed ? Sha : null,
        ShaUrl = "https://github.com/octo/widgets/commit/" + Sha,
    };
}
