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
    private const string NotEnded = "not ended";

    /// <summary>A lock that was confirmed before the flush may reach GitHub after it.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(30);

    /// <summary>Whether an issue's run is over, as far as GitHub shows.</summary>
    public static bool HasEnded(IssueView issue) =>
        (!issue.Open || issue.Labels.Contains(Story.ForHuman)) && !issue.Labels.Contains(Story.InProgress) && !issue.Labels.Contains(Story.Ready);

    public static Findings Of(SimulatedGitHub gitHub, IReadOnlyList<Told> stories, IReadOnlyList<DateTimeOffset> flushes)
    {
        var breaches = new List<string>(WorldLaws.Breaches(gitHub));
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
            var seen = $"{WorldLaws.FinalState(issue)} turns={turns}";
            var ending = !HasEnded(issue) ? NotEnded
                : turns == 0 && seen == Expected(Ending.NeedsHuman, 0) && flushes.Any(flush => WasCaught(locked[(told.Repository, told.Number)], issue, flush)) ? Caught
                : issue.Open ? "needs-human" : "done";
            ended[ending] = ended.GetValueOrDefault(ending) + 1;
            if (ending == Caught)
            {
                continue;
            }

            if (seen != Expected(told.Ending, told.Turns))
            {
                breaches.Add($"{told.Reference} ({told.Kind}): {seen}; expected {Expected(told.Ending, told.Turns)}");
            }

            if (dispatched[(told.Repository, $"{told.Number}")].Select(turn => turn.Inputs.GetValueOrDefault("run_id")).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                breaches.Add($"{told.Reference}: one labelling became more than one run");
            }

            breaches.AddRange(CloseBreaches(gitHub, told, closed[(told.Repository, told.Number)].ToList(), worked[(told.Repository, told.Number)].Select(turn => turn.TurnId).ToList()));
        }

        return new(ended, breaches);
    }

    /// <summary>Checklist and doorbell are a comment each.</summary>
    private static string Expected(Ending ending, int turns) =>
        ending is Ending.Done ? $"open=False labels=[] comments=2 turns={turns}" : $"open=True labels=[{Story.ForHuman}] comments=2 turns={turns}";

    /// <summary>The store forgot why the lock was there, and nothing on GitHub said it yet: the one case in which a person is asked for nothing that an agent did.</summary>
    private static bool WasCaught(IEnumerable<LabelAdded> locked, IssueView issue, DateTimeOffset flush) =>
        locked.Any(label => label.At <= flush + OnItsWay) && issue.Comments.All(comment => comment.CreatedAt >= flush);

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
