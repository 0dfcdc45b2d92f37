using System.Collections.Immutable;

namespace AfkGitHubApp.Core.Runs;

/// <summary>What the store keeps of one repository.</summary>
public sealed record RepositoryRecord
{
    /// <summary>The schema this build writes; a record with a higher one is left alone.</summary>
    public const int CurrentSchema = 1;

    /// <summary>How many past authorisations are remembered; older ones are still refused by their labels and markers on GitHub.</summary>
    public const int RememberedAuthorisations = 64;

    /// <summary>Schema version.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Which repository.</summary>
    public required RepositoryKey Repository { get; init; }

    /// <summary>Runs in flight; a list, holding at most one.</summary>
    public ImmutableArray<InFlightRun> Runs { get; init; } = [];

    /// <summary>Runs that have ended, newest last: one authorising event is one run, ever.</summary>
    public ImmutableArray<RunId> EndedRuns { get; init; } = [];

    /// <summary>A turn of an ended run that may still be alive; the repository stays busy until it is over.</summary>
    public LingeringTurn? Lingering { get; init; }

    /// <summary>The head that was red when a trunk run froze; no new run starts until the branch is green.</summary>
    public FrozenTrunk? FrozenTrunk { get; init; }

    /// <summary>What an issue was told of this repository's broken settings; null = nothing, or they are in order again and it was told that.</summary>
    public SettingsNotice? SettingsNotice { get; init; }

    /// <summary>
    /// When a tick was last told that a branch has moved. Compared, not reckoned with: what a process keeps of the default branch's head counts
    /// while this is what it was when it was read.
    /// </summary>
    public DateTimeOffset? HeadMovedAt { get; init; }

    /// <summary>How far comments were read for commands; null = not yet.</summary>
    public CommandCursor? Commands { get; init; }

    /// <summary>Runs that people asked for by command and that no gate has let start yet, oldest first; one for each issue.</summary>
    public ImmutableArray<RetryOrder> Retries { get; init; } = [];

    /// <summary>Whether GitHub was searched for runs that this store does not know, and nothing was found that is still to be adopted.</summary>
    public bool Adopted { get; init; }

    /// <summary>Since when that search has missed a backend that is not the repository's and does not answer; null = it has not.</summary>
    public DateTimeOffset? SearchAwaySince { get; init; }

    /// <summary>Names of the labels the repository was last seen to define, or could not be made to; null = not looked at yet.</summary>
    public string? LabelsEnsured { get; init; }

    /// <summary>Since when the repository has been out of reach; null = it is not.</summary>
    public DateTimeOffset? GoneSince { get; init; }

    /// <summary>The run being driven, if any.</summary>
    public InFlightRun? CurrentRun => Runs.IsEmpty ? null : Runs[0];

    /// <summary>This record with its run replaced.</summary>
    public RepositoryRecord With(InFlightRun run) => this with { Runs = [run] };

    /// <summary>This record with its run ended and remembered.</summary>
    public RepositoryRecord WithoutRun(RunId ended)
    {
        var remembered = EndedRuns.Contains(ended) ? EndedRuns : EndedRuns.Add(ended);
        return this with { Runs = [], EndedRuns = remembered.Length > RememberedAuthorisations ? remembered.RemoveAt(0) : remembered };
    }
}

/// <summary>A turn whose run ended before it did.</summary>
/// <param name="Turn">Which.</param>
/// <param name="Thread">The backend's handle.</param>
/// <param name="Until">When the repository is free whatever the backend says.</param>
public sealed record LingeringTurn(TurnId Turn, string Thread, DateTimeOffset Until)
{
    /// <summary>Whether the backend was told to end it; what could not be asked is asked again.</summary>
    public bool EndAskedFor { get; init; }

    /// <summary>How long after it was cancelled at its deadline a turn's end may stay unconfirmed.</summary>
    public static readonly TimeSpan EndConfirmedWithin = TimeSpan.FromMinutes(10);

    /// <summary>A turn started then: it is waited for until its deadline and the time its end has to be confirmed in.</summary>
    public static LingeringTurn Since(DateTimeOffset startedAt, TurnId turn, string thread, RunPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new(turn, thread, startedAt + TimeSpan.FromSeconds(policy.TurnMaxSeconds) + EndConfirmedWithin);
    }

    /// <summary>Known to be alive then, it gets its time to end, although its deadline may be long past.</summary>
    public LingeringTurn AliveAt(DateTimeOffset at) => at + EndConfirmedWithin is var until && until > Until ? this with { Until = until } : this;
}

/// <summary>A trunk left red by a frozen run.</summary>
/// <param name="Sha">The commit judged red.</param>
/// <param name="IssueNumber">The frozen run's issue.</param>
/// <param name="Branch">The branch.</param>
public sealed record FrozenTrunk(string Sha, int IssueNumber, string Branch)
{
    /// <summary>The head last looked at.</summary>
    public string? Head { get; init; }

    /// <summary>When that head was first seen; its checks get a dwell to register from then on.</summary>
    public DateTimeOffset? HeadSince { get; init; }
}

/// <summary>The one comment that tells of one breakage of the repository's own settings.</summary>
/// <param name="Issue">Number of the issue it is written under.</param>
public sealed record SettingsNotice(int Issue)
{
    /// <summary>REST id of the comment; null = not known to be written, or refused, or deleted by somebody.</summary>
    public long? Comment { get; init; }

    /// <summary>Fingerprint of the problems that it names; null = about to be written, so that it may stand already.</summary>
    public string? Says { get; init; }
}
