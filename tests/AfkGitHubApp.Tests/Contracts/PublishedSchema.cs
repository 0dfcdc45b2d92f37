using System.Text.RegularExpressions;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>The part of GitHub's published GraphQL schema that our query touches, read from github-schema.graphql.</summary>
internal sealed class PublishedSchema
{
    private readonly Dictionary<string, PublishedType> types = new(StringComparer.Ordinal);

    private PublishedSchema()
    {
    }

    public static PublishedSchema Parse(string text)
    {
        var schema = new PublishedSchema();
        var words = new Words(text);
        while (!words.AtEnd)
        {
            var kind = words.Take();
            var type = new PublishedType(words.Take(), kind);
            switch (kind)
            {
                case "union":
                    words.Expect("=");
                    type.Members.Add(words.Take());
                    while (words.TryTake("|"))
                    {
                        type.Members.Add(words.Take());
                    }

                    break;
                case "enum":
                    words.Expect("{");
                    while (!words.TryTake("}"))
                    {
                        type.Values.Add(words.Take());
                        Deprecation(words);
                    }

                    break;
                default:
                    Fields(words, type);
                    break;
            }

            schema.types.Add(type.Name, type);
        }

        return schema;
    }

    /// <summary>The type of this name; null when the trimmed copy does not hold it.</summary>
    public PublishedType? Find(string name) => types.GetValueOrDefault(name);

    /// <summary>Whether a value of one type can also be of the other, as an inline fragment supposes.</summary>
    public bool CanBe(PublishedType type, PublishedType condition) =>
        type == condition || type.Members.Contains(condition.Name) || condition.Interfaces.Contains(type.Name) || type.Interfaces.Contains(condition.Name);

    private static void Fields(Words words, PublishedType type)
    {
        if (words.TryTake("implements"))
        {
            do
            {
                type.Interfaces.Add(words.Take());
            }
            while (words.TryTake("&"));
        }

        words.Expect("{");
        while (!words.TryTake("}"))
        {
            var name = words.Take();
            var arguments = new Dictionary<string, (string Type, bool HasDefault)>(StringComparer.Ordinal);
            if (words.TryTake("("))
            {
                while (!words.TryTake(")"))
                {
                    var argument = words.Take();
                    words.Expect(":");
                    var of = TypeOf(words);
                    var hasDefault = words.TryTake("=");
                    if (hasDefault)
                    {
                        words.SkipValue();
                    }

                    Deprecation(words);
                    arguments.Add(argument, (of, hasDefault));
                }
            }

            words.Expect(":");
            type.Fields.Add(name, new PublishedField(TypeOf(words), arguments, Deprecation(words)));
        }
    }

    private static string TypeOf(Words words)
    {
        var text = words.TryTake("[") ? $"[{TypeOf(words)}]" : words.Take();
        words.TryTake("]");
        return words.TryTake("!") ? text + "!" : text;
    }

    private static bool Deprecation(Words words)
    {
        var deprecated = false;
        while (words.TryTake("@"))
        {
            deprecated |= words.Take() == "deprecated";
            if (words.TryTake("("))
            {
                while (!words.TryTake(")"))
                {
                    words.Take();
                }
            }
        }

        return deprecated;
    }
}

/// <summary>One type.</summary>
internal sealed record PublishedType(string Name, string Kind)
{
    public HashSet<string> Interfaces { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Members { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Values { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PublishedField> Fields { get; } = new(StringComparer.Ordinal);
}

/// <summary>One field of a type.</summary>
internal sealed record PublishedField(string Type, IReadOnlyDictionary<string, (string Type, bool HasDefault)> Arguments, bool IsDeprecated)
{
    /// <summary>The type's name without lists and marks.</summary>
    public string Named => Type.Trim('[', ']', '!');
}

/// <summary>The words and marks of a GraphQL text; commas, comments and spaces mean nothing.</summary>
internal sealed partial class Words(string text)
{
    private readonly List<string> words = [.. Word().Matches(string.Join('\n', text.Split('\n').Where(line => !line.StartsWith('#')))).Select(match => match.Value)];
    private int at;

    public bool AtEnd => at == words.Count;

    public string Next => AtEnd ? "" : words[at];

    public string Take() => AtEnd ? throw new FormatException("The text ends too early.") : words[at++];

    public bool TryTake(string word)
    {
        if (Next != word)
        {
            return false;
        }

        at++;
        return true;
    }

    public void Expect(string word)
    {
        if (!TryTake(word))
        {
            throw new FormatException($"Expected '{word}' before '{Next}'.");
        }
    }

    /// <summary>One value, with all that stands in its brackets.</summary>
    public void SkipValue()
    {
        var depth = 0;
        do
        {
            depth += Take() switch { "{" or "[" => 1, "}" or "]" => -1, _ => 0 };
        }
        while (depth > 0);
    }

    [GeneratedRegex("""\.\.\.|"(?:\\.|[^"\\])*"|\$?[\w-]+|[^\s,]""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
