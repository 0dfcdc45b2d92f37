using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Our App's identity and installations.</summary>
public sealed class GitHubAppClient(GitHubConnection gitHub) : IGitHubApp
{
    private volatile AppIdentity? identity;

    /// <inheritdoc/>
    public AppIdentity? KnownIdentity => identity;

    /// <inheritdoc/>
    public async Task<AppIdentity> IdentityAsync(CancellationToken cancellationToken)
    {
        if (identity is { } known)
        {
            return known;
        }

        var app = await gitHub.GetAsync<AppDto>(CallIdentity.App, "app", cancellationToken);

        // The user endpoint refuses the App's JWT with 401 and would take no token at all only on github.com: any installation may ask.
        var (installations, _) = await gitHub.GetPagesAsync<List<InstallationDto>, InstallationDto>(CallIdentity.App, "app/installations?per_page=100", page => page, cancellationToken);
        var asked = installations.Find(installation => installation.SuspendedAt is null)
            ?? throw new GitHubFailure(FailureKind.AccessGone, $"The App {app.Slug} is not installed anywhere, so its bot account cannot be asked for");
        var bot = await gitHub.GetAsync<UserDto>(CallIdentity.Installation(asked.Id), $"users/{Uri.EscapeDataString(app.Slug + "[bot]")}", cancellationToken);
        return identity = new AppIdentity(app.Id, app.Slug, bot.Id);
    }

    /// <inheritdoc/>
    public async Task<RepositoryKey?> FindRepositoryAsync(string fullName, CancellationToken cancellationToken)
    {
        try
        {
            var installation = await gitHub.GetAsync<InstallationDto>(CallIdentity.App, $"repos/{fullName}/installation", cancellationToken);
            var repository = await gitHub.GetAsync<RepositoryDto>(CallIdentity.Installation(installation.Id), $"repos/{fullName}", cancellationToken);
            return new RepositoryKey(repository.Id, repository.FullName, installation.Id);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<DeliveryPage> DeliveriesAsync(string? cursor, CancellationToken cancellationToken)
    {
        var page = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
        var (attempts, next) = await gitHub.GetPageAsync<DeliveryAttemptDto>(CallIdentity.App, $"app/hook/deliveries?per_page=100{page}", cancellationToken);
        return new([.. attempts.Select(attempt => new DeliveryAttempt(attempt.Id, attempt.Guid, attempt.DeliveredAt, attempt.StatusCode ?? 0, attempt.Event ?? "", attempt.RepositoryId))], next);
    }

    /// <inheritdoc/>
    public async Task<bool> RedeliverAsync(long deliveryId, CancellationToken cancellationToken)
    {
        try
        {
            await gitHub.PostAsync(CallIdentity.App, $"app/hook/deliveries/{deliveryId}/attempts", cancellationToken);
            return true;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound or FailureKind.Refused)
        {
            return false;
        }
    }
}
