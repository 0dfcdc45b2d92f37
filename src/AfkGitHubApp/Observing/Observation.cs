using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>What one look at a run saw, frozen.</summary>
/// <param name="At">When the look began.</param>
/// <param name="State">The evidence, for the state machine.</param>
/// <param name="Run">The run with its bookkeeping brought up to this look.</param>
public sealed record Observation(DateTimeOffset At, RunState State, InFlightRun Run)
{
    /// <summary>The repository under its name of now.</summary>
    public required RepositoryKey Repository { get; init; }

    /// <summary>What counts for this run.</summary>
    public required RepositorySettings Settings { get; init; }

    /// <summary>The issue; null when it or our access is gone.</summary>
    public IssueSnapshot? Issue { get; init; }

    /// <summary>The verdict read; null when none was asked or it could not be read.</summary>
    public CiReading? Ci { get; init; }

    /// <summary>The workflow runs to start again, where <see cref="RunState.MayPassAgain"/>; empty otherwise.</summary>
    public ImmutableArray<RerunOrder> Reruns { get; init; } = [];

    /// <summary>The jobs that were read on the way, for the prompt.</summary>
    public ImmutableArray<JobFact> Jobs { get; init; } = [];

    /// <summary>The run's pull request; null when there is none, or the delivery needs none.</summary>
    public PullRequest? PullRequest { get; init; }

    /// <summary>Why a person has it; null when nobody took over.</summary>
    public string? TakenOver { get; init; }

    /// <summary>Whether the issue is closed, and it was a commit of the run that closed it.</summary>
    public bool IsClosedByRun { get; init; }

    /// <summary>Whether the current turn is past its deadline and still not known to have ended.</summary>
    public bool TurnOverdue { get; init; }

    /// <summary>Whether the backend's last word leaves the turn alive, for cancelling it when the run ends.</summary>
    public bool TurnMayBeAlive { get; init; }

    /// <summary>Whether nothing can be written: repository, issue or access gone. It ends the run when seen twice.</summary>
    public bool OutOfReach { get; init; }

    /// <summary>Whether of what is out of reach it is the issue alone, as far as one answer can tell: its turn can still be cancelled.</summary>
    public bool OnlyIssueGone { get; init; }

    /// <summary>What is gone.</summary>
    public string? OutOfReachWhy { get; init; }

    /// <summary>What the run waits for, for the timer.</summary>
    public Waiting WaitingFor { get; init; }
}
