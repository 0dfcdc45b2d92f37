namespace AfkGitHubApp.Ports;

/// <summary>What the replicas must know of each other to keep GitHub's limits together.</summary>
public interface IBudgetShare
{
    /// <summary>GitHub asked to be left alone by this installation until then; the others are told.</summary>
    Task TellLimitAsync(long installation, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Takes the next turn to write as this installation.</summary>
    /// <param name="installation">The installation; 0 = the App itself.</param>
    /// <param name="gap">Least time between two writes.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>How long to wait for it.</returns>
    Task<TimeSpan> TakeTurnAsync(long installation, TimeSpan gap, CancellationToken cancellationToken);
}
