using System.Text.Json;

namespace Octokit.Webhooks;

/// <summary>Reads a body as the event that its header names.</summary>
internal static class EventReader
{
    /// <returns>The event; null when the body is the JSON word null.</returns>
    internal static WebhookEvent Read(string? name, ReadOnlySpan<byte> body)
    {
        if (string.IsNullOrWhiteSpace(name) || !KnownEvents.TryGetActions(name, out var actions))
        {
            throw new JsonException($"Unable to deserialize event: '{name}'");
        }

        var webhookEvent = JsonSerializer.Deserialize<UnmodelledEvent>(body);
        if (webhookEvent is null || actions.Count == 0)
        {
            return webhookEvent!;
        }

        // A repository_dispatch is named by whoever sends it.
        return webhookEvent.Action is { } action && (actions.Contains(action) || name == "repository_dispatch")
            ? webhookEvent
            : throw new JsonException($"The action '{webhookEvent.Action}' of '{name}' is unknown.");
    }
}
