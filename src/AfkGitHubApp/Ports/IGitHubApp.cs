using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>Who we are on GitHub, and where we are installed.</summary>
public interface IGitHubApp
{
    /// <summary>Our App and its bot account; asked once, then remembered.</summary>
    Task<AppIdentity> IdentityAsync(CancellationToken cancellationToken);

    /// <summary>The identity if it is known already, without asking.</summary>
    AppIdentity? KnownIdentity { get; }

    /// <summary>The repository of this name; null when the App is not installed on it or it does not exist.</summary>
    Task<RepositoryKey?> FindRepositoryAsync(string fullName, CancellationToken cancellationToken);

    /// <summary>What became of the App's webhook deliveries, newest attempt first, a page at a time. Attempts under way are not listed.</summary>
    /// <param name="cursor">Of the page before; null = the newest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<DeliveryPage> DeliveriesAsync(string? cursor, CancellationToken cancellationToken);

    /// <summary>Has GitHub deliver once more, under the same GUID; false when it will not, for instance because the delivery is too old.</summary>
    /// <param name="deliveryId">Any attempt at it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> RedeliverAsync(long deliveryId, CancellationToken cancellationToken);
}

/// <summary>Our App.</summary>
/// <param name="AppId">The App's id.</param>
/// <param name="Slug">The App's slug.</param>
/// <param name="BotId">User id of its bot account.</param>
public sealed record AppIdentity(long AppId, string Slug, long BotId);

/// <summary>A page of attempts.</summary>
/// <param name="Attempts">Newest first.</param>
/// <param name="Next">Cursor of the next, older page; null on the last.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryAttempt> Attempts, string? Next);

/// <summary>One attempt to deliver one event.</summary>
/// <param name="Id">The attempt.</param>
/// <param name="EventGuid">The event: all attempts at it have the same.</param>
/// <param name="At">When it was made, by GitHub's clock.</param>
/// <param name="StatusCode">Status of our answer; GitHub makes one up where none came.</param>
/// <param name="Event">The event's name.</param>
/// <param name="RepositoryId">Which repository it is about; null where it is about none.</param>
public sealed record DeliveryAttempt(long Id, string EventGuid, DateTimeOffset At, int StatusCode, string Event, long? RepositoryId)
{
    /// <summary>Whether it was taken. A timeout has a status of its own or none at all, so nothing but a 2xx counts.</summary>
    public bool Succeeded => StatusCode is >= 200 and < 300;
}
