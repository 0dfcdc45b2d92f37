using AfkGitHubApp.Scheduling;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AfkGitHubApp.Hosting;

/// <summary>Ready = the store can be worked with; a process that is not ready lives on and recovers by itself.</summary>
internal sealed class StoreHealthCheck(IStoreHealth store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var condition = await store.CheckAsync(cancellationToken);
        return condition.IsReady ? HealthCheckResult.Healthy(condition.Why) : HealthCheckResult.Unhealthy(condition.Why);
    }

    /// <summary>The answer: the status, then a line for each check.</summary>
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var lines = report.Entries.Select(entry => $"{entry.Key}: {entry.Value.Description}").Prepend(report.Status.ToString());
        return context.Response.WriteAsync(string.Join('\n', lines) + "\n", context.RequestAborted);
    }
}
