using System.Buffers;
using System.Diagnostics;
using AfkGitHubApp.Tests.Harness;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace AfkGitHubApp.Tests.Standins;

/// <summary>What the cache promises, against a real server; true of the package and of its stand-in.</summary>
public sealed class RedisCacheTests : IAsyncLifetime
{
    private const string Prefix = "one:";
    private static readonly byte[] Value = [0, 1, 255];
    private RedisServer server = null!;
    private ConnectionMultiplexer probe = null!;
    private RedisCache cache = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IDatabase Redis => probe.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        server = await RedisServer.StartAsync(Cancel);
        probe = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        cache = new(new RedisCacheOptions { Configuration = server.ConnectionString, InstanceName = Prefix });
    }

    public async ValueTask DisposeAsync()
    {
        cache?.Dispose();
        probe?.Close(allowCommandsToComplete: false);
        probe?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_entry_without_an_end_is_one_hash_under_the_instance_s_name_and_stays(bool asynchronously)
    {
        await SetAsync(asynchronously, new());

        (await GetAsync(asynchronously)).ShouldBe(Value);
        (await Redis.HashGetAllAsync(Prefix + "key")).Select(field => $"{field.Name} {Convert.ToHexString((byte[])field.Value!)}").ShouldBe(["absexp 2D31", "sldexp 2D31", "data 0001FF"], ignoreOrder: true);
        (await LeftAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Two_instances_do_not_see_each_other()
    {
        using var other = new RedisCache(new RedisCacheOptions { Configuration = server.ConnectionString, InstanceName = "two:" });
        using var nameless = new RedisCache(new RedisCacheOptions { Configuration = server.ConnectionString });
        await cache.SetAsync("key", Value, new(), Cancel);

        (await other.GetAsync("key", Cancel)).ShouldBeNull();
        (await nameless.GetAsync(Prefix + "key", Cancel)).ShouldBe(Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_absolute_end_is_kept_by_Redis_and_reading_does_not_move_it(bool asynchronously)
    {
        await SetAsync(asynchronously, new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) });
        var written = (long)await Redis.HashGetAsync(Prefix + "key", "absexp");
        await ShouldBeLeft(TimeSpan.FromMinutes(5));
        await Redis.KeyExpireAsync(Prefix + "key", TimeSpan.FromMinutes(1));

        await GetAsync(asynchronously);
        await RefreshAsync(asynchronously);

        await ShouldBeLeft(TimeSpan.FromMinutes(1));
        new DateTimeOffset(written, TimeSpan.Zero).ShouldBe(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_moment_is_written_in_its_own_offset()
    {
        var moment = new DateTimeOffset(2100, 1, 1, 12, 0, 0, TimeSpan.FromHours(2));

        await cache.SetAsync("key", Value, new() { AbsoluteExpiration = moment }, Cancel);

        ((long)await Redis.HashGetAsync(Prefix + "key", "absexp")).ShouldBe(moment.Ticks);
        await ShouldBeLeft(moment - TimeProvider.System.GetUtcNow());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sliding_end_moves_with_every_reading_and_refreshing(bool asynchronously)
    {
        await SetAsync(asynchronously, new() { SlidingExpiration = TimeSpan.FromMinutes(5) });
        await ShouldBeLeft(TimeSpan.FromMinutes(5));

        await Redis.KeyExpireAsync(Prefix + "key", TimeSpan.FromMinutes(1));
        await GetAsync(asynchronously);
        await ShouldBeLeft(TimeSpan.FromMinutes(5));

        await Redis.KeyExpireAsync(Prefix + "key", TimeSpan.FromMinutes(1));
        await RefreshAsync(asynchronously);
        await ShouldBeLeft(TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sliding_end_never_passes_the_absolute_one(bool asynchronously)
    {
        await SetAsync(asynchronously, new() { SlidingExpiration = TimeSpan.FromMinutes(5), AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(2) });
        await ShouldBeLeft(TimeSpan.FromMinutes(2));

        await Redis.KeyExpireAsync(Prefix + "key", TimeSpan.FromMinutes(1));
        await GetAsync(asynchronously);

        await ShouldBeLeft(TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_within_a_second_is_at_once(bool asynchronously)
    {
        await SetAsync(asynchronously, new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMilliseconds(900) });

        (await GetAsync(asynchronously)).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_moment_that_has_passed_is_refused(bool asynchronously)
    {
        var thrown = await Should.ThrowAsync<ArgumentOutOfRangeException>(() => SetAsync(asynchronously, new() { AbsoluteExpiration = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1) }));

        thrown.ParamName.ShouldBe("AbsoluteExpiration");
        (await Redis.KeyExistsAsync(Prefix + "key")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_value_takes_the_place_of_the_first_with_its_own_end(bool asynchronously)
    {
        await SetAsync(asynchronously, new() { SlidingExpiration = TimeSpan.FromMinutes(5) });
        await SetAsync(asynchronously, new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(2) }, [7]);

        (await GetAsync(asynchronously)).ShouldBe([7]);
        await ShouldBeLeft(TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_removed_or_never_there_is_nothing(bool asynchronously)
    {
        (await GetAsync(asynchronously)).ShouldBeNull();
        await RefreshAsync(asynchronously);
        await SetAsync(asynchronously, new());

        await RemoveAsync(asynchronously);
        await RemoveAsync(asynchronously);

        (await GetAsync(asynchronously)).ShouldBeNull();
        (await Redis.KeyExistsAsync(Prefix + "key")).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_may_be_null()
    {
        Should.Throw<ArgumentNullException>(() => cache.Get(null!));
        Should.Throw<ArgumentNullException>(() => cache.Refresh(null!));
        Should.Throw<ArgumentNullException>(() => cache.Remove(null!));
        Should.Throw<ArgumentNullException>(() => cache.Set(null!, Value, new()));
        Should.Throw<ArgumentNullException>(() => cache.Set("key", null!, new()));
        Should.Throw<ArgumentNullException>(() => cache.Set("key", Value, null!));
        await Should.ThrowAsync<ArgumentNullException>(() => cache.GetAsync(null!, Cancel));
        await Should.ThrowAsync<ArgumentNullException>(() => cache.RefreshAsync(null!, Cancel));
        await Should.ThrowAsync<ArgumentNullException>(() => cache.RemoveAsync(null!, Cancel));
        await Should.ThrowAsync<ArgumentNullException>(() => cache.SetAsync(null!, Value, new(), Cancel));
        await Should.ThrowAsync<ArgumentNullException>(async () => await cache.SetAsync("key", null!, new(), Cancel));
        await Should.ThrowAsync<ArgumentNullException>(() => cache.SetAsync("key", Value, null!, Cancel));
        Should.Throw<ArgumentNullException>(() => new RedisCache(null!));
        Should.Throw<ArgumentNullException>(() => new ServiceCollection().AddStackExchangeRedisCache(null!));
        Should.Throw<ArgumentNullException>(() => StackExchangeRedisCacheServiceCollectionExtensions.AddStackExchangeRedisCache(null!, _ => { }));
    }

    [Fact]
    public async Task A_cancelled_token_ends_a_call_before_it_starts()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => cache.GetAsync("key", cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => cache.SetAsync("key", Value, new(), cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => cache.RefreshAsync("key", cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => cache.RemoveAsync("key", cancelled));
    }

    [Fact]
    public async Task The_factory_is_asked_once_and_its_connection_closed_with_the_cache()
    {
        var opened = new List<ConnectionMultiplexer>();
        var made = new RedisCache(new RedisCacheOptions
        {
            ConnectionMultiplexerFactory = async () =>
            {
                opened.Add(await ConnectionMultiplexer.ConnectAsync(server.ConnectionString));
                return opened[^1];
            },
            Configuration = "never asked",
        });
        opened.ShouldBeEmpty();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => made.SetAsync($"key{number}", Value, new(), Cancel)));
        made.Get("key7").ShouldBe(Value);
        opened.ShouldHaveSingleItem().IsConnected.ShouldBeTrue();
        made.Dispose();
        made.Dispose();

        opened[0].IsConnected.ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => made.Get("key7"));
        await Should.ThrowAsync<ObjectDisposedException>(() => made.GetAsync("key7", Cancel));
    }

    [Fact]
    public async Task A_factory_that_failed_is_asked_again()
    {
        var asked = 0;
        using var made = new RedisCache(new RedisCacheOptions
        {
            ConnectionMultiplexerFactory = async () => ++asked == 1 ? throw new InvalidDataException("not yet") : await ConnectionMultiplexer.ConnectAsync(server.ConnectionString),
        });

        await Should.ThrowAsync<InvalidDataException>(() => made.GetAsync("key", Cancel));

        (await made.GetAsync("key", Cancel)).ShouldBeNull();
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Options_of_the_client_come_before_its_text_and_are_told_to_wait_for_the_server()
    {
        var options = ConfigurationOptions.Parse(server.ConnectionString);
        options.AbortOnConnectFail = true;
        using var made = new RedisCache(new RedisCacheOptions { ConfigurationOptions = options, Configuration = "127.0.0.1:1" });

        await made.SetAsync("key", Value, new(), Cancel);

        made.Get("key").ShouldBe(Value);
        options.AbortOnConnectFail.ShouldBeFalse();
    }

    [Fact]
    public async Task Buffers_are_read_and_written_too()
    {
        IBufferDistributedCache buffered = cache;
        var first = new Segment([1, 2]);
        var pieces = new ReadOnlySequence<byte>(first, 0, first.Append([3]), 1);
        var (one, other) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());

        buffered.Set("key", pieces, new());
        await buffered.SetAsync("other", pieces, new(), Cancel);

        buffered.TryGet("other", one).ShouldBeTrue();
        (await buffered.TryGetAsync("key", other, Cancel)).ShouldBeTrue();
        one.WrittenSpan.ToArray().ShouldBe([1, 2, 3]);
        other.WrittenSpan.ToArray().ShouldBe([1, 2, 3]);
        buffered.TryGet("none", one).ShouldBeFalse();
        (await buffered.TryGetAsync("none", one, Cancel)).ShouldBeFalse();
        one.WrittenCount.ShouldBe(3);
    }

    [Fact]
    public async Task A_frozen_server_ends_a_call_by_the_client_s_bound()
    {
        using var hasty = new RedisCache(new RedisCacheOptions { Configuration = server.ConnectionString + ",syncTimeout=500" });
        await hasty.SetAsync("key", Value, new(), Cancel);
        await SignalAsync("-STOP");
        try
        {
            await Should.ThrowAsync<TimeoutException>(() => hasty.GetAsync("key", Cancel).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel));
        }
        finally
        {
            await SignalAsync("-CONT");
        }

        (await hasty.GetAsync("key", Cancel)).ShouldBe(Value);
    }

    [Fact]
    public async Task The_container_gives_one_cache_to_all_and_closes_it()
    {
        ConnectionMultiplexer? opened = null;
        var services = new ServiceCollection().AddDistributedMemoryCache().AddStackExchangeRedisCache(options =>
            options.ConnectionMultiplexerFactory = async () => opened = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString));
        await using (var provider = services.BuildServiceProvider())
        {
            var resolved = provider.GetRequiredService<IDistributedCache>();
            resolved.ShouldBeAssignableTo<RedisCache>();
            provider.GetRequiredService<IDistributedCache>().ShouldBeSameAs(resolved);
            await resolved.SetAsync("key", Value, Cancel);
        }

        opened.ShouldNotBeNull().IsConnected.ShouldBeFalse();
    }

    private async Task SetAsync(bool asynchronously, DistributedCacheEntryOptions options, byte[]? value = null)
    {
        if (asynchronously)
        {
            await cache.SetAsync("key", value ?? Value, options, Cancel);
        }
        else
        {
            cache.Set("key", value ?? Value, options);
        }
    }

    private async Task<byte[]?> GetAsync(bool asynchronously) => asynchronously ? await cache.GetAsync("key", Cancel) : cache.Get("key");

    private async Task RefreshAsync(bool asynchronously)
    {
        if (asynchronously)
        {
            await cache.RefreshAsync("key", Cancel);
        }
        else
        {
            cache.Refresh("key");
        }
    }

    private async Task RemoveAsync(bool asynchronously)
    {
        if (asynchronously)
        {
            await cache.RemoveAsync("key", Cancel);
        }
        else
        {
            cache.Remove("key");
        }
    }

    private Task<TimeSpan?> LeftAsync() => Redis.KeyTimeToLiveAsync(Prefix + "key");

    private async Task ShouldBeLeft(TimeSpan time) => (await LeftAsync()).ShouldNotBeNull().ShouldBe(time, TimeSpan.FromSeconds(30));

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, server.Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancel);
        kill.ExitCode.ShouldBe(0);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] memory) => Memory = memory;

        public Segment Append(byte[] memory)
        {
            var added = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = added;
            return added;
        }
    }
}
