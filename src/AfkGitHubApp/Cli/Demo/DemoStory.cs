using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Cli.Demo;

/// <summary>One issue of the demo and how it must end.</summary>
internal sealed record DemoIssue(string Repository, int Number, string Title, Ending Expected)
{
    public string Reference => $"{Repository}#{Number}";
}

/// <summary>The world the demo plays: two armed repositories, one issue for each way a run can go.</summary>
internal static class DemoStory
{
    public const string Orchard = "demo/orchard";
    public const string Harbour = "demo/harbour";
    private const string Maintainer = "maria";
    private static readonly TimeSpan TurnTakes = TimeSpan.FromMinutes(2);
    private static readonly CiScript Green = new() { Takes = TimeSpan.FromMinutes(2) };
    private static readonly CiScript Red = Green with { Conclusion = "failure" };

    /// <summary>Opens the issues, labelled by a maintainer.</summary>
    public static IReadOnlyList<DemoIssue> Open(SimulatedGitHub gitHub)
    {
        foreach (var repository in (string[])[Orchard, Harbour])
        {
            gitHub.AddRepository(repository);
            gitHub.SetPermission(repository, Maintainer, "maintain");
        }

        var issues = new List<DemoIssue>
        {
            Issue(gitHub, Orchard, "Straight to green", Ending.Done, Turn(Green)),
            Issue(gitHub, Orchard, "Red twice, then green", Ending.Done, Turn(Red), Turn(Red), Turn(Green)),
            Issue(gitHub, Orchard, "Stalls before a push", Ending.NeedsHuman, Turn(Green) with { Pushes = false }),
            Issue(gitHub, Orchard, "Blocked by #2 until that closes", Ending.Done, Turn(Green)),
            Issue(gitHub, Harbour, "Vanishes, is started again", Ending.Done, Turn(Green) with { Pushes = false, Takes = TimeSpan.FromMinutes(3), Ends = TurnEnd.Vanish }, Turn(Green)),
            Issue(gitHub, Harbour, "Red until the budget is spent", Ending.Frozen, Turn(Red)),
        };
        gitHub.AddBlocker(Orchard, 4, 2);

        // The blocked issue asks first: it must be held back by its blocker, not by its place in the queue.
        gitHub.Label(Orchard, 4, "P0", Maintainer);
        foreach (var issue in issues)
        {
            gitHub.Label(issue.Repository, issue.Number, "ready-for-agent", Maintainer);
        }

        return issues;
    }

    private static TurnScript Turn(CiScript ci) => new() { Takes = TurnTakes, Ci = ci };

    private static DemoIssue Issue(SimulatedGitHub gitHub, string repository, string title, Ending expected, params TurnScript[] turns)
    {
        var number = gitHub.OpenIssue(repository, Maintainer, title, $"Demo issue: {title}.");
        gitHub.ScriptIssue(repository, number, turns);
        return new DemoIssue(repository, number, title, expected);
    }
}
