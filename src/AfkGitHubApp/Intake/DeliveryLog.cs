namespace AfkGitHubApp.Intake;

/// <summary>A counter and the last few deliveries, for display only: nudges are idempotent, so nothing has to be remembered to be correct.</summary>
public sealed class DeliveryLog(TimeProvider time)
{
    private const int Kept = 50;
    private readonly Lock gate = new();
    private readonly Queue<Delivery> last = new();
    private long count;

    /// <summary>Verified deliveries since the start.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>The last ones, oldest first.</summary>
    public IReadOnlyList<Delivery> Last
    {
        get
        {
            lock (gate)
            {
                return [.. last];
            }
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(string name, string id, string outcome)
    {
        Interlocked.Increment(ref count);
        lock (gate)
        {
            last.Enqueue(new(time.GetUtcNow(), name, id, outcome));
            if (last.Count > Kept)
            {
                last.Dequeue();
            }
        }
    }
}

/// <summary>One delivery.</summary>
public sealed record Delivery(DateTimeOffset At, string Event, string Id, string Outcome);
