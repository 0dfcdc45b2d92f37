namespace AfkGitHubApp.Scheduling;

/// <summary>Durations every store shares.</summary>
/// <param name="Lease">How long a claim holds without renewal; default 60 s, must exceed twice the request timeout.</param>
/// <param name="NudgeGap">Least time between two ticks of one repository; default 5 s, so that a burst of events is one look.</param>
public sealed record StoreTimings(TimeSpan Lease, TimeSpan NudgeGap)
{
    /// <summary>
    /// How long a new or emptied shared store hands out nothing, because somebody may still hold what it no longer knows; default one lease.
    /// </summary>
    public TimeSpan Rest { get; init; } = Lease;

    /// <summary>The defaults.</summary>
    public static StoreTimings Default { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5));
}
