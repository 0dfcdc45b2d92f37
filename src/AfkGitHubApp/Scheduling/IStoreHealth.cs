namespace AfkGitHubApp.Scheduling;

/// <summary>Whether this process can work with its store right now.</summary>
public interface IStoreHealth
{
    /// <summary>What the store is, for people, without secrets.</summary>
    string Name { get; }

    /// <summary>Asks it. Never throws; takes a few seconds at most.</summary>
    Task<StoreCondition> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>The store as seen from here.</summary>
/// <param name="IsReady">Whether deliveries can be taken.</param>
/// <param name="Why">One sentence.</param>
public sealed record StoreCondition(bool IsReady, string Why)
{
    /// <summary>Until when a new or emptied store hands out nothing in at least one of its shards; null = it holds nothing back.</summary>
    public DateTimeOffset? RestsUntil { get; init; }
}
