using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>A backend that works turns. Methods may throw <see cref="GitHubFailure"/>: then nothing was learned.</summary>
public interface IAgent
{
    /// <summary>Starts a turn. A refusal is an answer; a failure that is not <see cref="GitHubFailure.Ambiguous"/> means it was not started.</summary>
    Task<DispatchAnswer> DispatchAsync(TurnOrder order, CancellationToken cancellationToken);

    /// <summary>The thread that works this turn, found by its deterministic name; of several the one that works (the lowest). Null = none visible.</summary>
    Task<DispatchAnswer?> FindAsync(RepositoryKey repository, TurnId turn, string workflow, CancellationToken cancellationToken);

    /// <summary>A turn of ours that has not ended, whatever run it belongs to; null = none.</summary>
    Task<LiveTurn?> FindAliveAsync(RepositoryKey repository, string workflow, CancellationToken cancellationToken);

    /// <summary>What the backend says of the thread.</summary>
    Task<ThreadStatus> StatusAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken);

    /// <summary>Asks the backend to end the thread; one that has ended already is success.</summary>
    Task CancelAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken);
}

/// <summary>What a turn is to do, and the workflow file that does it.</summary>
public sealed record TurnOrder(RepositoryKey Repository, int IssueNumber, TurnId Turn, TurnKind Kind, Delivery Delivery, string BaseBranch, string BaseSha, string WorkBranch, string Workflow, string Prompt);

/// <summary>A turn that is at work or queued for it.</summary>
/// <param name="Turn">Which.</param>
/// <param name="Thread">The backend's handle.</param>
/// <param name="StartedAt">When the backend accepted it.</param>
public sealed record LiveTurn(TurnId Turn, string Thread, DateTimeOffset StartedAt);

/// <summary>The backend's answer to a dispatch.</summary>
/// <param name="Thread">Its handle; null when it refused.</param>
/// <param name="Url">Where a person can watch; may be null.</param>
/// <param name="Refusal">Why it refused, one sentence; null when it accepted.</param>
public sealed record DispatchAnswer(string? Thread, string? Url, string? Refusal);
