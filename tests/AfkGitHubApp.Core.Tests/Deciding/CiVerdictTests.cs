using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>One sentence per trap that the reports on one commit can hold.</summary>
public sealed class CiVerdictTests
{
    private static readonly Job Build = new("build");
    private static readonly Job BrokenTest = new("test", Conclusion: "failure");
    private static readonly Job RunningTest = new("test", "in_progress", null);

    private static CommitStory Commit => new();

    // The plain cases

    [Fact]
    public void When_everything_succeeded_and_stood_it_is_green()
    {
        var reading = Commit.Run("ci", Build).App("codecov", checks: new Job("coverage")).Status("deploy/preview", "success").Settled();
        reading.Status.ShouldBe(CiStatus.Green);
        reading.Why.ShouldBe("all 3 checks succeeded");
        reading.Passed.Select(check => check.Name).ShouldBe(["ci / build", "coverage", "deploy/preview"]);
        reading.Failing.ShouldBeEmpty();
        reading.Settling.ShouldBeFalse();
    }

    [Fact]
    public void When_one_check_failed_it_is_red_at_once_and_names_it()
    {
        var reading = Commit.Run("ci", conclusion: "failure", jobs: [Build, BrokenTest]).First();
        reading.Status.ShouldBe(CiStatus.Red);
        reading.Why.ShouldBe("1 of 2 checks failed");
        var failing = reading.Failing.ShouldHaveSingleItem();
        failing.Name.ShouldBe("ci / test");
        failing.Conclusion.ShouldBe("failure");
        failing.Url.ShouldNotBeNull();
    }

    [Fact]
    public void While_one_check_is_not_finished_there_is_no_verdict_not_even_a_red_one() =>
        Commit.Run("ci", Build).Run("lint", new Job("lint", Conclusion: "failure")).Run("e2e", RunningTest).Settled().Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void When_nothing_has_reported_there_is_no_verdict()
    {
        var reading = Commit.Settled();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Why.ShouldBe("no check has reported");
        reading.Settling.ShouldBeFalse();
    }

    [Fact]
    public void A_reading_with_a_missing_page_is_never_a_verdict()
    {
        foreach (var commit in (CommitStory[])[Commit.Run("ci", Build), Commit.Run("ci", BrokenTest), Commit.Run("ci", new Job("x", Conclusion: "action_required"))])
        {
            commit.But(evidence => evidence with { Truncated = true }).Settled().Status.ShouldBe(CiStatus.Pending);
        }
    }

    // Conclusions and statuses, known and not

    [Theory]
    [InlineData("success", CiStatus.Green)]
    [InlineData("failure", CiStatus.Red)]
    [InlineData("timed_out", CiStatus.Red)]
    [InlineData("startup_failure", CiStatus.Red)]
    [InlineData("action_required", CiStatus.NeedsPerson)]
    [InlineData("cancelled", CiStatus.Pending)]
    [InlineData("stale", CiStatus.Pending)]
    [InlineData("exploded", CiStatus.Pending)]
    [InlineData("", CiStatus.Pending)]
    [InlineData(null, CiStatus.Pending)]
    public void Each_conclusion_has_its_class_for_jobs_and_for_checks_of_other_apps(string? conclusion, CiStatus expected)
    {
        Commit.Run("ci", Build).Run("extra", new Job("extra", Conclusion: conclusion)).Settled().Status.ShouldBe(expected);
        Commit.Run("ci", Build).App("codecov", checks: new Job("coverage", Conclusion: conclusion)).Settled().Status.ShouldBe(expected);
        Commit.Run("ci", Build).Run("empty", conclusion: conclusion).Settled().Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData("neutral")]
    [InlineData("skipped")]
    public void What_was_skipped_or_has_no_opinion_passes_but_proves_nothing(string conclusion)
    {
        Commit.Run("ci", Build).Run("extra", new Job("extra", Conclusion: conclusion)).Settled().Status.ShouldBe(CiStatus.Green);
        var reading = Commit.Run("extra", new Job("extra", Conclusion: conclusion)).Run("more", conclusion: conclusion).Settled();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Why.ShouldBe("every check was skipped");
    }

    [Theory]
    [InlineData("queued", CiStatus.Pending)]
    [InlineData("in_progress", CiStatus.Pending)]
    [InlineData("requested", CiStatus.Pending)]
    [InlineData("pending", CiStatus.Pending)]
    [InlineData("waiting", CiStatus.NeedsPerson)]
    [InlineData("dreaming", CiStatus.Pending)]
    [InlineData(null, CiStatus.Pending)]
    public void Each_unfinished_status_has_its_class(string? status, CiStatus expected)
    {
        Commit.Run("ci", Build).Run("extra", new Job("extra", status!, null)).Settled().Status.ShouldBe(expected);
        Commit.Run("ci", Build).App("codecov", status!, null, new Job("coverage", status!, null)).Settled().Status.ShouldBe(expected);
    }

    [Fact]
    public void A_conclusion_beside_an_unfinished_status_is_the_last_attempts_and_does_not_count() =>
        Commit.Run("ci", new Job("build", "in_progress", "success")).Settled().Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void Nothing_that_was_cancelled_is_ever_red() =>
        Commit.Run("ci", conclusion: "cancelled", jobs: [Build, new Job("test", Conclusion: "cancelled")]).Settled().Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void A_failure_beside_something_cancelled_is_red() =>
        Commit.Run("ci", new Job("build", Conclusion: "cancelled")).Run("lint", new Job("lint", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);

    [Fact]
    public void A_failure_outranks_a_question_to_a_person() =>
        Commit.Run("ci", BrokenTest).App("codecov", checks: new Job("coverage", Conclusion: "action_required")).First().Status.ShouldBe(CiStatus.Red);

    [Fact]
    public void A_workflow_that_could_not_start_has_no_jobs_and_is_red_all_the_same()
    {
        var failing = Commit.Run("ci", conclusion: "startup_failure").First().Failing.ShouldHaveSingleItem();
        failing.Name.ShouldBe("ci");
        failing.Conclusion.ShouldBe("startup_failure");
    }

    [Fact]
    public void A_workflow_that_awaits_approval_has_no_jobs_and_needs_a_person()
    {
        var reading = Commit.Run("ci", conclusion: "action_required").First();
        reading.Status.ShouldBe(CiStatus.NeedsPerson);
        reading.Why.ShouldBe("ci waits for a person");
    }

    [Fact]
    public void A_job_that_waits_for_an_environment_needs_a_person_once_the_others_are_done()
    {
        Commit.Run("deploy", status: "waiting", conclusion: null, jobs: [Build, new Job("production", "waiting", null)]).First().Status.ShouldBe(CiStatus.NeedsPerson);
        Commit.Run("deploy", new Job("production", "waiting", null)).Run("ci", RunningTest).First().Status.ShouldBe(CiStatus.Pending);
    }

    // Empty, queued and orphaned suites

    [Theory]
    [InlineData(0, CiStatus.Pending)]
    [InlineData(119.9, CiStatus.Pending)]
    [InlineData(120, CiStatus.Green)]
    [InlineData(86400, CiStatus.Green)]
    public void Another_apps_empty_suite_holds_the_verdict_for_two_minutes_and_no_longer(double age, CiStatus expected) =>
        Commit.Run("ci", Build).EmptySuite("cursor", TimeSpan.FromSeconds(age)).Settled().Status.ShouldBe(expected);

    [Fact]
    public void An_empty_suite_of_unknown_age_is_as_old_as_the_push()
    {
        CommitStory Ageless() => Commit.Run("ci", Build).EmptySuite("cursor", TimeSpan.Zero).But(evidence => evidence with { Suites = [.. evidence.Suites.Select(suite => suite with { CreatedAt = null })] });
        Ageless().Read(TimeSpan.FromSeconds(119)).Settled().Status.ShouldBe(CiStatus.Pending);
        Ageless().Read(TimeSpan.FromSeconds(121)).Settled().Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public void An_old_empty_suite_is_no_evidence_of_anything() => Commit.EmptySuite("cursor", TimeSpan.FromDays(1)).EmptySuite("renovate", TimeSpan.FromDays(1)).Settled().Why.ShouldBe("no check has reported");

    [Fact]
    public void Another_apps_suite_that_has_check_runs_is_waited_for_however_old() =>
        Commit.Run("ci", Build).EmptySuite("codecov", TimeSpan.FromDays(1), "queued", checkRuns: 2).Settled().Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void A_suite_that_was_reset_for_a_repetition_is_waited_for_whatever_its_old_check_runs_say()
    {
        Commit.Run("ci", Build).App("codecov", "queued", null, new Job("coverage")).Settled().Status.ShouldBe(CiStatus.Pending);
        Commit.Run("ci", Build).App("codecov", "in_progress", null, new Job("coverage", Conclusion: "failure")).Settled().Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public void A_check_run_at_work_is_counted_once_and_not_again_with_its_suite() =>
        Commit.Run("ci", Build).App("codecov", "in_progress", null, new Job("coverage", "in_progress", null)).First().Why.ShouldBe("1 of 2 checks not finished, coverage among them");

    [Fact]
    public void A_suite_that_is_complete_and_empty_does_not_count() =>
        Commit.Run("ci", Build).EmptySuite("cursor", TimeSpan.Zero, "completed").Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void A_workflow_that_waits_for_a_runner_has_no_check_runs_yet_and_is_not_finished() =>
        Commit.Run("ci", Build).Run("slow", status: "queued", conclusion: null).Settled().Status.ShouldBe(CiStatus.Pending);

    [Theory]
    [InlineData(0, CiStatus.Pending)]
    [InlineData(2.99, CiStatus.Pending)]
    [InlineData(3, CiStatus.Green)]
    [InlineData(48, CiStatus.Green)]
    public void An_empty_suite_of_Actions_counts_as_queued_for_three_hours_and_is_an_orphan_then(double hours, CiStatus expected) =>
        Commit.Run("ci", Build).Read(TimeSpan.FromHours(50)).EmptySuite("github-actions", TimeSpan.FromHours(hours)).Settled().Status.ShouldBe(expected);

    [Fact]
    public void Before_anything_could_have_registered_the_first_success_is_not_green()
    {
        var early = Commit.Status("licence", "success").Read(TimeSpan.FromSeconds(119)).Settled();
        early.Status.ShouldBe(CiStatus.Pending);
        early.Settling.ShouldBeTrue();
        Commit.Status("licence", "success").Read(TimeSpan.FromSeconds(120)).Settled().Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public void A_failure_is_red_however_soon_after_the_push() => Commit.Status("licence", "failure").Read(TimeSpan.FromSeconds(1)).First().Status.ShouldBe(CiStatus.Red);

    // Repetitions, several events, several workflows, several apps

    [Fact]
    public void A_new_run_of_a_workflow_replaces_the_old_one_with_all_its_jobs() =>
        Commit.Run("ci", conclusion: "failure", jobs: [Build, BrokenTest]).Run("ci", jobs: [Build, new Job("test")]).Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void A_new_run_that_fails_replaces_an_old_success() => Commit.Run("ci", Build).Run("ci", new Job("build", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);

    [Fact]
    public void A_new_run_without_jobs_yet_takes_the_old_verdict_away() => Commit.Run("ci", Build).Run("ci", status: "queued", conclusion: null).Settled().Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void The_newest_run_is_the_one_with_the_highest_id_whatever_the_order_of_the_list() =>
        Commit.Run("ci", BrokenTest).Run("ci", new Job("test")).But(evidence => evidence with { WorkflowRuns = [.. evidence.WorkflowRuns.Reverse()], CheckRuns = [.. evidence.CheckRuns.Reverse()] })
            .Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void A_repetition_in_place_takes_the_verdict_away_until_it_ends()
    {
        var commit = Commit.Run("ci", jobs: [Build, new Job("test")]);
        var green = commit.Settled();
        green.Status.ShouldBe(CiStatus.Green);

        commit.But(evidence => evidence with { WorkflowRuns = [evidence.WorkflowRuns[0] with { Status = "in_progress", Conclusion = null }] });
        commit.Settled().Status.ShouldBe(CiStatus.Pending);
        (commit.First().Fingerprint == green.Fingerprint).ShouldBeFalse();
    }

    [Fact]
    public void Inside_one_suite_the_newest_attempt_of_a_job_counts()
    {
        var commit = Commit.Run("ci", jobs: [new Job("test", Conclusion: "failure"), new Job("test")]);
        commit.Settled().Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public void Each_event_of_a_workflow_is_judged_on_its_own()
    {
        Commit.Run("ci", Build, "push").Run("ci", new Job("build", Conclusion: "failure"), "pull_request").First().Status.ShouldBe(CiStatus.Red);
        Commit.Run("ci", new Job("build", Conclusion: "failure"), "push").Run("ci", Build, "pull_request").First().Status.ShouldBe(CiStatus.Red);
        Commit.Run("ci", Build, "push").Run("ci", Build, "pull_request").Settled().Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public void Two_workflows_may_call_a_job_the_same_and_neither_hides_the_other()
    {
        var reading = Commit.Run("ci", new Job("build", Conclusion: "failure")).Run("docs", Build).First();
        reading.Failing.ShouldHaveSingleItem().Name.ShouldBe("ci / build");
        Commit.Run("docs", Build).Run("ci", new Job("build", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);
    }

    [Fact]
    public void Two_apps_may_call_a_check_the_same_and_neither_hides_the_other()
    {
        Commit.App("codecov", conclusion: "failure", checks: new Job("quality", Conclusion: "failure")).App("renovate", checks: new Job("quality")).First().Status.ShouldBe(CiStatus.Red);
        Commit.App("codecov", checks: new Job("quality")).App("renovate", conclusion: "failure", checks: new Job("quality", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);
    }

    [Fact]
    public void An_apps_number_and_a_suites_number_may_be_equal_and_neither_hides_the_other()
    {
        var commit = Commit.Run("ci", new Job("quality", Conclusion: "failure")).App("codecov", checks: new Job("quality"));
        var suite = commit.Evidence.WorkflowRuns[0].SuiteId;
        commit.But(evidence => evidence with { CheckRuns = [.. evidence.CheckRuns.Select(check => check.AppSlug == "codecov" ? check with { AppId = suite } : check)] });
        commit.First().Failing.ShouldHaveSingleItem().Name.ShouldBe("ci / quality");
    }

    [Fact]
    public void Of_another_apps_checks_of_one_name_the_newest_counts()
    {
        Commit.App("codecov", conclusion: "failure", checks: new Job("coverage", Conclusion: "failure")).App("codecov", checks: new Job("coverage")).Settled().Status.ShouldBe(CiStatus.Green);
        Commit.App("codecov", checks: new Job("coverage")).App("codecov", conclusion: "failure", checks: new Job("coverage", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);
    }

    [Fact]
    public void A_check_that_has_not_started_yet_is_newer_than_one_that_has_ended() =>
        Commit.App("codecov", checks: new Job("coverage")).App("codecov", "queued", null, new Job("coverage", "queued", null)).Settled().Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void A_workflow_run_that_failed_is_not_counted_beside_its_failed_job() => Commit.Run("ci", conclusion: "failure", jobs: [Build, BrokenTest]).First().Failing.Length.ShouldBe(1);

    [Fact]
    public void A_failed_workflow_whose_jobs_show_no_failure_fails_by_itself_even_beside_another()
    {
        Commit.Run("ci", conclusion: "failure", jobs: Build).First().Failing.ShouldHaveSingleItem().Name.ShouldBe("ci");
        Commit.Run("ci", conclusion: "failure", jobs: Build).Run("lint", new Job("lint", Conclusion: "failure")).First()
            .Failing.Select(check => check.Name).Order(StringComparer.Ordinal).ShouldBe(["ci", "lint / lint"]);
    }

    [Fact]
    public void Jobs_that_all_ended_do_not_end_their_workflow() => Commit.Run("ci", status: "in_progress", conclusion: null, jobs: Build).Settled().Status.ShouldBe(CiStatus.Pending);

    // Whose evidence counts

    [Fact]
    public void Our_own_suites_and_check_runs_never_count()
    {
        Commit.Run("ci", Build).App("afk-app", conclusion: "failure", checks: new Job("AFK run", Conclusion: "failure")).Settled().Status.ShouldBe(CiStatus.Green);
        Commit.Run("ci", Build).EmptySuite("afk-app", TimeSpan.Zero).Settled().Status.ShouldBe(CiStatus.Green);
        Commit.App("afk-app", checks: new Job("AFK run")).Settled().Why.ShouldBe("no check has reported");
    }

    [Theory]
    [InlineData("queued", null)]
    [InlineData("in_progress", null)]
    [InlineData("waiting", null)]
    [InlineData("completed", "failure")]
    [InlineData("completed", "cancelled")]
    [InlineData("completed", "success")]
    public void The_agents_own_workflow_on_the_judged_commit_never_counts(string status, string? conclusion)
    {
        foreach (var @event in (string[])["workflow_dispatch", "push"])
        {
            Commit.Run("ci", Build).Run("afk-agent", @event, status, conclusion, jobs: new Job("agent", status, conclusion)).Settled().ShouldSatisfyAllConditions(
                reading => reading.Status.ShouldBe(CiStatus.Green),
                reading => reading.Passed.ShouldHaveSingleItem().Name.ShouldBe("ci / build"));
            Commit.Run("afk-agent", @event, status, conclusion, jobs: new Job("agent", status, conclusion)).Settled().Why.ShouldBe("no check has reported");
        }
    }

    [Theory]
    [InlineData(".github/workflows/afk-agent.yml@refs/heads/main")]
    [InlineData(".github/workflows/AFK-Agent.yml")]
    public void The_agents_workflow_is_known_by_its_path_whatever_its_name_and_reference(string path) =>
        Commit.Run("ci", Build).Run("harmless", conclusion: "failure", path: path, jobs: new Job("agent", Conclusion: "failure")).Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void A_workflow_that_only_calls_itself_like_the_agents_counts() =>
        Commit.Run("afk-agent", path: ".github/workflows/other.yml", conclusion: "failure", jobs: BrokenTest).First().Status.ShouldBe(CiStatus.Red);

    [Fact]
    public void The_agents_workflow_can_not_report_a_required_check() =>
        Commit.Require("build").Run("ci", new Job("lint")).Run("afk-agent", "workflow_dispatch", jobs: Build).Settled().Why.ShouldBe("the required check build has not reported");

    [Fact]
    public void Our_app_can_not_report_a_required_check() =>
        Commit.Require("build").Run("ci", new Job("lint")).App("afk-app", checks: Build).Settled().Why.ShouldBe("the required check build has not reported");

    [Theory]
    [InlineData("push")]
    [InlineData("pull_request")]
    [InlineData("merge_group")]
    [InlineData("dynamic")]
    public void Workflows_started_by_the_commit_are_judged(string @event) => Commit.Run("ci", BrokenTest, @event).First().Status.ShouldBe(CiStatus.Red);

    [Theory]
    [InlineData("issue_comment")]
    [InlineData("issues")]
    [InlineData("label")]
    [InlineData("workflow_dispatch")]
    [InlineData("repository_dispatch")]
    [InlineData("schedule")]
    [InlineData("workflow_run")]
    [InlineData("pull_request_target")]
    [InlineData("discussion_from_the_future")]
    [InlineData("")]
    public void Workflows_started_by_anything_else_change_no_verdict(string @event)
    {
        foreach (var job in (Job[])[BrokenTest, RunningTest, new("test", Conclusion: "cancelled"), new("test", "waiting", null), new("test")])
        {
            var reading = Commit.Run("ci", Build).Run("triage", job, @event).Settled();
            reading.Status.ShouldBe(CiStatus.Green, $"{@event} {job}");
            reading.Fingerprint.ShouldBe(Commit.Run("ci", Build).First().Fingerprint);
            Commit.Run("triage", job, @event).Settled().Why.ShouldBe("no check has reported");
        }
    }

    [Fact]
    public void A_required_check_counts_whatever_started_its_workflow()
    {
        Commit.Require("e2e").Run("ci", Build).Run("e2e", new Job("e2e"), "workflow_dispatch").Settled().Status.ShouldBe(CiStatus.Green);
        Commit.Require("e2e").Run("ci", Build).Run("e2e", new Job("e2e", Conclusion: "failure"), "workflow_dispatch").First().Status.ShouldBe(CiStatus.Red);
        Commit.Require("e2e").Run("ci", Build).Run("e2e", new Job("e2e", "in_progress", null), "workflow_dispatch").Settled().Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public void Beside_a_required_check_the_other_jobs_of_such_a_workflow_still_do_not_count() =>
        Commit.Require("e2e").Run("ci", Build).Run("e2e", "workflow_dispatch", conclusion: "failure", jobs: [new Job("e2e"), new Job("report", Conclusion: "failure")]).Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void A_comment_cannot_change_what_a_push_reported_on_a_required_check()
    {
        Commit.Require("build").Run("ci", Build).Run("ci", new Job("build", Conclusion: "failure"), "issue_comment").Settled().Status.ShouldBe(CiStatus.Green);
        Commit.Require("build").Run("ci", new Job("build", Conclusion: "failure")).Run("ci", Build, "issue_comment").First().Status.ShouldBe(CiStatus.Red);
    }

    [Fact]
    public void A_check_run_is_not_judged_before_its_workflow_run_is_listed()
    {
        // The list of runs lags: whether this one was started by the commit or by our own comment is not known yet.
        foreach (var job in (Job[])[BrokenTest, RunningTest, new("test"), new("test", Conclusion: "cancelled"), new("test", "waiting", null)])
        {
            Commit.Run("ci", Build).Stray(job, TimeSpan.FromSeconds(5)).Settled().Status.ShouldBe(CiStatus.Pending, $"{job}");
        }

        Commit.Run("ci", Build).Read(TimeSpan.FromHours(9)).Stray(BrokenTest, TimeSpan.FromHours(2.99)).Settled().Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public void A_check_run_whose_workflow_run_is_never_listed_counts_in_the_end() =>
        Commit.Run("ci", Build).Read(TimeSpan.FromHours(9)).Stray(BrokenTest, TimeSpan.FromHours(3)).First().Status.ShouldBe(CiStatus.Red);

    [Fact]
    public void A_run_that_does_not_name_its_suite_breaks_nothing()
    {
        var commit = Commit.Run("ci", Build).Run("lint", Build).Run("triage", Build, "issues").Run("more", Build, "issues")
            .But(evidence => evidence with { WorkflowRuns = [.. evidence.WorkflowRuns.Select(run => run with { SuiteId = 0 })] });
        Should.NotThrow(() => commit.First()).Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public void A_run_that_is_listed_twice_is_one_run()
    {
        var commit = Commit.Run("ci", Build).Run("triage", Build, "issues")
            .But(evidence => evidence with { WorkflowRuns = [.. evidence.WorkflowRuns, .. evidence.WorkflowRuns], CheckRuns = [.. evidence.CheckRuns, .. evidence.CheckRuns], Suites = [.. evidence.Suites, .. evidence.Suites] });
        commit.Settled().Passed.ShouldHaveSingleItem();
    }

    // Commit statuses

    [Theory]
    [InlineData("success", CiStatus.Green)]
    [InlineData("failure", CiStatus.Red)]
    [InlineData("error", CiStatus.Red)]
    [InlineData("pending", CiStatus.Pending)]
    [InlineData("expected", CiStatus.Pending)]
    [InlineData("", CiStatus.Pending)]
    [InlineData(null, CiStatus.Pending)]
    public void Each_state_of_a_commit_status_has_its_class_without_any_check(string? state, CiStatus expected) => Commit.Status("jenkins", state).Settled().Status.ShouldBe(expected);

    [Fact]
    public void Without_statuses_the_combined_state_of_GitHub_is_pending_and_ours_is_not() => Commit.Run("ci", Build).Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void Of_several_statuses_of_one_context_the_newest_counts()
    {
        Commit.Status("jenkins", "pending").Status("jenkins", "success").Settled().Status.ShouldBe(CiStatus.Green);
        Commit.Status("jenkins", "success").Status("jenkins", "failure").First().Status.ShouldBe(CiStatus.Red);
        Commit.Status("jenkins", "failure").Status("jenkins", "success").But(evidence => evidence with { Statuses = [.. evidence.Statuses.Reverse()] }).Settled().Status.ShouldBe(CiStatus.Green);
    }

    [Fact]
    public void A_status_and_a_check_of_one_name_both_count()
    {
        Commit.App("codecov", checks: new Job("quality")).Status("quality", "failure").First().Status.ShouldBe(CiStatus.Red);
        Commit.App("codecov", checks: new Job("quality")).Status("quality", "pending").Settled().Status.ShouldBe(CiStatus.Pending);
    }

    // Required and ignored contexts

    [Fact]
    public void A_required_check_that_has_not_reported_holds_the_verdict()
    {
        var reading = Commit.Require("build", "security").Run("ci", Build).Settled();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Why.ShouldBe("the required check security has not reported");
    }

    [Fact]
    public void A_failure_is_red_even_while_a_required_check_has_not_reported() => Commit.Require("security").Run("ci", BrokenTest).First().Status.ShouldBe(CiStatus.Red);

    [Theory]
    [InlineData("success")]
    [InlineData("skipped")]
    [InlineData("neutral")]
    public void A_required_check_is_satisfied_by_what_GitHub_is_satisfied_by(string conclusion) =>
        Commit.Require("security").Run("ci", jobs: [Build, new Job("security", Conclusion: conclusion)]).Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void A_status_can_be_a_required_check() => Commit.Require("jenkins").Run("ci", Build).Status("jenkins", "success").Settled().Status.ShouldBe(CiStatus.Green);

    [Fact]
    public void A_workflow_of_the_name_of_a_required_check_is_not_that_check() =>
        Commit.Require("ci").Run("build", new Job("build")).Run("ci").Settled().Why.ShouldBe("the required check ci has not reported");

    [Fact]
    public void An_ignored_check_decides_nothing()
    {
        Commit.Ignore("coverage", "slow").Run("ci", Build).App("codecov", conclusion: "failure", checks: new Job("coverage", Conclusion: "failure")).Status("slow", "pending").Settled().Status.ShouldBe(CiStatus.Green);
        Commit.Ignore("coverage").App("codecov", checks: new Job("coverage")).Settled().Why.ShouldBe("no check has reported");
        Commit.Ignore("coverage").Run("ci", Build).App("codecov", "queued", null, new Job("coverage")).Settled().Status.ShouldBe(CiStatus.Green);
    }

    [Theory]
    [InlineData("completed", "failure")]
    [InlineData("completed", "cancelled")]
    [InlineData("completed", "action_required")]
    [InlineData("waiting", null)]
    public void An_ignored_job_does_not_come_back_through_its_workflow(string status, string? conclusion) =>
        Commit.Ignore("flaky").Run("ci", status: status, conclusion: conclusion, jobs: [Build, new Job("flaky", status, conclusion)]).Settled().Status.ShouldBe(CiStatus.Green);

    [Theory]
    [InlineData("docs")]
    [InlineData("docs.yml")]
    [InlineData(".github/workflows/docs.yml")]
    public void An_ignored_workflow_decides_nothing_whatever_its_jobs_say(string name)
    {
        Commit.Ignore(name).Run("ci", Build).Run("docs", conclusion: "failure", jobs: new Job("links", Conclusion: "failure")).Settled().Status.ShouldBe(CiStatus.Green);
        Commit.Ignore(name).Run("ci", Build).Run("docs", status: "in_progress", conclusion: null, jobs: new Job("links", "queued", null)).Settled().Status.ShouldBe(CiStatus.Green);
        Commit.Ignore(name).Run("docs", new Job("links")).Settled().Why.ShouldBe("no check has reported");
    }

    [Theory]
    [InlineData("s.yml")]
    [InlineData("Docs")]
    [InlineData("workflows/docs.ym")]
    [InlineData("")]
    public void A_name_that_is_not_the_workflows_ignores_nothing(string name) =>
        Commit.Ignore(name).Run("docs", conclusion: "failure", jobs: new Job("links", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);

    [Fact]
    public void What_is_required_is_never_ignored()
    {
        Commit.Require("audit").Ignore("audit").Run("ci", Build).Status("audit", "failure").First().Status.ShouldBe(CiStatus.Red);
        Commit.Require("links").Ignore("docs").Run("ci", Build).Run("docs", conclusion: "failure", jobs: new Job("links", Conclusion: "failure")).First().Status.ShouldBe(CiStatus.Red);
    }

    [Fact]
    public void Beside_an_ignored_job_another_failure_is_still_red() =>
        Commit.Ignore("flaky").Run("ci", conclusion: "failure", jobs: [BrokenTest, new Job("flaky", Conclusion: "failure")]).First().Failing.ShouldHaveSingleItem().Name.ShouldBe("ci / test");

    // Settling

    [Theory]
    [InlineData(0, CiStatus.Pending)]
    [InlineData(59.999, CiStatus.Pending)]
    [InlineData(60, CiStatus.Green)]
    [InlineData(61, CiStatus.Green)]
    public void Green_is_read_twice_a_settle_interval_apart(double seconds, CiStatus expected)
    {
        var reading = Commit.Run("ci", Build).After(seconds);
        reading.Status.ShouldBe(expected);
        reading.Settling.ShouldBe(expected is CiStatus.Pending);
    }

    [Fact]
    public void One_reading_is_never_green_however_old_the_push()
    {
        var reading = Commit.Run("ci", Build).Read(TimeSpan.FromDays(2)).First();
        reading.Status.ShouldBe(CiStatus.Pending);
        reading.Settling.ShouldBeTrue();
        reading.Passed.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_reading_that_changed_settles_anew()
    {
        var before = Commit.Run("ci", Build);
        var after = Commit.Run("ci", Build).Status("jenkins", "success");
        CiVerdict.Fold(after.Evidence, after.Rules, new CiPrevious(before.First().Fingerprint, CommitStory.Pushed)).Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public void Another_commits_reading_does_not_settle_this_one()
    {
        var before = Commit.Run("ci", Build);
        var after = Commit.Run("ci", Build).But(evidence => evidence with { Sha = new string('b', 40) });
        CiVerdict.Fold(after.Evidence, after.Rules, new CiPrevious(before.First().Fingerprint, CommitStory.Pushed)).Status.ShouldBe(CiStatus.Pending);
    }

    [Fact]
    public void A_first_reading_from_the_future_does_not_settle() => Commit.Run("ci", Build).After(-3600).Status.ShouldBe(CiStatus.Pending);

    [Fact]
    public void Any_change_of_what_counts_changes_the_fingerprint_and_nothing_else_does()
    {
        CommitStory Base() => Commit.Run("ci", jobs: [Build, new Job("test")]).App("codecov", checks: new Job("coverage")).Status("jenkins", "success");
        var same = Base().First().Fingerprint;
        CommitStory[] changed =
        [
            Base().Run("lint", new Job("lint")),
            Base().App("renovate", checks: new Job("coverage")),
            Base().Status("jenkins", "failure"),
            Base().Status("travis", "success"),
            Base().EmptySuite("cursor", TimeSpan.Zero),
            Base().Run("ci", status: "queued", conclusion: null),
            Base().But(evidence => evidence with { CheckRuns = [evidence.CheckRuns[0] with { Status = "in_progress", Conclusion = null }, .. evidence.CheckRuns.Skip(1)] }),
            Base().But(evidence => evidence with { Sha = new string('b', 40) }),
        ];
        changed.ShouldAllBe(commit => commit.First().Fingerprint != same);

        CommitStory[] unchanged =
        [
            Base().Read(TimeSpan.FromHours(7)),
            Base().Run("triage", BrokenTest, "issues"),
            Base().App("afk-app", checks: BrokenTest),
            Base().EmptySuite("cursor", TimeSpan.FromDays(1)),
            Base().But(evidence => evidence with { CheckRuns = [.. evidence.CheckRuns.Reverse()], WorkflowRuns = [.. evidence.WorkflowRuns.Reverse()], Statuses = [.. evidence.Statuses.Reverse()], Suites = [.. evidence.Suites.Reverse()] }),
            Base().But(evidence => evidence with { CheckRuns = [.. evidence.CheckRuns.Select(check => check with { Url = null })] }),
        ];
        unchanged.ShouldAllBe(commit => commit.First().Fingerprint == same);
    }

    [Fact]
    public void The_key_of_a_failing_check_is_the_same_on_every_commit_whatever_its_runs_are_called()
    {
        string Key(string runName) => Commit.Run("ci", conclusion: "failure", name: runName, jobs: BrokenTest).First().Failing.ShouldHaveSingleItem().Key;
        Key("Deploy of 1234567 by ann").ShouldBe(Key("Deploy of 89abcde by bob"));
        string RunKey(string path) => Commit.Run("ci", conclusion: "startup_failure", path: path).First().Failing.ShouldHaveSingleItem().Key;
        RunKey(".github/workflows/ci.yml@refs/heads/main").ShouldBe(RunKey(".github/workflows/ci.yml"));
    }

    [Fact]
    public void The_keys_of_different_checks_differ()
    {
        var reading = Commit
            .Run("ci", conclusion: "failure", name: "CI", jobs: [BrokenTest, new Job("build", Conclusion: "failure")])
            .Run("nightly", conclusion: "failure", name: "CI", jobs: BrokenTest)
            .Run("release", conclusion: "startup_failure")
            .App("codecov", conclusion: "failure", checks: BrokenTest).App("renovate", conclusion: "failure", checks: BrokenTest)
            .Status("test", "failure").First();
        reading.Failing.Length.ShouldBe(7);
        reading.Failing.DistinctBy(check => check.Key, StringComparer.Ordinal).Count().ShouldBe(7);
    }

    [Fact]
    public void Every_reading_says_why_without_a_full_stop()
    {
        CommitStory[] commits =
        [
            Commit, Commit.Run("ci", Build), Commit.Run("ci", BrokenTest), Commit.Run("ci", RunningTest), Commit.Run("ci", new Job("x", Conclusion: "stale")),
            Commit.Run("ci", new Job("x", Conclusion: "action_required")), Commit.Run("ci", new Job("x", Conclusion: "skipped")), Commit.Require("y").Run("ci", Build),
            Commit.Run("ci", Build).But(evidence => evidence with { Truncated = true }), Commit.EmptySuite("cursor", TimeSpan.Zero),
        ];
        foreach (var reading in commits.SelectMany(commit => (CiReading[])[commit.First(), commit.Settled()]))
        {
            reading.Why.ShouldNotBeNullOrWhiteSpace();
            reading.Why.ShouldNotEndWith(".");
            reading.Failing.IsEmpty.ShouldBe(reading.Status is not CiStatus.Red);
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(20260302)]
    public void Whatever_is_reported_the_fold_answers_and_keeps_its_promises(int seed)
    {
        var chance = new Random(seed);
        string?[] statuses = ["completed", "completed", "completed", "queued", "in_progress", "waiting", "dreaming", null];
        string?[] conclusions = ["success", "success", "success", "failure", "neutral", "skipped", "cancelled", "stale", "timed_out", "action_required", "startup_failure", "odd", null];
        string[] events = ["push", "pull_request", "issue_comment", "workflow_dispatch", "dynamic", ""];
        string[] apps = ["codecov", "renovate", "afk-app", "cursor"];
        string[] names = ["build", "test", "lint"];
        for (var round = 0; round < 3000; round++)
        {
            var commit = Commit.Read(TimeSpan.FromSeconds(chance.Next(20_000)));
            for (var step = chance.Next(6); step > 0; step--)
            {
                Job[] jobs = [.. Enumerable.Range(0, chance.Next(3)).Select(_ => new Job(Pick(names), Pick(statuses)!, Pick(conclusions)))];
                commit = chance.Next(5) switch
                {
                    0 or 1 => commit.Run(Pick((string[])["ci", "lint", "afk-agent"]), Pick(events), Pick(statuses)!, Pick(conclusions), jobs: jobs),
                    2 => commit.App(Pick(apps), Pick(statuses)!, Pick(conclusions), jobs),
                    3 => commit.Status(Pick(names), Pick((string[])["success", "failure", "pending", "odd"])),
                    _ => commit.EmptySuite(Pick((string[])["cursor", "github-actions"]), TimeSpan.FromSeconds(chance.Next(20_000))),
                };
            }

            if (chance.Next(3) == 0)
            {
                commit.Require(Pick(names));
            }

            if (chance.Next(4) == 0)
            {
                commit.Ignore(Pick(names));
            }

            var (first, settled) = (commit.First(), commit.Settled());
            first.Status.ShouldNotBe(CiStatus.Green);
            first.Fingerprint.ShouldBe(settled.Fingerprint);
            first.Settling.ShouldBe(first.Status is CiStatus.Pending && (settled.Status is CiStatus.Green || settled.Settling));
            settled.Failing.IsEmpty.ShouldBe(settled.Status is not CiStatus.Red);
            if (settled.Status is CiStatus.Green)
            {
                settled.Passed.ShouldNotBeEmpty();
            }

            // Nothing of ours, of the agent or of a comment moves anything that the commit's own checks said.
            var more = commit.Run("afk-agent", "workflow_dispatch", Pick(statuses)!, Pick(conclusions), jobs: new Job("agent", Pick(statuses)!, Pick(conclusions)))
                .Run("triage", "issue_comment", Pick(statuses)!, Pick(conclusions), jobs: new Job("triage", Pick(statuses)!, Pick(conclusions)))
                .App("afk-app", Pick(statuses)!, Pick(conclusions), new Job("build", Pick(statuses)!, Pick(conclusions)));
            var moved = more.Settled();
            moved.ShouldBe(settled with { Failing = moved.Failing, Passed = moved.Passed, Cancelled = moved.Cancelled });
            moved.Failing.ShouldBe(settled.Failing);
            moved.Passed.ShouldBe(settled.Passed);
            moved.Cancelled.ShouldBe(settled.Cancelled);

            // A missing page takes every verdict away.
            commit.But(evidence => evidence with { Truncated = true }).Settled().Status.ShouldBe(CiStatus.Pending);
        }

        T Pick<T>(T[] values) => values[chance.Next(values.Length)];
    }
}
