using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Acting;

/// <summary>What an effect acts on: the run, and the world as this tick read it.</summary>
/// <param name="Repository">Where.</param>
/// <param name="Run">The run as it is after the effects before this one.</param>
/// <param name="Issue">The issue as read in this tick; desired-state effects write the difference to it.</param>
/// <param name="State">The evidence, for the checklist.</param>
/// <param name="Settings">What counts for the run.</param>
/// <param name="Policy">The bounds, for texts.</param>
public sealed record EffectTarget(RepositoryKey Repository, InFlightRun Run, IssueSnapshot Issue, RunState State, RepositorySettings Settings, RunPolicy Policy)
{
    /// <summary>Whether the issue is closed now, and it was a commit of the run that closed it.</summary>
    public bool IsClosedByRun { get; init; }

    /// <summary>The run's pull request as read in this tick; null when there is none.</summary>
    public PullRequest? PullRequest { get; init; }
}

/// <summary>What came of an effect.</summary>
/// <param name="Run">The run's bookkeeping after it.</param>
public sealed record Performed(InFlightRun Run)
{
    /// <summary>What was written outside, for people; null when the world was right already.</summary>
    public string? Did { get; init; }

    /// <summary>Whether what it did is still open, so that the effects after it wait for a later look.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>Performs one kind of effect. Safe to repeat; takes the lease before each outside write.</summary>
public interface IPerformer<in TEffect>
    where TEffect : Effect
{
    /// <summary>Brings the effect about, or finds that it is.</summary>
    /// <exception cref="GitHubFailure">It could not be; nothing was learned.</exception>
    /// <exception cref="Scheduling.LeaseLostException">The right to act is gone.</exception>
    Task<Performed> PerformAsync(Scheduling.RepositoryLease lease, EffectTarget target, TEffect effect, CancellationToken cancellationToken);
}

/// <summary>How long one outside write may take; a lease must hold longer than that.</summary>
/// <param name="RequestTimeout">Bound of one request.</param>
/// <param name="Lease">How long a lease holds.</param>
public sealed record ActingTimings(TimeSpan RequestTimeout, TimeSpan Lease)
{
    /// <summary>After this long an unfinished dispatch can no longer be under way: its sender's lease and request are over, and it is visible.</summary>
    public TimeSpan DispatchSettled => Lease + RequestTimeout + TimeSpan.FromMinutes(2);
}
