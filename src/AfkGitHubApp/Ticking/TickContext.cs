using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Ticking;

/// <summary>One tick on its way: the lease it acts under, the record as last saved, and what it wrote outside.</summary>
public sealed class TickContext(RepositoryLease lease, RepositoryRecord record, string? storedText, string trigger, DateTimeOffset at, IRecordStore store, RequestMeter meter)
{
    private string? stored = storedText;
    private (RunId Run, int Before)? counted;

    /// <summary>The right to act.</summary>
    public RepositoryLease Lease { get; } = lease;

    /// <summary>The bookkeeping as last saved.</summary>
    public RepositoryRecord Record { get; private set; } = record;

    /// <summary>Whether the store has a record of this repository.</summary>
    public bool IsStored => stored is not null;

    /// <summary>What made it look.</summary>
    public string Trigger { get; } = trigger;

    /// <summary>When it began.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>Whether the repository let itself be read.</summary>
    public bool Reached { get; set; }

    /// <summary>What was written outside, in order.</summary>
    public List<string> Did { get; } = [];

    /// <summary>Saves, fenced; an unchanged record is not written.</summary>
    public async Task RememberAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        var text = RecordCodec.Write(record);
        if (string.Equals(text, stored, StringComparison.Ordinal))
        {
            return;
        }

        await store.SaveAsync(Lease, record, cancellationToken);
        Record = record;
        stored = text;
    }

    /// <summary>Saves the run's bookkeeping.</summary>
    public Task RememberAsync(InFlightRun run, CancellationToken cancellationToken) => RememberAsync(Record.With(run), cancellationToken);

    /// <summary>The run with the requests of this tick added to those of the ticks before it.</summary>
    public InFlightRun Counted(InFlightRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (counted?.Run != run.Id)
        {
            counted = (run.Id, run.Requests);
        }

        return run with { Requests = counted.Value.Before + meter.Count };
    }

    /// <summary>The answer of this tick.</summary>
    public TickResult Result(string why, TimeSpan? lookAgain) => new()
    {
        Repository = Record.Repository,
        At = At,
        Trigger = Trigger,
        Why = why,
        Did = [.. Did],
        NextLook = lookAgain is { } wait ? At + wait : null,
    };

    /// <summary>The answer of this tick, about a run.</summary>
    public TickResult Result(InFlightRun run, string why, TimeSpan? lookAgain) => Result(why, lookAgain) with
    {
        Run = run.Id,
        Issue = run.IssueNumber,
        Turn = run.Turns.Length,
    };
}
