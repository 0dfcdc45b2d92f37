using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>Pull requests. Writing needs <c>pull_requests: write</c>, merging <c>contents: write</c>, which the App has only in pull-request mode.</summary>
internal static class PullRequestRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Read("pulls", "pull_requests", List);
        routes.Write("POST", "pulls", "pull_requests", Create);
        routes.Read("pulls/{number}", "pull_requests", call => SimulatedResponse.Ok(call.Render.PullRequest(call.Repository, PullOf(call))));
        routes.Write("PATCH", "pulls/{number}", "pull_requests", Update);
        routes.Write("PUT", "pulls/{number}/merge", "contents", Merge);
        routes.Write("PUT", "pulls/{number}/merge-async", "contents", MergeAsync);
        routes.Read("pulls/{number}/merge-async/{uuid}", "pull_requests", MergeResult);
    }

    private static Issue PullOf(RestCall call)
    {
        var issue = call.Issue();
        return issue.PullRequest is null ? throw ApiRefusal.NotFound() : issue;
    }

    private static SimulatedResponse List(RestCall call)
    {
        var state = call.Query("state") ?? "open";
        var head = call.Query("head") is { } text ? text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..] : null;
        var found = call.Repository.PullRequests
            .Where(issue => !issue.Deleted)
            .Where(issue => state == "all" || issue.Open == (state == "open"))
            .Where(issue => head is null || issue.PullRequest!.HeadBranch == head)
            .Where(issue => call.Query("base") is not { } into || issue.PullRequest!.BaseBranch == into)
            .OrderByDescending(issue => issue.Number)
            .ToList();
        return call.Page(found, issue => call.Render.PullRequest(call.Repository, issue));
    }

    private static SimulatedResponse Create(RestCall call)
    {
        var body = call.Body();
        var title = RestCall.RequiredText(body, "title");
        var headText = RestCall.RequiredText(body, "head");
        var head = headText[(headText.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var into = RestCall.RequiredText(body, "base");
        var branches = call.Repository.Branches;
        if (!branches.TryGetValue(head, out var headSha))
        {
            throw ApiRefusal.ValidationFailed("PullRequest", "head", "invalid");
        }

        if (!branches.TryGetValue(into, out var baseSha))
        {
            throw ApiRefusal.ValidationFailed("PullRequest", "base", "invalid");
        }

        if (call.Repository.PullRequests.Any(issue => issue is { Open: true, PullRequest: { } pull } && pull.HeadBranch == head && pull.BaseBranch == into))
        {
            throw ApiRefusal.ValidationFailed("PullRequest", "head", "custom", $"A pull request already exists for {call.Repository.Owner.Login}:{head}.");
        }

        if (GitDesk.NotIn(call.Repository, call.Repository.Commits[headSha], call.Repository.Commits[baseSha]).Count == 0)
        {
            throw ApiRefusal.ValidationFailed("PullRequest", "head", "custom", $"No commits between {into} and {head}");
        }

        var draft = body["draft"] is { } flag && flag.GetValueKind() == JsonValueKind.True;
        var issue = call.World.Pulls.Open(call.Repository, call.Actor, head, into, title, RestCall.Text(body, "body"), draft);
        return SimulatedResponse.Created(call.Render.PullRequest(call.Repository, issue));
    }

    private static SimulatedResponse Update(RestCall call)
    {
        var issue = PullOf(call);
        var body = call.Body();
        call.World.Issues.Edit(call.Repository, issue, call.Actor, RestCall.Text(body, "title"), RestCall.Text(body, "body"));
        if (RestCall.Text(body, "state") == "closed")
        {
            call.World.Issues.Close(call.Repository, issue, call.Actor, "completed");
        }
        else if (RestCall.Text(body, "state") == "open" && issue.PullRequest!.MergedAt is null)
        {
            call.World.Issues.Reopen(call.Repository, issue, call.Actor);
        }

        return SimulatedResponse.Ok(call.Render.PullRequest(call.Repository, issue));
    }

    private static SimulatedResponse Merge(RestCall call)
    {
        var issue = PullOf(call);
        var pull = issue.PullRequest!;
        if (!issue.Open || pull.Draft)
        {
            throw new ApiRefusal(405, "Pull Request is not mergeable");
        }

        if (RestCall.Text(call.Body(), "sha") is { } sha && sha != pull.HeadSha)
        {
            throw new ApiRefusal(409, "Head branch was modified. Review and try the merge again.");
        }

        if ((MergeDesk.HasQueue(call.Repository, pull) ? "Changes must be made through the merge queue" : MergeDesk.WhyNot(call.Repository, pull)) is { } why)
        {
            throw new ApiRefusal(405, why);
        }

        var commit = call.World.Pulls.Merge(call.Repository, issue, call.Actor);
        return SimulatedResponse.Ok(new JsonObject { ["sha"] = commit.Sha, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }

    /// <summary>Only the state of the pull request is looked at here: the rules of its base branch are, when it is merged.</summary>
    private static SimulatedResponse MergeAsync(RestCall call)
    {
        var issue = PullOf(call);
        var pull = issue.PullRequest!;
        if (pull.MergeCommitSha is { } merged)
        {
            return SimulatedResponse.Ok(Answer("merged", "Pull request is already merged.", ("sha", merged)));
        }

        if (pull.IsQueued)
        {
            return SimulatedResponse.Ok(Answer("enqueued", "Pull request is already in the merge queue."));
        }

        if (!issue.Open || pull.Draft)
        {
            return SimulatedResponse.Of(400, Answer("failed", issue.Open ? "Pull request is still a draft." : "Pull request is closed."));
        }

        return pull.MergeRequests.Find(each => each.Status == "pending") is { } underWay
            ? SimulatedResponse.Of(409, Pending(underWay, "A merge request already exists for this pull request."))
            : SimulatedResponse.Of(202, Pending(call.World.Merges.Ask(call.Repository, issue, call.Actor, RestCall.Text(call.Body(), "sha")), "Merge request enqueued."));
    }

    private static SimulatedResponse MergeResult(RestCall call)
    {
        var found = PullOf(call).PullRequest!.MergeRequests.Find(each => each.Id == call["uuid"]) ?? throw ApiRefusal.NotFound();
        return SimulatedResponse.Ok(found switch
        {
            { Status: "pending" } => Pending(found, found.Message),
            { MergedSha: { } sha } => Answer("merged", found.Message, ("sha", sha)),
            _ => Answer(found.Status, found.Message),
        });
    }

    private static JsonObject Pending(MergeRequest request, string message) =>
        Answer("pending", message, ("uuid", request.Id), ("merge_method", "default"), ("merge_action", "default"), ("expected_head_sha", request.ExpectedSha));

    private static JsonObject Answer(string status, string message, params IEnumerable<(string Name, string Value)> more)
    {
        var details = new JsonObject { ["message"] = message };
        foreach (var (name, value) in more)
        {
            details[name] = value;
        }

        return new JsonObject { ["status"] = status, ["details"] = details };
    }
}
