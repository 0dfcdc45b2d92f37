namespace Octokit.Webhooks.AspNetCore;

/// <summary>Settings of the webhook endpoint.</summary>
public record GitHubWebhookOptions
{
    /// <summary>The webhook secret; read once, at the first request. Null or empty lets unsigned deliveries through.</summary>
    public string? Secret { get; set; }
}
