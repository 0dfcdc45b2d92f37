using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>The stage after the checks, and what the watcher makes of it.</summary>
public sealed class DeploymentVerdictTests
{
    private static readonly CiReading Checks = new(CiStatus.Green, "all 2 checks succeeded", "f") { Passed = [new("build", null)] };
    private static readonly RunState Landed = new() { Pushed = true, Thread = ThreadStatus.Idle, Ci = CiStatus.Pending, Deployment = DeploymentStatus.Pending };

    [Theory]
    [InlineData("success", DeploymentStatus.Reached, CiStatus.Green)]
    [InlineData("failure", DeploymentStatus.Failed, CiStatus.Red)]
    [InlineData("error", DeploymentStatus.Failed, CiStatus.Red)]
    [InlineData("waiting", DeploymentStatus.NeedsPerson, CiStatus.NeedsPerson)]
    [InlineData("queued", DeploymentStatus.Pending, CiStatus.Pending)]
    [InlineData("pending", DeploymentStatus.Pending, CiStatus.Pending)]
    [InlineData("in_progress", DeploymentStatus.Pending, CiStatus.Pending)]
    [InlineData("inactive", DeploymentStatus.Pending, CiStatus.Pending)]
    [InlineData("teleported", DeploymentStatus.Pending, CiStatus.Pending)]
    [InlineData(null, DeploymentStatus.Pending, CiStatus.Pending)]
    public void The_newest_status_decides(string? state, DeploymentStatus status, CiStatus ci)
    {
        var reading = Fold(["staging"], new DeploymentFact("staging", 1, state, null));

        (reading.Status, reading.Verdict.Status).ShouldBe((status, ci));
    }

    [Fact]
    public void Every_environment_must_be_reached()
    {
        Fold(["staging", "production"], new DeploymentFact("staging", 1, "success", null)).Verdict.Why.ShouldBe("the commit has not been deployed to production, and no deployment has begun");
        Fold(["staging", "production"], new("staging", 1, "success", null), new("production", 2, "queued", null)).Verdict.Why.ShouldBe("the commit has not been deployed to production");
        Fold(["staging", "production"], new("staging", 1, "success", null), new("production", 2, "success", "https://x")).Verdict.Passed
            .ShouldBe([new("build", null), new("deployment to staging", null), new("deployment to production", "https://x")]);
    }

    [Fact]
    public void A_failure_is_a_failing_check_by_the_environments_name_and_comes_before_all_else()
    {
        var reading = Fold(["staging", "production"], new("staging", 1, "error", "https://x"), new("production", 2, "waiting", null));

        reading.Verdict.Why.ShouldBe("the deployment to staging failed");
        reading.Verdict.Failing.ShouldBe([new FailingCheck("deployment:staging", "deployment to staging", "error", "https://x")]);
    }

    [Fact]
    public void A_deployment_that_was_superseded_does_not_count_and_the_newer_one_does()
    {
        Fold(["staging"], new("staging", 1, "inactive", null), new("staging", 2, "success", null)).Status.ShouldBe(DeploymentStatus.Reached);
        Fold(["staging"], new("staging", 1, "success", null), new("staging", 2, "inactive", null)).Status.ShouldBe(DeploymentStatus.Reached);
        Fold(["staging"], new("staging", 1, "failure", null), new("staging", 2, "success", null)).Status.ShouldBe(DeploymentStatus.Reached);
        Fold(["staging"], new("staging", 1, "success", null), new("staging", 2, "failure", null)).Status.ShouldBe(DeploymentStatus.Failed);
    }

    [Fact]
    public void Another_environment_says_nothing() => Fold(["staging"], new DeploymentFact("Staging", 1, "success", null)).Status.ShouldBe(DeploymentStatus.Pending);

    [Fact]
    public void The_fingerprint_changes_with_a_deployment_and_with_nothing_else()
    {
        var first = Fold(["staging"], new DeploymentFact("staging", 1, "queued", null)).Fingerprint;

        Fold(["staging"], new("staging", 1, "queued", "https://x"), new("other", 2, "success", null)).Fingerprint.ShouldBe(first);
        Fold(["staging"], new DeploymentFact("staging", 1, "in_progress", null)).Fingerprint.ShouldNotBe(first);
        Fold(["staging"], new DeploymentFact("staging", 2, "queued", null)).Fingerprint.ShouldNotBe(first);
        Fold(["staging"]).Fingerprint.ShouldNotBe(first);
    }

    [Theory]
    [InlineData(3599.9, 0, RunAction.Wait)]
    [InlineData(3600, 0, RunAction.EscalateNoVerdict)]
    [InlineData(0, 21599.9, RunAction.Wait)]
    [InlineData(0, 21600, RunAction.EscalateNoVerdict)]
    public void A_deployment_is_waited_for_within_bounds(double unchanged, double landed, RunAction expected)
    {
        var state = Landed with { NoVerdictSeconds = unchanged, LandedSeconds = landed, SincePushSeconds = 99999 };

        Decide(state).Action.ShouldBe(expected);
        Decide(state with { Delivery = Delivery.PullRequest, Merged = true }).Action.ShouldBe(expected);
    }

    [Fact]
    public void What_is_deployed_is_done() =>
        Decide(Landed with { Ci = CiStatus.Green, Deployment = DeploymentStatus.Reached }).ShouldBe(new Decision(RunAction.CloseSuccess, "pushed, CI is green and deployed"));

    [Fact]
    public void What_is_merged_and_deployed_is_done() =>
        Decide(Landed with { Ci = CiStatus.Green, Deployment = DeploymentStatus.Reached, Delivery = Delivery.PullRequest, Merged = true }).ShouldBe(new Decision(RunAction.CloseSuccess, "the pull request is merged and deployed"));

    [Fact]
    public void A_failed_deployment_is_corrected_within_the_budget()
    {
        var failed = Landed with { Ci = CiStatus.Red, Deployment = DeploymentStatus.Failed };

        Decide(failed).ShouldBe(new Decision(RunAction.FixForward, "the deployment failed, corrective turn 1 of 5"));
        Decide(failed with { FixForwardAttempts = 5 }).ShouldBe(new Decision(RunAction.FreezeEscalate, "the deployment still fails after 5 corrective turns"));
    }

    [Fact]
    public void A_merged_commit_whose_deployment_failed_is_a_persons() =>
        Decide(Landed with { Ci = CiStatus.Red, Deployment = DeploymentStatus.Failed, Delivery = Delivery.PullRequest, Merged = true })
            .ShouldBe(new Decision(RunAction.FreezeEscalate, "the pull request is merged, and its deployment failed"));

    [Fact]
    public void A_deployment_that_waits_for_approval_is_a_persons() =>
        Decide(Landed with { Ci = CiStatus.NeedsPerson, Deployment = DeploymentStatus.NeedsPerson }).ShouldBe(new Decision(RunAction.EscalateNoVerdict, "the deployment waits for a person"));

    [Theory]
    [InlineData(DeploymentStatus.Pending, CiStatus.Pending)]
    [InlineData(DeploymentStatus.Reached, CiStatus.Green)]
    [InlineData(DeploymentStatus.Failed, CiStatus.Red)]
    [InlineData(DeploymentStatus.NeedsPerson, CiStatus.NeedsPerson)]
    public void Nothing_is_decided_under_a_turn_that_may_be_alive(DeploymentStatus deployment, CiStatus ci)
    {
        var state = Landed with { Deployment = deployment, Ci = ci, NoVerdictSeconds = 99999, LandedSeconds = 99999 };

        Decide(state with { Thread = ThreadStatus.Running }).Action.ShouldBe(RunAction.Wait);
        Decide(state with { Thread = null }).Action.ShouldBe(RunAction.Wait);
    }

    [Fact]
    public void A_run_stands_at_the_deployment_until_it_is_over()
    {
        ChecklistModel.PhaseOf(Landed).ShouldBe(Phase.Deployed);
        ChecklistModel.PhaseOf(Landed with { Ci = CiStatus.Red, Deployment = DeploymentStatus.Failed }).ShouldBe(Phase.Deployed);
    }

    private static DeploymentReading Fold(string[] environments, params DeploymentFact[] deployments) => DeploymentVerdict.Fold(Checks, environments, deployments);

    private static Decision Decide(RunState state) => RunStateMachine.NextAction(state, RunPolicy.Default);
}
