using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting;

/// <summary>
/// The write-ahead record of outside acts that must happen once. Wanted property: after a crash at any point, the next holder can tell
/// "never begun" from "may have happened" from "done, with this result". Begun but unfinished is answered by probing the world by a
/// deterministic name, never by doing it again blindly.
/// </summary>
public interface IEffectJournal
{
    /// <summary>Records the intent, unless there is one already, and returns what stood there before.</summary>
    /// <exception cref="LeaseLostException">Somebody else holds the repository.</exception>
    Task<JournalEntry> BeginAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken);

    /// <summary>When an act was begun, finished or not; null when it was not. Reads only, without the fence.</summary>
    Task<DateTimeOffset?> BegunAtAsync(RepositoryKey repository, EffectKey key, CancellationToken cancellationToken);

    /// <summary>Moves the beginning of an unfinished intent to now: it is about to be sent again.</summary>
    Task RestartAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken);

    /// <summary>Records that it happened, and its result.</summary>
    Task FinishAsync(RepositoryLease lease, EffectKey key, string result, CancellationToken cancellationToken);

    /// <summary>Takes an intent back that was certainly not performed.</summary>
    Task AbandonAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken);
}

/// <summary>Which act.</summary>
/// <param name="Turn">The run and turn it belongs to.</param>
/// <param name="Effect">The effect's name.</param>
/// <param name="Ordinal">Distinguishes repeated acts of one kind in a turn.</param>
public sealed record EffectKey(TurnId Turn, string Effect, int Ordinal = 0)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Turn}/{Effect}/{Ordinal}";
}

/// <summary>How far an act has come.</summary>
public enum JournalState
{
    /// <summary>Not begun before this call.</summary>
    New,

    /// <summary>Begun earlier and not finished: it may have happened.</summary>
    Unfinished,

    /// <summary>Finished.</summary>
    Finished,
}

/// <summary>What the journal knows of an act.</summary>
/// <param name="State">How far.</param>
/// <param name="BegunAt">When the intent was recorded.</param>
/// <param name="Result">The result, when finished.</param>
public sealed record JournalEntry(JournalState State, DateTimeOffset BegunAt, string? Result);
