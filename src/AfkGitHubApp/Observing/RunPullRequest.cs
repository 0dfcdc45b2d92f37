using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>The pull request of a run's branch, and what has become of asking GitHub to merge it.</summary>
public sealed class RunPullRequest(IPullRequests pullRequests)
{
    /// <summary>Reads it; null where there is none. A permission that was withdrawn is kept as a refusal: asking for ever would leave the run to nobody.</summary>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<(InFlightRun Run, PullRequest? PullRequest)> ReadAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run is not { Delivery: Delivery.PullRequest, Commit: { } commit })
        {
            return (run, null);
        }

        try
        {
            var found = await pullRequests.FindAsync(repository, run.WorkBranch, run.BaseBranch, cancellationToken);
            return found is { IsOpen: true } && run.Watch.Merge is { Refused: null, Id: { } request } asked && string.Equals(asked.Sha, commit.Sha, StringComparison.Ordinal)
                ? (await AnsweredAsync(repository, run, asked, request, found, cancellationToken), found)
                : (run, found);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            return (run with { Watch = run.Watch with { Refused = $"GitHub refuses to show the pull requests ({failure.StatusCode})" } }, null);
        }
    }

    /// <summary>An answer that GitHub has forgotten leaves nothing to wait for: it is asked again.</summary>
    private async Task<InFlightRun> AnsweredAsync(RepositoryKey repository, InFlightRun run, MergeRequest asked, string request, PullRequest found, CancellationToken cancellationToken)
    {
        var answer = await pullRequests.MergeAnswerAsync(repository, found.Number, request, cancellationToken);
        return run with { Watch = run.Watch with { Merge = answer?.ApplyTo(asked, found, run) } };
    }
}
