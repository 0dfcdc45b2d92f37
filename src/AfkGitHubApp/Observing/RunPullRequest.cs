using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>The pull request of a run's branch, and what has become of asking GitHub to merge it.</summary>
public sealed partial class RunPullRequest(IPullRequests pullRequests, ILogger<RunPullRequest> logger)
{
    /// <summary>Until GitHub's other doors show what one of them has done.</summary>
    private static readonly TimeSpan ShownWithin = TimeSpan.FromMinutes(1);

    /// <summary>Reads it; null where there is none. A permission that was withdrawn is kept as a refusal: asking for ever would leave the run to nobody.</summary>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<(InFlightRun Run, PullRequest? PullRequest)> ReadAsync(RepositoryKey repository, InFlightRun run, RepositorySettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(settings);
        if (run is not { Delivery: Delivery.PullRequest, Commit: not null })
        {
            return (run, null);
        }

        PullRequest? found;
        try
        {
            found = await pullRequests.FindAsync(repository, run.WorkBranch, run.BaseBranch, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            return (run with { Watch = run.Watch with { Refused = $"GitHub refuses to show the pull requests ({failure.StatusCode})" } }, null);
        }

        run = found is null ? run : run with { PullRequest = found.Number };
        return found is { IsOpen: true } && settings.Merge is MergeMode.Auto ? await MergingAsync(repository, run, found, now, cancellationToken) : (run, found);
    }

    /// <summary>How it stands with the merge. What cannot be read now is read at the next look: nothing else of the run waits for it.</summary>
    private async Task<(InFlightRun Run, PullRequest? PullRequest)> MergingAsync(RepositoryKey repository, InFlightRun run, PullRequest found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var condition = await pullRequests.ConditionAsync(repository, found.Number, cancellationToken);
            var asked = run.Watch.Merge is { Refused: null } last && string.Equals(last.Sha, run.Commit!.Sha, StringComparison.Ordinal) ? last : null;
            if (asked is null && condition is { IsQueued: true })
            {
                // Whoever put it there, a person or a process whose memory is lost: it is waited for as if it was asked for now.
                asked = new MergeRequest(run.Commit!.Sha, now) { IsQueued = true, Tries = run.Watch.Merge?.Tries ?? 0 };
            }
            else if (asked is { Id: { } request })
            {
                // An answer that GitHub has forgotten is lost; the request is made again in its time.
                asked = await pullRequests.MergeAnswerAsync(repository, found.Number, request, cancellationToken) is { } answer ? answer.ApplyTo(asked) : asked with { Id = null };
            }
            else if (asked is { IsQueued: true } && condition is { IsQueued: false } && now - asked.At > ShownWithin)
            {
                asked = asked with { IsQueued = false, Refused = "it fell out of the merge queue" };
            }

            return (asked is null ? run : run with { Watch = run.Watch with { Merge = asked } }, found with { Condition = condition });
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            Log.MergeUnread(logger, found.Number, failure.Message);
            return (run with { Watch = run.Watch with { Merge = new MergeRequest(run.Commit!.Sha, now) { Refused = "it does not show the App how it stands with the merge" } } }, found);
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.MergeUnread(logger, found.Number, failure.Message);
            return (run, found);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "How it stands with the merge of pull request #{Number} could not be read: {Reason}")]
        public static partial void MergeUnread(ILogger logger, int number, string reason);
    }
}
