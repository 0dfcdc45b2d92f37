using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Laws;

/// <summary>
/// Rest, Once, Alone, Safe and Progress over many seeded worlds: random turns and verdicts, webhooks lost, doubled and out of order, requests
/// that fail before or after GitHub acted, and processes that die and forget everything.
/// </summary>
public sealed class StormLaw
{
    private const int Worlds = 60;

    [Fact]
    public async Task Every_storm_ends_with_all_laws_intact()
    {
        for (var seed = 1; seed <= Worlds; seed++)
        {
            await PlayAsync(seed);
        }
    }

    private static async Task PlayAsync(int seed)
    {
        var chance = new Random(seed);
        await using var tester = await AfkTester.InProcessAsync();
        tester.Deliveries = _ => chance.Next(10) switch { < 3 => 0, < 5 => 2, _ => 1 };
        var issues = Enumerable.Range(0, chance.Next(1, 4)).Select(at => tester.OpenReadyIssue($"issue {at}", Turns(chance))).ToList();
        await tester.EnrolAsync();

        for (var hour = 0; hour < 30; hour++)
        {
            if (hour < 8)
            {
                Disturb(tester.GitHub, chance);
            }

            await tester.PassAsync(TimeSpan.FromMinutes(chance.Next(30, 90)));
            if (hour < 8 && chance.Next(4) == 0)
            {
                await tester.RestartAsync();
                await tester.EnrolAsync();
            }
        }

        tester.GitHub.ClearRequestFaults();
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(30));

        var story = $"seed {seed}";
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, story);
        var frozen = issues.Exists(issue => tester.Issue(issue).Comments.Any(comment => comment.Body.Contains("is frozen", StringComparison.Ordinal)));
        foreach (var issue in issues)
        {
            var seen = tester.Issue(issue);

            // Progress: handed over, closed, or still waiting behind a frozen trunk; never left in progress.
            seen.Labels.ShouldNotContain(AfkTester.InProgress, story);
            (!seen.Open || seen.Labels.Contains(AfkTester.ForHuman) || (frozen && seen.Labels.Contains(AfkTester.Ready))).ShouldBeTrue($"{story}: #{issue} is left lying: {string.Join(',', seen.Labels)}");

            // Safe: what is closed was green on the branch.
            if (!seen.Open)
            {
                tester.GitHub.Journal.Effects<IssueClosed>().Count(closed => closed.Number == issue).ShouldBe(1, story);
                ClosedOnGreen(tester.GitHub, issue, story);
            }
        }

        await RestAsync(tester, story);
    }

    /// <summary>On an unchanged world a tick has no effects.</summary>
    private static async Task RestAsync(AfkTester tester, string story)
    {
        var before = tester.GitHub.Journal.Entries.Count(entry => entry is WorldEffect and not TokenMinted);
        await tester.PassAsync(TimeSpan.FromHours(5));
        tester.GitHub.Journal.Entries.Count(entry => entry is WorldEffect and not TokenMinted).ShouldBe(before, $"{story}: something was written in a world at rest");
    }

    private static void ClosedOnGreen(SimulatedGitHub gitHub, int issue, string story)
    {
        var closedAt = gitHub.Journal.Effects<IssueClosed>().Single(closed => closed.Number == issue).At;
        var worked = gitHub.Journal.Effects<TurnWorked>().Where(turn => turn.Issue == issue).Select(turn => turn.TurnId).ToHashSet(StringComparer.Ordinal);
        var last = gitHub.Commits(AfkTester.Repository).Last(commit => worked.Any(turn => commit.Message.Contains($"AFK-Turn: {turn}", StringComparison.Ordinal)));
        gitHub.Runs(AfkTester.Repository).Where(run => run.HeadSha == last.Sha && run.Event == "push").ShouldAllBe(run => run.Conclusion == "success", $"{story}: #{issue} was closed at {closedAt} on a commit that is not green");
    }

    private static void Disturb(SimulatedGitHub gitHub, Random chance)
    {
        gitHub.ClearRequestFaults();
        gitHub.AddRequestFault(new RequestFault { Times = chance.Next(1, 6), Probability = 0.3, Status = chance.Next(3) switch { 0 => 500, 1 => 502, _ => 503 } });
        gitHub.AddRequestFault(new RequestFault { Times = chance.Next(1, 4), Probability = 0.2, LoseResponse = true });
        gitHub.AddRequestFault(new RequestFault { Times = 1, Probability = 0.1, Status = 403, RetryAfter = chance.Next(1, 600), Message = "You have exceeded a secondary rate limit" });
        gitHub.AddRequestFault(new RequestFault { Times = 1, Probability = 0.1, CutConnection = true });
    }

    private static TurnScript[] Turns(Random chance) => [.. Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Turn(chance))];

    private static TurnScript Turn(Random chance) => new()
    {
        Takes = TimeSpan.FromSeconds(chance.Next(20, 3000)),
        Pushes = chance.Next(5) > 0,
        Ends = chance.Next(12) switch { 0 => TurnEnd.Vanish, 1 => TurnEnd.Failure, 2 => TurnEnd.Hang, 3 => TurnEnd.Cancelled, _ => TurnEnd.Success },
        Ci = new CiScript
        {
            Takes = TimeSpan.FromSeconds(chance.Next(10, 2000)),
            Conclusion = chance.Next(6) switch { 0 or 1 => "failure", 2 => "timed_out", _ => "success" },
            NeverStarts = chance.Next(20) == 0,
        },
    };
}
