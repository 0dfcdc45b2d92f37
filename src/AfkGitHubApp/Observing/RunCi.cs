using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>What CI says of a run's commit, and what it says of it against the commit the run began at.</summary>
public sealed partial class RunCi(ICiReader ci, CiRulesReader ciRules, ILogger<RunCi> logger)
{
    private static readonly TimeSpan RerunShowsWithin = TimeSpan.FromMinutes(2);

    /// <summary>Whether the failed jobs of the judged commit were run again already.</summary>
    public static bool HasRerun(InFlightRun run) => run?.Rerun is { } rerun && string.Equals(rerun.Sha, run.Commit?.Sha, StringComparison.Ordinal);

    /// <summary>The verdict on the run's commit, or on what stands on top of it; null when it could not be read.</summary>
    public async Task<(CiReading? Reading, InFlightRun Run)> ReadAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(issue);
        ArgumentNullException.ThrowIfNull(settings);
        var commit = run.Commit!;
        try
        {
            var previous = run.Watch is { CiFingerprint: { } fingerprint, CiFingerprintAt: { } since } ? new CiPrevious(fingerprint, since) : null;
            (var evidence, var rules, run) = await EvidenceAsync(repository, run, issue, settings, previous, cancellationToken);
            var reading = CiVerdict.Fold(evidence, rules, previous);
            if (run.Delivery is Delivery.Trunk && reading is { Status: not CiStatus.Green, Settling: false } && run.Watch.HeadSha is { } head && !string.Equals(head, commit.Sha, StringComparison.Ordinal))
            {
                // Somebody pushed on top. What stands on the branch now counts: it may mend ours, or have cancelled our CI.
                (rules, run) = await RulesAsync(repository, run, settings, cancellationToken);
                var onTop = CiVerdict.Fold(await ci.ReadAsync(repository, head, commit.FoundAt, statuses: null, cancellationToken).LastAsync(cancellationToken), rules, previous);
                reading = CiVerdict.Supersede(reading, onTop, head);
            }

            reading = BeforeRerunShows(run, reading, evidence.ReadAt);
            if (string.Equals(previous?.Fingerprint, reading.Fingerprint, StringComparison.Ordinal))
            {
                return (reading, run);
            }

            return (reading, run with { Watch = run.Watch with { CiFingerprint = reading.Fingerprint, CiFingerprintAt = evidence.ReadAt } });
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.CiUnread(logger, commit.Sha, failure.Message);
            return (null, run);
        }
    }

    /// <summary>Why CI is silent about the commit, asked once per commit.</summary>
    public async Task<InFlightRun> ExplainSilenceAsync(RepositoryKey repository, InFlightRun run, CiReading? reading, RepositorySettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (reading is not { NeverStarted: true } || run.Watch.Silence is not null)
        {
            return reading is { NeverStarted: false } && run.Watch.Silence is not null ? run with { Watch = run.Watch with { Silence = null } } : run;
        }

        try
        {
            var commit = await ci.CommitAsync(repository, run.Commit!.Sha, cancellationToken);
            run = await WithBaseWorkflowsAsync(repository, run, settings, cancellationToken);
            return run with { Watch = run.Watch with { Silence = CiNeverStarted.Cause(reading.Status is CiStatus.NeedsPerson, commit, run.Watch.BaseWorkflows) } };
        }
        catch (GitHubFailure failure) when (failure.Kind is not FailureKind.AccessGone)
        {
            Log.SilenceUnexplained(logger, run.Commit!.Sha, failure.Message);
            return run;
        }
    }

    /// <summary>Whether every failing check was red on the base already; the base is read once per run, on its first red verdict.</summary>
    public async Task<(bool RedBefore, InFlightRun Run)> RedBeforeAsync(RepositoryKey repository, InFlightRun run, CiReading? reading, RepositorySettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (reading?.Status is not CiStatus.Red)
        {
            return (false, run);
        }

        run = run with { FirstRedAt = run.FirstRedAt ?? now };
        if (run.Watch.RedOnBase is null)
        {
            var rules = await ciRules.ReadAsync(repository, run.BaseBranch, settings, cancellationToken);
            ImmutableArray<string> red;
            try
            {
                var evidence = await ci.ReadAsync(repository, run.BaseSha, run.StartedAt, statuses: null, cancellationToken).LastAsync(cancellationToken);
                red = [.. CiVerdict.Fold(evidence, rules, previous: null).Failing.Select(check => check.Key)];
            }
            catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound or FailureKind.Refused)
            {
                // Rewritten away: nothing says that it was red.
                red = [];
            }

            run = run with { Watch = run.Watch with { RedOnBase = red } };
        }

        return (reading.Failing.All(check => run.Watch.RedOnBase!.Value.Contains(check.Key, StringComparer.Ordinal)), run);
    }

    /// <summary>As much of the evidence as decides, and the rules to fold it by; what requests the rules cost is spent once nothing is pending.</summary>
    private async Task<(CiEvidence Evidence, CiRules Rules, InFlightRun Run)> EvidenceAsync(RepositoryKey repository, InFlightRun run, IssueSnapshot issue, RepositorySettings settings, CiPrevious? previous, CancellationToken cancellationToken)
    {
        var commit = run.Commit!;
        var statuses = issue.Statuses is { } read && string.Equals(read.Sha, commit.Sha, StringComparison.Ordinal) ? read.All : (ImmutableArray<StatusFact>?)null;
        var rules = await ciRules.WithoutRequiredAsync(settings, cancellationToken);
        var evidence = new CiEvidence { Sha = commit.Sha, ReadAt = commit.FoundAt, PushedAt = commit.FoundAt };
        await foreach (var part in ci.ReadAsync(repository, commit.Sha, commit.FoundAt, statuses, cancellationToken))
        {
            evidence = part;
            if (CiVerdict.IsUnfinished(part, rules))
            {
                if (CiVerdict.IsYoung(part))
                {
                    break;
                }
            }
            else if (part.Through is not CiPart.WorkflowRuns)
            {
                (rules, run) = await RulesAsync(repository, run, settings, cancellationToken);
                if (CiVerdict.Stands(part, rules, previous))
                {
                    break;
                }
            }
        }

        return (evidence, rules, run);
    }

    private async Task<(CiRules Rules, InFlightRun Run)> RulesAsync(RepositoryKey repository, InFlightRun run, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var rules = await ciRules.ReadAsync(repository, run.BaseBranch, settings, cancellationToken);
        if (run.Delivery is not Delivery.Trunk)
        {
            return (rules, run);
        }

        run = await WithBaseWorkflowsAsync(repository, run, settings, cancellationToken);
        return (rules with { ExpectedWorkflows = run.Watch.BaseWorkflows ?? [] }, run);
    }

    private async Task<InFlightRun> WithBaseWorkflowsAsync(RepositoryKey repository, InFlightRun run, RepositorySettings settings, CancellationToken cancellationToken) => run.Watch.BaseWorkflows is not null
        ? run
        : run with
        {
            Watch = run.Watch with
            {
                BaseWorkflows =
                [
                    .. (await ci.PushWorkflowsAsync(repository, run.BaseSha, run.BaseBranch, cancellationToken))
                        .Where(workflow => !settings.Checks.Ignored.Any(ignored => string.Equals(ignored, workflow.Name, StringComparison.Ordinal) || CiVerdict.IsFile(workflow.File, ignored)))
                        .Select(workflow => workflow.File),
                ],
            },
        };

    /// <summary>The verdict from before a repetition, which GitHub may still show for a moment, is not its verdict.</summary>
    private static CiReading BeforeRerunShows(InFlightRun run, CiReading reading, DateTimeOffset now)
    {
        var old = reading.Failing.Concat(reading.Cancelled).Any(check => check.Run is { Attempt: <= 1 });
        return old && HasRerun(run) && run.Rerun!.At is { } at && now - at < RerunShowsWithin
            ? reading with { Status = CiStatus.Pending, Why = "the failed jobs are being run again", Failing = [], Cancelled = [] }
            : reading;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "CI of {Sha} could not be read: {Reason}")]
        public static partial void CiUnread(ILogger logger, string sha, string reason);

        [LoggerMessage(2, LogLevel.Information, "Why CI is silent about {Sha} could not be read: {Reason}")]
        public static partial void SilenceUnexplained(ILogger logger, string sha, string reason);
    }
}
