using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfkGitHubApp.Adapters.GitHub;

// Tolerant records: only what is used, everything that GitHub may leave out or null is nullable, words stay words. What its description
// (https://github.com/github/rest-api-description) promises and a decision rests on is required: an answer without it is not an answer.
internal sealed record NoBody;

internal sealed record PullRequestDto([property: JsonRequired] int Number, [property: JsonRequired] string State, DateTimeOffset? MergedAt, string? HtmlUrl, PullRequestBaseDto? Base)
{
    public DateTimeOffset? CreatedAt { get; init; }
}

internal sealed record PullRequestBaseDto(string? Ref);

internal sealed record MergeBody(string Sha, string? MergeMethod);

internal sealed record MergeAnswerDto([property: JsonRequired] string Status, MergeDetailsDto? Details);

internal sealed record MergeDetailsDto(string? Message, string? Uuid);

internal sealed record OpenPullRequestBody(string Title, string Head, string Base, string Body);

internal sealed record AccessTokenDto([property: JsonRequired] string Token, [property: JsonRequired] DateTimeOffset ExpiresAt);

internal sealed record AppDto([property: JsonRequired] long Id, [property: JsonRequired] string Slug);

internal sealed record HookDeliveryDto([property: JsonRequired] long Id, [property: JsonRequired] DateTimeOffset DeliveredAt, [property: JsonRequired] int StatusCode, string? Status, string? Event);

internal sealed record DeliveryAttemptDto([property: JsonRequired] long Id, [property: JsonRequired] string Guid, [property: JsonRequired] DateTimeOffset DeliveredAt, int? StatusCode, string? Event, long? RepositoryId);

internal sealed record UserDto([property: JsonRequired] long Id, string? Login, string? Type);

internal sealed record InstallationDto([property: JsonRequired] long Id, DateTimeOffset? SuspendedAt);

internal sealed record RepositoryDto([property: JsonRequired] long Id, [property: JsonRequired] string FullName, string? DefaultBranch, bool Archived);

internal sealed record AppRegistrationDto([property: JsonRequired] string Slug, [property: JsonRequired] IReadOnlyDictionary<string, string?> Permissions, IReadOnlyList<string?>? Events, string? HtmlUrl);

internal sealed record InstallationConditionDto([property: JsonRequired] long Id, [property: JsonRequired] IReadOnlyDictionary<string, string?> Permissions, DateTimeOffset? SuspendedAt, UserDto? Account, string? HtmlUrl);

/// <summary>Nothing of it is required by GitHub's description, and an App without a webhook has no address; the content type has a default and tells the answer from another.</summary>
internal sealed record HookConfigDto(string? Url, [property: JsonRequired] string? ContentType, string? Secret, JsonElement? InsecureSsl);

internal sealed record RepositoryConditionDto([property: JsonRequired] long Id, [property: JsonRequired] string FullName, [property: JsonRequired] string DefaultBranch, bool Archived, bool Disabled, bool? HasIssues);

internal sealed record WorkflowDto([property: JsonRequired] string State);

internal sealed record FileDto([property: JsonRequired] string Content, string? Encoding);

internal sealed record BranchConditionDto([property: JsonRequired] CommitRefDto Commit, BranchProtectionDto? Protection);

internal sealed record BranchProtectionDto(bool Enabled, ClassicChecksDto? RequiredStatusChecks);

internal sealed record RepositoryLabelDto([property: JsonRequired] string Name);

internal sealed record ActionsPermissionsDto([property: JsonRequired] bool Enabled);

[JsonConverter(typeof(LabelConverter))]
internal sealed record LabelDto(string? Name);

internal sealed record IssueDto([property: JsonRequired] long Id, [property: JsonRequired] int Number, string? Title, string? State, IReadOnlyList<LabelDto?>? Labels, object? PullRequest, RepositoryDto? Repository, string? RepositoryUrl, int? Comments, DependenciesDto? IssueDependenciesSummary);

internal sealed record DependenciesDto(int? TotalBlockedBy);

internal sealed record CommentDto([property: JsonRequired] long Id, string? Body, UserDto? User);

internal sealed record IssueCommentDto([property: JsonRequired] long Id, [property: JsonRequired] string NodeId, [property: JsonRequired] string HtmlUrl, [property: JsonRequired] string IssueUrl, [property: JsonRequired] DateTimeOffset CreatedAt, [property: JsonRequired] DateTimeOffset UpdatedAt, string? Body, UserDto? User, ReactionsDto? Reactions);

internal sealed record ReactionsDto([property: JsonPropertyName("+1")] int PlusOne, int Confused);

internal sealed record PermissionDto([property: JsonRequired] string Permission, string? RoleName, UserDto? User);

internal sealed record BranchDto([property: JsonRequired] CommitRefDto Commit, ProtectionDto? Protection);

internal sealed record ProtectionDto(ClassicChecksDto? RequiredStatusChecks);

internal sealed record ClassicChecksDto(IReadOnlyList<string?>? Contexts);

internal sealed record CommitRefDto([property: JsonRequired] string Sha);

internal sealed record CompareDto([property: JsonRequired] IReadOnlyList<CompareCommitDto> Commits);

internal sealed record CompareCommitDto([property: JsonRequired] string Sha, CommitMessageDto? Commit);

internal sealed record CommitMessageDto(string? Message);

internal sealed record RuleDto([property: JsonRequired] string Type, RuleParametersDto? Parameters);

internal sealed record RuleParametersDto(IReadOnlyList<RequiredCheckDto?>? RequiredStatusChecks);

internal sealed record RequiredCheckDto(string? Context);

internal sealed record SuitesDto([property: JsonRequired] IReadOnlyList<SuiteDto> CheckSuites);

internal sealed record SuiteDto([property: JsonRequired] long Id, string? Status, string? Conclusion, CheckAppDto? App, int? LatestCheckRunsCount, DateTimeOffset? CreatedAt);

internal sealed record CheckAppDto([property: JsonRequired] long Id, string? Slug);

internal sealed record CheckRunsDto([property: JsonRequired] IReadOnlyList<CheckRunDto> CheckRuns);

internal sealed record CheckRunDto([property: JsonRequired] long Id, string? Name, string? Status, string? Conclusion, DateTimeOffset? StartedAt, string? HtmlUrl, CheckAppDto? App, SuiteRefDto? CheckSuite);

internal sealed record SuiteRefDto([property: JsonRequired] long Id);

internal sealed record CombinedStatusDto([property: JsonRequired] IReadOnlyList<StatusDto> Statuses);

internal sealed record StatusDto([property: JsonRequired] long Id, string? Context, string? State, string? TargetUrl);

internal sealed record WorkflowRunsDto([property: JsonRequired] IReadOnlyList<WorkflowRunDto> WorkflowRuns);

internal sealed record WorkflowRunDto([property: JsonRequired] long Id, [property: JsonRequired] long WorkflowId, string? Name, string? DisplayTitle, string? Path, string? Event, string? Status, string? Conclusion, long? CheckSuiteId, string? HtmlUrl, DateTimeOffset? CreatedAt, int? RunAttempt);

internal sealed record JobsDto([property: JsonRequired] IReadOnlyList<JobDto> Jobs);

internal sealed record JobDto([property: JsonRequired] long Id, string? Conclusion, IReadOnlyList<StepDto?>? Steps, string? Name);

internal sealed record AnnotationDto([property: JsonRequired] string? Title, string? Message);

internal sealed record StepDto(string? Name, string? Conclusion);

internal sealed record OneCommitDto([property: JsonRequired] string Sha, CommitMessageDto? Commit, UserLoginDto? Author, UserLoginDto? Committer);

internal sealed record UserLoginDto(string? Login);

internal sealed record DispatchBody(string Ref, IReadOnlyDictionary<string, string> Inputs);

internal sealed record DispatchAnswerDto([property: JsonRequired] long WorkflowRunId, string? HtmlUrl);

internal sealed record LabelsBody(IReadOnlyList<string> Labels);

internal sealed record LabelBody(string Name, string Color, string Description);

internal sealed record CommentBody(string Body);

internal sealed record ReactionBody(string Content);

internal sealed record IssueStateBody(string State, string StateReason);

/// <summary>A GraphQL request.</summary>
public sealed record GraphQlRequest<TVariables>(string Query, TVariables Variables);

internal sealed record GraphQlAnswer<TData>(TData? Data, IReadOnlyList<GraphQlError?>? Errors, string? Message);

internal sealed record GraphQlError(string? Type, string? Message)
{
    /// <summary>Names and indices on the way to the field that it is about.</summary>
    public IReadOnlyList<JsonElement>? Path { get; init; }
}

internal sealed record IssueSituationVariables(string Owner, string Name, int Number, string? Branch, string? Commit);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NoBody))]
[JsonSerializable(typeof(PullRequestDto))]
[JsonSerializable(typeof(List<PullRequestDto>))]
[JsonSerializable(typeof(OpenPullRequestBody))]
[JsonSerializable(typeof(MergeBody))]
[JsonSerializable(typeof(MergeAnswerDto))]
[JsonSerializable(typeof(AccessTokenDto))]
[JsonSerializable(typeof(AppDto))]
[JsonSerializable(typeof(UserDto))]
[JsonSerializable(typeof(InstallationDto))]
[JsonSerializable(typeof(List<InstallationDto>))]
[JsonSerializable(typeof(RepositoryDto))]
[JsonSerializable(typeof(AppRegistrationDto))]
[JsonSerializable(typeof(InstallationConditionDto))]
[JsonSerializable(typeof(HookConfigDto))]
[JsonSerializable(typeof(List<HookDeliveryDto>))]
[JsonSerializable(typeof(RepositoryConditionDto))]
[JsonSerializable(typeof(WorkflowDto))]
[JsonSerializable(typeof(FileDto))]
[JsonSerializable(typeof(BranchConditionDto))]
[JsonSerializable(typeof(ActionsPermissionsDto))]
[JsonSerializable(typeof(List<RepositoryLabelDto>))]
[JsonSerializable(typeof(List<IssueDto>))]
[JsonSerializable(typeof(List<CommentDto>))]
[JsonSerializable(typeof(List<IssueCommentDto>))]
[JsonSerializable(typeof(ReactionBody))]
[JsonSerializable(typeof(CommentDto))]
[JsonSerializable(typeof(PermissionDto))]
[JsonSerializable(typeof(BranchDto))]
[JsonSerializable(typeof(CompareDto))]
[JsonSerializable(typeof(List<RuleDto>))]
[JsonSerializable(typeof(SuitesDto))]
[JsonSerializable(typeof(CheckRunsDto))]
[JsonSerializable(typeof(CombinedStatusDto))]
[JsonSerializable(typeof(WorkflowRunsDto))]
[JsonSerializable(typeof(WorkflowRunDto))]
[JsonSerializable(typeof(JobsDto))]
[JsonSerializable(typeof(List<AnnotationDto>))]
[JsonSerializable(typeof(OneCommitDto))]
[JsonSerializable(typeof(DispatchBody))]
[JsonSerializable(typeof(DispatchAnswerDto))]
[JsonSerializable(typeof(LabelsBody))]
[JsonSerializable(typeof(LabelBody))]
[JsonSerializable(typeof(CommentBody))]
[JsonSerializable(typeof(IssueStateBody))]
[JsonSerializable(typeof(GraphQlRequest<IssueSituationVariables>))]
[JsonSerializable(typeof(GraphQlAnswer<IssueSituationData>))]
[JsonSerializable(typeof(GraphQlRequest<IReadOnlyDictionary<string, JsonElement>>))]
[JsonSerializable(typeof(GraphQlAnswer<Dictionary<string, ReferencedRepositoryNode?>>))]
[JsonSerializable(typeof(GraphQlAnswer<BroughtData>))]
[JsonSerializable(typeof(GraphQlRequest<PlaceVariables>))]
[JsonSerializable(typeof(GraphQlAnswer<EnvironmentsData>))]
[JsonSerializable(typeof(GraphQlRequest<MergeVariables>))]
[JsonSerializable(typeof(GraphQlAnswer<MergeData>))]
[JsonSerializable(typeof(GraphQlAnswer<ConditionData>))]
[JsonSerializable(typeof(GraphQlAnswer<DeploymentData>))]
[JsonSerializable(typeof(Nodes<DeploymentNode>))]
[JsonSerializable(typeof(GraphQlRequest<ConfigVariables>))]
[JsonSerializable(typeof(GraphQlAnswer<ConfigData>))]
[JsonSerializable(typeof(List<DeliveryAttemptDto>))]
internal sealed partial class GitHubJson : JsonSerializerContext;

/// <summary>A label is an object, or by GitHub's description of issues the bare name.</summary>
internal sealed class LabelConverter : JsonConverter<LabelDto>
{
    public override LabelDto? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            return new(reader.GetString());
        }

        using var label = JsonDocument.ParseValue(ref reader);
        return label.RootElement.ValueKind is JsonValueKind.Object && label.RootElement.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String
            ? new(name.GetString())
            : new(Name: null);
    }

    public override void Write(Utf8JsonWriter writer, LabelDto value, JsonSerializerOptions options) => throw new NotSupportedException("Labels are sent by name.");
}
