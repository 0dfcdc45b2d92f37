using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Rendering;

public sealed class RunMarkerTests
{
    private static readonly MarkerKeys Keys = TestRuns.Keys();

    [Fact]
    public void A_run_comes_back_exactly_as_it_was_written()
    {
        foreach (var run in new[] { TestRuns.Run(), Full(), Long(30) })
        {
            Read("text above\n\n" + Write(run) + "\ntext below", out var read).ShouldBe(MarkerReading.Read);
            ShouldBeSame(read, run);
        }
    }

    [Fact]
    public void The_marker_of_an_old_release_is_still_read()
    {
        // Written once and kept: names and form are a contract with comments already on GitHub.
        const string Payload =
            """{"v":1,"repo":4000000001,"issue":5000000002,"n":12,"run":"r0123456789ab","seq":3,"by":7,"login":"octocat","start":"2026-03-04T05:06:07+00:00","base":"main","sha":"bbbb","delivery":"PullRequest","turns":[{"k":"First","at":"2026-03-04T05:06:07+00:00","t":"77","end":"Idle"}],"commit":{"sha":"cccc","at":"2026-03-04T06:00:00+00:00","turn":1},"fix":0,"re":0,"held":0,"end":{"as":"NeedsHuman","why":"because","at":"2026-03-04T07:00:00+00:00","reached":"Ci"},"later":"an unknown name"}""";
        Read(Signed(Payload), out var run).ShouldBe(MarkerReading.Read);
        run!.Delivery.ShouldBe(Delivery.PullRequest);
        run.CurrentTurn.ShouldBe(new Turn(TurnKind.First, TestRuns.Start) { Thread = "77", Ended = ThreadStatus.Idle });
        run.Commit.ShouldBe(new PushedCommit("cccc", new DateTimeOffset(2026, 3, 4, 6, 0, 0, TimeSpan.Zero), 1));
        run.Concluding!.Reached.ShouldBe(Phase.Ci);
        run.Sequence.ShouldBe(3);
    }

    [Fact]
    public void Everything_but_the_volatile_notes_is_carried()
    {
        var run = Full();
        var empty = new InFlightRun
        {
            Id = default, IssueId = 0, IssueNumber = 0, AuthorisedBy = new Person(0, ""), StartedAt = default, BaseBranch = "", BaseSha = "", Turns = [],
        };

        // A property added to the run and not set here fails first, then the round trip tells whether the marker carries it.
        var settable = typeof(InFlightRun).GetProperties().Where(p => p.CanWrite && p.Name != nameof(InFlightRun.Watch)).ToList();
        settable.ShouldAllBe(p => !Equals(p.GetValue(run), p.GetValue(empty)));
        typeof(Turn).GetProperties().ShouldAllBe(p => p.GetValue(run.Turns[1]) != null);
        var plainEnd = new Concluding(default, null, "", default) { Reached = default };
        typeof(Concluding).GetProperties().ShouldAllBe(p => !Equals(p.GetValue(run.Concluding), p.GetValue(plainEnd)));

        var noted = run with { Watch = new WatchNotes { UnknownAsks = 3, HeadSha = "x" } };
        Write(noted).ShouldBe(Write(run));
        Read(Write(noted), out var read).ShouldBe(MarkerReading.Read);
        ShouldBeSame(read, run);
        read!.Watch.ShouldBe(WatchNotes.None);
    }

    [Fact]
    public void Writing_twice_gives_the_same_text() => Write(Long(30)).ShouldBe(Write(Long(30)));

    [Fact]
    public void A_comment_without_marker_has_none()
    {
        Read(null, out _).ShouldBe(MarkerReading.None);
        Read(string.Empty, out _).ShouldBe(MarkerReading.None);
        Read("just words <!-- a comment -->", out _).ShouldBe(MarkerReading.None);
        Read(DoorbellMarker.OfRecord.Write(TestRuns.Id, 1, 2, Keys), out _).ShouldBe(MarkerReading.None);
    }

    [Fact]
    public void No_single_changed_byte_is_ever_read()
    {
        foreach (var run in new[] { TestRuns.Run(), Long(8) })
        {
            var marker = Encoding.UTF8.GetBytes(Write(run));
            for (var i = 0; i < marker.Length; i++)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    var changed = (byte[])marker.Clone();
                    changed[i] ^= (byte)(1 << bit);
                    Read(Encoding.UTF8.GetString(changed), out var read).ShouldNotBe(MarkerReading.Read, $"byte {i}, bit {bit}");
                    read.ShouldBeNull();
                }
            }
        }
    }

    [Fact]
    public void No_truncated_marker_is_ever_read()
    {
        var marker = Write(Full());
        for (var length = 0; length < marker.Length; length++)
        {
            Read(marker[..length], out _).ShouldBeOneOf(MarkerReading.None, MarkerReading.Malformed);
            var closed = marker[..length].TrimEnd(' ', '-') + " -->";
            (closed == marker || Read(closed, out _) is not MarkerReading.Read).ShouldBeTrue(closed);
        }
    }

    [Fact]
    public void A_marker_counts_only_in_its_own_repository_and_issue()
    {
        var marker = Write(TestRuns.Run());
        RunMarker.TryRead(marker, TestRuns.RepositoryId + 1, TestRuns.IssueId, Keys, out _).ShouldBe(MarkerReading.Foreign);
        RunMarker.TryRead(marker, TestRuns.RepositoryId, TestRuns.IssueId + 1, Keys, out _).ShouldBe(MarkerReading.Foreign);
    }

    [Fact]
    public void A_marker_signed_by_somebody_else_is_foreign() =>
        Read(RunMarker.Write(TestRuns.Run(), TestRuns.RepositoryId, TestRuns.Keys(2)), out _).ShouldBe(MarkerReading.Foreign);

    [Fact]
    public void A_signature_of_one_run_does_not_fit_another()
    {
        var (one, other) = (Write(TestRuns.Run()).Split(' '), Write(TestRuns.Run() with { Sequence = 1 }).Split(' '));
        Read(string.Join(' ', one[0], one[1], other[2], one[3], one[4]), out _).ShouldBe(MarkerReading.Foreign);
    }

    [Fact]
    public void The_first_key_signs_and_all_verify()
    {
        var old = RunMarker.Write(TestRuns.Run(), TestRuns.RepositoryId, TestRuns.Keys(1));
        var rotated = TestRuns.Keys(2, 1);
        RunMarker.TryRead(old, TestRuns.RepositoryId, TestRuns.IssueId, rotated, out _).ShouldBe(MarkerReading.Read);

        var renewed = RunMarker.Write(TestRuns.Run(), TestRuns.RepositoryId, rotated);
        RunMarker.TryRead(renewed, TestRuns.RepositoryId, TestRuns.IssueId, TestRuns.Keys(2), out _).ShouldBe(MarkerReading.Read);
        RunMarker.TryRead(renewed, TestRuns.RepositoryId, TestRuns.IssueId, TestRuns.Keys(1), out _).ShouldBe(MarkerReading.Foreign);
    }

    [Fact]
    public void Two_markers_in_one_comment_are_not_chosen_from()
    {
        var (one, other) = (Write(TestRuns.Run()), Write(TestRuns.Run() with { Sequence = 1 }));
        Read(one + "\n" + other, out _).ShouldBe(MarkerReading.Malformed);
        Read(one + one, out _).ShouldBe(MarkerReading.Malformed);
        Read("<!-- afk:v1 forged -->" + one, out _).ShouldBe(MarkerReading.Malformed);
    }

    [Fact]
    public void A_newer_version_is_recognised_and_left_alone()
    {
        Read("<!-- afk:v2 whatever it says -->", out _).ShouldBe(MarkerReading.NewerVersion);
        Read("<!-- afk:v17 x -->", out _).ShouldBe(MarkerReading.NewerVersion);
        Read(Signed("""{"v":2,"repo":4000000001,"issue":5000000002}"""), out _).ShouldBe(MarkerReading.NewerVersion);
    }

    [Theory]
    [InlineData("<!-- afk:v1 -->")]
    [InlineData("<!-- afk:v1 e30= -->")]
    [InlineData("<!-- afk:v1 e30= e30= e30= -->")]
    [InlineData("<!-- afk:v1 e-_= e30= -->")]
    [InlineData("<!-- afk:v1  e30= -->")]
    [InlineData("<!-- afk:v0 e30= e30= -->")]
    [InlineData("<!-- afk:vx e30= e30= -->")]
    [InlineData("<!-- afk:v+2 e30= e30= -->")]
    [InlineData("<!-- afk:v1 e30= e30=")]
    public void A_broken_marker_is_malformed(string body) => Read(body, out _).ShouldBe(MarkerReading.Malformed);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"v":1,"repo":"x"}""")]
    [InlineData("""{"v":1,"repo":4000000001,"issue":5000000002}""")]
    [InlineData("""{"v":1,"repo":4000000001,"issue":5000000002,"run":"r0123456789ab","login":"a","base":"b","sha":"c","turns":[]}""")]
    [InlineData("""{"v":1,"repo":4000000001,"issue":5000000002,"run":"R1","login":"a","base":"b","sha":"c","turns":[{"k":"First"}]}""")]
    [InlineData("""{"v":1,"repo":4000000001,"issue":5000000002,"run":"r0123456789ab","login":"a","base":"b","sha":"c","turns":[{"k":"Unheard"}]}""")]
    [InlineData("""{"v":1,"repo":4000000001,"issue":5000000002,"run":"r0123456789ab","login":"a","base":"b","sha":"c","turns":[null]}""")]
    [InlineData("""{"v":1,"repo":4000000001,"issue":5000000002,"run":"r0123456789ab","login":"a","base":"b","sha":"c","turns":[{"k":"First"}],"end":{"why":"x","checks":[{"n":"y"}]}}""")]
    [InlineData("""{"v":1,"repo":4000000001,"issue":5000000002,"run":"r0123456789ab","login":"a","base":"b","sha":"c","turns":[{"k":"First"}],"end":{"why":"x","checks":[null]}}""")]
    [InlineData("\u0001compressed it is not")]
    public void Even_a_signed_record_that_makes_no_sense_is_not_a_run(string payload)
    {
        Read(Signed(payload), out var run).ShouldBeOneOf(MarkerReading.Malformed, MarkerReading.Foreign);
        run.ShouldBeNull();
    }

    [Fact]
    public void Oversize_input_is_refused_before_it_is_worked_on()
    {
        var huge = new string('A', 2_000_000);
        Read($"<!-- afk:v1 {huge} {huge} -->", out _).ShouldBe(MarkerReading.Malformed);
        Read($"<!-- afk:v1 {huge}", out _).ShouldBe(MarkerReading.Malformed);
    }

    [Fact]
    public void Thirty_turns_fit_into_a_comment_with_room_to_spare()
    {
        var marker = Write(Long(30));
        (marker.Length + 10_000).ShouldBeLessThan(60_000);
        marker.Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public void A_run_too_long_for_a_comment_gives_up_only_what_people_read()
    {
        // Text that cannot be compressed, so that the bound is really met.
        var random = new Random(7);
        string Noise() => Convert.ToHexString(Enumerable.Range(0, 1500).Select(_ => (byte)random.Next(256)).ToArray());
        var run = Long(40);
        run = run with { Turns = [.. run.Turns.Select(turn => turn with { ThreadUrl = "https://a.example/" + Noise(), Refusal = Noise(), Word = new TurnWord(DeclaredEnd.GaveUp, Noise()) })] };

        var marker = Write(run);
        marker.Length.ShouldBeLessThanOrEqualTo(RunMarker.MaxLength);
        Read(marker, out var read).ShouldBe(MarkerReading.Read);
        read!.CurrentTurn.ShouldBe(run.CurrentTurn);
        read.Turns[0].ShouldBe(run.Turns[0] with { ThreadUrl = null, Refusal = null, Word = null });

        Should.Throw<InvalidOperationException>(() => Write(run.WithCurrentTurn(run.CurrentTurn with { Thread = string.Concat(Enumerable.Range(0, 40).Select(_ => Noise())) })))
            .Message.ShouldContain("r0123456789ab");
    }

    [Fact]
    public void Nothing_in_a_marker_can_end_its_comment_early()
    {
        foreach (var text in Nasty.Texts(300))
        {
            var run = Full() with { BaseBranch = text, AuthorisedBy = new Person(1, text) };
            var marker = Write(run);
            marker.IndexOf("--", 4, StringComparison.Ordinal).ShouldBe(marker.Length - 3);
            marker.Any(c => c is '\n' or '\r').ShouldBeFalse();
        }
    }

    [Fact]
    public void Short_or_missing_secrets_are_refused()
    {
        Should.Throw<ArgumentException>(() => new MarkerKeys([]));
        Should.Throw<ArgumentException>(() => new MarkerKeys([TestRuns.Secret(1), new byte[31]])).Message.ShouldContain("Secret 2");
        Should.NotThrow(() => new MarkerKeys([new byte[32]]));
    }

    private static MarkerReading Read(string? body, out InFlightRun? run) => RunMarker.TryRead(body, TestRuns.RepositoryId, TestRuns.IssueId, Keys, out run);

    private static string Write(InFlightRun run) => RunMarker.Write(run, TestRuns.RepositoryId, Keys);

    /// <summary>A marker around any payload, signed by the documented recipe rather than by the code under test.</summary>
    private static string Signed(string payload)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload));
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, TestRuns.Secret(1), 32, [], "afk run marker v1"u8.ToArray());
        return $"<!-- afk:v1 {encoded} {Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("afk:v1 " + encoded)))} -->";
    }

    private static void ShouldBeSame(InFlightRun? read, InFlightRun written)
    {
        read.ShouldNotBeNull();
        read.Turns.ShouldBe(written.Turns);
        read.Extensions.ShouldBe(written.Extensions);
        (read.Concluding?.Checks ?? []).ShouldBe(written.Concluding?.Checks ?? []);
        (read.Concluding?.Commits ?? []).ShouldBe(written.Concluding?.Commits ?? []);
        var concluding = read.Concluding is { } end ? end with { Checks = written.Concluding!.Checks, Commits = written.Concluding.Commits } : null;
        (read with { Turns = written.Turns, Extensions = written.Extensions, Watch = written.Watch, Concluding = concluding }).ShouldBe(written);
        read.StartedAt.Offset.ShouldBe(written.StartedAt.Offset);
    }

    private static InFlightRun Full() => TestRuns.Run() with
    {
        StartedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, 123, TimeSpan.FromHours(5.5)).AddTicks(7),
        Delivery = Delivery.PullRequest,
        TextFingerprint = "00112233445566778899aabbccddeeff",
        Turns =
        [
            new Turn(TurnKind.First, TestRuns.Start),
            new Turn(TurnKind.Corrective, TestRuns.Start.AddMinutes(9))
            {
                Backend = AgentBackend.T3Code,
                DispatchedAt = TestRuns.Start.AddMinutes(10),
                Thread = "thread --> \"7\"",
                ThreadUrl = "https://a.example/é",
                CorrectsSha = new string('c', 40),
                Refusal = "422 @somebody",
                Ended = ThreadStatus.Vanished,
                CancelledAt = TestRuns.Start.AddMinutes(11),
                Word = new TurnWord(DeclaredEnd.GaveUp, "--> it's \"<b>\" é"),
                CostUsd = 1.25m,
            },
        ],
        Commit = new PushedCommit(new string('c', 40), TestRuns.Start.AddMinutes(5), 1) { IsPersons = true, Beneath = new string('f', 40) },
        FixForwardAttempts = 1,
        RedispatchAttempts = 1,
        Rerun = new CiRerun(new string('d', 40), TestRuns.Start.AddMinutes(7)),
        Requests = 41,
        ClosedEarlyBy = new string('e', 40),
        PullRequest = 31,
        ReadyCommentId = 9_007_199_254_740_995,
        FirstRedAt = TestRuns.Start.AddMinutes(6),
        FixForwardHeldSeconds = 0.1 + 0.2,
        Sequence = 17,
        StampedAt = TestRuns.Start.AddSeconds(2),
        StopRequested = "the operator stopped the run",
        Extensions = [new Extension(9_007_199_254_740_993, 3)],
        Concluding = new Concluding(Ending.Frozen, new string('c', 40), "CI is still red", TestRuns.Start.AddHours(1))
        {
            Reached = Phase.Ci,
            Silence = CiSilence.WorkflowToken,
            Checks = [new CheckLine("build <x>", "failure", "https://a.example/1"), new CheckLine("lint", "timed_out", null)],
            Commits = [new string('c', 40), new string('e', 40)],
        },
        ChecklistCommentId = 6_000_000_003,
    };

    private static InFlightRun Long(int turns)
    {
        var random = new Random(30);
        string Sha() => Convert.ToHexStringLower(Enumerable.Range(0, 20).Select(_ => (byte)random.Next(256)).ToArray());
        return Full() with
        {
            Turns =
            [
                .. Enumerable.Range(1, turns).Select(i => new Turn(i == 1 ? TurnKind.First : TurnKind.Corrective, TestRuns.Start.AddTicks(random.NextInt64(1L << 40)))
                {
                    DispatchedAt = TestRuns.Start.AddTicks(random.NextInt64(1L << 40)),
                    Thread = $"{random.NextInt64(1L << 40)}",
                    ThreadUrl = $"https://github.com/octo/widgets/actions/runs/{random.NextInt64(1L << 40)}",
                    CorrectsSha = Sha(),
                    Ended = ThreadStatus.Idle,
                    CancelledAt = TestRuns.Start.AddTicks(random.NextInt64(1L << 40)),
                }),
            ],
        };
    }
}
