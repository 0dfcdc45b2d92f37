using AfkGitHubApp.Acting.Performers;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Ticking;

/// <summary>
/// The story of one tick: the run in flight is watched; without one the ready issues are polled. Failures to ask are answered with a later
/// look; only a lost lease and cancellation leave this method as exceptions.
/// </summary>
public sealed partial class Ticker(
    Watcher watcher, Poller poller, CommandDesk commands, Adoption adoption, LingeringTurnPerformer oldTurns, IAgent agent, IRecordStore store, ITickHistory history, WorkInFlight inFlight, Gates gates, RequestBudget budget, Chance chance, TimeProvider time, ILogger<Ticker> logger)
{
    private static readonly TimeSpan LeftAloneLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DisabledLook = TimeSpan.FromHours(24);

    /// <summary>Ticks a claimed repository once.</summary>
    public async Task<TickResult> TickAsync(Claim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var at = time.GetUtcNow();
        var repository = claim.Lease.Repository;
        using var scope = Log.Tick(logger, repository, claim.Lease.Fence);
        var meter = RequestMeter.Start();
        var record = StoredRecord.Read(claim, out var damaged);
        if (damaged)
        {
            Log.DamagedRecord(logger);
        }

        if (record is null)
        {
            Log.NewerRecord(logger);
            return new TickResult { Repository = repository, At = at, Trigger = claim.Trigger, Why = "a newer build wrote this record", NextLook = at + LeftAloneLook, LeftAlone = true };
        }

        var tick = new TickContext(claim.Lease, record, claim.Record, claim.Trigger, at, store, meter);
        TickResult result;
        try
        {
            result = await commands.AnswerAsync(tick, Stretched(await LookAsync(tick, claim.Hint, cancellationToken)), cancellationToken);
            if (tick is { Reached: true, Record.GoneSince: not null })
            {
                await tick.RememberAsync(tick.Record with { GoneSince = null }, cancellationToken);
            }
        }
        catch (GitHubFailure failure)
        {
            Log.CouldNotAsk(logger, failure.Kind, failure.Message, failure.RequestId);
            result = await AfterFailureAsync(tick, failure, cancellationToken);
        }

        if (tick.Record.CurrentRun is { } run)
        {
            await tick.RememberAsync(tick.Counted(run), cancellationToken);
        }

        result = result with { Requests = meter.Count };
        inFlight.Saw(repository, tick.Record.CurrentRun is not null || tick.Record.Lingering is not null);
        await history.AddAsync(claim.Lease, result, cancellationToken);
        Log.Ticked(logger, result.Trigger, result.Issue, result.Action, result.Why, result.Did.Length, result.Requests, result.NextLook);
        return result;
    }

    /// <summary>The scarcer the requests, the rarer the looks that nobody asked for. After a failure the wait is the failure's: a limit that names its end is over then.</summary>
    private TickResult Stretched(TickResult result) => result.NextLook is { } next && next > result.At
        ? result with { NextLook = result.At + ((next - result.At) * LookAgain.Stretch(budget.Left(result.Repository.InstallationId))) }
        : result;

    private async Task<TickResult> LookAsync(TickContext tick, WorkHint hint, CancellationToken cancellationToken)
    {
        var enabled = gates.Allows(tick.Record.Repository);
        if (tick is { IsStored: true, Record.CurrentRun: null } && tick.Trigger.Contains("push", StringComparison.Ordinal))
        {
            // For whoever looks next; the end of a run says the same.
            await tick.RememberAsync(tick.Record with { HeadMovedAt = tick.At }, cancellationToken);
        }

        if (!tick.Record.Adopted && tick.Record.CurrentRun is null)
        {
            // Disabled and idle means zero calls: a switched-off repository is searched only when somebody wants it, or when a push or CI event hints at a run.
            var wanted = hint is WorkHint.Wanted || (hint is WorkHint.Possible && gates.Current.Allows(tick.Record.Repository.FullName));
            if (!enabled && !tick.IsStored && !wanted)
            {
                return tick.Result("disabled", null);
            }

            await adoption.AdoptAsync(tick, cancellationToken);
        }

        if (enabled || tick.Record.CurrentRun is not null)
        {
            await commands.ObeyAsync(tick, cancellationToken);
        }

        if (tick.Record.CurrentRun is { } run)
        {
            var result = await watcher.TickAsync(tick, run, cancellationToken);

            // The repository may be free now: its next ready issue need not wait for the timer.
            return result.Ended is null || result.NextLook > tick.At ? result : result with { NextLook = AfterEnd(tick, enabled) };
        }

        if (tick.Record.Lingering is { } lingering && !await HasEndedAsync(tick, lingering, cancellationToken))
        {
            return tick.Result($"old turn {lingering.Turn} not ended", LookAgain.After(Waiting.Turn, TimeSpan.Zero, chance.Next()));
        }

        if (!tick.Record.Adopted)
        {
            return tick.Result("an old turn is looked for once more", LookAgain.After(Waiting.Retry, TimeSpan.Zero, chance.Next()));
        }

        return enabled
            ? await poller.TickAsync(tick, cancellationToken)
            : tick.Result("disabled, nothing in flight", DisabledLook);
    }

    private static DateTimeOffset AfterEnd(TickContext tick, bool enabled) => tick.At + (enabled ? TimeSpan.Zero : DisabledLook);

    private async Task<bool> HasEndedAsync(TickContext tick, LingeringTurn lingering, CancellationToken cancellationToken)
    {
        var over = time.GetUtcNow() >= lingering.Until
            || await agent.StatusAsync(tick.Record.Repository, lingering.Thread, cancellationToken) is ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished;
        var left = over ? null : await oldTurns.PerformAsync(tick.Lease, lingering, cancellationToken);
        if (left != lingering)
        {
            await tick.RememberAsync(tick.Record with { Lingering = left }, cancellationToken);
        }

        return over;
    }

    private async Task<TickResult> AfterFailureAsync(TickContext tick, GitHubFailure failure, CancellationToken cancellationToken)
    {
        if (tick.Record.CurrentRun is null && failure.Kind is (FailureKind.NotFound or FailureKind.AccessGone or FailureKind.Moved or FailureKind.Refused))
        {
            return await OutOfReachAsync(tick, failure, cancellationToken);
        }

        var wait = failure.Kind switch
        {
            FailureKind.RateLimited => failure.RetryAfter ?? TimeSpan.FromMinutes(1),
            _ when failure.Ambiguous || failure.Kind is FailureKind.Transient => LookAgain.After(Waiting.Retry, TimeSpan.FromSeconds(30), chance.Next()),
            _ => LookAgain.After(Waiting.Retry, TimeSpan.FromMinutes(5), chance.Next()),
        };
        var why = Why(failure);
        return tick.Record.CurrentRun is { } run ? tick.Result(run, why, wait) : tick.Result(why, wait);
    }

    /// <summary>Nothing in flight, and the repository does not let itself be read: looked at ever more seldom. What nobody allows any more is forgotten at last.</summary>
    private async Task<TickResult> OutOfReachAsync(TickContext tick, GitHubFailure failure, CancellationToken cancellationToken)
    {
        var since = tick.Record.GoneSince ?? tick.At;
        await tick.RememberAsync(tick.Record with { GoneSince = since }, cancellationToken);
        var goneFor = tick.At - since;
        return goneFor >= LookAgain.GoneForGood && !gates.Allows(tick.Record.Repository)
            ? tick.Result($"{Why(failure)}; given up", lookAgain: null)
            : tick.Result(Why(failure), LookAgain.OutOfReach(goneFor, chance.Next()));
    }

    private static string Why(GitHubFailure failure) => $"GitHub could not be asked ({failure.Kind}): {failure.Message}";

    private static partial class Log
    {
        private static readonly Func<ILogger, RepositoryKey, long, IDisposable?> TickScope = LoggerMessage.DefineScope<RepositoryKey, long>("tick {Repository} fence {Fence}");

        public static IDisposable? Tick(ILogger logger, RepositoryKey repository, long fence) => TickScope(logger, repository, fence);

        [LoggerMessage(1, LogLevel.Information, "{Trigger}: issue {Issue} {Action}: {Why}; {Writes} writes, {Requests} requests, next look {NextLook:o}")]
        public static partial void Ticked(ILogger logger, string trigger, int? issue, string? action, string why, int writes, int requests, DateTimeOffset? nextLook);

        [LoggerMessage(2, LogLevel.Warning, "GitHub could not be asked ({Kind}): {Reason} (request {RequestId})")]
        public static partial void CouldNotAsk(ILogger logger, FailureKind kind, string reason, string? requestId);

        [LoggerMessage(4, LogLevel.Error, "The stored record cannot be read; its run is looked for on GitHub")]
        public static partial void DamagedRecord(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "A newer build wrote this record; it is left alone")]
        public static partial void NewerRecord(ILogger logger);
    }
}
