using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>
/// The marker's JSON. Its names are a contract with comments already on GitHub: add, never rename, and raise <see cref="CurrentSchema"/> when
/// an older build could misread the record.
/// </summary>
internal sealed record MarkerRecord
{
    public const int CurrentSchema = 1;

    [JsonPropertyName("v")]
    public int Schema { get; init; }

    [JsonPropertyName("repo")]
    public long RepositoryId { get; init; }

    [JsonPropertyName("issue")]
    public long IssueId { get; init; }

    [JsonPropertyName("n")]
    public int IssueNumber { get; init; }

    [JsonPropertyName("run")]
    public string? Run { get; init; }

    [JsonPropertyName("seq")]
    public int Sequence { get; init; }

    [JsonPropertyName("by")]
    public long AuthorisedById { get; init; }

    [JsonPropertyName("login")]
    public string? AuthorisedByLogin { get; init; }

    [JsonPropertyName("start")]
    public DateTimeOffset StartedAt { get; init; }

    [JsonPropertyName("base")]
    public string? BaseBranch { get; init; }

    [JsonPropertyName("sha")]
    public string? BaseSha { get; init; }

    [JsonPropertyName("delivery")]
    public Delivery Delivery { get; init; }

    [JsonPropertyName("text")]
    public string? TextFingerprint { get; init; }

    [JsonPropertyName("turns")]
    public ImmutableArray<TurnRecord>? Turns { get; init; }

    [JsonPropertyName("commit")]
    public CommitRecord? Commit { get; init; }

    [JsonPropertyName("fix")]
    public int FixForwardAttempts { get; init; }

    [JsonPropertyName("re")]
    public int RedispatchAttempts { get; init; }

    [JsonPropertyName("again")]
    public RerunRecord? Rerun { get; init; }

    [JsonPropertyName("red")]
    public DateTimeOffset? FirstRedAt { get; init; }

    [JsonPropertyName("held")]
    public double FixForwardHeldSeconds { get; init; }

    [JsonPropertyName("asked")]
    public int Requests { get; init; }

    [JsonPropertyName("early")]
    public string? ClosedEarlyBy { get; init; }

    [JsonPropertyName("stamp")]
    public DateTimeOffset? StampedAt { get; init; }

    [JsonPropertyName("stop")]
    public string? StopRequested { get; init; }

    [JsonPropertyName("more")]
    public ImmutableArray<ExtensionRecord>? Extensions { get; init; }

    [JsonPropertyName("end")]
    public EndRecord? End { get; init; }

    [JsonPropertyName("pr")]
    public int? PullRequest { get; init; }

    [JsonPropertyName("ready")]
    public long? ReadyCommentId { get; init; }

    [JsonPropertyName("comment")]
    public long? ChecklistCommentId { get; init; }

    public static MarkerRecord From(InFlightRun run, long repositoryId) => new()
    {
        Schema = CurrentSchema,
        RepositoryId = repositoryId,
        IssueId = run.IssueId,
        IssueNumber = run.IssueNumber,
        Run = run.Id.Value,
        Sequence = run.Sequence,
        AuthorisedById = run.AuthorisedBy.Id,
        AuthorisedByLogin = run.AuthorisedBy.Login,
        StartedAt = run.StartedAt,
        BaseBranch = run.BaseBranch,
        BaseSha = run.BaseSha,
        Delivery = run.Delivery,
        TextFingerprint = run.TextFingerprint,
        Turns = [.. run.Turns.Select(TurnRecord.From)],
        Commit = run.Commit is { } commit ? new CommitRecord { Sha = commit.Sha, FoundAt = commit.FoundAt, Turn = commit.Turn, IsPersons = commit.IsPersons ? true : null, Beneath = commit.Beneath } : null,
        FixForwardAttempts = run.FixForwardAttempts,
        RedispatchAttempts = run.RedispatchAttempts,
        Rerun = run.Rerun is { } rerun ? new RerunRecord { Sha = rerun.Sha, At = rerun.At } : null,
        FirstRedAt = run.FirstRedAt,
        FixForwardHeldSeconds = run.FixForwardHeldSeconds,
        Requests = run.Requests,
        ClosedEarlyBy = run.ClosedEarlyBy,
        StampedAt = run.StampedAt,
        StopRequested = run.StopRequested,
        Extensions = run.Extensions.IsEmpty ? null : [.. run.Extensions.Select(each => new ExtensionRecord { Comment = each.Comment, Turns = each.Turns })],
        End = run.Concluding is { } end ? EndRecord.From(end) : null,
        PullRequest = run.PullRequest,
        ReadyCommentId = run.ReadyCommentId,
        ChecklistCommentId = run.ChecklistCommentId,
    };

    /// <summary>The run, or null when something it cannot be without is missing.</summary>
    public InFlightRun? ToRun() =>
        Schema < 1 || !RunId.IsWellFormed(Run) || AuthorisedByLogin is null || BaseBranch is null || BaseSha is null || Turns is null or { Length: 0 } || Turns.Value.Contains(null!)
            || Commit is { Sha: null } || Rerun is { Sha: null } || Extensions?.Contains(null!) is true || End is { IsWhole: false }
            ? null
            : new InFlightRun
            {
                Id = new RunId(Run!),
                IssueId = IssueId,
                IssueNumber = IssueNumber,
                AuthorisedBy = new Person(AuthorisedById, AuthorisedByLogin),
                StartedAt = StartedAt,
                BaseBranch = BaseBranch,
                BaseSha = BaseSha,
                Delivery = Delivery,
                TextFingerprint = TextFingerprint,
                Turns = [.. Turns.Value.Select(turn => turn.ToTurn())],
                Commit = Commit is { Sha: { } sha } ? new PushedCommit(sha, Commit.FoundAt, Commit.Turn) { IsPersons = Commit.IsPersons is true, Beneath = Commit.Beneath } : null,
                FixForwardAttempts = FixForwardAttempts,
                RedispatchAttempts = RedispatchAttempts,
                Rerun = Rerun is { Sha: { } again } ? new CiRerun(again, Rerun.At) : null,
                FirstRedAt = FirstRedAt,
                FixForwardHeldSeconds = FixForwardHeldSeconds,
                Sequence = Sequence,
                Requests = Requests,
                ClosedEarlyBy = ClosedEarlyBy,
                PullRequest = PullRequest,
                ReadyCommentId = ReadyCommentId,
                StampedAt = StampedAt,
                StopRequested = StopRequested,
                Extensions = Extensions is { } more ? [.. more.Select(each => new Extension(each.Comment, each.Turns))] : [],
                Concluding = End?.ToConcluding(),
                ChecklistCommentId = ChecklistCommentId,
            };
}

/// <summary>One turn in the marker.</summary>
internal sealed record TurnRecord
{
    [JsonPropertyName("k")]
    public TurnKind Kind { get; init; }

    [JsonPropertyName("at")]
    public DateTimeOffset IntendedAt { get; init; }

    [JsonPropertyName("on")]
    public AgentBackend? Backend { get; init; }

    [JsonPropertyName("sent")]
    public DateTimeOffset? DispatchedAt { get; init; }

    [JsonPropertyName("t")]
    public string? Thread { get; init; }

    [JsonPropertyName("url")]
    public string? ThreadUrl { get; init; }

    [JsonPropertyName("fixes")]
    public string? CorrectsSha { get; init; }

    [JsonPropertyName("no")]
    public string? Refusal { get; init; }

    [JsonPropertyName("end")]
    public ThreadStatus? Ended { get; init; }

    [JsonPropertyName("stop")]
    public DateTimeOffset? CancelledAt { get; init; }

    [JsonPropertyName("did")]
    public DeclaredEnd? Declared { get; init; }

    [JsonPropertyName("said")]
    public string? Why { get; init; }

    [JsonPropertyName("usd")]
    public decimal? CostUsd { get; init; }

    public static TurnRecord From(Turn turn) => new()
    {
        Kind = turn.Kind,
        IntendedAt = turn.IntendedAt,
        Backend = turn.Backend,
        DispatchedAt = turn.DispatchedAt,
        Thread = turn.Thread,
        ThreadUrl = turn.ThreadUrl,
        CorrectsSha = turn.CorrectsSha,
        Refusal = turn.Refusal,
        Ended = turn.Ended,
        CancelledAt = turn.CancelledAt,
        Declared = turn.Word?.Declared,
        Why = turn.Word?.Why,
        CostUsd = turn.CostUsd,
    };

    public Turn ToTurn() => new(Kind, IntendedAt)
    {
        Backend = Backend,
        DispatchedAt = DispatchedAt,
        Thread = Thread,
        ThreadUrl = ThreadUrl,
        CorrectsSha = CorrectsSha,
        Refusal = Refusal,
        Ended = Ended,
        CancelledAt = CancelledAt,
        Word = Declared is { } declared ? new TurnWord(declared, Why) : null,
        CostUsd = CostUsd,
    };
}

/// <summary>The judged commit in the marker.</summary>
internal sealed record CommitRecord
{
    [JsonPropertyName("sha")]
    public string? Sha { get; init; }

    [JsonPropertyName("at")]
    public DateTimeOffset FoundAt { get; init; }

    [JsonPropertyName("turn")]
    public int Turn { get; init; }

    [JsonPropertyName("person")]
    public bool? IsPersons { get; init; }

    [JsonPropertyName("on")]
    public string? Beneath { get; init; }
}

/// <summary>The repetition of failed jobs in the marker.</summary>
internal sealed record RerunRecord
{
    [JsonPropertyName("sha")]
    public string? Sha { get; init; }

    [JsonPropertyName("at")]
    public DateTimeOffset? At { get; init; }
}

/// <summary>More corrective turns in the marker.</summary>
internal sealed record ExtensionRecord
{
    [JsonPropertyName("c")]
    public long Comment { get; init; }

    [JsonPropertyName("n")]
    public int Turns { get; init; }
}

/// <summary>The ending decision in the marker.</summary>
internal sealed record EndRecord
{
    [JsonPropertyName("as")]
    public Ending Ending { get; init; }

    [JsonPropertyName("sha")]
    public string? Sha { get; init; }

    [JsonPropertyName("why")]
    public string? Why { get; init; }

    [JsonPropertyName("at")]
    public DateTimeOffset At { get; init; }

    [JsonPropertyName("reached")]
    public Phase Reached { get; init; }

    [JsonPropertyName("silent")]
    public CiSilence? Silence { get; init; }

    [JsonPropertyName("checks")]
    public ImmutableArray<CheckRecord>? Checks { get; init; }

    [JsonPropertyName("commits")]
    public ImmutableArray<string>? Commits { get; init; }

    [JsonIgnore]
    public bool IsWhole => Why is not null && Commits?.Any(sha => sha is null) is not true && Checks?.Any(check => check is not { Name: not null, Conclusion: not null }) is not true;

    public static EndRecord From(Concluding end) => new()
    {
        Ending = end.Ending,
        Sha = end.Sha,
        Why = end.Why,
        At = end.At,
        Reached = end.Reached,
        Silence = end.Silence,
        Commits = end.Commits.IsDefaultOrEmpty ? null : end.Commits,
        Checks = end.Checks.IsDefaultOrEmpty
            ? null
            : [.. end.Checks.Select(check => new CheckRecord { Name = check.Name, Conclusion = check.Conclusion, Url = check.Url })],
    };

    public Concluding ToConcluding() => new(Ending, Sha, Why!, At)
    {
        Reached = Reached,
        Silence = Silence,
        Commits = Commits ?? [],
        Checks = Checks is { } checks ? [.. checks.Select(check => new CheckLine(check.Name!, check.Conclusion!, check.Url))] : [],
    };
}

/// <summary>One deciding check in the marker.</summary>
internal sealed record CheckRecord
{
    [JsonPropertyName("n")]
    public string? Name { get; init; }

    [JsonPropertyName("c")]
    public string? Conclusion { get; init; }

    [JsonPropertyName("u")]
    public string? Url { get; init; }
}

/// <summary>Words, not numbers, for the enums: a value inserted into one of them must not change what old markers say.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MarkerRecord))]
internal sealed partial class MarkerJson : JsonSerializerContext;
