using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfkGitHubApp.Adapters.Agents.T3Code;

// Tolerant records: only what is used, words stay words. What a decision rests on is required, although it may be null: an answer of
// another shape (a later version's) is then no answer, and never a thread without a turn.
internal sealed record EnvironmentDto([property: JsonRequired] string EnvironmentId, [property: JsonRequired] string ServerVersion);

internal sealed record AuthSessionDto([property: JsonRequired] bool Authenticated, IReadOnlyList<string?>? Scopes, DateTimeOffset? ExpiresAt);

internal sealed record ShellDto([property: JsonRequired] IReadOnlyList<ProjectDto> Projects, [property: JsonRequired] IReadOnlyList<ThreadDto> Threads);

internal sealed record ProjectDto([property: JsonRequired] string Id, [property: JsonRequired] string WorkspaceRoot);

internal sealed record ThreadDetailDto([property: JsonRequired] ThreadDto Thread);

internal sealed record ThreadDto([property: JsonRequired] string Id, [property: JsonRequired] TurnDto? LatestTurn, [property: JsonRequired] SessionDto? Session)
{
    public bool? HasPendingApprovals { get; init; }

    public bool? HasPendingUserInput { get; init; }

    /// <summary><c>working</c> while agents that the turn started are still at it.</summary>
    public JsonElement? BackgroundLiveness { get; init; }

    public DateTimeOffset? LatestUserMessageAt { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    public IReadOnlyList<MessageDto?>? Messages { get; init; }

    public IReadOnlyList<ActivityDto?>? Activities { get; init; }
}

internal sealed record TurnDto([property: JsonRequired] string TurnId, [property: JsonRequired] string State, [property: JsonRequired] DateTimeOffset RequestedAt);

internal sealed record SessionDto([property: JsonRequired] string Status, [property: JsonRequired] DateTimeOffset UpdatedAt, string? LastError);

internal sealed record MessageDto([property: JsonRequired] string Id, [property: JsonRequired] string Role, string? Text, [property: JsonRequired] DateTimeOffset CreatedAt);

internal sealed record ActivityDto(string? Kind, JsonElement? Payload, DateTimeOffset? CreatedAt);

internal sealed record SequenceDto([property: JsonRequired] long Sequence);

internal sealed record ErrorDto([property: JsonPropertyName("_tag")] string? Tag, string? Reason, string? RequiredScope);

/// <summary>A command; the body is the command itself. What a type does not have is left out.</summary>
internal sealed record CommandDto(string Type, string CommandId)
{
    public string? ProjectId { get; init; }

    public string? ThreadId { get; init; }

    public string? TurnId { get; init; }

    public string? Title { get; init; }

    public string? WorkspaceRoot { get; init; }

    public ModelSelectionDto? ModelSelection { get; init; }

    public UserMessageDto? Message { get; init; }

    public string? RuntimeMode { get; init; }

    public string? InteractionMode { get; init; }

    /// <summary>Required of most types; the server puts its own clock in its place.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

internal sealed record ThreadCreateDto(
    string Type,
    string CommandId,
    string ThreadId,
    string ProjectId,
    string Title,
    ModelSelectionDto ModelSelection,
    string RuntimeMode,
    string InteractionMode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Branch,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? WorktreePath,
    DateTimeOffset CreatedAt);

internal sealed record ModelSelectionDto(string InstanceId, string Model);

internal sealed record UserMessageDto(string MessageId, string Role, string Text, IReadOnlyList<string> Attachments);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EnvironmentDto))]
[JsonSerializable(typeof(AuthSessionDto))]
[JsonSerializable(typeof(ShellDto))]
[JsonSerializable(typeof(ThreadDetailDto))]
[JsonSerializable(typeof(SequenceDto))]
[JsonSerializable(typeof(ErrorDto))]
[JsonSerializable(typeof(CommandDto))]
[JsonSerializable(typeof(ThreadCreateDto))]
internal sealed partial class T3Json : JsonSerializerContext;
