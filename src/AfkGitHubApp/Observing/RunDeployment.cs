using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>How far a run's commit, or what merging made of it, is deployed.</summary>
public sealed partial class RunDeployment(DeploymentReader deployments, IPullRequests pullRequests, ILogger<RunDeployment> logger)
{
    /// <summary>The stage after the checks, of the run's commit or of what merging made of it. What could not be read is not reached yet; what GitHub will not show is a person's.</summary>
    public async Task<(DeploymentStatus Status, CiReading? Reading, InFlightRun Run)> ReadAsync(
        RepositoryKey repository, InFlightRun run, RepositorySettings settings, PullRequest? merged, CiReading? green, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(settings);
        run = run with { Watch = run.Watch with { LandedAt = run.Watch.LandedAt ?? now } };
        try
        {
            if ((merged is null ? run.Commit!.Sha : await pullRequests.MergedAsync(repository, merged.Number, cancellationToken)) is not { } sha)
            {
                return (DeploymentStatus.Pending, null, run);
            }

            var basis = (green ?? new CiReading(CiStatus.Green, "merged", "")) with { Status = CiStatus.Green, Failing = [], Cancelled = [], NeverStarted = false };
            var read = await deployments.ReadAsync(repository, settings.Environments, new LandedCommit(sha, run.BaseSha, run.StartedAt), basis, cancellationToken);
            var changed = !string.Equals(read.Fingerprint, run.Watch.DeploymentFingerprint, StringComparison.Ordinal);
            return (read.Status, read.Verdict, changed ? run with { Watch = run.Watch with { DeploymentFingerprint = read.Fingerprint, DeploymentFingerprintAt = now } } : run);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            Log.DeploymentsUnread(logger, run.Commit!.Sha, failure.Message);
            return (DeploymentStatus.Pending, null, run with { Watch = run.Watch with { Refused = $"GitHub does not show the deployments that {RepoConfig.Path} asks for; the App needs the permission deployments: read" } });
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.DeploymentsUnread(logger, run.Commit!.Sha, failure.Message);
            return (DeploymentStatus.Pending, null, run);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The deployments of {Sha} could not be read: {Reason}")]
        public static partial void DeploymentsUnread(ILogger logger, string sha, string reason);
    }
}
