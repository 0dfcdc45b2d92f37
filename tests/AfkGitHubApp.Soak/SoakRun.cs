using System.Globalization;
using System.Security.Cryptography;
using AfkGitHubApp.Cli.Demo;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Soak;

/// <summary>One soak, from the first process to the verdict.</summary>
internal sealed class SoakRun(SoakOptions options, string folder, AcceleratedTime time, RedisServer redis, RunningSimulator simulator, IReadOnlyList<Replica> replicas, WebhookDoor door)
{
    private const string BugLine = "the tick failed by a bug of ours";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenIssues = TimeSpan.FromMilliseconds(50);
    private readonly long started = TimeProvider.System.GetTimestamp();
    private readonly List<Told> stories = [];
    private readonly List<string> breaches = [];
    private readonly People people = new(options.Seed, simulator.World);

    /// <summary>Starts everything, plays, judges, ends everything.</summary>
    /// <returns>Whether every law held.</returns>
    public static async Task<bool> PlayAsync(SoakOptions options, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("afk-soak-").FullName;
        var epoch = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var time = new AcceleratedTime(options.Speed, DateTimeOffset.FromUnixTimeMilliseconds(epoch));
        using var key = RSA.Create(2048);
        var keyFile = Path.Combine(folder, "app.pem");
        await File.WriteAllTextAsync(keyFile, key.ExportRSAPrivateKeyPem(), cancellationToken);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

        await using var redis = await RedisServer.StartAsync(RedisServer.Executable, Directory.CreateDirectory(Path.Combine(folder, "redis")).FullName, cancellationToken);
        await using var simulator = await SimulatorHost.StartAsync(
            new SimulatorHostOptions { Simulator = new SimulatorOptions { AppPublicKeyPem = key.ExportSubjectPublicKeyInfoPem(), WebhookSecret = secret, Seed = options.Seed, RequestsPerHour = int.MaxValue } },
            time,
            cancellationToken);
        var settings = Settings(options, redis, simulator, keyFile, secret);
        string[] arguments = ["replica", "--epoch", epoch.ToString(CultureInfo.InvariantCulture), "--speed", options.Speed.ToString(CultureInfo.InvariantCulture)];
        var replicas = Enumerable.Range(1, options.Replicas).Select(at => new Replica($"replica {at}", Path.Combine(folder, $"replica-{at}.log"), arguments, settings)).ToList();
        await using var door = new WebhookDoor(simulator.World, replicas);
        simulator.World.WebhookSink = door;
        var held = false;
        try
        {
            held = await new SoakRun(options, folder, time, redis, simulator, replicas, door).PlayAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Out.WriteLine("Stopped.");
        }
        finally
        {
            foreach (var replica in replicas)
            {
                await replica.DisposeAsync();
            }

            // A counter-proof is expected to break: there is nothing to look into.
            if ((held || options.Apart) && !options.Keep)
            {
                await redis.StopAsync();
                Directory.Delete(folder, recursive: true);
            }
        }

        return held;
    }

    private static Dictionary<string, string> Settings(SoakOptions options, RedisServer redis, RunningSimulator simulator, string keyFile, string secret) => new(StringComparer.Ordinal)
    {
        ["ConnectionStrings__Redis"] = options.Apart ? "" : redis.ConnectionString,
        ["Afk__KillSwitch"] = "false",
        ["Afk__Allowlist"] = string.Join(',', Names(options)),
        ["Afk__Keys"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        ["Afk__GitHub__BaseAddress"] = simulator.BaseUrl.ToString(),
        ["Afk__GitHub__ClientId"] = simulator.World.Options.ClientId,
        ["Afk__GitHub__PrivateKeyPath"] = keyFile,
        ["Afk__GitHub__WebhookSecret"] = secret,

        // Leases and budgets are told in the fast clock; the machine is as fast as it is. A request is to leave a real second of its lease.
        ["Afk__LeaseSeconds"] = Whole(options.Lease.TotalSeconds * options.Speed),
        ["Afk__GitHub__RequestTimeoutSeconds"] = Whole(Math.Clamp(options.Speed, 10, 90)),
        ["Afk__Policy__FixForwardMaxSeconds"] = "36000",
        ["Logging__LogLevel__Default"] = "Information",
    };

    private static IEnumerable<string> Names(SoakOptions options) => Enumerable.Range(1, options.Repositories).Select(at => $"soak/field-{at:00}");

    private static string Whole(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    private async Task<bool> PlayAsync(CancellationToken cancellationToken)
    {
        Console.Out.WriteLine(
            $"Soak with seed {options.Seed}: {options.Runs} runs over {options.Repositories} repositories, {options.Replicas} replicas, clock {options.Speed} times faster, a lease of {options.Lease.TotalSeconds:0} s, a fault every {options.FaultEvery.TotalSeconds:0} s. Logs: {folder}");
        foreach (var name in Names(options))
        {
            simulator.World.AddRepository(name);
            simulator.World.SetPermission(name, Story.Maintainer, "maintain");
        }

        simulator.World.SetWebhookChaos(new WebhookChaos { DropProbability = 0.1, DoubleProbability = 0.1, Seed = options.Seed });
        await Task.WhenAll(replicas.Select(replica => replica.StartAsync(cancellationToken)));

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var faults = new Faults(options, redis, replicas, time);
        var injecting = faults.InjectAsync(enough.Token);
        var opening = OpenAsync(cancellationToken);
        try
        {
            await UntilEndedAsync(faults, opening, cancellationToken);
        }
        finally
        {
            await enough.CancelAsync();
            await injecting;
        }

        await RestAsync(cancellationToken);
        foreach (var replica in replicas)
        {
            if (replica.DiedWith is { } code)
            {
                breaches.Add($"{replica.Name} ended by itself with exit code {code}");
            }
            else if (!await replica.StopAsync())
            {
                breaches.Add($"{replica.Name} did not end well when it was asked to");
            }
        }

        breaches.AddRange(faults.Broken);
        breaches.AddRange(Bugs());
        var findings = Audit.Of(simulator.World, stories, people.Said, faults.Flushes);
        breaches.AddRange(findings.Breaches);
        if (findings.Ended.GetValueOrDefault(Audit.Caught) is var caught && caught > MostCaught * faults.Flushes.Count)
        {
            breaches.Add($"{caught} issues were handed to a person because Redis was emptied; there can be {MostCaught * faults.Flushes.Count} at most");
        }

        new Report(options, simulator.World, door, faults, findings, stories, people.Said, TimeProvider.System.GetElapsedTime(started)).Write();
        foreach (var breach in breaches)
        {
            Console.Out.WriteLine($"BROKEN: {breach}");
        }

        Console.Out.WriteLine(breaches.Count == 0
            ? "Every law held."
            : $"{breaches.Count} breaches with seed {options.Seed}. The replicas' logs are in {folder}");
        return breaches.Count == 0;
    }

    /// <summary>Each worker of each replica can be between a lock and its marker at one moment, in one repository each.</summary>
    private int MostCaught => Math.Min(options.Repositories, options.Replicas * 4);

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var story = new Story(new Random(options.Seed));
        var names = Names(options).ToList();
        for (var at = 0; at < options.Runs; at++)
        {
            var told = story.Open(simulator.World, names[at % names.Count]);
            lock (stories)
            {
                stories.Add(told);
            }

            await Task.Delay(BetweenIssues, TimeProvider.System, cancellationToken);
        }
    }

    private async Task UntilEndedAsync(Faults faults, Task opening, CancellationToken cancellationToken)
    {
        var lastLine = started;
        while (true)
        {
            List<Told> told;
            lock (stories)
            {
                told = [.. stories];
            }

            var issues = told.Select(each => (Told: each, Issue: simulator.World.Issue(each.Repository, each.Number))).ToList();
            people.Look(issues);
            var ended = issues.Count(each => Audit.HasEnded(each.Told, each.Issue));
            var passed = TimeProvider.System.GetElapsedTime(started);
            if (TimeProvider.System.GetElapsedTime(lastLine) > LineEvery || ended == options.Runs)
            {
                lastLine = TimeProvider.System.GetTimestamp();
                Console.Out.WriteLine(
                    $"{passed.TotalSeconds,5:0} s  {ended}/{options.Runs} ended, {issues.Count(each => each.Issue.Labels.Contains(Story.InProgress))} in progress; {simulator.World.Journal.Effects<TurnWorked>().Count} turns, {people.Said.Count} commands; "
                    + $"faults {string.Join(' ', faults.Counts.Select(each => $"{each.Key}:{each.Value.Injected}"))}; replicas up {replicas.Count(replica => replica.State is ReplicaState.Up)}/{replicas.Count}");
            }

            // The last kind of fault may still be to come.
            if (ended == options.Runs && people.IsEveryoneAnswered && faults.Counts.Values.All(count => count.Injected > 0))
            {
                return;
            }

            if (passed > options.Limit)
            {
                breaches.Add($"not everything ended and was answered within {options.Limit.TotalMinutes:0} minutes");
                return;
            }

            if (opening.IsFaulted)
            {
                await opening;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>In a world at rest nothing is written; what a late replica still had in hand is through after a lease.</summary>
    private async Task RestAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Lease * 1.5, TimeProvider.System, cancellationToken);
        var before = Written();
        await Task.Delay(options.Lease, TimeProvider.System, cancellationToken);
        foreach (var late in Written().Skip(before.Count))
        {
            breaches.Add($"written in a world at rest: {late}");
        }
    }

    private List<WorldEffect> Written() => [.. simulator.World.Journal.Effects<WorldEffect>().Where(effect => effect is not (TokenMinted or WebhookEmitted))];

    private IEnumerable<string> Bugs() =>
        from log in Directory.EnumerateFiles(folder, "*.log")
        from line in File.ReadLines(log)
        where line.Contains(BugLine, StringComparison.Ordinal) || line.Contains("Unhandled exception", StringComparison.Ordinal)
        select $"{Path.GetFileName(log)}: {line}";
}
