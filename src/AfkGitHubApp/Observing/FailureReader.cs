using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>Looks into the jobs behind a red verdict: whether they are worth a repetition, and what they say. Read only when one of the two is about to happen.</summary>
public sealed partial class FailureReader(IWorkflowRuns runs, ILogger<FailureReader> logger)
{
    /// <summary>Logs are long; three failing jobs say enough.</summary>
    private const int MostLogs = 3;

    /// <summary>The workflow runs to start again, none when a corrective turn is due; and the jobs that were read for it.</summary>
    public async Task<(ImmutableArray<RerunOrder> Reruns, ImmutableArray<JobFact> Jobs)> TriageAsync(
        RepositoryKey repository, CiReading? reading, ImmutableArray<string>? redOnBase, CancellationToken cancellationToken)
    {
        if (reading is null || RedTriage.Candidates(reading, redOnBase) is not { IsEmpty: false } candidates)
        {
            return ([], []);
        }

        ImmutableArray<JobFact> jobs = [];
        foreach (var run in candidates.Where(RedTriage.NeedsSteps).Select(check => check.Run!.Id).Distinct())
        {
            jobs = jobs.AddRange(await JobsAsync(repository, run, cancellationToken));
        }

        return (RedTriage.Orders(candidates, jobs), jobs);
    }

    /// <summary>What the logs of the first failing jobs say, for the turn that is to mend them.</summary>
    public async Task<ImmutableArray<FailedStep>> ExplainAsync(
        RepositoryKey repository, CiReading? reading, ImmutableArray<string>? redOnBase, ImmutableArray<JobFact> known, CancellationToken cancellationToken)
    {
        if (reading is not { Status: CiStatus.Red })
        {
            return [];
        }

        var explained = ImmutableArray.CreateBuilder<FailedStep>();
        foreach (var check in RedTriage.New(reading, redOnBase).Where(check => check is { Run: not null, Job: not null }).Take(MostLogs))
        {
            if (known.All(job => job.Id != check.Job))
            {
                known = known.AddRange(await JobsAsync(repository, check.Run!.Id, cancellationToken));
            }

            var step = known.FirstOrDefault(job => job.Id == check.Job)?.FailedStep?.Name;
            explained.Add(new(check.Key, step, LogExcerpt.Of(await runs.LogAsync(repository, check.Job!.Value, cancellationToken))));
        }

        return explained.ToImmutable();
    }

    private async Task<IReadOnlyList<JobFact>> JobsAsync(RepositoryKey repository, long run, CancellationToken cancellationToken)
    {
        try
        {
            return await runs.JobsAsync(repository, run, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            // Without them the failure counts as one to mend: the turn looks for itself.
            Log.NoJobs(logger, run, failure.Message);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The jobs of workflow run {Run} could not be read: {Reason}")]
        public static partial void NoJobs(ILogger logger, long run, string reason);
    }
}
