using System.Collections.Concurrent;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Scheduling;

/// <summary>
/// Where this process last saw a run in flight: a store that has lost its memory is told again of these, also where nothing may be started
/// any more.
/// </summary>
public sealed class WorkInFlight
{
    private readonly ConcurrentDictionary<long, RepositoryKey> repositories = new();

    /// <summary>The repositories.</summary>
    public IReadOnlyCollection<RepositoryKey> Repositories => [.. repositories.Values];

    /// <summary>A tick has seen it.</summary>
    public void Saw(RepositoryKey repository, bool inFlight)
    {
        ArgumentNullException.ThrowIfNull(repository);
        if (inFlight)
        {
            repositories[repository.Id] = repository;
        }
        else
        {
            repositories.TryRemove(repository.Id, out _);
        }
    }
}
