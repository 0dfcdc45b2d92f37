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
        if (Approvals(repository, pull) is var approvals && approvals > pull.Approvals.Count)
        {
            return $"At least {approvals} approving review{(approvals == 1 ? " is" : "s are")} required by reviewers with write access.";
        }

        var required = RulesetsOf(repository, pull).SelectMany(each => each.Checks).Concat(repository.Protected.GetValueOrDefault(pull.BaseBranch) ?? []).Select(check => check.Context).Distinct(StringComparer.Ordinal);
        return required.FirstOrDefault(context => !HasPassed(repository, pull.HeadSha, context)) is { } missing ? $"Required status check \"{missing}\" is expected." : null;
    }

    /// <summary>GitHub's word for how the pull request stands with the rules of its base.</summary>
    public static string StateOf(Repository repository, PullRequest pull) => pull.Draft ? "DRAFT" : WhyNot(repository, pull) is null ? "CLEAN" : "BLOCKED";

    /// <summary>GitHub's word for what the reviews come to; null where none are asked for.</summary>
    public static string? ReviewsOf(Repository repository, PullRequest pull) =>
        Approvals(repository, pull) is > 0 and var wanted ? pull.Approvals.Count >= wanted ? "APPROVED" : "REVIEW_REQUIRED" : null;

    public static bool HasQueue(Repository repository, PullRequest pull) =>
        repository.Rules.Exists(rule => (rule.Branch == pull.BaseBranch || rule.Branch == "*") && rule.Type == "merge_queue");

    private static IEnumerable<Ruleset> RulesetsOf(Repository repository, PullRequest pull) => repository.Rulesets.Where(each => each.Branch == pull.BaseBranch || each.Branch == "*");

    private static int Approvals(Repository repository, PullRequest pull) => RulesetsOf(repository, pull).Select(each => each.RequiredApprovals).DefaultIfEmpty().Max();

    /// <summary>The newest word on a context counts.</summary>
    private static bool HasPassed(Repository repository, string sha, string context) =>
        repository.Statuses.LastOrDefault(status => status.Sha == sha && status.Context == context) is { } status
            ? status.State == "success"
            : repository.Suites.Where(suite => suite.HeadSha == sha).SelectMany(suite => suite.Runs).LastOrDefault(run => run.Name == context)?.Conclusion is "success" or "neutral" or "skipped";

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

    /// <summary>What the queue tries out may fail there; the pull request then stands outside again, and the request has had its last word before.</summary>
    private void LeaveQueue(Repository repository, Issue issue, Account by, MergeRequest request)
    {
        if (!issue.Open || !issue.PullRequest!.IsQueued)
        {
            return;
        }

        Queue(repository, issue, by, queued: false);
        if (!repository.QueueBreaks && issue.PullRequest.HeadSha == request.ExpectedSha)
        {
            world.Pulls.Merge(repository, issue, by);
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
