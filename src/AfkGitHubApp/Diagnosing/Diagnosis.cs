using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Diagnosing;

/// <summary>All that was found, and what no reading from outside can tell.</summary>
/// <param name="Findings">By subject: the deployment first, then each repository; within one the gravest first.</param>
/// <param name="Unseen">What is left to look at by hand.</param>
public sealed record Diagnosis(ImmutableArray<Finding> Findings, ImmutableArray<string> Unseen)
{
    /// <summary>The gravest finding.</summary>
    public Severity Worst => Findings.IsEmpty ? Severity.Ok : Findings.Max(finding => finding.Severity);

    /// <summary>How many of one severity.</summary>
    public int Count(Severity severity) => Findings.Count(finding => finding.Severity == severity);

    /// <summary>Settings that cannot be read: nothing else was looked at.</summary>
    public static Diagnosis OfUnreadable(IEnumerable<string> problems) => new([.. problems.Select(DeploymentChecks.Unreadable)], []);

    /// <summary>From the facts to the findings.</summary>
    public static Diagnosis Of(Facts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new(
            [
                .. Section(DeploymentChecks.Settings, DeploymentChecks.OfSettings(facts), "Every setting can be read."),
                .. Section(DeploymentChecks.Store, DeploymentChecks.OfStore(facts), $"Ready: {facts.Store.Why}."),
                .. Section(DeploymentChecks.Clock, DeploymentChecks.OfClock(facts), facts.ClockDifference is null ? null : "It agrees with GitHub's."),
                .. Section(AgentServerChecks.Subject, AgentServerChecks.Of(facts), AgentServerChecks.Fine(facts)),
                .. Section(DoorbellChecks.Subject, DoorbellChecks.Of(facts), fine: null),
                .. Section(AppChecks.Subject, AppChecks.Of(facts), $"{AppChecks.Name(facts)}: its credentials are accepted, permissions and events are those of app-manifest.yml."),
                .. Section(HookChecks.Subject, HookChecks.Of(facts), facts.Hook?.Answer is { } hook ? $"Deliveries go to {hook.Url}, signed." : null),
                .. facts.Repositories.SelectMany(repository => Section(repository.Name, RepositoryChecks.Of(facts, repository), Fit(repository))),
            ],
            [.. Blind(facts)]);
    }

    private static IEnumerable<Finding> Section(string subject, IEnumerable<Finding> findings, string? fine)
    {
        var found = findings.OrderByDescending(finding => finding.Severity).ToList();
        return fine is null || found.Exists(finding => finding.Severity >= Severity.Warning) ? found : found.Prepend(new(Severity.Ok, "ok", subject, "", fine));
    }

    private static string? Fit(RepositoryFacts repository) => repository is { Repository.Answer: { } condition } && (repository.WorkflowText?.Answer is not null || repository.Settings.Backend is AgentBackend.T3Code)
        ? $"The App is installed; {(repository.Settings.Backend is AgentBackend.T3Code ? "" : $"the workflow is version {WorkflowChecks.Version(repository.WorkflowText!.Answer!)} of the template and active; ")}nothing seen refuses a push to {(repository.PushBranch == condition.DefaultBranch ? repository.PushBranch : "a branch of the run's own")}."
        : null;

    private static IEnumerable<string> Blind(Facts facts)
    {
        if (facts.Hook?.Answer is { HasSecret: true })
        {
            yield return "Whether the webhook's secret equals Afk:GitHub:WebhookSecret: GitHub never shows it. A delivery that was answered 2xx since both were set proves it.";
        }

        var reached = facts.Repositories.Where(repository => repository.Repository is { Failure: null }).ToList();
        if (reached.Count == 0)
        {
            yield break;
        }

        yield return facts.Options.Backend is AgentBackend.T3Code
            ? "Whether the clone of each repository is below Afk:T3Code:Workspaces on the T3 Code server, and may push with a credential whose pushes start CI: that is the server's."
            : "Whether the push App is installed on the repository with contents: write, and the variables AFK_APP_SLUG and AFK_PUSH_CLIENT_ID and the secrets AFK_PUSH_PRIVATE_KEY and ANTHROPIC_API_KEY are set: the App may not read them.";
        yield return $"Who may bypass a branch rule{(facts.Options.Delivery is Delivery.Trunk ? ", and what classic branch protection asks for beside checks" : "")}.";
        if (reached.Where(repository => repository.Actions is { Failure: null, Answer: null }).Select(repository => repository.Name).ToList() is [_, ..] hidden)
        {
            yield return $"Whether Actions is enabled in {string.Join(", ", hidden)}, and which actions may be used there: that takes the permission administration: read, which the App does not ask for.";
        }
    }
}
