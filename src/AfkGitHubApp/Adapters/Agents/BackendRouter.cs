using System.Collections.Immutable;
using AfkGitHubApp.Adapters.Agents.Actions;
using AfkGitHubApp.Adapters.Agents.T3Code;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.Agents;

/// <summary>All backends as one: a turn goes where its order says, a thread is asked where its handle points, and a search asks the backend it is made at.</summary>
/// <param name="actions">GitHub Actions; always there.</param>
/// <param name="t3Code">T3 Code; null when it is not configured.</param>
public sealed class BackendRouter(ActionsAgent actions, T3CodeAgent? t3Code) : IAgent
{
    private const string NotConfigured = "no T3 Code server is configured (Afk:T3Code:BaseAddress)";

    /// <inheritdoc/>
    public Task<DispatchAnswer> DispatchAsync(TurnOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Of(order.Backend)?.DispatchAsync(order, cancellationToken) ?? Task.FromResult(new DispatchAnswer(Thread: null, Url: null, NotConfigured));
    }

    /// <inheritdoc/>
    public async Task<DispatchAnswer?> FindAsync(RepositoryKey repository, AgentBackend backend, TurnId turn, string workflow, CancellationToken cancellationToken) =>
        Of(backend) is { } asked ? await asked.FindAsync(repository, backend, turn, workflow, cancellationToken) : null;

    /// <inheritdoc/>
    public async Task<LiveTurn?> FindAliveAsync(RepositoryKey repository, AgentBackend backend, ImmutableArray<string> workflows, CancellationToken cancellationToken) =>
        Of(backend) is { } asked ? await asked.FindAliveAsync(repository, backend, workflows, cancellationToken) : null;

    /// <inheritdoc/>
    public Task<ThreadStatus> StatusAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken) => Of(thread).StatusAsync(repository, thread, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken) => Of(thread).CancelAsync(repository, thread, cancellationToken);

    /// <inheritdoc/>
    public Task<TurnReport?> ReportAsync(RepositoryKey repository, string thread, TurnId turn, CancellationToken cancellationToken) => Of(thread).ReportAsync(repository, thread, turn, cancellationToken);

    private IAgent? Of(AgentBackend backend) => backend switch
    {
        AgentBackend.Actions => actions,
        AgentBackend.T3Code => t3Code,
        _ => throw new ArgumentOutOfRangeException(nameof(backend), backend, "unknown backend"),
    };

    private IAgent Of(string thread) => !T3Turn.IsHandle(thread) ? actions : t3Code ?? throw new GitHubFailure(FailureKind.Transient, NotConfigured);
}
