using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Adapters.Doorbells;

/// <summary>
/// A post that its receiver can verify, by the Standard Webhooks specification: id, time and body are signed together. The id is the same at
/// every attempt, the time is the attempt's.
/// </summary>
internal sealed class WebhookDoorbell(DoorbellSettings settings, DoorbellPost post, TimeProvider time) : IDoorbell
{
    /// <inheritdoc/>
    public string Name => settings.Name;

    /// <inheritdoc/>
    public string Description => $"webhook, {settings.Address.Host}";

    /// <inheritdoc/>
    public Task RingAsync(Notification notification, CancellationToken cancellationToken) => post.SendAsync(
        settings.Address,
        new JsonObject
        {
            ["type"] = $"afk.{notification.Kind.Replace('-', '_')}",
            ["data"] = new JsonObject
            {
                ["id"] = notification.DoorbellId,
                ["kind"] = notification.Kind,
                ["title"] = notification.Title,
                ["body"] = notification.Body,
                ["priority"] = notification.Priority is NotificationPriority.High ? "high" : "low",
                ["url"] = notification.Url,
            },
        },
        (headers, body) =>
        {
            var now = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            headers.Add("webhook-id", notification.DoorbellId);
            headers.Add("webhook-timestamp", now);
            headers.Add("webhook-signature", Sign(settings.Secret, notification.DoorbellId, now, body));
        },
        cancellationToken);

    /// <summary>The signature as its header gives it.</summary>
    internal static string Sign(ImmutableArray<byte> secret, string id, string timestamp, string body) =>
        $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret.AsSpan(), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")))}";
}
