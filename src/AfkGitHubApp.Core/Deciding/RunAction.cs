namespace AfkGitHubApp.Core.Deciding;

/// <summary>What a tick of a run can decide; a closed list.</summary>
public enum RunAction
{
    /// <summary>Keep watching.</summary>
    Wait,

    /// <summary>Landed: close the issue.</summary>
    CloseSuccess,

    /// <summary>Dispatch a corrective turn.</summary>
    FixForward,

    /// <summary>Run failed jobs again: what failed may not be the agent's.</summary>
    Rerun,

    /// <summary>Red and out of budget: freeze for a person.</summary>
    FreezeEscalate,

    /// <summary>Stalled before a push: hand to a person.</summary>
    EscalatePrepush,

    /// <summary>The turn vanished with nothing pushed: start it again.</summary>
    Redispatch,

    /// <summary>Pushed, but CI does not speak: hand to a person.</summary>
    EscalateNoVerdict,

    /// <summary>Ensure the pull request and its merge.</summary>
    Deliver,

    /// <summary>A person has it: let go quietly.</summary>
    Release,
}

/// <summary>A decision and its reason: one sentence for log, checklist, dashboard and command line alike.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Why">One sentence, without a full stop, without anything a stranger wrote.</param>
public sealed record Decision(RunAction Action, string Why)
{
    /// <summary>Whether the action ends the run.</summary>
    public bool EndsRun => Action is RunAction.CloseSuccess or RunAction.FreezeEscalate or RunAction.EscalatePrepush
        or RunAction.EscalateNoVerdict or RunAction.Release;
}
