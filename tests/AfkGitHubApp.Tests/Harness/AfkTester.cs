using System.Net.Http.Headers;
using System.Security.Cryptography;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Sweeping;
using AfkGitHubApp.Ticking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Octokit.Webhooks;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>
/// The product against a simulated GitHub on a manual clock. Nothing moves by itself: the test opens issues, lets time pass and looks at
/// GitHub afterwards. Over sockets both sides are real servers and webhooks are signed posts; in process the same product runs without them.
/// </summary>
public sealed class AfkTester : IAsyncDisposable
{
    public const string Repository = "octo/widgets";
    public const string Maintainer = "maria";
    public const string Ready = "ready-for-agent";
    public const string InProgress = "agent-in-progress";
    public const string ForHuman = "ready-for-human";
    private const string Secret = "a-webhook-secret-for-tests";
    private static readonly RSA Key = RSA.Create(2048);
    private readonly Dictionary<string, string?> settings;
    private readonly CollectingWebhookSink sink = new();
    private readonly RunningSimulator? server;
    private readonly HttpClient client = new();
    private readonly Func<HttpMessageHandler, HttpMessageHandler> wire;
    private readonly Action<IServiceCollection> change;
    private readonly List<TickResult> ticks = [];
    private readonly WireJudge judge;
    private WebApplication app = null!;

    private AfkTester(
        ManualClock clock, SimulatedGitHub gitHub, RunningSimulator? server, Dictionary<string, string?> settings, Func<HttpMessageHandler, HttpMessageHandler> wire, Action<IServiceCollection> change)
    {
        Clock = clock;
        GitHub = gitHub;
        this.server = server;
        this.settings = settings;
        this.wire = wire;
        this.change = change;
        judge = WireJudge.Watch(gitHub, RequestsOf.TheProduct);
        gitHub.WebhookSink = judge.Around(sink);
    }

    public ManualClock Clock { get; }

    public SimulatedGitHub GitHub { get; }

    public IServiceProvider Services => app.Services;

    public IDueQueue Queue => Services.GetRequiredService<IDueQueue>();

    /// <summary>The ticks since the process started.</summary>
    public IReadOnlyList<TickResult> Ticks => ticks;

    /// <summary>What becomes of each webhook: how often it is delivered. Once by default.</summary>
    public Func<WebhookDelivery, int> Deliveries { get; set; } = _ => 1;

    /// <summary>Set, every delivery is answered with this status before the product hears of it: its proxy is up, and it is not.</summary>
    public int? RefuseWith { get; set; }

    /// <summary>Both sides are real servers on loopback.</summary>
    public static Task<AfkTester> OverSocketsAsync(params (string Key, string? Value)[] settings) => StartAsync(sockets: true, wire => wire, _ => { }, settings);

    /// <summary>Both sides are real servers on loopback, with services put in the place of the product's own.</summary>
    public static Task<AfkTester> OverSocketsAsync(Action<IServiceCollection> change, params (string Key, string? Value)[] settings) => StartAsync(sockets: true, wire => wire, change, settings);

    /// <summary>The simulated GitHub answers in process, at once.</summary>
    public static Task<AfkTester> InProcessAsync(params (string Key, string? Value)[] settings) => StartAsync(sockets: false, wire => wire, _ => { }, settings);

    /// <summary>In process, with something between the product and GitHub.</summary>
    public static Task<AfkTester> InProcessAsync(Func<HttpMessageHandler, HttpMessageHandler> wire, params (string Key, string? Value)[] settings) =>
        StartAsync(sockets: false, wire, _ => { }, settings);

    /// <summary>In process, with something between the product and GitHub, and services put in the place of the product's own.</summary>
    public static Task<AfkTester> InProcessAsync(Func<HttpMessageHandler, HttpMessageHandler> wire, Action<IServiceCollection> change, params (string Key, string? Value)[] settings) =>
        StartAsync(sockets: false, wire, change, settings);

    private static async Task<AfkTester> StartAsync(
        bool sockets, Func<HttpMessageHandler, HttpMessageHandler> wire, Action<IServiceCollection> change, (string Key, string? Value)[] settings)
    {
        var clock = new ManualClock();
        var simulated = new SimulatorOptions { AppPublicKeyPem = Key.ExportSubjectPublicKeyInfoPem(), WebhookSecret = Secret };
        if (settings.Contains(("Afk:Delivery", "pull_request")))
        {
            simulated = simulated with { Permissions = new Dictionary<string, string>(simulated.Permissions, StringComparer.Ordinal) { ["pull_requests"] = "write", ["contents"] = settings.Contains(("Afk:Merge", "auto")) ? "write" : "read" } };
        }

        var running = sockets ? await SimulatorHost.StartAsync(new SimulatorHostOptions { Simulator = simulated }, clock) : null;
        var gitHub = running?.World ?? new SimulatedGitHub(clock, simulated);
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Afk:KillSwitch"] = "false",
            ["Afk:Allowlist"] = Repository,
            ["Afk:Keys"] = "a-key-of-thirty-two-characters-or-more",
            ["Afk:GitHub:BaseAddress"] = gitHub.BaseUrl.ToString(),
            ["Afk:GitHub:ClientId"] = gitHub.Options.ClientId,
            ["Afk:GitHub:PrivateKey"] = Key.ExportRSAPrivateKeyPem(),
            ["Afk:GitHub:WebhookSecret"] = Secret,

            // A wait inside a tick would have to be cranked from outside it; the tests of the gap do that.
            ["Afk:GitHub:WriteGapSeconds"] = "0",
        };
        if (settings.Contains(("Afk:Backend", "t3code")))
        {
            all["Afk:T3Code:BaseAddress"] = sockets ? gitHub.T3CodeUrl.ToString() : "https://github.simulated/_t3code/";
            all["Afk:T3Code:Token"] = gitHub.T3CodeToken;
            all["Afk:T3Code:Workspaces"] = "/srv/clones/{owner}/{name}";
            all["Afk:T3Code:Model"] = "gpt-fake";
            gitHub.AddT3Folder($"/srv/clones/{Repository}");
        }

        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        if (!sockets)
        {
            all["Afk:GitHub:BaseAddress"] = "https://github.simulated/";
        }

        var tester = new AfkTester(clock, gitHub, running, all, wire, change);
        gitHub.AddRepository(Repository);
        gitHub.SetPermission(Repository, Maintainer, "write");
        await tester.StartAppAsync();
        return tester;
    }

    /// <summary>What is on its way to the product; nobody else delivers it any more.</summary>
    public IReadOnlyList<WebhookDelivery> TakeDeliveries() => [.. sink.TakeAll()];

    /// <summary>Asks the app over its socket.</summary>
    public async Task<(int Status, string Text)> GetAsync(string path)
    {
        using var response = await client.GetAsync(new Uri(new Uri(app.Urls.First()), path));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Delivers over the socket, whatever the answer; GitHub notes it.</summary>
    public async Task<(int Status, TimeSpan? RetryAfter)> PostAsync(WebhookDelivery delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(app.Urls.First()), AfkOptions.WebhookPath)) { Content = new ReadOnlyMemoryContent(delivery.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in delivery.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        GitHub.RecordDelivery(delivery, (int)response.StatusCode);
        return ((int)response.StatusCode, response.Headers.RetryAfter?.Delta);
    }

    /// <summary>An issue that a maintainer asks the agent to work on.</summary>
    public int OpenReadyIssue(string title = "Fix the widget", params TurnScript[] turns)
    {
        var number = GitHub.OpenIssue(Repository, Maintainer, title, "It does not work.");
        if (turns.Length > 0)
        {
            GitHub.ScriptIssue(Repository, number, turns);
        }

        GitHub.Label(Repository, number, Ready, Maintainer);
        return number;
    }

    public IssueView Issue(int number) => GitHub.Issue(Repository, number);

    /// <summary>Lets everything happen that is due now: GitHub's own doings, webhooks, ticks.</summary>
    public async Task SettleAsync()
    {
        var pump = Services.GetRequiredService<TickPump>();
        for (var step = 0; step < 10_000; step++)
        {
            var moved = GitHub.RunDue() > 0;
            foreach (var delivery in sink.TakeAll())
            {
                moved = true;
                for (var copy = 0; copy < Deliveries(delivery); copy++)
                {
                    await DeliverAsync(delivery);
                }
            }

            if (await CrankAsync(pump.TickNextAsync(CancellationToken.None)) is { } tick)
            {
                moved = true;
                ticks.Add(tick);
            }

            if (!moved)
            {
                judge.ShouldHaveNoComplaint();
                return;
            }
        }

        throw new InvalidOperationException("The world does not come to rest: something is always due.");
    }

    /// <summary>Lets time pass, event by event.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var end = Clock.GetUtcNow() + time;
        while (true)
        {
            await SettleAsync();
            var now = Clock.GetUtcNow();
            var next = Earliest(GitHub.NextDue, await Queue.NextDueAsync(CancellationToken.None));
            if (next is not { } due || due > end)
            {
                Clock.Advance(end > now ? end - now : TimeSpan.Zero);
                await SettleAsync();
                return;
            }

            Clock.Advance(due > now ? due - now : TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Lets time pass until the issue's run has ended.</summary>
    public async Task PassUntilEndedAsync(int issue, TimeSpan atMost)
    {
        var end = Clock.GetUtcNow() + atMost;
        while (Clock.GetUtcNow() < end)
        {
            await PassAsync(TimeSpan.FromSeconds(30));
            if (EndingOf(issue) is not null)
            {
                await PassAsync(TimeSpan.FromSeconds(30));
                return;
            }
        }

        throw new InvalidOperationException($"#{issue} did not end within {atMost}: {string.Join("; ", Ticks.Where(tick => tick.Issue == issue || tick.Issue is null).TakeLast(3).Select(tick => tick.Why))}");
    }

    public Ending? EndingOf(int issue) => Ticks.LastOrDefault(tick => tick.Issue == issue && tick.Ended is not null)?.Ended;

    /// <summary>The operator changes a setting; the product reads it at its next use.</summary>
    public void Set(string key, string? value)
    {
        settings[key] = value;
        app.Configuration[key] = value;
    }

    /// <summary>The process dies and another one starts: nothing of it is left but what stands on GitHub.</summary>
    public async Task RestartAsync()
    {
        await app.DisposeAsync();
        await StartAppAsync();
    }

    /// <summary>One call of <c>tick</c>: a process that knows nothing looks, once more where something must be seen twice, and is gone.</summary>
    public async Task LookFromColdAsync()
    {
        await RestartAsync();
        var repository = await Services.GetRequiredService<Ports.IGitHubApp>().FindRepositoryAsync(Repository, CancellationToken.None);
        for (var look = 0; look < 4; look++)
        {
            GitHub.RunDue();
            var claim = await Queue.ClaimAsync(repository!, CancellationToken.None);
            var result = await Services.GetRequiredService<TickPump>().TickAsync(claim!, CancellationToken.None);
            if (result is not { Run: not null, Ended: null, NextLook: { } next } || next - Clock.GetUtcNow() > TimeSpan.FromSeconds(70))
            {
                return;
            }

            Clock.Advance(next > Clock.GetUtcNow() ? next - Clock.GetUtcNow() : TimeSpan.Zero);
        }
    }

    /// <summary>Lets time pass on GitHub alone: no process of ours is there.</summary>
    public Task PassQuietlyAsync(TimeSpan time)
    {
        var end = Clock.GetUtcNow() + time;
        while (GitHub.NextDue is { } due && due <= end)
        {
            Clock.Advance(due > Clock.GetUtcNow() ? due - Clock.GetUtcNow() : TimeSpan.Zero);
            GitHub.RunDue();
        }

        Clock.Advance(end - Clock.GetUtcNow());
        GitHub.RunDue();
        sink.TakeAll();
        return Task.CompletedTask;
    }

    /// <summary>The timer's part of the start: what is armed is looked at.</summary>
    public Task EnrolAsync() => Services.GetRequiredService<Enrolment>().SweepAsync(CancellationToken.None);

    /// <summary>The timer's search for deliveries that did not arrive.</summary>
    public Task SweepDeliveriesAsync() => Services.GetRequiredService<RedeliverySweep>().SweepAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        judge.ShouldHaveNoComplaint();
    }

    /// <summary>In process nothing but the clock can keep a tick waiting, where a gap between writes is set.</summary>
    private async Task<TickResult?> CrankAsync(Task<TickResult?> ticking)
    {
        while (settings["Afk:GitHub:WriteGapSeconds"] != "0" && !ticking.IsCompleted && Clock.NextTimer is { } timer)
        {
            Clock.Advance(timer - Clock.GetUtcNow());
        }

        return await ticking;
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? left, DateTimeOffset? right) => left is null ? right : right is null || left < right ? left : right;

    private async Task StartAppAsync()
    {
        ticks.Clear();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Host.UseServiceProviderFactory(new Changed(change));
        var (options, problems) = AfkOptions.Read(builder.Configuration);
        problems.ShouldBeEmpty();
        var surroundings = new Surroundings(Clock, TimeProvider.System, () => wire(server is null ? GitHub.CreateHandler() : Adapters.GitHub.GitHubConnection.Sockets()), Seed: 7);
        app = AfkApp.Build(builder, options, surroundings, workers: false);
        if (server is not null)
        {
            await app.StartAsync();
        }
    }

    /// <summary>Changes what is registered, after the product has.</summary>
    private sealed class Changed(Action<IServiceCollection> change) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services)
        {
            change(services);
            return services;
        }

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => containerBuilder.BuildServiceProvider();
    }

    private async Task DeliverAsync(WebhookDelivery delivery)
    {
        if (RefuseWith is { } refused)
        {
            GitHub.RecordDelivery(delivery, refused);
            return;
        }

        if (server is null)
        {
            var headers = delivery.Headers.ToDictionary(header => header.Key, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase);
            await Services.GetRequiredService<WebhookEventProcessor>().ProcessWebhookAsync(headers, delivery.Text);
            GitHub.RecordDelivery(delivery, 200);
            return;
        }

        var (status, _) = await PostAsync(delivery);
        status.ShouldBeInRange(200, 299, $"{delivery.Event} was answered {status}");
    }
}
