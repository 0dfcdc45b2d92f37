using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http.Control;

/// <summary>A verb of the control API: what it takes, and what it does.</summary>
internal abstract class ControlVerb(string name, string description)
{
    public string Name => name;

    public string Description => description;

    public abstract JsonObject Fields { get; }

    public abstract JsonNode Run(SimulatedGitHub github, ReadOnlyMemory<byte> body);
}

internal sealed class ControlVerb<T>(string name, string description, Func<SimulatedGitHub, T, object?> act) : ControlVerb(name, description)
{
    public override JsonObject Fields => ControlJson.Describe(typeof(T));

    public override JsonNode Run(SimulatedGitHub github, ReadOnlyMemory<byte> body)
    {
        var input = ControlJson.Read<T>(body);
        try
        {
            return JsonSerializer.SerializeToNode(act(github, input), ControlJson.Options) ?? new JsonObject { ["ok"] = true };
        }
        catch (ArgumentException exception)
        {
            throw new ControlProblem(exception.Message.Split(" (Parameter", StringSplitOptions.None)[0], exception.ParamName is { } field ? JsonNamingPolicy.SnakeCaseLower.ConvertName(field) : null);
        }
    }
}

/// <summary>Input that cannot be followed.</summary>
internal sealed class ControlProblem(string message, string? wrongField, int status = 400) : Exception(message)
{
    public string? Field => wrongField;

    public int Status => status;
}

/// <summary>JSON of the control API: snake_case, durations as seconds or <c>hh:mm:ss</c>, unknown fields refused.</summary>
internal static partial class ControlJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = SimulatedResponse.Json.Encoder,
        Converters = { new DurationConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static T Read<T>(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body.IsEmpty ? "{}"u8 : body.Span, Options) ?? throw new ControlProblem("The body must be a JSON object.", null);
        }
        catch (JsonException exception)
        {
            throw Explain(exception);
        }
    }

    public static JsonObject Describe(Type type)
    {
        var json = new JsonObject();
        var required = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Where(parameter => !parameter.HasDefaultValue).Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true }))
        {
            json[JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)] = $"{Word(property.PropertyType)}{(required.Contains(property.Name) ? ", required" : "")}";
        }

        return json;
    }

    private static string Word(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum)
        {
            return string.Join('|', Enum.GetNames(plain).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
        }

        if (plain != typeof(string) && plain.GetInterfaces().Append(plain).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>)) is { } list)
        {
            return $"list of {Word(list.GetGenericArguments()[0])}";
        }

        return plain switch
        {
            _ when plain == typeof(string) || plain == typeof(Uri) => "text",
            _ when plain == typeof(int) || plain == typeof(long) || plain == typeof(double) => "number",
            _ when plain == typeof(bool) => "true|false",
            _ when plain == typeof(TimeSpan) => "seconds or \"hh:mm:ss\"",
            _ => Describe(plain).ToJsonString(SimulatedResponse.Json),
        };
    }

    private static ControlProblem Explain(JsonException exception)
    {
        var message = exception.Message;
        if (message.Contains("missing required", StringComparison.Ordinal))
        {
            var missing = Quoted().Matches(message).Select(match => match.Groups["text"].Value).Where(text => !text.Contains('.', StringComparison.Ordinal)).ToList();
            return new ControlProblem($"Required: {string.Join(", ", missing)}.", missing.FirstOrDefault());
        }

        if (message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            var unknown = Quoted().Match(message).Groups["text"].Value;
            return new ControlProblem($"There is no field '{unknown}' here.", unknown);
        }

        var field = exception.Path is { Length: > 2 } path ? path[2..] : null;
        return new ControlProblem(field is null ? "The body must be one JSON object." : $"The value of '{field}' is not of the right kind.", field);
    }

    [GeneratedRegex("'(?<text>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) && seconds is >= 0 and < 1e9)
            {
                return TimeSpan.FromSeconds(seconds);
            }

            return reader.TokenType == JsonTokenType.String && TimeSpan.TryParse(reader.GetString(), out var span) && span >= TimeSpan.Zero ? span : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
    }
}
