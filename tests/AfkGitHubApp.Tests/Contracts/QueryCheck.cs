namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Walks a query along a schema and names everything that GitHub would refuse.</summary>
internal sealed class QueryCheck(PublishedSchema schema, string query)
{
    private readonly Words words = new(query);
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];

    public static IReadOnlyList<string> Problems(PublishedSchema schema, string query) => new QueryCheck(schema, query).Run();

    private List<string> Run()
    {
        words.Expect("query");
        words.Take();
        if (words.TryTake("("))
        {
            while (!words.TryTake(")"))
            {
                var name = words.Take();
                words.Expect(":");
                variables.Add(name, Type());
            }
        }

        Selection(schema.Find("Query")!, "query");
        problems.AddRange(variables.Keys.Except(used, StringComparer.Ordinal).Select(name => $"variable {name} is not used"));
        return problems;
    }

    private string Type()
    {
        var text = words.TryTake("[") ? $"[{Type()}]" : words.Take();
        words.TryTake("]");
        return words.TryTake("!") ? text + "!" : text;
    }

    private void Selection(PublishedType type, string path)
    {
        words.Expect("{");
        while (!words.TryTake("}"))
        {
            if (words.TryTake("..."))
            {
                Fragment(type, path);
            }
            else
            {
                Field(type, path);
            }
        }
    }

    private void Fragment(PublishedType type, string path)
    {
        words.Expect("on");
        var name = words.Take();
        if (schema.Find(name) is not { } condition)
        {
            Skip($"{path}: there is no type {name}");
        }
        else if (!schema.CanBe(type, condition))
        {
            Skip($"{path}: {type.Name} is never {name}");
        }
        else
        {
            Selection(condition, $"{path}<{name}>");
        }
    }

    private void Field(PublishedType type, string path)
    {
        var name = words.Take();
        if (words.TryTake(":"))
        {
            // What stood before was an alias.
            name = words.Take();
        }

        if (name == "__typename")
        {
            return;
        }

        if (!type.Fields.TryGetValue(name, out var field))
        {
            problems.Add($"{path}: {type.Name} has no field {name}");
            SkipArguments();
            SkipSelection();
            return;
        }

        path += "." + name;
        if (field.IsDeprecated)
        {
            problems.Add($"{path}: deprecated");
        }

        Arguments(field, path);
        var of = schema.Find(field.Named);
        var composite = of is { Kind: not "enum" };
        if (words.Next == "{" && !composite)
        {
            Skip($"{path}: {field.Named} has no fields, or is not in the trimmed copy");
        }
        else if (words.Next == "{")
        {
            Selection(of!, path);
        }
        else if (composite)
        {
            problems.Add($"{path}: {field.Named} needs a selection");
        }
    }

    private void Arguments(PublishedField field, string path)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        if (words.TryTake("("))
        {
            while (!words.TryTake(")"))
            {
                var name = words.Take();
                words.Expect(":");
                given.Add(name);
                if (field.Arguments.TryGetValue(name, out var argument))
                {
                    Value(argument.Type, $"{path}({name})");
                }
                else
                {
                    problems.Add($"{path}: no argument {name}");
                    words.SkipValue();
                }
            }
        }

        problems.AddRange(field.Arguments
            .Where(argument => argument.Value.Type.EndsWith('!') && !argument.Value.HasDefault && !given.Contains(argument.Key))
            .Select(argument => $"{path}: argument {argument.Key} is required"));
    }

    private void Value(string type, string path)
    {
        var wanted = type.TrimEnd('!');
        if (words.Next.StartsWith('$'))
        {
            var name = words.Take();
            used.Add(name);
            if (!variables.TryGetValue(name, out var has))
            {
                problems.Add($"{path}: variable {name} is not declared");
            }
            else if (has.TrimEnd('!') != wanted || (type.EndsWith('!') && !has.EndsWith('!')))
            {
                problems.Add($"{path}: {name} is {has}, {type} is wanted");
            }

            return;
        }

        if (words.Next == "[")
        {
            words.Take();
            if (!wanted.StartsWith('['))
            {
                problems.Add($"{path}: no list is wanted");
            }

            while (!words.TryTake("]"))
            {
                Value(wanted.TrimStart('[').TrimEnd(']'), path);
            }

            return;
        }

        var literal = words.Take();
        var fits = schema.Find(wanted) is { Kind: "enum" } choices
            ? choices.Values.Contains(literal)
            : wanted switch { "Int" => int.TryParse(literal, out _), "Boolean" => literal is "true" or "false", "String" or "ID" => literal.StartsWith('"'), _ => false };
        if (!fits)
        {
            problems.Add($"{path}: {literal} is no {wanted}");
        }
    }

    private void Skip(string problem)
    {
        problems.Add(problem);
        SkipSelection();
    }

    private void SkipSelection()
    {
        if (words.Next == "{")
        {
            words.SkipValue();
        }
    }

    private void SkipArguments()
    {
        if (words.TryTake("("))
        {
            while (!words.TryTake(")"))
            {
                words.Take();
            }
        }
    }
}
