using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Cli.Demo;

/// <summary>One issue of the demo and how it must end.</summary>
internal sealed record DemoIssue(string Repository, int Number, string Title, Ending Expected)
{
    public string Reference => $"{Repository}#{Number}";
}

/// <summary>The world the demo plays: four armed repositories, one issue for each way a run can go.</summary>
internal static class DemoStory
{
    public const string Orchard = "demo/orchard";
    public const string Harbour = "demo/harbour";

    /// <summary>Its own settings ask for pull requests.</summary>
    public const string Meadow = "demo/meadow";

    /// <summary>Its own settings ask for T3 Code.</summary>
    public const string Forge = "demo/forge";

    /// <summary>Where the simulated T3 Code server keeps its clones.</summary>
    public const string Workspaces = "/srv/clones/{owner}/{name}";

    private const string Maintainer = "maria";
    private static readonly TimeSpan TurnTakes = TimeSpan.FromMinutes(2);
    private static readonly CiScript Green = new() { Takes = TimeSpan.FromMinutes(2) };
    private static readonly CiScript Red = Green with { Conclusion = "failure" };

    public static IReadOnlyList<string> Repositories { get; } = [Orchard, Harbour, Meadow, Forge];

    /// <summary>The repositories and their settings.</summary>
    public static void Found(SimulatedGitHub gitHub)
    {
        foreach (var repository in Repositories)
        {
            gitHub.AddRepository(repository);
            gitHub.SetPermission(repository, Maintainer, "maintain");
        }

        gitHub.PutFile(Meadow, ".github/afk.yml", "version: 1\ndelivery: pull_request\n");
        gitHub.PutFile(Forge, ".github/afk.yml", "version: 1\nbackend: t3code\n");
        gitHub.AddT3Folder($"/srv/clones/{Forge}");
    }

    /// <summary>Opens the issues, labelled by a maintainer.</summary>
    public static IReadOnlyList<DemoIssue> Open(SimulatedGitHub gitHub)
    {
        var issues = new List<DemoIssue>
        {
            Issue(gitHub, Orchard, "Straight to green", Ending.Done, Turn(Green)),
            Issue(gitHub, Orchard, "Red twice, then green", Ending.Done, Turn(Red), Turn(Red), Turn(Green)),
            Issue(gitHub, Orchard, "Stalls before a push", Ending.NeedsHuman, Turn(Green) with { Pushes = false }),
            Issue(gitHub, Orchard, "Blocked by #2 until that closes", Ending.Done, Turn(Green)),
            Issue(gitHub, Harbour, "Vanishes, is started again", Ending.Done, Turn(Green) with { Pushes = false, Takes = TimeSpan.FromMinutes(3), Ends = TurnEnd.Vanish }, Turn(Green)),
            Issue(gitHub, Harbour, "Red until the budget is spent", Ending.Frozen, Turn(Red)),
            Issue(gitHub, Meadow, "A pull request that Maria merges", Ending.Done, Turn(Green)),
            Issue(gitHub, Forge, "A T3 Code thread, red, then green", Ending.Done, Turn(Red), Turn(Green)),
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

    /// <summary>What the people of the demo do: Maria merges once a comment asks her to.</summary>
    public static void Live(SimulatedGitHub gitHub)
    {
        var issues = gitHub.Issues(Meadow);
        if (issues.Any(issue => issue.Comments.Any(comment => comment.Body.StartsWith($"@{Maintainer}: ", StringComparison.Ordinal)))
            && issues.FirstOrDefault(issue => issue is { IsPullRequest: true, Open: true }) is { } ready)
        {
            gitHub.MergePullRequest(Meadow, ready.Number, Maintainer);
        }
    }

    private static TurnScript Turn(CiScript ci) => new() { Takes = TurnTakes, Ci = ci };

    private static DemoIssue Issue(SimulatedGitHub gitHub, string repository, string title, Ending expected, params TurnScript[] turns)
    {
        var number = gitHub.OpenIssue(repository, Maintainer, title, $"Demo issue: {title}.");
        gitHub.ScriptIssue(repository, number, turns);
        return new DemoIssue(repository, number, title, expected);
    }
}
