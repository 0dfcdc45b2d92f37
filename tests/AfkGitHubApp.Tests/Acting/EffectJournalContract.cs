using AfkGitHubApp.Acting;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Scheduling;

namespace AfkGitHubApp.Tests.Acting;

/// <summary>The effect journal's side of the store contract.</summary>
public abstract class EffectJournalContract : StoreContract
{
    private static readonly EffectKey Dispatch = new(new TurnId(Sample.Run().Id, 1), "dispatch-turn");

    [Fact]
    public async Task An_act_is_new_once()
    {
        var claim = await TakeAsync(Widgets);

        (await Journal.BeginAsync(claim.Lease, Dispatch, Token)).ShouldBe(new JournalEntry(JournalState.New, Now, null));
        var begun = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await Journal.BeginAsync(claim.Lease, Dispatch, Token)).ShouldBe(new JournalEntry(JournalState.Unfinished, begun, null));
    }

    [Fact]
    public async Task A_finished_act_gives_its_result_and_the_time_it_was_begun()
    {
        var claim = await TakeAsync(Widgets);
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        var begun = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Journal.FinishAsync(claim.Lease, Dispatch, "thread \"7001\"", Token);
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await Journal.BeginAsync(claim.Lease, Dispatch, Token)).ShouldBe(new JournalEntry(JournalState.Finished, begun, "thread \"7001\""));
    }

    [Fact]
    public async Task The_next_holder_learns_of_an_act_that_may_have_happened()
    {
        var dead = await TakeAsync(Widgets);
        await Journal.BeginAsync(dead.Lease, Dispatch, Token);
        var begun = Now;
        Clock.Advance(Lease);

        var next = await ClaimAsync();

        (await Journal.BeginAsync(next.Lease, Dispatch, Token)).ShouldBe(new JournalEntry(JournalState.Unfinished, begun, null));
    }

    [Fact]
    public async Task A_finished_act_stays_finished_for_the_next_holder()
    {
        var claim = await TakeAsync(Widgets);
        await Records.SaveAsync(claim.Lease, Sample.With(Widgets, Sample.Run()), Token);
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        await Journal.FinishAsync(claim.Lease, Dispatch, "7001", Token);
        await SettleAsync(claim, TimeSpan.Zero);

        var next = await ClaimAsync();

        (await Journal.BeginAsync(next.Lease, Dispatch, Token)).Result.ShouldBe("7001");
    }

    [Fact]
    public async Task When_an_act_was_begun_can_be_asked_without_beginning_it()
    {
        var claim = await TakeAsync(Widgets);
        (await Journal.BegunAtAsync(Widgets, Dispatch, Token)).ShouldBeNull();
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        var begun = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await Journal.BegunAtAsync(Widgets, Dispatch, Token)).ShouldBe(begun);
        await Journal.FinishAsync(claim.Lease, Dispatch, "7001", Token);
        (await Journal.BegunAtAsync(Widgets, Dispatch, Token)).ShouldBe(begun);
        (await Journal.BegunAtAsync(Gadgets, Dispatch, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_act_taken_back_is_new_again()
    {
        var claim = await TakeAsync(Widgets);
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        await Journal.AbandonAsync(claim.Lease, Dispatch, Token);
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await Journal.BeginAsync(claim.Lease, Dispatch, Token)).ShouldBe(new JournalEntry(JournalState.New, Now, null));
    }

    [Fact]
    public async Task Taking_back_what_was_never_begun_is_no_harm()
    {
        var claim = await TakeAsync(Widgets);

        await Journal.AbandonAsync(claim.Lease, Dispatch, Token);

        (await Journal.BeginAsync(claim.Lease, Dispatch, Token)).State.ShouldBe(JournalState.New);
    }

    [Fact]
    public async Task An_act_sent_again_counts_from_then()
    {
        var claim = await TakeAsync(Widgets);
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        Clock.Advance(TimeSpan.FromSeconds(30));
        await Journal.RestartAsync(claim.Lease, Dispatch, Token);
        var again = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await Journal.BeginAsync(claim.Lease, Dispatch, Token)).ShouldBe(new JournalEntry(JournalState.Unfinished, again, null));
    }

    [Fact]
    public async Task Acts_differ_by_run_turn_effect_and_ordinal()
    {
        var claim = await TakeAsync(Widgets);
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        EffectKey[] others =
        [
            Dispatch with { Ordinal = 1 },
            Dispatch with { Effect = "doorbell" },
            Dispatch with { Turn = Dispatch.Turn with { Ordinal = 2 } },
            Dispatch with { Turn = Dispatch.Turn with { Run = RunId.FromEvent("LE_2") } },
        ];

        foreach (var other in others)
        {
            (await Journal.BeginAsync(claim.Lease, other, Token)).State.ShouldBe(JournalState.New);
        }
    }

    [Fact]
    public async Task Repositories_do_not_share_a_journal()
    {
        await Journal.BeginAsync((await TakeAsync(Widgets)).Lease, Dispatch, Token);

        (await Journal.BeginAsync((await TakeAsync(Gadgets)).Lease, Dispatch, Token)).State.ShouldBe(JournalState.New);
    }

    [Fact]
    public async Task A_stale_holder_can_change_nothing()
    {
        var (dead, next) = await SucceedAsync(Widgets);
        await Journal.BeginAsync(next.Lease, Dispatch, Token);
        var begun = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));
        var another = Dispatch with { Ordinal = 1 };

        await Should.ThrowAsync<LeaseLostException>(() => Journal.BeginAsync(dead.Lease, another, Token));
        await Should.ThrowAsync<LeaseLostException>(() => Journal.BeginAsync(dead.Lease, Dispatch, Token));
        await Should.ThrowAsync<LeaseLostException>(() => Journal.RestartAsync(dead.Lease, Dispatch, Token));
        await Should.ThrowAsync<LeaseLostException>(() => Journal.FinishAsync(dead.Lease, Dispatch, "9", Token));
        await Should.ThrowAsync<LeaseLostException>(() => Journal.AbandonAsync(dead.Lease, Dispatch, Token));

        (await Journal.BeginAsync(next.Lease, Dispatch, Token)).ShouldBe(new JournalEntry(JournalState.Unfinished, begun, null));
        (await Journal.BeginAsync(next.Lease, another, Token)).State.ShouldBe(JournalState.New);
    }

    [Fact]
    public async Task A_settled_holder_can_change_nothing()
    {
        var claim = await TakeAsync(Widgets);
        await SettleAsync(claim, Hour);

        await Should.ThrowAsync<LeaseLostException>(() => Journal.BeginAsync(claim.Lease, Dispatch, Token));
        await Should.ThrowAsync<LeaseLostException>(() => Journal.FinishAsync(claim.Lease, Dispatch, "9", Token));
    }

    [Fact]
    public async Task Acts_of_an_ended_run_are_kept_while_the_run_is_remembered()
    {
        var claim = await TakeAsync(Widgets);
        var record = Sample.With(Widgets, Sample.Run());
        await Records.SaveAsync(claim.Lease, record, Token);
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        await Journal.FinishAsync(claim.Lease, Dispatch, "7001", Token);

        await Records.SaveAsync(claim.Lease, record.WithoutRun(Sample.Run().Id), Token);

        (await Journal.BeginAsync(claim.Lease, Dispatch, Token)).State.ShouldBe(JournalState.Finished);
    }

    [Fact]
    public async Task Acts_go_with_the_repository_that_is_forgotten()
    {
        var claim = await TakeAsync(Widgets);
        await Journal.BeginAsync(claim.Lease, Dispatch, Token);
        await SettleAsync(claim, null);

        (await Journal.BeginAsync((await TakeAsync(Widgets)).Lease, Dispatch, Token)).State.ShouldBe(JournalState.New);
    }
}
