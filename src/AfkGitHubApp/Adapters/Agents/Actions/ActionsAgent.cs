using System.Collections.Immutable;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.Agents.Actions;

/// <summary>
/// Turns as runs of a workflow in the repository itself. The TurnId travels in the inputs and in the run's name, so that a dispatch whose
/// answer was lost is found again; of several runs with one TurnId the lowest works, the others end at their first step.
/// </summary>
public sealed class ActionsAgent(GitHubConnection gitHub) : IAgent
{
    /// <summary>Three hundred dispatches back: far beyond the minutes in which a lost answer is looked for.</summary>
    private const int PagesSearched = 3;

    /// <inheritdoc/>
    public async Task<DispatchAnswer> DispatchAsync(TurnOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["run_id"] = order.Turn.Run.Value,
            ["turn_id"] = order.Turn.ToString(),
            ["issue"] = order.IssueNumber.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["kind"] = order.Kind switch { TurnKind.First => "first", TurnKind.Corrective => "corrective", TurnKind.Redispatch => "redispatch", _ => throw new ArgumentOutOfRangeException(nameof(order), order.Kind, "unknown kind of turn") },
            ["delivery"] = order.Delivery is Delivery.PullRequest ? "pull_request" : "trunk",
            ["base_sha"] = order.BaseSha,
            ["branch"] = order.WorkBranch,
            ["prompt"] = order.Prompt,
        };
        if (order.MoneyUsd is { } money)
        {
            inputs[AgentWorkflow.MoneyInput] = money.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
        }

        try
        {
            var answer = await gitHub.PostAsync<DispatchBody, DispatchAnswerDto>(
                As(order.Repository), $"repos/{order.Repository}/actions/workflows/{Uri.EscapeDataString(order.Workflow)}/dispatches", new(order.BaseBranch, inputs), GitHubJson.Default.DispatchBody, cancellationToken);
            return new(Text(answer.WorkflowRunId), answer.HtmlUrl, Refusal: null);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            return new(Thread: null, Url: null, failure.Kind is FailureKind.NotFound
                ? $"the workflow {order.Workflow} is not on the default branch, or the App may not start it"
                : $"GitHub refuses to start the workflow {order.Workflow}: {failure.Answer("actions: write")}");
        }
    }

    /// <inheritdoc/>
    public async Task<DispatchAnswer?> FindAsync(RepositoryKey repository, AgentBackend backend, TurnId turn, string workflow, CancellationToken cancellationToken)
    {
        // No time filter: a clock that differs from GitHub's must not hide the run.
        var runs = await DispatchedAsync(repository, workflow, PagesSearched, cancellationToken);
        return runs
            .Where(run => TurnOf(run) == turn)
            .OrderBy(run => run.Id)
            .Select(run => new DispatchAnswer(Text(run.Id), run.HtmlUrl, Refusal: null))
            .FirstOrDefault();
    }

    /// <inheritdoc/>
    public async Task<LiveTurn?> FindAliveAsync(RepositoryKey repository, AgentBackend backend, ImmutableArray<string> workflows, CancellationToken cancellationToken)
    {
        foreach (var workflow in workflows)
        {
            var runs = await DispatchedAsync(repository, workflow, mostPages: 1, cancellationToken);
            if (runs
                .Where(run => run.Status is not "completed")
                .Select(run => TurnOf(run) is { } turn ? new LiveTurn(turn, Text(run.Id), run.CreatedAt ?? DateTimeOffset.UnixEpoch) : null)
                .FirstOrDefault(alive => alive is not null) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<ThreadStatus> StatusAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken)
    {
        WorkflowRunDto run;
        try
        {
            run = await gitHub.GetAsync<WorkflowRunDto>(As(repository), $"repos/{repository}/actions/runs/{thread}", cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return ThreadStatus.Vanished;
        }

        return (run.Status, run.Conclusion) switch
        {
            ("completed", "success") => ThreadStatus.Idle,
            ("completed", "action_required") => ThreadStatus.NeedsPerson,
            ("completed", _) => ThreadStatus.Error,
            ("waiting" or "action_required", _) => ThreadStatus.NeedsPerson,
            ("queued" or "in_progress" or "requested" or "pending", _) => ThreadStatus.Running,
            _ => throw new GitHubFailure(FailureKind.Bug, $"workflow run {thread} has a status this version does not know"),
        };
    }

    /// <inheritdoc/>
    public async Task<TurnReport?> ReportAsync(RepositoryKey repository, string thread, TurnId turn, CancellationToken cancellationToken)
    {
        // A job and its check run have one id.
        var (jobs, _) = await gitHub.GetPagesAsync<JobsDto, JobDto>(As(repository), $"repos/{repository}/actions/runs/{thread}/jobs?per_page=100", page => page.Jobs, cancellationToken, mostPages: 1);
        if (jobs.Find(job => job.Name is AgentWorkflow.PublishJob) is not { Conclusion: not (null or "skipped") } publish)
        {
            return null;
        }

        var (annotations, _) = await gitHub.GetPagesAsync<List<AnnotationDto>, AnnotationDto>(As(repository), $"repos/{repository}/check-runs/{Text(publish.Id)}/annotations?per_page=100", page => page, cancellationToken, mostPages: 1);
        return annotations.Where(annotation => annotation.Title is AgentWorkflow.ResultTitle).Select(annotation => TurnResult.Read(annotation.Message, turn)).FirstOrDefault(report => report is not null);
    }

    /// <inheritdoc/>
    public async Task CancelAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken)
    {
        try
        {
            await gitHub.PostAsync(As(repository), $"repos/{repository}/actions/runs/{thread}/cancel", cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.StatusCode is 404 or 409)
        {
            // Gone, or over already: what was wanted.
        }
    }

    private static TurnId? TurnOf(WorkflowRunDto run) =>
        (run.DisplayTitle ?? run.Name ?? "").Split(' ').Select(TurnId.TryParse).FirstOrDefault(turn => turn is not null);

    /// <summary>Dispatched runs of the workflow, newest first; without the workflow there are none, and failing for ever would end nothing.</summary>
    private async Task<List<WorkflowRunDto>> DispatchedAsync(RepositoryKey repository, string workflow, int mostPages, CancellationToken cancellationToken)
    {
        try
        {
            var (runs, _) = await gitHub.GetPagesAsync<WorkflowRunsDto, WorkflowRunDto>(
                As(repository), $"repos/{repository}/actions/workflows/{Uri.EscapeDataString(workflow)}/runs?event=workflow_dispatch&per_page=100", page => page.WorkflowRuns, cancellationToken, mostPages);
            return runs;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
        {
            return [];
        }
    }

    private static CallIdentity As(RepositoryKey repository) => CallIdentity.Installation(repository.InstallationId);

    private static string Text(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
