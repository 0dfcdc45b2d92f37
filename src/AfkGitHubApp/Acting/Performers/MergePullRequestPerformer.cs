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
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.MergePullRequest effect, CancellationToken cancellationToken)
    {
        if (target.PullRequest is not { IsOpen: true, IsMerged: false, Condition: { } condition } open)
        {
            return new(target.Run);
        }

        var now = time.GetUtcNow();
        var last = target.Run.Watch.Merge is { } known && string.Equals(known.Sha, effect.Sha, StringComparison.Ordinal) ? known : null;
        var asked = new MergeRequest(effect.Sha, now) { Since = last is { Refused: null } ? last.Since : now, AsOf = condition.Text, Tries = (last?.Tries ?? 0) + 1 };
        await door.PassAsync(lease, cancellationToken);
        try
        {
            var answer = await AskAsync(target.Repository, open.Number, effect.Sha, condition.Method, cancellationToken);
            return After(target, answer.ApplyTo(asked), answer.State is MergeState.Merged ? $"merged pull request #{open.Number}" : $"asked for pull request #{open.Number} to be merged");
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Transient)
        {
            // Somebody pushed in between, another request is under way, or no answer came: what has come of it will show.
            return After(target, asked, did: null);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            return After(target, new MergeAnswer(MergeState.Refused, Request: null, failure.Reason).ApplyTo(asked), $"pull request #{open.Number} cannot be merged by the App");
        }
    }

    private static Performed After(EffectTarget target, MergeRequest asked, string? did) => new(target.Run with { Watch = target.Run.Watch with { Merge = asked } }) { Did = did };

    private async Task<MergeAnswer> AskAsync(RepositoryKey repository, int number, string sha, string? method, CancellationToken cancellationToken)
    {
        try
        {
            return await pullRequests.MergeAsync(repository, number, sha, method, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return await pullRequests.MergeAtOnceAsync(repository, number, sha, method, cancellationToken);
        }
    }
}
