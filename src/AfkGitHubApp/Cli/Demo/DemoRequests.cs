using AfkGitHubApp.Simulator.World;
using Spectre.Console;

namespace AfkGitHubApp.Cli.Demo;

/// <summary>What the demo's runs asked of GitHub, by kind.</summary>
internal static class DemoRequests
{
    private static readonly (string Kind, Func<RequestMade, bool> Is)[] Kinds =
    [
        ("set-up and tokens", request => request.Path.StartsWith("/app", StringComparison.Ordinal) || request.Path.StartsWith("/users/", StringComparison.Ordinal) || request.Path.EndsWith("/installation", StringComparison.Ordinal) || (request.Path.EndsWith("/labels", StringComparison.Ordinal) && !request.Path.Contains("/issues/", StringComparison.Ordinal))),
        ("writes", request => request.Method is not "GET" && request.Path is not "/graphql"),
        ("issue, branch head, settings", request => request.Path is "/graphql"),
        ("lists of issues and comments", request => request.Path.EndsWith("/issues", StringComparison.Ordinal) || request.Path.EndsWith("/comments", StringComparison.Ordinal) || request.Path.EndsWith("/blocked_by", StringComparison.Ordinal)),
        ("who may write", request => request.Path.EndsWith("/permission", StringComparison.Ordinal)),
        ("rules of the branch", request => request.Path.Contains("/rules/", StringComparison.Ordinal) || request.Path.Contains("/branches/", StringComparison.Ordinal)),
        ("the turn", request => request.Path.Contains("/actions/runs/", StringComparison.Ordinal) || request.Path.Contains("/actions/workflows/", StringComparison.Ordinal) || request.Path.EndsWith("/annotations", StringComparison.Ordinal)),
        ("CI of a commit", request => request.Path.Contains("/commits/", StringComparison.Ordinal) || request.Path.EndsWith("/actions/runs", StringComparison.Ordinal) || request.Path.Contains("/actions/jobs/", StringComparison.Ordinal)),
        ("commits and pull requests", _ => true),
    ];

    /// <summary>A row for each kind that occurred.</summary>
    public static Table Summary(IReadOnlyList<RequestMade> requests)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("requests to GitHub, by kind", "number");
        var byKind = requests.GroupBy(request => Kinds.First(kind => kind.Is(request)).Kind, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        foreach (var (kind, _) in Kinds.Where(kind => byKind.ContainsKey(kind.Kind)))
        {
            table.AddRow(kind, $"{byKind[kind]}");
        }

        return table.AddRow("all", $"{requests.Count}");
    }
}
