using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Acting;

/// <summary>The result of a dispatch as the journal keeps it.</summary>
internal static class DispatchRecord
{
    public static string Write(DispatchAnswer answer) => JsonSerializer.Serialize(answer, DispatchJson.Default.DispatchAnswer);

    public static DispatchAnswer Read(string text) =>
        JsonSerializer.Deserialize(text, DispatchJson.Default.DispatchAnswer) ?? throw new JsonException("An empty dispatch result was kept.");
}

[JsonSerializable(typeof(DispatchAnswer))]
internal sealed partial class DispatchJson : JsonSerializerContext;
