using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>
/// How the App and its repositories are set up on GitHub, for whoever looks for what is missing. Read only, nothing is remembered; every method
/// may throw <see cref="GitHubFailure"/>.
/// </summary>
public interface ICheckup
{
    /// <summary>Our App as it is registered, and GitHub's clock.</summary>
    Task<AppRegistration> AppAsync(CancellationToken cancellationToken);

    /// <summary>Where the App's webhook goes; null when it has none.</summary>
    Task<HookConfig?> HookAsync(CancellationToken cancellationToken);

    /// <summary>The newest deliveries, newest first; GitHub keeps them for three days.</summary>
    Task<IReadOnlyList<HookDelivery>> DeliveriesAsync(CancellationToken cancellationToken);

    /// <summary>The installation that covers the repository of this name; null when none does or there is no such repository.</summary>
    Task<InstallationCondition?> InstallationAsync(string fullName, CancellationToken cancellationToken);

    /// <summary>The repository itself, as this installation sees it.</summary>
    Task<RepositoryCondition> RepositoryAsync(string fullName, long installation, CancellationToken cancellationToken);

    /// <summary>GitHub's word for the state of a workflow, by file name; null when Actions knows no such workflow.</summary>
    Task<string?> WorkflowStateAsync(RepositoryKey repository, string file, CancellationToken cancellationToken);

    /// <summary>Text of a file on a branch; null when it is not there.</summary>
    Task<string?> FileAsync(RepositoryKey repository, string path, string branch, CancellationToken cancellationToken);

    /// <summary>Names of the environments that deployments may go to; null where they may not be read, or are too many to list.</summary>
    Task<IReadOnlyList<string>?> EnvironmentsAsync(RepositoryKey repository, CancellationToken cancellationToken);

    /// <summary>Active rules of all rulesets for a branch, which need not exist. Who may bypass them is not told; null where the plan offers no rulesets or they may not be read.</summary>
    Task<IReadOnlyList<BranchRule>?> RulesAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken);

    /// <summary>What can be seen of a branch's classic protection without administering the repository; null when there is no such branch.</summary>
    Task<BranchProtection?> ProtectionAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken);

    /// <summary>Whether Actions may run in the repository; null when that may not be asked (it takes <c>administration: read</c>).</summary>
    Task<bool?> ActionsEnabledAsync(RepositoryKey repository, CancellationToken cancellationToken);
}

/// <summary>Our App as it is registered.</summary>
/// <param name="Slug">Its slug.</param>
/// <param name="Url">Its public page; may be null.</param>
/// <param name="Permissions">Levels by permission.</param>
/// <param name="Events">Events it subscribes to.</param>
/// <param name="ServerTime">GitHub's clock as it answered, to the second; null when it did not say.</param>
public sealed record AppRegistration(string Slug, string? Url, IReadOnlyDictionary<string, string> Permissions, IReadOnlyList<string> Events, DateTimeOffset? ServerTime);

/// <summary>Settings of the App's webhook. GitHub never shows the secret.</summary>
/// <param name="Url">Where deliveries go; null or empty = nowhere.</param>
/// <param name="ContentType"><c>json</c> or <c>form</c>.</param>
/// <param name="HasSecret">Whether a secret is set.</param>
/// <param name="ChecksCertificate">Whether GitHub checks the host's certificate.</param>
public sealed record HookConfig(string? Url, string? ContentType, bool HasSecret, bool ChecksCertificate);

/// <summary>One attempt to deliver an event.</summary>
/// <param name="At">When.</param>
/// <param name="Event">Name of the event.</param>
/// <param name="StatusCode">Status of our answer; 0 = none came.</param>
/// <param name="Status">GitHub's words for it, <c>OK</c> when it was taken.</param>
public sealed record HookDelivery(DateTimeOffset At, string Event, int StatusCode, string Status);

/// <summary>An installation of the App.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Login of who installed it.</param>
/// <param name="Url">Its settings page; may be null.</param>
/// <param name="IsSuspended">Whether it is suspended: then nothing may be read or written.</param>
/// <param name="Permissions">Levels granted, by permission; behind the App's own until somebody accepts a change.</param>
public sealed record InstallationCondition(long Id, string Account, string? Url, bool IsSuspended, IReadOnlyDictionary<string, string> Permissions);

/// <summary>A repository.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FullName"><c>owner/name</c> now.</param>
/// <param name="DefaultBranch">Its default branch.</param>
/// <param name="IsArchived">Nothing can be written.</param>
/// <param name="IsDisabled">GitHub has disabled it.</param>
/// <param name="HasIssues">Whether it has issues at all.</param>
public sealed record RepositoryCondition(long Id, string FullName, string DefaultBranch, bool IsArchived, bool IsDisabled, bool HasIssues);

/// <summary>An active rule of a branch.</summary>
/// <param name="Type">GitHub's word for it.</param>
/// <param name="Contexts">The checks it requires, where it requires some.</param>
public sealed record BranchRule(string Type, IReadOnlyList<string> Contexts);

/// <summary>Classic protection of a branch, as far as it can be seen.</summary>
/// <param name="IsOn">Whether the branch has one.</param>
/// <param name="Contexts">The checks it requires.</param>
public sealed record BranchProtection(bool IsOn, IReadOnlyList<string> Contexts);
