using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Rendering;

/// <summary>Runs to render.</summary>
internal static class TestRuns
{
    public const long RepositoryId = 4_000_000_001;
    public const long IssueId = 5_000_000_002;

    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static readonly RepositoryKey Repository = new(RepositoryId, "octo/widgets", 9);

    public static readonly RunId Id = new("r0123456789ab");

    public static InFlightRun Run() => new()
    {
        Id = Id,
        IssueId = IssueId,
        IssueNumber = 12,
        AuthorisedBy = new Person(7, "octocat"),
        StartedAt = Start,
        BaseBranch = "main",
        BaseSha = new string('b', 40),
        Turns = [new Turn(TurnKind.First, Start) { DispatchedAt = Start.AddSeconds(1), Thread = "77", ThreadUrl = "https://github.com/octo/widgets/actions/runs/77" }],
    };

    public static MarkerKeys Keys(params int[] seeds) => new([.. seeds.DefaultIfEmpty(1).Select(Secret)]);

    public static byte[] Secret(int seed) => [.. Enumerable.Range(0, 32).Select(i => (byte)(seed * 31 + i))];
}
