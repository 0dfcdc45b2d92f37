using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Soak;

/// <summary>A command that was given.</summary>
internal sealed record Said(string Repository, int Number, string Text)
{
    /// <summary>Whether it is answered in words, also where it is obeyed.</summary>
    public bool AsksForWords => Text == People.Status;
}

/// <summary>People who order runs by comment: what a story needs at its moment, and anything at random moments that changes no story's end.</summary>
internal sealed class People(int seed, SimulatedGitHub gitHub)
{
    public const string Stop = "/afk stop";
    public const string Retry = "/afk retry";
    public const string Status = "/afk status";
    private const double OfALook = 0.003;
    private static readonly string[] Whims = [Status, "/afk extend 1", "/afk frobnicate", "/afk release"];
    private readonly Random chance = new(seed);
    private readonly List<Said> said = [];

    public IReadOnlyList<Said> Said => said;

    /// <summary>Whether every command has its answer.</summary>
    public bool IsEveryoneAnswered => gitHub.Journal.Effects<ReactionAdded>().Count >= said.Count;

    /// <summary>They look at their issues, and some say something.</summary>
    public void Look(IReadOnlyList<(Told Told, IssueView Issue)> issues)
    {
        var worked = gitHub.Journal.Effects<TurnWorked>().Select(turn => (turn.Repository, turn.Issue)).ToHashSet();
        foreach (var (told, issue) in issues)
        {
            var isHandedOver = issue.Labels.Contains(Story.ForHuman) && !issue.Labels.Contains(Story.InProgress) && !issue.Labels.Contains(Story.Ready);
            if (told is { Order: { } order, IsSaid: false } && (isHandedOver || (order == Stop && worked.Contains((told.Repository, told.Number)))))
            {
                if (told.Then is { } then)
                {
                    gitHub.ScriptIssue(told.Repository, told.Number, then);
                }

                Say(told, order);
                told.IsSaid = true;
            }
            else if (!Audit.HasEnded(told, issue) && chance.NextDouble() < OfALook)
            {
                Say(told, Whims[chance.Next(Whims.Length)]);
            }
        }
    }

    private void Say(Told told, string text)
    {
        gitHub.Comment(told.Repository, told.Number, Story.Maintainer, text);
        said.Add(new(told.Repository, told.Number, text));
    }
}
