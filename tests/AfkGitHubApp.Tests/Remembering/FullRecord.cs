using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Tests.Remembering;

/// <summary>A record in which every field says something; a test holds it to that.</summary>
internal static class FullRecord
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 11, 0, 0, TimeSpan.FromHours(2));

    public static RepositoryRecord Of(RepositoryKey repository) => new()
    {
        Repository = repository,
        Adopted = true,
        LabelsEnsured = "ready-for-agent\npaused",
        SearchAwaySince = At.AddMinutes(-6),
        HeadMovedAt = At.AddMinutes(-5),
        GoneSince = At.AddMinutes(-4),
        EndedRuns = [RunId.FromEvent("LE_7"), RunId.FromEvent("LE_8")],
        Lingering = new LingeringTurn(new TurnId(RunId.FromEvent("LE_8"), 2), "7008", At.AddMinutes(2)) { EndAskedFor = true },
        FrozenTrunk = new FrozenTrunk("00000000000000000000000000000000000000bb", 4, "main") { Head = "00000000000000000000000000000000000000bc", HeadSince = At.AddMinutes(3) },
        SettingsNotice = new SettingsNotice(9) { Comment = 9_007_199_254_740_993, Says = "0123456789abcdef" },
        Commands = new CommandCursor
        {
            Since = At.AddMinutes(-1),
            Seen = [9_007_199_254_740_993],
            ReadAt = At,
            Replies = [new CommandReply(9_007_199_254_740_993, "IC_9", 9, Core.Commands.SlashVerb.Retry, "no such \"word\" <é>") { MayStand = true }],
        },
        Retries = [new RetryOrder("IC_9", 9, At, new Person(5, "maria"))],
        Runs =
        [
            new InFlightRun
            {
                Id = RunId.FromEvent("LE_9"),
                IssueId = 90,
                IssueNumber = 9,
                AuthorisedBy = new Person(5, "maria"),
                StartedAt = At,
                BaseBranch = "main",
                BaseSha = "0000000000000000000000000000000000000001",
                Delivery = Delivery.PullRequest,
                TextFingerprint = "f1",
                Turns =
                [
                    new Turn(TurnKind.Corrective, At)
                    {
                        Backend = AgentBackend.T3Code,
                        DispatchedAt = At.AddSeconds(1),
                        Thread = "7001",
                        ThreadUrl = "https://example.com/7001",
                        CorrectsSha = "00000000000000000000000000000000000000aa",
                        Refusal = "no such workflow \"afk\" <é>",
                        Ended = ThreadStatus.Error,
                        CancelledAt = At.AddSeconds(2),
                        Word = new TurnWord(DeclaredEnd.GaveUp, "mended by \"abc\" <é>"),
                        CostUsd = 0.75m,
                    },
                ],
                Commit = new PushedCommit("00000000000000000000000000000000000000aa", At.AddSeconds(3), 1) { IsPersons = true, Beneath = "00000000000000000000000000000000000000ac" },
                FixForwardAttempts = 2,
                RedispatchAttempts = 1,
                Rerun = new CiRerun("00000000000000000000000000000000000000aa", At.AddSeconds(12)),
                FirstRedAt = At.AddSeconds(4),
                FixForwardHeldSeconds = 12.5,
                Requests = 31,
                PullRequest = 31,
                ReadyCommentId = 9_007_199_254_740_995,
                ClosedEarlyBy = "00000000000000000000000000000000000000ab",
                Sequence = 17,
                StampedAt = At.AddSeconds(5),
                StopRequested = "the operator stopped the run",
                Extensions = [new Extension(9_007_199_254_740_993, 3)],
                Concluding = new Concluding(Ending.Frozen, "00000000000000000000000000000000000000aa", "red and out of budget", At.AddSeconds(6))
                {
                    Reached = Phase.Ci,
                    Silence = CiSilence.Filter,
                    Commits = ["00000000000000000000000000000000000000ab"],
                    Checks = [new CheckLine("build", "failure", "https://example.com/1")],
                },
                ChecklistCommentId = 4242,
                Watch = new WatchNotes
                {
                    UnknownSince = At.AddSeconds(7),
                    UnknownAsks = 2,
                    EndSeenAt = At.AddSeconds(8),
                    CiFingerprint = "f2",
                    CiFingerprintAt = At.AddSeconds(9),
                    LandedAt = At.AddSeconds(9),
                    DeploymentFingerprint = "f3",
                    DeploymentFingerprintAt = At.AddSeconds(9),
                    HeadSha = "00000000000000000000000000000000000000aa",
                    ChecklistWritten = "f3",
                    AdoptedAt = At.AddSeconds(10),
                    CancelFailed = true,
                    GoneSeenAt = At.AddMinutes(5),
                    BaseGoneSeenAt = At.AddMinutes(5),
                    StartTriedAt = At.AddMinutes(6),
                    StartFailures = 4,
                    Refused = "GitHub refused",
                    Merge = new MergeRequest("00000000000000000000000000000000000000aa", At.AddSeconds(13)) { Id = "630b9d5e", IsQueued = true, Refused = "not approved", AsOf = "as of", Tries = 2 },
                    ReadyRung = true,
                    RedOnBase = ["lint", "e2e"],
                    BaseWorkflows = [".github/workflows/ci.yml"],
                    Silence = CiSilence.SkipMarker,
                    HeldSince = At.AddSeconds(11),
                },
            },
        ],
    };
}
