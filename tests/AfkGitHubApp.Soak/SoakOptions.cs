namespace AfkGitHubApp.Soak;

/// <summary>How long and how hard.</summary>
internal sealed record SoakOptions
{
    /// <summary>Issues that are opened, each of which is one run.</summary>
    public required int Runs { get; init; }

    public required int Repositories { get; init; }

    public required int Replicas { get; init; }

    /// <summary>Of the faults, the scripts and the lost webhooks; what the processes make of them also depends on the machine.</summary>
    public required int Seed { get; init; }

    /// <summary>How many times faster the shared clock runs.</summary>
    public required int Speed { get; init; }

    /// <summary>Real time after which whatever has not ended is a failure.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>Real time between two faults, on average.</summary>
    public required TimeSpan FaultEvery { get; init; }

    /// <summary>How often Redis is emptied.</summary>
    public required int Flushes { get; init; }

    /// <summary>Real time a lease lasts without renewal.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>Gives each replica a store of its own instead of the shared one; sooner or later they start the same work.</summary>
    public required bool Apart { get; init; }

    /// <summary>Leaves the replicas' logs and Redis' files where they are.</summary>
    public required bool Keep { get; init; }
}
