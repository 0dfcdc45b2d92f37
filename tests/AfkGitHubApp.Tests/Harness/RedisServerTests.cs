using StackExchange.Redis;

namespace AfkGitHubApp.Tests.Harness;

public sealed class RedisServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_side_by_side_share_nothing()
    {
        await using var one = await RedisServer.StartAsync(Cancel);
        await using var other = await RedisServer.StartAsync(Cancel);
        one.ConnectionString.ShouldNotBe(other.ConnectionString);

        await using var here = await Client.ConnectAsync(one);
        await using var there = await Client.ConnectAsync(other);
        await here.Database.StringSetAsync("key", "here");

        ((string?)await here.Database.StringGetAsync("key")).ShouldBe("here");
        ((string?)await there.Database.StringGetAsync("key")).ShouldBeNull();
    }

    [Fact]
    public async Task A_server_killed_and_started_again_is_found_at_the_same_address_and_has_forgotten_everything()
    {
        await using var server = await RedisServer.StartAsync(Cancel);
        var (address, first) = (server.ConnectionString, server.Process.Id);
        await using (var client = await Client.ConnectAsync(server))
        {
            await client.Database.StringSetAsync("key", "value");
        }

        await server.StopAsync();
        await Should.ThrowAsync<RedisConnectionException>(() => Client.ConnectAsync(server));
        await server.RestartAsync(Cancel);

        server.ConnectionString.ShouldBe(address);
        server.Process.Id.ShouldNotBe(first);
        await using var again = await Client.ConnectAsync(server);
        ((string?)await again.Database.StringGetAsync("key")).ShouldBeNull();
    }

    [Fact]
    public async Task A_flush_empties_it()
    {
        await using var server = await RedisServer.StartAsync(Cancel);
        await using var client = await Client.ConnectAsync(server);
        await client.Database.StringSetAsync("key", "value");

        await server.FlushAsync(Cancel);

        ((string?)await client.Database.StringGetAsync("key")).ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_is_left_running()
    {
        var server = await RedisServer.StartAsync(Cancel);
        var id = server.Process.Id;

        await server.DisposeAsync();

        Should.Throw<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(id));
    }

    [Fact]
    public async Task Without_the_executable_a_test_is_skipped_with_the_way_to_get_it_and_where_it_is_required_it_fails()
    {
        var skipped = await Should.ThrowAsync<Exception>(() => RedisServer.StartAsync("redis-server-that-is-not-there", required: false, Cancel));
        var failed = await Should.ThrowAsync<InvalidOperationException>(() => RedisServer.StartAsync("redis-server-that-is-not-there", required: true, Cancel));

        skipped.GetType().Name.ShouldBe("SkipException");
        skipped.Message.ShouldContain("apt-get install redis-server");
        failed.Message.ShouldContain("apt-get install redis-server");
    }

    private sealed class Client(ConnectionMultiplexer multiplexer) : IAsyncDisposable
    {
        public IDatabase Database => multiplexer.GetDatabase();

        public static async Task<Client> ConnectAsync(RedisServer server) => new(await ConnectionMultiplexer.ConnectAsync(server.ConnectionString));

        public async ValueTask DisposeAsync()
        {
            await multiplexer.CloseAsync();
            multiplexer.Dispose();
        }
    }
}
