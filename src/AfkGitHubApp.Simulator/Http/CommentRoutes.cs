using System.Globalization;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>Comments on issues.</summary>
internal static class CommentRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Read("issues/comments", "issues", ListAll);
        routes.Read("issues/comments/{id}", "issues", call =>
        {
            var (issue, comment) = Find(call);
            return SimulatedResponse.Ok(call.Render.Comment(call.Repository, issue, comment));
        });
        routes.Write("PATCH", "issues/comments/{id}", "issues", Edit);
        routes.Write("DELETE", "issues/comments/{id}", "issues", Delete);
        routes.Write("POST", "issues/comments/{id}/reactions", "issues", React);
        routes.Read("issues/{number}/comments", "issues", List);
        routes.Write("POST", "issues/{number}/comments", "issues", Create);
    }

    /// <summary>Comments of all issues and pull requests; the direction counts only beside an order.</summary>
    private static SimulatedResponse ListAll(RestCall call)
    {
        var since = Since(call);
        var found = call.Repository.Issues.Values.Where(issue => issue is { Deleted: false, MovedTo: null })
            .SelectMany(issue => issue.Comments.Select(comment => (Issue: issue, Comment: comment)))
            .Where(each => each.Comment.UpdatedAt >= since);
        var ordered = call.Query("sort") switch
        {
            "created" => found.OrderBy(each => each.Comment.CreatedAt).ThenBy(each => each.Comment.Id),
            "updated" => found.OrderBy(each => each.Comment.UpdatedAt).ThenBy(each => each.Comment.Id),
            _ => found.OrderBy(each => each.Comment.Id),
        };
        var descending = call.Query("sort") is not null && call.Query("direction") is not "asc";
        return call.Page(descending ? [.. ordered.Reverse()] : ordered.ToList(), each => call.Render.Comment(call.Repository, each.Issue, each.Comment));
    }

    private static SimulatedResponse List(RestCall call)
    {
        var issue = call.Issue();
        var since = Since(call);
        var comments = issue.Comments.Where(comment => comment.UpdatedAt >= since).OrderBy(comment => comment.Id).ToList();
        return call.Page(comments, comment => call.Render.Comment(call.Repository, issue, comment));
    }

    private static SimulatedResponse Create(RestCall call)
    {
        var issue = call.Issue();
        var body = BodyText(call);
        if (issue.Locked)
        {
            throw new ApiRefusal(403, "Unable to create comment because issue is locked.");
        }

        var comment = call.World.Issues.Comment(call.Repository, issue, call.Actor, body);
        return SimulatedResponse.Created(call.Render.Comment(call.Repository, issue, comment)).Add("Location", $"{call.Render.RepoUrl(call.Repository)}/issues/comments/{comment.Id}");
    }

    private static SimulatedResponse Edit(RestCall call)
    {
        var (issue, comment) = FindOwn(call);
        call.World.Issues.EditComment(call.Repository, issue, comment, call.Actor, BodyText(call));
        return SimulatedResponse.Ok(call.Render.Comment(call.Repository, issue, comment));
    }

    private static SimulatedResponse Delete(RestCall call)
    {
        var (issue, comment) = FindOwn(call);
        call.World.Issues.DeleteComment(call.Repository, issue, comment, call.Actor);
        return SimulatedResponse.Empty(204);
    }

    private static SimulatedResponse React(RestCall call)
    {
        var (issue, comment) = Find(call);
        return IssueRoutes.ReactTo(call, issue, comment.Reactions);
    }

    private static DateTimeOffset Since(RestCall call) =>
        call.Query("since") is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.MinValue;

    private static string BodyText(RestCall call)
    {
        var body = RestCall.RequiredText(call.Body(), "body");
        if (string.IsNullOrWhiteSpace(body))
        {
            throw ApiRefusal.ValidationFailed("IssueComment", "body", "missing_field", "body cannot be blank");
        }

        IssueRoutes.RefuseLongText(body, "IssueComment");
        return body;
    }

    private static (Issue Issue, IssueComment Comment) FindOwn(RestCall call)
    {
        var found = Find(call);
        return found.Comment.Author == call.Actor ? found : throw ApiRefusal.Forbidden();
    }

    private static (Issue Issue, IssueComment Comment) Find(RestCall call)
    {
        var id = call.Id("id");
        foreach (var issue in call.Repository.Issues.Values.Where(issue => !issue.Deleted))
        {
            if (issue.Comments.Find(comment => comment.Id == id) is { } comment)
            {
                return (issue, comment);
            }
        }

        throw ApiRefusal.NotFound();
    }
}
