using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>The last ticks of all replicas, bounded by number in each shard and by age.</summary>
public sealed class RedisTickHistory(RedisConnection redis) : ITickHistory
{
    private const int PerShard = 250;
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public async Task AddAsync(RepositoryLease lease, TickResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(result);

        // A tick that is no longer the holder's has nothing to tell; the one who took over tells its own.
        await redis.EvaluateAsync(
            RedisScript.HistoryAdd,
            [RedisKeys.Repository(lease.Repository), RedisKeys.History(RedisKeys.ShardOf(lease.Repository))],
            [lease.Fence, JsonSerializer.Serialize(result, TickJson.Readable.TickResult), PerShard, (long)KeepFor.TotalMilliseconds],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TickResult>> LatestAsync(int count, CancellationToken cancellationToken)
    {
        var lists = await redis.AskAsync(database => Task.WhenAll(RedisKeys.Shards.Select(shard => database.ListRangeAsync(RedisKeys.History(shard), 0, count - 1))), cancellationToken);
        return [.. lists.SelectMany(list => list).Select(Read).OfType<TickResult>().OrderByDescending(result => result.At).Take(count)];
    }

    /// <summary>Another build's entry that this one cannot read is left out.</summary>
    private static TickResult? Read(RedisValue text)
    {
        try
        {
            return JsonSerializer.Deserialize((string?)text ?? "null", TickJson.Readable.TickResult);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
