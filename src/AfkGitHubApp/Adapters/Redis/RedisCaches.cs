using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>Caches on Redis that all replicas see.</summary>
public static class RedisCaches
{
    /// <summary>Makes one, which connects when it is first used and closes its connection when it is disposed of.</summary>
    /// <param name="connectionString">As for <see cref="RedisMultiplexer.OpenAsync"/>.</param>
    public static IDistributedCache Create(string connectionString) => new RedisCache(new RedisCacheOptions
    {
        ConnectionMultiplexerFactory = async () => await RedisMultiplexer.OpenAsync(connectionString),
        InstanceName = "afk:",
    });
}
