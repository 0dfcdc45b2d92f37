namespace AfkGitHubApp.Simulator.World;

/// <summary>Everything that happened, in order: requests and effects in one list.</summary>
public sealed class SimulatorJournal
{
    private readonly Lock gate = new();
    private readonly List<JournalEntry> entries = [];

    /// <summary>All entries so far, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. entries];
            }
        }
    }

    /// <summary>All HTTP requests so far, oldest first; the control API's own are not among them.</summary>
    public IReadOnlyList<RequestMade> Requests => Effects<RequestMade>();

    /// <summary>All entries of one kind, oldest first.</summary>
    public IReadOnlyList<T> Effects<T>()
        where T : JournalEntry
    {
        lock (gate)
        {
            return [.. entries.OfType<T>()];
        }
    }

    /// <summary>Entries with a higher sequence number than <paramref name="sequence"/>.</summary>
    public IReadOnlyList<JournalEntry> After(long sequence)
    {
        lock (gate)
        {
            return [.. entries.SkipWhile(entry => entry.Sequence <= sequence)];
        }
    }

    internal void Append(DateTimeOffset at, JournalEntry entry)
    {
        lock (gate)
        {
            entries.Add(entry with { Sequence = entries.Count + 1, At = at });
        }
    }
}
