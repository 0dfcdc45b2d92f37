using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>What green needs beside what has reported, and how a commit that CI never looked at is told from one it is slow about.</summary>
public sealed class CiExpectationTests
{
    private static readonly Job Build = new("build");

    private static CommitStory Commit => new();

    [Fact]
    public void A_workflow_that_ran_before_the_run_and_not_on_its_commit_keeps_it_from_green_and_is_named()
    {
        var reading = Commit.Expect("ci", "e2e").Run("ci", Build).Settled();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Settling.ShouldBeFalse();
        reading.Why.ShouldBe("the workflow .github/workflows/e2e.yml, which ran on the commit before the run, has not run on this one");
        Commit.Expect("ci", "e2e").Run("ci", Build).Run("e2e", new Job("e2e")).Settled().Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public void Of_many_that_are_missing_the_first_are_named_and_the_others_counted()
    {
        Commit.Expect("a", "b").Run("ci", Build).Settled().Why.ShouldBe("the workflows .github/workflows/a.yml, .github/workflows/b.yml, which ran on the commit before the run, have not run on this one");
        Commit.Require("a", "b", "c", "d", "e", "f", "g").Run("ci", Build).Settled().Why.ShouldBe("the required checks a, b, c, d, e and 2 more have not reported");
    }

    [Fact]
    public void A_run_of_the_same_workflow_for_another_event_is_not_the_expected_one() =>
        Commit.Expect("ci").Run("ci", Build, "pull_request").Settled().Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void The_agents_own_workflow_is_never_expected() => Commit.Expect("ci", "afk-agent").Run("ci", Build).Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void What_failed_is_red_whatever_else_is_missing() =>
        Commit.Expect("e2e").Run("ci", new Job("build", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);

    [Fact]
    public void Nothing_but_empty_suites_after_the_dwell_means_that_ci_never_started()
    {
        Commit.EmptySuite("cursor", TimeSpan.FromMinutes(9)).EmptySuite("renovate", TimeSpan.FromMinutes(9)).First().NeverStarted.ShouldBeTrue();
        Commit.First().NeverStarted.ShouldBeTrue();
        Commit.Read(TimeSpan.FromSeconds(119)).First().NeverStarted.ShouldBeFalse();
    }

    [Fact]
    public void The_agents_own_run_on_the_commit_is_no_sign_that_ci_started() =>
        Commit.Run("afk-agent", "workflow_dispatch", jobs: new Job("agent")).First().NeverStarted.ShouldBeTrue();

    [Fact]
    public void Nothing_but_runs_that_await_approval_means_that_ci_never_started()
    {
        var reading = Commit.Run("ci", conclusion: "action_required").First();
        reading.NeverStarted.ShouldBeTrue();
        reading.Status.ShouldBe(CiStatus.NeedsPerson);
    }

    [Fact]
    public void Whatever_has_reported_means_that_ci_started()
    {
        CommitStory[] started =
        [
            Commit.Run("ci", Build), Commit.Run("ci", status: "queued", conclusion: null), Commit.Run("ci", conclusion: "startup_failure"), Commit.Run("ci", new Job("x", Conclusion: "skipped")),
            Commit.Status("jenkins", "pending"), Commit.App("codecov", checks: new Job("coverage", Conclusion: "neutral")), Commit.EmptySuite("github-actions", TimeSpan.FromHours(1)),
            Commit.Run("ci", Build).Ignore("build"), Commit.Run("ci", conclusion: "action_required").Run("lint", new Job("lint")), Commit.Run("deploy", new Job("production", "waiting", null)),
        ];
        started.ShouldAllBe(commit => !commit.First().NeverStarted);
    }

    [Theory]
    [InlineData("Fix it [skip ci]", CiSilence.SkipMarker)]
    [InlineData("Fix it\n\nlong text\n[CI SKIP] and more", CiSilence.SkipMarker)]
    [InlineData("[no ci] x", CiSilence.SkipMarker)]
    [InlineData("x [skip actions]", CiSilence.SkipMarker)]
    [InlineData("x [actions skip]", CiSilence.SkipMarker)]
    [InlineData("Fix it\n\nAFK-Run: r1\nskip-checks: true", CiSilence.SkipMarker)]
    [InlineData("Fix it\r\n\r\n\r\nskip-checks:true\r\n", CiSilence.SkipMarker)]
    [InlineData("Fix skip-checks: true in the docs\n\nskip-checks: true was wrong\n\nAFK-Run: r1", CiSilence.Filter)]
    [InlineData("Fix it\n\nskip-checks: false", CiSilence.Filter)]
    [InlineData("Do not skip ci", CiSilence.Filter)]
    [InlineData("", CiSilence.Filter)]
    public void A_marker_in_the_message_is_the_cause(string message, CiSilence expected) =>
        CiNeverStarted.Cause(awaitsApproval: false, new(message, "afk-agent[bot]", "web-flow"), [".github/workflows/ci.yml"]).ShouldBe(expected);

    [Theory]
    [InlineData("github-actions[bot]", null)]
    [InlineData(null, "github-actions[bot]")]
    [InlineData("GitHub-Actions[bot]", "x")]
    public void A_commit_of_the_workflow_s_own_bot_was_pushed_with_its_token(string? author, string? committer) =>
        CiNeverStarted.Cause(awaitsApproval: false, new("Fix it", author, committer), []).ShouldBe(CiSilence.WorkflowToken);

    [Fact]
    public void The_surest_cause_is_named_first()
    {
        var skipped = new SilentCommit("x [skip ci]", "github-actions[bot]", null);
        CiNeverStarted.Cause(awaitsApproval: true, skipped, []).ShouldBe(CiSilence.Approval);
        CiNeverStarted.Cause(awaitsApproval: false, skipped, []).ShouldBe(CiSilence.SkipMarker);
        CiNeverStarted.Cause(awaitsApproval: false, new("x", "mona", "mona"), ["a"]).ShouldBe(CiSilence.Filter);
        CiNeverStarted.Cause(awaitsApproval: false, new("x", "mona", "mona"), []).ShouldBe(CiSilence.NoWorkflow);
        CiNeverStarted.Cause(awaitsApproval: false, commit: null, []).ShouldBe(CiSilence.NoWorkflow);
        CiNeverStarted.Cause(awaitsApproval: false, commit: null, workflowsBefore: null).ShouldBe(CiSilence.Unexplained);
    }

    [Fact]
    public void Every_cause_has_a_sentence_of_its_own()
    {
        var sentences = Enum.GetValues<CiSilence>().Select(CiNeverStarted.Because).ToList();
        sentences.Distinct(StringComparer.Ordinal).Count().ShouldBe(sentences.Count);
        sentences.ShouldAllBe(sentence => !sentence.EndsWith('.') && char.IsLower(sentence[0]));
    }
}
