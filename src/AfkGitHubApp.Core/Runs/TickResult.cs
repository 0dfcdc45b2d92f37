using System.Collections.Immutable;

namespace AfkGitHubApp.Core.Runs;

/// <summary>What one tick saw, decided and did, and when to look again; log line, history entry and command-line answer alike.</summary>
public sealed record TickResult
{
    /// <summary>Which repository.</summary>
    public required RepositoryKey Repository { get; init; }

    /// <summary>When the tick began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What made it look: <c>timer</c>, or the events' names.</summary>
    public required string Trigger { get; init; }

    /// <summary>The run looked at; null when there was none.</summary>
    public RunId? Run { get; init; }

    /// <summary>The run's issue; null when there was none.</summary>
    public int? Issue { get; init; }

    /// <summary>The decision's name; null when nothing had to be decided.</summary>
    public string? Action { get; init; }

    /// <summary>The decision's sentence, or why nothing runs.</summary>
    public required string Why { get; init; }

    /// <summary>Phase reached, for display.</summary>
    public Phase? Phase { get; init; }

    /// <summary>Current turn's ordinal.</summary>
    public int Turn { get; init; }

    /// <summary>What was written outside, in order.</summary>
    public ImmutableArray<string> Did { get; init; } = [];

    /// <summary>Set by the tick that ended the run.</summary>
    public Ending? Ended { get; init; }

    /// <summary>Ready issues that are not started, with the gate that holds each back.</summary>
    public ImmutableArray<HeldBack> HeldBack { get; init; } = [];

    /// <summary>Set when this build may not touch the record: another replica is to look.</summary>
    public bool LeftAlone { get; init; }

    /// <summary>Requests sent to GitHub by this tick.</summary>
    public int Requests { get; init; }

    /// <summary>When to look again; null = nothing to look at until somebody nudges.</summary>
    public DateTimeOffset? NextLook { get; init; }
}

/// <summary>One line of "why is it not running?".</summary>
public sealed record HeldBack(int Issue, string Why);
