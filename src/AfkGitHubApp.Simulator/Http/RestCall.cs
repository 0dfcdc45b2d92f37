using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>One REST call that has been routed and let in.</summary>
internal sealed class RestCall(WorldState world, SimulatedRequest request, Identity identity, IReadOnlyDictionary<string, string> values, Repository? repository, string tail)
{
    private readonly Dictionary<string, string> query = ParseQuery(request.Query);

    public WorldState World => world;

    public SimulatedRequest Request => request;

    public Repository Repository => repository ?? throw new InvalidOperationException("This route has no repository.");

    public Identity Identity => identity;

    public AccessToken Token => ((InstallationIdentity)identity).Token;

    /// <summary>Whoever the effects of this call are laid to.</summary>
    public Account Actor => world.AppBot;

    public Render Render { get; } = world.Render(withRetiredFields: request.Header("X-GitHub-Api-Version") != RestDoor.CurrentVersion);

    public bool IsCurrentVersion => request.Header("X-GitHub-Api-Version") == RestDoor.CurrentVersion;

    public string this[string name] => values[name];

    public string? Query(string name) => query.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public long Id(string name) => long.TryParse(values[name], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw ApiRefusal.NotFound();

    /// <summary>The issue that the path names: 404 unknown, 410 deleted, 301 transferred.</summary>
    public Issue Issue()
    {
        if (!Repository.Issues.TryGetValue((int)Math.Min(Id("number"), int.MaxValue), out var issue))
        {
            throw ApiRefusal.NotFound();
        }

        if (issue.Deleted)
        {
            throw new ApiRefusal(410, "This issue was deleted");
        }

        if (issue.MovedTo is { } moved && world.FindRepository(moved.RepositoryId) is { } target)
        {
            var behind = string.Concat(tail.Split('/').Skip(3).Select(segment => $"/{segment}"));
            throw RestDoor.Moved(request.Method, $"{Render.Api}/repositories/{target.Id}/issues/{moved.Number}{behind}");
        }

        return issue;
    }

    /// <summary>The body as an object, whatever its content type says: some clients send JSON as a form.</summary>
    public JsonObject Body() => BodyNode() switch
    {
        null => [],
        JsonObject json => json,
        _ => throw new ApiRefusal(422, "Invalid request.\n\nFor 'links/0/schema', the body is not an object."),
    };

    public JsonNode? BodyNode()
    {
        if (request.Body.IsEmpty)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(request.Body.Span);
        }
        catch (JsonException)
        {
            throw new ApiRefusal(400, "Problems parsing JSON");
        }
    }

    public static string? Text(JsonObject body, string name)
    {
        if (!body.TryGetPropertyValue(name, out var node) || node is null)
        {
            return null;
        }

        return node.GetValueKind() == JsonValueKind.String
            ? node.GetValue<string>()
            : throw new ApiRefusal(422, $"Invalid request.\n\nFor 'properties/{name}', {node.ToJsonString()} is not a string.");
    }

    public static string RequiredText(JsonObject body, string name) =>
        Text(body, name) ?? throw new ApiRefusal(422, $"Invalid request.\n\n\"{name}\" wasn't supplied.");

    /// <summary>One page of a list, with GitHub's <c>Link</c> header: no header when everything fits on one page.</summary>
    public SimulatedResponse Page<T>(IReadOnlyCollection<T> items, Func<T, JsonNode> render, Func<JsonArray, JsonNode>? wrap = null, int defaultSize = 30)
    {
        var (page, size) = Paging(defaultSize);
        var array = new JsonArray([.. items.Skip((page - 1) * size).Take(size).Select(item => (JsonNode?)render(item))]);
        var response = SimulatedResponse.Ok(wrap is null ? array : wrap(array));
        var last = Math.Max(1, (items.Count + size - 1) / size);
        var links = new List<string>();
        if (page > 1)
        {
            links.Add(Link(Math.Min(page - 1, last), "prev"));
        }

        if (page < last)
        {
            links.Add(Link(page + 1, "next"));
            links.Add(Link(last, "last"));
        }

        if (page > 1)
        {
            links.Add(Link(1, "first"));
        }

        return links.Count == 0 ? response : response.Add("Link", string.Join(", ", links));
    }

    public (int Page, int Size) Paging(int defaultSize = 30)
    {
        var page = int.TryParse(Query("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0 ? wanted : 1;
        var size = int.TryParse(Query("per_page"), NumberStyles.None, CultureInfo.InvariantCulture, out var perPage) && perPage > 0 ? Math.Min(perPage, 100) : defaultSize;
        return (page, size);
    }

    public string Link(string name, string value, string relation)
    {
        var changed = new Dictionary<string, string>(query, StringComparer.Ordinal) { [name] = value };
        var text = string.Join('&', changed.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        return $"<{Render.Api}{CanonicalPath()}?{text}>; rel=\"{relation}\"";
    }

    private static Dictionary<string, string> ParseQuery(string query)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            var value = equals < 0 ? string.Empty : pair[(equals + 1)..];
            found[Decode(name)] = Decode(value);
        }

        return found;

        static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    private string Link(int page, string relation) => Link("page", page.ToString(), relation);

    /// <summary>Links name a repository by its id, whatever name the request used.</summary>
    private string CanonicalPath() => repository is null ? request.Path : $"/repositories/{repository.Id}{tail}";
}
