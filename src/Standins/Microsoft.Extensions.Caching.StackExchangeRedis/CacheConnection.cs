using StackExchange.Redis;

namespace Microsoft.Extensions.Caching.StackExchangeRedis;

/// <summary>The connection of one cache: opened by the first who needs it, by one at a time, and closed with the cache.</summary>
internal sealed class CacheConnection(RedisCacheOptions options) : IDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private volatile IDatabase? database;
    private volatile bool disposed;

    public IDatabase Open()
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(RedisCache));
        if (database is { } known)
        {
            return known;
        }

        opening.Wait();
        try
        {
            return database ??= (options.ConnectionMultiplexerFactory is { } factory ? factory().GetAwaiter().GetResult() : Prepared(ConnectionMultiplexer.Connect(Configured()))).GetDatabase();
        }
        finally
        {
            opening.Release();
        }
    }

    public async Task<IDatabase> OpenAsync(CancellationToken token)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(RedisCache));
        token.ThrowIfCancellationRequested();
        if (database is { } known)
        {
            return known;
        }

        await opening.WaitAsync(token);
        try
        {
            return database ??= (options.ConnectionMultiplexerFactory is { } factory ? await factory() : await OpenOwnAsync()).GetDatabase();
        }
        finally
        {
            opening.Release();
        }
    }

    public void Dispose()
    {
        disposed = true;
        if (Interlocked.Exchange(ref database, null)?.Multiplexer is { } multiplexer)
        {
            // Waiting for commands to end would hold every shutdown up for a second in this line of the client, with none under way too.
            multiplexer.Close(allowCommandsToComplete: false);
            multiplexer.Dispose();
        }
    }

    private static ConnectionMultiplexer Prepared(ConnectionMultiplexer multiplexer)
    {
        // This line of the client answers in order by default, and then one blocked continuation blocks them all.
        multiplexer.PreserveAsyncOrder = false;
        return multiplexer;
    }

    private async Task<ConnectionMultiplexer> OpenOwnAsync()
    {
        var multiplexer = Prepared(await ConnectionMultiplexer.ConnectAsync(Configured()));

        // The continuation of the connect still runs on the reader's own stack.
        await Task.Yield();
        return multiplexer;
    }

    /// <summary>A server that is not there yet must not keep the cache from being made; the caller's own options are changed for that, as the package does.</summary>
    private ConfigurationOptions Configured()
    {
        var configured = options.ConfigurationOptions ?? ConfigurationOptions.Parse(options.Configuration!);
        configured.AbortOnConnectFail = false;
        return configured;
    }
}
