using System.Text.Json;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>
/// GitHub's published schemas of the webhooks that we get: Octokit's, and those of the REST description, which know newer events.
/// eng/refresh-openapi.mjs makes the file.
/// </summary>
internal static class WebhookDescription
{
    private static readonly JsonElement Root = PublishedFile.Read("github-webhooks.json.gz");
    private static readonly ShapeBook Book = new(reference => Root.GetProperty("definitions").GetProperty(reference["#/definitions/".Length..]));

    public static string Source => Root.GetProperty("source").GetString()!;

    public static IReadOnlyList<string> Names => [.. Root.GetProperty("definitions").EnumerateObject().Select(definition => definition.Name)];

    public static Shape Of(string name) => Book.Named($"#/definitions/{name}");

    /// <summary>Where a payload is not what the event's schemas say. The newest events are in the REST description alone.</summary>
    public static IReadOnlyList<string> Problems(string name, ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        var action = document.RootElement.TryGetProperty("action", out var word) ? word.GetString() : null;
        var own = $"{name}${action ?? "event"}";
        var inRest = (action is null ? $"webhook-{name}" : $"webhook-{name}-{action}").Replace('_', '-');
        var problems = RestDescription.Published.Schema(inRest)?.Problems(document.RootElement) ?? [$": the description has no {inRest}"];
        return Root.GetProperty("definitions").TryGetProperty(own, out _) ? [.. problems, .. Of(own).Problems(document.RootElement)] : problems;
    }
}
