using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>How the current turn stands, by its backend: an end must be confirmed before it counts, and a failed ask leaves its clock standing.</summary>
public sealed partial class RunTurn(IAgent agent, ILogger<RunTurn> logger)
{
    private static readonly TimeSpan VisibleWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EndConfirmedAfter = TimeSpan.FromSeconds(30);

    /// <summary>Whether a turn with this status works no more.</summary>
    public static bool IsOver(ThreadStatus? thread) => thread is ThreadStatus.Idle or ThreadStatus.Error or ThreadStatus.Vanished;

    /// <summary>The thread's own word, before it is confirmed; null while it cannot be learned.</summary>
    public async Task<(ThreadStatus? Thread, InFlightRun Run)> ReadAsync(RepositoryKey repository, InFlightRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var turn = run.CurrentTurn;
        if (turn.Refusal is not null)
        {
            return (ThreadStatus.Error, run);
        }

        if (turn.Ended is { } ended)
        {
            return (ended, run);
        }

        if (turn is not { DispatchedAt: { } dispatched, Thread: { } thread })
        {
            return (ThreadStatus.Running, run);
        }

        try
        {
            var status = await agent.StatusAsync(repository, thread, cancellationToken);
            var visible = status is not ThreadStatus.Vanished || now - dispatched >= VisibleWithin;
            return (visible ? status : ThreadStatus.Running, run with { Watch = run.Watch with { UnknownSince = null, UnknownAsks = 0 } });
        }
        catch (GitHubFailure failure)
        {
            Log.ThreadUnknown(logger, thread, failure.Message);
            return (null, run with { Watch = run.Watch with { UnknownSince = run.Watch.UnknownSince ?? now, UnknownAsks = run.Watch.UnknownAsks + 1 } });
        }
    }

    /// <summary>
    /// An end counts at once when the turn pushed, else when seen twice: what it pushed may not be visible yet. At the first sight of an end
    /// without a push the lowest run of this TurnId is looked up: ours may be a duplicate that ended as superseded.
    /// </summary>
    public async Task<(ThreadStatus? Thread, InFlightRun Run)> ConfirmEndAsync(RepositoryKey repository, InFlightRun run, RepositorySettings settings, ThreadStatus? thread, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(settings);
        var turn = run.CurrentTurn;
        if (turn.Ended is not null || turn.Refusal is not null || turn.DispatchedAt is null || !IsOver(thread))
        {
            return (thread, turn.Ended is null && run.Watch.EndSeenAt is not null ? run with { Watch = run.Watch with { EndSeenAt = null } } : run);
        }

        var pushed = run.Commit?.Turn == run.Turns.Length;
        if (pushed || (run.Watch.EndSeenAt is { } seen && now - seen >= EndConfirmedAfter))
        {
            // Asked once. What a commit says is said by CI, so a turn that left one is asked only for what it cost, where that is bounded.
            var asked = thread is not ThreadStatus.Vanished && (!pushed || settings.MoneyUsd is not null);
            var report = asked ? await ReportAsync(repository, run, pushed, cancellationToken) : null;
            return (thread, run.WithCurrentTurn(turn with { Ended = thread, Word = pushed ? null : Word(report), CostUsd = report?.CostUsd }) with { Watch = run.Watch with { EndSeenAt = null } });
        }

        if (run.Watch.EndSeenAt is null && await agent.FindAsync(repository, settings.BackendOf(turn), run.CurrentTurnId, settings.Workflow, cancellationToken) is { } working && !string.Equals(working.Thread, turn.Thread, StringComparison.Ordinal))
        {
            Log.LowestAdopted(logger, working.Thread, turn.Thread);
            return (ThreadStatus.Running, run.WithCurrentTurn(turn with { Thread = working.Thread, ThreadUrl = working.Url }));
        }

        return (ThreadStatus.Running, run with { Watch = run.Watch with { EndSeenAt = run.Watch.EndSeenAt ?? now } });
    }

    private static TurnWord? Word(TurnReport? report) => report is { Outcome: TurnOutcome.NothingToDo or TurnOutcome.GaveUp }
        ? new(report.Outcome is TurnOutcome.NothingToDo ? DeclaredEnd.NothingToDo : DeclaredEnd.GaveUp, report.Why is { } why ? Markdown.Bound(Secrets.Remove(Markdown.Clean(why)), TurnWord.MaxWhy) : null)
        : null;

    /// <summary>
    /// What the turn says of itself. A hint for a person, so one that is refused is none. One that fails is asked for at the next look, but of a
    /// turn that pushed: there a verdict must not wait for what is only a price.
    /// </summary>
    private async Task<TurnReport?> ReportAsync(RepositoryKey repository, InFlightRun run, bool pushed, CancellationToken cancellationToken)
    {
        if (run.CurrentTurn.Thread is not { } thread)
        {
            return null;
        }

        try
        {
            return await agent.ReportAsync(repository, thread, run.CurrentTurnId, cancellationToken);
        }
        catch (GitHubFailure failure) when (pushed || failure.Kind is FailureKind.Refused or FailureKind.NotFound or FailureKind.Bug)
        {
            Log.NoWord(logger, thread, failure.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Status of thread {Thread} could not be learned: {Reason}")]
        public static partial void ThreadUnknown(ILogger logger, string thread, string reason);

        [LoggerMessage(2, LogLevel.Information, "Thread {Lowest} works this turn, not {Known}")]
        public static partial void LowestAdopted(ILogger logger, string? lowest, string? known);

        [LoggerMessage(3, LogLevel.Information, "What thread {Thread} says of itself could not be read: {Reason}")]
        public static partial void NoWord(ILogger logger, string thread, string reason);
    }
}
