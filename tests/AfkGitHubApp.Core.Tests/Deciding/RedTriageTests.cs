using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>Which red is run again before a turn is spent on it.</summary>
public sealed class RedTriageTests
{
    private static readonly Job Broken = new("test", Conclusion: "failure");
    private static readonly Job Slow = new("test", Conclusion: "timed_out");

    private static CommitStory Commit => new();

    [Fact]
    public void A_job_that_ran_out_of_time_is_run_again_without_a_look_at_its_steps()
    {
        var reading = Commit.Run("ci", conclusion: "failure", jobs: [new Job("build"), Slow]).First();
        var candidates = RedTriage.Candidates(reading, redOnBase: []);
        candidates.ShouldHaveSingleItem().Name.ShouldBe("ci / test");
        candidates.ShouldAllBe(check => !RedTriage.NeedsSteps(check));
        RedTriage.Orders(candidates, []).ShouldBe([new RerunOrder(reading.Failing[0].Run!.Id, Whole: false)]);
    }

    [Fact]
    public void A_workflow_that_could_not_start_is_run_again_as_a_whole()
    {
        var reading = Commit.Run("ci", conclusion: "startup_failure").First();
        RedTriage.Orders(RedTriage.Candidates(reading, []), []).ShouldBe([new RerunOrder(reading.Failing[0].Run!.Id, Whole: true)]);
    }

    [Fact]
    public void A_failed_job_is_run_again_only_when_none_of_its_steps_failed()
    {
        var candidates = RedTriage.Candidates(Commit.Run("ci", Broken).First(), []);
        var job = candidates.ShouldHaveSingleItem().Job!.Value;
        RedTriage.NeedsSteps(candidates[0]).ShouldBeTrue();

        RedTriage.Orders(candidates, [Job(job, "success", null)]).ShouldHaveSingleItem();
        RedTriage.Orders(candidates, [Job(job)]).ShouldHaveSingleItem();
        RedTriage.Orders(candidates, [Job(job, "success", "failure", "skipped")]).ShouldBeEmpty();
        RedTriage.Orders(candidates, [Job(job, "timed_out")]).ShouldBeEmpty();
        RedTriage.Orders(candidates, [Job(job + 1, "success")]).ShouldBeEmpty("what is not known is not lost");
        RedTriage.Orders(candidates, []).ShouldBeEmpty();
    }

    [Fact]
    public void One_failure_of_another_kind_is_enough_to_correct_at_once()
    {
        RedTriage.Candidates(Commit.Run("ci", Slow).Status("licence", "failure").First(), []).ShouldBeEmpty();
        RedTriage.Candidates(Commit.Run("ci", Slow).App("codecov", checks: new Job("coverage", Conclusion: "timed_out")).First(), []).ShouldBeEmpty();
        var mixed = RedTriage.Candidates(Commit.Run("ci", Slow).Run("lint", new Job("lint", Conclusion: "failure")).First(), []);
        RedTriage.Orders(mixed, [Job(mixed[1].Job!.Value, "failure")]).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_red_before_the_run_neither_asks_for_a_repetition_nor_stands_in_its_way()
    {
        var reading = Commit.Run("ci", Slow).Status("licence", "failure").First();
        RedTriage.New(reading, ["status:licence"]).ShouldHaveSingleItem().Name.ShouldBe("ci / test");
        RedTriage.Orders(RedTriage.Candidates(reading, ["status:licence"]), []).ShouldHaveSingleItem();
        RedTriage.Candidates(reading, [.. reading.Failing.Select(check => check.Key)]).ShouldBeEmpty();
    }

    [Fact]
    public void A_run_that_was_repeated_already_is_not_repeated_again()
    {
        var reading = Commit.Run("ci", Slow).But(evidence => evidence with { WorkflowRuns = [.. evidence.WorkflowRuns.Select(run => run with { Attempt = 2 })] }).First();
        reading.Status.ShouldBe(CiStatus.Red);
        RedTriage.Candidates(reading, []).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_cancelled_is_run_again_when_nothing_else_keeps_the_verdict_open()
    {
        var reading = Commit.Run("ci", conclusion: "cancelled", jobs: [new Job("build"), new Job("test", Conclusion: "cancelled")]).First();
        reading.Status.ShouldBe(CiStatus.Pending);
        RedTriage.Orders(RedTriage.Candidates(reading, []), []).ShouldBe([new RerunOrder(reading.Cancelled[0].Run!.Id, Whole: false)]);

        RedTriage.Candidates(Commit.Run("ci", new Job("test", Conclusion: "cancelled")).Run("lint", new Job("lint", Conclusion: "stale")).First(), []).ShouldBeEmpty();
        RedTriage.Candidates(Commit.Run("ci", new Job("test", Conclusion: "cancelled")).Run("lint", new Job("lint", "queued", null)).First(), []).ShouldBeEmpty();
    }

    [Fact]
    public void Many_runs_that_fail_at_once_are_no_accident()
    {
        CommitStory Failing(int runs) => Enumerable.Range(0, runs).Aggregate(Commit, (commit, at) => commit.Run($"ci{at}", Slow));
        RedTriage.Candidates(Failing(RedTriage.MostRuns).First(), []).Length.ShouldBe(RedTriage.MostRuns);
        RedTriage.Candidates(Failing(RedTriage.MostRuns + 1).First(), []).ShouldBeEmpty();
    }

    [Fact]
    public void Green_and_undecided_commits_have_nothing_to_repeat()
    {
        RedTriage.Candidates(Commit.Run("ci", new Job("build")).Settled(), []).ShouldBeEmpty();
        RedTriage.Candidates(Commit.Run("ci", new Job("build", "in_progress", null)).First(), []).ShouldBeEmpty();
        RedTriage.Orders([], []).ShouldBeEmpty();
    }

    private static JobFact Job(long id, params string?[] steps) => new(id, "failure", [.. steps.Select((conclusion, at) => new StepFact($"step {at}", conclusion))]);
}
