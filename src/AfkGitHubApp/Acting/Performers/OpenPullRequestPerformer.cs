using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Desired state: the run's branch has its pull request. GitHub itself refuses a second one from the same branch, so a repeated request after
/// a lost answer is harmless.
/// </summary>
public sealed class OpenPullRequestPerformer(IPullRequests pullRequests, WriteDoor door) : IPerformer<Effect.OpenPullRequest>
{
    private const int AlreadyThere = 422;

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.OpenPullRequest effect, CancellationToken cancellationToken)
    {
        if (target.PullRequest is not null)
        {
            return new(target.Run);
        }

        await door.PassAsync(lease, cancellationToken);
        var run = target.Run;
        try
        {
            var opened = await pullRequests.OpenAsync(
                target.Repository, run.WorkBranch, run.BaseBranch, Title(target), $"Refs #{run.IssueNumber}\n\nRun {run.Id}{(target.State.Ci is CiStatus.Green ? ". CI is green; merging closes the run." : ". Opened so that CI looks at it; once it is green, merging closes the run.")}", cancellationToken);
            return new(run) { Did = $"opened pull request #{opened.Number}" };
        }
        catch (GitHubFailure failure) when (failure.StatusCode is AlreadyThere)
        {
            if (await pullRequests.FindAsync(target.Repository, run.WorkBranch, run.BaseBranch, cancellationToken) is null)
            {
                throw;
            }

            return new(run);
        }
    }

    private static string Title(EffectTarget target) => IssueText.IsTrusted(target.Run, target.Issue)
        ? $"Issue #{target.Run.IssueNumber}: {Markdown.Title(target.Issue.Title, 120)}"
        : $"Issue #{target.Run.IssueNumber}";
}
