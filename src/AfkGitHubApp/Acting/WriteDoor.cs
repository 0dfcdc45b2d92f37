using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting;

/// <summary>
/// Every write outside goes through here, right before it is sent: first its turn among the installation's writers, then the store's word that
/// the lease still stands. In this order, because the wait for a turn uses up the lease.
/// </summary>
public sealed class WriteDoor(RequestBudget budget, ActingTimings timings)
{
    /// <summary>Returns when the one request that follows may be sent.</summary>
    /// <exception cref="LeaseLostException">The lease does not stand any more, or not for long enough.</exception>
    public async Task PassAsync(RepositoryLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await budget.WaitForTurnAsync(lease.Repository.InstallationId, cancellationToken);
        await lease.ConfirmAsync(timings.RequestTimeout, cancellationToken);
    }
}
