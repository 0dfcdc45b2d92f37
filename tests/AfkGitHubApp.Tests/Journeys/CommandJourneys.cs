using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>What people order by a comment.</summary>
public sealed class CommandJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly TurnScript LongTurn = new() { Takes = TimeSpan.FromHours(1), Pushes = false };
    private static readonly TurnScript Stalled = new() { Takes = TimeSpan.FromMinutes(2), Pushes = false };
    private static readonly TurnScript Red = new() { Takes = TimeSpan.FromMinutes(2), Ci = new CiScript { Conclusion = "failure" } };
    private static readonly TurnScript Green = new() { Takes = TimeSpan.FromMinutes(2) };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stop_lets_the_run_go_and_cancels_its_turn_however_often_its_webhook_comes(int deliveries)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: LongTurn);
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.Deliveries = _ => deliveries;

        Say(tester, issue, "/afk stop");
        await tester.PassAsync(TimeSpan.FromMinutes(40));

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        tester.Issue(issue).Open.ShouldBeTrue();
        tester.Issue(issue).Labels.ShouldBeEmpty();
        tester.GitHub.Journal.Effects<RunCancelled>().ShouldHaveSingleItem();
        Reactions(tester).ShouldBe(["+1"]);
        Answers(tester, issue).ShouldBeEmpty();
        Checklist(tester, issue).ShouldContain("maria stopped the run");
    }

    [Fact]
    public async Task A_retry_starts_an_issue_that_was_handed_to_a_person_once_and_in_the_name_of_who_asked()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.SetPermission(AfkTester.Repository, "nils", "write");
        var issue = await HandedOverAsync(tester, Green);

        Say(tester, issue, "/afk retry", "nils");
        await tester.PassAsync(Long);

        tester.Issue(issue).Open.ShouldBeFalse();
        tester.Issue(issue).Labels.ShouldBeEmpty();
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(2);
        tester.Issue(issue).Comments[^1].Body.ShouldContain("@nils");
        Reactions(tester).ShouldBe(["+1"]);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "retry");
    }

    [Fact]
    public async Task A_retry_waits_for_the_gates_and_a_stop_takes_it_back()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var waiting = await HandedOverAsync(tester, Green);
        var takenBack = await HandedOverAsync(tester, Green);
        var busy = tester.OpenReadyIssue("in the way", new TurnScript { Takes = TimeSpan.FromMinutes(20), Pushes = false });
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        Say(tester, waiting, "/afk retry");
        Say(tester, takenBack, "/afk retry");
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.Issue(waiting).Labels.ShouldBe([AfkTester.ForHuman]);
        Say(tester, takenBack, "/afk stop");
        await tester.PassAsync(Long);

        tester.EndingOf(busy).ShouldBe(Ending.NeedsHuman);
        tester.Issue(waiting).Open.ShouldBeFalse();
        tester.Issue(takenBack).Labels.ShouldBe([AfkTester.ForHuman]);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "retries");
    }

    [Fact]
    public async Task A_retry_of_a_text_that_somebody_else_changed_afterwards_does_not_start()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = await HandedOverAsync(tester, Green);
        tester.Set("Afk:KillSwitch", "true");
        Say(tester, issue, "/afk retry");
        tester.Clock.Advance(TimeSpan.FromSeconds(5));
        tester.GitHub.EditIssue(AfkTester.Repository, issue, "stranger", body: "Do as I say.");

        tester.Set("Afk:KillSwitch", "false");
        await tester.PassAsync(TimeSpan.FromHours(1));
        Say(tester, issue, "/afk status");
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        tester.GitHub.Journal.Effects<TurnWorked>().ShouldHaveSingleItem();
        Answers(tester, issue).ShouldHaveSingleItem().ShouldContain("the text was edited after the command was given");
    }

    [Fact]
    public async Task A_status_is_answered_once_with_where_the_run_stands()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Red, LongTurn]);
        await tester.PassAsync(TimeSpan.FromMinutes(15));

        Say(tester, issue, "/afk status");
        await tester.PassAsync(TimeSpan.FromMinutes(45));

        var answer = Answers(tester, issue).ShouldHaveSingleItem();
        answer.ShouldContain("A run of this issue is in flight");
        answer.ShouldContain("Corrective turns: 1 of 5");
        answer.ShouldContain("/actions/runs/");
        Reactions(tester).ShouldBe(["+1"]);
    }

    [Fact]
    public async Task A_status_of_an_issue_without_a_run_says_why_it_is_not_running()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var blocker = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "First this");
        var issue = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Then that", $"Blocked by #{blocker}");
        tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        Say(tester, issue, "/afk status");
        Say(tester, blocker, "/afk status");
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        Answers(tester, issue).ShouldHaveSingleItem().ShouldContain("it is blocked by #");
        Answers(tester, blocker).ShouldHaveSingleItem().ShouldContain("nothing asks for one");
    }

    [Fact]
    public async Task An_extension_allows_more_corrective_turns_and_one_more_period_and_its_run_remembers_it()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Policy:FixForwardMaxAttempts", "1"));
        var issue = tester.OpenReadyIssue(turns: [Red, Red with { Takes = TimeSpan.FromMinutes(20) }, Red, Green]);
        await tester.PassAsync(TimeSpan.FromMinutes(15));

        Say(tester, issue, "/afk extend 2");
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        Checklist(tester, issue).ShouldContain("1 of 3 corrective turns");
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(4);
        Reactions(tester).ShouldBe(["+1"]);
    }

    [Fact]
    public async Task A_frozen_run_is_not_extended_and_its_branch_is_released_for_a_retry()
    {
        await using var tester = await AfkTester.OverSocketsAsync(("Afk:Policy:FixForwardMaxAttempts", "0"));
        var issue = tester.OpenReadyIssue(turns: Red);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.GitHub.ScriptIssue(AfkTester.Repository, issue, Green);
        tester.EndingOf(issue).ShouldBe(Ending.Frozen);

        Say(tester, issue, "/afk extend 2");
        Say(tester, issue, "/afk retry");
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.GitHub.Journal.Effects<TurnWorked>().ShouldHaveSingleItem();
        Answers(tester, issue).ShouldHaveSingleItem().ShouldContain("`/afk retry`");
        Say(tester, issue, "/afk release");
        await tester.PassUntilEndedAsync(issue, Long);
        await tester.PassAsync(Long);

        tester.Issue(issue).Open.ShouldBeFalse();
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(2);
        Reactions(tester).ShouldBe(["confused", "+1", "+1"]);
    }

    [Theory]
    [InlineData("stranger", "/afk stop")]
    [InlineData("reader", "/afk stop")]
    [InlineData("reader", "/afk frobnicate")]
    [InlineData("reader", "/afk status")]
    [InlineData("helper[bot]", "/afk stop")]
    public async Task Who_may_not_write_and_who_is_no_person_gets_nothing_at_all(string who, string text)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.SetPermission(AfkTester.Repository, "reader", "read");
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        Say(tester, issue, text, who);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        Reactions(tester).ShouldBeEmpty();
        Answers(tester, issue).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_that_is_not_understood_is_answered_with_the_usage_once()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: LongTurn);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.Deliveries = _ => 2;

        Say(tester, issue, "/afk extend many");
        Say(tester, issue, "I like /afk stop in the middle of a sentence.");
        await tester.PassAsync(TimeSpan.FromMinutes(35));

        Answers(tester, issue).ShouldHaveSingleItem().ShouldContain("The commands are");
        Reactions(tester).ShouldBe(["confused"]);
    }

    [Fact]
    public async Task A_comment_that_was_edited_is_no_command()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: LongTurn);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        var harmless = Say(tester, issue, "Looks good.");
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.EditComment(AfkTester.Repository, harmless, AfkTester.Maintainer, "/afk stop");
        await tester.PassAsync(TimeSpan.FromMinutes(31));
        Reactions(tester).ShouldBeEmpty();

        tester.Deliveries = _ => 0;
        var unread = Say(tester, issue, "/afk status");
        tester.Clock.Advance(TimeSpan.FromSeconds(5));
        tester.GitHub.EditComment(AfkTester.Repository, unread, AfkTester.Maintainer, "/afk stop");
        await tester.PassAsync(TimeSpan.FromMinutes(35));

        tester.GitHub.Journal.Effects<RunCancelled>().ShouldBeEmpty();
        Answers(tester, issue).ShouldHaveSingleItem().ShouldContain("edited");
        Reactions(tester).ShouldBe(["confused"]);
    }

    [Theory]
    [InlineData("", "confused")]
    [InlineData("/reactions", "")]
    public async Task A_retry_that_was_refused_stays_refused_when_the_store_is_lost(string unanswered, string reactions)
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Stalled with { Takes = TimeSpan.FromMinutes(10) }, Green]);
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        if (unanswered.Length > 0)
        {
            tester.GitHub.AddRequestFault(new() { PathContains = unanswered, Status = 403, Times = 1 });
        }

        Say(tester, issue, "/afk retry");
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        string.Join(',', Reactions(tester)).ShouldBe(reactions);

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(2));

        tester.GitHub.Journal.Effects<TurnWorked>().ShouldHaveSingleItem();
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
        Answers(tester, issue).ShouldHaveSingleItem().ShouldContain("in flight");
        Reactions(tester).ShouldBe(["confused"]);
    }

    [Fact]
    public async Task A_retry_that_waits_is_not_forgotten_with_the_store()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = await HandedOverAsync(tester, Green);
        tester.GitHub.Label(AfkTester.Repository, issue, "paused", AfkTester.Maintainer);
        Say(tester, issue, "/afk retry");
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        Reactions(tester).ShouldBe(["+1"]);

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.GitHub.Unlabel(AfkTester.Repository, issue, "paused", AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        Reactions(tester).ShouldBe(["+1"]);
    }

    [Theory]
    [InlineData(CrashPoint.BeforeSending, true)]
    [InlineData(CrashPoint.BeforeSending, false)]
    [InlineData(CrashPoint.AfterPerforming, true)]
    [InlineData(CrashPoint.AfterPerforming, false)]
    public async Task A_crash_at_any_write_obeys_and_answers_every_command_once(CrashPoint point, bool forgets)
    {
        var (expected, writes) = await PlayAsync(0, point, forgets);
        expected.ShouldBe("open=False labels=[] comments=9 turns=2 +1,+1,confused");
        for (var crashAt = 1; crashAt <= writes; crashAt++)
        {
            var (world, _) = await PlayAsync(crashAt, point, forgets);

            // Where the lock stood without its marker a person is told so besides, and the retry is obeyed all the same.
            var wasOrphan = forgets && (point is CrashPoint.BeforeSending ? crashAt is 2 or 3 : crashAt is 1 or 2);
            world.ShouldBe(wasOrphan ? expected.Replace("comments=9", "comments=11", StringComparison.Ordinal) : expected, $"crash {point} at write {crashAt}, {(forgets ? "memory lost" : "memory kept")}");
        }
    }

    private static async Task<(string World, int Writes)> PlayAsync(int crashAt, CrashPoint point, bool forgets)
    {
        var wire = new CrashingWire { Point = point };
        await using var tester = await AfkTester.InProcessAsync(wire.Around);
        var issue = await HandedOverAsync(tester, Green);
        var before = wire.Writes;
        wire.CrashAt = crashAt == 0 ? 0 : before + crashAt;
        Say(tester, issue, "/afk status");
        Say(tester, issue, "/afk frobnicate");
        Say(tester, issue, "/afk retry");
        var restarted = false;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromHours(2);)
        {
            var step = crashAt > 0 && !wire.HasCrashed ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(10);
            passed += step;
            await tester.PassAsync(step);
            if (wire.HasCrashed && forgets && !restarted)
            {
                restarted = true;
                await tester.RestartAsync();
                await tester.EnrolAsync();
            }
        }

        var written = WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue);
        if (!written.EndsWith("comments=11", StringComparison.Ordinal))
        {
            WorldAudit.HoldsOnceAndAlone(tester.GitHub, $"crash {point} at write {crashAt}, {(forgets ? "memory lost" : "memory kept")}");
        }

        return ($"{written} turns={tester.GitHub.Journal.Effects<TurnWorked>().Count} {string.Join(',', Reactions(tester).Order(StringComparer.Ordinal))}", wire.Writes - before);
    }

    private static async Task<int> HandedOverAsync(AfkTester tester, params TurnScript[] then)
    {
        var issue = tester.OpenReadyIssue("Fix the widget", Stalled);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.GitHub.ScriptIssue(AfkTester.Repository, issue, then);
        tester.Issue(issue).Labels.ShouldBe([AfkTester.ForHuman]);
        return issue;
    }

    private static long Say(AfkTester tester, int issue, string text, string by = AfkTester.Maintainer) => tester.GitHub.Comment(AfkTester.Repository, issue, by, text);

    private static List<string> Reactions(AfkTester tester) => [.. tester.GitHub.Journal.Effects<ReactionAdded>().Select(reaction => reaction.Content)];

    private static List<string> Answers(AfkTester tester, int issue) =>
        [.. tester.Issue(issue).Comments.Where(comment => comment.Body.Contains(WorldLaws.Answer, StringComparison.Ordinal)).Select(comment => comment.Body)];

    private static string Checklist(AfkTester tester, int issue) => tester.Issue(issue).Comments.First(comment => comment.Body.Contains(WorldLaws.Marker, StringComparison.Ordinal)).Body;
}
