using System.Text.Json;
using AfkGitHubApp.Adapters.Agents.T3Code;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>What a thread's words mean, row by row; our message was sent at 12:00:00, the turn before it was asked for at 11:00:00.</summary>
public sealed class T3ReadingTests
{
    private const string Before = "2026-11-22T11:00:00.000Z";
    private const string Ours = "2026-11-22T12:00:00.000Z";
    private const string Later = "2026-11-22T12:00:30.000Z";

    [Theory]
    [InlineData("running", "running", false, false, ThreadStatus.Running)]
    [InlineData("running", "running", true, false, ThreadStatus.NeedsPerson)]
    [InlineData("running", "running", false, true, ThreadStatus.NeedsPerson)]
    [InlineData("completed", "starting", false, false, ThreadStatus.Running)]
    [InlineData("interrupted", "running", false, false, ThreadStatus.Running)]
    [InlineData("completed", "ready", false, false, null)]
    [InlineData("completed", "ready", true, true, null)]
    [InlineData("error", "error", false, false, null)]
    [InlineData("interrupted", "stopped", false, false, null)]
    public void A_row_tells_of_what_is_at_work_and_of_nothing_else(string turn, string session, bool approval, bool question, ThreadStatus? status) =>
        T3Reading.OfRow(Thread($$"""{"id":"t","latestTurn":{{Turn(turn, Before)}},"session":{{Session(session, Before)}},"hasPendingApprovals":{{Json(approval)}},"hasPendingUserInput":{{Json(question)}}}""")).ShouldBe(status);

    [Fact]
    public void Agents_that_a_finished_turn_left_at_work_keep_it_alive() =>
        T3Reading.OfRow(Thread($$"""{"id":"t","latestTurn":{{Turn("completed", Ours)}},"session":{{Session("ready", Ours)}},"backgroundLiveness":"working"}""")).ShouldBe(ThreadStatus.Running);

    [Theory]
    [InlineData("completed", "ready", ThreadStatus.Idle)]
    [InlineData("completed", "stopped", ThreadStatus.Idle)]
    [InlineData("error", "error", ThreadStatus.Error)]
    [InlineData("interrupted", "ready", ThreadStatus.Error)]
    [InlineData("interrupted", "stopped", ThreadStatus.Error)]
    [InlineData("interrupted", "running", ThreadStatus.Running)]
    [InlineData("running", "running", ThreadStatus.Running)]
    public void A_turn_requested_by_our_message_is_ours(string turn, string session, ThreadStatus status) =>
        Read(Turn(turn, Ours), Session(session, Later)).ShouldBe(status);

    [Fact]
    public void A_turn_that_a_person_added_goes_on_with_ours() => Read(Turn("completed", Later), Session("ready", Later)).ShouldBe(ThreadStatus.Idle);

    [Theory]
    [InlineData("completed", "ready", Before, ThreadStatus.Running)]
    [InlineData("completed", "stopped", Before, ThreadStatus.Running)]
    [InlineData("completed", "stopped", Ours, ThreadStatus.Running)]
    [InlineData("completed", "stopped", Later, ThreadStatus.Error)]
    [InlineData("completed", "error", Before, ThreadStatus.Running)]
    [InlineData("completed", "error", Ours, ThreadStatus.Error)]
    [InlineData("error", "error", Before, ThreadStatus.Running)]
    [InlineData("interrupted", "ready", Before, ThreadStatus.Running)]
    public void The_turn_before_says_nothing_of_ours(string turn, string session, string sessionAt, ThreadStatus status) =>
        Read(Turn(turn, Before), Session(session, sessionAt)).ShouldBe(status);

    [Theory]
    [InlineData("""{"kind":"provider.turn.start.failed","payload":{"requestId":"m"},"createdAt":"2026-11-22T12:00:00.000Z"}""", ThreadStatus.Error)]
    [InlineData("""{"kind":"provider.turn.start.failed","payload":{"requestId":"another"},"createdAt":"2026-11-22T12:00:00.000Z"}""", ThreadStatus.Running)]
    [InlineData("""{"kind":"provider.turn.start.failed","payload":{"detail":"x"},"createdAt":"2026-11-22T12:00:00.000Z"}""", ThreadStatus.Error)]
    [InlineData("""{"kind":"provider.turn.start.failed","payload":{"detail":"x"},"createdAt":"2026-11-22T11:59:59.000Z"}""", ThreadStatus.Running)]
    [InlineData("""{"kind":"runtime.error","payload":{"requestId":"m"},"createdAt":"2026-11-22T12:00:00.000Z"}""", ThreadStatus.Running)]
    [InlineData("null", ThreadStatus.Running)]
    public void A_failed_start_is_known_by_its_activity(string activity, ThreadStatus status) => Read("null", "null", activity).ShouldBe(status);

    [Fact]
    public void What_is_not_picked_up_within_two_minutes_has_not_started()
    {
        Read("null", "null", after: TimeSpan.FromSeconds(119)).ShouldBe(ThreadStatus.Running);
        Read("null", "null", after: TimeSpan.FromSeconds(120)).ShouldBe(ThreadStatus.Error);
    }

    [Fact]
    public void A_message_that_is_not_there_was_not_taken() =>
        T3Reading.OfThread(Thread($$"""{"id":"t","latestTurn":{{Turn("completed", Ours)}},"session":null,"messages":[]}"""), "m", DateTimeOffset.Parse(Later, null)).ShouldBe(ThreadStatus.Error);

    [Fact]
    public void An_unknown_word_teaches_nothing() => Should.Throw<GitHubFailure>(() => Read(Turn("rolled_back", Ours), "null")).Kind.ShouldBe(FailureKind.Bug);

    [Theory]
    [InlineData("""{"id":"t","runs":[],"session":null}""")]
    [InlineData("""{"id":"t","latestTurn":null}""")]
    [InlineData("""{"id":"t","latestTurn":{"turnId":"x","state":"running"},"session":null}""")]
    public void An_answer_of_another_shape_is_none(string json) => Should.Throw<JsonException>(() => Thread(json));

    [Theory]
    [InlineData("Done.\nPushed-Commit: 0123456789ABCDEF0123456789abcdef01234567", TurnOutcome.Pushed, "0123456789abcdef0123456789abcdef01234567", null)]
    [InlineData("`Pushed-Commit: 0123456789abcdef0123456789abcdef01234567`\n", TurnOutcome.Pushed, "0123456789abcdef0123456789abcdef01234567", null)]
    [InlineData("Pushed-Commit: 1111111111111111111111111111111111111111\nthen\nPushed-Commit: 2222222222222222222222222222222222222222", TurnOutcome.Pushed, "2222222222222222222222222222222222222222", null)]
    [InlineData("AFK-Result: gave-up\nPushed-Commit: 1111111111111111111111111111111111111111", TurnOutcome.Pushed, "1111111111111111111111111111111111111111", null)]
    [InlineData("AFK-Result: nothing-to-do\nIt works.\nSee the test.", TurnOutcome.NothingToDo, null, "It works.\nSee the test.")]
    [InlineData("AFK-Result: gave-up", TurnOutcome.GaveUp, null, null)]
    public void A_report_is_read_from_lines_of_their_own(string text, TurnOutcome outcome, string? sha, string? why) => T3Report.Read(text).ShouldBe(new TurnReport(outcome, sha, why, CostUsd: null));

    [Theory]
    [InlineData("I pushed 0123456789abcdef0123456789abcdef01234567.")]
    [InlineData("Pushed-Commit: 0123456")]
    [InlineData("see Pushed-Commit: 0123456789abcdef0123456789abcdef01234567")]
    [InlineData("AFK-Result: maybe")]
    [InlineData("")]
    public void Prose_is_no_report(string text) => T3Report.Read(text).ShouldBeNull();

    [Theory]
    [InlineData("t3:afk-7-r0123456789ab.1-m3", "afk-7-r0123456789ab.1", 3)]
    [InlineData("t3:afk-7-r0123456789ab.12-m12", "afk-7-r0123456789ab.12", 12)]
    public void A_handle_names_thread_and_turn(string handle, string thread, int ordinal)
    {
        T3Turn.OfHandle(handle).ShouldBe(new T3Turn(thread, ordinal));
        new T3Turn(thread, ordinal).Handle.ShouldBe(handle);
    }

    [Theory]
    [InlineData("16700000001")]
    [InlineData("t3:afk-7-r0123456789ab.1")]
    [InlineData("t3:afk-7-r0123456789ab.1-m0")]
    [InlineData("t3:-m1x")]
    public void What_is_no_handle_is_not_read(string handle) => T3Turn.OfHandle(handle).ShouldBeNull();

    private static ThreadStatus Read(string turn, string session, string activity = "null", TimeSpan? after = null) =>
        T3Reading.OfThread(
            Thread($$"""{"id":"t","latestTurn":{{turn}},"session":{{session}},"messages":[{"id":"m","role":"user","text":"x","createdAt":"{{Ours}}"}],"activities":[{{activity}}]}"""),
            "m",
            DateTimeOffset.Parse(Ours, null) + (after ?? TimeSpan.FromSeconds(40)));

    private static string Turn(string state, string requestedAt) => $$"""{"turnId":"x","state":"{{state}}","requestedAt":"{{requestedAt}}"}""";

    private static string Session(string status, string updatedAt) => $$"""{"status":"{{status}}","updatedAt":"{{updatedAt}}","lastError":null}""";

    private static string Json(bool value) => value ? "true" : "false";

    private static ThreadDto Thread(string json) => JsonSerializer.Deserialize(json, T3Json.Default.ThreadDto)!;
}
