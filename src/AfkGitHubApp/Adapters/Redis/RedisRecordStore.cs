using System.Globalization;
using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>Records beside their leases, so that a save and the fence it needs are one step.</summary>
public sealed partial class RedisRecordStore(RedisConnection redis, ILogger<RedisRecordStore> logger) : IRecordStore
{
    /// <inheritdoc/>
    public async Task SaveAsync(RepositoryLease lease, RepositoryRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(record);
        var interest = EvidenceInterest.Of(record);
        var saved = await redis.EvaluateAsync(
            RedisScript.Save,
            [RedisKeys.Repository(lease.Repository), RedisKeys.Journal(lease.Repository)],
            [
                lease.Fence,
                RecordCodec.Write(record),
                record.Repository.FullName,
                record.Repository.InstallationId,
                interest.AnyCommit ? 1 : 0,
                Words(interest.Shas.Select(sha => sha.ToLowerInvariant())),
                Words(interest.WorkflowRunIds.Select(id => id.ToString(CultureInfo.InvariantCulture))),
                Words(record.Runs.Select(run => run.Id).Concat(record.EndedRuns).Select(run => run.Value)),
            ],
            cancellationToken);
        Fences.Require(saved, lease);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RepositoryRecord>> AllAsync(CancellationToken cancellationToken)
    {
        var members = await redis.AskAsync(database => Task.WhenAll(RedisKeys.Shards.Select(shard => database.SortedSetRangeByRankAsync(RedisKeys.Due(shard), 0, -1))), cancellationToken);
        var ids = members.SelectMany(each => each).Select(id => (long)id).Order().ToList();
        var texts = await redis.AskAsync(database => Task.WhenAll(ids.Select(id => database.HashGetAsync(RedisKeys.Repository(id), "record"))), cancellationToken);
        var records = new List<RepositoryRecord>();
        foreach (var (id, text) in ids.Zip(texts))
        {
            if (Read(id, text) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static string Words(IEnumerable<string> words) => string.Concat(words.Select(word => $"\n{word}\n"));

    private RepositoryRecord? Read(long id, RedisValue text)
    {
        try
        {
            if (text.IsNull)
            {
                return null;
            }

            var record = RecordCodec.Read((string)text!, out var newer);
            if (newer)
            {
                Log.Newer(logger, id);
            }

            return record;
        }
        catch (JsonException)
        {
            // Its next tick adopts it anew; a list must not fail on it.
            Log.Damaged(logger, id);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "A newer build wrote the record of repository {Id}; it is left out")]
        public static partial void Newer(ILogger logger, long id);

        [LoggerMessage(1, LogLevel.Warning, "The record of repository {Id} cannot be read and is left out")]
        public static partial void Damaged(ILogger logger, long id);
    }
}
