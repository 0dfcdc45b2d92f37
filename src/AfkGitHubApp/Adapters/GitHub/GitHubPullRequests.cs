using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Pull requests on GitHub.</summary>
public sealed class GitHubPullRequests(GitHubConnection gitHub) : IPullRequests
{
    private const int NotReady = 400;
    private const int NotMergeable = 405;

    internal const string ConditionQuery = """
        query Condition($owner: String!, $name: String!, $number: Int!) {
          repository(owner: $owner, name: $name) {
            viewerDefaultMergeMethod
            pullRequest(number: $number) { state isInMergeQueue mergeStateStatus reviewDecision }
          }
        }
        """;

    internal const string MergeQuery = """
        query Merge($owner: String!, $name: String!, $number: Int!) {
          repository(owner: $owner, name: $name) {
            pullRequest(number: $number) { mergeCommit { oid } }
          }
        }
        """;

    /// <inheritdoc/>
    public async Task<PullRequest?> FindAsync(RepositoryKey repository, string headBranch, string baseBranch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var head = Uri.EscapeDataString($"{repository.Owner}:{headBranch}");
        var (found, _) = await gitHub.GetPagesAsync<List<PullRequestDto>, PullRequestDto>(
            CallIdentity.Installation(repository.InstallationId), $"repos/{repository}/pulls?head={head}&state=all&per_page=100", page => page, cancellationToken);
        return found.Where(each => each.Base?.Ref is null || string.Equals(each.Base.Ref, baseBranch, StringComparison.Ordinal)).MaxBy(each => each.Number) is { } newest ? Read(newest) : null;
    }

    /// <inheritdoc/>
    public async Task<PullRequest> OpenAsync(RepositoryKey repository, string headBranch, string baseBranch, string title, string body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var opened = await gitHub.PostAsync<OpenPullRequestBody, PullRequestDto>(
            CallIdentity.Installation(repository.InstallationId), $"repos/{repository}/pulls", new(title, headBranch, baseBranch, body), GitHubJson.Default.OpenPullRequestBody, cancellationToken);
        return Read(opened);
    }

    /// <inheritdoc/>
    public async Task<MergeCondition?> ConditionAsync(RepositoryKey repository, int number, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var data = await gitHub.QueryAsync<MergeVariables, ConditionData>(
            CallIdentity.Installation(repository.InstallationId), ConditionQuery, new(repository.Owner, repository.Name, number), GitHubJson.Default.GraphQlRequestMergeVariables, cancellationToken);
        return data.Repository is { PullRequest: { State: "OPEN" } open } at
            ? new(open.IsInMergeQueue, open.MergeStateStatus ?? "UNKNOWN", open.ReviewDecision, at.ViewerDefaultMergeMethod?.ToLowerInvariant())
            : null;
    }

    /// <inheritdoc/>
    public async Task<MergeAnswer> MergeAsync(RepositoryKey repository, int number, string sha, string? method, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        try
        {
            return Read(await gitHub.PutAsync<MergeBody, MergeAnswerDto>(
                CallIdentity.Installation(repository.InstallationId), $"repos/{repository}/pulls/{number}/merge-async", new(sha, method), GitHubJson.Default.MergeBody, cancellationToken));
        }
        catch (GitHubFailure failure) when (failure.StatusCode is NotReady)
        {
            return new(MergeState.Refused, Request: null, failure.Reason);
        }
    }

    /// <inheritdoc/>
    public async Task<MergeAnswer> MergeAtOnceAsync(RepositoryKey repository, int number, string sha, string? method, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        try
        {
            await gitHub.PutAsync(CallIdentity.Installation(repository.InstallationId), $"repos/{repository}/pulls/{number}/merge", new MergeBody(sha, method), GitHubJson.Default.MergeBody, cancellationToken);
            return new(MergeState.Merged, Request: null, Why: null);
        }
        catch (GitHubFailure failure) when (failure.StatusCode is NotMergeable)
        {
            // Somebody else's merge came in between: the next try is about the new base.
            return failure.Reason is { } reason && reason.StartsWith("Base branch was modified", StringComparison.Ordinal)
                ? new(MergeState.Pending, Request: null, Why: null)
                : new(MergeState.Refused, Request: null, failure.Reason);
        }
    }

    /// <inheritdoc/>
    public async Task<MergeAnswer?> MergeAnswerAsync(RepositoryKey repository, int number, string request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        try
        {
            var answer = Read(await gitHub.GetAsync<MergeAnswerDto>(
                CallIdentity.Installation(repository.InstallationId), $"repos/{repository}/pulls/{number}/merge-async/{Uri.EscapeDataString(request)}", cancellationToken));
            return answer.State is MergeState.Pending ? answer with { Request = request } : answer;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<string?> MergedAsync(RepositoryKey repository, int number, CancellationToken cancellationToken)
    {
        // REST has no word for it since version 2026-03-10: https://docs.github.com/rest/about-the-rest-api/breaking-changes
        ArgumentNullException.ThrowIfNull(repository);
        var data = await gitHub.QueryAsync<MergeVariables, MergeData>(
            CallIdentity.Installation(repository.InstallationId), MergeQuery, new(repository.Owner, repository.Name, number), GitHubJson.Default.GraphQlRequestMergeVariables, cancellationToken);
        return data.Repository?.PullRequest?.MergeCommit?.Oid;
    }

    private static PullRequest Read(PullRequestDto dto) =>
        new(dto.Number, string.Equals(dto.State, "open", StringComparison.OrdinalIgnoreCase), dto.MergedAt is not null, dto.HtmlUrl) { OpenedAt = dto.CreatedAt };

    /// <summary>A word of later years says only that it is not over.</summary>
    private static MergeAnswer Read(MergeAnswerDto dto) => dto.Status switch
    {
        "merged" => new(MergeState.Merged, Request: null, Why: null),
        "enqueued" => new(MergeState.Queued, Request: null, Why: null),
        "failed" => new(MergeState.Refused, Request: null, dto.Details?.Message),
        _ => new(MergeState.Pending, dto.Details?.Uuid, Why: null),
    };
}

internal sealed record MergeVariables([property: JsonPropertyName("owner")] string Owner, [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("number")] int Number);

internal sealed record ConditionData([property: JsonPropertyName("repository")] ConditionRepositoryNode? Repository);

internal sealed record ConditionRepositoryNode([property: JsonPropertyName("viewerDefaultMergeMethod")] string? ViewerDefaultMergeMethod, [property: JsonPropertyName("pullRequest")] ConditionNode? PullRequest);

internal sealed record ConditionNode(
    [property: JsonPropertyName("state")] string? State,
    [property: JsonPropertyName("isInMergeQueue")] bool IsInMergeQueue,
    [property: JsonPropertyName("mergeStateStatus")] string? MergeStateStatus,
    [property: JsonPropertyName("reviewDecision")] string? ReviewDecision);

internal sealed record MergeData([property: JsonPropertyName("repository")] MergeRepositoryNode? Repository);

internal sealed record MergeRepositoryNode([property: JsonPropertyName("pullRequest")] MergedNode? PullRequest);

internal sealed record MergedNode([property: JsonPropertyName("mergeCommit")] TargetNode? MergeCommit);
