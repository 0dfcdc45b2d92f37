using System.Text.Json;
using System.Text.Json.Nodes;

namespace AfkGitHubApp.Cli;

/// <summary>Reads the fields of one line, strictly: a wrong type or word is the line's error, never a default.</summary>
internal static class Fields
{
    public static bool? Bool(this JsonObject line, string name) => line[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => throw new BadLineException($"{name} must be true or false"),
    };

    public static double? Number(this JsonObject line, string name)
    {
        switch (line[name])
        {
            case null:
                return null;
            case JsonValue value when value.GetValueKind() is JsonValueKind.Number && value.TryGetValue<double>(out var number) && double.IsFinite(number):
                return number >= 0 ? number : throw new BadLineException($"{name} must not be negative");
            default:
                throw new BadLineException($"{name} must be a number");
        }
    }

    public static int? Whole(this JsonObject line, string name) => line.Number(name) switch
    {
        null => null,
        { } number when number == Math.Floor(number) && number <= int.MaxValue => (int)number,
        _ => throw new BadLineException($"{name} must be a whole number"),
    };

    public static string? Text(this JsonObject line, string name) => line[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.String => value.GetValue<string>(),
        _ => throw new BadLineException($"{name} must be a text"),
    };

    public static T? Word<T>(this JsonObject line, string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        var text = line.Text(name);
        if (text is null)
        {
            return null;
        }

        return words.TryGetValue(text, out var value) ? value : throw new BadLineException($"{name} is '{text}'; it must be one of {string.Join(", ", words.Keys)}");
    }

    public static JsonObject? Object(this JsonObject line, string name) => line[name] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw new BadLineException($"{name} must be an object"),
    };

    public static JsonArray? Array(this JsonObject line, string name) => line[name] switch
    {
        null => null,
        JsonArray value => value,
        _ => throw new BadLineException($"{name} must be a list"),
    };

    public static IEnumerable<string> Texts(this JsonObject line, string name) => (line.Array(name) ?? []).Select(each =>
        each is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : throw new BadLineException($"{name} must be a list of texts"));
}
