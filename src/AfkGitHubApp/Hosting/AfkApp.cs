using AfkGitHubApp.Intake;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Ticking;
using Octokit.Webhooks.AspNetCore;

namespace AfkGitHubApp.Hosting;

/// <summary>The web app: webhook door, health, board, workers.</summary>
public static class AfkApp
{
    /// <summary>Builds it; nothing is asked of GitHub before it starts.</summary>
    public static WebApplication Build(WebApplicationBuilder builder, AfkOptions options, Surroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.Services.AddAfk(options, surroundings).AddWorkers();
        builder.Services.AddHealthChecks();

        // A tick under way may need one more request and its bookkeeping before the process may go.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));

        var app = builder.Build();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(AfkOptions.WebhookPath, StringComparison.OrdinalIgnoreCase), guarded => guarded.UseMiddleware<IntakeGuard>());
        app.MapGitHubWebhooks(AfkOptions.WebhookPath, options.WebhookSecret);
        app.MapHealthChecks("/healthz/live");
        app.MapHealthChecks("/healthz/ready");
        app.MapGet("/", (IRecordStore records, TickHistory history, Gates gates, CancellationToken cancellationToken) => Board.TextAsync(records, history, gates, cancellationToken));
        return app;
    }
}
