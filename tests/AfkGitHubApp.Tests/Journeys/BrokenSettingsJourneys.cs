using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>What people are told on an issue while the repository's own settings are broken.</summary>
public sealed class BrokenSettingsJourneys
{
    private const string File = ".github/afk.yml";
    private const string Repository = AfkTester.Repository;
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);

    [Fact]
    public async Task A_broken_file_is_told_once_with_all_its_problems_and_the_comment_says_when_it_is_mended()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(Repository, File, "budget:\n  attempts: 1\nversion: 2");
        var issue = tester.OpenReadyIssue();

        await tester.PassAsync(TimeSpan.FromHours(6));

        var told = tester.Issue(issue).Comments.ShouldHaveSingleItem();
        told.Body.ShouldStartWith("This issue is ready and does not start: [`.github/afk.yml`](");
        told.Body.ShouldContain($"[line 1, column 1]({tester.GitHub.BaseUrl}{Repository}/blob/");
        told.Body.ShouldContain("/.github/afk.yml#L1): `budget` is not a known key (did you mean `budgets`?)");
        told.Body.ShouldContain("/.github/afk.yml#L3): `version` must be 1");
        Said(tester).ShouldBe(1, "nothing is written about an unchanged world");

        var mended = tester.GitHub.CommitFile(Repository, File, "budgets:\n  attempts: 1", AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        var first = tester.Issue(issue).Comments[0];
        first.Id.ShouldBe(told.Id);
        first.Body.ShouldContain($"It is in order since commit [`{mended[..12]}`]({tester.GitHub.BaseUrl}{Repository}/commit/{mended})");
        Said(tester).ShouldBe(2);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "broken, then mended");
    }

    [Fact]
    public async Task Other_problems_change_the_comment_in_place_and_other_issues_and_commits_do_not()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        var first = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        var others = Enumerable.Range(0, 4).Select(_ => tester.OpenReadyIssue()).ToList();
        tester.GitHub.Label(Repository, others[^1], "P0", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.GitHub.CommitFile(Repository, "README.md", "words", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromHours(1));
        Said(tester).ShouldBe(1);

        tester.GitHub.CommitFile(Repository, File, "budgets: 1", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.Issue(first).Comments.ShouldHaveSingleItem().Body.ShouldContain("`budgets` must be a mapping");
        others.ShouldAllBe(other => tester.Issue(other).Comments.Count == 0);
        Said(tester).ShouldBe(2);
    }

    [Fact]
    public async Task A_second_breakage_is_told_again_where_people_hear_of_it()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        var issue = tester.OpenReadyIssue();
        tester.GitHub.AddBlocker(Repository, issue, tester.GitHub.OpenIssue(Repository, AfkTester.Maintainer, "First"));
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        tester.GitHub.CommitFile(Repository, File, "version: 1", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        tester.GitHub.CommitFile(Repository, File, "version: 2", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.Issue(issue).Comments.Count.ShouldBe(2);
        tester.Issue(issue).Comments[0].Body.ShouldEndWith(WorldLaws.SettingsInOrder);
        tester.Issue(issue).Comments[1].Body.ShouldContain("`version` must be 1");
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "broken twice");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_that_remembers_nothing_finds_the_comment_again(bool afterMending)
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        var told = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        var first = tester.OpenReadyIssue();
        tester.GitHub.Label(Repository, first, "P0", AfkTester.Maintainer);
        if (afterMending)
        {
            tester.GitHub.CommitFile(Repository, File, "version: 1", AfkTester.Maintainer);
        }

        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.GitHub.CommitFile(Repository, File, "version: 1 # in order", AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(told, Long);

        tester.Issue(told).Comments[0].Body.ShouldEndWith(WorldLaws.SettingsInOrder);
        Said(tester).ShouldBe(2);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "forgotten");
    }

    [Fact]
    public async Task A_file_that_was_mended_by_a_push_that_nobody_told_of_holds_nothing_back()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(31));
        tester.Deliveries = each => each.Event == "push" ? 0 : 1;
        tester.GitHub.CommitFile(Repository, File, "version: 1", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(5));

        var issue = tester.OpenReadyIssue();
        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        Said(tester).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_comment_that_cannot_be_changed_for_the_moment_keeps_no_start_up_and_is_changed_later(bool forgotten)
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        var told = tester.Issue(issue).Comments.ShouldHaveSingleItem().Id;
        tester.GitHub.AddRequestFault(new() { Method = "PATCH", PathContains = $"/comments/{told}", Status = 502, Times = 100_000 });
        if (forgotten)
        {
            await tester.RestartAsync();
        }

        tester.GitHub.CommitFile(Repository, File, "version: 1", AfkTester.Maintainer);
        await tester.EnrolAsync();
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(30));
        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments[0].Body.ShouldNotEndWith(WorldLaws.SettingsInOrder);

        tester.GitHub.ClearRequestFaults();
        await tester.PassAsync(TimeSpan.FromMinutes(10));
        tester.Issue(issue).Comments[0].Body.ShouldEndWith(WorldLaws.SettingsInOrder);
        Said(tester).ShouldBe(2);
    }

    [Fact]
    public async Task An_issue_that_another_gate_holds_back_is_told_nothing()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        var paused = tester.OpenReadyIssue();
        tester.GitHub.Label(Repository, paused, "paused", AfkTester.Maintainer);
        var handedBack = tester.OpenReadyIssue();
        tester.GitHub.Label(Repository, handedBack, AfkTester.ForHuman, AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromHours(1));
        Said(tester).ShouldBe(0);

        tester.Set("Afk:KillSwitch", "true");
        var ready = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromHours(1));
        Said(tester).ShouldBe(0);

        tester.Set("Afk:KillSwitch", "false");
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.Issue(ready).Comments.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_run_in_flight_is_not_told_and_goes_on()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var running = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromHours(1) });
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.CommitFile(Repository, File, "budget: 1", AfkTester.Maintainer);
        var next = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(running, Long);

        tester.EndingOf(running).ShouldBe(Ending.Done);
        tester.Issue(running).Comments.Count.ShouldBe(2);
        tester.Issue(next).Comments.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("deleted")]
    [InlineData("comment deleted")]
    [InlineData("locked")]
    public async Task An_issue_or_a_comment_that_goes_away_is_no_trouble_and_no_reason_for_another_comment(string what)
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        var told = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(5));
        var comment = tester.Issue(told).Comments.Single().Id;
        switch (what)
        {
            case "closed":
                tester.GitHub.Close(Repository, told, AfkTester.Maintainer);
                break;
            case "deleted":
                tester.GitHub.DeleteIssue(Repository, told, AfkTester.Maintainer);
                break;
            case "comment deleted":
                tester.GitHub.DeleteComment(Repository, comment, AfkTester.Maintainer);
                tester.GitHub.Close(Repository, told, AfkTester.Maintainer);
                break;
            default:
                tester.GitHub.LockIssue(Repository, told);
                tester.GitHub.Close(Repository, told, AfkTester.Maintainer);
                break;
        }

        var next = tester.OpenReadyIssue();
        tester.GitHub.CommitFile(Repository, File, "budgets: 1", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromHours(1));
        tester.Issue(next).Comments.ShouldBeEmpty();
        tester.GitHub.CommitFile(Repository, File, "version: 1", AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(next, Long);

        tester.EndingOf(next).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<CommentCreated>().Count.ShouldBe(3, "the notice, a checklist and a doorbell");
    }

    [Fact]
    public async Task Under_a_locked_issue_nothing_can_be_said_and_nothing_is_tried_again()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        var locked = tester.GitHub.OpenIssue(Repository, AfkTester.Maintainer, "Locked");
        tester.GitHub.LockIssue(Repository, locked);
        tester.GitHub.Label(Repository, locked, AfkTester.Ready, AfkTester.Maintainer);

        await tester.PassAsync(TimeSpan.FromHours(3));

        tester.GitHub.Journal.Requests.Count(request => request.Method == "POST" && request.Path.EndsWith("/comments", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1);
        tester.Ticks[^1].Did.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_GitHub_cannot_be_written_to_it_is_tried_again_until_it_is_told_once()
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, "budget: 1");
        tester.GitHub.AddRequestFault(new() { Method = "POST", PathContains = "/comments", Status = 502, Times = 12 });
        var issue = tester.OpenReadyIssue();

        await tester.PassAsync(TimeSpan.FromHours(2));

        tester.Issue(issue).Comments.ShouldHaveSingleItem();
        Said(tester).ShouldBe(1);
    }

    /// <summary>How often anything was written about settings.</summary>
    private static int Said(AfkTester tester) =>
        tester.GitHub.Journal.Effects<CommentCreated>().Count(each => each.Body.Contains(WorldLaws.Settings, StringComparison.Ordinal))
        + tester.GitHub.Journal.Effects<CommentEdited>().Count(each => each.Body.Contains(WorldLaws.Settings, StringComparison.Ordinal));
}
