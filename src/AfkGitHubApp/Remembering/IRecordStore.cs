using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Remembering;

/// <summary>Bookkeeping between ticks; every write names its lease and is refused to a stale holder.</summary>
public interface IRecordStore
{
    /// <summary>Saves the record.</summary>
    /// <exception cref="LeaseLostException">Somebody else holds the repository.</exception>
    Task SaveAsync(RepositoryLease lease, RepositoryRecord record, CancellationToken cancellationToken);

    /// <summary>All records, for display.</summary>
    Task<IReadOnlyList<RepositoryRecord>> AllAsync(CancellationToken cancellationToken);
}
