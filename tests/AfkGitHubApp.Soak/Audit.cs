using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Soak;

/// <summary>What GitHub's journal says of the soak.</summary>
/// <param name="Ended">Issues by how they ended.</param>
/// <param name="Breaches">What must not be; empty = all laws held.</param>
internal sealed record Findings(IReadOnlyDictionary<string, int> Ended, IReadOnlyList<string> Breaches);

/// <summary>Holds the simulated GitHub against the stories and the laws.</summary>
internal static class Audit
{
    public const string Caught = "handed to a person: locked when Redis was emptied, before the marker stood";
    public const string Obeyed = "+1";
    private const string NotEnded = "not ended";

    /// <summary>A lock that was confirmed before the flush may reach GitHub after it.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(30);

    /// <summary>Whether an issue's run is over, as far as GitHub shows.</summary>
    public static bool HasEnded(Told told, IssueView issue) =>
        (told.Order is null ? !issue.Open || issue.Labels.Contains(Story.ForHuman) : told.IsSaid && (told.Then is null || !issue.Open)) && !issue.Labels.Contains(Story.InProgress) && !issue.Labels.Contains(Story.Ready);

    public static Findings Of(SimulatedGitHub gitHub, IReadOnlyList<Told> stories, IReadOnlyList<Said> said, IReadOnlyList<DateTimeOffset> flushes)
    {
        var breaches = new List<string>(WorldLaws.Breaches(gitHub));
        var reactions = gitHub.Journal.Effects<ReactionAdded>().ToLookup(reaction => (reaction.Repository, reaction.Number));
        var commands = said.ToLookup(each => (each.Repository, each.Number));
        var ended = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var worked = gitHub.Journal.Effects<TurnWorked>().ToLookup(turn => (turn.Repository, turn.Issue));
        var dispatched = gitHub.Journal.Effects<WorkflowDispatched>().ToLookup(turn => (turn.Repository, turn.Inputs.GetValueOrDefault("issue")));
        var again = WorldLaws.StartedAgain(gitHub).ToLookup(turn => (turn.Repository, turn.Issue));
        var closed = gitHub.Journal.Effects<IssueClosed>().ToLookup(issue => (issue.Repository, issue.Number));
        var locked = gitHub.Journal.Effects<LabelAdded>().Where(label => label.Label == Story.InProgress).ToLookup(label => (label.Repository, label.Number));
        foreach (var told in stories)
        {
            var issue = gitHub.Issue(told.Repository, told.Number);
            var turns = worked[(told.Repository, told.Number)].Count() - again[(told.Repository, told.Number)].Count();
            var own = issue.Comments.Where(comment => comment.Author == gitHub.Options.AppSlug + "[bot]").ToList();
            var answers = own.Count(comment => comment.Body.Contains(WorldLaws.Answer, StringComparison.Ordinal));
            breaches.AddRange(CommandBreaches(told, [.. commands[(told.Repository, told.Number)]], [.. reactions[(told.Repository, told.Number)]], answers));
            var seen = $"open={issue.Open} labels=[{string.Join(',', issue.Labels.Order(StringComparer.Ordinal))}] comments={own.Count - answers} turns={turns}";
            var caught = flushes.Any(flush => WasCaught(locked[(told.Repository, told.Number)], own, flush));
            var ending = !HasEnded(told, issue) ? NotEnded
                : caught && seen == Expected(Ending.NeedsHuman, 2, 0) ? Caught
                : caught && told.Then is not null && (seen == Expected(Ending.Done, 4, 1) || seen == Expected(Ending.Done, 6, 2)) ? Caught
                : !issue.Open ? "done" : issue.Labels.Contains(Story.ForHuman) ? "needs-human" : "released";
            ended[ending] = ended.GetValueOrDefault(ending) + 1;
            if (ending == Caught)
            {
                // Handed over without a turn: there is a checklist, and a doorbell, for which there was no run.
                breaches.RemoveAll(breach => breach.StartsWith($"{told.Reference}: ", StringComparison.Ordinal) && (breach.Contains(" checklist comments for ", StringComparison.Ordinal) || breach.Contains(" doorbells for ", StringComparison.Ordinal)));
                continue;
            }

            if (seen != Expected(told))
            {
                breaches.Add($"{told.Reference} ({told.Kind}): {seen}; expected {Expected(told)}");
            }

            if (told.Then is null && dispatched[(told.Repository, $"{told.Number}")].Select(turn => turn.Inputs.GetValueOrDefault("run_id")).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                breaches.Add($"{told.Reference}: one labelling became more than one run");
            }

            breaches.AddRange(CloseBreaches(gitHub, told, closed[(told.Repository, told.Number)].ToList(), worked[(told.Repository, told.Number)].Select(turn => turn.TurnId).ToList()));
        }

        return new(ended, breaches);
    }

    /// <summary>Checklist and doorbell are a comment each, of each run; who stopped a run is not rung.</summary>
    private static string Expected(Told told) => Expected(told.Ending, told switch { { Then: not null } => 4, { Ending: Ending.Released } => 1, _ => 2 }, told.Turns);

    private static string Expected(Ending ending, int comments, int turns) => ending switch
    {
        Ending.Done => $"open=False labels=[] comments={comments} turns={turns}",
        Ending.Released => $"open=True labels=[] comments={comments} turns={turns}",
        _ => $"open=True labels=[{Story.ForHuman}] comments={comments} turns={turns}",
    };

    /// <summary>Each command has one reaction; words those that ask for some, and those that were not obeyed. That a story's own was obeyed once is seen by its end.</summary>
    private static IEnumerable<string> CommandBreaches(Told told, List<Said> said, List<ReactionAdded> reactions, int answers)
    {
        if (reactions.Count != said.Count)
        {
            yield return $"{told.Reference}: {reactions.Count} reactions to {said.Count} commands";
        }

        var due = said.Count(each => each.AsksForWords) + reactions.Count(reaction => reaction.Content != Obeyed);
        if (answers != due)
        {
            yield return $"{told.Reference}: {answers} answers in words to {said.Count} commands; expected {due}";
        }
    }

    /// <summary>The store forgot why the lock was there, and nothing on GitHub said it yet: the one case in which a person is asked for nothing that an agent did.</summary>
    private static bool WasCaught(IEnumerable<LabelAdded> locked, IReadOnlyList<CommentView> own, DateTimeOffset flush) =>
        locked.Any(label => label.At <= flush + OnItsWay && !own.Any(comment => comment.CreatedAt >= label.At && comment.CreatedAt < flush));

    /// <summary>Closed once, and on a commit of its own that was green.</summary>
    private static IEnumerable<string> CloseBreaches(SimulatedGitHub gitHub, Told told, List<IssueClosed> closed, List<string> turns)
    {
        if (closed.Count > 1)
        {
            yield return $"{told.Reference}: closed {closed.Count} times";
        }

        if (closed.Count == 0)
        {
            yield break;
        }

        var pushed = gitHub.Commits(told.Repository).LastOrDefault(commit => turns.Exists(turn => commit.Message.Contains($"AFK-Turn: {turn}", StringComparison.Ordinal)));
        if (pushed is null || !gitHub.Runs(told.Repository).Any(run => run.HeadSha == pushed.Sha && run.Event == "push" && run.Conclusion == "success"))
        {
            yield return $"{told.Reference}: closed, although {(pushed is null ? "nothing of it is on the branch" : $"{pushed.Sha} was not green")}";
        }
    }
}
