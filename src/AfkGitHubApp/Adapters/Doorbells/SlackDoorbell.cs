using System.Text.Json.Nodes;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Adapters.Doorbells;

/// <summary>A channel of Slack by an incoming webhook, whose address is its only credential.</summary>
internal sealed class SlackDoorbell(DoorbellSettings settings, DoorbellPost post) : IDoorbell
{
    /// <inheritdoc/>
    public string Name => settings.Name;

    /// <inheritdoc/>
    public string Description => $"Slack, {settings.Address.Host}";

    /// <inheritdoc/>
    public Task RingAsync(Notification notification, CancellationToken cancellationToken) => post.SendAsync(
        settings.Address,
        new JsonObject { ["text"] = SlackText.Of(notification), ["unfurl_links"] = false, ["unfurl_media"] = false },
        sign: null,
        cancellationToken);
}
