using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>Ready means that Redis takes writes and that the clocks agree.</summary>
public sealed class RedisHealth(RedisConnection redis, StoreClock clock, StoreTimings timings, string connectionString) : IStoreHealth
{
    private static readonly TimeSpan HealthKept = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public string Name { get; } = $"Redis at {RedisMultiplexer.Display(connectionString)}";

    /// <inheritdoc/>
    public async Task<StoreCondition> CheckAsync(CancellationToken cancellationToken)
    {
        long born;
        try
        {
            born = await redis.WriteAsync(
                async database =>
                {
                    // A full server, or a copy of one, still answers every question.
                    var write = database.StringSetAsync(RedisKeys.Health, "written", expiry: HealthKept, When.Always);
                    var time = clock.MeasureAsync(database);
                    var shards = RedisKeys.Shards.Select(shard => database.HashGetAsync(RedisKeys.Shard(shard), "bornAt")).ToList();
                    await Task.WhenAll([write, time, .. shards]);
                    return (await Task.WhenAll(shards)).Where(value => !value.IsNull).Select(value => (long)value).DefaultIfEmpty(long.MinValue).Max();
                },
                cancellationToken);
        }
        catch (StoreFaultException fault)
        {
            return new(IsReady: false, fault.Message);
        }
        catch (StoreUnavailableException unavailable)
        {
            return new(IsReady: false, $"{unavailable.Message}; deliveries are refused and nothing is ticked until it answers");
        }

        var skew = clock.Offset;
        return skew.Duration() > StoreClock.LargestSkew
            ? new(IsReady: false, $"the clock of this machine is {skew.Duration().TotalSeconds:0.0} s {(skew > TimeSpan.Zero ? "behind" : "ahead of")} that of {Name}; at most {StoreClock.LargestSkew.TotalSeconds:0} s are allowed")
            : new(IsReady: true, RestsUntil(born) is { } until ? $"{Name}; it is new or was emptied, and hands out what it had forgotten from {until:HH:mm:ss} UTC on" : Name) { RestsUntil = RestsUntil(born) };
    }

    private DateTimeOffset? RestsUntil(long born) => born != long.MinValue && born + (long)timings.Rest.TotalMilliseconds is var until && until > clock.Now ? clock.ToLocal(until) : null;
}
