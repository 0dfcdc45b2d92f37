using System.Text.Json.Serialization;

namespace Octokit.Webhooks.Models;

/// <summary>The licence that GitHub found in a repository.</summary>
public sealed record License
{
    [JsonPropertyName("key")]
    public required string Key { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("spdx_id")]
    public required string SpdxId { get; init; }

    [JsonPropertyName("url")]
    public string? Url { get; init; }

    [JsonPropertyName("node_id")]
    public required string NodeId { get; init; }
}
