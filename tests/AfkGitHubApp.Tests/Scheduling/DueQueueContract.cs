using System.Collections.Concurrent;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>The due queue's side of the store contract.</summary>
public abstract class DueQueueContract : StoreContract
{
    [Fact]
    public async Task An_empty_queue_has_nothing_to_give() => await ShouldHaveNothingDueAsync();

    [Fact]
    public async Task A_nudged_repository_is_due_at_once_and_given_once()
    {
        (await NudgeAsync(Widgets)).ShouldBe(NudgeOutcome.Due);

        var claim = await ClaimAsync();

        claim.Lease.Repository.ShouldBe(Widgets);
        claim.Record.ShouldBeNull();
        await ShouldHaveNothingDueAsync();
    }

    [Fact]
    public async Task Doubled_and_different_nudges_fold_into_one_look()
    {
        await NudgeAsync(Widgets, "push");
        await NudgeAsync(Widgets, "issues");
        await NudgeAsync(Widgets, "push");

        (await ClaimAsync()).Trigger.ShouldBe("issues, push");

        await ShouldHaveNothingDueAsync();
    }

    [Fact]
    public async Task What_is_given_time_to_come_to_rest_is_due_after_it_and_at_once_when_somebody_asks()
    {
        await Queue.NudgeAsync(new Nudge(Widgets, "push") { Rest = TimeSpan.FromSeconds(20) }, Token);
        Clock.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromMilliseconds(1));
        await ShouldHaveNothingDueAsync();

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await SettleAsync(await ClaimAsync(), Hour);
        Clock.Advance(Hour / 2);
        await Queue.NudgeAsync(new Nudge(Widgets, "push") { Rest = TimeSpan.FromSeconds(20) }, Token);
        await NudgeAsync(Widgets, "issues");

        (await ClaimAsync()).Trigger.ShouldBe("issues, push");
    }

    [Fact]
    public async Task A_reason_is_told_to_one_look_only()
    {
        await NudgeAsync(Widgets);
        await SettleAsync(await ClaimAsync(), Hour);
        Clock.Advance(Hour);

        (await ClaimAsync()).Trigger.ShouldBe("timer");
    }

    [Fact]
    public async Task What_has_been_due_longest_comes_first()
    {
        await NudgeAsync(Gadgets);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await NudgeAsync(Widgets);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await NudgeAsync(Gadgets, "push");

        (await ClaimAsync()).Lease.Repository.ShouldBe(Gadgets);
        (await ClaimAsync()).Lease.Repository.ShouldBe(Widgets);
    }

    [Fact]
    public async Task A_settled_repository_comes_back_at_its_next_look_and_not_before()
    {
        await NudgeAsync(Widgets);
        (await SettleAsync(await ClaimAsync(), Hour)).ShouldBe(SettleOutcome.Waiting);

        Clock.Advance(Hour - TimeSpan.FromMilliseconds(1));
        await ShouldHaveNothingDueAsync();

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await ClaimAsync()).Lease.Repository.ShouldBe(Widgets);
    }

    [Fact]
    public async Task A_nudge_brings_the_next_look_forward()
    {
        await SettleAsync(await TakeAsync(Widgets), Hour);
        Clock.Advance(NudgeGap);

        (await NudgeAsync(Widgets)).ShouldBe(NudgeOutcome.Due);

        (await ClaimAsync()).Trigger.ShouldBe("issues");
    }

    [Fact]
    public async Task A_burst_of_nudges_after_a_look_waits_for_the_nudge_gap()
    {
        await SettleAsync(await TakeAsync(Widgets), Hour);
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await NudgeAsync(Widgets)).ShouldBe(NudgeOutcome.Due);
        Clock.Advance(NudgeGap - TimeSpan.FromSeconds(1) - TimeSpan.FromMilliseconds(1));
        await NudgeAsync(Widgets);
        await ShouldHaveNothingDueAsync();

        Clock.Advance(TimeSpan.FromMilliseconds(1));

        await ClaimAsync();
        await ShouldHaveNothingDueAsync();
    }

    [Fact]
    public async Task A_nudge_never_puts_a_look_off()
    {
        await SettleAsync(await TakeAsync(Widgets), TimeSpan.FromSeconds(2));

        await NudgeAsync(Widgets);
        Clock.Advance(TimeSpan.FromSeconds(2));

        (await ClaimAsync()).Trigger.ShouldBe("issues");
    }

    [Fact]
    public async Task A_nudge_while_held_is_answered_by_another_look()
    {
        var claim = await TakeAsync(Widgets);

        (await NudgeAsync(Widgets, "push")).ShouldBe(NudgeOutcome.Dirty);

        await ShouldHaveNothingDueAsync();
        (await SettleAsync(claim, Hour)).ShouldBe(SettleOutcome.Again);
        Clock.Advance(NudgeGap);
        (await ClaimAsync()).Trigger.ShouldBe("push");
    }

    [Fact]
    public async Task A_nudge_while_held_keeps_a_repository_that_would_have_been_finished()
    {
        var claim = await TakeAsync(Widgets);
        await Records.SaveAsync(claim.Lease, Sample.Idle(Widgets), Token);
        await NudgeAsync(Widgets);

        (await SettleAsync(claim, null)).ShouldBe(SettleOutcome.Again);

        Clock.Advance(NudgeGap);
        (await ClaimAsync()).Record.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_nudge_between_expiry_and_a_late_settle_survives()
    {
        var claim = await TakeAsync(Widgets);
        Clock.Advance(Lease + TimeSpan.FromSeconds(1));
        await NudgeAsync(Widgets, "push");

        (await SettleAsync(claim, Hour)).ShouldBe(SettleOutcome.Again);

        Clock.Advance(NudgeGap);
        (await ClaimAsync()).Trigger.ShouldBe("push");
    }

    [Fact]
    public async Task A_nudge_between_expiry_and_the_next_claim_is_seen_by_that_claim()
    {
        var dead = await TakeAsync(Widgets);
        Clock.Advance(Lease);
        await NudgeAsync(Widgets, "push");

        var next = await ClaimAsync();

        next.Trigger.ShouldBe("push");
        (await SettleAsync(dead, Hour)).ShouldBe(SettleOutcome.Fenced);
        (await SettleAsync(next, Hour)).ShouldBe(SettleOutcome.Waiting);
    }

    [Fact]
    public async Task A_late_settle_takes_no_nudge_away_from_the_next_holder()
    {
        var (dead, next) = await SucceedAsync(Widgets);
        await NudgeAsync(Widgets);

        (await SettleAsync(dead, null)).ShouldBe(SettleOutcome.Fenced);

        (await SettleAsync(next, Hour)).ShouldBe(SettleOutcome.Again);
    }

    [Fact]
    public async Task A_dead_holders_repository_falls_due_by_itself_with_a_higher_fence()
    {
        await NudgeAsync(Widgets);
        var dead = await ClaimAsync();
        await Records.SaveAsync(dead.Lease, Sample.Idle(Widgets), Token);

        Clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        await ShouldHaveNothingDueAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        var next = await ClaimAsync();

        next.Lease.Repository.ShouldBe(Widgets);
        next.Lease.Fence.ShouldBeGreaterThan(dead.Lease.Fence);
        next.Record.ShouldNotBeNull();
        await ShouldHaveNothingDueAsync();
    }

    [Fact]
    public async Task A_renewed_lease_holds_for_another_full_duration()
    {
        var claim = await TakeAsync(Widgets);
        Clock.Advance(Lease - TimeSpan.FromSeconds(1));

        (await Queue.RenewAsync(claim.Lease, Token)).ShouldBeTrue();

        claim.Lease.Remaining.ShouldBe(Lease);
        Clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        (await Queue.ClaimAsync(Widgets, Token)).ShouldBeNull();
        await ShouldHaveNothingDueAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await ClaimAsync()).Lease.Fence.ShouldBeGreaterThan(claim.Lease.Fence);
    }

    [Fact]
    public async Task A_late_renewal_is_refused_after_a_new_claim()
    {
        var (dead, next) = await SucceedAsync(Widgets);

        (await Queue.RenewAsync(dead.Lease, Token)).ShouldBeFalse();

        dead.Lease.Remaining.ShouldBeLessThanOrEqualTo(TimeSpan.Zero);
        (await Queue.RenewAsync(next.Lease, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_settled_lease_can_be_neither_renewed_nor_settled_again()
    {
        var claim = await TakeAsync(Widgets);
        await SettleAsync(claim, Hour);

        (await Queue.RenewAsync(claim.Lease, Token)).ShouldBeFalse();
        (await SettleAsync(claim, null)).ShouldBe(SettleOutcome.Fenced);

        Clock.Advance(Hour);
        (await ClaimAsync()).Lease.Repository.ShouldBe(Widgets);
    }

    [Fact]
    public async Task A_late_settle_is_refused_and_changes_nothing()
    {
        var (dead, next) = await SucceedAsync(Widgets);
        await Records.SaveAsync(next.Lease, Sample.Idle(Widgets), Token);

        (await SettleAsync(dead, null)).ShouldBe(SettleOutcome.Fenced);
        (await SettleAsync(dead, TimeSpan.Zero)).ShouldBe(SettleOutcome.Fenced);

        await ShouldHaveNothingDueAsync();
        (await Records.AllAsync(Token)).Count.ShouldBe(1);
        (await SettleAsync(next, Hour)).ShouldBe(SettleOutcome.Waiting);
    }

    [Fact]
    public async Task A_repository_can_be_taken_by_name_before_it_is_due_but_not_from_its_holder()
    {
        await SettleAsync(await TakeAsync(Widgets), Hour);

        var claim = await TakeAsync(Widgets);

        claim.Trigger.ShouldBe("timer");
        (await Queue.ClaimAsync(Widgets, Token)).ShouldBeNull();
        Clock.Advance(Lease);
        (await TakeAsync(Widgets)).Lease.Fence.ShouldBeGreaterThan(claim.Lease.Fence);
    }

    [Fact]
    public async Task Repositories_do_not_stand_in_each_others_way()
    {
        var widgets = await TakeAsync(Widgets);
        await NudgeAsync(Gadgets);

        var gadgets = await ClaimAsync();
        await SettleAsync(gadgets, null);

        (await Queue.RenewAsync(widgets.Lease, Token)).ShouldBeTrue();
        (await SettleAsync(widgets, Hour)).ShouldBe(SettleOutcome.Waiting);
    }

    [Fact]
    public async Task A_renamed_repository_is_the_same_repository_under_its_new_name()
    {
        await SettleAsync(await TakeAsync(Widgets), Hour);
        Clock.Advance(NudgeGap);
        var renamed = Widgets with { FullName = "octo/cogs" };

        await NudgeAsync(renamed);

        (await ClaimAsync()).Lease.Repository.ShouldBe(renamed);
        Clock.Advance(Hour);
        (await ClaimAsync()).Lease.Repository.ShouldBe(renamed);
        await ShouldHaveNothingDueAsync();
    }

    [Fact]
    public async Task Evidence_is_kept_while_nothing_is_known_of_the_repository()
    {
        (await EvidenceAsync(Widgets, Sample.StrangeSha, 1)).ShouldBe(NudgeOutcome.Due);

        (await ClaimAsync()).Hint.ShouldBe(WorkHint.Possible);
    }

    [Theory]
    [InlineData(Sample.PushedSha, null)]
    [InlineData("00000000000000000000000000000000000000AA", null)]
    [InlineData(null, Sample.Thread)]
    [InlineData(Sample.StrangeSha, Sample.Thread)]
    [InlineData(Sample.PushedSha, 99L)]
    public async Task Evidence_of_the_runs_commit_or_workflow_run_is_kept(string? sha, long? workflowRun)
    {
        await RememberAsync(Sample.With(Widgets, Sample.PushedRun()));

        (await EvidenceAsync(Widgets, sha, workflowRun)).ShouldBe(NudgeOutcome.Due);

        (await ClaimAsync()).Trigger.ShouldBe("check_suite");
    }

    [Theory]
    [InlineData(Sample.StrangeSha, null)]
    [InlineData(Sample.BaseSha, null)]
    [InlineData(null, 99L)]
    [InlineData(Sample.StrangeSha, 99L)]
    public async Task Evidence_of_something_else_is_dropped_when_the_run_is_known(string? sha, long? workflowRun)
    {
        await RememberAsync(Sample.With(Widgets, Sample.PushedRun()));

        (await EvidenceAsync(Widgets, sha, workflowRun)).ShouldBe(NudgeOutcome.Irrelevant);

        await ShouldHaveNothingDueAsync();
        Clock.Advance(Hour);
        var claim = await ClaimAsync();
        claim.Trigger.ShouldBe("timer");
        claim.Hint.ShouldBe(WorkHint.None);
    }

    [Fact]
    public async Task Evidence_of_an_unknown_commit_is_kept_while_the_turn_may_still_push()
    {
        await RememberAsync(Sample.With(Widgets, Sample.Run()));

        (await EvidenceAsync(Widgets, Sample.StrangeSha)).ShouldBe(NudgeOutcome.Due);
        (await EvidenceAsync(Widgets, workflowRun: 99)).ShouldBe(NudgeOutcome.Irrelevant);
    }

    [Fact]
    public async Task Evidence_is_dropped_when_nothing_is_in_flight()
    {
        await RememberAsync(Sample.Idle(Widgets));

        (await EvidenceAsync(Widgets, Sample.PushedSha, Sample.Thread)).ShouldBe(NudgeOutcome.Irrelevant);

        await ShouldHaveNothingDueAsync();
    }

    [Fact]
    public async Task Evidence_of_a_turn_that_outlived_its_run_is_kept()
    {
        await RememberAsync(Sample.Idle(Widgets) with { Lingering = new LingeringTurn(new TurnId(Sample.Run().Id, 1), "7001", Now + Hour) });

        (await EvidenceAsync(Widgets, Sample.StrangeSha)).ShouldBe(NudgeOutcome.Irrelevant);
        (await EvidenceAsync(Widgets, workflowRun: Sample.Thread)).ShouldBe(NudgeOutcome.Due);
    }

    [Fact]
    public async Task Evidence_of_any_commit_is_kept_while_a_frozen_run_holds_the_trunk()
    {
        await RememberAsync(Sample.Idle(Widgets) with { FrozenTrunk = new FrozenTrunk(Sample.PushedSha, 3, "main") });

        (await EvidenceAsync(Widgets, Sample.StrangeSha)).ShouldBe(NudgeOutcome.Due);
    }

    [Fact]
    public async Task Irrelevant_evidence_does_not_make_a_held_repository_look_again()
    {
        var claim = await TakeAsync(Widgets);
        await Records.SaveAsync(claim.Lease, Sample.With(Widgets, Sample.PushedRun()), Token);

        (await EvidenceAsync(Widgets, Sample.StrangeSha)).ShouldBe(NudgeOutcome.Irrelevant);

        (await SettleAsync(claim, Hour)).ShouldBe(SettleOutcome.Waiting);
    }

    [Fact]
    public async Task A_changed_record_changes_what_is_relevant()
    {
        await RememberAsync(Sample.With(Widgets, Sample.PushedRun()));
        await RememberAsync(Sample.Idle(Widgets));

        (await EvidenceAsync(Widgets, Sample.PushedSha)).ShouldBe(NudgeOutcome.Irrelevant);
    }

    [Theory]
    [InlineData("issues", WorkHint.None)]
    [InlineData("push", WorkHint.Possible)]
    [InlineData("sweep", WorkHint.Wanted)]
    public async Task A_push_or_issue_nudge_is_never_dropped(string reason, WorkHint hint)
    {
        await RememberAsync(Sample.With(Widgets, Sample.PushedRun()));

        (await Queue.NudgeAsync(new Nudge(Widgets, reason) { Hint = hint }, Token)).ShouldBe(NudgeOutcome.Due);

        (await ClaimAsync()).Hint.ShouldBe(hint);
    }

    [Fact]
    public async Task A_hint_among_several_nudges_is_told_once()
    {
        await NudgeAsync(Widgets, "issues");
        await Queue.NudgeAsync(new Nudge(Widgets, "push") { Hint = WorkHint.Possible }, Token);
        await NudgeAsync(Widgets, "issue_comment");

        var first = await ClaimAsync();
        await SettleAsync(first, TimeSpan.Zero);

        first.Hint.ShouldBe(WorkHint.Possible);
        (await ClaimAsync()).Hint.ShouldBe(WorkHint.None);
    }

    [Fact]
    public async Task Waiting_ends_at_once_when_something_is_due()
    {
        await NudgeAsync(Widgets);

        await Queue.WaitForWorkAsync(Hour, Token);

        await ClaimAsync();
    }

    [Fact]
    public async Task Waiting_ends_with_a_nudge()
    {
        await SettleAsync(await TakeAsync(Gadgets), Hour);
        await ShouldHaveNothingDueAsync();
        var waiting = Queue.WaitForWorkAsync(Hour, Token);
        waiting.IsCompleted.ShouldBeFalse();

        await NudgeAsync(Widgets);

        await waiting;
        await ClaimAsync();
    }

    [Fact]
    public async Task Waiting_ends_by_the_next_due_time()
    {
        await SettleAsync(await TakeAsync(Widgets), TimeSpan.FromSeconds(30));
        var waiting = Queue.WaitForWorkAsync(Hour, Token);
        waiting.IsCompleted.ShouldBeFalse();

        Clock.Advance(TimeSpan.FromSeconds(30));

        await waiting;
        await ClaimAsync();
    }

    [Fact]
    public async Task Waiting_ends_after_the_time_it_was_given()
    {
        await SettleAsync(await TakeAsync(Widgets), Hour);
        var waiting = Queue.WaitForWorkAsync(TimeSpan.FromSeconds(5), Token);
        waiting.IsCompleted.ShouldBeFalse();

        Clock.Advance(TimeSpan.FromSeconds(5));

        await waiting;
        await ShouldHaveNothingDueAsync();
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        await ShouldHaveNothingDueAsync();
        using var stop = new CancellationTokenSource();
        var waiting = Queue.WaitForWorkAsync(Hour, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task A_settle_between_the_look_and_the_wait_is_not_slept_through()
    {
        var claim = await TakeAsync(Widgets);
        await ShouldHaveNothingDueAsync();
        await SettleAsync(claim, TimeSpan.FromSeconds(30));
        var waiting = Queue.WaitForWorkAsync(Hour, Token);

        Clock.Advance(TimeSpan.FromSeconds(30));

        await waiting;
        await ClaimAsync();
    }

    [Fact]
    public async Task What_a_dead_holder_was_told_is_told_to_the_next_one()
    {
        await NudgeAsync(Widgets, "push");
        await EvidenceAsync(Widgets, Sample.StrangeSha);
        (await ClaimAsync()).Trigger.ShouldBe("check_suite, push");
        Clock.Advance(Lease);
        await NudgeAsync(Widgets, "issues");

        var next = await ClaimAsync();

        next.Trigger.ShouldBe("check_suite, issues, push");
        next.Hint.ShouldBe(WorkHint.Possible);
        await SettleAsync(next, Hour);
        Clock.Advance(Hour);
        var last = await ClaimAsync();
        last.Trigger.ShouldBe("timer");
        last.Hint.ShouldBe(WorkHint.None);
    }

    [Fact]
    public async Task Of_several_hints_the_strongest_counts()
    {
        await Queue.NudgeAsync(new Nudge(Widgets, "sweep") { Hint = WorkHint.Wanted }, Token);
        await EvidenceAsync(Widgets, Sample.StrangeSha);

        (await ClaimAsync()).Hint.ShouldBe(WorkHint.Wanted);
    }

    [Fact]
    public async Task What_was_told_to_a_holder_that_did_not_look_is_told_to_the_next_one()
    {
        await EvidenceAsync(Widgets, Sample.StrangeSha);
        var claim = await ClaimAsync();

        (await Queue.ReleaseAsync(claim.Lease, Now + TimeSpan.FromSeconds(30), Token)).ShouldBe(SettleOutcome.Waiting);

        await ShouldHaveNothingDueAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        var next = await ClaimAsync();
        next.Trigger.ShouldBe("check_suite");
        next.Hint.ShouldBe(WorkHint.Possible);
        (await SettleAsync(next, Hour)).ShouldBe(SettleOutcome.Waiting);
    }

    [Fact]
    public async Task A_nudge_meanwhile_brings_a_repository_that_was_not_looked_at_forward()
    {
        var claim = await TakeAsync(Widgets);
        await NudgeAsync(Widgets, "push");

        await Queue.ReleaseAsync(claim.Lease, Now + Hour, Token);

        Clock.Advance(NudgeGap);
        (await ClaimAsync()).Trigger.ShouldBe("push");
    }

    [Fact]
    public async Task A_stale_holder_can_give_nothing_back()
    {
        var (dead, next) = await SucceedAsync(Widgets);

        (await Queue.ReleaseAsync(dead.Lease, Now, Token)).ShouldBe(SettleOutcome.Fenced);

        await ShouldHaveNothingDueAsync();
        (await Queue.ReleaseAsync(next.Lease, Now, Token)).ShouldBe(SettleOutcome.Waiting);
        (await Queue.ReleaseAsync(next.Lease, Now, Token)).ShouldBe(SettleOutcome.Fenced, "it was given back");
    }

    [Fact]
    public async Task Whoever_names_a_repository_knows_its_newest_name_and_installation()
    {
        await SettleAsync(await TakeAsync(Widgets), Hour);
        var moved = Widgets with { FullName = "octo/cogs", InstallationId = 8 };

        (await TakeAsync(moved)).Lease.Repository.ShouldBe(moved);
    }

    [Fact]
    public async Task Known_is_what_has_a_due_time()
    {
        await NudgeAsync(Widgets);
        (await Queue.UnknownAsync([Widgets, Gadgets], Token)).ShouldBe([Gadgets]);

        var claim = await ClaimAsync();
        (await Queue.UnknownAsync([Widgets], Token)).ShouldBeEmpty("it is held");

        await SettleAsync(claim, null);
        (await Queue.UnknownAsync([Widgets], Token)).ShouldBe([Widgets], "it is finished");
        (await Queue.UnknownAsync([], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_due_time_is_the_earliest_of_all()
    {
        (await Queue.NextDueAsync(Token)).ShouldBeNull();
        await SettleAsync(await TakeAsync(Gadgets), Hour);
        await SettleAsync(await TakeAsync(Widgets), TimeSpan.FromMinutes(3));

        (await Queue.NextDueAsync(Token)).ShouldBe(Now + TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_finished_repository_is_forgotten()
    {
        await RememberAsync(Sample.Idle(Widgets));

        (await SettleAsync(await TakeAsync(Widgets), null)).ShouldBe(SettleOutcome.Finished);

        Clock.Advance(TimeSpan.FromDays(30));
        await ShouldHaveNothingDueAsync();
        (await Records.AllAsync(Token)).ShouldBeEmpty();
        (await TakeAsync(Widgets)).Record.ShouldBeNull();
    }

    [Fact]
    public async Task A_finished_repository_comes_back_with_a_nudge()
    {
        await SettleAsync(await TakeAsync(Widgets), null);

        (await EvidenceAsync(Widgets, Sample.StrangeSha)).ShouldBe(NudgeOutcome.Due);

        Clock.Advance(NudgeGap);
        await ClaimAsync();
    }

    [Fact]
    public async Task The_fence_never_goes_back_even_after_the_repository_was_forgotten()
    {
        var fences = new List<long>();
        for (var life = 0; life < 3; life++)
        {
            for (var look = 0; look < 3; look++)
            {
                var claim = await TakeAsync(Widgets);
                fences.Add(claim.Lease.Fence);
                await SettleAsync(claim, look == 2 ? null : TimeSpan.Zero);
            }
        }

        fences.ShouldBe(fences.Distinct().Order());
    }

    [Fact]
    public async Task A_holder_from_before_the_repository_was_forgotten_is_refused()
    {
        var (dead, next) = await SucceedAsync(Widgets);
        await SettleAsync(next, null);
        var reborn = await TakeAsync(Widgets);

        (await Queue.RenewAsync(dead.Lease, Token)).ShouldBeFalse();
        (await Queue.RenewAsync(next.Lease, Token)).ShouldBeFalse();
        (await SettleAsync(next, null)).ShouldBe(SettleOutcome.Fenced);
        await Should.ThrowAsync<LeaseLostException>(() => Records.SaveAsync(next.Lease, Sample.Idle(Widgets), Token));
        (await Queue.RenewAsync(reborn.Lease, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Many_claimers_at_once_get_each_due_repository_once()
    {
        const int Repositories = 200;
        for (var id = 1; id <= Repositories; id++)
        {
            await NudgeAsync(new RepositoryKey(id, $"octo/r{id}", 7));
        }

        var claimed = new ConcurrentBag<long>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 16), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (_, token) =>
        {
            while (await Queue.ClaimAsync(token) is { } claim)
            {
                claimed.Add(claim.Lease.Repository.Id);
            }
        });

        claimed.Order().ShouldBe(Enumerable.Range(1, Repositories).Select(id => (long)id));
    }

    [Fact]
    public async Task Many_claimers_of_one_repository_have_one_winner()
    {
        var won = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (_, token) =>
        {
            if (await Queue.ClaimAsync(Widgets, token) is not null)
            {
                Interlocked.Increment(ref won);
            }
        });

        won.ShouldBe(1);
    }

    /// <summary>A record in the store, its next look in an hour, the nudge gap over.</summary>
    private async Task RememberAsync(RepositoryRecord record)
    {
        var claim = await TakeAsync(record.Repository);
        await Records.SaveAsync(claim.Lease, record, Token);
        await SettleAsync(claim, Hour);
        Clock.Advance(NudgeGap);
    }
}
