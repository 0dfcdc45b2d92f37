using AfkGitHubApp.Core.Config;

namespace AfkGitHubApp.Core.Tests.Config;

/// <summary>
/// Just enough of a parser to write configuration files as they look: mappings by two blanks, <c>- </c> items, <c>[a, b]</c>, quotes.
/// </summary>
internal static class Yaml
{
    public static ConfigNode? Parse(string text)
    {
        var lines = text.Split('\n').Select((line, i) => new Line(line.TrimEnd(), i + 1)).Where(line => line.Text.Trim().Length > 0).ToList();
        var position = 0;
        return lines.Count == 0 ? null : Block(lines, ref position, lines[0].Indent);
    }

    private static ConfigNode Block(List<Line> lines, ref int position, int indent)
    {
        var first = lines[position];
        if (!first.Text.TrimStart().StartsWith("- ", StringComparison.Ordinal) && !first.Text.Contains(':', StringComparison.Ordinal))
        {
            position++;
            return Value(first.Text.Trim(), first.Number, indent + 1);
        }

        var (entries, items) = (new List<ConfigEntry>(), new List<ConfigNode>());
        while (position < lines.Count && lines[position].Indent == indent)
        {
            var line = lines[position++];
            var text = line.Text.Trim();
            if (text.StartsWith("- ", StringComparison.Ordinal))
            {
                items.Add(Value(text[2..], line.Number, indent + 3));
                continue;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (key, rest) = (text[..colon], text[(colon + 1)..].Trim());
            var nested = rest.Length == 0 && position < lines.Count && lines[position].Indent > indent;
            var value = nested ? Block(lines, ref position, lines[position].Indent) : Value(rest, line.Number, indent + colon + 3);
            entries.Add(new ConfigEntry(key, value, line.Number, indent + 1));
        }

        return items.Count > 0
            ? new ConfigSequence([.. items], first.Number, indent + 1)
            : new ConfigMapping([.. entries], first.Number, indent + 1);
    }

    private static ConfigNode Value(string text, int line, int column)
    {
        if (text.StartsWith('['))
        {
            var items = text[1..^1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new ConfigSequence([.. items.Select(item => Value(item, line, column))], line, column);
        }

        var quoted = text.StartsWith('"');
        var value = quoted ? text[1..^1] : text is "" or "~" or "null" ? null : text;
        return new ConfigScalar(value, quoted, line, column);
    }

    private sealed record Line(string Text, int Number)
    {
        public int Indent => Text.Length - Text.TrimStart().Length;
    }
}
