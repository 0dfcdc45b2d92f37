using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Laws;

/// <summary>What people order while a run goes its way. Each is told such that a command obeyed twice, or not at all, shows in the world.</summary>
internal sealed class CommandStory
{
    /// <summary>Always red: the run freezes after as many corrective turns as were allowed.</summary>
    public const string Extended = "extended";

    /// <summary>Labelled again afterwards: the stop must not reach the next run.</summary>
    public const string Stopped = "stopped";

    /// <summary>The retried run is handed to a person, too: a second retry would be a third run.</summary>
    public const string Retried = "retried";

    /// <summary>The run after the release freezes the branch again, and nothing may start any more.</summary>
    public const string Released = "released";

    /// <summary>Nothing of it can be obeyed, and each is told why; one asks how things stand.</summary>
    public const string Refused = "refused";

    private static readonly TurnScript Turn = new() { Takes = TimeSpan.FromMinutes(2) };
    private static readonly TurnScript Red = Turn with { Ci = new CiScript { Conclusion = "failure" } };
    private readonly (int Minute, string Text)[] script;
    private int told;

    /// <summary>
    /// What becomes of it where the store is emptied between the lock and the marker of the run that comes after the command: a person is told, and
    /// a retry is obeyed all the same. Null where no run comes after it.
    /// </summary>
    public string? Caught { get; private init; }

    private CommandStory(TurnScript[] turns, (string Key, string? Value)[] settings, params (int Minute, string Text)[] script)
    {
        Turns = turns;
        Settings = settings;
        this.script = script;
    }

    public TurnScript[] Turns { get; }

    public (string Key, string? Value)[] Settings { get; }

    /// <summary>A new telling of a story; null where it is none of these.</summary>
    public static CommandStory? Of(string story) => story switch
    {
        Extended => new([Red], [("Afk:Policy:FixForwardMaxAttempts", "1")], (3, "/afk extend 2")),
        Stopped => new([Turn with { Ends = TurnEnd.Hang, Pushes = false }, Turn], [], (3, "/afk stop"), (12, AfkTester.Ready)) { Caught = "open=True labels=[ready-for-human] comments=4 turns=1 reactions=+1 answers=0" },
        Retried => new([Turn with { Pushes = false }], [], (10, "/afk retry")) { Caught = "open=True labels=[ready-for-human] comments=7 turns=2 reactions=+1 answers=0" },
        Released => new([Red], [("Afk:Policy:FixForwardMaxAttempts", "0")], (10, "/afk retry"), (14, "/afk release"), (28, "/afk retry")),
        Refused => new([Turn with { Takes = TimeSpan.FromMinutes(8) }], [], (2, "/afk retry"), (2, "/afk frobnicate"), (3, "/afk status"), (18, "/afk extend 2")),
        _ => null,
    };

    /// <summary>Whether the first of it was said.</summary>
    public bool IsTold => told > 0;

    /// <summary>Says what is due by now.</summary>
    public void Tell(AfkTester tester, int issue, TimeSpan passed)
    {
        for (; told < script.Length && passed >= TimeSpan.FromMinutes(script[told].Minute); told++)
        {
            if (script[told].Text is AfkTester.Ready)
            {
                tester.GitHub.ScriptIssue(AfkTester.Repository, issue, Turns[^1]);
                tester.GitHub.Label(AfkTester.Repository, issue, AfkTester.Ready, AfkTester.Maintainer);
            }
            else
            {
                tester.GitHub.Comment(AfkTester.Repository, issue, AfkTester.Maintainer, script[told].Text);
            }
        }
    }

    /// <summary>How the commands were answered: reactions in order, and answers in words.</summary>
    public static string Answers(AfkTester tester, int issue) =>
        $"reactions={string.Join(',', tester.GitHub.Journal.Effects<ReactionAdded>().Select(reaction => reaction.Content).Order(StringComparer.Ordinal))} "
        + $"answers={tester.Issue(issue).Comments.Count(comment => comment.Body.Contains(WorldLaws.Answer, StringComparison.Ordinal))}";
}
