using System.IO.Compression;
using System.Text.Json.Nodes;

namespace AfkGitHubApp.Tests.Intake;

/// <summary>GitHub's own example deliveries, of all events; eng/refresh-webhook-examples.sh makes the file.</summary>
internal static class Examples
{
    public static IReadOnlyList<(string Event, JsonObject Payload)> All { get; } = Load();

    /// <summary>The payload as the App would get it: most examples are those of a repository's own webhook and name no installation.</summary>
    public static JsonObject Installed(JsonObject payload)
    {
        var installed = payload.DeepClone().AsObject();
        installed["installation"] ??= new JsonObject { ["id"] = 7L };
        return installed;
    }

    private static IReadOnlyList<(string Event, JsonObject Payload)> Load()
    {
        using var file = typeof(Examples).Assembly.GetManifestResourceStream("webhook-examples.json.gz") ?? throw new InvalidOperationException("The examples are not embedded.");
        using var text = new GZipStream(file, CompressionMode.Decompress);
        return [.. JsonNode.Parse(text)!.AsArray().Select(example => ((string)example!["event"]!, example["payload"]!.AsObject()))];
    }
}
