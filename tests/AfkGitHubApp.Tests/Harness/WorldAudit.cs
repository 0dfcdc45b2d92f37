using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>The laws of design, read off GitHub's own journal after the fact.</summary>
public static class WorldAudit
{
    /// <summary>One working turn per TurnId, never two alive in one repository, one checklist and at most one doorbell per run.</summary>
    public static void HoldsOnceAndAlone(SimulatedGitHub gitHub, string story)
    {
        var worked = gitHub.Journal.Effects<TurnWorked>();
        worked.GroupBy(turn => turn.TurnId).ShouldAllBe(turn => turn.Count() == 1, story);
        foreach (var repository in gitHub.Repositories)
        {
            var working = worked.Where(turn => turn.Repository == repository).OrderBy(turn => turn.At).ToList();
            foreach (var (earlier, later) in working.Zip(working.Skip(1)))
            {
                EndOf(gitHub, earlier).ShouldBeLessThanOrEqualTo(later.At, $"{story}: turn {later.TurnId} was started while {earlier.TurnId} was alive");
            }

            foreach (var issue in gitHub.Issues(repository))
            {
                var own = issue.Comments.Where(comment => comment.Author == gitHub.Options.AppSlug + "[bot]").ToList();
                var runs = worked.Where(turn => turn.Repository == repository && turn.Issue == issue.Number).Select(turn => turn.TurnId.Split('.')[0]).Distinct().Count();
                own.Count(comment => comment.Body.Contains("<!-- afk:v1", StringComparison.Ordinal)).ShouldBe(Math.Max(runs, own.Count == 0 ? 0 : 1), $"{story}: one checklist per run of #{issue.Number}");
                own.Count(comment => !comment.Body.Contains("<!-- afk:v1", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(Math.Max(1, runs), $"{story}: at most one doorbell per run of #{issue.Number}");
            }
        }
    }

    /// <summary>What a stranger sees of an issue once nothing moves any more; comment texts carry ids and times and are left out.</summary>
    public static string FinalState(SimulatedGitHub gitHub, string repository, int number)
    {
        var issue = gitHub.Issue(repository, number);
        return $"open={issue.Open} labels=[{string.Join(',', issue.Labels.Order(StringComparer.Ordinal))}] comments={issue.Comments.Count}";
    }

    private static DateTimeOffset EndOf(SimulatedGitHub gitHub, TurnWorked turn)
    {
        var ends = gitHub.Journal.Effects<RunCompleted>().Where(run => run.RunId == turn.RunId).Select(run => run.At)
            .Concat(gitHub.Journal.Effects<RunVanished>().Where(run => run.RunId == turn.RunId).Select(run => run.At)).ToList();
        return ends.Count == 0 ? DateTimeOffset.MaxValue : ends.Max();
    }
}
