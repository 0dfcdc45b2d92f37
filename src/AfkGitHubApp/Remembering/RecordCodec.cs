using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Remembering;

/// <summary>A record as text. A text of a newer schema is not read: a newer replica wrote it, and this one leaves it alone.</summary>
public static class RecordCodec
{
    /// <summary>The record as JSON.</summary>
    public static string Write(RepositoryRecord record) => JsonSerializer.Serialize(record, RecordJson.Default.RepositoryRecord);

    /// <summary>The record of this text.</summary>
    /// <param name="text">What <see cref="Write"/> gave, of any build.</param>
    /// <param name="newer">Set when a newer build wrote it; then null is returned.</param>
    /// <exception cref="JsonException">The text is damaged.</exception>
    public static RepositoryRecord? Read(string text, out bool newer)
    {
        using (var document = JsonDocument.Parse(text))
        {
            newer = document.RootElement.TryGetProperty(nameof(RepositoryRecord.Schema), out var schema) && schema.GetInt32() > RepositoryRecord.CurrentSchema;
        }

        return newer ? null : JsonSerializer.Deserialize(text, RecordJson.Default.RepositoryRecord);
    }
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(RepositoryRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
