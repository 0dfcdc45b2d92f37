using System.Security.Cryptography;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Houserules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AfkGitHubApp.Tests.Diagnosing;

/// <summary>A product and a simulated GitHub in good health, until a test breaks one of them.</summary>
internal static class Patient
{
    public const string Repository = "octo/widgets";
    public const string Workflow = ".github/workflows/afk-agent.yml";
    public const string HookUrl = "https://afk.example.com/api/github/webhooks";
    public const string WebhookSecret = "a-webhook-secret-for-the-doctor";
    public const string AfkKey = "a-signing-key-of-the-doctor-0123456789abcdef";

    public static readonly RSA Key = RSA.Create(2048);

    public static string Pem { get; } = Key.ExportRSAPrivateKeyPem();

    public static string Template { get; } = AgentTemplate.Render("claude");

    public static SimulatorOptions Simulated { get; } = new() { AppPublicKeyPem = Key.ExportSubjectPublicKeyInfoPem(), WebhookSecret = WebhookSecret };

    /// <summary>Sets up the App and one repository as the README asks.</summary>
    public static void SetUp(SimulatedGitHub gitHub, bool delivered = true)
    {
        gitHub.AddRepository(Repository);
        gitHub.PutFile(Repository, Workflow, Template);
        foreach (var label in (string[])["ready-for-agent", "agent-in-progress", "ready-for-human", "paused"])
        {
            gitHub.CreateLabel(Repository, label);
        }

        gitHub.SetWebhook(new Uri(HookUrl), secret: null);
        if (delivered)
        {
            Deliver(gitHub, 200);
        }
    }

    /// <summary>A delivery, and what became of it.</summary>
    public static void Deliver(SimulatedGitHub gitHub, int status)
    {
        var sink = new CollectingWebhookSink();
        var before = gitHub.WebhookSink;
        gitHub.WebhookSink = sink;
        gitHub.Ping();
        gitHub.RecordDelivery(sink.TakeAll().ShouldHaveSingleItem(), status);
        gitHub.WebhookSink = before;
    }

    public static Dictionary<string, string?> Settings(Uri address, params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Afk:KillSwitch"] = "false",
            ["Afk:Allowlist"] = Repository,
            ["Afk:Keys"] = AfkKey,
            ["Afk:GitHub:BaseAddress"] = address.ToString(),
            ["Afk:GitHub:ClientId"] = Simulated.ClientId,
            ["Afk:GitHub:PrivateKey"] = Pem,
            ["Afk:GitHub:WebhookSecret"] = WebhookSecret,
        };
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        return settings;
    }

    /// <summary>Diagnoses in process.</summary>
    /// <param name="harm">What is broken in the world.</param>
    /// <param name="settings">Settings that differ.</param>
    /// <param name="ahead">How far the product's clock is ahead of GitHub's.</param>
    /// <param name="names">The repositories asked for; none = the allowlist.</param>
    /// <param name="delivered">Whether a delivery was taken before.</param>
    /// <param name="ring">Whether the doorbells are rung.</param>
    public static async Task<Diagnosis> DiagnoseAsync(Action<SimulatedGitHub>? harm = null, (string Key, string? Value)[]? settings = null, TimeSpan ahead = default, string[]? names = null, bool delivered = true, bool ring = false)
    {
        var clock = new ManualClock();
        var gitHub = new SimulatedGitHub(clock, Simulated);
        SetUp(gitHub, delivered);
        clock.Advance(TimeSpan.FromMinutes(1));
        harm?.Invoke(gitHub);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings(new Uri("https://github.simulated/"), settings ?? [])).Build();
        var (options, problems) = AfkOptions.Read(configuration);
        problems.ShouldBeEmpty();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddAfk(options, new Surroundings(new ManualClock(clock.GetUtcNow() + ahead), TimeProvider.System, gitHub.CreateHandler, Seed: 7))
            .BuildServiceProvider();
        return Diagnosis.Of(await services.GetRequiredService<Examination>().ReadAsync(names ?? [], ring, TestContext.Current.CancellationToken));
    }
}
