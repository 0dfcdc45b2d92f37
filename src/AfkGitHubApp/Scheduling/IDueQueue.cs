using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Scheduling;

/// <summary>
/// Which repository is to be looked at next, and the right to do so. The unit is the repository. Wanted properties: doubles fold; a
/// repository has one holder at a time; a dead holder's repository falls due by itself with a higher fence; a nudge that comes while a
/// repository is held, even by a holder whose lease has run out, is seen by the settle or by the next claim, never lost; a late renew,
/// save or settle of an old holder is refused; what a holder was told when it claimed is told again to the next one if it dies.
/// Every member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IDueQueue
{
    /// <summary>"Look at this repository." One round trip; harmless when repeated.</summary>
    Task<NudgeOutcome> NudgeAsync(Nudge nudge, CancellationToken cancellationToken);

    /// <summary>Takes the repository that has been due longest; null when none is due.</summary>
    Task<Claim?> ClaimAsync(CancellationToken cancellationToken);

    /// <summary>Takes this repository now, whether due or not; null while somebody holds it.</summary>
    Task<Claim?> ClaimAsync(RepositoryKey repository, CancellationToken cancellationToken);

    /// <summary>Of these repositories those the store knows nothing of: never nudged, finished, or forgotten with everything else.</summary>
    Task<IReadOnlyList<RepositoryKey>> UnknownAsync(IReadOnlyCollection<RepositoryKey> repositories, CancellationToken cancellationToken);

    /// <summary>When the next repository falls due; null when none will by itself.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Extends the lease; false = it is lost.</summary>
    Task<bool> RenewAsync(RepositoryLease lease, CancellationToken cancellationToken);

    /// <summary>Gives the repository back.</summary>
    /// <param name="lease">The holder's.</param>
    /// <param name="next">When to look again; null = nothing is left to look at, and what is stored of it goes too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<SettleOutcome> SettleAsync(RepositoryLease lease, DateTimeOffset? next, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the repository back without having looked: what the holder was told stays for the next one. It is due then, or sooner when it was
    /// nudged meanwhile.
    /// </summary>
    Task<SettleOutcome> ReleaseAsync(RepositoryLease lease, DateTimeOffset next, CancellationToken cancellationToken);

    /// <summary>After a claim that gave nothing: waits until something may be due, at most that long; may return early.</summary>
    Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken);
}

/// <summary>"Look at this repository."</summary>
/// <param name="Repository">Which.</param>
/// <param name="Reason">For log and history: an event's name, <c>start</c>, <c>command</c>.</param>
public sealed record Nudge(RepositoryKey Repository, string Reason)
{
    /// <summary>Set for CI evidence: of which commit or workflow run; irrelevant evidence is dropped in the store.</summary>
    public EvidenceKey? Evidence { get; init; }

    /// <summary>How long what it tells of is given to come to rest before it is looked at, so that what comes in company costs one look.</summary>
    public TimeSpan Rest { get; init; }

    /// <summary>Whether it hints at work in flight.</summary>
    public WorkHint Hint { get => field is WorkHint.None && Evidence is not null ? WorkHint.Possible : field; init; }
}

/// <summary>How much a nudge says of work in flight; of several the strongest counts.</summary>
public enum WorkHint
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A push or CI event: something may be at work.</summary>
    Possible,

    /// <summary>Somebody who saw it at work, or who wants it looked for, says so.</summary>
    Wanted,
}

/// <summary>What a piece of CI evidence is about; at least one is set.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="WorkflowRunId">The workflow run.</param>
public sealed record EvidenceKey(string? Sha, long? WorkflowRunId);

/// <summary>What became of a nudge.</summary>
public enum NudgeOutcome
{
    /// <summary>It is due.</summary>
    Due,

    /// <summary>Somebody holds it; it will be looked at again after the settle.</summary>
    Dirty,

    /// <summary>Evidence of something that is not the current run's.</summary>
    Irrelevant,
}

/// <summary>What became of a settle.</summary>
public enum SettleOutcome
{
    /// <summary>It waits for its next look.</summary>
    Waiting,

    /// <summary>A nudge came meanwhile: it is due again.</summary>
    Again,

    /// <summary>Nothing is left to look at.</summary>
    Finished,

    /// <summary>Somebody else holds it: nothing was written.</summary>
    Fenced,
}

/// <summary>A claimed repository.</summary>
/// <param name="Lease">The right to tick it.</param>
/// <param name="Record">What is stored of it; null = nothing.</param>
/// <param name="Trigger">What made it due: <c>timer</c>, or the nudges' reasons.</param>
/// <param name="Hint">The strongest hint at work in flight among the nudges.</param>
public sealed record Claim(RepositoryLease Lease, string? Record, string Trigger, WorkHint Hint)
{
    /// <summary>What the reasons of nudges make a trigger.</summary>
    public static string TriggerOf(IEnumerable<string> reasons) => string.Join(", ", reasons.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) is { Length: > 0 } told ? told : "timer";
}

/// <summary>Which CI evidence concerns a repository; stored beside the record so that a nudge is judged in one step.</summary>
/// <param name="AnyCommit">A commit we do not know yet may be the run's.</param>
/// <param name="Shas">Commits that concern it.</param>
/// <param name="WorkflowRunIds">Workflow runs that concern it.</param>
public sealed record EvidenceInterest(bool AnyCommit, IReadOnlyList<string> Shas, IReadOnlyList<long> WorkflowRunIds)
{
    /// <summary>Nothing in flight: no CI evidence matters.</summary>
    public static EvidenceInterest None { get; } = new(AnyCommit: false, [], []);

    /// <summary>What concerns this record.</summary>
    public static EvidenceInterest Of(RepositoryRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var threads = new List<long>();
        if (long.TryParse(record.Lingering?.Thread, out var lingering))
        {
            threads.Add(lingering);
        }

        if (record.CurrentRun is not { } run)
        {
            return new(record.FrozenTrunk is not null, [], threads);
        }

        if (long.TryParse(run.CurrentTurn.Thread, out var thread))
        {
            threads.Add(thread);
        }

        // A turn that has not ended may still push a commit we have not met; afterwards only the judged commit matters.
        return new(run.Commit is null || run.CurrentTurn.Ended is null, run.Commit is { } commit ? [commit.Sha] : [], threads);
    }

    /// <summary>Whether this evidence matters.</summary>
    public bool Concerns(EvidenceKey evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return (evidence.WorkflowRunId is { } id && WorkflowRunIds.Contains(id))
            || (evidence.Sha is { } sha && (AnyCommit || Shas.Contains(sha, StringComparer.OrdinalIgnoreCase)));
    }
}
