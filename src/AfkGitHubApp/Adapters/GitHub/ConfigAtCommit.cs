using System.Text.Json.Serialization;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// The queries for the settings file. The file is asked of the commit, so that both are of one moment: REST would need a request for the
/// head and another one for the file, and a push between the two would pair them wrongly.
/// </summary>
internal static class ConfigAtCommit
{
    public const string Head = "HEAD";

    private const string File = """
        oid
                url
                file(path: $path) { object { __typename ... on Blob { byteSize isBinary isTruncated text } } }
        """;

    public const string Query = $$"""
        query ConfigAtCommit($owner: String!, $name: String!, $revision: String!, $path: String!) {
          repository(owner: $owner, name: $name) {
            databaseId
            object(expression: $revision) {
              ... on Commit {
                {{File}}
              }
            }
          }
        }
        """;

    public const string VersionsQuery = $$"""
        query ConfigVersions($owner: String!, $name: String!, $revision: String!, $path: String!) {
          repository(owner: $owner, name: $name) {
            databaseId
            object(expression: $revision) {
              ... on Commit {
                {{File}}
                history(first: 10, path: $path) {
                  nodes {
                    {{File}}
                  }
                }
              }
            }
          }
        }
        """;

    public static ConfigFile? Read(ConfigCommitNode? commit) => commit is not { Oid: { } sha }
        ? null
        : commit.File switch
        {
            null => new(sha) { CommitUrl = commit.Url },
            { Object: { Typename: "Blob", ByteSize: { } bytes } blob } => new(sha) { CommitUrl = commit.Url, Bytes = bytes, Text = blob is { IsBinary: not true, IsTruncated: not true } ? blob.Text : null },

            // A folder, a submodule or something new stands under this name: it is there, and it is no text.
            _ => new(sha) { CommitUrl = commit.Url, Bytes = 0 },
        };
}

internal sealed record ConfigVariables(
    [property: JsonPropertyName("owner")] string Owner,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("revision")] string Revision,
    [property: JsonPropertyName("path")] string Path);

internal sealed record ConfigData([property: JsonPropertyName("repository")] ConfigRepositoryNode? Repository);

internal sealed record ConfigRepositoryNode([property: JsonPropertyName("databaseId"), JsonRequired] long DatabaseId, [property: JsonPropertyName("object")] ConfigCommitNode? Object);

internal sealed record ConfigCommitNode(
    [property: JsonPropertyName("oid")] string? Oid,
    [property: JsonPropertyName("url")] string? Url,
    [property: JsonPropertyName("file")] ConfigEntryNode? File,
    [property: JsonPropertyName("history")] Nodes<ConfigCommitNode>? History);

internal sealed record ConfigEntryNode([property: JsonPropertyName("object")] ConfigBlobNode? Object);

internal sealed record ConfigBlobNode(
    [property: JsonPropertyName("__typename")] string? Typename,
    [property: JsonPropertyName("byteSize")] long? ByteSize,
    [property: JsonPropertyName("isBinary")] bool? IsBinary,
    [property: JsonPropertyName("isTruncated")] bool? IsTruncated,
    [property: JsonPropertyName("text")] string? Text);
