using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Diagnosing;

/// <summary>What the App must be registered with, as app-manifest.yml has it; a test holds the two equal.</summary>
public static class AppNeeds
{
    private const string Write = "write";

    /// <summary>Levels by permission, where the work is pushed to the default branch.</summary>
    public static ImmutableSortedDictionary<string, string> Permissions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["actions"] = Write,
        ["checks"] = "read",
        ["contents"] = "read",
        ["issues"] = Write,
        ["metadata"] = "read",
        ["pull_requests"] = "read",
        ["statuses"] = "read",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Events to subscribe to.</summary>
    public static ImmutableArray<string> Events { get; } = ["check_suite", "issue_comment", "issue_dependencies", "issues", "pull_request", "pull_request_review", "push", "status", "workflow_run"];

    /// <summary>Levels by permission with this delivery, with pull requests merged by people or by the App, and with or without deployments to wait for.</summary>
    public static ImmutableSortedDictionary<string, string> PermissionsFor(Delivery delivery, MergeMode merge = MergeMode.Manual, bool deployments = false)
    {
        var needs = delivery is Delivery.PullRequest ? Permissions.SetItem("pull_requests", Write) : Permissions;
        needs = delivery is Delivery.PullRequest && merge is MergeMode.Auto ? needs.SetItem("contents", Write) : needs;
        return deployments ? needs.SetItem("deployments", "read") : needs;
    }

    /// <summary>What of the need is not granted, as <c>issues: write</c>.</summary>
    public static IReadOnlyList<string> Missing(Delivery delivery, MergeMode merge, IReadOnlyDictionary<string, string> granted, bool deployments = false) =>
        [.. PermissionsFor(delivery, merge, deployments).Where(need => !Covers(granted.GetValueOrDefault(need.Key), need.Value)).Select(Text)];

    /// <summary>What is granted beyond the need.</summary>
    public static IReadOnlyList<string> Surplus(Delivery delivery, MergeMode merge, IReadOnlyDictionary<string, string> granted)
    {
        var needs = PermissionsFor(delivery, merge);
        return [.. granted.Where(each => !Covers(needs.GetValueOrDefault(each.Key), each.Value)).OrderBy(each => each.Key, StringComparer.Ordinal).Select(Text)];
    }

    private static bool Covers(string? granted, string needed) => Rank(granted) >= Rank(needed);

    private static int Rank(string? level) => level switch { null or "" or "none" => 0, "read" => 1, Write => 2, _ => 3 };

    private static string Text(KeyValuePair<string, string> permission) => $"{permission.Key}: {permission.Value}";
}
