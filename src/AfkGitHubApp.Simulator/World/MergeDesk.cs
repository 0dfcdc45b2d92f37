namespace AfkGitHubApp.Simulator.World;

/// <summary>
/// Merging as an App asks for it: in the background, where the rules of the base branch are looked at only then, and through the branch's merge
/// queue where it has one. https://docs.github.com/rest/pulls/pulls#merge-a-pull-request-asynchronously
/// </summary>
internal sealed class MergeDesk(WorldState world)
{
    private static readonly TimeSpan Takes = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QueueTakes = TimeSpan.FromMinutes(5);

    public MergeRequest Ask(Repository repository, Issue issue, Account by, string? sha)
    {
        var pull = issue.PullRequest!;
        var request = new MergeRequest(world.Ids.Guid().ToString(), sha ?? pull.HeadSha);
        pull.MergeRequests.Add(request);
        world.Agenda.Schedule(Takes, () => Perform(repository, issue, by, request));
        return request;
    }

    /// <summary>What the rules of the base branch have against a merge.</summary>
    public static string? WhyNot(Repository repository, PullRequest pull)
    {
        var rulesets = repository.Rulesets.Where(each => each.Branch == pull.BaseBranch || each.Branch == "*").ToList();
        if (rulesets.Select(each => each.RequiredApprovals).DefaultIfEmpty().Max() is var approvals && approvals > pull.Approvals.Count)
        {
            return $"At least {approvals} approving review{(approvals == 1 ? " is" : "s are")} required by reviewers with write access.";
        }

        var required = rulesets.SelectMany(each => each.Checks).Concat(repository.Protected.GetValueOrDefault(pull.BaseBranch) ?? []).Select(check => check.Context).Distinct(StringComparer.Ordinal);
        var passed = repository.Suites.Where(suite => suite.HeadSha == pull.HeadSha).SelectMany(suite => suite.Runs)
            .Where(run => run.Conclusion is "success" or "neutral" or "skipped").Select(run => run.Name)
            .Concat(repository.Statuses.Where(status => status.Sha == pull.HeadSha && status.State == "success").Select(status => status.Context))
            .ToHashSet(StringComparer.Ordinal);
        return required.FirstOrDefault(context => !passed.Contains(context)) is { } missing ? $"Required status check \"{missing}\" is expected." : null;
    }

    public static bool HasQueue(Repository repository, PullRequest pull) =>
        repository.Rules.Exists(rule => (rule.Branch == pull.BaseBranch || rule.Branch == "*") && rule.Type == "merge_queue");

    private void Perform(Repository repository, Issue issue, Account by, MergeRequest request)
    {
        var pull = issue.PullRequest!;
        var why = !issue.Open ? "Pull request is closed."
            : pull.HeadSha != request.ExpectedSha ? "Head branch was modified. Review and try the merge again."
            : WhyNot(repository, pull);
        if (why is not null)
        {
            (request.Status, request.Message) = ("failed", why);
        }
        else if (HasQueue(repository, pull))
        {
            (request.Status, request.Message) = ("enqueued", "Pull request is in the merge queue.");
            Queue(repository, issue, by, queued: true);
            world.Agenda.Schedule(QueueTakes, () => LeaveQueue(repository, issue, by, request));
        }
        else
        {
            Merge(repository, issue, by, request);
        }
    }

    /// <summary>What the queue tries out may fail there; the pull request then stands outside again, and is open as before.</summary>
    private void LeaveQueue(Repository repository, Issue issue, Account by, MergeRequest request)
    {
        if (!issue.Open || !issue.PullRequest!.IsQueued)
        {
            return;
        }

        Queue(repository, issue, by, queued: false);
        if (repository.QueueBreaks || issue.PullRequest.HeadSha != request.ExpectedSha)
        {
            (request.Status, request.Message) = ("failed", "Pull request was removed from the merge queue.");
        }
        else
        {
            Merge(repository, issue, by, request);
        }
    }

    private void Queue(Repository repository, Issue issue, Account by, bool queued)
    {
        issue.PullRequest!.IsQueued = queued;
        issue.UpdatedAt = world.Now;
        world.Record(new PullRequestUpdated(by.Login, repository.FullName, issue.Number, queued ? "enqueued" : "dequeued"));
        world.Pulls.Emit(repository, issue, by, queued ? "enqueued" : "dequeued", payload =>
        {
            if (!queued)
            {
                payload["reason"] = repository.QueueBreaks ? "CI_FAILURE" : "MERGE";
            }
        });
    }

    private void Merge(Repository repository, Issue issue, Account by, MergeRequest request) =>
        (request.MergedSha, request.Status, request.Message) = (world.Pulls.Merge(repository, issue, by).Sha, "merged", "Pull request was merged.");
}
