using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Adapters.Doorbells;

/// <summary>A topic of an ntfy server.</summary>
internal sealed class NtfyDoorbell(DoorbellSettings settings, DoorbellPost post) : IDoorbell
{
    /// <summary>ntfy makes an attachment of a message beyond 4,096 bytes, which many servers refuse.</summary>
    private const int MostBytes = 4_000;

    /// <summary>ntfy's default is 3; 2 makes no sound, 4 a longer one.</summary>
    private const int Quiet = 2;

    private const int Loud = 4;

    /// <inheritdoc/>
    public string Name => settings.Name;

    /// <inheritdoc/>
    public string Description => $"ntfy, {settings.Address.Host}";

    /// <inheritdoc/>
    public Task RingAsync(Notification notification, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["topic"] = settings.Topic,
            ["title"] = notification.Title,
            ["message"] = Markdown.BoundUtf8(notification.Body.TrimEnd(), MostBytes),
            ["priority"] = notification.Priority is NotificationPriority.High ? Loud : Quiet,
            ["markdown"] = true,
        };
        if (notification.Url is { } url)
        {
            body["click"] = url;
        }

        return post.SendAsync(settings.Address, body, (headers, _) => headers.Authorization = Authorization(), cancellationToken);
    }

    private AuthenticationHeaderValue? Authorization() => settings switch
    {
        { Token.Length: > 0 } => new("Bearer", settings.Token),
        { User.Length: > 0 } => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.User}:{settings.Password}"))),
        _ => null,
    };
}
