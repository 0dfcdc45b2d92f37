namespace AfkGitHubApp.Simulator.Webhooks;

/// <summary>
/// One attempt to deliver one event, ready to be posted: <paramref name="Body"/> is signed as it is. <paramref name="Id"/> numbers the attempt;
/// <paramref name="EventGuid"/> is the event's own id, the same on every attempt (header <c>X-GitHub-Delivery</c>).
/// <paramref name="Headers"/> are all headers but the content type, which is <c>application/json</c>.
/// </summary>
public sealed record WebhookDelivery(long Id, string EventGuid, string Event, string? Action, long? RepositoryId, long? InstallationId, DateTimeOffset CreatedAt, bool Redelivery, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);
}

/// <summary>Where deliveries go. Called under the world's lock: it must return at once.</summary>
public interface IWebhookSink
{
    /// <summary>Takes one delivery.</summary>
    void Accept(WebhookDelivery delivery);
}
