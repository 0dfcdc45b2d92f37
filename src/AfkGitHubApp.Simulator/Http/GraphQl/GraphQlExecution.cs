using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http.GraphQl;

/// <summary>Runs one validated query.</summary>
internal sealed class GraphQlExecution(WorldState world, AccessToken token, GraphQlDocument document, Dictionary<string, object?> variables)
{
    private readonly JsonArray errors = [];

    public SimulatedResponse Run(Operation operation)
    {
        var data = Select(operation.Selections, world, []);
        var answer = new JsonObject { ["data"] = data };
        if (errors.Count > 0)
        {
            answer["errors"] = errors;
        }

        return SimulatedResponse.Ok(answer);
    }

    private JsonObject Select(IEnumerable<Selection> selections, object source, string[] path)
    {
        var typeName = GraphQlSchema.TypeOf(source);
        var json = new JsonObject();
        foreach (var field in Flatten(selections, typeName))
        {
            var value = field.Name == "__typename" ? JsonValue.Create(typeName) : Resolve(field, GraphQlSchema.Types[typeName].Fields[field.Name], source, [.. path, field.Key]);
            // The same field may be asked for twice with different selections; the answers are merged.
            if (json[field.Key] is JsonObject first && value is JsonObject second)
            {
                foreach (var (key, part) in second.ToList())
                {
                    second.Remove(key);
                    first[key] = part;
                }
            }
            else
            {
                json[field.Key] = value;
            }
        }

        return json;
    }

    private IEnumerable<FieldSelection> Flatten(IEnumerable<Selection> selections, string typeName)
    {
        foreach (var selection in selections)
        {
            switch (selection)
            {
                case FieldSelection field:
                    yield return field;
                    break;
                case Fragment written:
                    var fragment = written.Spread is { } name ? document.Fragments[name] : written;
                    if (fragment.Type is null || fragment.Type == typeName || GraphQlSchema.Types[fragment.Type].Members.Contains(typeName, StringComparer.Ordinal))
                    {
                        foreach (var inner in Flatten(fragment.Selections, typeName))
                        {
                            yield return inner;
                        }
                    }

                    break;
            }
        }
    }

    private JsonNode? Resolve(FieldSelection field, GraphQlField known, object source, string[] path)
    {
        object? value;
        try
        {
            value = known.Resolve(new GraphQlCall(world, token, source, field.Arguments.ToDictionary(pair => pair.Key, pair => Given(pair.Value), StringComparer.Ordinal)));
        }
        catch (GraphQlNotFoundException problem)
        {
            errors.Add(new JsonObject
            {
                ["type"] = problem.Type,
                ["path"] = new JsonArray([.. path.Select(part => (JsonNode?)part)]),
                ["locations"] = GraphQlDoor.Location(field.Line, field.Column),
                ["message"] = problem.Message,
            });
            return null;
        }

        return value switch
        {
            null => null,
            _ when known.Type is null => JsonSerializer.SerializeToNode(value),
            IReadOnlyList<object> list when known.IsList => new JsonArray([.. list.Select((entry, position) => Select(field.Selections, entry, [.. path, position.ToString()]))]),
            _ => Select(field.Selections, value, path),
        };
    }

    private object? Given(object? value) => value switch
    {
        Variable variable => variables.GetValueOrDefault(variable.Name),
        List<object?> list => list.Select(Given).ToList(),
        _ => value,
    };
}
