using System.CommandLine;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Cli.Demo;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Soak;

/// <summary><c>replica</c>: the product as <c>serve</c> runs it, with settings from the environment, on a clock shared with others.</summary>
internal static class ReplicaVerb
{
    /// <summary>What it prints once it listens, followed by the address.</summary>
    public const string Listening = "listening on ";

    public static Command Create()
    {
        var epoch = new Option<long>("--epoch") { Description = "When the shared clock showed the real time, in milliseconds since 1970", Required = true };
        var speed = new Option<int>("--speed") { Description = "How many times faster it runs", Required = true };
        var command = new Command("replica", "One process of the product: what the soak starts several of. Ends when its standard input does.") { epoch, speed };
        command.SetAction((parsed, cancellationToken) => RunAsync(new AcceleratedTime(parsed.GetValue(speed), DateTimeOffset.FromUnixTimeMilliseconds(parsed.GetValue(epoch))), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(AcceleratedTime time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.IncludeScopes = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.None);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var (options, problems) = AfkOptions.Read(builder.Configuration);
        if (problems.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, problems));
            return ExitCodes.BadInput;
        }

        await using var app = AfkApp.Build(builder, options, Surroundings.Real with { Time = time });
        await app.StartAsync(cancellationToken);
        await Console.Out.WriteLineAsync(Listening + app.Urls.First());

        // Whoever started it holds the other end: a replica never outlives its soak.
        await Console.In.ReadToEndAsync(cancellationToken);
        await app.StopAsync(CancellationToken.None);
        return ExitCodes.Success;
    }
}
