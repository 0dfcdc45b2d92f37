using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Laws;

/// <summary>
/// Stop the process at any write it makes, before or after GitHub has done it, with or without its memory: the final world is the same, and
/// nothing was worked, posted or rung twice.
/// </summary>
public sealed class CrashLaw
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromHours(4);

    /// <summary>The repository's labels but the one that the person made by using it: the first writes of all, and nothing of the run's.</summary>
    private const int Labels = 3;

    /// <summary>What is told of broken settings before the run: that they are, what else is, and that they are in order.</summary>
    private const int Told = 3;

    private const string Broken = "settings broken, then mended";
    private const string T3Code = "T3 Code: ";
    private const string Merged = "merged";

    public static TheoryData<string, CrashPoint, bool> Stories { get; } = Cross();

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task A_crash_at_any_write_ends_in_the_same_world(string story, CrashPoint point, bool forgets)
    {
        var (expected, writes) = await PlayAsync(story, crashAt: 0, point, forgets);
        writes.ShouldBeGreaterThan(5);
        for (var crashAt = 1; crashAt <= writes; crashAt++)
        {
            var (world, _) = await PlayAsync(story, crashAt, point, forgets);
            var before = story is Broken ? Labels + Told : Labels;
            if (forgets && (crashAt - before, point) is (1, CrashPoint.AfterPerforming) or (2, CrashPoint.BeforeSending))
            {
                // The lock stands without its marker and nobody remembers why: a person is asked, nothing is started over.
                world.ShouldBe(story is Broken ? "open=True labels=[ready-for-human] comments=3 turns=0 reruns=0 quoted=0 mended=1" : "open=True labels=[ready-for-human] comments=2 turns=0 reruns=0 quoted=0 mended=0", story);
                continue;
            }

            world.ShouldBe(expected, $"{story}: crash {point} at write {crashAt}, {(forgets ? "memory lost" : "memory kept")}");
        }
    }

    private static async Task<(string World, int Writes)> PlayAsync(string story, int crashAt, CrashPoint point, bool forgets)
    {
        var wire = new CrashingWire { CrashAt = crashAt, Point = point };
        await using var tester = await AfkTester.InProcessAsync(wire.Around, SettingsOf(story));
        var files = new Queue<(DateTimeOffset At, string Text)>();
        if (story is Broken)
        {
            tester.GitHub.PutFile(AfkTester.Repository, ".github/afk.yml", "budget: 1");
            files = new([(tester.Clock.GetUtcNow().AddMinutes(20), "budget: 1\nbackend: 2"), (tester.Clock.GetUtcNow().AddMinutes(40), "version: 1")]);
        }

        var issue = tester.OpenReadyIssue(story, Turns(story));
        if (story == "closed early")
        {
            tester.GitHub.ScriptIssue(AfkTester.Repository, issue, [.. Turns(story).Select(turn => turn with { CommitMessage = $"Mend it\n\nCloses #{issue}" })]);
        }

        var end = tester.Clock.GetUtcNow() + LongEnough;
        var restarted = false;
        while (tester.Clock.GetUtcNow() < end)
        {
            // A dead process does nothing more: it is replaced before its own retry would be due.
            await tester.PassAsync(crashAt > 0 && !wire.HasCrashed ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(10));
            if (wire.HasCrashed && forgets && !restarted)
            {
                restarted = true;
                await tester.RestartAsync();
                await tester.EnrolAsync();
            }

            if (files.TryPeek(out var file) && tester.Clock.GetUtcNow() >= file.At)
            {
                tester.GitHub.CommitFile(AfkTester.Repository, ".github/afk.yml", files.Dequeue().Text, AfkTester.Maintainer);
            }
        }

        var name = $"{story}, crash {point} at write {crashAt}, {(forgets ? "memory lost" : "memory kept")}";
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, name);
        return ($"{WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue)} turns={tester.GitHub.Journal.Effects<TurnWorked>().Count} reruns={tester.GitHub.Journal.Effects<RunRerun>().Count} quoted={tester.Issue(issue).Comments.Count(comment => comment.Body.Contains("It works.", StringComparison.Ordinal))} mended={tester.Issue(issue).Comments.Count(comment => comment.Body.EndsWith(WorldLaws.SettingsInOrder, StringComparison.Ordinal))}", wire.Writes);
    }

    private static (string, string?)[] SettingsOf(string story) => story switch
    {
        _ when story.StartsWith(T3Code, StringComparison.Ordinal) => [("Afk:Backend", "t3code")],
        Merged => [("Afk:Delivery", "pull_request"), ("Afk:Merge", "auto")],
        _ => [],
    };

    private static TurnScript[] Turns(string story)
    {
        var green = new TurnScript { Takes = TimeSpan.FromMinutes(2) };
        var red = green with { Ci = new CiScript { Conclusion = "failure" } };
        return story switch
        {
            "green" or Merged or Broken => [green],
            "closed early" or "red, then green" or T3Code + "red, then green" => [red, green],
            "flaky" => [green with { Ci = new CiScript { Conclusion = "timed_out", RerunConclusion = "success" } }],
            "stalled" => [green with { Pushes = false }],
            "nothing to do" => [green with { Pushes = false, Declares = "nothing_to_do", Says = "It works." }],
            "vanished" or T3Code + "vanished" => [green with { Pushes = false, Ends = TurnEnd.Vanish }, green],
            _ => throw new ArgumentOutOfRangeException(nameof(story), story, "unknown story"),
        };
    }

    private static TheoryData<string, CrashPoint, bool> Cross()
    {
        var data = new TheoryData<string, CrashPoint, bool>();
        foreach (var story in (string[])["green", Broken, "red, then green", "closed early", Merged, "flaky", "stalled", "nothing to do", "vanished", T3Code + "red, then green", T3Code + "vanished"])
        {
            foreach (var point in Enum.GetValues<CrashPoint>())
            {
                data.Add(story, point, true);
                data.Add(story, point, false);
            }
        }

        return data;
    }
}
