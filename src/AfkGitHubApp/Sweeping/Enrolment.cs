using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Sweeping;

/// <summary>
/// What the timer adds to the webhooks: every repository that is armed (kill switch off, on the allowlist) is looked at once after it was
/// armed, so that runs a restarted process forgot and labels set while nobody listened are found. From then on its own slow timer in the due
/// queue does it. Disarmed, it asks GitHub nothing.
/// </summary>
public sealed partial class Enrolment(Gates gates, IGitHubApp app, IDueQueue queue, TimeProvider time, ILogger<Enrolment> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, DateTimeOffset> lookedUp = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> enrolled = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks once at what is armed; new names are resolved and nudged.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var current = gates.Current;
        var armed = current.KillSwitch ? [] : current.Allowlist;

        // What was disarmed is enrolled anew when it is armed again.
        enrolled.IntersectWith(armed);
        foreach (var name in armed.Where(name => !enrolled.Contains(name)))
        {
            if (lookedUp.TryGetValue(name, out var last) && time.GetUtcNow() - last < AskAgain)
            {
                continue;
            }

            lookedUp[name] = time.GetUtcNow();
            try
            {
                if (await app.FindRepositoryAsync(name, cancellationToken) is { } repository)
                {
                    enrolled.Add(name);
                    lookedUp.Remove(name);
                    await queue.NudgeAsync(new Nudge(repository, "start"), cancellationToken);
                    Log.Enrolled(logger, repository);
                }
                else
                {
                    Log.NotInstalled(logger, name);
                }
            }
            catch (GitHubFailure failure)
            {
                if (failure.Kind is FailureKind.Transient)
                {
                    lookedUp.Remove(name);
                }

                Log.NotLookedUp(logger, name, failure.Message);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                await SweepAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Repository} is armed")]
        public static partial void Enrolled(ILogger logger, RepositoryKey repository);

        [LoggerMessage(2, LogLevel.Error, "{Repository} is on the allowlist, but the App is not installed on it or it does not exist")]
        public static partial void NotInstalled(ILogger logger, string repository);

        [LoggerMessage(3, LogLevel.Warning, "{Repository} could not be looked up: {Reason}")]
        public static partial void NotLookedUp(ILogger logger, string repository, string reason);
    }
}
