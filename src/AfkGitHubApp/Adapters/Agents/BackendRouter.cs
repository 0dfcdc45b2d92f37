using AfkGitHubApp.Adapters.Agents.Actions;
using AfkGitHubApp.Adapters.Agents.T3Code;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.Agents;

/// <summary>All backends as one: a turn goes where its order says, a thread is asked where its handle points, and a search asks everywhere.</summary>
/// <param name="actions">GitHub Actions; always there.</param>
/// <param name="t3Code">T3 Code; null when it is not configured.</param>
public sealed class BackendRouter(ActionsAgent actions, T3CodeAgent? t3Code) : IAgent
{
    private const string NotConfigured = "no T3 Code server is configured (Afk:T3Code:BaseAddress)";

    /// <inheritdoc/>
    public Task<DispatchAnswer> DispatchAsync(TurnOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Backend switch
        {
            AgentBackend.Actions => actions.DispatchAsync(order, cancellationToken),
            AgentBackend.T3Code when t3Code is not null => t3Code.DispatchAsync(order, cancellationToken),
            AgentBackend.T3Code => Task.FromResult(new DispatchAnswer(Thread: null, Url: null, NotConfigured)),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order.Backend, "unknown backend"),
        };
    }

    /// <inheritdoc/>
    public async Task<DispatchAnswer?> FindAsync(RepositoryKey repository, TurnId turn, string workflow, CancellationToken cancellationToken) =>
        await actions.FindAsync(repository, turn, workflow, cancellationToken) ?? (t3Code is null ? null : await t3Code.FindAsync(repository, turn, workflow, cancellationToken));

    /// <inheritdoc/>
    public async Task<LiveTurn?> FindAliveAsync(RepositoryKey repository, string workflow, CancellationToken cancellationToken) =>
        await actions.FindAliveAsync(repository, workflow, cancellationToken) ?? (t3Code is null ? null : await t3Code.FindAliveAsync(repository, workflow, cancellationToken));

    /// <inheritdoc/>
    public Task<ThreadStatus> StatusAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken) => Of(thread).StatusAsync(repository, thread, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken) => Of(thread).CancelAsync(repository, thread, cancellationToken);

    /// <inheritdoc/>
    public Task<TurnReport?> ReportAsync(RepositoryKey repository, string thread, TurnId turn, CancellationToken cancellationToken) => Of(thread).ReportAsync(repository, thread, turn, cancellationToken);

    private IAgent Of(string thread) => !T3Turn.IsHandle(thread) ? actions : t3Code ?? throw new GitHubFailure(FailureKind.Transient, NotConfigured);
}
