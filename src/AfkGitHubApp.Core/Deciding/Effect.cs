using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>One outside act of a run; a closed list. Each has exactly one performer.</summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Short name for log, journal key and history.</summary>
    public abstract string Name { get; }

    /// <summary>Desired state: the issue carries the label.</summary>
    public sealed record AddLabel(string Label) : Effect
    {
        /// <inheritdoc/>
        public override string Name => "add-label";
    }

    /// <summary>Desired state: the issue does not carry the label.</summary>
    public sealed record RemoveLabel(string Label) : Effect
    {
        /// <inheritdoc/>
        public override string Name => "remove-label";
    }

    /// <summary>Desired state: the issue is closed as completed.</summary>
    public sealed record CloseIssue : Effect
    {
        /// <inheritdoc/>
        public override string Name => "close-issue";
    }

    /// <summary>Desired state: the issue is open, where a commit of the run itself has closed it before its time.</summary>
    public sealed record ReopenIssue : Effect
    {
        /// <inheritdoc/>
        public override string Name => "reopen-issue";
    }

    /// <summary>Desired state: the run's one checklist comment exists and says what is true; its creation is journalled.</summary>
    public sealed record WriteChecklist(string Why, Phase Phase) : Effect
    {
        /// <inheritdoc/>
        public override string Name => "checklist";
    }

    /// <summary>Journalled: the current turn is dispatched, once.</summary>
    public sealed record DispatchTurn(CiReading? Ci) : Effect
    {
        /// <summary>What the logs of failing jobs say, by the check's key.</summary>
        public ImmutableArray<FailedStep> Failures { get; init; } = [];

        /// <inheritdoc/>
        public override string Name => "dispatch";
    }

    /// <summary>Journalled: workflow runs of the judged commit are started again, each once.</summary>
    public sealed record RerunJobs(ImmutableArray<RerunOrder> Runs) : Effect
    {
        /// <inheritdoc/>
        public override string Name => "rerun";
    }

    /// <summary>Desired state: the current turn's thread is on its way to its end.</summary>
    public sealed record CancelTurn : Effect
    {
        /// <inheritdoc/>
        public override string Name => "cancel-turn";
    }

    /// <summary>Desired state: a pull request from the run's branch to the base branch exists.</summary>
    public sealed record OpenPullRequest : Effect
    {
        /// <inheritdoc/>
        public override string Name => "pull-request";
    }

    /// <summary>Desired state: GitHub was asked to merge the run's pull request, at this commit and no other.</summary>
    public sealed record MergePullRequest(string Sha) : Effect
    {
        /// <inheritdoc/>
        public override string Name => "merge";
    }

    /// <summary>Journalled: the doorbell rings before the run's end, since a person has to merge its pull request; once per run.</summary>
    public sealed record AskForMerge(string Why, ImmutableArray<CheckLine> Checks) : Effect
    {
        /// <inheritdoc/>
        public override string Name => "ask-for-merge";
    }

    /// <summary>Journalled: the doorbell of record, one issue comment that mentions the authoriser.</summary>
    public sealed record RingDoorbell(Concluding Concluding) : Effect
    {
        /// <inheritdoc/>
        public override string Name => "doorbell";
    }
}

/// <summary>The order in which a run is started and ended, so that a crash between any two effects leaves the issue in a safe state.</summary>
public static class EffectOrder
{
    /// <summary>
    /// Starting or continuing a turn: the label and the marker stand before the backend hears of it, and the marker learns the thread at once,
    /// so that a store lost in between has the shortest possible time in which the turn must be searched for.
    /// </summary>
    /// <param name="ci">What the turn corrects; null = nothing.</param>
    /// <param name="failures">What of it is explained to the agent.</param>
    /// <param name="why">Why the turn is started.</param>
    /// <param name="then">What the run waits for once it is: what the next look would write, so that it need not.</param>
    /// <param name="phase">The line that the run stands at.</param>
    /// <param name="labels">Names of the labels.</param>
    /// <param name="first">Whether it is the run's first turn: the issue is no person's any more, which only a command can bring about.</param>
    public static IEnumerable<Effect> Start(CiReading? ci, ImmutableArray<FailedStep> failures, string why, string then, Phase phase, RepoLabels labels, bool first)
    {
        ArgumentNullException.ThrowIfNull(labels);
        yield return new Effect.AddLabel(labels.InProgress);
        yield return new Effect.ReopenIssue();
        if (first)
        {
            yield return new Effect.RemoveLabel(labels.ReadyForHuman);
        }

        yield return new Effect.WriteChecklist(why, phase);
        yield return new Effect.DispatchTurn(ci) { Failures = failures };
        yield return new Effect.WriteChecklist(then, phase);
    }

    /// <summary>
    /// Ending a run: the intent is on GitHub first; then what makes the issue safe (closed, or a person's); then the doorbell; the label that
    /// asks for a run and the lock go last, the lock at the very end.
    /// </summary>
    public static IEnumerable<Effect> Conclude(Concluding concluding, bool turnMayBeAlive, RepoLabels labels)
    {
        ArgumentNullException.ThrowIfNull(concluding);
        ArgumentNullException.ThrowIfNull(labels);
        yield return new Effect.WriteChecklist(concluding.Why, concluding.Reached);
        switch (concluding.Ending)
        {
            case Ending.Done:
                yield return new Effect.CloseIssue();
                break;
            case Ending.NeedsHuman or Ending.Frozen:
                yield return new Effect.ReopenIssue();
                yield return new Effect.AddLabel(labels.ReadyForHuman);
                break;
        }

        // After the issue is safe: a backend that cannot be reached must not keep it from its person.
        if (turnMayBeAlive)
        {
            yield return new Effect.CancelTurn();
        }

        if (concluding.Ending is not Ending.Released)
        {
            yield return new Effect.RingDoorbell(concluding);
        }

        yield return new Effect.RemoveLabel(labels.Ready);
        yield return new Effect.RemoveLabel(labels.InProgress);
    }
}
