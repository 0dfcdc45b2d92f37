using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http.GraphQl;

/// <summary>Answers <c>POST /graphql</c>: validates the whole query against the schema first, then answers exactly the fields asked for. Errors come with status 200, as on GitHub.</summary>
internal sealed class GraphQlDoor(WorldState world)
{
    public SimulatedResponse Answer(SimulatedRequest request, Identity identity)
    {
        if (identity is not InstallationIdentity { Token: var token })
        {
            throw ApiRefusal.Forbidden();
        }

        JsonObject body;
        try
        {
            body = JsonNode.Parse(request.Body.Span) as JsonObject ?? throw new ApiRefusal(400, "Problems parsing JSON");
        }
        catch (JsonException)
        {
            throw new ApiRefusal(400, "Problems parsing JSON");
        }

        if (body["query"] is not { } text || text.GetValueKind() != JsonValueKind.String)
        {
            return Errors(new JsonArray(new JsonObject { ["message"] = "A query attribute must be specified and must be a string." }));
        }

        GraphQlDocument document;
        try
        {
            document = GraphQlParser.Parse(text.GetValue<string>());
        }
        catch (GraphQlSyntaxException exception)
        {
            return Errors(new JsonArray(new JsonObject { ["message"] = exception.Message, ["locations"] = Location(exception.Line, exception.Column) }));
        }

        var operation = Choose(document, RestCall.Text(body, "operationName"));
        if (operation is null)
        {
            return Errors(new JsonArray(new JsonObject { ["message"] = "An operation name is required" }));
        }

        if (operation.Kind != "query")
        {
            throw new ApiRefusal(501, $"The simulator answers queries only, not {operation.Kind}.");
        }

        var problems = new JsonArray();
        var variables = Variables(operation, body["variables"] as JsonObject ?? [], problems);
        new GraphQlValidator(document, operation, problems).Check();
        return problems.Count > 0 ? Errors(problems) : new GraphQlExecution(world, token, document, variables).Run(operation);
    }

    public static JsonArray Location(int line, int column) => new(new JsonObject { ["line"] = line, ["column"] = column });

    private static SimulatedResponse Errors(JsonArray errors) => SimulatedResponse.Ok(new JsonObject { ["errors"] = errors });

    private static Operation? Choose(GraphQlDocument document, string? name) =>
        name is not null ? document.Operations.FirstOrDefault(operation => operation.Name == name)
            : document.Operations.Count == 1 ? document.Operations[0]
            : null;

    private static Dictionary<string, object?> Variables(Operation operation, JsonObject given, JsonArray problems)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var variable in operation.Variables)
        {
            var node = given[variable.Name];
            if (node is null && variable is { Required: true, HasDefault: false })
            {
                problems.Add(new JsonObject
                {
                    ["message"] = $"Variable ${variable.Name} of type {variable.Type}! was provided invalid value",
                    ["extensions"] = new JsonObject { ["value"] = null, ["problems"] = new JsonArray(new JsonObject { ["path"] = new JsonArray(), ["explanation"] = "Expected value to not be null" }) },
                });
                continue;
            }

            values[variable.Name] = node is null ? variable.Default : Plain(node);
            if ((variable.Type, values[variable.Name]) is ("Int", not (null or long)) or ("String" or "ID", not (null or string)))
            {
                problems.Add(new JsonObject
                {
                    ["message"] = $"Variable ${variable.Name} of type {variable.Type}{(variable.Required ? "!" : "")} was provided invalid value",
                    ["extensions"] = new JsonObject { ["value"] = node?.DeepClone(), ["problems"] = new JsonArray(new JsonObject { ["path"] = new JsonArray(), ["explanation"] = $"Could not coerce value {node?.ToJsonString()} to {variable.Type}" }) },
                });
            }
        }

        return values;
    }

    private static object? Plain(JsonNode node) => node switch
    {
        JsonArray array => array.Select(entry => entry is null ? null : Plain(entry)).ToList(),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out var number) => number,
        _ => node.ToJsonString(),
    };
}
