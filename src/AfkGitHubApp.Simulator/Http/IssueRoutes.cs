using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>Issues, their history and their dependencies.</summary>
internal static class IssueRoutes
{
    private static readonly string[] Contents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

    public static void Add(RouteTable routes)
    {
        routes.Read("issues", "issues", List);
        routes.Write("POST", "issues", "issues", Create);
        routes.Read("issues/{number}", "issues", call => SimulatedResponse.Ok(call.Render.Issue(call.Repository, call.Issue())));
        routes.Write("PATCH", "issues/{number}", "issues", Update);
        routes.Read("issues/{number}/events", "issues", call => History(call, withComments: false));
        routes.Read("issues/{number}/timeline", "issues", call => History(call, withComments: true));
        routes.Write("POST", "issues/{number}/reactions", "issues", React);
        routes.Read("issues/{number}/dependencies/blocked_by", "issues", call => Related(call, call.World.Issues.Find(call.Issue().BlockedBy)));
        routes.Read("issues/{number}/dependencies/blocking", "issues", call => Related(call, call.World.Issues.Find(call.Issue().Blocking)));
        routes.Write("POST", "issues/{number}/dependencies/blocked_by", "issues", AddBlocker);
        routes.Write("DELETE", "issues/{number}/dependencies/blocked_by/{id}", "issues", RemoveBlocker);
    }

    /// <summary>Adds a reaction: 201 when it is new, 200 when it was there.</summary>
    public static SimulatedResponse ReactTo(RestCall call, Issue issue, List<Reaction> reactions)
    {
        var content = RestCall.RequiredText(call.Body(), "content");
        if (!Contents.Contains(content, StringComparer.Ordinal))
        {
            throw ApiRefusal.ValidationFailed("Reaction", "content", "invalid");
        }

        var (reaction, created) = call.World.Issues.React(call.Repository, issue, reactions, call.Actor, content);
        return SimulatedResponse.Of(created ? 201 : 200, call.Render.Reaction(reaction));
    }

    private static SimulatedResponse List(RestCall call)
    {
        var state = call.Query("state") ?? "open";
        if (state is not ("open" or "closed" or "all"))
        {
            throw ApiRefusal.ValidationFailed("Issue", "state", "invalid");
        }

        var labels = call.Query("labels")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var since = call.Query("since") is not { } text ? DateTimeOffset.MinValue
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
            : throw ApiRefusal.ValidationFailed("Issue", "since", "invalid");
        var found = call.Repository.Issues.Values
            .Where(issue => issue is { Deleted: false, MovedTo: null })
            .Where(issue => state == "all" || issue.Open == (state == "open"))
            .Where(issue => labels.All(issue.HasLabel))
            .Where(issue => issue.UpdatedAt >= since)
            .Where(issue => call.Query("creator") is not { } creator || issue.Author.Login.Equals(creator, StringComparison.OrdinalIgnoreCase));
        Func<Issue, long> key = call.Query("sort") switch
        {
            "updated" => issue => issue.UpdatedAt.UtcTicks,
            "comments" => issue => issue.Comments.Count,
            _ => issue => issue.CreatedAt.UtcTicks,
        };
        var sorted = call.Query("direction") == "asc" ? found.OrderBy(key).ThenBy(issue => issue.Number) : found.OrderByDescending(key).ThenByDescending(issue => issue.Number);
        return call.Page(sorted.ToList(), issue => call.Render.Issue(call.Repository, issue));
    }

    private static SimulatedResponse Create(RestCall call)
    {
        var body = call.Body();
        var title = RestCall.RequiredText(body, "title");
        var issue = call.World.Issues.Open(call.Repository, call.Actor, title, RestCall.Text(body, "body"), LabelRoutes.Names(body["labels"]));
        return SimulatedResponse.Created(call.Render.Issue(call.Repository, issue));
    }

    private static SimulatedResponse Update(RestCall call)
    {
        var issue = call.Issue();
        var body = call.Body();
        var state = RestCall.Text(body, "state");
        var reason = RestCall.Text(body, "state_reason");
        if (state is not (null or "open" or "closed"))
        {
            throw ApiRefusal.ValidationFailed("Issue", "state", "invalid");
        }

        if (reason is not (null or "completed" or "not_planned" or "duplicate" or "reopened"))
        {
            throw ApiRefusal.ValidationFailed("Issue", "state_reason", "invalid");
        }

        var title = RestCall.Text(body, "title");
        if (title is { Length: 0 })
        {
            throw ApiRefusal.ValidationFailed("Issue", "title", "missing_field");
        }

        RefuseLongText(RestCall.Text(body, "body"), "Issue");
        call.World.Issues.Edit(call.Repository, issue, call.Actor, title, RestCall.Text(body, "body"));
        if (body["labels"] is { } labels)
        {
            LabelRoutes.ReplaceAll(call, issue, LabelRoutes.Names(labels));
        }

        // The reason counts only where the state changes.
        if (state == "closed")
        {
            call.World.Issues.Close(call.Repository, issue, call.Actor, reason is null or "reopened" ? "completed" : reason);
        }
        else if (state == "open")
        {
            call.World.Issues.Reopen(call.Repository, issue, call.Actor);
        }

        return SimulatedResponse.Ok(call.Render.Issue(call.Repository, issue));
    }

    /// <summary>GitHub's limit for the text of an issue or a comment: 65,536 characters.</summary>
    public static void RefuseLongText(string? text, string resource)
    {
        if (text is { Length: > 65_536 })
        {
            throw ApiRefusal.ValidationFailed(resource, "body", "unprocessable", "body is too long (maximum is 65536 characters)");
        }
    }

    private static SimulatedResponse History(RestCall call, bool withComments)
    {
        var issue = call.Issue();
        var entries = issue.Events.Where(entry => withComments || entry.Comment is null).ToList();
        return call.Page(entries, entry => call.Render.Event(call.Repository, issue, entry));
    }

    private static SimulatedResponse React(RestCall call)
    {
        var issue = call.Issue();
        return ReactTo(call, issue, issue.Reactions);
    }

    private static SimulatedResponse Related(RestCall call, IEnumerable<(Repository Repository, Issue Issue)> related) =>
        call.Page(related.ToList(), pair =>
        {
            var json = call.Render.Issue(pair.Repository, pair.Issue);
            json["repository"] = call.Render.Repository(pair.Repository);
            return json;
        });

    private static SimulatedResponse AddBlocker(RestCall call)
    {
        var issue = call.Issue();
        var id = call.Body()["issue_id"] is { } node && node.GetValueKind() == JsonValueKind.Number ? node.GetValue<long>() : throw ApiRefusal.Unprocessable("Invalid request.\n\n\"issue_id\" wasn't supplied.");
        var (repository, blocker) = Find(call, id);
        call.World.Issues.AddBlocker(call.Repository, issue, repository, blocker, call.Actor);
        return SimulatedResponse.Created(call.Render.Issue(call.Repository, issue));
    }

    private static SimulatedResponse RemoveBlocker(RestCall call)
    {
        var issue = call.Issue();
        var (repository, blocker) = Find(call, call.Id("id"));
        return call.World.Issues.RemoveBlocker(call.Repository, issue, repository, blocker, call.Actor)
            ? SimulatedResponse.Ok(call.Render.Issue(call.Repository, issue))
            : throw ApiRefusal.NotFound();
    }

    private static (Repository Repository, Issue Issue) Find(RestCall call, long issueId)
    {
        foreach (var repository in call.World.Repositories.Where(repository => call.Token.Covers(repository.Id)))
        {
            if (repository.Issues.Values.FirstOrDefault(issue => issue.Id == issueId) is { } found)
            {
                return (repository, found);
            }
        }

        throw ApiRefusal.NotFound();
    }
}
