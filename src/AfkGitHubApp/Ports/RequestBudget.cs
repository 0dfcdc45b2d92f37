using System.Collections.Concurrent;

namespace AfkGitHubApp.Ports;

/// <summary>
/// What GitHub still allows each installation (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api): the wait it asked
/// for, what its answers say is left, and a second between two writes. Everything here ends at a moment in time, so nothing can latch.
/// </summary>
/// <param name="share">What the replicas tell each other.</param>
/// <param name="time">The product's clock.</param>
/// <param name="writeGap">Least time between two writes of an installation, all replicas together; zero = none.</param>
public sealed class RequestBudget(IBudgetShare share, TimeProvider time, TimeSpan writeGap)
{
    /// <summary>The part of an hour's requests that only writes may use: what was decided must be carried out.</summary>
    private const double ReservedForWrites = 0.05;

    private readonly ConcurrentDictionary<long, DateTimeOffset> limitedUntil = new();
    private readonly ConcurrentDictionary<(long Installation, string Resource), BudgetReading> readings = new();

    /// <summary>Until when nothing may be asked; null when it may.</summary>
    /// <param name="installation">The installation; 0 = the App itself.</param>
    /// <param name="resource">GitHub's name of the limit that counts: <c>core</c> or <c>graphql</c>.</param>
    /// <param name="isWrite">Whether it may use the reserve.</param>
    public DateTimeOffset? ClosedUntil(long installation, string resource, bool isWrite)
    {
        var now = time.GetUtcNow();
        if (limitedUntil.TryGetValue(installation, out var until) && until > now)
        {
            return until;
        }

        return !isWrite && Current(installation, resource, now) is { } reading && reading.Remaining <= reading.Limit * ReservedForWrites ? reading.Reset : null;
    }

    /// <summary>How long until then.</summary>
    public TimeSpan WaitUntil(DateTimeOffset until) => until - time.GetUtcNow();

    /// <summary>What is left of the scarcest limit, 0 to 1; 1 when nothing is known.</summary>
    public double Left(long installation)
    {
        var now = time.GetUtcNow();
        return limitedUntil.TryGetValue(installation, out var until) && until > now ? 0
            : readings.Keys.Where(key => key.Installation == installation).Select(key => Current(installation, key.Resource, now)).OfType<BudgetReading>().Select(reading => (double)reading.Remaining / reading.Limit).DefaultIfEmpty(1).Min();
    }

    /// <summary>An answer said what is left. Answers overtake each other: within one hour only less counts.</summary>
    public void Saw(long installation, string resource, BudgetReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        readings.AddOrUpdate((installation, resource), reading, (_, known) => known.Reset == reading.Reset && known.Remaining < reading.Remaining ? known : reading);
    }

    /// <summary>GitHub asked to be left alone for that long; the other replicas are told.</summary>
    public async Task LimitAsync(long installation, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + wait;
        Heed(installation, until);
        await share.TellLimitAsync(installation, until, cancellationToken);
    }

    /// <summary>Somebody was asked to leave GitHub alone until then. Of two waits the longer holds: requests already under way may be told a shorter one.</summary>
    public void Heed(long installation, DateTimeOffset until) => limitedUntil.AddOrUpdate(installation, until, (_, known) => known > until ? known : until);

    /// <summary>Waits until it is this writer's turn.</summary>
    public async Task WaitForTurnAsync(long installation, CancellationToken cancellationToken)
    {
        if (writeGap <= TimeSpan.Zero)
        {
            return;
        }

        if (await share.TakeTurnAsync(installation, writeGap, cancellationToken) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private BudgetReading? Current(long installation, string resource, DateTimeOffset now) =>
        readings.TryGetValue((installation, resource), out var reading) && reading.Reset > now ? reading : null;
}

/// <summary>What GitHub's answers say of a limit.</summary>
/// <param name="Limit">Requests, or points of GraphQL, in an hour.</param>
/// <param name="Remaining">Of these left.</param>
/// <param name="Reset">When the hour is over.</param>
public sealed record BudgetReading(int Limit, int Remaining, DateTimeOffset Reset);
