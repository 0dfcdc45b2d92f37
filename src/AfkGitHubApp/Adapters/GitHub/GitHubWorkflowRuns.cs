using System.Globalization;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Workflow runs on GitHub. https://docs.github.com/rest/actions/workflow-runs, https://docs.github.com/rest/actions/workflow-jobs</summary>
public sealed partial class GitHubWorkflowRuns(GitHubConnection gitHub, ILogger<GitHubWorkflowRuns> logger) : IWorkflowRuns
{
    private const int MostPages = 3;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobFact>> JobsAsync(RepositoryKey repository, long run, CancellationToken cancellationToken)
    {
        try
        {
            var (jobs, _) = await gitHub.GetPagesAsync<JobsDto, JobDto>(As(repository), $"repos/{repository}/actions/runs/{Text(run)}/jobs?per_page=100", page => page.Jobs, cancellationToken, MostPages);
            return [.. jobs.Select(job => new JobFact(job.Id, job.Conclusion, [.. (job.Steps ?? []).Select(step => new StepFact(step?.Name ?? "", step?.Conclusion))]))];
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public async Task<string?> LogAsync(RepositoryKey repository, long job, CancellationToken cancellationToken)
    {
        try
        {
            return await gitHub.GetAbroadAsync(As(repository), $"repos/{repository}/actions/jobs/{Text(job)}/logs", cancellationToken);
        }
        catch (GitHubFailure failure)
        {
            // A hint that is missing; nothing rests on it.
            Log.NoLog(logger, job, failure.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<int?> AttemptAsync(RepositoryKey repository, long run, CancellationToken cancellationToken)
    {
        try
        {
            return (await gitHub.GetAsync<WorkflowRunDto>(As(repository), $"repos/{repository}/actions/runs/{Text(run)}", cancellationToken)).RunAttempt ?? 1;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<string?> RerunAsync(RepositoryKey repository, RerunOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        try
        {
            await gitHub.PostAsync(As(repository), $"repos/{repository}/actions/runs/{Text(order.Run)}/{(order.Whole ? "rerun" : "rerun-failed-jobs")}", cancellationToken);
            return null;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            // Too old, without the permission, or broken before it had a job to repeat.
            return $"GitHub refused to run workflow run {Text(order.Run)} again ({failure.StatusCode})";
        }
    }

    private static CallIdentity As(RepositoryKey repository) => CallIdentity.Installation(repository.InstallationId);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The log of job {Job} could not be read: {Reason}")]
        public static partial void NoLog(ILogger logger, long job, string reason);
    }
}
