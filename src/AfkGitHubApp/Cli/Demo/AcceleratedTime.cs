namespace AfkGitHubApp.Cli.Demo;

/// <summary>A clock that runs a whole number of times faster than the real one, timers and monotonic time included.</summary>
/// <param name="speed">How much faster.</param>
/// <param name="epoch">When it showed the real time; processes with the same epoch and speed read the same time.</param>
public sealed class AcceleratedTime(int speed, DateTimeOffset epoch) : TimeProvider
{
    private readonly DateTimeOffset start = epoch + ((System.GetUtcNow() - epoch) * speed);
    private readonly long startStamp = System.GetTimestamp();

    /// <summary>One that starts at the real time.</summary>
    public AcceleratedTime(int speed)
        : this(speed, System.GetUtcNow())
    {
    }

    /// <summary>How much faster.</summary>
    public int Speed => speed;

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + (System.GetElapsedTime(startStamp) * speed);

    /// <inheritdoc/>
    public override long GetTimestamp() => startStamp + ((System.GetTimestamp() - startStamp) * speed);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Shrink(dueTime), Shrink(period));

    // Never shorter than a millisecond: zero would turn a waiting loop into a busy one.
    private TimeSpan Shrink(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, time.Ticks / speed));
}
