using System.Text.Json;
using System.Text.Json.Serialization;
using Octokit.Webhooks.Models;

namespace Octokit.Webhooks;

/// <summary>What every event carries; other root fields land in <see cref="AdditionalProperties"/>.</summary>
public abstract record WebhookEvent
{
    [JsonPropertyName("action")]
    public virtual string? Action { get; init; }

    [JsonPropertyName("repository")]
    public Repository? Repository { get; init; }

    [JsonPropertyName("installation")]
    public InstallationLite? Installation { get; init; }

    [JsonPropertyName("organization")]
    public Organization? Organization { get; init; }

    [JsonPropertyName("sender")]
    public User? Sender { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; set; }
}

/// <summary>An action as a value that compares; it converts to the word on the wire.</summary>
public abstract record WebhookEventAction
{
    private readonly string value;

    private protected WebhookEventAction(string value) => this.value = value;

    public static implicit operator string(WebhookEventAction action) => action.value;
}

/// <summary>Stands for each event whose own record is left out here.</summary>
internal sealed record UnmodelledEvent : WebhookEvent;
