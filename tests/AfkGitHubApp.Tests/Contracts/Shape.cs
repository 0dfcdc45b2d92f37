using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>
/// A schema as GitHub publishes them: the parts of OpenAPI 3.0.3 and of JSON Schema draft 7 that its descriptions use, and no others; a keyword that is
/// not known here is an error of the reader, never silence. GitHub's alternatives overlap, so <c>oneOf</c> is read as <c>anyOf</c>.
/// </summary>
internal sealed class Shape
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lazy<Shape>? target;
    private readonly HashSet<string> types = new(StringComparer.Ordinal);
    private readonly bool nullable;
    private readonly Dictionary<string, Shape> properties = new(StringComparer.Ordinal);
    private readonly List<string> required = [];
    private readonly List<JsonElement> choices = [];
    private readonly List<Shape> alternatives = [];
    private readonly List<Shape> parts = [];
    private readonly bool closed;
    private readonly Shape? others;
    private readonly Shape? items;
    private readonly string? format;
    private readonly Regex? pattern;
    private readonly Dictionary<string, double> bounds = new(StringComparer.Ordinal);

    private Shape(Lazy<Shape> target) => this.target = target;

    private Shape(JsonElement schema, ShapeBook book)
    {
        foreach (var (name, value) in schema.EnumerateObject().Select(property => (property.Name, property.Value)))
        {
            switch (name)
            {
                case "type" when value.ValueKind == JsonValueKind.Array:
                    types.UnionWith(value.EnumerateArray().Select(type => type.GetString()!));
                    break;
                case "type":
                    types.Add(value.GetString()!);
                    break;
                case "nullable":
                    nullable = value.GetBoolean();
                    break;
                case "properties":
                    foreach (var property in value.EnumerateObject())
                    {
                        properties.Add(property.Name, book.Of(property.Value));
                    }

                    break;
                case "required":
                    required.AddRange(value.EnumerateArray().Select(word => word.GetString()!));
                    break;
                case "enum":
                    choices.AddRange(value.EnumerateArray());
                    break;
                case "const":
                    choices.Add(value);
                    break;
                case "oneOf" or "anyOf":
                    alternatives.AddRange(value.EnumerateArray().Select(book.Of));
                    break;
                case "allOf":
                    parts.AddRange(value.EnumerateArray().Select(book.Of));
                    break;
                case "additionalProperties" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    closed = value.ValueKind == JsonValueKind.False;
                    break;
                case "additionalProperties":
                    others = book.Of(value);
                    break;
                case "items":
                    items = book.Of(value);
                    break;
                case "format":
                    format = value.GetString();
                    break;
                case "pattern":
                    pattern = new Regex(value.GetString()!, RegexOptions.ECMAScript, Patience);
                    break;
                case "minLength" or "maxLength" or "minimum" or "maximum" or "minItems" or "maxItems" or "minProperties" or "maxProperties":
                    bounds.Add(name, value.GetDouble());
                    break;
                case "readOnly" or "uniqueItems":
                    break;
                default:
                    throw new FormatException($"The keyword '{name}' is not known.");
            }
        }
    }

    /// <summary>Where and why a value does not fit, as <c>JSON pointer: reason</c>; empty when it fits.</summary>
    public IReadOnlyList<string> Problems(JsonElement value)
    {
        var problems = new List<string>();
        Check(value, problems);
        return problems;
    }

    /// <summary>Reads everything the schema refers to, so that a keyword which is not known shows.</summary>
    public void Visit()
    {
        Stack<Shape> ahead = new([this]);
        HashSet<Shape> seen = [];
        while (ahead.TryPop(out var shape))
        {
            if (!seen.Add(shape))
            {
                continue;
            }

            foreach (var next in shape.properties.Values.Concat(shape.alternatives).Concat(shape.parts).Append(shape.others).Append(shape.items).Append(shape.target?.Value))
            {
                if (next is not null)
                {
                    ahead.Push(next);
                }
            }
        }
    }

    internal static Shape Reference(Lazy<Shape> target) => new(target);

    internal static Shape Read(JsonElement schema, ShapeBook book) => new(schema, book);

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    /// <summary>The value in a message: short, whatever it is.</summary>
    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : $"{text[..60]}…";
    }

    private void Check(JsonElement value, List<string> problems)
    {
        if (target is not null)
        {
            target.Value.Check(value, problems);
            return;
        }

        // A nullable schema may be a list of parts that are not: null is meant all the same.
        if (value.ValueKind == JsonValueKind.Null && nullable)
        {
            return;
        }

        if (types.Count > 0 && !types.Contains(Kind(value)) && !(types.Contains("integer") && IsInteger(value)))
        {
            problems.Add($": {Shown(value)} is no {string.Join(" and no ", types)}");
            return;
        }

        if (choices.Count > 0 && !choices.Exists(choice => JsonElement.DeepEquals(choice, value)))
        {
            problems.Add($": {Shown(value)} is none of {string.Join(", ", choices)}");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(value, problems);
                break;
            case JsonValueKind.Array:
                CheckArray(value, problems);
                break;
            case JsonValueKind.String:
                CheckText(value.GetString()!, problems);
                break;
            case JsonValueKind.Number:
                Bound("minimum", value.GetDouble(), problems);
                Bound("maximum", value.GetDouble(), problems);
                break;
        }

        parts.ForEach(part => part.Check(value, problems));
        CheckAlternatives(value, problems);
    }

    private static bool IsInteger(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _);

    private static void Within(string segment, Shape shape, JsonElement value, List<string> problems)
    {
        var before = problems.Count;
        shape.Check(value, problems);
        for (var at = before; at < problems.Count; at++)
        {
            problems[at] = $"/{segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}{problems[at]}";
        }
    }

    private void CheckObject(JsonElement value, List<string> problems)
    {
        var count = 0;
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            count++;
            seen.Add(property.Name);
            if (properties.TryGetValue(property.Name, out var shape))
            {
                Within(property.Name, shape, property.Value, problems);
            }
            else if (others is not null)
            {
                Within(property.Name, others, property.Value, problems);
            }
            else if (closed)
            {
                problems.Add($"/{property.Name}: is not described");
            }
        }

        problems.AddRange(required.Where(name => !seen.Contains(name)).Select(name => $"/{name}: is missing"));
        Bound("minProperties", count, problems);
        Bound("maxProperties", count, problems);
    }

    private void CheckArray(JsonElement value, List<string> problems)
    {
        Bound("minItems", value.GetArrayLength(), problems);
        Bound("maxItems", value.GetArrayLength(), problems);
        if (items is null)
        {
            return;
        }

        var at = 0;
        foreach (var item in value.EnumerateArray())
        {
            Within(at++.ToString(CultureInfo.InvariantCulture), items, item, problems);
        }
    }

    private void CheckText(string text, List<string> problems)
    {
        Bound("minLength", text.Length, problems);
        Bound("maxLength", text.Length, problems);
        if (pattern?.IsMatch(text) == false)
        {
            problems.Add($": \"{text}\" does not match {pattern}");
        }

        var fits = format switch
        {
            "date-time" => text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            _ => true,
        };
        if (!fits)
        {
            problems.Add($": \"{text}\" is no {format}");
        }
    }

    private void CheckAlternatives(JsonElement value, List<string> problems)
    {
        if (alternatives.Count == 0)
        {
            return;
        }

        List<string>? nearest = null;
        foreach (var alternative in alternatives)
        {
            List<string> found = [];
            alternative.Check(value, found);
            if (found.Count == 0)
            {
                return;
            }

            // A branch of another type stops at its first word; one that was looked into says more.
            if (nearest is null || Depth(found) > Depth(nearest) || (Depth(found) == Depth(nearest) && found.Count < nearest.Count))
            {
                nearest = found;
            }
        }

        problems.AddRange(nearest!.Select(problem => $"{problem} (nearest of {alternatives.Count} alternatives)"));

        static int Depth(List<string> found) => found[0].StartsWith('/') ? 1 : 0;
    }

    private void Bound(string name, double amount, List<string> problems)
    {
        if (bounds.TryGetValue(name, out var bound) && (name.StartsWith("min", StringComparison.Ordinal) ? amount < bound : amount > bound))
        {
            problems.Add($": {amount.ToString(CultureInfo.InvariantCulture)} is beyond {name} {bound.ToString(CultureInfo.InvariantCulture)}");
        }
    }
}

/// <summary>Reads schemas and finds those that others refer to. <paramref name="find"/> gives the schema that a <c>$ref</c> names.</summary>
internal sealed class ShapeBook(Func<string, JsonElement> find)
{
    private readonly Dictionary<string, Shape> named = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public Shape Of(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!;
            return Shape.Reference(new Lazy<Shape>(() => Named(name)));
        }

        return Shape.Read(schema, this);
    }

    public Shape Named(string reference)
    {
        lock (gate)
        {
            return named.TryGetValue(reference, out var known) ? known : named[reference] = Of(find(reference));
        }
    }
}
