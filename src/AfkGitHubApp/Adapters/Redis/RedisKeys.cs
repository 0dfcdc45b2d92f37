using System.Globalization;
using AfkGitHubApp.Core.Runs;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>
/// Names of keys. Repositories are spread over sixteen shards; the braces put all keys of a shard into one slot of a Redis Cluster.
/// </summary>
internal static class RedisKeys
{
    public const string KillSwitch = "afk:kill-switch";
    public const string Health = "afk:health";
    public const string WakeChannel = "afk:wake";
    public const string Limits = "afk:limits";
    public const string RedeliveryTurn = "afk:redelivery:turn";
    public const string RedeliveryNotes = "afk:redelivery:notes";
    private const int ShardCount = 16;

    /// <summary>All shards.</summary>
    public static IReadOnlyList<int> Shards { get; } = [.. Enumerable.Range(0, ShardCount)];

    public static RedisKey RedeliveryAsked(string guid) => $"afk:redelivery:asked:{guid}";

    public static int ShardOf(RepositoryKey repository) => ShardOf(repository.Id);

    public static RedisKey Due(int shard) => $"{{afk:{shard}}}:due";

    /// <summary>What belongs to the shard as a whole: the last fence, and when it began.</summary>
    public static RedisKey Shard(int shard) => $"{{afk:{shard}}}:shard";

    public static RedisKey History(int shard) => $"{{afk:{shard}}}:history";

    public static RedisKey Repository(RepositoryKey repository) => Repository(repository.Id);

    public static RedisKey Repository(long id) => $"{{afk:{ShardOf(id)}}}:repository:{id.ToString(CultureInfo.InvariantCulture)}";

    public static RedisKey Journal(RepositoryKey repository) => $"{{afk:{ShardOf(repository)}}}:journal:{repository.Id.ToString(CultureInfo.InvariantCulture)}";

    public static RedisKey Turn(long installation) => $"afk:turn:{installation.ToString(CultureInfo.InvariantCulture)}";

    public static int ShardOf(long id) => (int)(((id % ShardCount) + ShardCount) % ShardCount);
}
