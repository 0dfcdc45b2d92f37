using System.Text.Json.Nodes;

namespace AfkGitHubApp.Simulator.Http.GraphQl;

/// <summary>Finds what GitHub would refuse before running anything: unknown fields, arguments, types and variables, with GitHub's messages and codes.</summary>
internal sealed class GraphQlValidator(GraphQlDocument document, Operation operation, JsonArray problems)
{
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    public void Check()
    {
        string[] path = [operation.Name is { } name ? $"query {name}" : "query"];
        Check(operation.Selections, GraphQlSchema.Types["Query"], path, []);
        foreach (var variable in operation.Variables.Where(variable => !used.Contains(variable.Name)))
        {
            Report($"Variable ${variable.Name} is declared by {operation.Name ?? "anonymous query"} but not used", "variableNotUsed", path, 1, 1);
        }
    }

    private void Check(IReadOnlyList<Selection> selections, GraphQlType type, string[] path, HashSet<string> spreads)
    {
        foreach (var selection in selections)
        {
            switch (selection)
            {
                case FieldSelection field:
                    CheckField(field, type, [.. path, field.Key], spreads);
                    break;
                case Fragment { Spread: { } spread } used:
                    CheckSpread(used, spread, path, spreads);
                    break;
                case Fragment fragment:
                    CheckFragment(fragment, type, path, spreads);
                    break;
            }
        }
    }

    private void CheckSpread(Fragment selection, string name, string[] path, HashSet<string> spreads)
    {
        if (!document.Fragments.TryGetValue(name, out var fragment))
        {
            Report($"Fragment {name} was used, but not defined", "useAndDefineFragment", [.. path, $"... {name}"], selection.Line, selection.Column);
        }
        else if (spreads.Add(name))
        {
            CheckFragment(fragment, GraphQlSchema.Types["Query"], path, spreads);
            spreads.Remove(name);
        }
    }

    private void CheckFragment(Fragment fragment, GraphQlType outer, string[] path, HashSet<string> spreads)
    {
        if (fragment.Type is null)
        {
            Check(fragment.Selections, outer, path, spreads);
        }
        else if (!GraphQlSchema.Types.TryGetValue(fragment.Type, out var type))
        {
            Report($"No such type {fragment.Type}, so it can't be a fragment condition", "undefinedType", [.. path, $"... on {fragment.Type}"], fragment.Line, fragment.Column);
        }
        else
        {
            Check(fragment.Selections, type, [.. path, $"... on {fragment.Type}"], spreads);
        }
    }

    private void CheckField(FieldSelection field, GraphQlType type, string[] path, HashSet<string> spreads)
    {
        if (field.Name == "__typename")
        {
            return;
        }

        if (!type.Fields.TryGetValue(field.Name, out var known))
        {
            problems.Add(Problem($"Field '{field.Name}' doesn't exist on type '{type.Name}'", path, field.Line, field.Column, new JsonObject
            {
                ["code"] = "undefinedField",
                ["typeName"] = type.Name,
                ["fieldName"] = field.Name,
            }));
            return;
        }

        CheckArguments(field, known, path);
        if (known.Type is null && field.Selections.Count > 0)
        {
            Report($"Selections can't be made on scalars (field '{field.Name}' returns a scalar but has selections)", "selectionMismatch", path, field.Line, field.Column);
        }
        else if (known.Type is not null && field.Selections.Count == 0)
        {
            Report($"Field must have selections (field '{field.Name}' returns {known.Type} but has no selections. Did you mean '{field.Name} {{ ... }}'?)", "selectionMismatch", path, field.Line, field.Column);
        }
        else if (known.Type is not null)
        {
            Check(field.Selections, GraphQlSchema.Types[known.Type], path, spreads);
        }
    }

    private void CheckArguments(FieldSelection field, GraphQlField known, string[] path)
    {
        foreach (var (name, value) in field.Arguments)
        {
            if (!known.Arguments.ContainsKey(name))
            {
                Report($"Field '{field.Name}' doesn't accept argument '{name}'", "argumentNotAccepted", [.. path, name], field.Line, field.Column);
            }

            CheckVariables(value, path, field);
        }

        foreach (var missing in known.Arguments.Where(argument => argument.Value && !field.Arguments.ContainsKey(argument.Key)))
        {
            Report($"Field '{field.Name}' is missing required arguments: {missing.Key}", "missingRequiredArguments", path, field.Line, field.Column);
        }
    }

    private void CheckVariables(object? value, string[] path, FieldSelection field)
    {
        if (value is Variable variable)
        {
            used.Add(variable.Name);
            if (!operation.Variables.Any(declared => declared.Name == variable.Name))
            {
                Report($"Variable ${variable.Name} is used by {operation.Name ?? "anonymous query"} but not declared", "variableNotDefined", path, field.Line, field.Column);
            }
        }
        else if (value is List<object?> list)
        {
            list.ForEach(entry => CheckVariables(entry, path, field));
        }
    }

    private void Report(string message, string code, string[] path, int line, int column) =>
        problems.Add(Problem(message, path, line, column, new JsonObject { ["code"] = code }));

    private static JsonObject Problem(string message, string[] path, int line, int column, JsonObject extensions) => new()
    {
        ["path"] = new JsonArray([.. path.Select(part => (JsonNode?)part)]),
        ["extensions"] = extensions,
        ["locations"] = GraphQlDoor.Location(line, column),
        ["message"] = message,
    };
}
