using System.Collections.Concurrent;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Scheduling;

namespace AfkGitHubApp.Tests.Laws;

/// <summary>
/// A process on Redis dies at each border of each effect and never comes back: another one takes over when the lease has run out, and the
/// world becomes the same as if nobody had died.
/// </summary>
public sealed class RedisCrashLaw(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Green = "green";
    private const string Stalled = "stalled";
    private const string Hanging = "hanging";
    private const string ByPullRequest = "by pull request";
    private const string Merging = "merged by the App";
    private const string Marker = "afk:v1";
    private const string NewComment = @"/issues/\d+/comments$";
    private const string Reaction = @"/issues/comments/\d+/reactions$";
    private static readonly ConcurrentDictionary<string, Task<string>> Undisturbed = new(StringComparer.Ordinal);

    private static readonly (EffectSign Sign, string Story)[] Effects =
    [
        (new("AddLabel, in progress", "POST", @"/issues/\d+/labels$", Contains: AfkTester.InProgress), Green),
        (new("AddLabel, for a person", "POST", @"/issues/\d+/labels$", Contains: AfkTester.ForHuman), Stalled),
        (new("RemoveLabel, ready", "DELETE", $"/labels/{AfkTester.Ready}$"), Green),
        (new("RemoveLabel, in progress", "DELETE", $"/labels/{AfkTester.InProgress}$"), Green),
        (new("CloseIssue", "PATCH", @"/issues/\d+$"), Green),
        (new("WriteChecklist, created", "POST", NewComment, IsJournalled: true, Contains: Marker), Green),
        (new("WriteChecklist, edited", "PATCH", @"/issues/comments/\d+$"), Green),
        (new("DispatchTurn", "POST", "/dispatches$", IsJournalled: true), Green),
        (new("CancelTurn", "POST", "/cancel$"), Hanging),
        (new("OpenPullRequest", "POST", "/pulls$"), ByPullRequest),
        (new("MergePullRequest", "PUT", "/merge-async$"), Merging),
        (new("AskForMerge", "POST", NewComment, IsJournalled: true, Contains: "afk-ready:"), ByPullRequest),
        (new("RingDoorbell, done where it asked for the merge", "PATCH", @"/issues/comments/\d+$", IsJournalled: true, Contains: "afk-doorbell:"), ByPullRequest),
        (new("RingDoorbell, done", "POST", NewComment, IsJournalled: true, Lacks: Marker), Green),
        (new("RingDoorbell, for a person", "POST", NewComment, IsJournalled: true, Lacks: Marker), Stalled),
        (new("answer to an extension", "POST", Reaction), CommandStory.Extended),
        (new("WriteChecklist, edited during an extension", "PATCH", @"/issues/comments/\d+$"), CommandStory.Extended),
        (new("DispatchTurn, of an extended run", "POST", "/dispatches$", IsJournalled: true, Contains: "corrective"), CommandStory.Extended),
        (new("answer to a stop", "POST", Reaction), CommandStory.Stopped),
        (new("CancelTurn, stopped", "POST", "/cancel$"), CommandStory.Stopped),
        (new("RemoveLabel, in progress, stopped", "DELETE", $"/labels/{AfkTester.InProgress}$"), CommandStory.Stopped),
        (new("answer to a retry", "POST", Reaction), CommandStory.Retried),
        (new("RemoveLabel, for a person, retried", "DELETE", $"/labels/{AfkTester.ForHuman}$"), CommandStory.Retried),
        (new("answer to a release", "POST", Reaction), CommandStory.Released),
        (new("words of a refusal", "POST", NewComment, Contains: "afk-answer:"), CommandStory.Refused),
        (new("words of a status", "POST", NewComment, Contains: "A run of this issue is in flight:"), CommandStory.Refused),
        (new("words of a late refusal", "POST", NewComment, Contains: "No run of this issue is in flight that"), CommandStory.Refused),
        (new("answer to a refused command", "POST", Reaction, Contains: "confused"), CommandStory.Refused),
    ];

    public static TheoryData<string, EffectBorder> Borders =>
        [.. from effect in Effects from border in Enum.GetValues<EffectBorder>() where effect.Sign.IsJournalled || border is not EffectBorder.AfterRemember select new TheoryDataRow<string, EffectBorder>(effect.Sign.Name, border)];

    [Theory]
    [MemberData(nameof(Borders))]
    public async Task A_process_that_dies_at_an_effect_is_succeeded_and_the_world_is_the_same(string effect, EffectBorder border)
    {
        var (sign, story) = Effects.Single(each => each.Sign.Name == effect);
        var expected = await Undisturbed.GetOrAdd(story, _ => PlayAsync(story, new MortalProcess(null, border), story));
        var process = new MortalProcess(sign, border);

        var world = await PlayAsync(story, process, $"{effect}, {border}");

        process.HasDied.ShouldBeTrue($"{story} has no {effect}");
        world.ShouldBe(expected);
    }

    [Theory]
    [InlineData(Green, "open=False labels=[] comments=2 turns=1 cancelled=False pull requests=0 closed=1")]
    [InlineData(Stalled, "open=True labels=[ready-for-human] comments=2 turns=1 cancelled=False pull requests=0 closed=0")]
    [InlineData(Hanging, "open=True labels=[ready-for-human] comments=2 turns=1 cancelled=True pull requests=0 closed=0")]
    [InlineData(ByPullRequest, "open=False labels=[] comments=2 turns=1 cancelled=False pull requests=1 closed=1")]
    [InlineData(Merging, "open=False labels=[] comments=2 turns=1 cancelled=False pull requests=1 closed=1")]
    [InlineData(CommandStory.Extended, "open=True labels=[ready-for-human] comments=3 turns=4 cancelled=False pull requests=0 closed=0 reactions=+1 answers=0")]
    [InlineData(CommandStory.Stopped, "open=False labels=[] comments=4 turns=2 cancelled=True pull requests=0 closed=1 reactions=+1 answers=0")]
    [InlineData(CommandStory.Retried, "open=True labels=[ready-for-human] comments=5 turns=2 cancelled=False pull requests=0 closed=0 reactions=+1 answers=0")]
    [InlineData(CommandStory.Released, "open=True labels=[ready-for-human] comments=7 turns=2 cancelled=False pull requests=0 closed=0 reactions=+1,+1,+1 answers=0")]
    [InlineData(CommandStory.Refused, "open=False labels=[] comments=10 turns=1 cancelled=False pull requests=0 closed=1 reactions=+1,confused,confused,confused answers=4")]
    public async Task The_world_that_is_compared_with_is_the_right_one(string story, string world) =>
        (await PlayAsync(story, new MortalProcess(null, EffectBorder.BeforePerform), story)).ShouldBe(world);

    private static (TurnScript[] Turns, (string Key, string? Value)[] Settings) Of(string story)
    {
        var turn = new TurnScript { Takes = TimeSpan.FromMinutes(2) };
        return story switch
        {
            Green => ([turn], []),
            Stalled => ([turn with { Pushes = false }], []),
            Hanging => ([turn with { Pushes = false, Ends = TurnEnd.Hang }], [("Afk:Policy:TurnMaxSeconds", "600")]),
            ByPullRequest => ([turn], [("Afk:Delivery", "pull_request")]),
            Merging => ([turn], [("Afk:Delivery", "pull_request"), ("Afk:Merge", "auto")]),
            _ => throw new ArgumentOutOfRangeException(nameof(story), story, "unknown story"),
        };
    }

    private async Task<string> PlayAsync(string story, MortalProcess process, string name)
    {
        await redis.Server.FlushAsync(TestContext.Current.CancellationToken);
        var commands = CommandStory.Of(story);
        var (turns, settings) = commands is null ? Of(story) : (commands.Turns, commands.Settings);
        await using var tester = await AfkTester.InProcessAsync(process.Around, process.Change, [("ConnectionStrings:Redis", redis.Server.ConnectionString), .. settings]);
        var issue = tester.OpenReadyIssue(story, turns);
        var begun = tester.Clock.GetUtcNow();
        var end = begun + TimeSpan.FromMinutes(50);
        var deaths = 0;
        while (tester.Clock.GetUtcNow() < end)
        {
            try
            {
                await tester.PassAsync(TimeSpan.FromMinutes(1));
            }
            catch (CrashException)
            {
                deaths++.ShouldBe(0, name);
                process.Bury();
                await tester.RestartAsync();
            }

            commands?.Tell(tester, issue, tester.Clock.GetUtcNow() - begun);
            if (end - tester.Clock.GetUtcNow() < TimeSpan.FromMinutes(20) && tester.GitHub.Journal.Effects<PullRequestOpened>() is [var opened] && tester.GitHub.Journal.Effects<PullRequestMerged>().Count == 0)
            {
                tester.GitHub.MergePullRequest(AfkTester.Repository, opened.Number, AfkTester.Maintainer);
            }
        }

        WorldAudit.HoldsOnceAndAlone(tester.GitHub, name);
        var journal = tester.GitHub.Journal;
        return $"{WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue)} turns={journal.Effects<TurnWorked>().Count} cancelled={journal.Effects<RunCancelled>().Count > 0} "
            + $"pull requests={journal.Effects<PullRequestOpened>().Count} closed={journal.Effects<IssueClosed>().Count}{(commands is null ? "" : " " + CommandStory.Answers(tester, issue))}";
    }
}
