namespace AfkGitHubApp.Simulator.World;

/// <summary>What will happen by itself, and when: the only engine of time in the world.</summary>
/// <remarks>While an entry runs, <see cref="Now"/> is the moment it was due, so a late look at the world still finds everything stamped with the right time.</remarks>
internal sealed class Agenda(TimeProvider time, double speed)
{
    private readonly PriorityQueue<AgendaEntry, (DateTimeOffset Due, long Order)> entries = new();
    private DateTimeOffset? momentOfRunningEntry;
    private long order;

    /// <summary>True once something was added since the flag was last cleared.</summary>
    public bool Changed { get; set; }

    public DateTimeOffset Now => momentOfRunningEntry ?? time.GetUtcNow();

    public DateTimeOffset? NextDue
    {
        get
        {
            while (entries.TryPeek(out var entry, out var at))
            {
                if (!entry.Cancelled)
                {
                    return at.Due;
                }

                entries.Dequeue();
            }

            return null;
        }
    }

    public AgendaEntry Schedule(TimeSpan after, Action action)
    {
        var entry = new AgendaEntry(action);
        entries.Enqueue(entry, (Now + (after / speed), order++));
        Changed = true;
        return entry;
    }

    public int RunDue()
    {
        if (momentOfRunningEntry is not null)
        {
            return 0;
        }

        var ran = 0;
        while (NextDue is { } due && due <= time.GetUtcNow())
        {
            momentOfRunningEntry = due;
            try
            {
                entries.Dequeue().Action();
            }
            finally
            {
                momentOfRunningEntry = null;
            }

            ran++;
        }

        return ran;
    }
}

internal sealed class AgendaEntry(Action action)
{
    public Action Action => action;

    public bool Cancelled { get; private set; }

    public void Cancel() => Cancelled = true;
}
