using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Diagnosing;

/// <summary>The App's credentials, permissions and events.</summary>
internal static class AppChecks
{
    public const string Subject = "App";

    /// <summary>Not needed by every deployment: this diagnosis sees more with the one, repositories that wait for environments need the other, and those that ask for pull requests the third.</summary>
    private static readonly string[] Welcome = ["administration: read", "deployments: read", "pull_requests: write"];

    public static IEnumerable<Finding> Of(Facts facts)
    {
        if (facts.App is not { Failure: null, Answer: { } app })
        {
            yield return Unanswered(facts.App.Failure!, facts.Options.BaseAddress);
            yield break;
        }

        foreach (var finding in OfPermissions(app, facts.Options.Delivery, facts.Options.Merge).Concat(OfEvents(app)))
        {
            yield return finding;
        }
    }

    public static string Name(Facts facts) => facts.App.Answer?.Slug ?? "the App";

    private static IEnumerable<Finding> OfPermissions(AppRegistration app, Delivery delivery, MergeMode merge)
    {
        foreach (var missing in AppNeeds.Missing(delivery, merge, app.Permissions))
        {
            yield return new(
                Severity.Error,
                "app-permission-missing",
                Subject,
                missing,
                $"{app.Slug} does not ask for the permission {missing}{(missing switch { "pull_requests: write" => ", which Afk:Delivery=pull_request needs", "contents: write" => ", which Afk:Merge=auto needs", _ => "" })}.",
                "Grant it in the App's settings under Permissions & events, then accept the change in each installation. app-manifest.yml lists all.");
        }

        foreach (var surplus in AppNeeds.Surplus(delivery, merge, app.Permissions).Except(Welcome, StringComparer.Ordinal))
        {
            yield return surplus is "checks: write"
                ? new(Severity.Warning, "app-permission-surplus", Subject, surplus, "With checks: write GitHub opens a check suite of the App's own on every push, which never completes.", "Set it to read in the App's settings.")
                : new(Severity.Note, "app-permission-surplus", Subject, surplus, $"{app.Slug} asks for {surplus}, more than the product needs.", "Take it back in the App's settings, unless you gave it for a reason.");
        }
    }

    private static IEnumerable<Finding> OfEvents(AppRegistration app)
    {
        foreach (var missing in AppNeeds.Events.Except(app.Events, StringComparer.Ordinal))
        {
            yield return new(Severity.Warning, "app-event-missing", Subject, missing, $"{app.Slug} does not subscribe to the event {missing}: what it would tell is found by the timer, later.", "Subscribe to it in the App's settings under Permissions & events.");
        }
    }

    private static Finding Unanswered(GitHubFailure failure, Uri address) => failure.Kind switch
    {
        FailureKind.AccessGone => new(Severity.Error, "app-credentials-refused", Subject, "Afk:GitHub:ClientId", $"GitHub does not accept the App's credentials: {failure.Message}.", "Compare Afk:GitHub:ClientId with the App's settings page, and generate a new private key there if in doubt. A wrong clock has the same effect."),
        FailureKind.NotFound or FailureKind.Moved => new(Severity.Error, "github-not-there", Subject, "Afk:GitHub:BaseAddress", $"{address} does not answer as GitHub's API: {failure.Message}.", "Correct Afk:GitHub:BaseAddress; for GitHub Enterprise Server it is https://<host>/api/v3/."),
        _ => new(Severity.Error, "github-unreachable", Subject, "Afk:GitHub:BaseAddress", $"GitHub could not be asked: {failure.Message}.", "Look at the network, a proxy or githubstatus.com, and ask again."),
    };
}
