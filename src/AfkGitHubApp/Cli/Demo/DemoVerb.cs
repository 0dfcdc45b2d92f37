using System.CommandLine;
using System.Security.Cryptography;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.World;
using Spectre.Console;

namespace AfkGitHubApp.Cli.Demo;

/// <summary><c>demo</c>: the real app against a simulated GitHub, both in this process, over real HTTP and signed webhooks, on a fast clock.</summary>
internal static class DemoVerb
{
    private const int Speed = 60;
    private const int LoseEveryWebhook = 7;
    private static readonly TimeSpan MostRealTime = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan MostRealTimeToEnrol = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var keep = new Option<bool>("--keep") { Description = "Leave app and simulator running afterwards, with their addresses, until Ctrl-C" };
        var command = new Command("demo", "Play eight issues in four simulated repositories, from label to terminal state, in about a minute: with GitHub Actions and with T3 Code, by push and by pull request. Needs no account and no settings.") { keep };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(keep), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool keep, CancellationToken cancellationToken)
    {
        var time = new AcceleratedTime(Speed);
        using var key = RSA.Create(2048);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        try
        {
            var options = new SimulatorOptions { AppPublicKeyPem = key.ExportSubjectPublicKeyInfoPem(), WebhookSecret = secret };
            options = options with { Permissions = new Dictionary<string, string>(options.Permissions, StringComparer.Ordinal) { ["pull_requests"] = "write" } };
            await using var simulator = await SimulatorHost.StartAsync(new SimulatorHostOptions { Simulator = options }, time, cancellationToken);
            DemoStory.Found(simulator.World);
            await using var app = BuildApp(simulator, key, secret, time);
            await app.StartAsync(cancellationToken);
            var appUrl = new Uri(app.Urls.First());
            simulator.World.SetWebhook(new Uri(appUrl, AfkOptions.WebhookPath), secret);
            simulator.World.SetWebhookChaos(new WebhookChaos { DropEvery = LoseEveryWebhook, DoubleProbability = 0.1 });

            Terminal.Console.MarkupLineInterpolated($"[bold]AfkGitHubApp demo[/]: app {appUrl}, simulated GitHub {simulator.BaseUrl}");
            Console.Out.WriteLine($"Shipped policy values, a clock {Speed} times faster; every {LoseEveryWebhook}th webhook is lost and some come twice.");
            var history = app.Services.GetRequiredService<TickHistory>();
            await EnrolledAsync(history, cancellationToken);
            var issues = DemoStory.Open(simulator.World);
            var board = new DemoBoard(issues);
            var ended = await PlayAsync(history, board, simulator.World, time, cancellationToken);

            Terminal.Console.Write(board.Summary());
            Terminal.Console.Write(DemoRequests.Summary(simulator.World.Journal.Requests));
            var verdict = ended && board.AllAsExpected ? ExitCodes.Success : ExitCodes.Failure;
            if (verdict != ExitCodes.Success)
            {
                Console.Error.WriteLine(ended ? "Not every issue ended as it should have." : $"Not every issue ended within {MostRealTime.TotalMinutes:0} minutes.");
            }

            if (keep)
            {
                Console.Out.WriteLine($"Running on. App: {appUrl}  simulated GitHub: {simulator.BaseUrl}  its control API: {simulator.BaseUrl}_simulator  Ctrl-C stops.");
                await UntilStoppedAsync(cancellationToken);
                Console.Out.WriteLine("Stopped.");
            }

            await app.StopAsync(CancellationToken.None);
            return verdict;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Out.WriteLine("Stopped.");
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Set up before the first issue asks, so that no run is charged with what a repository costs once.</summary>
    private static async Task EnrolledAsync(TickHistory history, CancellationToken cancellationToken)
    {
        var until = TimeProvider.System.GetUtcNow() + MostRealTimeToEnrol;
        while (TimeProvider.System.GetUtcNow() < until && !DemoStory.Repositories.All(name => history.Snapshot().Any(tick => tick.Repository.FullName == name)))
        {
            await Task.Delay(Frame, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task UntilStoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a kept demo ends.
        }
    }

    private static WebApplication BuildApp(RunningSimulator simulator, RSA key, string secret, AcceleratedTime time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Afk:KillSwitch"] = "false",
            ["Afk:Allowlist"] = $"{DemoStory.Orchard},{DemoStory.Harbour},{DemoStory.Meadow},{DemoStory.Forge}",
            ["Afk:Keys"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            ["Afk:GitHub:BaseAddress"] = simulator.BaseUrl.ToString(),
            ["Afk:GitHub:ClientId"] = simulator.World.Options.ClientId,
            ["Afk:GitHub:PrivateKey"] = key.ExportRSAPrivateKeyPem(),
            ["Afk:GitHub:WebhookSecret"] = secret,
            ["Afk:T3Code:BaseAddress"] = simulator.World.T3CodeUrl.ToString(),
            ["Afk:T3Code:Token"] = simulator.World.T3CodeToken,
            ["Afk:T3Code:Workspaces"] = DemoStory.Workspaces,
            ["Afk:T3Code:Model"] = "gpt-demo",

            // The network is not accelerated: a lease of ten real seconds and deadlines by the real clock.
            ["Afk:LeaseSeconds"] = "600",
        });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var (options, problems) = AfkOptions.Read(builder.Configuration);
        return problems.Count == 0
            ? AfkApp.Build(builder, options, Surroundings.Real with { Time = time, Seed = 1 })
            : throw new InvalidOperationException(string.Join(' ', problems));
    }

    private static async Task<bool> PlayAsync(TickHistory history, DemoBoard board, SimulatedGitHub gitHub, AcceleratedTime time, CancellationToken cancellationToken)
    {
        var until = TimeProvider.System.GetUtcNow() + MostRealTime;
        if (!Terminal.IsLive)
        {
            history.Watch(result =>
            {
                foreach (var line in board.Add(result))
                {
                    Console.Out.WriteLine(line);
                }
            });
            while (!board.AllEnded && TimeProvider.System.GetUtcNow() < until)
            {
                await Task.Delay(Frame, TimeProvider.System, cancellationToken);
                DemoStory.Live(gitHub);
            }

            return board.AllEnded;
        }

        history.Watch(result => board.Add(result));
        await Terminal.Console.Live(board.Live(time.GetUtcNow(), Speed)).StartAsync(async live =>
        {
            while (!board.AllEnded && TimeProvider.System.GetUtcNow() < until)
            {
                await Task.Delay(Frame, TimeProvider.System, cancellationToken);
                DemoStory.Live(gitHub);
                live.UpdateTarget(board.Live(time.GetUtcNow(), Speed));
            }
        });
        return board.AllEnded;
    }
}
