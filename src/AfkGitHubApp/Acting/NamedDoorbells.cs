using System.Collections.Concurrent;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting;

/// <summary>
/// The operator's doorbells, rung after the doorbell of record, each journalled by its name and rung at least once: one that was rung by
/// somebody who died before writing it down rings again, under the same id. One that fails is tried again at the next looks, for two minutes
/// at most, and then left out; the others do not wait for it.
/// </summary>
public sealed partial class NamedDoorbells(IEnumerable<IDoorbell> doorbells, IEffectJournal journal, WriteDoor door, TimeProvider time, ILogger<NamedDoorbells> logger)
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);

    /// <summary>Until when one wants to be left alone. It belongs to the doorbell and not to a run, and a process that does not know it is told again.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> quietUntil = new(StringComparer.Ordinal);

    /// <summary>Rings those that the run's settings name and that have not rung yet.</summary>
    /// <param name="lease">The right to act.</param>
    /// <param name="target">The run.</param>
    /// <param name="notification">What to tell.</param>
    /// <param name="told">What came of the doorbell of record.</param>
    /// <param name="cancellationToken">Ends it between doorbells.</param>
    /// <returns>What came of all of them; open while one is to be tried again.</returns>
    public async Task<Performed> RingAsync(RepositoryLease lease, EffectTarget target, Notification notification, Performed told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(notification);
        ArgumentNullException.ThrowIfNull(told);
        var did = new List<string>();
        var open = false;
        foreach (var doorbell in doorbells.Where(each => target.Settings.Doorbells.Contains(each.Name, StringComparer.Ordinal)))
        {
            var key = new EffectKey(new TurnId(target.Run.Id, 1), $"{notification.Occasion}:{doorbell.Name}");
            var entry = await journal.BeginAsync(lease, key, cancellationToken);
            if (entry.State is JournalState.Finished)
            {
                continue;
            }

            var outcome = await RingAsync(lease, doorbell, notification, entry.BegunAt, cancellationToken);
            open |= outcome is null;
            if (outcome is not null)
            {
                await journal.FinishAsync(lease, key, outcome, cancellationToken);
                did.Add($"{outcome} {doorbell.Name}");
            }
        }

        return told with { Did = did.Count == 0 ? told.Did : string.Join("; ", told.Did is { } before ? did.Prepend(before) : did), IsOpen = told.IsOpen || open };
    }

    /// <summary>The outcome as a word; null when it is to be tried again.</summary>
    private async Task<string?> RingAsync(RepositoryLease lease, IDoorbell doorbell, Notification notification, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var isLast = time.GetUtcNow() - since >= GiveUpAfter;
        if (quietUntil.TryGetValue(doorbell.Name, out var until) && time.GetUtcNow() < until)
        {
            if (isLast)
            {
                Log.GivenUp(logger, doorbell.Name, notification.DoorbellId, "it wants to be left alone for longer");
            }

            return isLast ? "gave up" : null;
        }

        await door.PassAsync(lease, cancellationToken);
        try
        {
            await doorbell.RingAsync(notification, cancellationToken);
            return "rang";
        }
        catch (DoorbellFailure failure)
        {
            if (failure.RetryAfter is { } wait)
            {
                quietUntil[doorbell.Name] = time.GetUtcNow() + wait;
            }

            if (failure.IsFinal || isLast)
            {
                Log.GivenUp(logger, doorbell.Name, notification.DoorbellId, failure.Message);
                return "gave up";
            }

            Log.NotRung(logger, doorbell.Name, notification.DoorbellId, failure.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The doorbell {Name} did not ring for {Id} and is tried again: {Reason}")]
        public static partial void NotRung(ILogger logger, string name, string id, string reason);

        [LoggerMessage(2, LogLevel.Error, "The doorbell {Name} did not ring for {Id} and is given up: {Reason}")]
        public static partial void GivenUp(ILogger logger, string name, string id, string reason);
    }
}
