namespace AfkGitHubApp.Simulator.Scenarios;

/// <summary>How the simulated agent behaves in one turn.</summary>
public sealed record TurnScript
{
    /// <summary>From the start of the work until the turn ends.</summary>
    public TimeSpan Takes { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Whether the turn pushes a commit.</summary>
    public bool Pushes { get; init; } = true;

    /// <summary>From the start of the work until the push; by default shortly before the end. Longer than <see cref="Takes"/> = a straggler that pushes after its run has ended.</summary>
    public TimeSpan? PushesAfter { get; init; }

    /// <summary>How the turn's workflow run ends.</summary>
    public TurnEnd Ends { get; init; } = TurnEnd.Success;

    /// <summary>Message of the commit; the trailers are added to it. By default a sentence that refers to the issue without closing it.</summary>
    public string? CommitMessage { get; init; }

    /// <summary>Files that the commit writes, by path; a null text removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Files { get; init; }

    /// <summary>False leaves out the <c>AFK-Run</c> and <c>AFK-Turn</c> trailers, as a person's commit would.</summary>
    public bool Trailers { get; init; } = true;

    /// <summary>True pushes with the workflow's own <c>GITHUB_TOKEN</c>: by GitHub's rule such a push starts no workflow.</summary>
    public bool PushesWithWorkflowToken { get; init; }

    /// <summary>How the turn says that it ended, <c>nothing_to_do</c> or <c>gave_up</c>; null = it says nothing. A turn that pushes says so by itself.</summary>
    public string? Declares { get; init; }

    /// <summary>Its reason for that.</summary>
    public string? Says { get; init; }

    /// <summary>What it cost in US dollars; null = its agent does not tell.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>The last message of a T3 Code turn; by default it names the commit that was pushed.</summary>
    public string? LastMessage { get; init; }

    /// <summary>How CI goes on the pushed commit.</summary>
    public CiScript Ci { get; init; } = new();
}

/// <summary>The ways a turn's workflow run can end. A T3 Code turn completes, errs, loses its provider (cancelled) or its thread (vanish), or waits for an answer (action required) or an approval (waiting).</summary>
public enum TurnEnd
{
    /// <summary>Completed, success.</summary>
    Success,

    /// <summary>Completed, failure.</summary>
    Failure,

    /// <summary>Completed, cancelled, without anybody of ours having asked.</summary>
    Cancelled,

    /// <summary>The run is deleted; reading it answers 404.</summary>
    Vanish,

    /// <summary>Never ends until it is cancelled.</summary>
    Hang,

    /// <summary>Completed with <c>action_required</c>, without jobs.</summary>
    ActionRequired,

    /// <summary>Stays in status <c>waiting</c> (for an environment's approval) until it is cancelled.</summary>
    Waiting,

    /// <summary>Never ends, and a plain cancel is accepted without effect; only force-cancel helps.</summary>
    IgnoresCancel,

    /// <summary>Completed with <c>startup_failure</c>, without jobs; of T3 Code the provider refuses to start it.</summary>
    NeverStarts,
}
