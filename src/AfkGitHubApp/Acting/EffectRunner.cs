using AfkGitHubApp.Acting.Performers;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting;

/// <summary>
/// Performs a sequence of effects in its order and remembers after each that changed the bookkeeping, so that a crash between any two is
/// continued where it stopped.
/// </summary>
public sealed partial class EffectRunner(
    AddLabelPerformer addLabel,
    RemoveLabelPerformer removeLabel,
    CloseIssuePerformer closeIssue,
    ReopenIssuePerformer reopenIssue,
    ChecklistPerformer checklist,
    DispatchTurnPerformer dispatchTurn,
    RerunJobsPerformer rerunJobs,
    CancelTurnPerformer cancelTurn,
    OpenPullRequestPerformer openPullRequest,
    MergePullRequestPerformer mergePullRequest,
    DoorbellPerformer doorbell,
    ILogger<EffectRunner> logger)
{
    /// <summary>Runs the effects.</summary>
    /// <param name="lease">The right to act.</param>
    /// <param name="target">What to act on.</param>
    /// <param name="effects">In order.</param>
    /// <param name="count">The run with what it has cost until now.</param>
    /// <param name="remember">Saves the run's bookkeeping, fenced.</param>
    /// <param name="did">Collects what was written outside.</param>
    /// <param name="cancellationToken">Ends it between effects.</param>
    public async Task<SequenceOutcome> RunAsync(
        RepositoryLease lease, EffectTarget target, IEnumerable<Effect> effects, Func<InFlightRun, InFlightRun> count, Func<InFlightRun, Task> remember, ICollection<string> did, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(effects);
        ArgumentNullException.ThrowIfNull(count);
        ArgumentNullException.ThrowIfNull(remember);
        ArgumentNullException.ThrowIfNull(did);
        foreach (var effect in effects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            target = target with { Run = count(target.Run) };
            Performed performed;
            try
            {
                performed = await PerformAsync(lease, target, effect, cancellationToken);
            }
            catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused && target.Run.Concluding is not null)
            {
                // The end must be reachable even where GitHub refuses one of its signs.
                Log.Refused(logger, effect.Name, failure.Message);
                did.Add($"{effect.Name}: refused");
                continue;
            }
            catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused && target.Run.CurrentTurn is { DispatchedAt: null, Refusal: null } intended)
            {
                // A turn whose lock cannot be set is not started: the next look hands it back.
                Log.Refused(logger, effect.Name, failure.Message);
                var refused = target.Run.WithCurrentTurn(intended with { Refusal = Refusal(effect, failure) });
                await remember(refused);
                return new(refused, IsComplete: false);
            }
            catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
            {
                // Asking again would be refused again: a person is told which permission or rule stands in the way.
                Log.Refused(logger, effect.Name, failure.Message);
                performed = new(target.Run with { Watch = target.Run.Watch with { Refused = Refusal(effect, failure) } });
            }

            if (performed.Did is { } what)
            {
                Log.Did(logger, effect.Name, what);
                did.Add(what);
            }

            if (performed.Run != target.Run)
            {
                target = target with { Run = performed.Run };
                await remember(performed.Run);
            }

            if (performed.IsOpen)
            {
                return new(target.Run, IsComplete: false) { OpenAt = effect };
            }
        }

        return new(target.Run, IsComplete: true);
    }

    private static string Refusal(Effect effect, GitHubFailure failure)
    {
        var (act, permission) = effect switch
        {
            Effect.OpenPullRequest => ("open the pull request", "pull_requests: write"),
            Effect.DispatchTurn => ("start the turn", "actions: write"),
            Effect.RerunJobs => ("run the jobs again", "actions: write"),
            Effect.CancelTurn => ("cancel the turn", "actions: write"),
            Effect.AddLabel add => ($"set the label {add.Label}", "issues: write"),
            Effect.RemoveLabel remove => ($"take off the label {remove.Label}", "issues: write"),
            Effect.ReopenIssue => ("reopen the issue", "issues: write"),
            _ => ("write on the issue", "issues: write"),
        };
        return $"GitHub refuses to {act}: {failure.Answer(permission)}";
    }

    private Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect effect, CancellationToken cancellationToken) => effect switch
    {
        Effect.AddLabel add => addLabel.PerformAsync(lease, target, add, cancellationToken),
        Effect.RemoveLabel remove => removeLabel.PerformAsync(lease, target, remove, cancellationToken),
        Effect.CloseIssue close => closeIssue.PerformAsync(lease, target, close, cancellationToken),
        Effect.ReopenIssue reopen => reopenIssue.PerformAsync(lease, target, reopen, cancellationToken),
        Effect.WriteChecklist write => checklist.PerformAsync(lease, target, write, cancellationToken),
        Effect.DispatchTurn dispatch => dispatchTurn.PerformAsync(lease, target, dispatch, cancellationToken),
        Effect.RerunJobs rerun => rerunJobs.PerformAsync(lease, target, rerun, cancellationToken),
        Effect.CancelTurn cancel => cancelTurn.PerformAsync(lease, target, cancel, cancellationToken),
        Effect.OpenPullRequest open => openPullRequest.PerformAsync(lease, target, open, cancellationToken),
        Effect.MergePullRequest merge => mergePullRequest.PerformAsync(lease, target, merge, cancellationToken),
        Effect.AskForMerge ask => doorbell.PerformAsync(lease, target, ask, cancellationToken),
        Effect.RingDoorbell ring => doorbell.PerformAsync(lease, target, ring, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect.Name, "no performer for this effect"),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Effect}: {What}")]
        public static partial void Did(ILogger logger, string effect, string what);

        [LoggerMessage(2, LogLevel.Error, "{Effect} was refused and is left out: {Reason}")]
        public static partial void Refused(ILogger logger, string effect, string reason);
    }
}

/// <summary>How far a sequence came.</summary>
/// <param name="Run">The bookkeeping after it.</param>
/// <param name="IsComplete">False when it stopped and goes on at a later look.</param>
public sealed record SequenceOutcome(InFlightRun Run, bool IsComplete)
{
    /// <summary>What it stopped at and goes on with; null where it is complete, or a refusal ended it.</summary>
    public Effect? OpenAt { get; init; }
}
