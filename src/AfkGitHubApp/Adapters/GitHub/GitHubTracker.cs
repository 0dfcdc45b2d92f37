using System.Globalization;
using System.Text.Json;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Issues, comments, labels and permissions on GitHub.</summary>
public sealed class GitHubTracker(GitHubConnection gitHub, IGitHubApp app) : ITracker
{
    /// <inheritdoc/>
    public async Task<IssueSnapshot> ReadIssueAsync(RepositoryKey repository, int number, string? branch, string? commit, CancellationToken cancellationToken)
    {
        var variables = new IssueSituationVariables(repository.Owner, repository.Name, number, branch is null ? null : "refs/heads/" + branch, branch is null ? null : commit);
        var withoutStatuses = variables.Commit is null;
        var query = (variables.Branch, variables.Commit) switch { (null, _) => IssueSituation.Query, (_, null) => IssueSituation.QueryWithBranch, _ => IssueSituation.QueryWithStatuses };
        var data = await gitHub.QueryAsync<IssueSituationVariables, IssueSituationData>(
            As(repository), query, variables, GitHubJson.Default.GraphQlRequestIssueSituationVariables, cancellationToken,
            mayLack: error => BroughtCommits.MayLack(error) || (IssueSituation.IsOfStatuses(error) && (withoutStatuses = true)), beside: Moved);
        return Moved(data) is { } moved ? throw moved : IssueSituation.Read(data, branch, withoutStatuses);

        // Before the issue is missed: under a name that was taken over its number may well not be there.
        GitHubFailure? Moved(IssueSituationData seen) => seen.Repository is { } there && there.DatabaseId != repository.Id
            ? new(FailureKind.Moved, $"{repository} answered as repository {there.DatabaseId}, not {repository.Id}")
            : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedIssue>> ListIssuesAsync(RepositoryKey repository, string label, bool openOnly, CancellationToken cancellationToken)
    {
        var (issues, _) = await gitHub.GetPagesAsync<List<IssueDto>, IssueDto>(
            As(repository), $"repos/{repository}/issues?labels={Uri.EscapeDataString(label)}&state={(openOnly ? "open" : "all")}&per_page=100", page => page, cancellationToken);
        return
        [
            .. issues.Select(issue => new ListedIssue(
                issue.Number, issue.Id, issue.Title ?? "", IsOpen(issue), issue.PullRequest is not null, [.. (issue.Labels ?? []).Select(each => each?.Name).OfType<string>()])
            {
                Blockers = issue.IssueDependenciesSummary?.TotalBlockedBy,
                Comments = issue.Comments,
            }),
        ];
    }

    /// <inheritdoc/>
    public async Task<bool> MayWriteAsync(RepositoryKey repository, Person person, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(person);
        try
        {
            var answer = await gitHub.GetAsync<PermissionDto>(As(repository), $"repos/{repository}/collaborators/{Uri.EscapeDataString(person.Login)}/permission", cancellationToken);

            // The login may have changed hands since the event: the id decides. https://docs.github.com/rest/collaborators/collaborators
            return answer.User?.Id == person.Id && answer.Permission is ("admin" or "write");
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> OpenBlockersAsync(RepositoryKey repository, int number, CancellationToken cancellationToken)
    {
        var (blockers, _) = await gitHub.GetPagesAsync<List<IssueDto>, IssueDto>(
            As(repository), $"repos/{repository}/issues/{number}/dependencies/blocked_by?per_page=100", page => page, cancellationToken);
        return [.. blockers.Where(IsOpen).Select(blocker => Reference(blocker, repository))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReferencedIssue>> StatesAsync(RepositoryKey repository, IReadOnlyList<IssueReference> references, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
        {
            return [];
        }

        var (query, variables) = ReferencedStates.Ask(references);
        var data = await gitHub.QueryAsync<IReadOnlyDictionary<string, JsonElement>, Dictionary<string, ReferencedRepositoryNode?>>(
            As(repository), query, variables, GitHubJson.Default.GraphQlRequestIReadOnlyDictionaryStringJsonElement, cancellationToken, mayLack: error => error.Type is "NOT_FOUND" or "FORBIDDEN");
        return ReferencedStates.Read(references, data);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OwnComment>> OwnCommentsAsync(RepositoryKey repository, int number, CancellationToken cancellationToken)
    {
        var us = await app.IdentityAsync(cancellationToken);
        var (comments, _) = await gitHub.GetPagesAsync<List<CommentDto>, CommentDto>(
            As(repository), $"repos/{repository}/issues/{number}/comments?per_page=100", page => page, cancellationToken);
        return [.. comments.Where(comment => comment.User?.Id == us.BotId).Select(comment => new OwnComment(comment.Id, comment.Body ?? ""))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IssueComment>> CommentsSinceAsync(RepositoryKey repository, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // "since" speaks of the last change, so that a comment that was edited long after it was written is among them.
        var (comments, _) = await gitHub.GetPagesAsync<List<IssueCommentDto>, IssueCommentDto>(
            As(repository), $"repos/{repository}/issues/comments?since={since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&sort=created&direction=asc&per_page=100", page => page, cancellationToken);
        return [.. comments.Select(Read).OfType<IssueComment>()];
    }

    /// <inheritdoc/>
    public Task ReactAsync(RepositoryKey repository, long commentId, Reaction reaction, CancellationToken cancellationToken) =>
        gitHub.PostAsync(As(repository), $"repos/{repository}/issues/comments/{commentId}/reactions", new ReactionBody(reaction is Reaction.Obeyed ? "+1" : "confused"), GitHubJson.Default.ReactionBody, cancellationToken);

    /// <inheritdoc/>
    public async Task<long> CreateCommentAsync(RepositoryKey repository, int number, string body, CancellationToken cancellationToken)
    {
        var comment = await gitHub.PostAsync<CommentBody, CommentDto>(As(repository), $"repos/{repository}/issues/{number}/comments", new(body), GitHubJson.Default.CommentBody, cancellationToken);
        return comment.Id;
    }

    /// <inheritdoc/>
    public async Task<bool> EditCommentAsync(RepositoryKey repository, long commentId, string body, CancellationToken cancellationToken)
    {
        try
        {
            await gitHub.PatchAsync(As(repository), $"repos/{repository}/issues/comments/{commentId}", new CommentBody(body), GitHubJson.Default.CommentBody, cancellationToken);
            return true;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task AddLabelAsync(RepositoryKey repository, int number, string label, CancellationToken cancellationToken) =>
        gitHub.PostAsync(As(repository), $"repos/{repository}/issues/{number}/labels", new LabelsBody([label]), GitHubJson.Default.LabelsBody, cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveLabelAsync(RepositoryKey repository, int number, string label, CancellationToken cancellationToken)
    {
        try
        {
            await gitHub.DeleteAsync(As(repository), $"repos/{repository}/issues/{number}/labels/{Uri.EscapeDataString(label)}", cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            // Not there is what was wanted.
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> LabelsAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        var (labels, _) = await gitHub.GetPagesAsync<List<RepositoryLabelDto>, RepositoryLabelDto>(As(repository), $"repos/{repository}/labels?per_page=100", page => page, cancellationToken);
        return [.. labels.Select(label => label.Name)];
    }

    /// <inheritdoc/>
    public async Task<bool> CreateLabelAsync(RepositoryKey repository, RepositoryLabel label, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(label);
        try
        {
            await gitHub.PostAsync(As(repository), $"repos/{repository}/labels", new LabelBody(label.Name, label.Colour, label.Description), GitHubJson.Default.LabelBody, cancellationToken);
            return true;
        }
        catch (GitHubFailure failure) when (failure is { Kind: FailureKind.Refused, StatusCode: 422 })
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync(RepositoryKey repository, int number, CancellationToken cancellationToken) =>
        gitHub.PatchAsync(As(repository), $"repos/{repository}/issues/{number}", new IssueStateBody("closed", "completed"), GitHubJson.Default.IssueStateBody, cancellationToken);

    /// <inheritdoc/>
    public Task ReopenAsync(RepositoryKey repository, int number, CancellationToken cancellationToken) =>
        gitHub.PatchAsync(As(repository), $"repos/{repository}/issues/{number}", new IssueStateBody("open", "reopened"), GitHubJson.Default.IssueStateBody, cancellationToken);

    /// <summary>Only its page's address tells a comment on a pull request from an issue's.</summary>
    private static IssueComment? Read(IssueCommentDto comment) =>
        !int.TryParse(comment.IssueUrl[(comment.IssueUrl.LastIndexOf('/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var issue)
            ? null
            : new(comment.Id, comment.NodeId, issue, comment.CreatedAt, comment.User is { } user ? new Actor(user.Id, user.Login ?? "", string.Equals(user.Type, "User", StringComparison.Ordinal)) : null, comment.Body ?? "")
            {
                IsOnPullRequest = comment.HtmlUrl.Contains("/pull/", StringComparison.Ordinal),
                IsEdited = comment.UpdatedAt > comment.CreatedAt,
                IsAnswered = comment.Reactions is { PlusOne: > 0 } or { Confused: > 0 },
            };

    private static CallIdentity As(RepositoryKey repository) => CallIdentity.Installation(repository.InstallationId);

    private static bool IsOpen(IssueDto issue) => string.Equals(issue.State, "open", StringComparison.OrdinalIgnoreCase);

    private static string Reference(IssueDto issue, RepositoryKey here)
    {
        var there = issue.Repository?.FullName ?? issue.RepositoryUrl?.Split("/repos/", 2).ElementAtOrDefault(1);
        return there is null || string.Equals(there, here.FullName, StringComparison.OrdinalIgnoreCase) ? $"#{issue.Number}" : $"{there}#{issue.Number}";
    }
}
