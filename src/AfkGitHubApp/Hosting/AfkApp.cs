using AfkGitHubApp.Intake;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Ticking;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Octokit.Webhooks.AspNetCore;

namespace AfkGitHubApp.Hosting;

/// <summary>The web app: webhook door, health, board, workers.</summary>
public static class AfkApp
{
    /// <summary>Builds it; nothing is asked of GitHub before it starts.</summary>
    /// <param name="builder">Configured with the server's addresses and logging.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="surroundings">Clocks, wire and chance.</param>
    /// <param name="workers">False leaves the background workers out, for whoever turns the crank by hand.</param>
    public static WebApplication Build(WebApplicationBuilder builder, AfkOptions options, Surroundings surroundings, bool workers = true)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.Services.AddAfk(options, surroundings);
        if (workers)
        {
            builder.Services.AddWorkers();
        }

        builder.Services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");

        // A tick under way may need one more request and its bookkeeping before the process may go.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));

        var app = builder.Build();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(AfkOptions.WebhookPath, StringComparison.OrdinalIgnoreCase), guarded => guarded.UseMiddleware<IntakeGuard>());
        app.MapGitHubWebhooks(AfkOptions.WebhookPath, options.WebhookSecret);
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { ResponseWriter = StoreHealthCheck.WriteAsync });
        app.MapGet("/", BoardAsync);
        return app;
    }

    private static async Task<IResult> BoardAsync(IRecordStore records, ITickHistory history, Gates gates, CancellationToken cancellationToken)
    {
        try
        {
            return Results.Text(await Board.TextAsync(records, history, gates, cancellationToken));
        }
        catch (StoreUnavailableException unavailable)
        {
            return Results.Text(unavailable.Message + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
