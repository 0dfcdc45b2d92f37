using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using Rules = AfkGitHubApp.Core.Tests.Deciding.WatcherSweep.Rules;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>What holds for every combination of inputs.</summary>
public sealed class RunStateMachineSweepTests(WatcherSweep sweep) : IClassFixture<WatcherSweep>
{
    [Fact]
    public void Every_combination_of_inputs_is_decided() => sweep.Decisions.ShouldBe(6 * 5 * 2 * 2 * 2 * 2 * 3 * 6 * 2187 * 2);

    [Fact]
    public void Every_decision_agrees_with_a_second_reading_of_the_table() => sweep.Against(Rules.TableAgrees).ShouldBeEmpty();

    [Fact]
    public void Every_row_of_the_second_reading_applies_somewhere() => sweep.RowsSeen.ShouldBe(WatcherTable.Rows.Select(row => row.Number), ignoreOrder: true);

    [Fact]
    public void Every_action_is_chosen_somewhere() => sweep.Actions.ShouldBe(Enum.GetValues<RunAction>(), ignoreOrder: true);

    [Fact]
    public void Nothing_is_closed_unless_it_is_green_or_merged() => sweep.Against(Rules.ClosesOnlyWhatLanded).ShouldBeEmpty();

    [Fact]
    public void A_run_is_released_exactly_when_a_person_took_over() => sweep.Against(Rules.ReleasesOnlyToPeople).ShouldBeEmpty();

    [Fact]
    public void With_the_kill_switch_on_no_turn_is_ever_dispatched() => sweep.Against(Rules.KillSwitchDispatchesNothing).ShouldBeEmpty();

    [Fact]
    public void The_kill_switch_changes_no_decision_but_the_ones_that_dispatch() => sweep.Against(Rules.KillSwitchChangesNothingElse).ShouldBeEmpty();

    [Fact]
    public void No_agent_is_ever_started_beside_one_that_may_be_alive() => sweep.Against(Rules.NoSecondAgent).ShouldBeEmpty();

    [Fact]
    public void Only_a_red_commit_is_corrected() => sweep.Against(Rules.CorrectsOnlyRed).ShouldBeEmpty();

    [Fact]
    public void Only_a_vanished_turn_without_a_commit_is_started_again() => sweep.Against(Rules.RepeatsOnlyTheLost).ShouldBeEmpty();

    [Fact]
    public void An_escalation_names_the_right_side_of_the_push() => sweep.Against(Rules.BlamesOnlyTheRightHalf).ShouldBeEmpty();

    [Fact]
    public void When_every_clock_has_run_out_nothing_waits_any_more() => sweep.Against(Rules.NothingWaitsForEver).ShouldBeEmpty();

    [Fact]
    public void Every_answer_says_why_in_one_line_without_a_full_stop() => sweep.Against(Rules.SaysWhy).ShouldBeEmpty();

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public void Under_any_bounds_the_table_is_total_and_agrees_with_the_second_reading(int seed)
    {
        var chance = new Random(seed);
        double[] seconds = [0, 0.5, 1, 59, 60, 61, 90, 3599.999, 3600, 3601, 7200, 86400, 1e18, double.MaxValue];
        int[] counts = [0, 1, 2, 5, 6, int.MaxValue - 1, int.MaxValue];
        for (var round = 0; round < 100_000; round++)
        {
            var state = new RunState
            {
                Thread = Pick<ThreadStatus?>([null, .. Enum.GetValues<ThreadStatus>()]),
                Ci = Pick<CiStatus?>([null, .. Enum.GetValues<CiStatus>()]),
                Pushed = Pick([true, true, false]),
                Delivery = Pick(Enum.GetValues<Delivery>()),
                Merged = Pick([true, false, false]),
                HumanTookOver = chance.Next(20) == 0,
                Fault = Pick<TurnFault?>([null, null, null, .. Enum.GetValues<TurnFault>()]),
                RedBeforeRun = chance.Next(5) == 0,
                FixForwardAttempts = Pick(counts),
                RedispatchAttempts = Pick(counts),
                ElapsedSeconds = Pick(seconds),
                TurnSeconds = Pick(seconds),
                NoVerdictSeconds = Pick(seconds),
                SincePushSeconds = Pick(seconds),
                UnknownSeconds = Pick(seconds),
            };
            var policy = new RunPolicy
            {
                KillSwitch = Pick([true, false]),
                FixForwardMaxAttempts = Pick(counts),
                FixForwardMaxSeconds = Pick(seconds),
                MaxRedispatchAttempts = Pick(counts),
                CloseDeferMaxSeconds = Pick(seconds),
                NoVerdictMaxSeconds = Pick(seconds),
                NoVerdictTotalMaxSeconds = Pick(seconds),
                UnknownThreadMaxSeconds = Pick(seconds),
            };

            var decision = RunStateMachine.NextAction(state, policy);

            decision.Action.ShouldBe(WatcherTable.RowFor(state, policy).Under(policy), $"{state} {policy}");
            decision.Why.ShouldNotBeNullOrWhiteSpace();
            decision.Why.ShouldNotEndWith(".");
            RunStateMachine.NextAction(state, policy).ShouldBe(decision);
        }

        T Pick<T>(T[] values) => values[chance.Next(values.Length)];
    }
}
