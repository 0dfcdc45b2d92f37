using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Remembering;

/// <summary>The last ticks, bounded: what the board and <c>runs</c> are drawn from.</summary>
public interface ITickHistory
{
    /// <summary>Adds one; that of a holder who has lost its lease is left out.</summary>
    Task AddAsync(RepositoryLease lease, TickResult result, CancellationToken cancellationToken);

    /// <summary>The last ones, newest first.</summary>
    Task<IReadOnlyList<TickResult>> LatestAsync(int count, CancellationToken cancellationToken);
}
