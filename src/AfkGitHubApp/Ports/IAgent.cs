using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>A backend that works turns. Methods may throw <see cref="GitHubFailure"/>: then nothing was learned.</summary>
public interface IAgent
{
    /// <summary>Starts a turn. A refusal is an answer; a failure that is not <see cref="GitHubFailure.Ambiguous"/> means it was not started.</summary>
    Task<DispatchAnswer> DispatchAsync(TurnOrder order, CancellationToken cancellationToken);

    /// <summary>The thread that works this turn at the backend it was ordered from, found by its deterministic name; of several the one that works (the lowest). Null = none visible, or the backend is not set up.</summary>
    Task<DispatchAnswer?> FindAsync(RepositoryKey repository, AgentBackend backend, TurnId turn, string workflow, CancellationToken cancellationToken);

    /// <summary>A turn of ours at this backend that has not ended, whatever run it belongs to; null = none.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="backend">Which backend is asked; one that is not set up has none.</param>
    /// <param name="workflows">Files of the workflows it may be at work in.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<LiveTurn?> FindAliveAsync(RepositoryKey repository, AgentBackend backend, ImmutableArray<string> workflows, CancellationToken cancellationToken);

    /// <summary>What the backend says of the thread.</summary>
    Task<ThreadStatus> StatusAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken);

    /// <summary>What an ended turn says of itself; null where it says nothing that counts. Its words are an agent's: bound and escape them.</summary>
    Task<TurnReport?> ReportAsync(RepositoryKey repository, string thread, TurnId turn, CancellationToken cancellationToken);

    /// <summary>Asks the backend to end the thread; one that has ended already is success.</summary>
    Task CancelAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken);
}

/// <summary>What a turn is to do, and the workflow file that does it.</summary>
public sealed record TurnOrder(RepositoryKey Repository, int IssueNumber, TurnId Turn, TurnKind Kind, Delivery Delivery, string BaseBranch, string BaseSha, string WorkBranch, string Workflow, string Prompt)
{
    /// <summary>The most the turn may cost, in US dollars; null = the backend's own bound, if it has one.</summary>
    public decimal? MoneyUsd { get; init; }

    /// <summary>Which backend is to work it.</summary>
    public AgentBackend Backend { get; init; }
}

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

/// <summary>How a turn says that it ended.</summary>
public enum TurnOutcome
{
    /// <summary>It pushed.</summary>
    Pushed,

    /// <summary>Nothing had to be changed.</summary>
    NothingToDo,

    /// <summary>It could not finish, or what it did was refused.</summary>
    GaveUp,
}

/// <summary>What a turn says of itself.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="PushedSha">The commit it pushed, its own word for it; null when none.</param>
/// <param name="Why">Its evidence or reason, an agent's words; may be null.</param>
/// <param name="CostUsd">What it cost in US dollars, as its backend reckons; null when that is not known.</param>
public sealed record TurnReport(TurnOutcome Outcome, string? PushedSha, string? Why, decimal? CostUsd);
