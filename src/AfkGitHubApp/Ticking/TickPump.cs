using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Ticking;

/// <summary>
/// Workers that claim what is due and tick it. On shutdown nothing new is claimed; ticks under way are let
/// finish until the host's patience ends, then cancelled before their next outside act.
/// </summary>
public sealed partial class TickPump(IDueQueue queue, Ticker ticker, LeaseKeeper keeper, PumpSettings settings, TimeProvider time, ILogger<TickPump> logger) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan GiveBack = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource hardStop = new();

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: false } ticking)
        {
            await hardStop.CancelAsync();
            await Task.WhenAny(ticking, Task.Delay(GiveBack, time, CancellationToken.None));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        hardStop.Dispose();
        base.Dispose();
    }

    /// <summary>Claims and ticks the head of the queue; null when nothing is due.</summary>
    public async Task<TickResult?> TickNextAsync(CancellationToken cancellationToken) =>
        await queue.ClaimAsync(cancellationToken) is { } claim ? await TickAsync(claim, cancellationToken) : null;

    /// <summary>Ticks a claimed repository and gives it back.</summary>
    public async Task<TickResult?> TickAsync(Claim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        using var lease = claim.Lease;
        TickResult result;
        try
        {
            result = await keeper.KeepAsync(lease, token => ticker.TickAsync(claim, token), cancellationToken);
        }
        catch (Exception lost) when (lost is LeaseLostException or StoreUnavailableException)
        {
            Log.LeaseLost(logger, lease.Repository, lost.Message);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Interrupted(logger, lease.Repository);
            await queue.ReleaseAsync(lease, time.GetUtcNow(), CancellationToken.None);
            return null;
        }
#pragma warning disable CA1031 // A bug in one repository's tick must not stop the others; it is logged whole and looked at again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Bug(logger, exception, lease.Repository);
            await queue.ReleaseAsync(lease, time.GetUtcNow() + AfterFault, CancellationToken.None);
            return null;
        }

        await (result.LeftAlone ? queue.ReleaseAsync(lease, result.NextLook ?? time.GetUtcNow(), CancellationToken.None) : queue.SettleAsync(lease, result.NextLook, CancellationToken.None));
        return result;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await Task.WhenAll(Enumerable.Range(0, settings.Workers).Select(_ => WorkAsync(stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        var storeFailed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (storeFailed)
                {
                    await Task.Delay(PollInterval, time, stoppingToken);
                    storeFailed = false;
                }

                if (await queue.ClaimAsync(stoppingToken) is { } claim)
                {
                    await TickAsync(claim, hardStop.Token);
                }
                else
                {
                    await queue.WaitForWorkAsync(PollInterval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException)
            {
                // Whoever asks the store says once that it is away, and once that it is back.
                storeFailed = true;
            }
#pragma warning disable CA1031 // A store that is away for a while must not end the process: what was claimed falls due again by its lease.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.StoreFailed(logger, exception);
                storeFailed = true;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Repository}: {Reason}; the next holder goes on")]
        public static partial void LeaseLost(ILogger logger, RepositoryKey repository, string reason);

        [LoggerMessage(2, LogLevel.Information, "{Repository}: the tick was interrupted")]
        public static partial void Interrupted(ILogger logger, RepositoryKey repository);

        [LoggerMessage(3, LogLevel.Error, "{Repository}: the tick failed by a bug of ours")]
        public static partial void Bug(ILogger logger, Exception exception, RepositoryKey repository);

        [LoggerMessage(5, LogLevel.Error, "The store could not be asked; the worker asks again shortly")]
        public static partial void StoreFailed(ILogger logger, Exception exception);
    }
}

/// <summary>How many repositories one process ticks at the same time.</summary>
public sealed record PumpSettings(int Workers);
