using System.Collections.Concurrent;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Sweeping;

/// <summary>
/// What the timer adds to the webhooks: every repository that is armed (kill switch off, on the allowlist) is looked at once after it was
/// armed, so that runs a restarted process forgot and labels set while nobody listened are found. From then on its own slow timer in the due
/// queue does it. A store that has lost its memory is told again of what is armed and of what was last seen in flight, armed or not. Disarmed and
/// idle, nothing is asked of GitHub.
/// </summary>
public sealed partial class Enrolment(Gates gates, IGitHubApp app, IDueQueue queue, WorkInFlight inFlight, TimeProvider time, ILogger<Enrolment> logger, IKillSwitch? killSwitch = null)
    : TimedSweep(TimeSpan.Zero, Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);
    private readonly Dictionary<string, Missed> missed = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, RepositoryKey> enrolled = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset? askedWhoWeAre;

    /// <summary>What is armed, and known by this process to exist.</summary>
    public IReadOnlyCollection<RepositoryKey> Enrolled => [.. enrolled.Values];

    /// <summary>Looks once at what is armed; new names are resolved and nudged.</summary>
    public override async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (killSwitch is not null)
        {
            await killSwitch.ReadAsync(cancellationToken);
        }

        var current = gates.Current;
        var armed = current.KillSwitch ? [] : current.Allowlist;

        // What was disarmed is enrolled anew when it is armed again.
        foreach (var disarmed in enrolled.Keys.Except(armed, StringComparer.OrdinalIgnoreCase).ToList())
        {
            enrolled.TryRemove(disarmed, out _);
        }

        foreach (var dropped in missed.Keys.Except(armed, StringComparer.OrdinalIgnoreCase).ToList())
        {
            missed.Remove(dropped);
        }

        await RemindAsync(cancellationToken);
        if (armed.Length > 0)
        {
            await LearnWhoWeAreAsync(cancellationToken);
        }

        foreach (var name in armed.Where(name => !enrolled.ContainsKey(name)))
        {
            if (missed.TryGetValue(name, out var last) && Time.GetUtcNow() < last.AskAt)
            {
                continue;
            }

            try
            {
                if (await app.FindRepositoryAsync(name, cancellationToken) is { } repository)
                {
                    missed.Remove(name);
                    await queue.NudgeAsync(new Nudge(repository, "start"), cancellationToken);
                    enrolled[name] = repository;
                    Log.Enrolled(logger, repository);
                }
                else
                {
                    // An installation announces itself by a webhook; what is only a misspelled name need not be asked for at all.
                    var wait = last is null ? AskAgain : last.Wait * 2 < LongestWait ? last.Wait * 2 : LongestWait;
                    missed[name] = new(Time.GetUtcNow() + wait, wait);
                    Log.NotInstalled(logger, name);
                }
            }
            catch (GitHubFailure failure)
            {
                if (failure.Kind is not FailureKind.Transient)
                {
                    missed[name] = new(Time.GetUtcNow() + AskAgain, AskAgain);
                }

                Log.NotLookedUp(logger, name, failure.Message);
            }
        }
    }

    /// <summary>A replica that does not know its own bot yet cannot tell what the app wrote itself, and would look again after each such delivery.</summary>
    private async Task LearnWhoWeAreAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        if (app.KnownIdentity is not null || now - askedWhoWeAre < AskAgain)
        {
            return;
        }

        askedWhoWeAre = now;
        try
        {
            await app.IdentityAsync(cancellationToken);
        }
        catch (GitHubFailure failure)
        {
            Log.NotIdentified(logger, failure.Message);
        }
    }

    /// <summary>Every repository with something to look at has a due time; one without it was forgotten.</summary>
    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        var wanted = enrolled.Values.Concat(inFlight.Repositories).DistinctBy(repository => repository.Id).ToList();
        foreach (var forgotten in await queue.UnknownAsync(wanted, cancellationToken))
        {
            Log.Forgotten(logger, forgotten);
            await queue.NudgeAsync(new Nudge(forgotten, "sweep") { Hint = WorkHint.Wanted }, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Warning, "The store knows nothing of {Repository} any more; it is looked at anew")]
        public static partial void Forgotten(ILogger logger, RepositoryKey repository);

        [LoggerMessage(5, LogLevel.Warning, "Who the App is could not be asked: {Reason}")]
        public static partial void NotIdentified(ILogger logger, string reason);

        [LoggerMessage(1, LogLevel.Information, "{Repository} is armed")]
        public static partial void Enrolled(ILogger logger, RepositoryKey repository);

        [LoggerMessage(2, LogLevel.Error, "{Repository} is on the allowlist, but the App is not installed on it or it does not exist")]
        public static partial void NotInstalled(ILogger logger, string repository);

        [LoggerMessage(3, LogLevel.Warning, "{Repository} could not be looked up: {Reason}")]
        public static partial void NotLookedUp(ILogger logger, string repository, string reason);
    }

    /// <summary>A name that was not found.</summary>
    private sealed record Missed(DateTimeOffset AskAt, TimeSpan Wait);
}
