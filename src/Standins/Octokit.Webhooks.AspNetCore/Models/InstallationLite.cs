using System.Text.Json.Serialization;

namespace Octokit.Webhooks.Models;

/// <summary>The installation that a delivery belongs to. A required field must be there, though it may be null.</summary>
public sealed record InstallationLite
{
    [JsonPropertyName("id")]
    public long Id { get; init; }

    [JsonPropertyName("node_id")]
    public required string NodeId { get; init; }
}
