using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;

namespace Microsoft.Extensions.Caching.StackExchangeRedis;

/// <summary>When an entry ends: at a moment, when it has not been read for a while, or whichever comes first.</summary>
internal readonly record struct Expiry(DateTimeOffset? Absolute, TimeSpan? Sliding)
{
    /// <summary>What an entry without the one or the other has in its place.</summary>
    private const long None = -1;

    public static Expiry Of(DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        if (options.AbsoluteExpiration <= now)
        {
            throw new ArgumentOutOfRangeException(nameof(DistributedCacheEntryOptions.AbsoluteExpiration), options.AbsoluteExpiration.Value, "The absolute expiration value must be in the future.");
        }

        return new(options.AbsoluteExpirationRelativeToNow is { } relative ? now + relative : options.AbsoluteExpiration, options.SlidingExpiration);
    }

    public static Expiry Read(RedisValue absolute, RedisValue sliding) => new(
        Ticks(absolute) is { } moment ? new DateTimeOffset(moment, TimeSpan.Zero) : null,
        Ticks(sliding) is { } window ? new TimeSpan(window) : null);

    /// <summary>The moment is written in its own offset and read as UTC, as the package does: one given in another offset is read shifted.</summary>
    public RedisValue WrittenAbsolute => Absolute?.Ticks ?? None;

    public RedisValue WrittenSliding => Sliding?.Ticks ?? None;

    /// <summary>What is left; null = for ever.</summary>
    public TimeSpan? Left(DateTimeOffset now) => (Absolute - now, Sliding) switch
    {
        ({ } left, { } sliding) => left <= sliding ? left : sliding,
        var (left, sliding) => left ?? sliding,
    };

    private static long? Ticks(RedisValue value) => (long?)value is { } ticks and not None ? ticks : null;
}
