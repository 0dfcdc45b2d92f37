using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>Ready means that Redis answers and that the clocks agree.</summary>
public sealed class RedisHealth(RedisConnection redis, StoreClock clock, string connectionString) : IStoreHealth
{
    /// <inheritdoc/>
    public string Name { get; } = $"Redis at {RedisMultiplexer.Display(connectionString)}";

    /// <inheritdoc/>
    public async Task<StoreCondition> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await redis.AskAsync(
                async database =>
                {
                    await clock.MeasureAsync(database);
                    return true;
                },
                cancellationToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            return new(IsReady: false, $"{unavailable.Message}; deliveries are refused and nothing is ticked until it answers");
        }

        var skew = clock.Offset;
        return skew.Duration() > StoreClock.LargestSkew
            ? new(IsReady: false, $"the clock of this machine is {skew.Duration().TotalSeconds:0.0} s {(skew > TimeSpan.Zero ? "behind" : "ahead of")} that of {Name}; at most {StoreClock.LargestSkew.TotalSeconds:0} s are allowed")
            : new(IsReady: true, Name);
    }
}
