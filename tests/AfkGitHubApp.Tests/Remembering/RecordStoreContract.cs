using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Scheduling;

namespace AfkGitHubApp.Tests.Remembering;

/// <summary>The record store's side of the store contract.</summary>
public abstract class RecordStoreContract : StoreContract
{
    [Fact]
    public async Task A_saved_record_comes_with_the_next_claim()
    {
        var claim = await TakeAsync(Widgets);
        await Records.SaveAsync(claim.Lease, FullRecord.Of(Widgets), Token);
        await SettleAsync(claim, TimeSpan.Zero);

        (await ClaimAsync()).Record.ShouldBe(RecordCodec.Write(FullRecord.Of(Widgets)));
    }

    [Fact]
    public async Task The_last_save_of_a_holder_counts()
    {
        var claim = await TakeAsync(Widgets);
        await Records.SaveAsync(claim.Lease, Sample.With(Widgets, Sample.Run()), Token);
        await Records.SaveAsync(claim.Lease, Sample.Idle(Widgets), Token);

        (await Records.AllAsync(Token)).ShouldHaveSingleItem().CurrentRun.ShouldBeNull();
    }

    [Fact]
    public async Task All_records_are_listed_held_or_not()
    {
        var widgets = await TakeAsync(Widgets);
        await Records.SaveAsync(widgets.Lease, Sample.With(Widgets, Sample.Run()), Token);
        var gadgets = await TakeAsync(Gadgets);
        await Records.SaveAsync(gadgets.Lease, Sample.Idle(Gadgets), Token);
        await SettleAsync(gadgets, Hour);
        await NudgeAsync(new RepositoryKey(1003, "octo/empty", 7));

        (await Records.AllAsync(Token)).Select(record => record.Repository).OrderBy(repository => repository.Id).ShouldBe([Widgets, Gadgets]);
    }

    [Fact]
    public async Task A_save_of_a_stale_holder_is_refused_and_changes_nothing()
    {
        var (dead, next) = await SucceedAsync(Widgets);
        await Records.SaveAsync(next.Lease, Sample.With(Widgets, Sample.Run()), Token);

        await Should.ThrowAsync<LeaseLostException>(() => Records.SaveAsync(dead.Lease, Sample.Idle(Widgets), Token));

        (await Records.AllAsync(Token)).ShouldHaveSingleItem().CurrentRun.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_save_after_the_settle_is_refused()
    {
        var claim = await TakeAsync(Widgets);
        await SettleAsync(claim, Hour);

        await Should.ThrowAsync<LeaseLostException>(() => Records.SaveAsync(claim.Lease, Sample.Idle(Widgets), Token));

        (await Records.AllAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_save_into_a_forgotten_repository_is_refused()
    {
        var claim = await TakeAsync(Widgets);
        await SettleAsync(claim, null);

        await Should.ThrowAsync<LeaseLostException>(() => Records.SaveAsync(claim.Lease, Sample.Idle(Widgets), Token));

        (await Records.AllAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_of_a_newer_build_is_kept_whole_and_not_shown()
    {
        var newer = Sample.Idle(Widgets) with { Schema = RepositoryRecord.CurrentSchema + 1 };
        var claim = await TakeAsync(Widgets);
        await Records.SaveAsync(claim.Lease, newer, Token);
        await SettleAsync(claim, TimeSpan.Zero);

        (await Records.AllAsync(Token)).ShouldBeEmpty();
        (await ClaimAsync()).Record.ShouldBe(RecordCodec.Write(newer));
    }
}
