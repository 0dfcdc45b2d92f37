using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.Caching.StackExchangeRedis;

/// <summary>One hash for each entry, of the fields absexp, sldexp and data; Redis itself ends it.</summary>
public class RedisCache : IBufferDistributedCache, IDisposable
{
    private static readonly RedisValue[] Times = ["absexp", "sldexp"];
    private static readonly RedisValue[] All = [.. Times, "data"];
    private readonly string prefix;
    private readonly CacheConnection connection;

    public RedisCache(IOptions<RedisCacheOptions> optionsAccessor)
    {
        ArgumentNullException.ThrowIfNull(optionsAccessor);
        prefix = optionsAccessor.Value.InstanceName ?? "";
        connection = new(optionsAccessor.Value);
    }

    public byte[]? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Read(key, All);
    }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        token.ThrowIfCancellationRequested();
        return await ReadAsync(key, All, token);
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(options);
        var database = connection.Open();
        database.WaitAll([.. Write(database, key, value, options)]);
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(options);
        token.ThrowIfCancellationRequested();
        var database = await connection.OpenAsync(token);
        await BoundedAsync(database, Task.WhenAll(Write(database, key, value, options)));
    }

    public void Refresh(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Read(key, Times);
    }

    public async Task RefreshAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        token.ThrowIfCancellationRequested();
        await ReadAsync(key, Times, token);
    }

    public void Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        connection.Open().KeyDelete(prefix + key);
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var database = await connection.OpenAsync(token);
        await BoundedAsync(database, database.KeyDeleteAsync(prefix + key));
    }

    public void Dispose() => connection.Dispose();

    bool IBufferDistributedCache.TryGet(string key, IBufferWriter<byte> destination) => Copied(Get(key), destination);

    async ValueTask<bool> IBufferDistributedCache.TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token) => Copied(await GetAsync(key, token), destination);

    void IBufferDistributedCache.Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => Set(key, value.ToArray(), options);

    async ValueTask IBufferDistributedCache.SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token) => await SetAsync(key, value.ToArray(), options, token);

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private static bool Copied(byte[]? data, IBufferWriter<byte> destination)
    {
        destination.Write(data);
        return data is not null;
    }

    /// <summary>This line of the client bounds its synchronous calls only, and one frozen server would hold the others for ever.</summary>
    private static async Task<T> BoundedAsync<T>(IDatabase database, Task<T> answer) =>
        await answer.WaitAsync(TimeSpan.FromMilliseconds(database.Multiplexer.TimeoutMilliseconds), TimeProvider.System);

    private static async Task BoundedAsync(IDatabase database, Task answer) =>
        await answer.WaitAsync(TimeSpan.FromMilliseconds(database.Multiplexer.TimeoutMilliseconds), TimeProvider.System);

    private static byte[]? Data(RedisValue[] fields) => fields is [_, _, { IsNull: false } data] ? (byte[]?)data : null;

    /// <summary>What is left of an entry that lives on by being read; null of any other, whose end does not move.</summary>
    private static TimeSpan? Renewed(RedisValue[] fields) =>
        Expiry.Read(fields[0], fields[1]) is { Sliding: not null } expiry ? expiry.Left(Now()) : null;

    private byte[]? Read(string key, RedisValue[] names)
    {
        var database = connection.Open();
        var fields = database.HashGet(prefix + key, names);
        if (Renewed(fields) is { } left)
        {
            database.KeyExpire(prefix + key, left);
        }

        return Data(fields);
    }

    private async Task<byte[]?> ReadAsync(string key, RedisValue[] names, CancellationToken token)
    {
        var database = await connection.OpenAsync(token);
        var fields = await BoundedAsync(database, database.HashGetAsync(prefix + key, names));
        if (Renewed(fields) is { } left)
        {
            token.ThrowIfCancellationRequested();
            await BoundedAsync(database, database.KeyExpireAsync(prefix + key, left));
        }

        return Data(fields);
    }

    /// <summary>Both commands leave together. The end is told in whole seconds, so an entry of less than one ends at once.</summary>
    private List<Task> Write(IDatabase database, string key, byte[] value, DistributedCacheEntryOptions options)
    {
        var now = Now();
        var expiry = Expiry.Of(options, now);
        var sent = new List<Task> { database.HashSetAsync(prefix + key, [new(Times[0], expiry.WrittenAbsolute), new(Times[1], expiry.WrittenSliding), new(All[2], value)]) };
        if (expiry.Left(now) is { } left)
        {
            sent.Add(database.KeyExpireAsync(prefix + key, TimeSpan.FromSeconds((long)left.TotalSeconds)));
        }

        return sent;
    }
}
