using System.CommandLine;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace AfkGitHubApp.Cli;

/// <summary><c>serve</c>: receive webhooks, tick what is due.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var command = new Command("serve", "Receive webhooks on " + AfkOptions.WebhookPath + " and tick what is due, until stopped. The default verb.");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder();

        // The settings beside the program first, as for every verb; those of the working directory and the environment win.
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource { Path = "appsettings.json", Optional = true, FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory), ReloadOnChange = true });
        builder.Logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.None);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.IncludeScopes = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.UseUtcTimestamp = true;
        });
        var (options, problems) = StartSettings.Read(builder.Configuration);
        if (problems.Count > 0)
        {
            return BadSettings.Report(problems);
        }

        await using var app = AfkApp.Build(builder, options, Surroundings.Real);
        Log.Starting(app.Logger, VersionAction.Text, app.Services.GetRequiredService<IStoreHealth>().Name, options.Labels.KillSwitch ? "on" : "off", options.Labels.Allowlist.Length);
        await app.RunAsync(cancellationToken);
        return ExitCodes.Success;
    }
}

/// <summary>Lifetime messages of the serving process.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Version}, {Store}; kill switch {KillSwitch}, {Repositories} repositories on the allowlist")]
    public static partial void Starting(ILogger logger, string version, string store, string killSwitch, int repositories);
}

/// <summary>Settings that stop a start.</summary>
internal static class BadSettings
{
    public static int Report(IReadOnlyList<string> problems)
    {
        Console.Error.WriteLine($"The settings have {(problems.Count == 1 ? "a problem" : $"{problems.Count} problems")}; nothing was started:");
        foreach (var problem in problems)
        {
            Console.Error.WriteLine("  " + problem);
        }

        Console.Error.WriteLine("Settings come from appsettings.json and from environment variables, where Afk:KillSwitch is written Afk__KillSwitch. docs/settings.md lists them.");
        return ExitCodes.BadInput;
    }
}
