using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>CI's workflow runs: what their jobs did, and starting them again. Every method may throw <see cref="GitHubFailure"/>.</summary>
public interface IWorkflowRuns
{
    /// <summary>The jobs of a run's latest attempt; none where GitHub has forgotten the run.</summary>
    Task<IReadOnlyList<JobFact>> JobsAsync(RepositoryKey repository, long run, CancellationToken cancellationToken);

    /// <summary>The end of a job's log, as far as it is kept and of bounded size; null when there is none to be had, for whatever reason.</summary>
    Task<string?> LogAsync(RepositoryKey repository, long job, CancellationToken cancellationToken);

    /// <summary>Which attempt of a run is the latest; null when there is no such run.</summary>
    Task<int?> AttemptAsync(RepositoryKey repository, long run, CancellationToken cancellationToken);

    /// <summary>Starts a run again: the jobs that failed and those that depend on them, or all of it.</summary>
    /// <returns>Null when GitHub accepted it, else why it refused, one sentence.</returns>
    Task<string?> RerunAsync(RepositoryKey repository, RerunOrder order, CancellationToken cancellationToken);
}
