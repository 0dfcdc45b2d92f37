using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Remembering;

/// <summary>A record as text. A text of a newer schema is not read: a newer replica wrote it, and this one leaves it alone.</summary>
public static class RecordCodec
{
    // By reflection: generated readers set every init-only property, and so replace the initial value of a field that the text of an older build lacks.
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The record as JSON.</summary>
    public static string Write(RepositoryRecord record) => JsonSerializer.Serialize(record, Options);

    /// <summary>The record of this text.</summary>
    /// <param name="text">What <see cref="Write"/> gave, of any build.</param>
    /// <param name="newer">Set when a newer build wrote it; then null is returned.</param>
    /// <exception cref="JsonException">The text is damaged.</exception>
    public static RepositoryRecord? Read(string text, out bool newer)
    {
        using (var document = JsonDocument.Parse(text))
        {
            newer = document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty(nameof(RepositoryRecord.Schema), out var schema)
                && schema is { ValueKind: JsonValueKind.Number }
                && schema.TryGetInt64(out var number)
                && number > RepositoryRecord.CurrentSchema;
        }

        return newer ? null : JsonSerializer.Deserialize<RepositoryRecord>(text, Options) ?? throw new JsonException("A record is expected, not null.");
    }
}
