using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Commits, checks, statuses and workflow runs on GitHub.</summary>
public sealed class GitHubCi(GitHubConnection gitHub, TimeProvider time) : ICiReader
{
    private const int MostAsked = 50;
    private static readonly TimeSpan RulesKeep = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(long Repository, string Branch), (IReadOnlyList<string> Contexts, DateTimeOffset ReadAt)> rules = new();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CandidateCommit>?> CommitsSinceAsync(RepositoryKey repository, string baseSha, string head, CancellationToken cancellationToken)
    {
        try
        {
            var (commits, _) = await gitHub.GetPagesAsync<CompareDto, CompareCommitDto>(
                As(repository), $"repos/{repository}/compare/{Uri.EscapeDataString(baseSha)}...{Uri.EscapeDataString(head)}?per_page=100", page => page.Commits, cancellationToken);
            return [.. commits.Select(commit => new CandidateCommit(commit.Sha, commit.Commit?.Message ?? ""))];
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            // A push that is seconds old may not be comparable yet; a base that was rewritten away never is.
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ImmutableArray<Actor>>> BroughtByAsync(RepositoryKey repository, IReadOnlyList<string> commits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var brought = new Dictionary<string, ImmutableArray<Actor>>(StringComparer.Ordinal);
        foreach (var asked in commits.Chunk(MostAsked))
        {
            var (query, variables) = BroughtCommits.Ask(repository.Owner, repository.Name, asked);
            var data = await gitHub.QueryAsync<IReadOnlyDictionary<string, JsonElement>, BroughtData>(
                As(repository), query, variables, GitHubJson.Default.GraphQlRequestIReadOnlyDictionaryStringJsonElement, cancellationToken, mayLack: BroughtCommits.MayLack);
            foreach (var (at, commit) in asked.Index())
            {
                if (BroughtCommits.Authors(data.Repository?.GetValueOrDefault($"c{at}")?.Pulls) is { IsEmpty: false } authors)
                {
                    brought[commit] = authors;
                }
            }
        }

        return brought;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CiEvidence> ReadAsync(
        RepositoryKey repository, string sha, DateTimeOffset pushedAt, ImmutableArray<StatusFact>? statuses, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (runs, moreRuns) = await gitHub.GetPagesAsync<WorkflowRunsDto, WorkflowRunDto>(
            As(repository), $"repos/{repository}/actions/runs?head_sha={sha}&per_page=100", page => page.WorkflowRuns, cancellationToken);
        var evidence = new CiEvidence
        {
            Sha = sha,
            ReadAt = time.GetUtcNow(),
            PushedAt = pushedAt,
            Through = CiPart.WorkflowRuns,
            Truncated = moreRuns,
            WorkflowRuns = [.. runs.Select(run => new WorkflowRunFact(run.Id, run.WorkflowId, run.Name ?? run.Path ?? "", run.Path ?? "", run.Event ?? "", run.Status, run.Conclusion, run.CheckSuiteId ?? 0, run.HtmlUrl) { Attempt = run.RunAttempt ?? 1 })],
        };
        yield return evidence;

        var (checks, moreChecks) = await gitHub.GetPagesAsync<CheckRunsDto, CheckRunDto>(
            As(repository), $"repos/{repository}/commits/{sha}/check-runs?per_page=100", page => page.CheckRuns, cancellationToken);
        var (contexts, moreContexts) = statuses is { } known ? (known, false) : await StatusesAsync(repository, sha, cancellationToken);
        evidence = evidence with
        {
            ReadAt = time.GetUtcNow(),
            Through = CiPart.Checks,
            Truncated = evidence.Truncated || moreChecks || moreContexts,
            CheckRuns = [.. checks.Select(check => new CheckRunFact(check.Id, check.Name ?? "", check.App?.Id ?? 0, check.App?.Slug ?? "", check.CheckSuite?.Id ?? 0, check.Status, check.Conclusion, check.StartedAt, check.HtmlUrl))],
            Statuses = contexts,
        };
        yield return evidence;

        var (suites, moreSuites) = await gitHub.GetPagesAsync<SuitesDto, SuiteDto>(
            As(repository), $"repos/{repository}/commits/{sha}/check-suites?per_page=100", page => page.CheckSuites, cancellationToken);
        yield return evidence with
        {
            ReadAt = time.GetUtcNow(),
            Through = CiPart.Suites,
            Truncated = evidence.Truncated || moreSuites,
            Suites = [.. suites.Select(suite => new CheckSuiteFact(suite.Id, suite.App?.Id ?? 0, suite.App?.Slug ?? "", suite.Status, suite.Conclusion, suite.LatestCheckRunsCount ?? 0, suite.CreatedAt))],
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PushWorkflow>> PushWorkflowsAsync(RepositoryKey repository, string sha, string branch, CancellationToken cancellationToken)
    {
        // The branch matters: a tag on the same commit starts release workflows that no commit of ours will ever start.
        var (runs, _) = await gitHub.GetPagesAsync<WorkflowRunsDto, WorkflowRunDto>(
            As(repository), $"repos/{repository}/actions/runs?head_sha={sha}&branch={Uri.EscapeDataString(branch)}&event=push&per_page=100", page => page.WorkflowRuns, cancellationToken);
        return [.. runs.Where(run => run.Event is "push" && run.Path is { Length: > 0 }).Select(run => new PushWorkflow(run.Path!.Split('@')[0], run.Name ?? "")).DistinctBy(workflow => workflow.File, StringComparer.Ordinal).OrderBy(workflow => workflow.File, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<SilentCommit?> CommitAsync(RepositoryKey repository, string sha, CancellationToken cancellationToken)
    {
        try
        {
            var commit = await gitHub.GetAsync<OneCommitDto>(As(repository), $"repos/{repository}/commits/{sha}?per_page=1", cancellationToken);
            return new(commit.Commit?.Message ?? "", commit.Author?.Login, commit.Committer?.Login);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound or FailureKind.Refused)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> RequiredContextsAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        if (rules.TryGetValue((repository.Id, branch), out var known) && time.GetUtcNow() - known.ReadAt < RulesKeep)
        {
            return known.Contexts;
        }

        var active = await OrNothingAsync(async () => (await gitHub.GetPagesAsync<List<RuleDto>, RuleDto>(
            As(repository), $"repos/{repository}/rules/branches/{Uri.EscapeDataString(branch)}?per_page=100", page => page, cancellationToken)).Items);
        var classic = await OrNothingAsync(() => BranchAsync(repository, branch, cancellationToken));
        IReadOnlyList<string> contexts =
        [
            .. (active ?? []).Where(rule => rule.Type is "required_status_checks")
                .SelectMany(rule => rule.Parameters?.RequiredStatusChecks ?? [])
                .Select(check => check?.Context)
                .Concat(classic?.Protection?.RequiredStatusChecks?.Contexts ?? [])
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
        rules[(repository.Id, branch)] = (contexts, time.GetUtcNow());
        return contexts;
    }

    /// <inheritdoc/>
    public async Task<string?> HeadAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken)
    {
        try
        {
            return (await BranchAsync(repository, branch, cancellationToken)).Commit.Sha;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return null;
        }
    }

    private async Task<(ImmutableArray<StatusFact> Statuses, bool Truncated)> StatusesAsync(RepositoryKey repository, string sha, CancellationToken cancellationToken)
    {
        var (statuses, truncated) = await gitHub.GetPagesAsync<CombinedStatusDto, StatusDto>(
            As(repository), $"repos/{repository}/commits/{sha}/status?per_page=100", page => page.Statuses, cancellationToken);
        return ([.. statuses.Select(status => new StatusFact(status.Id, status.Context ?? "default", status.State, status.TargetUrl))], truncated);
    }

    /// <summary>Where a plan or a permission does not offer the rules (private repositories on the free plan), there are none to wait for.</summary>
    private static async Task<T?> OrNothingAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            return null;
        }
    }

    private Task<BranchDto> BranchAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken) =>
        gitHub.GetAsync<BranchDto>(As(repository), $"repos/{repository}/branches/{Uri.EscapeDataString(branch)}", cancellationToken);

    private static CallIdentity As(RepositoryKey repository) => CallIdentity.Installation(repository.InstallationId);
}
