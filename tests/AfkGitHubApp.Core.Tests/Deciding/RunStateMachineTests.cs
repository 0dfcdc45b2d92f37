using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>One sentence per row of the watcher's table and per bound. A bound reached is a bound exhausted.</summary>
public sealed class RunStateMachineTests
{
    private static readonly RunState Unpushed = new() { Pushed = false, Thread = ThreadStatus.Running };
    private static readonly RunState Green = new() { Pushed = true, Thread = ThreadStatus.Idle, Ci = CiStatus.Green };
    private static readonly RunState Red = new() { Pushed = true, Thread = ThreadStatus.Idle, Ci = CiStatus.Red };
    private static readonly RunState Silent = new() { Pushed = true, Thread = ThreadStatus.Idle, Ci = CiStatus.Pending };
    private static readonly RunPolicy KillSwitchOn = RunPolicy.Default with { KillSwitch = true };

    // Row 1

    [Fact]
    public void A_run_that_a_person_took_over_is_released_whatever_else_is_true()
    {
        foreach (var state in (RunState[])[Unpushed, Green, Red, Silent, Green with { Merged = true, Delivery = Delivery.PullRequest }, Red with { FixForwardAttempts = 9 }])
        {
            Action(state with { HumanTookOver = true }).ShouldBe(RunAction.Release);
        }
    }

    // Row 2

    [Fact]
    public void A_green_commit_is_not_closed_while_its_turn_is_running() => Action(Green with { Thread = ThreadStatus.Running }).ShouldBe(RunAction.Wait);

    [Fact]
    public void A_red_commit_is_not_corrected_while_its_turn_is_running() => Action(Red with { Thread = ThreadStatus.Running }).ShouldBe(RunAction.Wait);

    [Fact]
    public void A_green_commit_is_not_closed_while_it_is_not_known_whether_its_turn_runs() => Action(Green with { Thread = null }).ShouldBe(RunAction.Wait);

    [Fact]
    public void A_red_commit_is_not_corrected_while_it_is_not_known_whether_its_turn_runs() => Action(Red with { Thread = null }).ShouldBe(RunAction.Wait);

    [Fact]
    public void A_red_commit_under_a_live_turn_waits_even_when_the_budget_is_spent() =>
        Action(Red with { Thread = ThreadStatus.Running, FixForwardAttempts = 5, ElapsedSeconds = 9999 }).ShouldBe(RunAction.Wait);

    [Fact]
    public void Pull_request_delivery_waits_for_a_live_turn_as_well() =>
        Action(Green with { Thread = ThreadStatus.Running, Delivery = Delivery.PullRequest }).ShouldBe(RunAction.Wait);

    [Theory]
    [InlineData(7199.9, RunAction.Wait)]
    [InlineData(7200, RunAction.CloseSuccess)]
    [InlineData(7200.1, RunAction.CloseSuccess)]
    public void Green_waits_for_a_running_turn_for_two_hours_and_no_longer(double turnSeconds, RunAction expected) =>
        Action(Green with { Thread = ThreadStatus.Running, TurnSeconds = turnSeconds }).ShouldBe(expected);

    [Theory]
    [InlineData(3599.9, RunAction.Wait)]
    [InlineData(3600, RunAction.CloseSuccess)]
    [InlineData(3600.1, RunAction.CloseSuccess)]
    public void Green_waits_for_an_unknown_status_for_an_hour_and_no_longer(double unknownSeconds, RunAction expected) =>
        Action(Green with { Thread = null, UnknownSeconds = unknownSeconds }).ShouldBe(expected);

    [Fact]
    public void The_age_of_the_turn_is_no_reason_to_act_on_an_unknown_status() =>
        Action(Green with { Thread = null, TurnSeconds = 99999, UnknownSeconds = 3599 }).ShouldBe(RunAction.Wait);

    [Fact]
    public void The_time_of_not_knowing_is_no_reason_to_act_under_a_running_turn() =>
        Action(Green with { Thread = ThreadStatus.Running, TurnSeconds = 7199, UnknownSeconds = 99999 }).ShouldBe(RunAction.Wait);

    [Fact]
    public void A_closing_under_a_turn_that_did_not_end_in_time_says_so() =>
        Why(Green with { Thread = ThreadStatus.Running, TurnSeconds = 7200 }).ShouldBe("pushed and CI is green; the turn did not end in time");

    // Rows 3 and 4

    [Fact]
    public void A_green_commit_on_the_trunk_closes_the_issue() => Decide(Green).ShouldBe(new Decision(RunAction.CloseSuccess, "pushed and CI is green"));

    [Theory]
    [InlineData(ThreadStatus.Idle)]
    [InlineData(ThreadStatus.Error)]
    [InlineData(ThreadStatus.Vanished)]
    [InlineData(ThreadStatus.NeedsPerson)]
    public void Green_counts_however_the_turn_ended(ThreadStatus thread) => Action(Green with { Thread = thread }).ShouldBe(RunAction.CloseSuccess);

    [Fact]
    public void Green_closes_even_when_the_budget_is_long_spent() => Action(Green with { FixForwardAttempts = 99, ElapsedSeconds = 99999 }).ShouldBe(RunAction.CloseSuccess);

    [Fact]
    public void Green_closes_while_the_kill_switch_is_on() => Action(Green, KillSwitchOn).ShouldBe(RunAction.CloseSuccess);

    [Fact]
    public void A_green_pull_request_that_is_not_merged_is_delivered_not_closed() => Action(Green with { Delivery = Delivery.PullRequest }).ShouldBe(RunAction.Deliver);

    [Fact]
    public void A_merged_pull_request_closes_the_issue() =>
        Decide(Green with { Delivery = Delivery.PullRequest, Merged = true }).ShouldBe(new Decision(RunAction.CloseSuccess, "the pull request is merged"));

    [Theory]
    [InlineData(null)]
    [InlineData(CiStatus.Pending)]
    [InlineData(CiStatus.Red)]
    [InlineData(CiStatus.NeedsPerson)]
    public void A_merge_decides_whatever_CI_says(CiStatus? ci) =>
        Action(Silent with { Ci = ci, Delivery = Delivery.PullRequest, Merged = true }).ShouldBe(RunAction.CloseSuccess);

    [Fact]
    public void On_the_trunk_a_merge_decides_nothing() => Action(Red with { Merged = true }).ShouldBe(RunAction.FixForward);

    [Fact]
    public void A_green_verdict_without_a_pushed_commit_closes_nothing() => Action(Unpushed with { Ci = CiStatus.Green }).ShouldBe(RunAction.Wait);

    // Row 5

    [Fact]
    public void A_red_commit_is_frozen_once_its_turn_has_run_too_long() => Action(Red with { Thread = ThreadStatus.Running, TurnSeconds = 7200 }).ShouldBe(RunAction.FreezeEscalate);

    [Fact]
    public void A_red_commit_is_frozen_once_the_turn_is_not_known_for_too_long() => Action(Red with { Thread = null, UnknownSeconds = 3600 }).ShouldBe(RunAction.FreezeEscalate);

    [Fact]
    public void A_red_commit_whose_turn_waits_for_a_person_is_frozen_at_once() => Action(Red with { Thread = ThreadStatus.NeedsPerson }).ShouldBe(RunAction.FreezeEscalate);

    [Theory]
    [InlineData(ThreadStatus.Idle)]
    [InlineData(ThreadStatus.Error)]
    [InlineData(ThreadStatus.Running)]
    public void A_red_commit_whose_turn_overran_is_frozen(ThreadStatus thread) =>
        Action(Red with { Thread = thread, TurnSeconds = 22200, Fault = TurnFault.Overran }).ShouldBe(RunAction.FreezeEscalate);

    [Fact]
    public void A_refused_corrective_turn_freezes_the_run_and_is_not_asked_for_again() =>
        Decide(Red with { Thread = ThreadStatus.Error, Fault = TurnFault.Refused }).ShouldBe(new Decision(RunAction.FreezeEscalate, "CI is red and the corrective turn was refused"));

    [Fact]
    public void What_was_red_before_the_run_is_not_the_agents_to_mend() =>
        Decide(Red with { RedBeforeRun = true }).ShouldBe(new Decision(RunAction.FreezeEscalate, "CI is red, and every failing check was red before the run"));

    // Before a corrective turn is spent

    [Fact]
    public void What_may_pass_when_it_is_run_again_is_run_again_before_an_attempt_is_spent()
    {
        Action(Red with { MayPassAgain = true }).ShouldBe(RunAction.Rerun);
        Action(Red with { MayPassAgain = true, FixForwardAttempts = 5, ElapsedSeconds = 9999 }).ShouldBe(RunAction.Rerun);
        RunStateMachine.NextAction(Red with { MayPassAgain = true }, KillSwitchOn).Action.ShouldBe(RunAction.Wait);
    }

    [Fact]
    public void Nothing_is_run_again_beside_a_turn_that_may_be_alive_or_for_what_was_red_before()
    {
        Action(Red with { MayPassAgain = true, Thread = ThreadStatus.Running }).ShouldBe(RunAction.Wait);
        Action(Red with { MayPassAgain = true, RedBeforeRun = true }).ShouldBe(RunAction.FreezeEscalate);
        Action(Silent with { MayPassAgain = true, Thread = ThreadStatus.Running }).ShouldBe(RunAction.Wait);
    }

    [Fact]
    public void What_was_cancelled_is_run_again_until_its_time_is_over()
    {
        Action(Silent with { MayPassAgain = true }).ShouldBe(RunAction.Rerun);
        Action(Silent with { MayPassAgain = true, NoVerdictSeconds = 3600 }).ShouldBe(RunAction.EscalateNoVerdict);
        RunStateMachine.NextAction(Silent with { MayPassAgain = true }, KillSwitchOn).Action.ShouldBe(RunAction.Wait);
    }

    // Row 6

    [Theory]
    [InlineData(ThreadStatus.Idle)]
    [InlineData(ThreadStatus.Error)]
    [InlineData(ThreadStatus.Vanished)]
    public void A_red_commit_whose_turn_is_over_is_corrected_forward(ThreadStatus thread) => Action(Red with { Thread = thread }).ShouldBe(RunAction.FixForward);

    [Fact]
    public void A_correction_counts_itself() => Why(Red with { FixForwardAttempts = 2 }).ShouldBe("CI is red, corrective turn 3 of 5");

    [Theory]
    [InlineData(0, RunAction.FixForward)]
    [InlineData(4, RunAction.FixForward)]
    [InlineData(5, RunAction.FreezeEscalate)]
    [InlineData(6, RunAction.FreezeEscalate)]
    public void Five_corrections_and_not_one_more(int attempts, RunAction expected) => Action(Red with { FixForwardAttempts = attempts }).ShouldBe(expected);

    [Theory]
    [InlineData(0, RunAction.FixForward)]
    [InlineData(3599.999, RunAction.FixForward)]
    [InlineData(3600, RunAction.FreezeEscalate)]
    [InlineData(3600.001, RunAction.FreezeEscalate)]
    public void Corrections_start_within_an_hour_of_the_first_red(double elapsed, RunAction expected) => Action(Red with { ElapsedSeconds = elapsed }).ShouldBe(expected);

    [Fact]
    public void Both_bounds_of_the_budget_must_hold() => Action(Red with { FixForwardAttempts = 4, ElapsedSeconds = 3599 }).ShouldBe(RunAction.FixForward);

    [Fact]
    public void The_kill_switch_holds_a_correction_back() => Action(Red, KillSwitchOn).ShouldBe(RunAction.Wait);

    [Fact]
    public void The_kill_switch_does_not_stretch_a_spent_budget() => Action(Red with { FixForwardAttempts = 5 }, KillSwitchOn).ShouldBe(RunAction.FreezeEscalate);

    // Row 7

    [Theory]
    [InlineData(1, "CI is still red after 1 corrective turn")]
    [InlineData(3, "CI is still red after 3 corrective turns")]
    public void Spent_attempts_are_the_reason_given(int attempts, string why) =>
        Decide(Red with { FixForwardAttempts = attempts }, RunPolicy.Default with { FixForwardMaxAttempts = attempts }).ShouldBe(new Decision(RunAction.FreezeEscalate, why));

    [Theory]
    [InlineData(3600, "CI has been red for 1 hour")]
    [InlineData(7200, "CI has been red for 2 hours")]
    [InlineData(60, "CI has been red for 1 minute")]
    [InlineData(5400, "CI has been red for 90 minutes")]
    [InlineData(45, "CI has been red for 45 seconds")]
    public void Spent_time_is_the_reason_given(double seconds, string why) =>
        Decide(Red with { ElapsedSeconds = seconds }, RunPolicy.Default with { FixForwardMaxSeconds = seconds }).ShouldBe(new Decision(RunAction.FreezeEscalate, why));

    [Fact]
    public void With_a_budget_of_no_corrections_red_is_handed_over_at_once() =>
        Action(Red, RunPolicy.Default with { FixForwardMaxAttempts = 0 }).ShouldBe(RunAction.FreezeEscalate);

    // Rows 8 and 9

    [Fact]
    public void CI_that_waits_for_a_person_is_handed_to_one_at_once() => Action(Silent with { Ci = CiStatus.NeedsPerson }).ShouldBe(RunAction.EscalateNoVerdict);

    [Theory]
    [InlineData(3599.9, RunAction.Wait)]
    [InlineData(3600, RunAction.EscalateNoVerdict)]
    [InlineData(3600.1, RunAction.EscalateNoVerdict)]
    public void CI_may_stand_still_for_an_hour_and_no_longer(double seconds, RunAction expected) => Action(Silent with { NoVerdictSeconds = seconds }).ShouldBe(expected);

    [Theory]
    [InlineData(21599.9, RunAction.Wait)]
    [InlineData(21600, RunAction.EscalateNoVerdict)]
    [InlineData(21600.1, RunAction.EscalateNoVerdict)]
    public void CI_that_moves_may_take_six_hours_and_no_longer(double seconds, RunAction expected) => Action(Silent with { SincePushSeconds = seconds }).ShouldBe(expected);

    [Theory]
    [InlineData(ThreadStatus.Idle, RunAction.EscalateNoVerdict)]
    [InlineData(ThreadStatus.Error, RunAction.EscalateNoVerdict)]
    [InlineData(ThreadStatus.Vanished, RunAction.EscalateNoVerdict)]
    [InlineData(ThreadStatus.Running, RunAction.Wait)]
    [InlineData(ThreadStatus.NeedsPerson, RunAction.Wait)]
    [InlineData(null, RunAction.Wait)]
    public void A_silent_CI_is_handed_over_only_after_the_turn_has_ended(ThreadStatus? thread, RunAction expected) =>
        Action(Silent with { Thread = thread, NoVerdictSeconds = 99999, SincePushSeconds = 99999 }).ShouldBe(expected);

    [Fact]
    public void A_verdict_that_was_not_asked_for_is_silence_too() => Action(Silent with { Ci = null, NoVerdictSeconds = 3600 }).ShouldBe(RunAction.EscalateNoVerdict);

    [Fact]
    public void A_pushed_commit_without_a_verdict_waits() => Action(Silent).ShouldBe(RunAction.Wait);

    [Fact]
    public void A_pushed_commit_is_never_dispatched_again_however_its_turn_ended() => Action(Silent with { Thread = ThreadStatus.Vanished }).ShouldBe(RunAction.Wait);

    [Fact]
    public void A_turn_that_overran_with_no_verdict_is_handed_over() =>
        Action(Silent with { Thread = ThreadStatus.Running, Fault = TurnFault.Overran }).ShouldBe(RunAction.EscalateNoVerdict);

    // Row 10

    [Fact]
    public void A_turn_that_vanished_without_a_commit_is_started_again() => Action(Unpushed with { Thread = ThreadStatus.Vanished }).ShouldBe(RunAction.Redispatch);

    [Theory]
    [InlineData(0, 1, RunAction.Redispatch)]
    [InlineData(1, 1, RunAction.EscalatePrepush)]
    [InlineData(2, 1, RunAction.EscalatePrepush)]
    [InlineData(1, 2, RunAction.Redispatch)]
    [InlineData(0, 0, RunAction.EscalatePrepush)]
    public void A_vanished_turn_is_started_again_as_often_as_allowed_and_no_more(int attempts, int allowed, RunAction expected) =>
        Action(Unpushed with { Thread = ThreadStatus.Vanished, RedispatchAttempts = attempts }, RunPolicy.Default with { MaxRedispatchAttempts = allowed }).ShouldBe(expected);

    [Fact]
    public void The_kill_switch_holds_a_repetition_back() => Action(Unpushed with { Thread = ThreadStatus.Vanished }, KillSwitchOn).ShouldBe(RunAction.Wait);

    [Fact]
    public void The_kill_switch_does_not_stretch_the_spent_repetitions() =>
        Action(Unpushed with { Thread = ThreadStatus.Vanished, RedispatchAttempts = 1 }, KillSwitchOn).ShouldBe(RunAction.EscalatePrepush);

    // Row 11

    [Theory]
    [InlineData(ThreadStatus.Idle, "the turn ended without a push")]
    [InlineData(ThreadStatus.Error, "the turn ended with an error before a push")]
    [InlineData(ThreadStatus.NeedsPerson, "the turn waits for a person")]
    public void A_turn_that_stops_before_a_push_is_handed_to_a_person(ThreadStatus thread, string why) =>
        Decide(Unpushed with { Thread = thread }).ShouldBe(new Decision(RunAction.EscalatePrepush, why));

    [Theory]
    [InlineData(DeclaredEnd.NothingToDo, ThreadStatus.Idle, "the turn says that there is nothing to do")]
    [InlineData(DeclaredEnd.GaveUp, ThreadStatus.Idle, "the turn gave up")]
    [InlineData(DeclaredEnd.GaveUp, ThreadStatus.Error, "the turn ended with an error before a push")]
    public void A_turn_that_says_why_it_ended_without_a_push_is_handed_over_with_that(DeclaredEnd declared, ThreadStatus thread, string why) =>
        Decide(Unpushed with { Thread = thread, Declared = declared }).ShouldBe(new Decision(RunAction.EscalatePrepush, why));

    [Theory]
    [InlineData(DeclaredEnd.NothingToDo, "CI is red, and the corrective turn says that there is nothing to do")]
    [InlineData(DeclaredEnd.GaveUp, "CI is red, and the corrective turn gave up")]
    public void A_corrective_turn_that_declares_the_end_is_not_sent_again(DeclaredEnd declared, string why) =>
        Decide(Red with { Declared = declared }).ShouldBe(new Decision(RunAction.FreezeEscalate, why));

    [Fact]
    public void A_corrective_turn_that_failed_is_an_attempt_like_another() => Action(Red with { Thread = ThreadStatus.Error, Declared = DeclaredEnd.GaveUp }).ShouldBe(RunAction.FixForward);

    [Fact]
    public void What_may_pass_again_is_run_again_before_a_turn_is_believed() => Action(Red with { MayPassAgain = true, Declared = DeclaredEnd.NothingToDo }).ShouldBe(RunAction.Rerun);

    [Fact]
    public void A_refused_first_turn_is_handed_to_a_person() =>
        Decide(Unpushed with { Thread = ThreadStatus.Error, Fault = TurnFault.Refused }).ShouldBe(new Decision(RunAction.EscalatePrepush, "the turn was refused"));

    [Theory]
    [InlineData(ThreadStatus.Running)]
    [InlineData(null)]
    public void A_turn_that_overran_without_a_push_is_handed_to_a_person(ThreadStatus? thread) =>
        Action(Unpushed with { Thread = thread, Fault = TurnFault.Overran }).ShouldBe(RunAction.EscalatePrepush);

    [Theory]
    [InlineData(TurnFault.Refused)]
    [InlineData(TurnFault.Overran)]
    public void A_turn_that_was_refused_or_overran_is_not_started_again_even_where_it_reads_vanished(TurnFault fault) =>
        Action(Unpushed with { Thread = ThreadStatus.Vanished, Fault = fault }).ShouldBe(RunAction.EscalatePrepush);

    // Row 12

    [Theory]
    [InlineData(3599.9, RunAction.Wait)]
    [InlineData(3600, RunAction.EscalatePrepush)]
    [InlineData(3600.1, RunAction.EscalatePrepush)]
    public void An_unknown_status_without_a_push_is_borne_for_an_hour_and_no_longer(double seconds, RunAction expected) =>
        Action(Unpushed with { Thread = null, UnknownSeconds = seconds }).ShouldBe(expected);

    // Row 13

    [Fact]
    public void A_running_turn_without_a_push_is_waited_for() =>
        Action(Unpushed with { TurnSeconds = 21599, UnknownSeconds = 99999, NoVerdictSeconds = 99999, SincePushSeconds = 99999, ElapsedSeconds = 99999 }).ShouldBe(RunAction.Wait);

    // Around the table

    [Theory]
    [InlineData(RunAction.Wait, false)]
    [InlineData(RunAction.FixForward, false)]
    [InlineData(RunAction.Redispatch, false)]
    [InlineData(RunAction.Deliver, false)]
    [InlineData(RunAction.CloseSuccess, true)]
    [InlineData(RunAction.FreezeEscalate, true)]
    [InlineData(RunAction.EscalatePrepush, true)]
    [InlineData(RunAction.EscalateNoVerdict, true)]
    [InlineData(RunAction.Release, true)]
    public void It_is_known_which_actions_end_a_run(RunAction action, bool ends) => new Decision(action, "because").EndsRun.ShouldBe(ends);

    [Fact]
    public void The_default_bounds_are_the_ones_of_the_plan()
    {
        var policy = RunPolicy.Default;
        policy.KillSwitch.ShouldBeFalse();
        policy.FixForwardMaxAttempts.ShouldBe(5);
        policy.FixForwardMaxSeconds.ShouldBe(3600);
        policy.MaxRedispatchAttempts.ShouldBe(1);
        policy.CloseDeferMaxSeconds.ShouldBe(7200);
        policy.NoVerdictMaxSeconds.ShouldBe(3600);
        policy.NoVerdictTotalMaxSeconds.ShouldBe(21600);
        policy.UnknownThreadMaxSeconds.ShouldBe(3600);
        policy.TurnMaxSeconds.ShouldBe(21600);
    }

    private static Decision Decide(RunState state, RunPolicy? policy = null) => RunStateMachine.NextAction(state, policy ?? RunPolicy.Default);

    private static RunAction Action(RunState state, RunPolicy? policy = null) => Decide(state, policy).Action;

    private static string Why(RunState state) => Decide(state).Why;
}
