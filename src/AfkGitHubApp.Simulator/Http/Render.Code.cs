using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>Commits, checks, workflow runs, pull requests.</summary>
internal sealed partial class Render
{
    public JsonObject Commit(Repository repository, Commit commit) => new()
    {
        ["sha"] = commit.Sha,
        ["node_id"] = $"C_{commit.Sha}",
        ["commit"] = CommitDetails(repository, commit),
        ["url"] = $"{RepoUrl(repository)}/commits/{commit.Sha}",
        ["html_url"] = $"{Html}/{repository.FullName}/commit/{commit.Sha}",
        ["comments_url"] = $"{RepoUrl(repository)}/commits/{commit.Sha}/comments",
        ["author"] = Account(commit.Author),
        ["committer"] = Account(commit.Author),
        ["parents"] = new JsonArray([.. commit.Parents.Select(parent => new JsonObject
        {
            ["sha"] = parent,
            ["url"] = $"{RepoUrl(repository)}/commits/{parent}",
            ["html_url"] = $"{Html}/{repository.FullName}/commit/{parent}",
        })]),
    };

    public static JsonObject SimpleCommit(Commit commit) => new()
    {
        ["id"] = commit.Sha,
        ["tree_id"] = IdSource.TreeSha(commit.Sha),
        ["message"] = commit.Message,
        ["timestamp"] = Time(commit.Date),
        ["author"] = new JsonObject { ["name"] = commit.Author.Login, ["email"] = commit.Author.Email },
        ["committer"] = new JsonObject { ["name"] = commit.Author.Login, ["email"] = commit.Author.Email },
    };

    public JsonObject PushCommit(Repository repository, Commit commit)
    {
        var json = SimpleCommit(commit);
        json["distinct"] = true;
        json["url"] = $"{Html}/{repository.FullName}/commit/{commit.Sha}";
        json["author"]!["username"] = commit.Author.Login;
        json["committer"]!["username"] = commit.Author.Login;
        json["added"] = new JsonArray();
        json["modified"] = new JsonArray("README.md");
        json["removed"] = new JsonArray();
        return json;
    }

    public JsonObject Branch(Repository repository, string name)
    {
        var commit = repository.Commits[repository.Branches[name]];
        var protectedBy = repository.Protected.GetValueOrDefault(name);
        var url = $"{RepoUrl(repository)}/branches/{name}";
        return new JsonObject
        {
            ["name"] = name,
            ["commit"] = Commit(repository, commit),
            ["_links"] = new JsonObject { ["self"] = url, ["html"] = $"{Html}/{repository.FullName}/tree/{name}" },
            ["protected"] = protectedBy is not null,
            ["protection"] = new JsonObject
            {
                ["enabled"] = protectedBy is not null,
                ["required_status_checks"] = new JsonObject
                {
                    ["enforcement_level"] = protectedBy is { Count: > 0 } ? "non_admins" : "off",
                    ["contexts"] = new JsonArray([.. (protectedBy ?? []).Select(check => (JsonNode?)check.Context)]),
                    ["checks"] = new JsonArray([.. (protectedBy ?? []).Select(check => new JsonObject { ["context"] = check.Context, ["app_id"] = check.AppId })]),
                },
            },
            ["protection_url"] = $"{url}/protection",
        };
    }

    public static JsonArray BranchRules(Repository repository, string branch)
    {
        var rules = new JsonArray();
        foreach (var ruleset in repository.Rulesets.Where(ruleset => ruleset.Branch == branch || ruleset.Branch == "*"))
        {
            JsonObject Rule(string type, JsonObject parameters) => new()
            {
                ["type"] = type,
                ["ruleset_source_type"] = "Repository",
                ["ruleset_source"] = repository.FullName,
                ["ruleset_id"] = ruleset.Id,
                ["parameters"] = parameters,
            };
            if (ruleset.Checks.Count > 0)
            {
                rules.Add(Rule("required_status_checks", new JsonObject
                {
                    ["strict_required_status_checks_policy"] = false,
                    ["do_not_enforce_on_create"] = false,
                    ["required_status_checks"] = new JsonArray([.. ruleset.Checks.Select(check =>
                    {
                        var json = new JsonObject { ["context"] = check.Context };
                        if (check.AppId is { } app)
                        {
                            json["integration_id"] = app;
                        }

                        return json;
                    })]),
                }));
            }

            if (ruleset.RequiredApprovals > 0)
            {
                rules.Add(Rule("pull_request", new JsonObject
                {
                    ["required_approving_review_count"] = ruleset.RequiredApprovals,
                    ["dismiss_stale_reviews_on_push"] = false,
                    ["require_code_owner_review"] = false,
                    ["require_last_push_approval"] = false,
                    ["required_review_thread_resolution"] = false,
                }));
            }
        }

        foreach (var rule in repository.Rules.Where(rule => rule.Branch == branch || rule.Branch == "*"))
        {
            rules.Add(new JsonObject { ["type"] = rule.Type, ["ruleset_source_type"] = "Repository", ["ruleset_source"] = repository.FullName, ["ruleset_id"] = repository.Rulesets.Count + 1 });
        }

        return rules;
    }

    public JsonObject Suite(Repository repository, CheckSuite suite, bool forWebhook = false)
    {
        var url = $"{RepoUrl(repository)}/check-suites/{suite.Id}";
        var json = new JsonObject
        {
            ["id"] = suite.Id,
            ["node_id"] = suite.NodeId,
            ["head_branch"] = suite.HeadBranch,
            ["head_sha"] = suite.HeadSha,
            ["status"] = suite.Status,
            ["conclusion"] = suite.Conclusion,
            ["url"] = url,
            ["before"] = suite.Before,
            ["after"] = suite.HeadSha,
            ["pull_requests"] = PullRequestLinks(repository, suite.HeadBranch, suite.HeadSha),
            ["app"] = App(suite.App),
            ["created_at"] = Time(suite.CreatedAt),
            ["updated_at"] = Time(suite.UpdatedAt),
            ["rerequestable"] = true,
            ["runs_rerequestable"] = suite.App != world.Actions,
            ["latest_check_runs_count"] = suite.Runs.Count,
            ["check_runs_url"] = $"{url}/check-runs",
            ["head_commit"] = SimpleCommit(repository.Commits[suite.HeadSha]),
        };
        if (!forWebhook)
        {
            json["repository"] = RepositoryLite(repository);
        }

        return json;
    }

    public JsonObject CheckRun(Repository repository, CheckRun run)
    {
        var url = $"{RepoUrl(repository)}/check-runs/{run.Id}";
        var html = run.Suite.WorkflowRunId is { } owner
            ? $"{Html}/{repository.FullName}/actions/runs/{owner}/job/{run.Id}"
            : $"{Html}/{repository.FullName}/runs/{run.Id}";
        return new JsonObject
        {
            ["id"] = run.Id,
            ["name"] = run.Name,
            ["node_id"] = run.NodeId,
            ["head_sha"] = run.Suite.HeadSha,
            ["external_id"] = run.Suite.App == world.Actions ? $"job-{run.Id}" : "",
            ["url"] = url,
            ["html_url"] = html,
            ["details_url"] = html,
            ["status"] = run.Status,
            ["conclusion"] = run.Conclusion,
            ["started_at"] = Time(run.StartedAt),
            ["completed_at"] = Time(run.CompletedAt),
            ["output"] = new JsonObject { ["title"] = null, ["summary"] = null, ["text"] = null, ["annotations_count"] = run.Annotations.Count, ["annotations_url"] = $"{url}/annotations" },
            ["check_suite"] = new JsonObject { ["id"] = run.Suite.Id },
            ["app"] = App(run.Suite.App),
            ["pull_requests"] = PullRequestLinks(repository, run.Suite.HeadBranch, run.Suite.HeadSha),
        };
    }

    /// <summary>What a script notes with a workflow command and without naming a file: the runner puts it at ".github".</summary>
    public JsonObject Annotation(Repository repository, CheckRun run, string title, string message) => new()
    {
        ["path"] = ".github",
        ["blob_href"] = $"{Html}/{repository.FullName}/blob/{run.Suite.HeadSha}/.github",
        ["start_line"] = 1,
        ["start_column"] = null,
        ["end_line"] = 1,
        ["end_column"] = null,
        ["annotation_level"] = "notice",
        ["title"] = title,
        ["message"] = message,
        ["raw_details"] = "",
    };

    public JsonObject Workflow(Repository repository, Workflow workflow)
    {
        var url = $"{RepoUrl(repository)}/actions/workflows/{workflow.Id}";
        return new JsonObject
        {
            ["id"] = workflow.Id,
            ["node_id"] = workflow.NodeId,
            ["name"] = workflow.Name,
            ["path"] = workflow.Path,
            ["state"] = workflow.State,
            ["created_at"] = Time(workflow.CreatedAt),
            ["updated_at"] = Time(workflow.CreatedAt),
            ["url"] = url,
            ["html_url"] = $"{Html}/{repository.FullName}/blob/{repository.DefaultBranch}/{workflow.Path}",
            ["badge_url"] = $"{Html}/{repository.FullName}/workflows/{Uri.EscapeDataString(workflow.Name)}/badge.svg",
        };
    }

    public JsonObject Run(Repository repository, WorkflowRun run)
    {
        var url = $"{RepoUrl(repository)}/actions/runs/{run.Id}";
        return new JsonObject
        {
            ["id"] = run.Id,
            // A run-name takes the place of the workflow's name in the answers.
            ["name"] = run.Workflow.RunName is null ? run.Workflow.Name : run.Title,
            ["node_id"] = run.NodeId,
            ["head_branch"] = run.HeadBranch,
            ["head_sha"] = run.HeadSha,
            ["path"] = run.Workflow.Path,
            ["display_title"] = run.Title,
            ["run_number"] = run.Number,
            ["event"] = run.Trigger,
            ["status"] = run.Status,
            ["conclusion"] = run.Conclusion,
            ["workflow_id"] = run.Workflow.Id,
            ["check_suite_id"] = run.Suite.Id,
            ["check_suite_node_id"] = run.Suite.NodeId,
            ["url"] = url,
            ["html_url"] = $"{Html}/{repository.FullName}/actions/runs/{run.Id}",
            ["pull_requests"] = PullRequestLinks(repository, run.HeadBranch, run.HeadSha),
            ["created_at"] = Time(run.CreatedAt),
            ["updated_at"] = Time(run.UpdatedAt),
            ["actor"] = Account(run.Actor),
            ["run_attempt"] = run.Attempt,
            ["referenced_workflows"] = new JsonArray(),
            ["run_started_at"] = Time(run.StartedAt),
            ["triggering_actor"] = Account(run.Actor),
            ["jobs_url"] = $"{url}/jobs",
            ["logs_url"] = $"{url}/logs",
            ["check_suite_url"] = $"{RepoUrl(repository)}/check-suites/{run.Suite.Id}",
            ["artifacts_url"] = $"{url}/artifacts",
            ["cancel_url"] = $"{url}/cancel",
            ["rerun_url"] = $"{url}/rerun",
            ["previous_attempt_url"] = run.Attempt > 1 ? $"{url}/attempts/{run.Attempt - 1}" : null,
            ["workflow_url"] = $"{RepoUrl(repository)}/actions/workflows/{run.Workflow.Id}",
            ["head_commit"] = SimpleCommit(repository.Commits[run.HeadSha]),
            ["repository"] = RepositoryLite(repository),
            ["head_repository"] = RepositoryLite(repository),
        };
    }

    public JsonObject Job(Repository repository, WorkflowRun run, CheckRun job)
    {
        var url = $"{RepoUrl(repository)}/actions/jobs/{job.Id}";
        var begun = job.Status != "queued";
        var steps = begun ? new JsonArray(Step("Set up job", 1, "completed", "success", job), job.LostRunner ? Step($"Run {job.Name}", 2, "in_progress", null, job) : Step($"Run {job.Name}", 2, job.Status, job.Conclusion, job)) : [];
        return new JsonObject
        {
            ["id"] = job.Id,
            ["run_id"] = run.Id,
            ["workflow_name"] = run.Workflow.Name,
            ["head_branch"] = run.HeadBranch,
            ["run_url"] = $"{RepoUrl(repository)}/actions/runs/{run.Id}",
            ["run_attempt"] = job.Attempt,
            ["node_id"] = job.NodeId,
            ["head_sha"] = run.HeadSha,
            ["url"] = url,
            ["html_url"] = $"{Html}/{repository.FullName}/actions/runs/{run.Id}/job/{job.Id}",
            ["status"] = job.Status,
            ["conclusion"] = job.Conclusion,
            ["created_at"] = Time(job.CreatedAt),
            ["started_at"] = Time(job.StartedAt ?? job.CreatedAt),
            ["completed_at"] = Time(job.CompletedAt),
            ["name"] = job.Name,
            ["steps"] = steps,
            ["check_run_url"] = $"{RepoUrl(repository)}/check-runs/{job.Id}",
            ["labels"] = new JsonArray("ubuntu-latest"),
            ["runner_id"] = 1,
            ["runner_name"] = "GitHub Actions 1",
            ["runner_group_id"] = 0,
            ["runner_group_name"] = "GitHub Actions",
        };
    }

    private static JsonObject Step(string name, int number, string status, string? conclusion, CheckRun job) => new()
    {
        ["name"] = name,
        ["status"] = status,
        ["conclusion"] = conclusion,
        ["number"] = number,
        ["started_at"] = Time(job.StartedAt),
        ["completed_at"] = status == "completed" ? Time(job.CompletedAt ?? job.StartedAt) : null,
    };

    public JsonObject Status(Repository repository, CommitStatus status) => new()
    {
        ["url"] = $"{RepoUrl(repository)}/statuses/{status.Sha}",
        ["avatar_url"] = $"{Html}/avatars/{status.Creator.Id}",
        ["id"] = status.Id,
        ["node_id"] = IdSource.Node("SC", status.Id),
        ["state"] = status.State,
        ["description"] = status.Description,
        ["target_url"] = status.TargetUrl,
        ["context"] = status.Context,
        ["created_at"] = Time(status.CreatedAt),
        ["updated_at"] = Time(status.CreatedAt),
    };

    public JsonObject StatusEvent(Repository repository, Commit commit, CommitStatus status) => new()
    {
        ["id"] = status.Id,
        ["sha"] = status.Sha,
        ["name"] = repository.FullName,
        ["avatar_url"] = $"{Html}/avatars/{status.Creator.Id}",
        ["target_url"] = status.TargetUrl,
        ["context"] = status.Context,
        ["description"] = status.Description,
        ["state"] = status.State,
        ["commit"] = Commit(repository, commit),
        ["branches"] = new JsonArray([.. repository.Branches.Where(branch => branch.Value == status.Sha).Select(branch => new JsonObject
        {
            ["name"] = branch.Key,
            ["commit"] = new JsonObject { ["sha"] = branch.Value, ["url"] = $"{RepoUrl(repository)}/commits/{branch.Value}" },
            ["protected"] = repository.Protected.ContainsKey(branch.Key),
        })]),
        ["created_at"] = Time(status.CreatedAt),
        ["updated_at"] = Time(status.CreatedAt),
    };

    public JsonObject DeploymentStatusEvent(Repository repository, Deployment deployment, DeploymentStatus status)
    {
        var url = $"{RepoUrl(repository)}/deployments/{deployment.Id}";
        return new JsonObject
        {
            ["deployment_status"] = new JsonObject
            {
                ["url"] = $"{url}/statuses/{status.Id}",
                ["id"] = status.Id,
                ["node_id"] = status.NodeId,
                ["state"] = status.State,
                ["creator"] = Account(deployment.Creator),
                ["description"] = "",
                ["environment"] = deployment.Environment,
                ["target_url"] = status.LogUrl ?? "",
                ["created_at"] = Time(status.CreatedAt),
                ["updated_at"] = Time(status.CreatedAt),
                ["deployment_url"] = url,
                ["repository_url"] = RepoUrl(repository),
            },
            ["deployment"] = new JsonObject
            {
                ["url"] = url,
                ["id"] = deployment.Id,
                ["node_id"] = deployment.NodeId,
                ["sha"] = deployment.Sha,
                ["ref"] = repository.DefaultBranch,
                ["task"] = "deploy",
                ["payload"] = new JsonObject(),
                ["original_environment"] = deployment.Environment,
                ["environment"] = deployment.Environment,
                ["description"] = null,
                ["creator"] = Account(deployment.Creator),
                ["created_at"] = Time(deployment.CreatedAt),
                ["updated_at"] = Time(status.CreatedAt),
                ["statuses_url"] = $"{url}/statuses",
                ["repository_url"] = RepoUrl(repository),
            },
        };
    }

    public JsonObject Approval(Repository repository, Issue issue, long id, Account by, DateTimeOffset at)
    {
        var html = $"{Html}/{repository.FullName}/pull/{issue.Number}#pullrequestreview-{id}";
        var pull = $"{RepoUrl(repository)}/pulls/{issue.Number}";
        return new JsonObject
        {
            ["id"] = id,
            ["node_id"] = IdSource.Node("PRR", id),
            ["user"] = Account(by),
            ["body"] = null,
            ["commit_id"] = issue.PullRequest!.HeadSha,
            ["submitted_at"] = Time(at),
            ["state"] = "approved",
            ["html_url"] = html,
            ["pull_request_url"] = pull,
            ["author_association"] = Association(repository, by),
            ["_links"] = new JsonObject { ["html"] = Link(html), ["pull_request"] = Link(pull) },
        };
    }

    public JsonObject PullRequest(Repository repository, Issue issue)
    {
        var pull = issue.PullRequest!;
        var url = $"{RepoUrl(repository)}/pulls/{issue.Number}";
        var html = $"{Html}/{repository.FullName}/pull/{issue.Number}";
        JsonObject Side(Repository at, string branch, string sha) => new()
        {
            ["label"] = $"{at.Owner.Login}:{branch}",
            ["ref"] = branch,
            ["sha"] = sha,
            ["user"] = Account(at.Owner),
            ["repo"] = Repository(at),
        };
        var json = new JsonObject
        {
            ["url"] = url,
            ["id"] = pull.Id,
            ["node_id"] = issue.NodeId,
            ["html_url"] = html,
            ["diff_url"] = $"{html}.diff",
            ["patch_url"] = $"{html}.patch",
            ["issue_url"] = $"{RepoUrl(repository)}/issues/{issue.Number}",
            ["number"] = issue.Number,
            ["state"] = issue.Open ? "open" : "closed",
            ["locked"] = issue.Locked,
            ["title"] = issue.Title,
            ["user"] = Account(issue.Author),
            ["body"] = issue.Body,
            ["created_at"] = Time(issue.CreatedAt),
            ["updated_at"] = Time(issue.UpdatedAt),
            ["closed_at"] = Time(issue.ClosedAt),
            ["merged_at"] = Time(pull.MergedAt),
            ["assignees"] = new JsonArray(),
            ["requested_reviewers"] = new JsonArray(),
            ["requested_teams"] = new JsonArray(),
            ["labels"] = new JsonArray([.. issue.Labels.Select(name => Label(repository, repository.Labels[name]))]),
            ["milestone"] = null,
            ["draft"] = pull.Draft,
            ["commits_url"] = $"{url}/commits",
            ["review_comments_url"] = $"{url}/comments",
            ["review_comment_url"] = $"{RepoUrl(repository)}/pulls/comments{{/number}}",
            ["comments_url"] = $"{RepoUrl(repository)}/issues/{issue.Number}/comments",
            ["statuses_url"] = $"{RepoUrl(repository)}/statuses/{pull.HeadSha}",
            ["head"] = Side(pull.Fork ?? repository, pull.HeadBranch[(pull.HeadBranch.IndexOf(':', StringComparison.Ordinal) + 1)..], pull.HeadSha),
            ["base"] = Side(repository, pull.BaseBranch, repository.Branches[pull.BaseBranch]),
            ["_links"] = new JsonObject
            {
                ["self"] = Link(url),
                ["html"] = Link(html),
                ["issue"] = Link($"{RepoUrl(repository)}/issues/{issue.Number}"),
                ["comments"] = Link($"{RepoUrl(repository)}/issues/{issue.Number}/comments"),
                ["review_comments"] = Link($"{url}/comments"),
                ["review_comment"] = Link($"{RepoUrl(repository)}/pulls/comments{{/number}}"),
                ["commits"] = Link($"{url}/commits"),
                ["statuses"] = Link($"{RepoUrl(repository)}/statuses/{pull.HeadSha}"),
            },
            ["author_association"] = Association(repository, issue.Author),
            ["auto_merge"] = null,
            ["active_lock_reason"] = null,
            ["merged"] = pull.MergedAt is not null,
            ["mergeable"] = issue.Open ? true : null,
            ["rebaseable"] = issue.Open ? true : null,
            ["mergeable_state"] = issue.Open ? pull.Draft ? "draft" : "clean" : "unknown",
            ["merged_by"] = AccountOrNull(pull.MergedBy),
            ["comments"] = issue.Comments.Count,
            ["review_comments"] = 0,
            ["maintainer_can_modify"] = false,
            ["commits"] = 1,
            ["additions"] = 1,
            ["deletions"] = 0,
            ["changed_files"] = 1,
        };
        if (withRetiredFields)
        {
            json["merge_commit_sha"] = pull.MergeCommitSha;
            json["assignee"] = null;
        }

        return json;
    }

    private static JsonObject Link(string href) => new() { ["href"] = href };

    private JsonObject CommitDetails(Repository repository, Commit commit)
    {
        JsonObject Signature() => new() { ["name"] = commit.Author.Login, ["email"] = commit.Author.Email, ["date"] = Time(commit.Date) };
        var tree = IdSource.TreeSha(commit.Sha);
        return new JsonObject
        {
            ["author"] = Signature(),
            ["committer"] = Signature(),
            ["message"] = commit.Message,
            ["tree"] = new JsonObject { ["sha"] = tree, ["url"] = $"{RepoUrl(repository)}/git/trees/{tree}" },
            ["url"] = $"{RepoUrl(repository)}/git/commits/{commit.Sha}",
            ["comment_count"] = 0,
            ["verification"] = new JsonObject { ["verified"] = false, ["reason"] = "unsigned", ["signature"] = null, ["payload"] = null, ["verified_at"] = null },
        };
    }

    private JsonArray PullRequestLinks(Repository repository, string? branch, string sha) =>
        new([.. repository.PullRequests
            .Where(issue => issue is { Open: true, PullRequest: { } pull } && pull.HeadBranch == branch && pull.HeadSha == sha)
            .Select(issue => new JsonObject
            {
                ["url"] = $"{RepoUrl(repository)}/pulls/{issue.Number}",
                ["id"] = issue.PullRequest!.Id,
                ["number"] = issue.Number,
                ["head"] = PullRequestSide(repository, issue.PullRequest.HeadBranch, issue.PullRequest.HeadSha),
                ["base"] = PullRequestSide(repository, issue.PullRequest.BaseBranch, repository.Branches[issue.PullRequest.BaseBranch]),
            })]);

    private JsonObject PullRequestSide(Repository repository, string branch, string sha) => new()
    {
        ["ref"] = branch,
        ["sha"] = sha,
        ["repo"] = new JsonObject { ["id"] = repository.Id, ["url"] = RepoUrl(repository), ["name"] = repository.Name },
    };
}
