using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Diagnosing;

/// <summary>What on the branch would refuse the agent's push. Who may bypass a rule cannot be seen, so a rule is a warning.</summary>
internal static class BranchChecks
{
    private const string PathRule = "file_path_restriction";
    private const string Bypass = "Add the push App to the bypass list of that ruleset if it is not on it (the list cannot be seen from here)";
    private const string OtherWay = ", or set Afk:Delivery=pull_request";

    public static IEnumerable<Finding> Of(RepositoryFacts repository)
    {
        var trunk = repository.Settings.Delivery is Delivery.Trunk;
        if (repository.Rules is { Failure: { } failure })
        {
            yield return RepositoryChecks.Unasked(repository.Name, "branch rules", failure);
        }

        var isWorkedByT3Code = trunk && repository.Settings.Backend is AgentBackend.T3Code;
        if (isWorkedByT3Code && repository.Rules is { Failure: null } seen && !(seen.Answer ?? []).Any(rule => rule.Type is PathRule))
        {
            yield return new(Severity.Warning, "turn-may-change-settings", repository.Name, $"{repository.PushBranch}: {RepoConfig.Path}",
                $"A turn of T3 Code pushes by itself, and no rule is seen that keeps {RepoConfig.Path} and .github/workflows from it: it can change what the next run is judged by.",
                "A push ruleset that restricts these paths, with the people who may change them on its bypass list; where the plan has none, Afk:Delivery=pull_request, and a rule that asks for a review by their code owners.");
        }

        foreach (var rules in (repository.Rules?.Answer ?? []).GroupBy(rule => rule.Type, StringComparer.Ordinal))
        {
            // This one is asked for above; a turn that meets it is refused, and says so.
            if (isWorkedByT3Code && rules.Key is PathRule)
            {
                continue;
            }

            if (Refusal(rules.Key, [.. rules.SelectMany(rule => rule.Contexts).Distinct(StringComparer.Ordinal)], trunk) is { } refusal)
            {
                yield return new(Severity.Warning, "rule-refuses-push", repository.Name, $"{repository.PushBranch}: {rules.Key}", $"A rule {refusal}.", $"{Bypass}{(trunk && rules.Key is not "required_signatures" ? OtherWay : "")}.");
            }
        }

        if (repository.Protection is { Failure: { } unseen })
        {
            yield return RepositoryChecks.Unasked(repository.Name, "branch protection", unseen);
        }

        if (repository.Protection is not { Failure: null } protection)
        {
            yield break;
        }

        if (repository.BaseRules is { Failure: null, Answer: { } rulesOfBase } && protection.Answer is { Contexts: [] } && !rulesOfBase.Any(rule => rule is { Contexts.Count: > 0 } or { Type: "merge_queue" or "workflows" }))
        {
            yield return new(Severity.Warning, "merge-unguarded", repository.Name, "Afk:Merge", "The App merges, and the default branch requires no check: what reports later than two minutes after the pull request was opened is not waited for.", "Require the checks that must be green by a ruleset or protection of the branch, or name them in `checks.required` of .github/afk.yml.");
        }

        var branch = repository.Repository?.Answer?.DefaultBranch ?? repository.PushBranch;
        switch (protection.Answer)
        {
            case null:
                yield return new(Severity.Error, "branch-missing", repository.Name, branch, $"There is no branch {branch}: the repository is empty.", "Push a first commit.");
                break;
            case { IsOn: true, Contexts: [_, ..] contexts } when trunk:
                yield return new(Severity.Warning, "protection-refuses-push", repository.Name, $"{branch}: protection", $"The branch's protection refuses a push before {string.Join(", ", contexts)} succeeded on the commit, and CI runs only after it.", $"Let the push App bypass it, which classic protection offers in organizations only, use a ruleset with a bypass list{OtherWay}.");
                break;
            case { IsOn: true } when trunk:
                yield return new(Severity.Note, "protection-unseen", repository.Name, $"{branch}: protection", "The branch has classic protection. Whether it asks for pull requests or signatures, or restricts who pushes, cannot be seen from here.", "Let the push App push to it.");
                break;
        }
    }

    /// <summary>What a kind of rule does to the agent's push; null when nothing. https://docs.github.com/rest/repos/rules</summary>
    private static string? Refusal(string type, IReadOnlyList<string> contexts, bool trunk) => type switch
    {
        "pull_request" => "refuses every push that is not a merged pull request",
        "merge_queue" => "lets commits in through the merge queue only",
        "update" => "lets only those push who may bypass it",
        "creation" when !trunk => "lets only those create the run's branch who may bypass it",
        "branch_name_pattern" when !trunk => "asks for branch names of a form that the run's branch may not have",
        "required_status_checks" => $"refuses a push before {(contexts.Count > 0 ? string.Join(", ", contexts) : "its checks")} succeeded on the commit, and CI runs only after it",
        "workflows" => "refuses a push before its workflows succeeded",
        "required_deployments" => "refuses a push before a deployment succeeded",
        "code_scanning" or "code_quality" => "refuses a push before its analysis has a result",
        "required_signatures" => "refuses commits without a signature, and the template's agent does not sign",
        "commit_message_pattern" => "asks for commit messages of a form that the agent's may not have",
        "commit_author_email_pattern" or "committer_email_pattern" => "asks for e-mail addresses of a form that the push App's bot may not have",
        PathRule or "file_extension_restriction" or "max_file_path_length" or "max_file_size" => "refuses some files, which the agent may touch",
        _ => null,
    };
}
