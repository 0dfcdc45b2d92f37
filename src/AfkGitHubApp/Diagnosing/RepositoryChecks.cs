using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Diagnosing;

/// <summary>One repository: whether the App is there and may what it needs, and whether the repository is fit for runs.</summary>
internal static class RepositoryChecks
{
    public static IEnumerable<Finding> Of(Facts facts, RepositoryFacts repository) =>
        OfPlace(facts, repository).Concat(OfCondition(repository)).Concat(ConfigChecks.Of(repository)).Concat(repository.Settings.Backend is AgentBackend.T3Code ? [] : WorkflowChecks.Of(repository)).Concat(BranchChecks.Of(repository)).Concat(OfLabels(repository));

    /// <summary>A question GitHub did not answer.</summary>
    public static Finding Unasked(string subject, string where, GitHubFailure failure) => new(
        Severity.Warning,
        "not-asked",
        subject,
        where,
        $"This could not be looked at: {failure.Message}.",
        failure.Kind switch
        {
            FailureKind.Refused => "A permission is missing, or not accepted yet; see the permissions above.",
            FailureKind.AccessGone => "The App's access is gone; see its credentials and whether the installation is suspended.",
            FailureKind.RateLimited => "GitHub asked to be left alone; ask again later.",
            _ => "Ask again later.",
        });

    private static IEnumerable<Finding> OfPlace(Facts facts, RepositoryFacts repository)
    {
        if (!facts.Allowlist.Contains(repository.Name, StringComparer.OrdinalIgnoreCase))
        {
            yield return new(Severity.Note, "not-allowed", repository.Name, "Afk:Allowlist", "It is not on the allowlist: nothing is started here.", "Add it to Afk:Allowlist when nothing else is in the way.");
        }

        if (repository.Installation.Failure is { } failure)
        {
            yield return failure.Kind is FailureKind.Moved
                ? new(Severity.Error, "renamed", repository.Name, "Afk:Allowlist", "It has another name now.", "Write its new name into Afk:Allowlist.")
                : Unasked(repository.Name, "installation", failure);
            yield break;
        }

        if (repository.Installation.Answer is not { } installation)
        {
            var page = facts.App.Answer?.Url is { Length: > 0 } url ? $"{url}/installations/new" : "the App's page";
            yield return new(Severity.Error, "not-installed", repository.Name, "installation", $"{AppChecks.Name(facts)} is not installed on it, or it does not exist.", $"Install it at {page}, or correct the name.");
            yield break;
        }

        if (installation.IsSuspended)
        {
            yield return new(Severity.Error, "suspended", repository.Name, "installation", $"The installation of {installation.Account} is suspended.", $"Unsuspend it at {installation.Url ?? "the installation's settings page"}.");
        }

        // What the App does not even ask for is said once, at the App.
        var asked = facts.App.Answer?.Permissions;
        var said = asked is null ? [] : AppNeeds.Missing(facts.Options.Delivery, facts.Options.Merge, asked);
        var deploys = !repository.Settings.Environments.IsEmpty;
        var unasked = asked is null ? [] : AppNeeds.Missing(repository.Settings.Delivery, repository.Settings.Merge, asked, deploys);
        foreach (var missing in AppNeeds.Missing(repository.Settings.Delivery, repository.Settings.Merge, installation.Permissions, deploys).Except(said, StringComparer.Ordinal))
        {
            if (unasked.Contains(missing, StringComparer.Ordinal))
            {
                yield return new(Severity.Error, "permission-for-settings-missing", repository.Name, missing, $"Its {RepoConfig.Path} needs {missing}, which {AppChecks.Name(facts)} does not ask for.", "Grant it in the App's settings under Permissions & events, then accept the change in the installation.");
                continue;
            }

            yield return new(Severity.Error, "permission-not-accepted", repository.Name, missing, $"The installation of {installation.Account} has not granted {missing}.", $"Accept the App's new permissions at {installation.Url ?? "the installation's settings page"}.");
        }
    }

    private static IEnumerable<Finding> OfCondition(RepositoryFacts repository)
    {
        if (repository.Repository is { Failure: { } failure })
        {
            yield return Unasked(repository.Name, "repository", failure);
        }

        if (repository.Repository is { Failure: null, Answer: { } condition })
        {
            if (condition.IsArchived)
            {
                yield return new(Severity.Error, "archived", repository.Name, "repository", "It is archived: nothing can be written.", "Unarchive it, or take it off the allowlist.");
            }

            if (condition.IsDisabled)
            {
                yield return new(Severity.Error, "disabled", repository.Name, "repository", "GitHub has disabled it.", "Ask GitHub's support, or take it off the allowlist.");
            }

            if (!condition.HasIssues)
            {
                yield return new(Severity.Error, "no-issues", repository.Name, "repository", "Its issues are switched off: there is nothing to label.", "Switch on Issues in the repository's settings.");
            }
        }

        if (repository.Actions is { Failure: { } unasked })
        {
            yield return Unasked(repository.Name, "Actions", unasked);
        }

        if (repository.Actions is { Failure: null, Answer: false })
        {
            yield return new(Severity.Error, "actions-disabled", repository.Name, "Actions", "GitHub Actions is disabled: no turn can be worked.", "Allow it in the repository's settings under Actions, General.");
        }
    }

    private static IEnumerable<Finding> OfLabels(RepositoryFacts repository)
    {
        if (repository.Labels is { Failure: { } failure })
        {
            yield return Unasked(repository.Name, "labels", failure);
        }

        if (repository.Labels is not { Failure: null, Answer: { } labels })
        {
            yield break;
        }

        var names = repository.Settings.Labels;
        if (!labels.Contains(names.Ready, StringComparer.OrdinalIgnoreCase))
        {
            yield return new(Severity.Warning, "label-ready-missing", repository.Name, "labels", $"There is no label {names.Ready}: nobody can ask for a run before the App has made it, which it does when it first looks at the repository once it is armed.", $"gh label create {Shell(names.Ready)} --repo {repository.Name}");
        }

        var others = new[] { names.InProgress, names.ReadyForHuman, names.Paused }.Where(label => !labels.Contains(label, StringComparer.OrdinalIgnoreCase)).ToList();
        if (others.Count > 0)
        {
            yield return new(Severity.Note, "labels-missing", repository.Name, "labels", $"There is no label {string.Join(", ", others)}. The App makes what is missing when it first looks at the repository once it is armed.", $"For a colour and a description of yours: gh label create <name> --repo {repository.Name}");
        }
    }

    private static string Shell(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
