using System.Globalization;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>
/// The due queue of many replicas: in each shard a sorted set of due times, and a hash for each repository with its lease, fence, reasons and
/// record. A claim looks at the heads of all shards in one exchange and takes one with a script that looks again; whoever comes second takes
/// the next.
/// </summary>
public sealed partial class RedisDueQueue : IDueQueue
{
    /// <summary>How long what nobody looks at any more is kept after its last planned look.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    private const int Looks = 4;
    private readonly RedisConnection redis;
    private readonly IReadOnlyList<IRidesAlong> riders;
    private readonly StoreClock clock;
    private readonly StoreTimings timings;
    private readonly TimeProvider time;
    private readonly ILogger<RedisDueQueue> logger;
    private TaskCompletionSource wake = NewWake();
    private Task wokenSinceLook = Task.CompletedTask;
    private long nextDue;

    /// <summary>A queue; nothing is asked before its first use.</summary>
    public RedisDueQueue(RedisConnection redis, IEnumerable<IRidesAlong> riders, StoreClock clock, StoreTimings timings, TimeProvider time, ILogger<RedisDueQueue> logger)
    {
        ArgumentNullException.ThrowIfNull(redis);
        this.redis = redis;
        this.riders = [.. riders];
        this.clock = clock;
        this.timings = timings;
        this.time = time;
        this.logger = logger;
        redis.Listen(() => Interlocked.Exchange(ref wake, NewWake()).TrySetResult());
    }

    /// <inheritdoc/>
    public async Task<NudgeOutcome> NudgeAsync(Nudge nudge, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nudge);
        var repository = nudge.Repository;
        var shard = RedisKeys.ShardOf(repository);
        if (!clock.IsMeasured)
        {
            // Once in a process: a time of its own clock would put the look off, or an empty shard's rest, by as much as that is wrong.
            await redis.AskAsync(clock.MeasureAsync, cancellationToken);
        }

        var outcome = await redis.EvaluateAsync(
            RedisScript.Nudge,
            [RedisKeys.Due(shard), RedisKeys.Repository(repository), RedisKeys.Shard(shard)],
            [
                repository.Id,
                clock.Now,
                Milliseconds(timings.NudgeGap),
                Milliseconds(timings.Rest),
                repository.FullName,
                repository.InstallationId,
                nudge.Reason,
                (int)nudge.Hint,
                nudge.Evidence?.Sha?.ToLowerInvariant() ?? "",
                nudge.Evidence?.WorkflowRunId?.ToString(CultureInfo.InvariantCulture) ?? "",
                RedisKeys.WakeChannel,
                Milliseconds(nudge.Rest),
            ],
            cancellationToken);
        return Enum.Parse<NudgeOutcome>((string)outcome!);
    }

    /// <inheritdoc/>
    public async Task<Claim?> ClaimAsync(CancellationToken cancellationToken)
    {
        for (var look = 0; look < Looks; look++)
        {
            var heads = await HeadsAsync(cancellationToken);
            var now = clock.Now;
            var due = heads.Where(head => head.Due <= now).OrderBy(head => head.Due).ThenBy(head => head.Id).ToList();
            foreach (var head in due)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await TryTakeAsync(head) is { } claim)
                {
                    return claim;
                }
            }

            if (due.Count == 0)
            {
                break;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<Claim?> ClaimAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        await HeadsAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return await TakeAsync(repository.Id, repository);
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(RepositoryLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var askedAt = time.GetTimestamp();
        try
        {
            var renewed = await redis.EvaluateAsync(
                RedisScript.Renew,
                [RedisKeys.Due(RedisKeys.ShardOf(lease.Repository)), RedisKeys.Repository(lease.Repository)],
                [lease.Repository.Id, lease.Fence, clock.Now + Milliseconds(lease.Duration)],
                cancellationToken);
            if ((long)renewed == 0)
            {
                return false;
            }
        }
        catch (StoreUnavailableException)
        {
            // Whether it was done is not known, and the next question may not be answered either.
            lease.Lose();
            throw;
        }

        lease.Renewed(askedAt);
        return true;
    }

    /// <inheritdoc/>
    public async Task<SettleOutcome> SettleAsync(RepositoryLease lease, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var answer = await redis.EvaluateAsync(
            RedisScript.Settle,
            [RedisKeys.Due(RedisKeys.ShardOf(lease.Repository)), RedisKeys.Repository(lease.Repository), RedisKeys.Journal(lease.Repository)],
            [lease.Repository.Id, lease.Fence, clock.Now, next is { } at ? clock.ToStore(at) : "", Milliseconds(timings.NudgeGap), Milliseconds(KeepFor)],
            cancellationToken);
        var outcome = Enum.Parse<SettleOutcome>((string)answer!);
        FallsDue(outcome switch
        {
            SettleOutcome.Waiting => clock.ToStore(next!.Value),
            SettleOutcome.Again => clock.Now + Milliseconds(timings.NudgeGap),
            _ => long.MaxValue,
        });
        return outcome;
    }

    /// <inheritdoc/>
    public async Task<SettleOutcome> ReleaseAsync(RepositoryLease lease, DateTimeOffset next, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var answer = await redis.EvaluateAsync(
            RedisScript.Release,
            [RedisKeys.Due(RedisKeys.ShardOf(lease.Repository)), RedisKeys.Repository(lease.Repository)],
            [lease.Repository.Id, lease.Fence, clock.Now, clock.ToStore(next), Milliseconds(timings.NudgeGap)],
            cancellationToken);
        FallsDue(clock.Now);
        return Enum.Parse<SettleOutcome>((string)answer!);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RepositoryKey>> UnknownAsync(IReadOnlyCollection<RepositoryKey> repositories, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repositories);
        if (repositories.Count == 0)
        {
            return [];
        }

        var scores = await redis.AskAsync(
            database => Task.WhenAll(repositories.Select(repository => database.SortedSetScoreAsync(RedisKeys.Due(RedisKeys.ShardOf(repository)), repository.Id))), cancellationToken);
        return [.. repositories.Zip(scores).Where(each => each.Second is null).Select(each => each.First)];
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) =>
        (await HeadsAsync(cancellationToken)) is { Count: > 0 } heads ? clock.ToLocal(heads.Min(head => head.Due)) : null;

    /// <inheritdoc/>
    public async Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var untilNext = TimeSpan.FromMilliseconds(Math.Clamp(Interlocked.Read(ref nextDue) - clock.Now, 0, Milliseconds(atMost)));
        if (untilNext <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await Volatile.Read(ref wokenSinceLook).WaitAsync(untilNext, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // No message; the caller looks at the queue.
        }
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Later than the last look saw; whoever waits now must not sleep past it.</summary>
    private void FallsDue(long due)
    {
        while (Interlocked.Read(ref nextDue) is var known && due < known && Interlocked.CompareExchange(ref nextDue, due, known) != known)
        {
            // Another worker's settle or look came between.
        }
    }

    /// <summary>The first due repository of each shard, what rides along, and now and then the server's time, in one exchange.</summary>
    private async Task<List<Head>> HeadsAsync(CancellationToken cancellationToken)
    {
        // From before the look, or a message between the look and the wait would be slept through.
        var woken = Volatile.Read(ref wake).Task;
        var heads = await redis.AskAsync(
            async database =>
            {
                var asked = RedisKeys.Shards.Select(shard => database.SortedSetRangeByRankWithScoresAsync(RedisKeys.Due(shard), 0, 0)).ToList();
                var others = riders.Select(rider => rider.RefreshAsync(database)).Append(clock.IsStale ? clock.MeasureAsync(database) : Task.CompletedTask).ToList();
                await Task.WhenAll([.. asked, .. others]);
                return (await Task.WhenAll(asked)).SelectMany(entries => entries).Select(entry => new Head((long)entry.Element, (long)entry.Score)).ToList();
            },
            cancellationToken);
        Volatile.Write(ref wokenSinceLook, woken);
        Interlocked.Exchange(ref nextDue, heads.Count == 0 ? long.MaxValue : heads.Min(head => head.Due));
        return heads;
    }

    /// <summary>A repository whose keys are damaged must not keep the others from their turn.</summary>
    private async Task<Claim?> TryTakeAsync(Head head)
    {
        try
        {
            return await TakeAsync(head.Id, named: null);
        }
        catch (StoreFaultException fault)
        {
            Log.CannotBeTaken(logger, head.Id, fault.Message);
            return null;
        }
    }

    /// <summary>Not cancelled on its way: a lease that was granted to nobody would stand for its whole time.</summary>
    private async Task<Claim?> TakeAsync(long id, RepositoryKey? named)
    {
        var shard = RedisKeys.ShardOf(id);
        var askedAt = time.GetTimestamp();
        List<RedisValue> values = [id, clock.Now, Milliseconds(timings.Lease), Milliseconds(timings.Rest)];
        if (named is not null)
        {
            values.AddRange([named.FullName, named.InstallationId]);
        }

        var answer = (RedisResult[]?)await redis.EvaluateAsync(
            RedisScript.Claim, [RedisKeys.Due(shard), RedisKeys.Repository(id), RedisKeys.Shard(shard)], [.. values], CancellationToken.None);
        if (answer is not [var fence, var name, var installation, var record, var reasons, var hint])
        {
            return null;
        }

        var lease = new RepositoryLease(new RepositoryKey(id, (string)name!, (long)installation), (long)fence, timings.Lease, time, askedAt, RenewAsync);
        return new Claim(lease, (string?)record, Claim.TriggerOf(((string?)reasons ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)), (WorkHint)(int)hint);
    }

    private sealed record Head(long Id, long Due);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Repository {Id} cannot be taken, its keys in the store are damaged: {Reason}")]
        public static partial void CannotBeTaken(ILogger logger, long id, string reason);
    }
}
