using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Sweeping;

/// <summary>Something that is looked at again and again for as long as the process lives, whatever the webhooks say.</summary>
/// <param name="firstAfter">From the start of the process to the first sweep.</param>
/// <param name="interval">From the end of one sweep to the next.</param>
/// <param name="time">The product's clock.</param>
public abstract class TimedSweep(TimeSpan firstAfter, TimeSpan interval, TimeProvider time) : BackgroundService
{
    /// <summary>The product's clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>Sweeps once.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; the next sweep does what this one could not.</exception>
    public abstract Task SweepAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await Task.Delay(firstAfter, time, stoppingToken);
            while (true)
            {
                await TrySweepAsync(stoppingToken);
                await Task.Delay(interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // That the store is away is logged where it is asked.
        }
    }
}
