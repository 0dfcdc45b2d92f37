using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Tests.Acting;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Remembering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>A Redis store on a server of its own; the server is emptied for each test of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private readonly List<RedisConnection> connections = [];

    public RedisServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>A replica's view of the store.</summary>
    /// <param name="clock">The product's clock.</param>
    /// <param name="timings">Of the store.</param>
    /// <param name="connectionString">Of something in between; null = the server itself.</param>
    /// <param name="wireTime">Clock of the network; null = the machine's.</param>
    /// <param name="logger">Takes what the connection says.</param>
    public RedisReplica Connect(TimeProvider clock, StoreTimings timings, string? connectionString = null, TimeProvider? wireTime = null, ILogger<RedisConnection>? logger = null)
    {
        connectionString ??= Server.ConnectionString;
        wireTime ??= TimeProvider.System;
        var connection = new RedisConnection(connectionString, wireTime, logger ?? NullLogger<RedisConnection>.Instance);
        connections.Add(connection);
        return new RedisReplica(connection, clock, timings, wireTime, connectionString);
    }

    public async ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings)
    {
        await Server.FlushAsync(TestContext.Current.CancellationToken);
        var replica = Connect(clock, timings with { Rest = TimeSpan.Zero });
        return new StoreFaces(replica.Queue, replica.Records, replica.Journal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}

/// <summary>What one replica has of the store.</summary>
public sealed class RedisReplica
{
    public RedisReplica(RedisConnection connection, TimeProvider clock, StoreTimings timings, TimeProvider wireTime, string connectionString)
    {
        Connection = connection;
        StoreClock = new StoreClock(clock, wireTime);
        KillSwitch = new RedisKillSwitch(connection, Runtime);
        BudgetShare = new RedisBudgetShare(connection, StoreClock);
        Budget = new RequestBudget(BudgetShare, clock, TimeSpan.FromSeconds(1));
        BudgetShare.Inform(Budget);
        Queue = new RedisDueQueue(connection, [KillSwitch, BudgetShare], StoreClock, timings, clock, NullLogger<RedisDueQueue>.Instance);
        Records = new RedisRecordStore(connection, NullLogger<RedisRecordStore>.Instance);
        Journal = new RedisEffectJournal(connection, KillSwitch, StoreClock);
        History = new RedisTickHistory(connection);
        Health = new RedisHealth(connection, StoreClock, timings, connectionString);
    }

    public RedisConnection Connection { get; }

    public RuntimeSwitch Runtime { get; } = new();

    public StoreClock StoreClock { get; }

    public RedisKillSwitch KillSwitch { get; }

    public RedisBudgetShare BudgetShare { get; }

    public RequestBudget Budget { get; }

    public RedisDueQueue Queue { get; }

    public RedisRecordStore Records { get; }

    public RedisEffectJournal Journal { get; }

    public RedisTickHistory History { get; }

    public RedisHealth Health { get; }
}

public sealed class RedisDueQueueTests(RedisFixture redis) : DueQueueContract, IClassFixture<RedisFixture>
{
    protected override ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings) => redis.CreateAsync(clock, timings);
}

public sealed class RedisRecordStoreTests(RedisFixture redis) : RecordStoreContract, IClassFixture<RedisFixture>
{
    protected override ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings) => redis.CreateAsync(clock, timings);
}

public sealed class RedisEffectJournalTests(RedisFixture redis) : EffectJournalContract, IClassFixture<RedisFixture>
{
    protected override ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings) => redis.CreateAsync(clock, timings);
}
