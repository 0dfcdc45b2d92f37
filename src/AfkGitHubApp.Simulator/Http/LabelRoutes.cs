using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>Labels of the repository and of its issues.</summary>
internal static class LabelRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Read("labels", "issues", call => call.Page(call.Repository.Labels.Values.OrderBy(label => label.Name, StringComparer.OrdinalIgnoreCase).ToList(), label => call.Render.Label(call.Repository, label)));
        routes.Write("POST", "labels", "issues", Create);
        routes.Read("labels/{name}", "issues", call => call.Repository.Labels.TryGetValue(call["name"], out var label) ? SimulatedResponse.Ok(call.Render.Label(call.Repository, label)) : throw ApiRefusal.NotFound());
        routes.Write("PATCH", "labels/{name}", "issues", Change);
        routes.Read("issues/{number}/labels", "issues", call => OfIssue(call, call.Issue()));
        routes.Write("POST", "issues/{number}/labels", "issues", AddToIssue);
        routes.Write("PUT", "issues/{number}/labels", "issues", SetOnIssue);
        routes.Write("DELETE", "issues/{number}/labels/{name}", "issues", RemoveFromIssue);
    }

    /// <summary>Label names out of a bare list or <c>{"labels": …}</c>; entries are names or objects with one.</summary>
    public static IReadOnlyList<string> Names(JsonNode? node)
    {
        var list = node switch { JsonArray array => array, JsonObject { } json when json["labels"] is JsonArray inner => inner, null => [], _ => throw ApiRefusal.Unprocessable("Invalid request.\n\nFor 'properties/labels', the value is not an array.") };
        return [.. list.Select(entry => entry switch
        {
            JsonObject json => RestCall.RequiredText(json, "name"),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            _ => throw ApiRefusal.Unprocessable($"Invalid request.\n\nFor 'items', {entry?.ToJsonString() ?? "null"} is not a string."),
        }).Select(Checked)];
    }

    public static void ReplaceAll(RestCall call, Issue issue, IReadOnlyList<string> names)
    {
        foreach (var gone in issue.Labels.Where(label => !names.Contains(label, StringComparer.OrdinalIgnoreCase)).ToList())
        {
            call.World.Issues.RemoveLabel(call.Repository, issue, call.Actor, gone);
        }

        call.World.Issues.AddLabels(call.Repository, issue, call.Actor, names);
    }

    private static string Checked(string name) =>
        name.Length is > 0 and <= 50 ? name : throw ApiRefusal.ValidationFailed("Label", "name", "invalid", "name is too long (maximum is 50 characters)");

    private static SimulatedResponse Create(RestCall call)
    {
        var body = call.Body();
        var name = Checked(RestCall.RequiredText(body, "name"));
        if (call.Repository.Labels.ContainsKey(name))
        {
            throw ApiRefusal.ValidationFailed("Label", "name", "already_exists");
        }

        var label = call.World.Issues.EnsureLabel(call.Repository, name, call.Actor, Colour(body) ?? "ededed", Description(body));
        return SimulatedResponse.Created(call.Render.Label(call.Repository, label));
    }

    private static SimulatedResponse Change(RestCall call)
    {
        if (!call.Repository.Labels.TryGetValue(call["name"], out var label))
        {
            throw ApiRefusal.NotFound();
        }

        var body = call.Body();
        var changed = label with { Color = Colour(body) ?? label.Color, Description = Description(body) ?? label.Description };
        call.Repository.Labels[label.Name] = changed;
        return SimulatedResponse.Ok(call.Render.Label(call.Repository, changed));
    }

    private static string? Colour(JsonObject body)
    {
        var colour = RestCall.Text(body, "color");
        return colour is null || (colour.Length == 6 && colour.All(char.IsAsciiHexDigit)) ? colour : throw ApiRefusal.ValidationFailed("Label", "color", "invalid");
    }

    private static string? Description(JsonObject body)
    {
        var description = RestCall.Text(body, "description");
        return description is null or { Length: <= 100 } ? description : throw ApiRefusal.ValidationFailed("Label", "description", "custom", "description is too long (maximum is 100 characters)");
    }

    private static SimulatedResponse OfIssue(RestCall call, Issue issue) =>
        call.Page(issue.Labels, name => call.Render.Label(call.Repository, call.Repository.Labels[name]));

    private static SimulatedResponse AddToIssue(RestCall call)
    {
        var issue = call.Issue();
        call.World.Issues.AddLabels(call.Repository, issue, call.Actor, Names(call.BodyNode()));
        return OfIssue(call, issue);
    }

    private static SimulatedResponse SetOnIssue(RestCall call)
    {
        var issue = call.Issue();
        ReplaceAll(call, issue, Names(call.BodyNode()));
        return OfIssue(call, issue);
    }

    private static SimulatedResponse RemoveFromIssue(RestCall call)
    {
        var issue = call.Issue();
        return call.World.Issues.RemoveLabel(call.Repository, issue, call.Actor, call["name"]) ? OfIssue(call, issue) : throw new ApiRefusal(404, "Label does not exist");
    }
}
