using System.Text.Json.Serialization;

namespace AfkGitHubApp.Adapters.GitHub;

// Tolerant records: only what is used, everything that GitHub may leave out or null is nullable, words stay words.
internal sealed record NoBody;

internal sealed record PullRequestDto(int Number, string? State, DateTimeOffset? MergedAt, string? HtmlUrl);

internal sealed record OpenPullRequestBody(string Title, string Head, string Base, string Body);

internal sealed record AccessTokenDto(string Token, DateTimeOffset ExpiresAt);

internal sealed record AppDto(long Id, string Slug);

internal sealed record UserDto(long Id, string? Login, string? Type);

internal sealed record InstallationDto(long Id);

internal sealed record RepositoryDto(long Id, string FullName, string? DefaultBranch, bool Archived);

internal sealed record LabelDto(string? Name);

internal sealed record IssueDto(long Id, int Number, string? Title, string? State, IReadOnlyList<LabelDto>? Labels, object? PullRequest, RepositoryDto? Repository, string? RepositoryUrl);

internal sealed record CommentDto(long Id, string? Body, UserDto? User);

internal sealed record PermissionDto(string? Permission, string? RoleName, UserDto? User);

internal sealed record BranchDto(CommitRefDto? Commit);

internal sealed record CommitRefDto(string Sha);

internal sealed record CompareDto(IReadOnlyList<CompareCommitDto>? Commits, int TotalCommits);

internal sealed record CompareCommitDto(string Sha, CommitMessageDto? Commit);

internal sealed record CommitMessageDto(string? Message);

internal sealed record RuleDto(string? Type, RuleParametersDto? Parameters);

internal sealed record RuleParametersDto(IReadOnlyList<RequiredCheckDto>? RequiredStatusChecks);

internal sealed record RequiredCheckDto(string? Context);

internal sealed record SuitesDto(IReadOnlyList<SuiteDto>? CheckSuites);

internal sealed record SuiteDto(long Id, string? Status, string? Conclusion, CheckAppDto? App, int? LatestCheckRunsCount, DateTimeOffset? CreatedAt);

internal sealed record CheckAppDto(long Id, string? Slug);

internal sealed record CheckRunsDto(IReadOnlyList<CheckRunDto>? CheckRuns);

internal sealed record CheckRunDto(long Id, string? Name, string? Status, string? Conclusion, DateTimeOffset? StartedAt, string? HtmlUrl, CheckAppDto? App, SuiteRefDto? CheckSuite);

internal sealed record SuiteRefDto(long Id);

internal sealed record CombinedStatusDto(IReadOnlyList<StatusDto>? Statuses);

internal sealed record StatusDto(long Id, string? Context, string? State, string? TargetUrl);

internal sealed record WorkflowRunsDto(IReadOnlyList<WorkflowRunDto>? WorkflowRuns);

internal sealed record WorkflowRunDto(long Id, long WorkflowId, string? Name, string? DisplayTitle, string? Path, string? Event, string? Status, string? Conclusion, long? CheckSuiteId, string? HtmlUrl);

internal sealed record DispatchBody(string Ref, IReadOnlyDictionary<string, string> Inputs);

internal sealed record DispatchAnswerDto(long WorkflowRunId, string? HtmlUrl);

internal sealed record LabelsBody(IReadOnlyList<string> Labels);

internal sealed record CommentBody(string Body);

internal sealed record CloseBody(string State, string StateReason);

/// <summary>A GraphQL request.</summary>
public sealed record GraphQlRequest<TVariables>(string Query, TVariables Variables);

internal sealed record GraphQlAnswer<TData>(TData? Data, IReadOnlyList<GraphQlError>? Errors);

internal sealed record GraphQlError(string? Type, string? Message);

internal sealed record IssueSituationVariables(string Owner, string Name, int Number, string Branch);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(NoBody))]
[JsonSerializable(typeof(PullRequestDto))]
[JsonSerializable(typeof(List<PullRequestDto>))]
[JsonSerializable(typeof(OpenPullRequestBody))]
[JsonSerializable(typeof(AccessTokenDto))]
[JsonSerializable(typeof(AppDto))]
[JsonSerializable(typeof(UserDto))]
[JsonSerializable(typeof(InstallationDto))]
[JsonSerializable(typeof(RepositoryDto))]
[JsonSerializable(typeof(List<IssueDto>))]
[JsonSerializable(typeof(List<CommentDto>))]
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
[JsonSerializable(typeof(DispatchBody))]
[JsonSerializable(typeof(DispatchAnswerDto))]
[JsonSerializable(typeof(LabelsBody))]
[JsonSerializable(typeof(CommentBody))]
[JsonSerializable(typeof(CloseBody))]
[JsonSerializable(typeof(GraphQlRequest<IssueSituationVariables>))]
[JsonSerializable(typeof(GraphQlAnswer<IssueSituationData>))]
internal sealed partial class GitHubJson : JsonSerializerContext;
