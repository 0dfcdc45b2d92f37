using System.Collections.Immutable;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>A workflow run to be started again.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Whole">Whether all of it: one that could not start has no failed jobs.</param>
public sealed record RerunOrder(long Run, bool Whole);

/// <summary>A job of a workflow run, in GitHub's words.</summary>
/// <param name="Id">Its id, which is its check run's.</param>
/// <param name="Conclusion">How it ended.</param>
/// <param name="Steps">Its steps, in order; empty when none was reported.</param>
public sealed record JobFact(long Id, string? Conclusion, ImmutableArray<StepFact> Steps)
{
    /// <summary>The first step that failed; null when none did, so that the job was lost to its runner.</summary>
    public StepFact? FailedStep => Steps.FirstOrDefault(step => step.Conclusion is "failure" or "timed_out");
}

/// <summary>A step of a job.</summary>
public sealed record StepFact(string Name, string? Conclusion);

/// <summary>What the log of a failing job says.</summary>
/// <param name="Key">The failing check's key.</param>
/// <param name="Step">The step that failed; null when unknown.</param>
/// <param name="Excerpt">The lines around the last error; null when there is no log to be had.</param>
public sealed record FailedStep(string Key, string? Step, string? Excerpt);

/// <summary>
/// Tells failures that may pass by themselves from those that a corrective turn must mend: a job that ran out of time, a workflow that could
/// not start, a job that failed although none of its steps did, and what was cancelled. One failure of another kind, and nothing is repeated:
/// the turn is needed anyway.
/// </summary>
public static class RedTriage
{
    /// <summary>More workflow runs than this at once are no accident of a runner.</summary>
    public const int MostRuns = 5;

    /// <summary>The failures of this verdict that are the agent's: those that were not there before the run.</summary>
    public static ImmutableArray<FailingCheck> New(CiReading reading, ImmutableArray<string>? redOnBase)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var before = redOnBase ?? [];
        return [.. reading.Failing.Where(check => !before.Contains(check.Key, StringComparer.Ordinal))];
    }

    /// <summary>The checks that a repetition is thought of for; empty when it is out of the question whatever their jobs say.</summary>
    public static ImmutableArray<FailingCheck> Candidates(CiReading reading, ImmutableArray<string>? redOnBase)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var checks = reading.Status is CiStatus.Red ? New(reading, redOnBase) : reading.Status is CiStatus.Pending ? reading.Cancelled : [];
        return checks.All(MayBeRepeated) && checks.Select(check => check.Run!.Id).Distinct().Count() <= MostRuns ? checks : [];
    }

    /// <summary>Whether only the steps of its job can tell.</summary>
    public static bool NeedsSteps(FailingCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return check.Conclusion is "failure";
    }

    /// <summary>The workflow runs to start again; empty when a corrective turn is due.</summary>
    /// <param name="candidates">As <see cref="Candidates"/> gave them.</param>
    /// <param name="jobs">The jobs of their runs, as far as <see cref="NeedsSteps"/> asked for them.</param>
    public static ImmutableArray<RerunOrder> Orders(ImmutableArray<FailingCheck> candidates, IReadOnlyCollection<JobFact> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var known = jobs.DistinctBy(job => job.Id).ToDictionary(job => job.Id);
        var lost = candidates.All(check => !NeedsSteps(check) || (check.Job is { } id && known.TryGetValue(id, out var job) && job.FailedStep is null));
        return lost
            ? [.. candidates.GroupBy(check => check.Run!.Id).Select(run => new RerunOrder(run.Key, run.Any(check => check.Conclusion is "startup_failure"))).OrderBy(order => order.Run)]
            : [];
    }

    /// <summary>A run at its second attempt was repeated already, by us or by a person.</summary>
    private static bool MayBeRepeated(FailingCheck check) =>
        check is { Run.Attempt: <= 1, Conclusion: "timed_out" or "startup_failure" or "cancelled" } or { Run.Attempt: <= 1, Conclusion: "failure", Job: not null };
}
