using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>The App's own settings and those of its repositories, on GitHub.</summary>
public sealed class GitHubCheckup(GitHubConnection gitHub) : ICheckup
{
    private const int NewestDeliveries = 30;

    internal const string EnvironmentsQuery = """
        query Environments($owner: String!, $name: String!) {
          repository(owner: $owner, name: $name) {
            environments(first: 100) { totalCount nodes { name } }
          }
        }
        """;

    /// <inheritdoc/>
    public async Task<AppRegistration> AppAsync(CancellationToken cancellationToken)
    {
        var (app, serverTime) = await gitHub.GetDatedAsync<AppRegistrationDto>(CallIdentity.App, "app", cancellationToken);
        return new(app.Slug, app.HtmlUrl, Levels(app.Permissions), [.. (app.Events ?? []).OfType<string>()], serverTime);
    }

    /// <inheritdoc/>
    public Task<HookConfig?> HookAsync(CancellationToken cancellationToken) => OrNullAsync(async () =>
    {
        var hook = await gitHub.GetAsync<HookConfigDto>(CallIdentity.App, "app/hook/config", cancellationToken);
        return new HookConfig(hook.Url, hook.ContentType, !string.IsNullOrEmpty(hook.Secret), !IsOne(hook.InsecureSsl));
    });

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HookDelivery>> DeliveriesAsync(CancellationToken cancellationToken)
    {
        var (deliveries, _) = await gitHub.GetPagesAsync<List<HookDeliveryDto>, HookDeliveryDto>(
            CallIdentity.App, $"app/hook/deliveries?per_page={NewestDeliveries}", page => page, cancellationToken, mostPages: 1);
        return [.. deliveries.Select(delivery => new HookDelivery(delivery.DeliveredAt, delivery.Event ?? "", delivery.StatusCode, delivery.Status ?? ""))];
    }

    /// <inheritdoc/>
    public Task<InstallationCondition?> InstallationAsync(string fullName, CancellationToken cancellationToken) => OrNullAsync(async () =>
    {
        var installation = await gitHub.GetAsync<InstallationConditionDto>(CallIdentity.App, $"repos/{fullName}/installation", cancellationToken);
        return new InstallationCondition(installation.Id, installation.Account?.Login ?? "", installation.HtmlUrl, installation.SuspendedAt is not null, Levels(installation.Permissions));
    });

    /// <inheritdoc/>
    public async Task<RepositoryCondition> RepositoryAsync(string fullName, long installation, CancellationToken cancellationToken)
    {
        var repository = await gitHub.GetAsync<RepositoryConditionDto>(CallIdentity.Installation(installation), $"repos/{fullName}", cancellationToken);
        return new(repository.Id, repository.FullName, repository.DefaultBranch, repository.Archived, repository.Disabled, repository.HasIssues ?? true);
    }

    /// <inheritdoc/>
    public Task<string?> WorkflowStateAsync(RepositoryKey repository, string file, CancellationToken cancellationToken) => OrNullAsync(async () =>
        (await gitHub.GetAsync<WorkflowDto>(As(repository), $"repos/{repository}/actions/workflows/{Uri.EscapeDataString(file)}", cancellationToken)).State);

    /// <inheritdoc/>
    public Task<string?> FileAsync(RepositoryKey repository, string path, string branch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        return OrNullAsync(async () =>
        {
            var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
            var file = await gitHub.GetAsync<FileDto>(As(repository), $"repos/{repository}/contents/{escaped}?ref={Uri.EscapeDataString(branch)}", cancellationToken);
            return Text(file) ?? throw new GitHubFailure(FailureKind.Bug, $"The content of {path} could not be read: it is encoded as {file.Encoding ?? "nothing known"}");
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>?> EnvironmentsAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        try
        {
            var data = await gitHub.QueryAsync<PlaceVariables, EnvironmentsData>(As(repository), EnvironmentsQuery, new(repository.Owner, repository.Name), GitHubJson.Default.GraphQlRequestPlaceVariables, cancellationToken);
            var names = data.Repository?.Environments?.All.Select(environment => environment?.Name).OfType<string>().ToList();
            return names?.Count == data.Repository?.Environments?.TotalCount ? names : null;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BranchRule>?> RulesAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken)
    {
        try
        {
            var (rules, _) = await gitHub.GetPagesAsync<List<RuleDto>, RuleDto>(As(repository), $"repos/{repository}/rules/branches/{Uri.EscapeDataString(branch)}?per_page=100", page => page, cancellationToken);
            return [.. rules.Select(rule => new BranchRule(rule.Type, [.. (rule.Parameters?.RequiredStatusChecks ?? []).Select(check => check?.Context).OfType<string>()]))];
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<BranchProtection?> ProtectionAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken) => OrNullAsync(async () =>
    {
        var found = await gitHub.GetAsync<BranchConditionDto>(As(repository), $"repos/{repository}/branches/{Uri.EscapeDataString(branch)}", cancellationToken);
        return new BranchProtection(found.Protection?.Enabled ?? false, [.. (found.Protection?.RequiredStatusChecks?.Contexts ?? []).OfType<string>()]);
    });

    /// <inheritdoc/>
    public async Task<bool?> ActionsEnabledAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        try
        {
            return (await gitHub.GetAsync<ActionsPermissionsDto>(As(repository), $"repos/{repository}/actions/permissions", cancellationToken)).Enabled;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            return null;
        }
    }

    private static async Task<T?> OrNullAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Levels(IReadOnlyDictionary<string, string?> permissions) =>
        permissions.Where(permission => permission.Value is not null).ToDictionary(permission => permission.Key, permission => permission.Value!, StringComparer.Ordinal);

    /// <summary>GitHub writes this switch as a text or as a number.</summary>
    private static bool IsOne(JsonElement? value) => value is { } given && given.ToString() is "1";

    private static string? Text(FileDto file)
    {
        if (file.Encoding is not "base64")
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(file.Content));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static CallIdentity As(RepositoryKey repository) => CallIdentity.Installation(repository.InstallationId);
}

internal sealed record PlaceVariables([property: JsonPropertyName("owner")] string Owner, [property: JsonPropertyName("name")] string Name);

internal sealed record EnvironmentsData([property: JsonPropertyName("repository")] EnvironmentsNode? Repository);

internal sealed record EnvironmentsNode([property: JsonPropertyName("environments")] EnvironmentList? Environments);

internal sealed record EnvironmentList([property: JsonPropertyName("totalCount")] int? TotalCount, [property: JsonPropertyName("nodes")] IReadOnlyList<LabelNode?>? Items)
{
    [JsonIgnore]
    public IReadOnlyList<LabelNode?> All => Items ?? [];
}
