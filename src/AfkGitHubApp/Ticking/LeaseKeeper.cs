using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Ticking;

/// <summary>Works under a lease: it is renewed every third of its time for as long as the work takes, and the work is cancelled when it is lost.</summary>
public sealed partial class LeaseKeeper(IDueQueue queue, TimeProvider time, ILogger<LeaseKeeper> logger)
{
    /// <summary>Runs the work.</summary>
    /// <exception cref="LeaseLostException">The lease was lost before the work was done.</exception>
    public async Task<T> KeepAsync<T>(RepositoryLease lease, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(work);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        using var done = new CancellationTokenSource();
        var renewal = RenewAsync(lease, done.Token);
        try
        {
            return await work(bound.Token);
        }
        catch (OperationCanceledException cancelled) when (lease.Lost.IsCancellationRequested)
        {
            throw new LeaseLostException($"The lease on {lease.Repository} (fence {lease.Fence}) was lost on the way.", cancelled);
        }
        finally
        {
            await done.CancelAsync();
            await renewal;
        }
    }

    private async Task RenewAsync(RepositoryLease lease, CancellationToken done)
    {
        while (!done.IsCancellationRequested && !lease.Lost.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(lease.Duration / 3, time, done);
                if (!await queue.RenewAsync(lease, done))
                {
                    lease.Lose();
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever went wrong, the lease holds only for as long as it was granted, unless the store took it away.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.NotRenewed(logger, exception, lease.Repository);
                if (lease.Remaining <= TimeSpan.Zero)
                {
                    lease.Lose();
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Repository}: the lease could not be renewed")]
        public static partial void NotRenewed(ILogger logger, Exception exception, RepositoryKey repository);
    }
}
