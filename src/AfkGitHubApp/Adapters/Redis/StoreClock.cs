using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>
/// The time all replicas agree on: the local clock, moved by what it differs from the server's. Due times and leases in the store are in it, so a
/// replica whose clock is wrong neither takes work early nor lets its leases look longer than they are.
/// </summary>
/// <param name="time">The product's clock.</param>
/// <param name="wireTime">The clock the server's is held against; the same one except where the product's runs faster than the network.</param>
public sealed class StoreClock(TimeProvider time, TimeProvider wireTime)
{
    /// <summary>More than this and the replica is not ready: its tokens, deadlines and the times it shows are wrong.</summary>
    public static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);
    private long offset;
    private long measuredAt = long.MinValue;

    /// <summary>Server minus local, as last measured.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offset));

    /// <summary>Whether the server was ever asked; until then no time may be written.</summary>
    internal bool IsMeasured => Interlocked.Read(ref measuredAt) != long.MinValue;

    /// <summary>Whether <see cref="Offset"/> is due to be measured.</summary>
    internal bool IsStale => Interlocked.Read(ref measuredAt) is var at && (!IsMeasured || wireTime.GetElapsedTime(at) > MeasureEvery);

    /// <summary>Now, in whole milliseconds of the store's time.</summary>
    internal long Now => ToStore(time.GetUtcNow());

    /// <summary>A local time as the store keeps it.</summary>
    internal long ToStore(DateTimeOffset local) => (local + Offset).ToUnixTimeMilliseconds();

    /// <summary>A time of the store's as the product sees it.</summary>
    internal DateTimeOffset ToLocal(long stored) => DateTimeOffset.FromUnixTimeMilliseconds(stored) - Offset;

    /// <summary>Asks the server what time it is.</summary>
    /// <returns>The offset from then on.</returns>
    internal async Task<TimeSpan> MeasureAsync(IDatabase database)
    {
        var sent = wireTime.GetTimestamp();
        var before = wireTime.GetUtcNow();
        var answer = (RedisResult[]?)await database.ExecuteAsync("TIME");
        var took = wireTime.GetElapsedTime(sent);
        if (answer is not [var seconds, var microseconds])
        {
            return Offset;
        }

        var server = DateTimeOffset.FromUnixTimeSeconds((long)seconds) + TimeSpan.FromMicroseconds((long)microseconds);
        var measured = server - (before + (took / 2));
        if ((measured - Offset).Duration() > (took / 2) + Grain)
        {
            // Only what the way there and back does not explain is a difference: the offset must not tremble, or what is due now would not be a moment later.
            // In whole milliseconds, as everything in the store: a time read back equals the one that was written.
            Interlocked.Exchange(ref offset, (long)Math.Round(measured.TotalMilliseconds) * TimeSpan.TicksPerMillisecond);
        }

        Interlocked.Exchange(ref measuredAt, wireTime.GetTimestamp());
        return Offset;
    }
}
