using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.Caching.StackExchangeRedis;

public class RedisCacheOptions : IOptions<RedisCacheOptions>
{
    public string? Configuration { get; set; }

    public ConfigurationOptions? ConfigurationOptions { get; set; }

    [DisallowNull]
    public Func<Task<IConnectionMultiplexer>>? ConnectionMultiplexerFactory { get; set; }

    public string? InstanceName { get; set; }

    RedisCacheOptions IOptions<RedisCacheOptions>.Value => this;
}
