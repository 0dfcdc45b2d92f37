using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Tests.Acting;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Remembering;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>A Redis store on a server of its own; the server is emptied for each test of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private readonly List<RedisConnection> connections = [];

    public RedisServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>A replica's view of the store.</summary>
    public RedisReplica Connect(TimeProvider clock, StoreTimings timings)
    {
        var connection = new RedisConnection(Server.ConnectionString, TimeProvider.System, NullLogger<RedisConnection>.Instance);
        connections.Add(connection);
        return new RedisReplica(connection, clock, timings);
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
    public RedisReplica(RedisConnection connection, TimeProvider clock, StoreTimings timings)
    {
        Connection = connection;
        StoreClock = new StoreClock(clock, TimeProvider.System);
        KillSwitch = new RedisKillSwitch(connection, Runtime);
        BudgetShare = new RedisBudgetShare(connection, StoreClock);
        Budget = new RequestBudget(BudgetShare, clock, TimeSpan.FromSeconds(1));
        BudgetShare.Inform(Budget);
        Queue = new RedisDueQueue(connection, [KillSwitch, BudgetShare], StoreClock, timings, clock);
        Records = new RedisRecordStore(connection, NullLogger<RedisRecordStore>.Instance);
        Journal = new RedisEffectJournal(connection, KillSwitch, StoreClock);
        History = new RedisTickHistory(connection);
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
