using System.Collections.Immutable;
using AfkGitHubApp.Intake;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Sweeping;

/// <summary>
/// Lost webhooks: GitHub repeats nothing by itself, but keeps a list of what became of its deliveries for three days and sends one again when asked
/// (https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries). An event none of whose attempts was answered with 2xx is
/// asked for again, once until the new attempt has shown up, then after ever longer waits. What GitHub never recorded is the timer's to find.
/// One replica at a time; disarmed, none. A delivery only says where to look, so one that comes twice or late is harmless.
/// </summary>
public sealed partial class RedeliverySweep(
    Gates gates, IGitHubApp app, IRedeliveryBook book, Enrolment enrolment, WorkInFlight inFlight, RedeliveryMetrics metrics, TimeProvider time, ILogger<RedeliverySweep> logger)
    : TimedSweep(FirstWait, Interval, time)
{
    /// <summary>From one sweep of a deployment to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>How long GitHub keeps a delivery (https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(3);

    /// <summary>How often one event is asked for; the waits between double, so that the last lies a day behind the first.</summary>
    public const int MostAsks = 9;

    /// <summary>Pages of a hundred that one sweep reads; a longer list is gone on with by the next.</summary>
    public const int MostPages = 10;

    /// <summary>Events that one sweep asks for.</summary>
    public const int MostAsksInOneSweep = 30;

    private const int MostLost = 1000;

    /// <summary>Without notes this much is read: what is older, the looks at the start of the process have found.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromHours(1);

    /// <summary>An attempt is listed when it is over, so a younger one may stand before an older one.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ShowsUpWithin = TimeSpan.FromHours(1);

    /// <summary>After the enrolment, which says whose deliveries matter.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Turn = Interval - TimeSpan.FromSeconds(15);

    /// <summary>Sweeps once, unless disarmed or another's turn.</summary>
    public override async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (gates.Current is { KillSwitch: true } or { Allowlist: [] } || await book.TakeTurnAsync(Turn, cancellationToken) is not { } notes)
        {
            return;
        }

        try
        {
            notes = await ReadAsync(notes, cancellationToken);
            await book.SaveAsync(notes, cancellationToken);
            foreach (var lost in Due(notes))
            {
                if (await book.MayAskAsync(lost.EventGuid, Turn, cancellationToken))
                {
                    notes = Replace(notes, await AskAsync(lost, cancellationToken));
                    await book.SaveAsync(notes, cancellationToken);
                }
            }
        }
        catch (GitHubFailure failure)
        {
            Log.NotSwept(logger, failure.Message);
        }
    }

    private async Task<RedeliveryNotes> ReadAsync(RedeliveryNotes notes, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var through = notes.Through ?? now - FirstLook;
        through = through < now - Window ? now - Window : through;
        var attempts = new List<DeliveryAttempt>();
        var (cursor, nextThrough) = (notes.Cursor, notes.NextThrough);
        for (var page = 0; page < MostPages; page++)
        {
            var read = await PageAsync(cursor, cancellationToken);
            attempts.AddRange(read.Attempts);
            nextThrough ??= read.Attempts.Count > 0 ? read.Attempts.Max(attempt => attempt.At) - Overlap : through;
            cursor = read.Next;
            if (cursor is null || read.Attempts.Any(attempt => attempt.At < through))
            {
                cursor = null;
                break;
            }
        }

        // Anything but the end of the list: the next sweep goes on from there.
        var done = cursor is null;
        return Fold(notes, attempts, through, now) with
        {
            Through = done && nextThrough > through ? nextThrough : through,
            Cursor = cursor,
            NextThrough = done ? null : nextThrough,
        };
    }

    /// <summary>A page; of a place in the list that GitHub no longer knows, the newest.</summary>
    private async Task<DeliveryPage> PageAsync(string? cursor, CancellationToken cancellationToken)
    {
        try
        {
            return await app.DeliveriesAsync(cursor, cancellationToken);
        }
        catch (GitHubFailure failure) when (cursor is not null && failure.Kind is (FailureKind.Bug or FailureKind.NotFound or FailureKind.Refused))
        {
            return await app.DeliveriesAsync(cursor: null, cancellationToken);
        }
    }

    private RedeliveryNotes Fold(RedeliveryNotes notes, IEnumerable<DeliveryAttempt> attempts, DateTimeOffset through, DateTimeOffset now)
    {
        var ours = enrolment.Enrolled.Concat(inFlight.Repositories).Select(repository => repository.Id).ToHashSet();
        var lost = notes.Lost.Where(each => each.At > now - Window).ToDictionary(each => each.EventGuid, StringComparer.Ordinal);
        var found = 0;
        foreach (var events in attempts.Where(attempt => Matters(attempt, ours) || lost.ContainsKey(attempt.EventGuid)).GroupBy(attempt => attempt.EventGuid, StringComparer.Ordinal))
        {
            var newest = events.MaxBy(attempt => attempt.At)!;
            if (events.Any(attempt => attempt.Succeeded))
            {
                lost.Remove(events.Key);
            }
            else if (lost.TryGetValue(events.Key, out var known))
            {
                lost[events.Key] = newest.At > known.At ? known with { Id = newest.Id, At = newest.At, IsOutstanding = false } : known;
            }
            else if (newest.At >= through && newest.At > now - Window)
            {
                lost[events.Key] = new LostDelivery(events.Key, newest.Id, newest.At);
                found++;
            }
        }

        metrics.Failed(found);
        metrics.Missing(lost.Count);
        if (found > 0)
        {
            Log.Found(logger, found);
        }

        return notes with { Lost = [.. lost.Values.OrderByDescending(each => each.At).ThenBy(each => each.EventGuid, StringComparer.Ordinal).Take(MostLost)] };
    }

    /// <summary>
    /// Only what we listen to, and of repositories that may run or do. One that is armed and not known yet is looked at as soon as it is, so nothing
    /// of it need be asked for.
    /// </summary>
    private static bool Matters(DeliveryAttempt attempt, HashSet<long> ours) =>
        attempt.Event != "ping" && EventRouter.Events.Contains(attempt.Event) && (attempt.RepositoryId is not { } repository || ours.Contains(repository));

    private ImmutableArray<LostDelivery> Due(RedeliveryNotes notes)
    {
        var now = Time.GetUtcNow();
        return [.. notes.Lost.Where(lost => lost.Asked < MostAsks && (lost.AskedAt is not { } asked || now - asked >= WaitAfter(lost))).Take(MostAsksInOneSweep)];
    }

    /// <summary>What has not shown up may still be on its way: GitHub may hold deliveries back for a while.</summary>
    private static TimeSpan WaitAfter(LostDelivery lost)
    {
        var wait = Interval * Math.Pow(2, lost.Asked - 1);
        return lost.IsOutstanding && wait < ShowsUpWithin ? ShowsUpWithin : wait;
    }

    private async Task<LostDelivery> AskAsync(LostDelivery lost, CancellationToken cancellationToken)
    {
        var willing = true;
        try
        {
            willing = await app.RedeliverAsync(lost.Id, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Ambiguous)
        {
            // It may be on its way: as good as asked for.
        }

        if (willing)
        {
            metrics.AskedAgain();
            Log.Asked(logger, lost.EventGuid);
        }

        return lost with { Asked = willing ? lost.Asked + 1 : MostAsks, AskedAt = Time.GetUtcNow(), IsOutstanding = true };
    }

    private static RedeliveryNotes Replace(RedeliveryNotes notes, LostDelivery lost) =>
        notes with { Lost = [.. notes.Lost.Select(each => string.Equals(each.EventGuid, lost.EventGuid, StringComparison.Ordinal) ? lost : each)] };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} deliveries did not arrive")]
        public static partial void Found(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Information, "Delivery {Guid} is asked for again")]
        public static partial void Asked(ILogger logger, string guid);

        [LoggerMessage(3, LogLevel.Warning, "What became of the deliveries could not be asked: {Reason}")]
        public static partial void NotSwept(ILogger logger, string reason);
    }
}
