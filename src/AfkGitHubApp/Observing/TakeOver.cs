using AfkGitHubApp.Core.Config;
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
    /// <param name="run">The run.</param>
    /// <param name="issue">The issue now.</param>
    /// <param name="labels">The labels' names.</param>
    /// <param name="runCommits">The run's own commits: an issue that one of them closed was not closed by a person.</param>
    /// <param name="ourBotId">Our bot; its own stamp in the timeline is the moment a takeover must be later than, by GitHub's clock.</param>
    /// <param name="isMerged">Whether the run's pull request is merged: that may close the issue by its text, and is the run's end, not a takeover.</param>
    public static string? Detect(InFlightRun run, IssueSnapshot issue, RepoLabels labels, IReadOnlyCollection<string> runCommits, long ourBotId, bool isMerged = false)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(issue);
        ArgumentNullException.ThrowIfNull(labels);

        var since = issue.Events.LastOrDefault(each => each.Kind is IssueEventKind.Labeled && Is(each.Label, labels.InProgress) && each.Actor?.Id == ourBotId)?.At
            ?? run.StampedAt ?? run.StartedAt;
        var byPeople = issue.Events.Where(each => each.At > since && each.Actor is (null or { IsPerson: true })).ToList();
        if (!issue.IsOpen && !isMerged && byPeople.FindLast(each => each.Kind is IssueEventKind.Closed) is { } closed && !(closed.CloserSha is { } sha && runCommits.Contains(sha, StringComparer.Ordinal)))
        {
            return "a person closed the issue";
        }

        if (!issue.Has(labels.InProgress) && byPeople.Exists(each => each.Kind is IssueEventKind.Unlabeled && Is(each.Label, labels.InProgress)))
        {
            return $"a person removed the label {labels.InProgress}";
        }

        // It was not there when the run was let in, so whoever set it did so since, stamp or not.
        return issue.Has(labels.Paused) && issue.Events.Any(each => each.Actor is (null or { IsPerson: true }) && each.Kind is IssueEventKind.Labeled && Is(each.Label, labels.Paused))
            ? $"a person added the label {labels.Paused}"
            : null;
    }

    /// <summary>The run's own commit that closed the issue; null while it is open, or when something else closed it last.</summary>
    public static string? OwnCloser(IssueSnapshot issue, IReadOnlyCollection<string> runCommits)
    {
        ArgumentNullException.ThrowIfNull(issue);
        return !issue.IsOpen && issue.Events.LastOrDefault(each => each.Kind is IssueEventKind.Closed)?.CloserSha is { } sha && runCommits.Contains(sha, StringComparer.Ordinal) ? sha : null;
    }

    private static bool Is(string? label, string wanted) => string.Equals(label, wanted, StringComparison.OrdinalIgnoreCase);
}
