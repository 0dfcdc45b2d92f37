using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>Runs under GitHub's limits.</summary>
public sealed class LimitJourneys
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(4);

    [Fact]
    public async Task Writes_of_an_installation_are_a_second_apart()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:GitHub:WriteGapSeconds", "1"));
        var issue = tester.OpenReadyIssue(turns: [new TurnScript { Ci = new CiScript { Conclusion = "failure" } }, new TurnScript()]);

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        var writes = tester.GitHub.Journal.Entries.OfType<RequestMade>()
            .Where(request => request.Method != "GET" && !request.Path.EndsWith("/graphql", StringComparison.Ordinal) && !request.Path.EndsWith("/access_tokens", StringComparison.Ordinal)).Select(request => request.At).ToList();
        writes.Count.ShouldBeGreaterThan(10);
        writes.Zip(writes.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_run_ends_right_although_the_hours_requests_are_nearly_used_up()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(50) });
        await tester.PassAsync(TimeSpan.FromMinutes(3));
        var before = Requests(tester);

        tester.GitHub.SetRemainingRequests(AfkTester.Repository, 300);
        await tester.PassAsync(TimeSpan.FromMinutes(40));

        // Rarer looks: at one a minute it would have been eighty.
        (Requests(tester) - before).ShouldBeLessThan(40);
        await tester.PassUntilEndedAsync(issue, Long);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    private static int Requests(AfkTester tester) => tester.GitHub.Journal.Entries.OfType<RequestMade>().Count();
}
