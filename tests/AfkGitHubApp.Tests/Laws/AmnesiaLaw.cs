using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace AfkGitHubApp.Tests.Laws;

/// <summary>
/// Redis is emptied at any write, with the process alive or dying with it: the sweep finds every run again from its marker, its labels and the
/// backend, and the world becomes the same; nothing is worked, posted or rung twice.
/// </summary>
public sealed class AmnesiaLaw(RedisFixture redis) : IClassFixture<RedisFixture>
{
    /// <summary>The lock stands without its marker and nobody remembers why: a person is asked, nothing is started over.</summary>
    private const string HandedOver = "open=True labels=[ready-for-human] comments=2 turns=0";

    /// <summary>The repository's labels but the one that the person made by using it: the first writes of all, and nothing of the run's.</summary>
    private const int Labels = 3;

    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);
    private static readonly TurnScript Turn = new() { Takes = TimeSpan.FromMinutes(2) };

    /// <summary>The longer stories add what comes after their first turn; each is played from both sides of a write and with both fates.</summary>
    public static TheoryData<string, CrashPoint, bool> Stories { get; } = new()
    {
        { "green", CrashPoint.BeforeSending, false },
        { "green", CrashPoint.BeforeSending, true },
        { "green", CrashPoint.AfterPerforming, false },
        { "green", CrashPoint.AfterPerforming, true },
        { "stalled", CrashPoint.BeforeSending, false },
        { "stalled", CrashPoint.AfterPerforming, true },
        { "red, then green", CrashPoint.BeforeSending, true },
        { "red, then green", CrashPoint.AfterPerforming, false },
        { "vanished", CrashPoint.BeforeSending, false },
        { "vanished", CrashPoint.AfterPerforming, true },
    };

    /// <summary>A release is not among them: what was frozen is forgotten as well.</summary>
    public static TheoryData<string, CrashPoint, bool> CommandStories { get; } = new()
    {
        { CommandStory.Extended, CrashPoint.BeforeSending, true },
        { CommandStory.Extended, CrashPoint.AfterPerforming, false },
        { CommandStory.Stopped, CrashPoint.BeforeSending, false },
        { CommandStory.Stopped, CrashPoint.AfterPerforming, true },
        { CommandStory.Retried, CrashPoint.BeforeSending, true },
        { CommandStory.Retried, CrashPoint.AfterPerforming, false },
        { CommandStory.Refused, CrashPoint.BeforeSending, false },
        { CommandStory.Refused, CrashPoint.AfterPerforming, true },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task A_store_emptied_at_any_write_ends_in_the_same_world(string story, CrashPoint point, bool dies)
    {
        var (expected, writes, _) = await PlayAsync(story, at: 0, point, dies);
        expected.ShouldContain(story is "stalled" ? "open=True" : "open=False");
        writes.ShouldBeGreaterThan(5);
        for (var at = 1; at <= writes; at++)
        {
            var (world, _, _) = await PlayAsync(story, at, point, dies);

            // A process that lives on sends the write it has begun; then the marker stands, although the store knows nothing of it.
            var ofTheRun = at - Labels;
            var markerMissing = ofTheRun == 1 ? point is CrashPoint.AfterPerforming || !dies : ofTheRun == 2 && point is CrashPoint.BeforeSending && dies;
            world.ShouldBe(markerMissing ? HandedOver : expected, $"{story}: emptied {point} at write {at}, {(dies ? "the process died with it" : "the process lived on")}");
        }
    }

    [Theory]
    [MemberData(nameof(CommandStories))]
    public async Task A_store_emptied_at_any_write_forgets_no_command_and_obeys_none_twice(string story, CrashPoint point, bool dies)
    {
        var caught = 0;
        var (expected, writes, before) = await PlayAsync(story, at: 0, point, dies);
        for (var at = before + 1; at <= writes; at++)
        {
            var (world, _, _) = await PlayAsync(story, at, point, dies);
            caught += world == CommandStory.Of(story)!.Caught ? 1 : 0;
            world.ShouldBe(world == CommandStory.Of(story)!.Caught ? world : expected, $"{story}: emptied {point} at write {at}, {(dies ? "the process died with it" : "the process lived on")}");
        }

        // A retried issue has one write more between lock and marker: the label that had handed it to a person goes.
        caught.ShouldBe(story switch { CommandStory.Stopped => 1, CommandStory.Retried => 2, _ => 0 });
    }

    [Fact]
    public async Task Under_the_kill_switch_a_run_in_flight_is_found_again_and_closed_by_the_process_that_saw_it()
    {
        await redis.Server.FlushAsync(Token);
        await using var tester = await StartAsync(new ForgettingWire());
        var issue = tester.OpenReadyIssue(turns: Turn);
        await PassAsync(tester, TimeSpan.FromMinutes(2));
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);
        tester.Set("Afk:KillSwitch", "true");
        tester.Deliveries = _ => 0;

        await redis.Server.FlushAsync(Token);
        await PassAsync(tester, TimeSpan.FromMinutes(30));

        WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue).ShouldBe("open=False labels=[] comments=2");
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "kill switch, alive");
    }

    [Fact]
    public async Task Under_the_kill_switch_a_run_in_flight_is_found_again_and_closed_by_a_new_process_at_the_next_sign_of_it()
    {
        await redis.Server.FlushAsync(Token);
        await using var tester = await StartAsync(new ForgettingWire());
        var issue = tester.OpenReadyIssue(turns: Turn);
        await PassAsync(tester, TimeSpan.FromMinutes(2));
        tester.Set("Afk:KillSwitch", "true");

        await redis.Server.FlushAsync(Token);
        await tester.RestartAsync();
        await PassAsync(tester, TimeSpan.FromMinutes(30));

        WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue).ShouldBe("open=False labels=[] comments=2");
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "kill switch, restarted");
    }

    [Fact]
    public async Task The_deployments_kill_switch_outlives_the_store_and_starts_nothing_while_it_holds()
    {
        await redis.Server.FlushAsync(Token);
        await using var tester = await StartAsync(new ForgettingWire());
        var running = tester.OpenReadyIssue("running", Turn);
        await PassAsync(tester, TimeSpan.FromMinutes(2));
        await tester.Services.GetRequiredService<IKillSwitch>().SetAsync(on: true, Token);

        await redis.Server.FlushAsync(Token);
        var waiting = tester.OpenReadyIssue("waiting", Turn);
        await PassAsync(tester, TimeSpan.FromMinutes(5));

        // The witness has told the store again: a process that never saw the switch finds it on.
        await tester.RestartAsync();
        await PassAsync(tester, TimeSpan.FromMinutes(30));

        tester.Issue(running).Open.ShouldBeFalse();
        tester.Issue(waiting).Labels.ShouldBe([AfkTester.Ready]);
        tester.GitHub.Journal.Effects<WorkflowDispatched>().Count.ShouldBe(1);

        await tester.Services.GetRequiredService<IKillSwitch>().SetAsync(on: false, Token);
        await PassAsync(tester, TimeSpan.FromMinutes(30));
        tester.EndingOf(waiting).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task A_store_emptied_again_and_again_only_delays_the_run()
    {
        await redis.Server.FlushAsync(Token);
        await using var tester = await StartAsync(new ForgettingWire());
        var issue = tester.OpenReadyIssue(turns: Turn with { Takes = TimeSpan.FromMinutes(20) });
        for (var time = 0; time < 10; time++)
        {
            await PassAsync(tester, TimeSpan.FromMinutes(2));
            await redis.Server.FlushAsync(Token);
        }

        await PassAsync(tester, TimeSpan.FromMinutes(30));

        WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue).ShouldBe("open=False labels=[] comments=2");
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "emptied ten times");
    }

    private static TurnScript[] Turns(string story) => story switch
    {
        "green" => [Turn],
        "red, then green" => [Turn with { Ci = new CiScript { Conclusion = "failure" } }, Turn],
        "stalled" => [Turn with { Pushes = false }],
        "vanished" => [Turn with { Pushes = false, Ends = TurnEnd.Vanish }, Turn],
        _ => throw new ArgumentOutOfRangeException(nameof(story), story, "unknown story"),
    };

    /// <summary>Lets time pass with the sweep that the host would call.</summary>
    private static async Task PassAsync(AfkTester tester, TimeSpan time)
    {
        var end = tester.Clock.GetUtcNow() + time;
        while (tester.Clock.GetUtcNow() < end)
        {
            await tester.EnrolAsync();
            await tester.PassAsync(Sweep);
        }
    }

    private Task<AfkTester> StartAsync(ForgettingWire wire, params (string Key, string? Value)[] settings) =>
        AfkTester.InProcessAsync(wire.Around, [("ConnectionStrings:Redis", redis.Server.ConnectionString), .. settings]);

    /// <returns>What became of the issue, how often was written, and how often before the first command.</returns>
    private async Task<(string World, int Writes, int Before)> PlayAsync(string story, int at, CrashPoint point, bool dies)
    {
        var name = $"{story}, emptied {point} at write {at}, {(dies ? "died" : "alive")}";
        await redis.Server.FlushAsync(Token);
        var wire = new ForgettingWire { At = at, Point = point, Dies = dies, Happens = () => redis.Server.FlushAsync(Token) };
        var commands = CommandStory.Of(story);
        await using var tester = await StartAsync(wire, commands?.Settings ?? []);
        var issue = tester.OpenReadyIssue(story, commands?.Turns ?? Turns(story));
        var begun = tester.Clock.GetUtcNow();
        var end = begun + TimeSpan.FromMinutes(story is "green" or "stalled" ? 20 : 35);
        var restarted = false;
        var before = 0;
        while (tester.Clock.GetUtcNow() < end)
        {
            // What is due by now is done or dead: a bug in a tick is put off by a minute, a dead process by ever.
            await PassAsync(tester, Sweep);
            if (wire.HasHappened && dies && !restarted)
            {
                restarted = true;
                await tester.RestartAsync();
            }

            before = commands is { IsTold: false } ? wire.Writes : before;
            commands?.Tell(tester, issue, tester.Clock.GetUtcNow() - begun);
        }

        wire.HasHappened.ShouldBe(at > 0, name);
        var world = $"{WorldAudit.FinalState(tester.GitHub, AfkTester.Repository, issue)} turns={tester.GitHub.Journal.Effects<TurnWorked>().Count}{(commands is null ? "" : " " + CommandStory.Answers(tester, issue))}";
        if (commands is null || world != commands.Caught)
        {
            WorldAudit.HoldsOnceAndAlone(tester.GitHub, name);
        }

        return (world, wire.Writes, before);
    }
}
