using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>
/// Whether a person has taken the issue over. It needs an event by a person, later than our stamp: a label that is merely missing is
/// repaired, and an issue closed by the run's own commit was not closed by anybody.
/// </summary>
public static class TakeOver
{
    /// <summary>The sentence that says so; null when nobody did.</summary>
    public static string? Detect(InFlightRun run, IssueSnapshot issue, DispatchGates labels, IReadOnlyCollection<string> runCommits)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(issue);
        ArgumentNullException.ThrowIfNull(labels);

        var since = run.StampedAt ?? run.StartedAt;
        var byPeople = issue.Events.Where(each => each.At > since && each.Actor is (null or { IsPerson: true })).ToList();
        if (!issue.IsOpen && byPeople.FindLast(each => each.Kind is IssueEventKind.Closed) is { } closed && !(closed.CloserSha is { } sha && runCommits.Contains(sha, StringComparer.Ordinal)))
        {
            return "a person closed the issue";
        }

        if (!issue.Has(labels.InProgressLabel) && byPeople.Exists(each => each.Kind is IssueEventKind.Unlabeled && Is(each.Label, labels.InProgressLabel)))
        {
            return $"a person removed the label {labels.InProgressLabel}";
        }

        return issue.Has(labels.PausedLabel) && byPeople.Exists(each => each.Kind is IssueEventKind.Labeled && Is(each.Label, labels.PausedLabel))
            ? $"a person added the label {labels.PausedLabel}"
            : null;
    }

    private static bool Is(string? label, string wanted) => string.Equals(label, wanted, StringComparison.OrdinalIgnoreCase);
}
