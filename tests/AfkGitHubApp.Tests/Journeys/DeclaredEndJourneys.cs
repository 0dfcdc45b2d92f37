using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Turns that end without a commit and say why.</summary>
public sealed class DeclaredEndJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private static readonly TurnScript Empty = new() { Pushes = false };
    private static readonly TurnScript Red = new() { Ci = new CiScript { Conclusion = "failure" } };

    [Fact]
    public async Task Nothing_to_do_is_handed_back_with_its_evidence()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Empty with { Declares = "nothing_to_do", Says = "Commit 1234567 mends it, @maria.\nFixes #1", CostUsd = 0.42m });

        await tester.PassUntilEndedAsync(issue, Long);

        var seen = tester.Issue(issue);
        (seen.Open, tester.EndingOf(issue)).ShouldBe((true, Ending.NeedsHuman));
        seen.Labels.ShouldBe([AfkTester.ForHuman]);
        seen.Comments.Count.ShouldBe(2);
        foreach (var comment in seen.Comments)
        {
            comment.Body.ShouldContain("the turn says that there is nothing to do");
            comment.Body.ShouldContain("```text\nCommit 1234567 mends it, @maria.\nFixes #1\n```");
        }

        seen.Comments[1].Body.ShouldContain("0.42 USD");
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_that_gave_up_is_handed_back_with_its_reason()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Empty with { Declares = "gave_up", Says = "Which widget? " + "gh" + "p_0123456789abcdefghijABCDEFGHIJ012345" });

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.NeedsHuman);
        tester.Issue(issue).Comments[1].Body.ShouldContain("the turn gave up");
        tester.Issue(issue).Comments[1].Body.ShouldContain("Which widget?");
        tester.Issue(issue).Comments.ShouldAllBe(comment => !comment.Body.Contains("ghp_"));
    }

    [Fact]
    public async Task What_a_failed_turn_says_is_quoted_beside_the_error()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: Empty with { Ends = TurnEnd.Failure, Declares = "gave_up", Says = "GitHub refused the push: GH006" });

        await tester.PassUntilEndedAsync(issue, Long);

        tester.Issue(issue).Comments[1].Body.ShouldContain("the turn ended with an error before a push");
        tester.Issue(issue).Comments[1].Body.ShouldContain("GitHub refused the push: GH006");
    }

    [Fact]
    public async Task A_corrective_turn_that_declares_the_end_is_not_sent_again()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Red, Empty with { Declares = "gave_up", Says = "The check needs a licence." }]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Frozen);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(2);
        tester.Issue(issue).Comments[1].Body.ShouldContain("CI is red, and the corrective turn gave up");
        tester.Issue(issue).Comments[1].Body.ShouldContain("The check needs a licence.");
    }

    [Fact]
    public async Task A_corrective_turn_that_ends_silently_is_an_attempt_like_another()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Red, Empty, new TurnScript()]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.GitHub.Journal.Effects<TurnWorked>().Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_turn_is_asked_what_it_says_once_and_only_where_it_left_no_commit(bool pushes)
    {
        var asked = 0;
        await using var tester = await AfkTester.InProcessAsync(wire => new CountingWire(wire, request => asked += request.RequestUri!.AbsolutePath.EndsWith("/annotations", StringComparison.Ordinal) ? 1 : 0));
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Pushes = pushes, Declares = pushes ? null : "nothing_to_do" });

        await tester.PassUntilEndedAsync(issue, Long);

        asked.ShouldBe(pushes ? 0 : 1);
    }

    [Fact]
    public async Task Where_money_is_bounded_the_turns_that_pushed_tell_what_they_cost_too()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        tester.GitHub.PutFile(AfkTester.Repository, ".github/afk.yml", "budgets: { money_usd: 40 }");
        var issue = tester.OpenReadyIssue(turns: [Red with { CostUsd = 30m }, new TurnScript { CostUsd = 3.5m }]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments[1].Body.ShouldContain("2 turns, ");
        tester.Issue(issue).Comments[1].Body.ShouldContain(", 33.50 USD as the turns report");
    }

    [Fact]
    public async Task A_sum_of_costs_that_misses_a_turn_says_so()
    {
        await using var tester = await AfkTester.OverSocketsAsync();
        var issue = tester.OpenReadyIssue(turns: [Red with { CostUsd = 30m }, Empty with { CostUsd = 0.42m, Declares = "gave_up", Says = "The check needs a licence." }]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.Issue(issue).Comments[1].Body.ShouldContain(", at least 0.42 USD, told by 1 of 2 turns");
    }

    [Fact]
    public async Task A_price_that_cannot_be_read_keeps_no_verdict_waiting()
    {
        await using var tester = await AfkTester.InProcessAsync(wire => new BrokenWire(wire, request => request.RequestUri!.AbsolutePath.EndsWith("/annotations", StringComparison.Ordinal)));
        tester.GitHub.PutFile(AfkTester.Repository, ".github/afk.yml", "budgets: { money_usd: 40 }");
        var issue = tester.OpenReadyIssue(turns: new TurnScript { CostUsd = 3.5m });

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        tester.Issue(issue).Comments[1].Body.ShouldNotContain("USD");
    }

    private sealed class BrokenWire(HttpMessageHandler inner, Func<HttpRequestMessage, bool> breaks) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            breaks(request) ? throw new HttpRequestException("The line is dead.") : base.SendAsync(request, cancellationToken);
    }

    private sealed class CountingWire(HttpMessageHandler inner, Action<HttpRequestMessage> seen) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen(request);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
