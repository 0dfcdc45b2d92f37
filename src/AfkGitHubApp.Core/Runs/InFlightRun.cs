using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;

namespace AfkGitHubApp.Core.Runs;

/// <summary>
/// One run's own bookkeeping: everything that a tick needs and GitHub does not say. It is what the store keeps and what the marker carries,
/// so a lost store costs nothing but the volatile part (<see cref="Watch"/>).
/// </summary>
public sealed record InFlightRun
{
    /// <summary>Identity, from the authorising event.</summary>
    public required RunId Id { get; init; }

    /// <summary>GitHub's numeric issue id (survives nothing: a transfer makes a new one).</summary>
    public required long IssueId { get; init; }

    /// <summary>The issue's number in its repository.</summary>
    public required int IssueNumber { get; init; }

    /// <summary>The person whose label or command authorised the run.</summary>
    public required Person AuthorisedBy { get; init; }

    /// <summary>When the run was recorded.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The branch the work must reach.</summary>
    public required string BaseBranch { get; init; }

    /// <summary>Head of <see cref="BaseBranch"/> recorded before the first turn.</summary>
    public required string BaseSha { get; init; }

    /// <summary>How the work is delivered.</summary>
    public Delivery Delivery { get; init; }

    /// <summary>Fingerprint of the title and body that were trusted at the start; a text that differs never enters a prompt.</summary>
    public string? TextFingerprint { get; init; }

    /// <summary>All turns, the last is the current one; never empty.</summary>
    public required ImmutableArray<Turn> Turns { get; init; }

    /// <summary>The judged commit, null while nothing is pushed.</summary>
    public PushedCommit? Commit { get; init; }

    /// <summary>Corrective turns spent.</summary>
    public int FixForwardAttempts { get; init; }

    /// <summary>Turns started again after one vanished.</summary>
    public int RedispatchAttempts { get; init; }

    /// <summary>The failed jobs that were run again instead of being corrected; null while there were none.</summary>
    public CiRerun? Rerun { get; init; }

    /// <summary>When the first red verdict was seen; null while there was none.</summary>
    public DateTimeOffset? FirstRedAt { get; init; }

    /// <summary>Seconds the fix-forward clock stood still (kill switch on), closed periods only.</summary>
    public double FixForwardHeldSeconds { get; init; }

    /// <summary>Requests that the run has cost at GitHub, as far as they were counted.</summary>
    public int Requests { get; init; }

    /// <summary>The run's commit that closed the issue before its verdict was in, so that it was reopened; null when none did.</summary>
    public string? ClosedEarlyBy { get; init; }

    /// <summary>Number of the marker's next version; a lower one never replaces a higher one.</summary>
    public int Sequence { get; init; }

    /// <summary>When <c>agent-in-progress</c> was stamped; a takeover must be later than this.</summary>
    public DateTimeOffset? StampedAt { get; init; }

    /// <summary>Set when an operator asked for the run to be let go: the sentence that says so.</summary>
    public string? StopRequested { get; init; }

    /// <summary>What people allowed beyond the policy's budget, each command once.</summary>
    public ImmutableArray<Extension> Extensions { get; init; } = [];

    /// <summary>The decision that ends the run, once taken; later ticks finish it and never decide again.</summary>
    public Concluding? Concluding { get; init; }

    /// <summary>Number of its pull request, as last seen; null while there is none.</summary>
    public int? PullRequest { get; init; }

    /// <summary>Id of the comment that asked a person to merge, null while nobody was asked; the end is told in it.</summary>
    public long? ReadyCommentId { get; init; }

    /// <summary>Id of the checklist comment, null until it was written.</summary>
    public long? ChecklistCommentId { get; init; }

    /// <summary>What the ticks noticed in passing; not carried by the marker.</summary>
    public WatchNotes Watch { get; init; } = WatchNotes.None;

    /// <summary>The turn being watched.</summary>
    public Turn CurrentTurn => Turns[^1];

    /// <summary>US dollars that the turns say they cost, in all; null where none says so.</summary>
    public decimal? CostUsd => CostToldBy > 0 ? Turns.Sum(turn => turn.CostUsd) : null;

    /// <summary>How many turns say what they cost.</summary>
    public int CostToldBy => Turns.Count(turn => turn.CostUsd is not null);

    /// <summary>The id of the current turn.</summary>
    public TurnId CurrentTurnId => new(Id, Turns.Length);

    /// <summary>Whether what stands under this issue or pull request is about the run.</summary>
    public bool IsUnder(int number) => number == IssueNumber || number == PullRequest;

    /// <summary>The branch the agent pushes to.</summary>
    public string WorkBranch => Delivery is Delivery.PullRequest ? $"afk/issue-{IssueNumber}-{Id}" : BaseBranch;

    /// <summary>The policy with what was allowed beyond it: each extension adds its turns and one more period to correct in.</summary>
    public RunPolicy Extend(RunPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Extensions.IsEmpty ? policy : policy with
        {
            FixForwardMaxAttempts = policy.FixForwardMaxAttempts + Extensions.Sum(each => each.Turns),
            FixForwardMaxSeconds = policy.FixForwardMaxSeconds * (1 + Extensions.Length),
        };
    }

    /// <summary>This run with its current turn replaced.</summary>
    public InFlightRun WithCurrentTurn(Turn turn) => this with { Turns = Turns.SetItem(Turns.Length - 1, turn) };
}

/// <summary>A person or bot by GitHub's numeric user id; the login is for display and mentions.</summary>
public sealed record Person(long Id, string Login);

/// <summary>More corrective turns, allowed by one command.</summary>
/// <param name="Comment">The comment that allowed them; one comment counts once.</param>
/// <param name="Turns">How many.</param>
public sealed record Extension(long Comment, int Turns);

/// <summary>One turn of a run.</summary>
/// <param name="Kind">Why it was started.</param>
/// <param name="IntendedAt">When the intent to start it was recorded.</param>
public sealed record Turn(TurnKind Kind, DateTimeOffset IntendedAt)
{
    /// <summary>The backend it is ordered from, recorded with the intent: a lost answer is looked for there. Null in a record from before this was kept.</summary>
    public AgentBackend? Backend { get; init; }

    /// <summary>When the backend accepted it; null while it is only intended.</summary>
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>The backend's handle, null until known.</summary>
    public string? Thread { get; init; }

    /// <summary>Where a person can watch it; null when the backend gives no address.</summary>
    public string? ThreadUrl { get; init; }

    /// <summary>The commit it corrects, for a corrective turn.</summary>
    public string? CorrectsSha { get; init; }

    /// <summary>Why the backend refused it; null when it did not.</summary>
    public string? Refusal { get; init; }

    /// <summary>How it ended, once that was confirmed; an ended turn is not asked again.</summary>
    public ThreadStatus? Ended { get; init; }

    /// <summary>When its cancellation was asked for.</summary>
    public DateTimeOffset? CancelledAt { get; init; }

    /// <summary>What it says of itself, where it ended without a commit; null where it says nothing.</summary>
    public TurnWord? Word { get; init; }

    /// <summary>What it cost in US dollars, as its backend reckons; null where that is not known, or was not asked for.</summary>
    public decimal? CostUsd { get; init; }
}

/// <summary>What a turn that ended without a commit says of itself.</summary>
/// <param name="Declared">How it ended.</param>
/// <param name="Why">Its evidence or reason, at most <see cref="MaxWhy"/> characters: an agent's words, never trusted. May be null.</param>
public sealed record TurnWord(DeclaredEnd Declared, string? Why)
{
    /// <summary>How much of its words is kept.</summary>
    public const int MaxWhy = 900;
}

/// <summary>The ends without a commit that a turn can declare.</summary>
public enum DeclaredEnd
{
    /// <summary>Nothing had to be changed.</summary>
    NothingToDo,

    /// <summary>It could not finish, or what it did was refused.</summary>
    GaveUp,
}

/// <summary>The run's newest commit on its branch.</summary>
/// <param name="Sha">Forty hex digits.</param>
/// <param name="FoundAt">When the run first saw it.</param>
/// <param name="Turn">Ordinal of the turn that was current then; of a person's commit that of the commit below it, 0 where there is none.</param>
public sealed record PushedCommit(string Sha, DateTimeOffset FoundAt, int Turn)
{
    /// <summary>Whether a person pushed it onto the run's own branch: it is judged and delivered, never corrected by an agent.</summary>
    public bool IsPersons { get; init; }

    /// <summary>The run's own newest commit below a person's; null where the commit is the run's, or the person's came first.</summary>
    public string? Beneath { get; init; }
}

/// <summary>That GitHub was asked to merge the run's pull request.</summary>
/// <param name="Sha">The commit that was to be merged.</param>
/// <param name="At">When it was asked last.</param>
public sealed record MergeRequest(string Sha, DateTimeOffset At)
{
    /// <summary>How often a commit is asked for at the most, whatever changes.</summary>
    public const int MostTries = 10;

    /// <summary>Since when GitHub has owed an answer: when it was asked first, or first after a refusal.</summary>
    public DateTimeOffset Since { get; init; } = At;

    /// <summary>By what the answer is asked for while GitHub merges in the background; null where it has answered, or its answer was lost.</summary>
    public string? Id { get; init; }

    /// <summary>Whether it stands in a merge queue, as far as is known.</summary>
    public bool IsQueued { get; init; }

    /// <summary>GitHub's reason why it does not merge, without a full stop (a stranger's word: escape it); null while it has none.</summary>
    public string? Refused { get; init; }

    /// <summary>What stood for and against a merge when it was asked for: what was refused is not asked again before that has changed. Null where it was not known.</summary>
    public string? AsOf { get; init; }

    /// <summary>How often it was asked for this commit.</summary>
    public int Tries { get; init; } = 1;
}

/// <summary>That failed jobs of a commit were run again; it happens once per commit.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="At">When GitHub accepted it; null when it refused.</param>
public sealed record CiRerun(string Sha, DateTimeOffset? At);

/// <summary>A decision that ends the run, saved before its first effect.</summary>
/// <param name="Ending">Which end.</param>
/// <param name="Sha">The commit judged, null when nothing was pushed.</param>
/// <param name="Why">The decision's sentence.</param>
/// <param name="At">When it was decided.</param>
public sealed record Concluding(Ending Ending, string? Sha, string Why, DateTimeOffset At)
{
    /// <summary>What was done by then, for the final comment.</summary>
    public Phase Reached { get; init; } = Phase.Green;

    /// <summary>The checks that decided it, at most <see cref="MaxChecks"/>: the failing ones of a red verdict, else those that succeeded.</summary>
    public ImmutableArray<CheckLine> Checks { get; init; } = [];

    /// <summary>Why CI never started, where that is what ended the run.</summary>
    public CiSilence? Silence { get; init; }

    /// <summary>The run's commits on a branch that is left red, newest first, for a revert by hand; empty where they are not known or more than <see cref="MaxCommits"/>.</summary>
    public ImmutableArray<string> Commits { get; init; } = [];

    /// <summary>How many commits are kept for the final comment; a revert of some of them would be worse than none.</summary>
    public const int MaxCommits = 30;

    /// <summary>How many checks are kept for the final comment.</summary>
    public const int MaxChecks = 20;
}

/// <summary>One check as the final comment lists it.</summary>
/// <param name="Name">The check's name (a stranger's word: escape it).</param>
/// <param name="Conclusion">GitHub's word.</param>
/// <param name="Url">Where to look; may be null.</param>
public sealed record CheckLine(string Name, string Conclusion, string? Url);

/// <summary>The terminal states; a run ends in exactly one.</summary>
public enum Ending
{
    /// <summary>Issue closed.</summary>
    Done,

    /// <summary>Handed to a person, issue left open.</summary>
    NeedsHuman,

    /// <summary>Red and out of budget, handed to a person, issue left open.</summary>
    Frozen,

    /// <summary>A person took over; nothing rings.</summary>
    Released,
}

/// <summary>Volatile observations; losing them only restarts a dwell or a clock.</summary>
public sealed record WatchNotes
{
    /// <summary>Nothing noticed yet.</summary>
    public static WatchNotes None { get; } = new();

    /// <summary>First failed ask for the thread after the last good one.</summary>
    public DateTimeOffset? UnknownSince { get; init; }

    /// <summary>Failed asks since then.</summary>
    public int UnknownAsks { get; init; }

    /// <summary>When the current turn was first seen ended.</summary>
    public DateTimeOffset? EndSeenAt { get; init; }

    /// <summary>Fingerprint of the last CI reading.</summary>
    public string? CiFingerprint { get; init; }

    /// <summary>When that fingerprint was first read.</summary>
    public DateTimeOffset? CiFingerprintAt { get; init; }

    /// <summary>When the deployments of the commit were first looked at.</summary>
    public DateTimeOffset? LandedAt { get; init; }

    /// <summary>Fingerprint of the last reading of the deployments.</summary>
    public string? DeploymentFingerprint { get; init; }

    /// <summary>When that fingerprint was first read.</summary>
    public DateTimeOffset? DeploymentFingerprintAt { get; init; }

    /// <summary>Head of the work branch at the last look, so that an unmoved branch is not compared again.</summary>
    public string? HeadSha { get; init; }

    /// <summary>Fingerprint of the checklist as last written; null = unknown, so it is written once more.</summary>
    public string? ChecklistWritten { get; init; }

    /// <summary>When the run was adopted from its marker; its journal is lost, so every journalled act is probed for first.</summary>
    public DateTimeOffset? AdoptedAt { get; init; }

    /// <summary>Whether the last asking for the current turn's end failed, so that it is asked for again.</summary>
    public bool CancelFailed { get; init; }

    /// <summary>When the run or our access was first seen gone; it must be seen twice.</summary>
    public DateTimeOffset? GoneSeenAt { get; init; }

    /// <summary>When GitHub first did not show the commit the run began at; it must be seen twice, and null = it was shown.</summary>
    public DateTimeOffset? BaseGoneSeenAt { get; init; }

    /// <summary>First attempt to start the current turn since nothing held it back; it is not tried for ever.</summary>
    public DateTimeOffset? StartTriedAt { get; init; }

    /// <summary>Attempts since then that the backend answered with a failure; time in which nobody tried gives nothing up.</summary>
    public int StartFailures { get; init; }

    /// <summary>The outside write that GitHub refused for good, and its answer; the run is handed back with it.</summary>
    public string? Refused { get; init; }

    /// <summary>That GitHub was asked to merge, and its answer; null while it was not.</summary>
    public MergeRequest? Merge { get; init; }

    /// <summary>Keys already failing on the base commit; null until read, which happens on the first red verdict only.</summary>
    public ImmutableArray<string>? RedOnBase { get; init; }

    /// <summary>Files of the workflows that ran for the push of the base commit to its branch; null until read, once per run.</summary>
    public ImmutableArray<string>? BaseWorkflows { get; init; }

    /// <summary>Why CI never started on the commit, as far as it is known; null while it has not been asked.</summary>
    public CiSilence? Silence { get; init; }

    /// <summary>Whether every doorbell that asks a person to merge has rung, or was given up.</summary>
    public bool ReadyRung { get; init; }

    /// <summary>Since when the kill switch holds the fix-forward clock.</summary>
    public DateTimeOffset? HeldSince { get; init; }
}
