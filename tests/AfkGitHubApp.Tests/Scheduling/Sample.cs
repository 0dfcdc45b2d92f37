using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>Records with as little in them as a test needs.</summary>
internal static class Sample
{
    public const string BaseSha = "0000000000000000000000000000000000000001";
    public const string PushedSha = "00000000000000000000000000000000000000aa";
    public const string StrangeSha = "00000000000000000000000000000000000000ff";
    public const long Thread = 7001;

    public static readonly DateTimeOffset At = new(2026, 11, 2, 11, 0, 0, TimeSpan.Zero);

    public static InFlightRun Run(string authorisedBy = "LE_1") => new()
    {
        Id = RunId.FromEvent(authorisedBy),
        IssueId = 11,
        IssueNumber = 3,
        AuthorisedBy = new Person(5, "maria"),
        StartedAt = At,
        BaseBranch = "main",
        BaseSha = BaseSha,
        Turns = [new Turn(TurnKind.First, At) { DispatchedAt = At, Thread = "7001" }],
    };

    /// <summary>A run whose turn is over and whose commit is judged.</summary>
    public static InFlightRun PushedRun()
    {
        var run = Run();
        return run.WithCurrentTurn(run.CurrentTurn with { Ended = ThreadStatus.Idle }) with { Commit = new PushedCommit(PushedSha, At, 1) };
    }

    public static RepositoryRecord Idle(RepositoryKey repository) => new() { Repository = repository, Adopted = true };

    public static RepositoryRecord With(RepositoryKey repository, InFlightRun run) => Idle(repository).With(run);
}
