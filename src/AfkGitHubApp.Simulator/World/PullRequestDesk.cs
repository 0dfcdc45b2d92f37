using System.Text.Json.Nodes;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Pull requests: opened, moved by pushes, merged or closed.</summary>
internal sealed class PullRequestDesk(WorldState world)
{
    public Issue Open(Repository repository, Account by, string head, string into, string title, string? body, bool draft)
    {
        var issue = new Issue(world.Ids.Next("issue"), repository.NextNumber(), by, title, body, world.Now)
        {
            Via = WorldState.ViaOf(by),
            PullRequest = new PullRequest(world.Ids.Next("pull"), head, into) { HeadSha = repository.Branches[head], Draft = draft },
        };
        repository.Add(issue);
        world.Record(new PullRequestOpened(by.Login, repository.FullName, issue.Number, head, into));
        Emit(repository, issue, by, "opened");
        world.Runs.StartForPullRequest(repository, head, repository.Commits[repository.Branches[head]], by, repository.Ci);
        return issue;
    }

    /// <summary>Opens one from somebody's copy of the repository, of one commit. CI waits for an approval there, which nobody gives.</summary>
    public Issue OpenFromFork(Repository repository, Account by, string message, string title, string into)
    {
        var number = repository.NextNumber();
        var commit = world.Git.Elsewhere(repository, into, by, message);
        var issue = new Issue(world.Ids.Next("issue"), number, by, title, body: null, world.Now)
        {
            PullRequest = new PullRequest(world.Ids.Next("pull"), $"{by.Login}:patch-{number}", into) { HeadSha = commit.Sha, Fork = new Repository(world.Ids.Next("repository"), by, repository.Name, repository.DefaultBranch, world.Now) },
        };
        repository.Add(issue);
        world.Record(new PullRequestOpened(by.Login, repository.FullName, number, issue.PullRequest.HeadBranch, into));
        Emit(repository, issue, by, "opened");
        return issue;
    }

    public void HeadMoved(Repository repository, string branch, string? before, Commit commit, Account by)
    {
        foreach (var issue in repository.PullRequests.Where(issue => issue is { Open: true, PullRequest: { } pull } && pull.HeadBranch == branch))
        {
            issue.PullRequest!.HeadSha = commit.Sha;
            issue.PullRequest.Approvals.Clear();
            issue.UpdatedAt = world.Now;
            Emit(repository, issue, by, "synchronize", payload =>
            {
                payload["before"] = before ?? GitDesk.NoCommit;
                payload["after"] = commit.Sha;
            });
        }
    }

    public void Approve(Repository repository, Issue issue, Account by)
    {
        issue.PullRequest!.Approvals.Add(by.Login);
        issue.UpdatedAt = world.Now;
        world.Record(new PullRequestUpdated(by.Login, repository.FullName, issue.Number, "approved"));
        var render = world.Render();
        world.Webhooks.Emit("pull_request_review", "submitted", repository, by, new JsonObject
        {
            ["review"] = render.Approval(repository, issue, world.Ids.Next("review"), by, world.Now),
            ["pull_request"] = render.PullRequest(repository, issue),
        });
    }

    public void Ready(Repository repository, Issue issue, Account by)
    {
        issue.PullRequest!.Draft = false;
        issue.UpdatedAt = world.Now;
        world.Record(new PullRequestUpdated(by.Login, repository.FullName, issue.Number, "ready_for_review"));
        Emit(repository, issue, by, "ready_for_review");
    }

    public Commit Merge(Repository repository, Issue issue, Account by, bool squash = false)
    {
        var pull = issue.PullRequest!;
        var message = $"Merge pull request #{issue.Number} from {(pull.Fork is null ? $"{repository.Owner.Login}/{pull.HeadBranch}" : pull.HeadBranch.Replace(':', '/'))}\n\n{issue.Title}";
        pull.MergedAt = world.Now;
        pull.MergedBy = by;
        issue.Open = false;
        issue.ClosedAt = world.Now;
        issue.ClosedBy = by;
        var head = repository.Commits[pull.HeadSha];
        var brought = squash ? [] : GitDesk.NotIn(repository, head, repository.Commits[repository.Branches[pull.BaseBranch]]);
        var commit = squash
            ? world.Git.Squash(repository, pull.BaseBranch, pull.HeadSha, issue.Author, by, head.Message, repository.Ci)
            : world.Git.Merge(repository, pull.BaseBranch, pull.HeadSha, by, message, repository.Ci);
        pull.MergeCommitSha = commit.Sha;
        pull.Brought = [.. brought.Select(each => each.Sha), commit.Sha];
        world.Issues.Append(issue, by, "merged", entry => entry with { CommitSha = commit.Sha });
        world.Issues.Append(issue, by, "closed");
        world.Record(new PullRequestMerged(by.Login, repository.FullName, issue.Number, commit.Sha));
        Emit(repository, issue, by, "closed");
        if (pull.BaseBranch == repository.DefaultBranch)
        {
            CloseWhatItFixes(repository, issue, by, commit);
        }

        return commit;
    }

    public void Emit(Repository repository, Issue issue, Account by, string action, Action<JsonObject>? more = null)
    {
        var payload = new JsonObject { ["number"] = issue.Number, ["pull_request"] = world.Render().PullRequest(repository, issue) };
        more?.Invoke(payload);
        world.Webhooks.Emit("pull_request", action, repository, by, payload);
    }

    private void CloseWhatItFixes(Repository repository, Issue issue, Account by, Commit commit)
    {
        foreach (var mention in CommitMentions.In($"{issue.Title}\n{issue.Body}").Where(mention => mention.Closes))
        {
            if (repository.Issues.TryGetValue(mention.Number, out var fixedIssue) && fixedIssue.PullRequest is null)
            {
                world.Issues.Close(repository, fixedIssue, by, "completed", commit.Sha);
            }
        }
    }
}
