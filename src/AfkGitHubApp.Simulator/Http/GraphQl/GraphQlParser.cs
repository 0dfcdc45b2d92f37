using System.Globalization;
using System.Text;

namespace AfkGitHubApp.Simulator.Http.GraphQl;

/// <summary>Reads the part of GraphQL that clients send: operations with variables, fields with aliases and arguments, fragments. Directives are refused, not ignored.</summary>
internal sealed class GraphQlParser(string text)
{
    private int at;

    public static GraphQlDocument Parse(string text) => new GraphQlParser(text).Document();

    private GraphQlDocument Document()
    {
        var operations = new List<Operation>();
        var fragments = new Dictionary<string, Fragment>(StringComparer.Ordinal);
        Skip();
        while (at < text.Length)
        {
            if (Peek() == '{')
            {
                operations.Add(new Operation("query", null, [], Selections()));
                continue;
            }

            var word = Name();
            switch (word)
            {
                case "query" or "mutation" or "subscription":
                    var name = char.IsAsciiLetter(Peek()) || Peek() == '_' ? Name() : null;
                    var variables = Peek() == '(' ? Variables() : [];
                    operations.Add(new Operation(word, name, variables, Selections()));
                    break;
                case "fragment":
                    var (line, column) = Where();
                    var fragment = Name();
                    if (Name() != "on")
                    {
                        throw Unexpected();
                    }

                    fragments[fragment] = new Fragment(Name(), null, Selections(), line, column);
                    break;
                default:
                    throw Unexpected();
            }
        }

        return operations.Count > 0 ? new GraphQlDocument(operations, fragments) : throw Unexpected();
    }

    private List<VariableDefinition> Variables()
    {
        Expect('(');
        var found = new List<VariableDefinition>();
        while (Peek() != ')')
        {
            Expect('$');
            var name = Name();
            Expect(':');
            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '[' or ']' or '!'))
            {
                at++;
            }

            var type = text[start..at];
            Skip();
            object? fallback = null;
            var hasDefault = Peek() == '=';
            if (hasDefault)
            {
                Expect('=');
                fallback = Value();
            }

            found.Add(new VariableDefinition(name, type.TrimEnd('!'), type.EndsWith('!'), fallback, hasDefault));
        }

        Expect(')');
        return found;
    }

    private List<Selection> Selections()
    {
        Expect('{');
        var found = new List<Selection>();
        while (Peek() != '}')
        {
            var (line, column) = Where();
            found.Add(Peek() == '.' ? FragmentSelection(line, column) : Field(line, column));
        }

        Expect('}');
        return found.Count > 0 ? found : throw Unexpected();
    }

    private Fragment FragmentSelection(int line, int column)
    {
        if (!text.AsSpan(at).StartsWith("...", StringComparison.Ordinal))
        {
            throw Unexpected();
        }

        at += 3;
        Skip();
        if (Peek() == '{')
        {
            return new Fragment(null, null, Selections(), line, column);
        }

        var name = Name();
        return name == "on" ? new Fragment(Name(), null, Selections(), line, column) : new Fragment(null, name, [], line, column);
    }

    private FieldSelection Field(int line, int column)
    {
        var name = Name();
        string? alias = null;
        if (Peek() == ':')
        {
            Expect(':');
            alias = name;
            name = Name();
        }

        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (Peek() == '(')
        {
            Expect('(');
            while (Peek() != ')')
            {
                var argument = Name();
                Expect(':');
                arguments[argument] = Value();
            }

            Expect(')');
        }

        return new FieldSelection(name, alias, arguments, Peek() == '{' ? Selections() : [], line, column);
    }

    private object? Value()
    {
        switch (Peek())
        {
            case '$':
                Expect('$');
                return new Variable(Name());
            case '"':
                return Text();
            case '[':
                Expect('[');
                var list = new List<object?>();
                while (Peek() != ']')
                {
                    list.Add(Value());
                }

                Expect(']');
                return list;
            case '-' or (>= '0' and <= '9'):
                var start = at++;
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                {
                    at++;
                }

                var number = long.Parse(text.AsSpan(start, at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                Skip();
                return number;
            default:
                var word = Name();
                return word switch { "true" => true, "false" => false, "null" => null, _ => new EnumWord(word) };
        }
    }

    private string Text()
    {
        at++;
        var value = new StringBuilder();
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at++]);
        }

        if (at >= text.Length)
        {
            throw Unexpected();
        }

        at++;
        Skip();
        return value.ToString();
    }

    private string Name()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        if (at == start)
        {
            throw Unexpected();
        }

        var name = text[start..at];
        Skip();
        return name;
    }

    private void Expect(char wanted)
    {
        if (Peek() != wanted)
        {
            throw Unexpected();
        }

        at++;
        Skip();
    }

    private char Peek() => at < text.Length ? text[at] : '\0';

    private void Skip()
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] is ',' or '#' or '\uFEFF'))
        {
            if (text[at] == '#')
            {
                while (at < text.Length && text[at] != '\n')
                {
                    at++;
                }

                continue;
            }

            at++;
        }
    }

    private (int Line, int Column) Where()
    {
        var before = text.AsSpan(0, Math.Min(at, text.Length));
        return (before.Count('\n') + 1, at - before.LastIndexOf('\n'));
    }

    private GraphQlSyntaxException Unexpected()
    {
        var (line, column) = Where();
        return at < text.Length
            ? new GraphQlSyntaxException($"Parse error on \"{text[at]}\" at [{line}, {column}]", line, column)
            : new GraphQlSyntaxException("Unexpected end of document", line, column);
    }
}
