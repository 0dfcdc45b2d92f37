using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>
/// What a run has on its branch, and whose it is. Anybody can write the run's trailer into a commit, so one that a stranger's pull request
/// brought here is not the run's: turns push to the branch itself. Whoever may write needs no such trick.
/// </summary>
public sealed partial class RunCommits(ICiReader ci, ITracker tracker, IAgent agent, ILogger<RunCommits> logger)
{
    /// <summary>The run with its newest commit, and which commits of its branch are known to be its own. A permission that was withdrawn hands the run to a person.</summary>
    public async Task<(InFlightRun Run, IReadOnlyCollection<string> Commits)> ReadAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, ThreadStatus? thread, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(issue);
        ArgumentNullException.ThrowIfNull(settings);
        try
        {
            return await CommitsAsync(repository, run, issue, settings, thread, now, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            return (run with { Watch = run.Watch with { Refused = $"GitHub refuses to show the commits ({failure.StatusCode})" } }, run.Commit is { } judged ? [judged.Sha] : []);
        }
    }

    /// <summary>
    /// All commits of the run on its branch, newest first, for a person who wants them off it; empty where they could not be read, are more than
    /// a comment should list, or may not be all: a commit that a turn only named is known for the newest alone.
    /// </summary>
    public async Task<ImmutableArray<string>> AllAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run is not { Commit: { } judged, Watch.HeadSha: { } head })
        {
            return [];
        }

        try
        {
            var commits = await ci.CommitsSinceAsync(repository, run.BaseSha, head, cancellationToken) ?? [];
            var turns = await OfTurnsAsync(repository, run, commits, cancellationToken);
            var own = commits.Select(commit => commit.Sha).Where(sha => turns.Contains(sha) || sha == judged.Sha).ToList();
            return own.Count <= Concluding.MaxCommits && (run.Turns.Length == 1 || own.TrueForAll(turns.Contains)) ? [.. own.AsEnumerable().Reverse()] : [];
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.CommitsUnread(logger, failure.Message);
            return [];
        }
    }

    private static bool CarriesTrailer(InFlightRun run, string message) => Trailers.Has(message, "AFK-Run", run.Id.Value);

    /// <summary>
    /// Whether somebody else has pushed this commit onto the run's own branch. Where a hook sees to the trailer, a commit without one is nobody's
    /// turn; where none does, it may be the turn's as long as that has not ended.
    /// </summary>
    private static bool IsPersons(InFlightRun run, RepositorySettings settings, bool isOfTurn) =>
        run.Delivery is Delivery.PullRequest && !isOfTurn && (settings.BackendOf(run.CurrentTurn) is not AgentBackend.T3Code || run.CurrentTurn.Ended is not null);

    /// <summary>The run's newest commit on its branch, by the graph and its trailer. Where no hook sees to the trailer, a turn that ended may name one that is on the branch.</summary>
    private async Task<(InFlightRun Run, IReadOnlyCollection<string> Commits)> CommitsAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, ThreadStatus? thread, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mayName = settings.BackendOf(run.CurrentTurn) is AgentBackend.T3Code && run is { Delivery: Delivery.Trunk, CurrentTurn: { Ended: null, Thread: not null } } && run.Commit?.Turn != run.Turns.Length && RunTurn.IsOver(thread);
        IReadOnlyCollection<string> known = run.Commit is { } judged ? [judged.Sha] : [];
        var unmoved = !mayName && issue.IsOpen && string.Equals(issue.HeadSha, run.Watch.HeadSha, StringComparison.Ordinal);
        if (issue.HeadSha is not { } head || unmoved || (run.Commit is null && string.Equals(head, run.BaseSha, StringComparison.Ordinal)))
        {
            return (run, known);
        }

        // A head that is the run's own is its newest commit. Which others are, matters where the issue was closed: one of them may have done it.
        var isHeadOwn = issue is { IsOpen: true, HeadMessage: { } message, HeadBroughtBy.IsEmpty: true } && (run.Delivery is Delivery.PullRequest || CarriesTrailer(run, message));
        IReadOnlyList<CandidateCommit>? commits = isHeadOwn
            ? [new CandidateCommit(head, issue.HeadMessage!)]
            : await ci.CommitsSinceAsync(repository, run.BaseSha, head, cancellationToken);
        if (commits is null)
        {
            return (run, known);
        }

        // What counted once counts while it stands there.
        var named = mayName ? await NamedAsync(repository, run, cancellationToken) : null;
        var turns = isHeadOwn ? Carrying(run, commits) : await OfTurnsAsync(repository, run, commits, cancellationToken);
        var own = commits.Select(commit => commit.Sha).Where(sha => run.Delivery is Delivery.PullRequest || turns.Contains(sha) || sha == run.Commit?.Sha || sha == named).ToList();
        var watch = run.Watch with { HeadSha = head };
        if (own.Count == 0)
        {
            // A judged commit that is no longer on the branch was taken off it: nothing is pushed any more.
            return (run with { Commit = null, Watch = watch }, own);
        }

        if (string.Equals(own[^1], run.Commit?.Sha, StringComparison.Ordinal))
        {
            return (run with { Watch = watch }, own);
        }

        Log.CommitFound(logger, own[^1]);
        return (run with
        {
            Commit = IsPersons(run, settings, turns.Contains(own[^1]))
                ? new PushedCommit(own[^1], now, run.Commit?.Turn ?? 0) { IsPersons = true, Beneath = run.Commit is { IsPersons: true } below ? below.Beneath : run.Commit?.Sha }
                : new PushedCommit(own[^1], now, run.Turns.Length),
            Watch = watch with { CiFingerprint = null, CiFingerprintAt = null, LandedAt = null, DeploymentFingerprint = null, DeploymentFingerprintAt = null, Silence = null },
        }, own);
    }

    private static HashSet<string> Carrying(InFlightRun run, IEnumerable<CandidateCommit> commits) =>
        commits.Where(commit => CarriesTrailer(run, commit.Message)).Select(commit => commit.Sha).ToHashSet(StringComparer.Ordinal);

    /// <summary>Which of these commits a turn pushed: they carry the trailer, and nobody without the right to write had them merged.</summary>
    private async Task<HashSet<string>> OfTurnsAsync(RepositoryKey repository, InFlightRun run, IEnumerable<CandidateCommit> commits, CancellationToken cancellationToken)
    {
        var carrying = Carrying(run, commits);
        var mayWrite = new Dictionary<Actor, bool>();
        foreach (var (sha, authors) in await ci.BroughtByAsync(repository, [.. carrying.Where(sha => sha != run.Commit?.Sha)], cancellationToken))
        {
            foreach (var author in authors.Where(author => !mayWrite.ContainsKey(author)))
            {
                mayWrite[author] = author is { Id: { } id, Login: var login } && await tracker.MayWriteAsync(repository, new Person(id, login), cancellationToken);
            }

            if (!authors.Any(author => mayWrite[author]) && carrying.Remove(sha))
            {
                Log.Forged(logger, sha, authors[0].Login);
            }
        }

        return carrying;
    }

    /// <summary>The commit that the current turn says it pushed; null when it names none or could not be asked.</summary>
    private async Task<string?> NamedAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        try
        {
            return (await agent.ReportAsync(repository, run.CurrentTurn.Thread!, run.CurrentTurnId, cancellationToken))?.PushedSha;
        }
        catch (GitHubFailure failure)
        {
            Log.ReportUnread(logger, run.CurrentTurnId, failure.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Commit {Sha} of this run is on its branch")]
        public static partial void CommitFound(ILogger logger, string sha);

        [LoggerMessage(2, LogLevel.Information, "What turn {Turn} says it pushed could not be read: {Reason}")]
        public static partial void ReportUnread(ILogger logger, TurnId turn, string reason);

        [LoggerMessage(4, LogLevel.Warning, "Commit {Sha} carries this run's trailer, but a pull request of {Author}, who may not write, brought it")]
        public static partial void Forged(ILogger logger, string sha, string author);

        [LoggerMessage(3, LogLevel.Information, "The run's commits could not be listed: {Reason}")]
        public static partial void CommitsUnread(ILogger logger, string reason);
    }
}
