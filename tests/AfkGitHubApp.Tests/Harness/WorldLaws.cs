using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>The laws Once and Alone, read off GitHub's own journal after the fact.</summary>
public static class WorldLaws
{
    /// <summary>What the checklist comment begins with, and no other comment of ours has.</summary>
    public const string Marker = "<!-- afk:v1";

    /// <summary>What the last line of a comment begins with that asks a person to merge, until it tells the end.</summary>
    public const string Ready = "<!-- afk-ready:";

    /// <summary>What the last line of an answer to a command begins with.</summary>
    public const string Answer = "<!-- afk-answer:";

    /// <summary>What the last line of a comment about broken settings begins with.</summary>
    public const string Settings = "<!-- afk-settings:";

    /// <summary>That line once the settings are in order.</summary>
    public const string SettingsInOrder = Settings + "in-order -->";

    /// <summary>Each breach of: one working turn per TurnId, never two alive in one repository, one checklist, at most one request to merge and at most one doorbell per run, one answer per command, one comment about broken settings.</summary>
    public static IReadOnlyList<string> Breaches(SimulatedGitHub gitHub)
    {
        ArgumentNullException.ThrowIfNull(gitHub);
        var worked = gitHub.Journal.Effects<TurnWorked>();
        var ends = Ends(gitHub);
        var lost = StartedAgain(gitHub).ToHashSet();
        var breaches = worked.Where(turn => !lost.Contains(turn)).GroupBy(turn => (turn.Repository, turn.TurnId)).Where(turn => turn.Count() > 1)
            .Select(turn => $"{turn.Key.Repository}: turn {turn.Key.TurnId} was worked {turn.Count()} times").ToList();
        foreach (var repository in gitHub.Repositories)
        {
            var working = worked.Where(turn => turn.Repository == repository).OrderBy(turn => turn.At).ToList();
            breaches.AddRange(working.Zip(working.Skip(1))
                .Where(pair => !ends.TryGetValue(pair.First.RunId, out var end) || end > pair.Second.At)
                .Select(pair => $"{repository}: turn {pair.Second.TurnId} was started while {pair.First.TurnId} was alive"));

            var broken = gitHub.Issues(repository).SelectMany(issue => issue.Comments).Count(comment => comment.Body.Contains(Settings, StringComparison.Ordinal) && !comment.Body.Contains(SettingsInOrder, StringComparison.Ordinal));
            if (broken > 1)
            {
                breaches.Add($"{repository}: {broken} comments say that the settings are broken");
            }

            foreach (var issue in gitHub.Issues(repository))
            {
                var own = issue.Comments.Where(comment => comment.Author == gitHub.Options.AppSlug + "[bot]" && !comment.Body.Contains(Settings, StringComparison.Ordinal)).ToList();
                var checklists = own.Count(comment => comment.Body.Contains(Marker, StringComparison.Ordinal));
                var answers = own.Where(comment => comment.Body.Contains(Answer, StringComparison.Ordinal)).ToList();
                var asked = own.Count(comment => comment.Body.Contains(Ready, StringComparison.Ordinal));
                var doorbells = own.Count - checklists - answers.Count - asked;
                breaches.AddRange(answers.GroupBy(answer => answer.Body[answer.Body.LastIndexOf(Answer, StringComparison.Ordinal)..], StringComparer.Ordinal).Where(same => same.Count() > 1)
                    .Select(same => $"{repository}#{issue.Number}: {same.Count()} answers to one command, {same.Key}"));
                var runs = working.Where(turn => turn.Issue == issue.Number).Select(turn => turn.TurnId.Split('.')[0]).Distinct(StringComparer.Ordinal).Count();
                if (checklists != Math.Max(runs, own.Count == answers.Count ? 0 : 1))
                {
                    breaches.Add($"{repository}#{issue.Number}: {checklists} checklist comments for {runs} runs");
                }

                if (asked > runs)
                {
                    breaches.Add($"{repository}#{issue.Number}: {asked} comments that ask for a merge for {runs} runs");
                }

                if (doorbells > Math.Max(1, runs))
                {
                    breaches.Add($"{repository}#{issue.Number}: {doorbells} doorbells for {runs} runs");
                }
            }
        }

        return breaches;
    }

    /// <summary>
    /// Turns that were started again under their own id, although nothing is wrong: the answer to the first dispatch was lost, and its thread had
    /// vanished, with nothing pushed, before anybody could learn of it.
    /// </summary>
    public static IReadOnlyList<TurnWorked> StartedAgain(SimulatedGitHub gitHub)
    {
        ArgumentNullException.ThrowIfNull(gitHub);
        var vanished = gitHub.Journal.Effects<RunVanished>().ToLookup(run => run.RunId, run => run.At);
        return
        [
            .. gitHub.Journal.Effects<TurnWorked>().GroupBy(turn => (turn.Repository, turn.TurnId)).SelectMany(turn =>
            {
                var inOrder = turn.OrderBy(each => each.At).ToList();
                return inOrder.Zip(inOrder.Skip(1)).Where(pair => vanished[pair.First.RunId].Any(at => at <= pair.Second.At)).Select(pair => pair.Second);
            }),
        ];
    }

    /// <summary>What a stranger sees of an issue once nothing moves any more; comment texts carry ids and times and are left out.</summary>
    public static string FinalState(IssueView issue)
    {
        ArgumentNullException.ThrowIfNull(issue);
        return $"open={issue.Open} labels=[{string.Join(',', issue.Labels.Order(StringComparer.Ordinal))}] comments={issue.Comments.Count}";
    }

    private static Dictionary<long, DateTimeOffset> Ends(SimulatedGitHub gitHub) =>
        gitHub.Journal.Effects<RunCompleted>().Select(run => (run.RunId, run.At))
            .Concat(gitHub.Journal.Effects<RunVanished>().Select(run => (run.RunId, run.At)))
            .GroupBy(end => end.RunId)
            .ToDictionary(end => end.Key, end => end.Max(each => each.At));
}
