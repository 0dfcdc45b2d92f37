using System.Collections.Immutable;
using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Intake;

/// <summary>
/// From an event to "look at this repository", in one pass. It reads a name, never a fact: what happened is read afresh in the tick.
/// Unknown events, actions and fields are ignored.
/// </summary>
public static class EventRouter
{
    /// <summary>The events listened to; the App's manifest subscribes to the same ones, but for <c>deployment_status</c>, whose permission only some need.</summary>
    public static ImmutableSortedSet<string> Events { get; } =
    [
        "check_suite", "deployment_status", "installation", "installation_repositories", "issue_comment", "issue_dependencies", "issues", "ping", "pull_request", "pull_request_review", "push", "status", "workflow_run",
    ];

    /// <summary>
    /// A push is followed by the end of its turn, and the end of a check suite by that of its workflow run. GitHub may also show a suite as
    /// pending right after it said that it was completed.
    /// </summary>
    private static readonly TimeSpan PushRests = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan EvidenceRests = TimeSpan.FromSeconds(10);

    /// <summary>Where this event says to look; empty when it says nothing to us.</summary>
    /// <param name="name">The event's name, from its header.</param>
    /// <param name="payload">The payload's root.</param>
    /// <param name="ourBotId">User id of our bot, once known; its own comments and labels need no look.</param>
    public static IReadOnlyList<Nudge> Route(string name, JsonElement payload, long? ourBotId)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Read(name, payload, ourBotId);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which JSON allows and text does not: no name of ours has one.
            return [];
        }
    }

    private static IReadOnlyList<Nudge> Read(string name, JsonElement payload, long? ourBotId)
    {
        if (payload.ValueKind is not JsonValueKind.Object || !Events.Contains(name) || Number(payload, "installation", "id") is not { } installation)
        {
            return [];
        }

        var action = Text(payload, "action");
        if (name is "installation" or "installation_repositories")
        {
            return [.. ((string[])["repositories", "repositories_added", "repositories_removed"]).SelectMany(list => Repositories(payload, list, installation, name))];
        }

        if (Repository(payload, installation) is not { } repository)
        {
            return [];
        }

        return name switch
        {
            // What is only beginning changes no verdict: looking at it would burn requests for nothing.
            "check_suite" when action is "completed" => Evidence(repository, name, Text(payload, "check_suite", "head_sha"), workflowRun: null),
            "status" when Text(payload, "state") is not "pending" => Evidence(repository, name, Text(payload, "sha"), workflowRun: null),
            "deployment_status" when Text(payload, "deployment_status", "state") is not ("pending" or "queued" or "in_progress") => Evidence(repository, name, Text(payload, "deployment", "sha"), workflowRun: null),
            "workflow_run" when action is "completed" => Evidence(repository, name, Text(payload, "workflow_run", "head_sha"), Number(payload, "workflow_run", "id")),
            "push" when Text(payload, "ref") is { } pushed && pushed.StartsWith("refs/heads/", StringComparison.Ordinal) => [new(repository, name) { Hint = WorkHint.Possible, Rest = PushRests }],
            "issues" or "issue_comment" or "pull_request" when IsOurs(payload, ourBotId) => [],
            "issues" when action is "labeled" or "unlabeled" or "closed" or "reopened" or "edited" or "deleted" or "transferred" => [new(repository, name)],
            "issue_comment" when action is "created" => [new(repository, name)],
            "issue_dependencies" => [new(repository, name)],
            "pull_request" when action is "closed" or "reopened" or "synchronize" or "opened" or "dequeued" => [new(repository, name)],
            "pull_request_review" when action is "submitted" => [new(repository, name)],
            _ => [],
        };
    }

    // Workflow runs of our own dispatches carry our bot as their sender, so the sender only counts for what we write ourselves.
    private static bool IsOurs(JsonElement payload, long? ourBotId) => ourBotId is { } us && Number(payload, "sender", "id") == us;

    private static IReadOnlyList<Nudge> Evidence(RepositoryKey repository, string name, string? sha, long? workflowRun) =>
        sha is null && workflowRun is null ? [] : [new(repository, name) { Evidence = new EvidenceKey(sha, workflowRun), Rest = EvidenceRests }];

    private static RepositoryKey? Repository(JsonElement payload, long installation) =>
        Number(payload, "repository", "id") is { } id && Text(payload, "repository", "full_name") is { } name && RepositoryKey.IsFullName(name)
            ? new RepositoryKey(id, name, installation)
            : null;

    private static IReadOnlyList<Nudge> Repositories(JsonElement payload, string list, long installation, string reason)
    {
        if (!payload.TryGetProperty(list, out var repositories) || repositories.ValueKind is not JsonValueKind.Array)
        {
            return [];
        }

        return
        [
            .. repositories.EnumerateArray()
                .Where(each => Number(each, "id") is not null && RepositoryKey.IsFullName(Text(each, "full_name")))
                .Select(each => new Nudge(new RepositoryKey(Number(each, "id")!.Value, Text(each, "full_name")!, installation), reason)),
        ];
    }

    private static JsonElement? Find(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path) =>
        Find(element, path) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    private static long? Number(JsonElement element, params ReadOnlySpan<string> path) =>
        Find(element, path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var number) ? number : null;
}
