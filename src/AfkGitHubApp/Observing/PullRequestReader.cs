using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>The pull request of a run's branch, and what has become of asking GitHub to merge it.</summary>
public sealed class PullRequestReader(IPullRequests pullRequests)
{
    /// <summary>Reads it; null where there is none.</summary>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<(InFlightRun Run, PullRequest? PullRequest)> ReadAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run is not { Delivery: Delivery.PullRequest, Commit: { } commit })
        {
            return (run, null);
        }

        var found = await pullRequests.FindAsync(repository, run.WorkBranch, run.BaseBranch, cancellationToken);
        if (found is not { IsOpen: true } || run.Watch.Merge is not { Refused: null, Id: { } request } asked || !string.Equals(asked.Sha, commit.Sha, StringComparison.Ordinal))
        {
            return (run, found);
        }

        // An answer that GitHub has forgotten leaves nothing to wait for: it is asked again.
        var answer = await pullRequests.MergeAnswerAsync(repository, found.Number, request, cancellationToken);
        return (run with { Watch = run.Watch with { Merge = answer?.ApplyTo(asked, found, run) } }, found);
    }
}
