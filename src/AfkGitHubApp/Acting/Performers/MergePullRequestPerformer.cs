using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Desired state: GitHub was asked to merge the run's pull request at the commit that was judged. That it is merged is read back by the next
/// look. Safe to repeat: GitHub knows a merge that is done, queued or under way, and merges no other head than it was asked for.
/// </summary>
public sealed class MergePullRequestPerformer(IPullRequests pullRequests, WriteDoor door, TimeProvider time) : IPerformer<Effect.MergePullRequest>
{
    private const int LostRace = 409;

    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.MergePullRequest effect, CancellationToken cancellationToken)
    {
        if (target.PullRequest is not { IsOpen: true, IsMerged: false } open)
        {
            return new(target.Run);
        }

        await door.PassAsync(lease, cancellationToken);
        MergeAnswer answer;
        try
        {
            answer = await AskAsync(target.Repository, open.Number, effect.Sha, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.StatusCode is LostRace)
        {
            // Somebody pushed in between, and what stands there now is judged first; or a request is under way, and its outcome will show.
            return new(target.Run);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            answer = new(MergeState.Refused, Request: null, failure.Reason ?? $"it answers {failure.StatusCode}");
        }

        var before = target.Run.Watch.Merge is { } last && string.Equals(last.Sha, effect.Sha, StringComparison.Ordinal) ? last.Tries : 0;
        var asked = answer.ApplyTo(new MergeRequest(effect.Sha, time.GetUtcNow()) { Tries = before + 1 }, open, target.Run);
        return new(target.Run with { Watch = target.Run.Watch with { Merge = asked } })
        {
            Did = answer.State switch
            {
                MergeState.Merged => $"merged pull request #{open.Number}",
                MergeState.Refused => $"pull request #{open.Number} cannot be merged by the App",
                _ => $"asked for pull request #{open.Number} to be merged",
            },
        };
    }

    private async Task<MergeAnswer> AskAsync(RepositoryKey repository, int number, string sha, CancellationToken cancellationToken)
    {
        try
        {
            return await pullRequests.MergeAsync(repository, number, sha, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return await pullRequests.MergeAtOnceAsync(repository, number, sha, cancellationToken);
        }
    }
}
