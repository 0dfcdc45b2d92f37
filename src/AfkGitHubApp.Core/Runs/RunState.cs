namespace AfkGitHubApp.Core.Runs;

/// <summary>
/// The evidence of one tick, frozen. All durations are seconds, each counted from its own start (docs/flow.md); none is ever negative.
/// </summary>
public sealed record RunState
{
    /// <summary>The current turn's thread; null = could not be learned.</summary>
    public ThreadStatus? Thread { get; init; }

    /// <summary>The verdict on the pushed commit; null = nothing pushed, or not asked.</summary>
    public CiStatus? Ci { get; init; }

    /// <summary>Whether a commit of this run was found on GitHub.</summary>
    public required bool Pushed { get; init; }

    /// <summary>Corrective turns spent so far.</summary>
    public int FixForwardAttempts { get; init; }

    /// <summary>Since the run's first red verdict, without the time the kill switch was on.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Since the current turn was dispatched.</summary>
    public double TurnSeconds { get; init; }

    /// <summary>Turns started again after one vanished.</summary>
    public int RedispatchAttempts { get; init; }

    /// <summary>Since anything changed in CI or a commit was added, or in the deployments once they are looked at, counted over successful reads.</summary>
    public double NoVerdictSeconds { get; init; }

    /// <summary>Since the judged commit was found.</summary>
    public double SincePushSeconds { get; init; }

    /// <summary>Since the first failed ask for the thread after the last good one; 0 below three failed asks.</summary>
    public double UnknownSeconds { get; init; }

    /// <summary>A person took over, or the issue or our access is gone.</summary>
    public bool HumanTookOver { get; init; }

    /// <summary>How the work is delivered.</summary>
    public Delivery Delivery { get; init; }

    /// <summary>Whether the run's pull request is merged.</summary>
    public bool Merged { get; init; }

    /// <summary>Whether the judged commit is one that a person has pushed onto the run's own branch.</summary>
    public bool OnPersonsCommit { get; init; }

    /// <summary>How the current turn says that it ended without a commit; null where it says nothing, or has not ended.</summary>
    public DeclaredEnd? Declared { get; init; }

    /// <summary>
    /// How far the deployments of the landed commit are; <see cref="Ci"/> counts them in. Null while the checks are not green, or where no
    /// environment has to be reached.
    /// </summary>
    public DeploymentStatus? Deployment { get; init; }

    /// <summary>Since the deployments of this commit were first looked at; 0 before.</summary>
    public double LandedSeconds { get; init; }

    /// <summary>Null for an ordinary turn.</summary>
    public TurnFault? Fault { get; init; }

    /// <summary>Whether every failing check was already red on the run's base commit, so that it is not the agent's to mend.</summary>
    public bool RedBeforeRun { get; init; }

    /// <summary>Whether every failure of the agent's is one that may pass when its jobs are run again, and that was not tried on this commit yet.</summary>
    public bool MayPassAgain { get; init; }
}

/// <summary>The bounds a run is driven by. Every bound is strict: at the bound it is exhausted.</summary>
public sealed record RunPolicy
{
    /// <summary>Default bounds, kill switch off.</summary>
    public static RunPolicy Default { get; } = new();

    /// <summary>On: nothing is dispatched, runs in flight are still watched.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>Corrective turns per run. Default 5.</summary>
    public int FixForwardMaxAttempts { get; init; } = 5;

    /// <summary>Seconds from the first red verdict in which corrective turns may start. Default 3600.</summary>
    public double FixForwardMaxSeconds { get; init; } = 3600;

    /// <summary>Turns started again after one vanished with nothing pushed. Default 1.</summary>
    public int MaxRedispatchAttempts { get; init; } = 1;

    /// <summary>Seconds a verdict waits for a running turn. Default 7200.</summary>
    public double CloseDeferMaxSeconds { get; init; } = 7200;

    /// <summary>Seconds without any change in CI before a person is asked. Default 3600.</summary>
    public double NoVerdictMaxSeconds { get; init; } = 3600;

    /// <summary>Seconds without a verdict in all before a person is asked. Default 21600 (6 h).</summary>
    public double NoVerdictTotalMaxSeconds { get; init; } = 21600;

    /// <summary>Seconds the thread's status may stay unknown. Default 3600.</summary>
    public double UnknownThreadMaxSeconds { get; init; } = 3600;

    /// <summary>Seconds a turn may take before it is cancelled. Default 21600 (6 h), the limit of a hosted job.</summary>
    public double TurnMaxSeconds { get; init; } = 21600;
}
