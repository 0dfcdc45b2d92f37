using System.Collections.Immutable;
using AfkGitHubApp.Adapters.InMemory;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Settings;
using AfkGitHubApp.Ticking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>The product's own rooms on a manual clock, before a tracker that does what the test says.</summary>
internal sealed class Rooms : IAsyncDisposable
{
    public const string Armed = "octo/widgets,octo/gadgets";
    public static readonly RepositoryKey Widgets = new(1001, "octo/widgets", 7);
    public static readonly RepositoryKey Gadgets = new(1002, "octo/gadgets", 7);
    private readonly ServiceProvider services;

    public Rooms(params ReadOnlySpan<(string Key, string? Value)> settings)
    {
        var configuration = ValidSettings.Configuration([("Afk:KillSwitch", "false"), ("Afk:Allowlist", Armed), .. settings]);

        // A server on the network does not stand still with the manual clock.
        TimeProvider wireTime = configuration["ConnectionStrings:Redis"] is null ? Clock : TimeProvider.System;
        services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.AddProvider(Logs))
            .AddAfk(ValidSettings.Read(configuration), new Surroundings(Clock, wireTime, () => new NoWire(), Seed: 1))
            .AddSingleton<ITracker>(Tracker)
            .AddSingleton<IAgent>(new IdleAgent())
            .AddSingleton<IConfigFiles>(new NoFiles())
            .BuildServiceProvider();
    }

    public ManualClock Clock { get; } = new();

    public ScriptedTracker Tracker { get; } = new();

    public CollectingLogs Logs { get; } = new();

    public InMemoryStore Store => services.GetRequiredService<InMemoryStore>();

    public IServiceProvider Services => services;

    public TickPump Pump => services.GetRequiredService<TickPump>();

    /// <summary>A pump beside the product's own, with something between it and the store.</summary>
    public TickPump PumpOn(IDueQueue queue, int workers = 1) =>
        new(queue, services.GetRequiredService<Ticker>(), new LeaseKeeper(queue, Clock, services.GetRequiredService<ILogger<LeaseKeeper>>()), new PumpSettings(workers), Clock, services.GetRequiredService<ILogger<TickPump>>());

    public Task NudgeAsync(RepositoryKey repository) => Store.NudgeAsync(new Nudge(repository, "issues"), CancellationToken.None);

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>No repository has settings of its own.</summary>
    private sealed class NoFiles : IConfigFiles
    {
        public Task<ConfigFile?> ReadAsync(RepositoryKey repository, string? sha, CancellationToken cancellationToken) => Task.FromResult<ConfigFile?>(null);

        public Task<IReadOnlyList<ConfigFile>> VersionsAsync(RepositoryKey repository, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ConfigFile>>([]);
    }

    /// <summary>Nothing in these tests may reach for the network.</summary>
    private sealed class NoWire : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"{request.Method} {request.RequestUri} was sent.");
    }
}

/// <summary>A tracker that knows no issues; what its list does is the test's to say.</summary>
internal sealed class ScriptedTracker : ITracker
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int calls;

    public int Calls => Volatile.Read(ref calls);

    /// <summary>Completed by the first list.</summary>
    public Task Entered => entered.Task.WaitAsync(TestContext.Current.CancellationToken);

    public Func<RepositoryKey, CancellationToken, Task> OnList { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<IReadOnlyList<ListedIssue>> ListIssuesAsync(RepositoryKey repository, string label, bool openOnly, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        entered.TrySetResult();
        await OnList(repository, cancellationToken);
        return [];
    }

    public Task<IssueSnapshot> ReadIssueAsync(RepositoryKey repository, int number, string? branch, string? commit, CancellationToken cancellationToken) => throw Unscripted();

    public Task<bool> MayWriteAsync(RepositoryKey repository, Person person, CancellationToken cancellationToken) => throw Unscripted();

    public Task<IReadOnlyList<string>> OpenBlockersAsync(RepositoryKey repository, int number, CancellationToken cancellationToken) => throw Unscripted();

    public Task<IReadOnlyList<ReferencedIssue>> StatesAsync(RepositoryKey repository, IReadOnlyList<IssueReference> references, CancellationToken cancellationToken) => throw Unscripted();

    /// <summary>It has them all.</summary>
    public Task<IReadOnlyList<string>> LabelsAsync(RepositoryKey repository, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([AfkTester.Ready, AfkTester.InProgress, AfkTester.ForHuman, "paused"]);

    public Task<bool> CreateLabelAsync(RepositoryKey repository, RepositoryLabel label, CancellationToken cancellationToken) => throw Unscripted();

    public Task<IReadOnlyList<OwnComment>> OwnCommentsAsync(RepositoryKey repository, int number, CancellationToken cancellationToken) => throw Unscripted();

    public Task<IReadOnlyList<IssueComment>> CommentsSinceAsync(RepositoryKey repository, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<IssueComment>>([]);

    public Task ReactAsync(RepositoryKey repository, long commentId, Reaction reaction, CancellationToken cancellationToken) => throw Unscripted();

    public Task<long> CreateCommentAsync(RepositoryKey repository, int number, string body, CancellationToken cancellationToken) => throw Unscripted();

    public Task<bool> EditCommentAsync(RepositoryKey repository, long commentId, string body, CancellationToken cancellationToken) => throw Unscripted();

    public Task AddLabelAsync(RepositoryKey repository, int number, string label, CancellationToken cancellationToken) => throw Unscripted();

    public Task RemoveLabelAsync(RepositoryKey repository, int number, string label, CancellationToken cancellationToken) => throw Unscripted();

    public Task CloseAsync(RepositoryKey repository, int number, CancellationToken cancellationToken) => throw Unscripted();

    public Task ReopenAsync(RepositoryKey repository, int number, CancellationToken cancellationToken) => throw Unscripted();

    private static NotSupportedException Unscripted() => new("The test did not say what this does.");
}

/// <summary>An agent that works on nothing and is asked to start nothing.</summary>
internal sealed class IdleAgent : IAgent
{
    public Task<TurnReport?> ReportAsync(RepositoryKey repository, string thread, TurnId turn, CancellationToken cancellationToken) => Task.FromResult<TurnReport?>(null);

    public Task<LiveTurn?> FindAliveAsync(RepositoryKey repository, AgentBackend backend, ImmutableArray<string> workflows, CancellationToken cancellationToken) => Task.FromResult<LiveTurn?>(null);

    public Task<DispatchAnswer> DispatchAsync(TurnOrder order, CancellationToken cancellationToken) => throw Unscripted();

    public Task<DispatchAnswer?> FindAsync(RepositoryKey repository, AgentBackend backend, TurnId turn, string workflow, CancellationToken cancellationToken) => throw Unscripted();

    public Task<ThreadStatus> StatusAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken) => throw Unscripted();

    public Task CancelAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken) => throw Unscripted();

    private static NotSupportedException Unscripted() => new("The test did not say what this does.");
}

/// <summary>A queue whose renewals and claims can be made to fail.</summary>
internal sealed class FrailQueue(IDueQueue inner) : IDueQueue
{
    public Func<Task<bool>>? OnRenew { get; set; }

    public Func<Task>? BeforeClaim { get; set; }

    public Task<NudgeOutcome> NudgeAsync(Nudge nudge, CancellationToken cancellationToken) => inner.NudgeAsync(nudge, cancellationToken);

    public async Task<Claim?> ClaimAsync(CancellationToken cancellationToken)
    {
        await (BeforeClaim?.Invoke() ?? Task.CompletedTask);
        return await inner.ClaimAsync(cancellationToken);
    }

    public Task<Claim?> ClaimAsync(RepositoryKey repository, CancellationToken cancellationToken) => inner.ClaimAsync(repository, cancellationToken);

    public Task<IReadOnlyList<RepositoryKey>> UnknownAsync(IReadOnlyCollection<RepositoryKey> repositories, CancellationToken cancellationToken) => inner.UnknownAsync(repositories, cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => inner.NextDueAsync(cancellationToken);

    public Task<bool> RenewAsync(RepositoryLease lease, CancellationToken cancellationToken) => OnRenew?.Invoke() ?? inner.RenewAsync(lease, cancellationToken);

    public Task<SettleOutcome> SettleAsync(RepositoryLease lease, DateTimeOffset? next, CancellationToken cancellationToken) => inner.SettleAsync(lease, next, cancellationToken);

    public Task<SettleOutcome> ReleaseAsync(RepositoryLease lease, DateTimeOffset next, CancellationToken cancellationToken) => inner.ReleaseAsync(lease, next, cancellationToken);

    public Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => inner.WaitForWorkAsync(atMost, cancellationToken);
}

/// <summary>Keeps what was logged at warning and above.</summary>
internal sealed class CollectingLogs : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception?.GetType().Name}".Trim());

    public void Dispose()
    {
    }
}
