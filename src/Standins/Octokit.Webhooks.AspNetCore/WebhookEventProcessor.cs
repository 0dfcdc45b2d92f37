using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Octokit.Webhooks;

/// <summary>
/// Takes a delivery apart. The endpoint hands over bytes; when a descendant overrides a method that takes the body as
/// text, the bytes go there instead.
/// </summary>
public abstract class WebhookEventProcessor
{
    private static readonly ConcurrentDictionary<Type, bool> ReadsText = new();

    protected WebhookEventProcessor()
    {
    }

    /// <exception cref="ArgumentException">The X-GitHub-Event header is missing or blank.</exception>
    /// <exception cref="JsonException">The event or its action is unknown, or the body does not fit.</exception>
    public virtual ValueTask ProcessWebhookAsync(IDictionary<string, StringValues> headers, string body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        var parsed = ParseNamed(headers);
        return ProcessWebhookAsync(parsed, DeserializeWebhookEvent(parsed, body), cancellationToken);
    }

    /// <summary>The place where the real package calls its handler for each event; none of them is here.</summary>
    public virtual ValueTask ProcessWebhookAsync(WebhookHeaders headers, WebhookEvent webhookEvent, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    public virtual WebhookEvent DeserializeWebhookEvent(WebhookHeaders headers, string body)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(body);
        return EventReader.Read(headers.Event, Encoding.UTF8.GetBytes(body));
    }

    public ValueTask ProcessWebhookAsync(IDictionary<string, StringValues> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var parsed = ParseNamed(headers);
        return ReadsText.GetOrAdd(GetType(), OverridesTextMethod)
            ? ProcessWebhookAsync(headers, Encoding.UTF8.GetString(body.Span), cancellationToken)
            : ProcessWebhookAsync(parsed, EventReader.Read(parsed.Event, body.Span), cancellationToken);
    }

    private static WebhookHeaders ParseNamed(IDictionary<string, StringValues> headers)
    {
        var parsed = WebhookHeaders.Parse(headers);
        return string.IsNullOrWhiteSpace(parsed.Event)
            ? throw new ArgumentException("X-GitHub-Event header is missing or empty.", nameof(headers))
            : parsed;
    }

    private static bool OverridesTextMethod(Type type)
    {
        bool Overrides(string name, params Type[] parameters) => type.GetMethod(name, parameters)!.DeclaringType != typeof(WebhookEventProcessor);

        return Overrides(nameof(ProcessWebhookAsync), typeof(IDictionary<string, StringValues>), typeof(string), typeof(CancellationToken))
            || Overrides(nameof(DeserializeWebhookEvent), typeof(WebhookHeaders), typeof(string));
    }
}
