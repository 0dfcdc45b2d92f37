using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Desired state: the run's pull request is merged at the commit that was judged. That it is merged is read back by the next look; GitHub itself
/// refuses a second merge, and a merge of another head. What stands in the way is a person's to decide, so a commit that was refused is not tried again.
/// </summary>
public sealed class MergePullRequestPerformer(IPullRequests pullRequests, WriteDoor door) : IPerformer<Effect.MergePullRequest>
{
    private const int HeadMoved = 409;
    private const int LongestReason = 200;

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.MergePullRequest effect, CancellationToken cancellationToken)
    {
        if (target.PullRequest is not { IsOpen: true, IsMerged: false, Number: var number })
        {
            return new(target.Run);
        }

        await door.PassAsync(lease, cancellationToken);
        try
        {
            await pullRequests.MergeAsync(target.Repository, number, effect.Sha, cancellationToken);
            return new(target.Run) { Did = $"merged pull request #{number}" };
        }
        catch (GitHubFailure failure) when (failure.StatusCode is HeadMoved)
        {
            // Somebody pushed in between: what stands there now is judged first.
            return new(target.Run);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            var why = Markdown.Plain(failure.Reason is { Length: > 0 } reason ? reason.TrimEnd('.') : $"it answers {failure.StatusCode}", LongestReason);
            return new(target.Run with { Watch = target.Run.Watch with { MergeRefused = new MergeRefusal(effect.Sha, why) } }) { Did = $"pull request #{number} cannot be merged by the App" };
        }
    }
}
