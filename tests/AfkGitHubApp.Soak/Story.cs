using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Soak;

/// <summary>An issue, what its agent does, and how it must end.</summary>
/// <param name="Repository">Where.</param>
/// <param name="Number">Which.</param>
/// <param name="Kind">The story's name.</param>
/// <param name="Turns">Turns that are worked.</param>
/// <param name="Ending">How it must end.</param>
internal sealed record Told(string Repository, int Number, string Kind, int Turns, Ending Ending)
{
    public string Reference => $"{Repository}#{Number}";

    /// <summary>The command that somebody gives when its moment has come; null = the story needs none.</summary>
    public string? Order { get; init; }

    /// <summary>What the agent does after it; null = nothing more.</summary>
    public TurnScript? Then { get; init; }

    /// <summary>Whether the command was given.</summary>
    public bool IsSaid { get; set; }
}

/// <summary>The stories: every run can end by itself, and none leaves a red trunk behind that would block the next.</summary>
internal sealed class Story(Random chance)
{
    public const string Maintainer = "maria";
    public const string Ready = "ready-for-agent";
    public const string InProgress = "agent-in-progress";
    public const string ForHuman = "ready-for-human";

    /// <summary>Opens one more issue and asks for the agent.</summary>
    public Told Open(SimulatedGitHub gitHub, string repository)
    {
        var (kind, ending, turns, order) = Next();
        var number = gitHub.OpenIssue(repository, Maintainer, $"Soak: {kind}", "Please have a look.");
        gitHub.ScriptIssue(repository, number, turns);
        gitHub.Label(repository, number, Ready, Maintainer);
        var then = order is People.Retry ? Green() : null;
        return new(repository, number, kind, turns.Length + (then is null ? 0 : 1), ending) { Order = order, Then = then };
    }

    private (string Kind, Ending Ending, TurnScript[] Turns, string? Order) Next() => chance.Next(24) switch
    {
        < 8 => ("green", Ending.Done, [Green()], null),
        < 11 => ("red, then green", Ending.Done, [Red(), Green()], null),
        < 12 => ("red twice, then green", Ending.Done, [Red(), Red(), Green()], null),
        < 15 => ("vanished, then green", Ending.Done, [Green() with { Pushes = false, Ends = TurnEnd.Vanish }, Green()], null),
        < 18 => ("stalled", Ending.NeedsHuman, [Green() with { Pushes = false }], null),
        < 20 => ("failed before a push", Ending.NeedsHuman, [Green() with { Pushes = false, Ends = TurnEnd.Failure }], null),
        < 22 => ("hanging, then stopped by command", Ending.Released, [Green() with { Pushes = false, Ends = TurnEnd.Hang }], People.Stop),
        _ => ("stalled, then retried by command", Ending.Done, [Green() with { Pushes = false }], People.Retry),
    };

    private TurnScript Green() => new() { Takes = Between(45, 150), Ci = new CiScript { Takes = Between(30, 120) } };

    private TurnScript Red() => Green() with { Ci = new CiScript { Takes = Between(30, 120), Conclusion = "failure" } };

    private TimeSpan Between(int least, int most) => TimeSpan.FromSeconds(chance.Next(least, most));
}
