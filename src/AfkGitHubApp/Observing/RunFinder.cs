using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>
/// Finds the run that a forgetful store does not know, from what stands on GitHub: issues of all states with the in-progress label, and the
/// signed marker in our own bot's comments. Anybody else's marker is ignored.
/// </summary>
public sealed partial class RunFinder(ITracker tracker, MarkerKeys keys, RepoConfigReader configs, TimeProvider time, ILogger<RunFinder> logger)
{
    /// <summary>How many issues that wait for a person are asked whether their run left the branch red.</summary>
    private const int MostFrozen = 10;

    /// <summary>The run in flight in this repository, and what else was met on the way.</summary>
    public async Task<FoundRun> FindAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        InFlightRun? found = null;
        var remarks = new List<string>();
        var lately = await configs.LatelyAsync(repository, cancellationToken);
        var labels = lately.Select(settings => settings.Labels.InProgress).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var now = labels[0];
        foreach (var (label, listed) in await ListAsync(repository, labels, cancellationToken))
        {
            var run = await ReadMarkerAsync(repository, listed, remarks, cancellationToken);
            if (run is not null)
            {
                Log.Adopted(logger, run.Id, listed.Number);
            }

            if (run is null || (run.Concluding is { } end && await WasLabelledAfterAsync(repository, listed, label, end.At, cancellationToken)))
            {
                // A label of former settings without a record may be anybody's by now.
                if (!string.Equals(label, now, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                run = await OrphanAsync(repository, listed, label, cancellationToken);
                remarks.Add($"#{listed.Number} carries {label} without a record of a run; it is handed to a person");
            }

            // One run at a time: a live one goes first; what is left is found by the search after its end.
            if (found is null || (found.Concluding is not null && run.Concluding is null))
            {
                found = run;
            }
            else
            {
                remarks.Add($"#{listed.Number} is in progress, too; it is looked at after #{found.IssueNumber}");
            }
        }

        return new(found, lately[0].Labels, BackendsOf(lately), [.. lately.Select(settings => settings.Workflow).Distinct(StringComparer.Ordinal)], [.. remarks]);
    }

    /// <summary>
    /// The branch that a run has left red, by the signed end in the marker of an issue that waits for a person; null where none has. Whether it
    /// still is red, or somebody has released it since, is not asked here.
    /// </summary>
    public async Task<FrozenTrunk?> FrozenAsync(RepositoryKey repository, RepoLabels labels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(labels);
        (DateTimeOffset At, FrozenTrunk Trunk)? newest = null;
        foreach (var listed in (await tracker.ListIssuesAsync(repository, labels.ReadyForHuman, openOnly: true, cancellationToken)).Where(issue => issue is { IsPullRequest: false, Comments: not 0 }).OrderByDescending(issue => issue.Number).Take(MostFrozen))
        {
            if (await ReadMarkerAsync(repository, listed, [], cancellationToken) is { Delivery: Delivery.Trunk, Concluding: { Ending: Ending.Frozen, Sha: { } red } end } run && (newest is null || end.At > newest.Value.At))
            {
                newest = (end.At, new FrozenTrunk(red, run.IssueNumber, run.BaseBranch));
            }
        }

        return newest?.Trunk;
    }

    /// <summary>The operator's own settings come last: they are the repository's where its file is silent, and nothing to it where it is not.</summary>
    private static ImmutableArray<AgentBackend> BackendsOf(IReadOnlyList<RepositorySettings> lately) =>
        [.. (lately.Count > 1 ? lately.SkipLast(1) : lately).Select(settings => settings.Backend).Distinct()];

    private async Task<IReadOnlyList<(string Label, ListedIssue Issue)>> ListAsync(RepositoryKey repository, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        var found = new List<(string Label, ListedIssue Issue)>();
        foreach (var label in labels)
        {
            found.AddRange((await tracker.ListIssuesAsync(repository, label, openOnly: false, cancellationToken)).Where(issue => !issue.IsPullRequest).Select(issue => (label, issue)));
        }

        return [.. found.DistinctBy(each => each.Issue.Number).OrderBy(each => each.Issue.Number)];
    }

    private async Task<InFlightRun?> ReadMarkerAsync(RepositoryKey repository, ListedIssue listed, List<string> remarks, CancellationToken cancellationToken)
    {
        InFlightRun? newest = null;
        foreach (var comment in await tracker.OwnCommentsAsync(repository, listed.Number, cancellationToken))
        {
            var reading = RunMarker.TryRead(comment.Body, repository.Id, listed.Id, keys, out var run);
            switch (reading)
            {
                case MarkerReading.Read when newest is null || run!.StartedAt > newest.StartedAt || (run.Id == newest.Id && run.Sequence > newest.Sequence):
                    newest = run! with { ChecklistCommentId = comment.Id, Watch = WatchNotes.None with { AdoptedAt = time.GetUtcNow() } };
                    break;
                case MarkerReading.Foreign or MarkerReading.Malformed or MarkerReading.NewerVersion:
                    Log.MarkerIgnored(logger, listed.Number, comment.Id);
                    remarks.Add($"the record in comment {comment.Id} of #{listed.Number} was left alone: {Why(reading)}");
                    break;
            }
        }

        return newest;
    }

    private static string Why(MarkerReading reading) => reading switch
    {
        MarkerReading.Foreign => "it is signed with none of the keys in Afk:Keys, or for another issue",
        MarkerReading.NewerVersion => "a newer build wrote it",
        _ => "it is cut or damaged",
    };

    /// <summary>Whether the label is younger than the ending in the marker: then the marker is an earlier run's, and this label has none.</summary>
    private async Task<bool> WasLabelledAfterAsync(RepositoryKey repository, ListedIssue listed, string label, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var issue = await tracker.ReadIssueAsync(repository, listed.Number, branch: null, commit: null, cancellationToken);
        return issue.Events.Any(each => each.Kind is IssueEventKind.Labeled && each.At > end && string.Equals(each.Label, label, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A label without a record: handed to a person with a note, through the same ending as any run.</summary>
    private async Task<InFlightRun> OrphanAsync(RepositoryKey repository, ListedIssue listed, string label, CancellationToken cancellationToken)
    {
        var issue = await tracker.ReadIssueAsync(repository, listed.Number, branch: null, commit: null, cancellationToken);
        var stamped = issue.Events.LastOrDefault(each => each.Kind is IssueEventKind.Labeled && string.Equals(each.Label, label, StringComparison.OrdinalIgnoreCase));
        var now = time.GetUtcNow();
        Log.Orphan(logger, listed.Number);
        return new InFlightRun
        {
            Id = RunId.FromEvent(stamped?.NodeId ?? $"orphan-{issue.IssueId}"),
            IssueId = issue.IssueId,
            IssueNumber = issue.Number,
            AuthorisedBy = new Person(stamped?.Actor?.Id ?? 0, stamped?.Actor?.Login ?? "ghost"),
            StartedAt = now,
            BaseBranch = issue.DefaultBranch,
            BaseSha = issue.HeadSha ?? "",
            Turns = [new Turn(TurnKind.First, now)],
            StampedAt = stamped?.At ?? now,
            Concluding = new Concluding(
                issue.IsOpen ? Ending.NeedsHuman : Ending.Released, Sha: null, $"the label {label} stood here without a record of a run; a job may still be running and may still push", now),
            Watch = WatchNotes.None with { AdoptedAt = now },
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Adopted run {Run} of issue {Issue} from its marker")]
        public static partial void Adopted(ILogger logger, RunId run, int issue);

        [LoggerMessage(2, LogLevel.Warning, "Issue {Issue} is in progress without a record of a run")]
        public static partial void Orphan(ILogger logger, int issue);

        [LoggerMessage(3, LogLevel.Warning, "A marker on issue {Issue}, comment {Comment}, is not one this build may act on")]
        public static partial void MarkerIgnored(ILogger logger, int issue, long comment);
    }
}

/// <summary>What a search on GitHub found.</summary>
/// <param name="Run">The run in flight; null when there is none.</param>
/// <param name="Labels">Names of the labels now.</param>
/// <param name="Backends">Backends that a turn of ours may be at work at, by the versions of late of the repository's file; its own of now first.</param>
/// <param name="Workflows">Files of the workflows that a turn of ours may be at work in, by the settings of late.</param>
/// <param name="Remarks">What could not be taken as it stood, and why.</param>
public sealed record FoundRun(InFlightRun? Run, RepoLabels Labels, ImmutableArray<AgentBackend> Backends, ImmutableArray<string> Workflows, ImmutableArray<string> Remarks);
