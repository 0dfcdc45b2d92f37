using System.Collections.Immutable;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>What the checklist comment says. Nothing in it changes with time alone, so an unchanged world never edits the comment.</summary>
public sealed record ChecklistModel
{
    /// <summary><c>owner/name</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The issue's number.</summary>
    public required int IssueNumber { get; init; }

    /// <summary>What to call the current turn's thread; null when there is none yet.</summary>
    public string? ThreadName { get; init; }

    /// <summary>Where to watch it; null when the backend gives no address. Not shown without a name.</summary>
    public string? ThreadUrl { get; init; }

    /// <summary>The line the run stands at; <see cref="Phase.Done"/> = finished, all seven are checked.</summary>
    public required Phase Current { get; init; }

    /// <summary>Phases with evidence of their own; the others are marked as not observed once they are checked.</summary>
    public ImmutableHashSet<Phase> Observed { get; init; } = [];

    /// <summary>Corrective turns spent.</summary>
    public int Attempts { get; init; }

    /// <summary>Corrective turns allowed.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>The decision's sentence, without a full stop.</summary>
    public required string Why { get; init; }

    /// <summary>How the run ended; null while it is in flight.</summary>
    public Ending? Ending { get; init; }

    /// <summary>What the last turn said when it ended without a commit; an agent's words. Shown where the run is handed to a person.</summary>
    public string? Said { get; init; }

    /// <summary>The judged commit; null while nothing is pushed.</summary>
    public string? Sha { get; init; }

    /// <summary>Where to look at it.</summary>
    public string? ShaUrl { get; init; }

    /// <summary>Further sentences, each its own line.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The line a run in flight stands at, from what was seen: what the agent does before its push cannot be seen.</summary>
    public static Phase PhaseOf(RunState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state switch
        {
            { Pushed: false } => Phase.Green,
            { Ci: CiStatus.Green } or { Deployment: not null } => Phase.Deployed,
            _ => Phase.Ci,
        };
    }

    /// <summary>The checklist of a run in flight.</summary>
    public static ChecklistModel From(RepositoryKey repository, InFlightRun run, RunState state, string why, RunPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(state);
        var current = PhaseOf(state);
        return Basis(repository, run, policy, current, why) with { Sha = run.Commit?.Sha, Observed = Evidence(state.Pushed, current) };
    }

    /// <summary>
    /// The checklist of a run that has ended, from its decision alone, so that every later tick writes the same text.
    /// <see cref="Concluding.Reached"/> is <see cref="PhaseOf"/> at the decision, or <see cref="Phase.Done"/> when a deployment was seen too.
    /// </summary>
    public static ChecklistModel From(RepositoryKey repository, InFlightRun run, Concluding end, RunPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(end);
        var current = end.Ending is Runs.Ending.Done ? Phase.Done : end.Reached;
        var observed = Evidence(end.Sha is not null, end.Reached);
        return Basis(repository, run, policy, current, end.Why) with
        {
            Ending = end.Ending,
            Sha = end.Sha,
            Said = run.CurrentTurn.Word?.Why,
            Observed = end.Ending is Runs.Ending.Done ? observed.Add(Phase.Done) : observed,
        };
    }

    private static ChecklistModel Basis(RepositoryKey repository, InFlightRun run, RunPolicy policy, Phase current, string why)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(policy);
        var turn = run.CurrentTurn;
        return new ChecklistModel
        {
            Repository = repository.FullName,
            IssueNumber = run.IssueNumber,
            ThreadName = turn.Thread is null && turn.ThreadUrl is null ? null : run.CurrentTurnId.ToString(),
            ThreadUrl = turn.ThreadUrl,
            Current = current,
            Attempts = run.FixForwardAttempts,
            MaxAttempts = policy.FixForwardMaxAttempts,
            Why = why,
            Notes = [.. NotesOf(run)],
        };
    }

    private static IEnumerable<string> NotesOf(InFlightRun run)
    {
        if (run.ClosedEarlyBy is { } closer)
        {
            yield return $"Commit {Short(closer)} of this run closed the issue before CI had judged it; it was opened again.";
        }

        if (run.Commit is { IsPersons: true } commit)
        {
            yield return $"Commit {Short(commit.Sha)} is a person's, {(commit.Beneath is { } own ? $"on top of {Short(own)} of this run" : "on the branch of this run")}: it is judged, and no agent corrects it.";
        }
    }

    private static string Short(string sha) => sha.Length > 12 ? sha[..12] : sha;

    private static ImmutableHashSet<Phase> Evidence(bool pushed, Phase reached)
    {
        if (!pushed)
        {
            return [];
        }

        return reached switch
        {
            Phase.Done => [Phase.Pushed, Phase.Ci, Phase.Deployed],
            Phase.Deployed => [Phase.Pushed, Phase.Ci],
            _ => [Phase.Pushed],
        };
    }
}
