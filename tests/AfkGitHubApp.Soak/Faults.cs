using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Soak;

/// <summary>What is done to the deployment.</summary>
internal enum Fault
{
    /// <summary>SIGKILL of a replica; another process takes its place a little later.</summary>
    Kill,

    /// <summary>SIGSTOP of a replica for longer than its lease, then SIGCONT.</summary>
    Pause,

    /// <summary>SIGKILL of redis-server; a little later it is started again on its append-only file.</summary>
    Restart,

    /// <summary>FLUSHALL and SCRIPT FLUSH.</summary>
    Flush,
}

/// <summary>Does it, by a seeded plan, and sees to it that what was hit comes back.</summary>
internal sealed class Faults(SoakOptions options, RedisServer redis, IReadOnlyList<Replica> replicas, TimeProvider shared) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);
    private readonly Random chance = new(options.Seed);
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly SemaphoreSlim server = new(1);
    private readonly Lock gate = new();
    private readonly Dictionary<Fault, (int Injected, int Survived)> counts = Enum.GetValues<Fault>().ToDictionary(fault => fault, _ => (0, 0));
    private readonly List<Task> recoveries = [];
    private readonly List<string> broken = [];
    private readonly List<DateTimeOffset> flushes = [];

    /// <summary>The names the report uses.</summary>
    public static string Word(Fault fault) => fault switch
    {
        Fault.Kill => "replica killed (SIGKILL) and replaced",
        Fault.Pause => "replica paused (SIGSTOP) past its lease",
        Fault.Restart => "redis-server killed and restarted",
        Fault.Flush => "Redis emptied (FLUSHALL)",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown fault"),
    };

    /// <summary>How often each was done, and after how many the deployment came back.</summary>
    public IReadOnlyDictionary<Fault, (int Injected, int Survived)> Counts
    {
        get
        {
            lock (gate)
            {
                return counts.ToDictionary();
            }
        }
    }

    /// <summary>What did not come back.</summary>
    public IReadOnlyList<string> Broken
    {
        get
        {
            lock (gate)
            {
                return [.. broken];
            }
        }
    }

    /// <summary>When Redis was emptied, by the shared clock.</summary>
    public IReadOnlyList<DateTimeOffset> Flushes
    {
        get
        {
            lock (gate)
            {
                return [.. flushes];
            }
        }
    }

    /// <summary>Injects until told to stop, then waits until everything is up again.</summary>
    public async Task InjectAsync(CancellationToken stop)
    {
        try
        {
            foreach (var fault in Plan())
            {
                await Task.Delay(options.FaultEvery * (0.5 + chance.NextDouble()), TimeProvider.System, stop);
                await InjectAsync(fault, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Everything has ended.
        }

        await Task.WhenAll(recoveries);
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    /// <summary>Each kind once in any order; from then on whatever comes, with Redis emptied only as often as was asked for.</summary>
    private IEnumerable<Fault> Plan()
    {
        Fault[] first = [Fault.Kill, Fault.Pause, Fault.Restart, Fault.Flush];
        chance.Shuffle(first);
        foreach (var fault in first)
        {
            yield return fault;
        }

        var flushesLeft = options.Flushes - 1;
        while (true)
        {
            var next = chance.Next(flushesLeft > 0 ? 6 : 5) switch { < 2 => Fault.Kill, < 4 => Fault.Pause, < 5 => Fault.Restart, _ => Fault.Flush };
            flushesLeft -= next is Fault.Flush ? 1 : 0;
            yield return next;
        }
    }

    private async Task InjectAsync(Fault fault, CancellationToken stop)
    {
        switch (fault)
        {
            case Fault.Kill:
                var victim = await VictimAsync(stop);
                Count(fault);
                var gone = Between(0.3, 3);
                await victim.KillAsync();
                recoveries.Add(RecoverAsync(fault, async () =>
                {
                    await WaitAsync(gone);
                    await victim.StartAsync(CancellationToken.None);
                    await ReadyAsync([victim]);
                }));
                break;
            case Fault.Pause:
                var sleeper = await VictimAsync(stop);
                Count(fault);
                var asleep = options.Lease * (1.2 + (0.6 * chance.NextDouble()));
                await sleeper.PauseAsync();
                recoveries.Add(RecoverAsync(fault, async () =>
                {
                    await WaitAsync(asleep);
                    await sleeper.ResumeAsync();
                    await ReadyAsync([sleeper]);
                }));
                break;
            case Fault.Restart:
                await server.WaitAsync(stop);
                Count(fault);
                var away = Between(0.3, 4);
                await redis.StopAsync();
                recoveries.Add(RecoverAsync(fault, async () =>
                {
                    try
                    {
                        await WaitAsync(away);
                        await redis.RestartAsync();
                    }
                    finally
                    {
                        server.Release();
                    }

                    await ReadyAsync(replicas);
                }));
                break;
            case Fault.Flush:
                await server.WaitAsync(stop);
                Count(fault);
                try
                {
                    await redis.FlushAsync(CancellationToken.None);
                    lock (gate)
                    {
                        flushes.Add(shared.GetUtcNow());
                    }
                }
                finally
                {
                    server.Release();
                }

                recoveries.Add(RecoverAsync(fault, () => ReadyAsync(replicas)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown fault");
        }
    }

    private async Task<Replica> VictimAsync(CancellationToken stop)
    {
        while (true)
        {
            var up = replicas.Where(replica => replica.State is ReplicaState.Up).ToList();
            if (up.Count > 0)
            {
                return up[chance.Next(up.Count)];
            }

            await Task.Delay(Look, TimeProvider.System, stop);
        }
    }

    private static Task WaitAsync(TimeSpan wait) => Task.Delay(wait, TimeProvider.System);

    private TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + (chance.NextDouble() * (most - least)));

    private async Task RecoverAsync(Fault fault, Func<Task> recover)
    {
        try
        {
            await recover();
            lock (gate)
            {
                counts[fault] = counts[fault] with { Survived = counts[fault].Survived + 1 };
            }
        }
#pragma warning disable CA1031 // Whatever it is, it is a finding, and the soak goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                broken.Add($"after \"{Word(fault)}\" the deployment did not come back: {exception.Message}");
            }
        }
    }

    /// <summary>Until those that are up say that they can work with their store.</summary>
    private async Task ReadyAsync(IReadOnlyList<Replica> all)
    {
        var until = TimeProvider.System.GetUtcNow() + Recovery;
        while (true)
        {
            var up = all.Where(replica => replica.State is ReplicaState.Up).ToList();
            var ready = await Task.WhenAll(up.Select(IsReadyAsync));

            // One that was hit again meanwhile is the next fault's concern.
            if (up.Count < all.Count ? all.Count == 1 || ready.Any(yes => yes) : ready.All(yes => yes))
            {
                return;
            }

            if (TimeProvider.System.GetUtcNow() > until)
            {
                throw new TimeoutException($"/healthz/ready is not 200 after {Recovery.TotalSeconds:0} s");
            }

            await Task.Delay(Look, TimeProvider.System);
        }
    }

    private async Task<bool> IsReadyAsync(Replica replica)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(replica.Address!, "/healthz/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Count(Fault fault)
    {
        lock (gate)
        {
            counts[fault] = counts[fault] with { Injected = counts[fault].Injected + 1 };
        }
    }
}
