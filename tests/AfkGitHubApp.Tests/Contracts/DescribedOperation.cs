using System.Globalization;
using System.Text.Json;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>One operation of GitHub's REST API, and what may be sent to it and comes back.</summary>
internal sealed class DescribedOperation
{
    private readonly string[] parts;
    private readonly Dictionary<string, Parameter> inPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Parameter> inQuery = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Dictionary<string, Shape>> answers = [];
    private readonly Dictionary<string, Shape> body = new(StringComparer.Ordinal);
    private readonly bool needsBody;
    private readonly Shape anyError;
    private readonly Shape[] invalidErrors;

    public DescribedOperation(string method, string template, JsonElement operation, Func<string, JsonElement> find, ShapeBook book)
    {
        Method = method;
        Template = template;
        parts = template.Trim('/').Split('/');
        var gitHub = operation.GetProperty("x-github");
        ForApps = gitHub.GetProperty("enabledForGitHubApps").GetBoolean();
        Category = gitHub.GetProperty("category").GetString()!;
        foreach (var parameter in operation.GetProperty("parameters").EnumerateArray().Select(Whole))
        {
            var place = parameter.GetProperty("in").GetString() == "path" ? inPath : inQuery;
            place.Add(
                parameter.GetProperty("name").GetString()!,
                new Parameter(parameter.GetProperty("required").GetBoolean(), parameter.TryGetProperty("x-multi-segment", out _), book.Of(parameter.GetProperty("schema"))));
        }

        if (operation.TryGetProperty("requestBody", out var request))
        {
            request = Whole(request);
            needsBody = request.TryGetProperty("required", out var flag) && flag.GetBoolean();
            body = Content(request);
        }

        foreach (var response in operation.GetProperty("responses").EnumerateObject())
        {
            answers.Add(int.Parse(response.Name, CultureInfo.InvariantCulture), Content(Whole(response.Value)));
        }

        anyError = book.Named("#/components/schemas/basic-error");
        invalidErrors = [book.Named("#/components/schemas/validation-error"), book.Named("#/components/schemas/validation-error-simple")];

        JsonElement Whole(JsonElement part) => part.TryGetProperty("$ref", out var reference) ? find(reference.GetString()!) : part;

        Dictionary<string, Shape> Content(JsonElement part) => part.TryGetProperty("content", out var content)
            ? content.EnumerateObject().ToDictionary(media => media.Name, media => book.Of(media.Value.GetProperty("schema")), StringComparer.OrdinalIgnoreCase)
            : [];
    }

    public string Method { get; }

    public string Template { get; }

    /// <summary>Whether the token of an installation may call it. What only the App itself may call says no as well.</summary>
    public bool ForApps { get; }

    /// <summary>The chapter of the documentation; <c>apps</c> holds what the App itself calls.</summary>
    public string Category { get; }

    /// <summary>Of two templates that fit, the one with more fixed words is meant.</summary>
    public int Certainty => parts.Count(part => part[0] != '{');

    public IEnumerable<Shape> Shapes =>
        inPath.Values.Concat(inQuery.Values).Select(parameter => parameter.Shape).Concat(body.Values).Concat(answers.Values.SelectMany(answer => answer.Values));

    public override string ToString() => $"{Method} {Template}";

    /// <summary>The path's values by name, escaped as they came; null when it is not this operation's path.</summary>
    public Dictionary<string, string>? PathValues(string[] segments)
    {
        var many = Array.FindIndex(parts, part => part[0] == '{' && inPath.TryGetValue(part[1..^1], out var parameter) && parameter.ManySegments);
        var taken = segments.Length - parts.Length + 1;
        if (many < 0 ? taken != 1 : taken < 1)
        {
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        for (var position = 0; position < parts.Length; position++)
        {
            var width = position == many ? taken : 1;
            var text = string.Join('/', segments[at..(at + width)]);
            at += width;
            if (parts[position][0] == '{')
            {
                values.Add(parts[position][1..^1], text);
            }
            else if (parts[position] != text)
            {
                return null;
            }
        }

        return values;
    }

    /// <summary>What GitHub would not take, or would not heed, of a request.</summary>
    /// <param name="path">Path, escaped.</param>
    /// <param name="query">Query, escaped, without question mark.</param>
    /// <param name="contentType">Content type; null = none.</param>
    /// <param name="text">Body; empty = none.</param>
    public IReadOnlyList<string> RequestProblems(string path, string query, string? contentType, ReadOnlyMemory<byte> text)
    {
        var segments = path.Trim('/').Split('/');
        var problems = new List<string>();
        foreach (var (name, value) in PathValues(segments) ?? [])
        {
            // A path by id has no owner and no name to look at.
            if (inPath.TryGetValue(name, out var parameter))
            {
                Value($"path {name}", parameter, Uri.UnescapeDataString(value), problems);
            }
        }

        var sent = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToList();
        foreach (var pair in sent)
        {
            var name = Uri.UnescapeDataString(pair[0]);
            if (inQuery.TryGetValue(name, out var parameter))
            {
                Value($"query {name}", parameter, Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? string.Empty), problems);
            }
            else
            {
                problems.Add($"query {name}: is not described");
            }
        }

        problems.AddRange(inQuery.Where(parameter => parameter.Value.Required && !sent.Exists(pair => pair[0] == parameter.Key)).Select(parameter => $"query {parameter.Key}: is missing"));
        Body(contentType, text, problems);
        return problems;
    }

    /// <summary>Where an answer is not what the description says.</summary>
    public IReadOnlyList<string> AnswerProblems(int status, string? contentType, ReadOnlyMemory<byte> text)
    {
        var described = answers.TryGetValue(status, out var content);
        if (!described && status is >= 200 and < 300)
        {
            return [$"status {status}: is not described"];
        }

        if (status is 304 || (described && content!.Count == 0))
        {
            return text.IsEmpty ? [] : [$"status {status}: no body is described"];
        }

        if (MediaType(contentType) != "application/json")
        {
            return [$"status {status}: the content type is {contentType ?? "missing"}"];
        }

        if (!TryParse(text, out var value))
        {
            return [$"status {status}: the body is no JSON"];
        }

        if (described)
        {
            var shape = content!.TryGetValue("application/json", out var json) ? json : content.Values.First();
            var problems = shape.Problems(value);
            // What fails for more than one reason answers 422 in either of two shapes, whichever the operation lists.
            return status == 422 && problems.Count > 0 && Array.Exists(invalidErrors, each => each.Problems(value).Count == 0) ? [] : problems;
        }

        return status == 422 && Array.Exists(invalidErrors, each => each.Problems(value).Count == 0) ? [] : anyError.Problems(value);
    }

    private static string? MediaType(string? contentType) => contentType?.Split(';')[0].Trim().ToLowerInvariant();

    private static bool TryParse(ReadOnlyMemory<byte> text, out JsonElement value)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            value = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            value = default;
            return false;
        }
    }

    private static void Value(string where, Parameter parameter, string text, List<string> problems)
    {
        // A parameter is text on the wire; it is whatever its schema takes it for.
        List<JsonElement> readings = [JsonSerializer.SerializeToElement(text)];
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            readings.Add(JsonSerializer.SerializeToElement(number));
        }

        if (text is "true" or "false")
        {
            readings.Add(JsonSerializer.SerializeToElement(text == "true"));
        }

        if (readings.TrueForAll(reading => parameter.Shape.Problems(reading).Count > 0))
        {
            problems.Add($"{where}{parameter.Shape.Problems(readings[0])[0]}");
        }
    }

    private void Body(string? contentType, ReadOnlyMemory<byte> text, List<string> problems)
    {
        if (text.IsEmpty)
        {
            if (needsBody)
            {
                problems.Add("body: is missing");
            }

            return;
        }

        if (MediaType(contentType) != "application/json")
        {
            problems.Add($"body: the content type is {contentType ?? "missing"}");
        }

        if (!TryParse(text, out var value))
        {
            problems.Add("body: is no JSON");
        }
        else if (body.TryGetValue("application/json", out var shape))
        {
            problems.AddRange(shape.Problems(value).Select(problem => $"body{problem}"));
        }
        else if (value is not { ValueKind: JsonValueKind.Object } || value.EnumerateObject().Any())
        {
            // An empty object is how a client says nothing.
            problems.Add("body: none is described");
        }
    }

    private sealed record Parameter(bool Required, bool ManySegments, Shape Shape);
}
