using Microsoft.Extensions.Primitives;

namespace Octokit.Webhooks;

/// <summary>The headers of a delivery. <see cref="Parse"/> gives empty text, not null, for an absent one.</summary>
public sealed class WebhookHeaders
{
    public string? UserAgent { get; init; }

    public string? Delivery { get; init; }

    public string? Event { get; init; }

    public string? HookId { get; init; }

    public string? HookInstallationTargetId { get; init; }

    public string? HookInstallationTargetType { get; init; }

    public string? Signature256 { get; init; }

    /// <summary>Looks names up with the dictionary's own comparer.</summary>
    public static WebhookHeaders Parse(IDictionary<string, StringValues> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        string Value(string name) => headers.TryGetValue(name, out var values) ? values.ToString() : "";

        return new WebhookHeaders
        {
            UserAgent = Value("User-Agent"),
            Delivery = Value("X-GitHub-Delivery"),
            Event = Value("X-GitHub-Event"),
            HookId = Value("X-GitHub-Hook-ID"),
            HookInstallationTargetId = Value("X-GitHub-Hook-Installation-Target-ID"),
            HookInstallationTargetType = Value("X-GitHub-Hook-Installation-Target-Type"),
            Signature256 = Value("X-Hub-Signature-256"),
        };
    }
}
