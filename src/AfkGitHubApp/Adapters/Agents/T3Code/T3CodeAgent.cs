using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Adapters.Agents.T3Code;

/// <summary>
/// Turns as messages in a thread of a T3 Code server, one thread per run. Every id is derived (<see cref="T3Turn"/>), so that whatever was lost
/// on the way is sent again without doing it twice.
/// </summary>
public sealed class T3CodeAgent : IAgent, IAgentServer, IDisposable
{
    private const int LooksForPickUp = 10;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SharedFor = TimeSpan.FromSeconds(3);
    private static readonly string[] NeededScopes = ["orchestration:read", "orchestration:operate"];
    private readonly T3CodeSettings settings;
    private readonly TimeSpan timeout;
    private readonly TimeProvider time;
    private readonly TimeProvider wireTime;
    private readonly T3CodeClient client;
    private readonly SemaphoreSlim reading = new(1, 1);
    private SharedShell? shared;
    private int written;

    /// <summary>Connects; sends nothing yet.</summary>
    /// <param name="settings">Where, and what threads are made with.</param>
    /// <param name="timeout">Bound of one request, and of all requests of one write together: a lease is held that long.</param>
    /// <param name="time">The product's clock.</param>
    /// <param name="wire">Innermost handler; must not follow redirects.</param>
    /// <param name="wireTime">The clock of the wire, for deadlines.</param>
    public T3CodeAgent(T3CodeSettings settings, TimeSpan timeout, TimeProvider time, HttpMessageHandler wire, TimeProvider wireTime)
    {
        this.settings = settings;
        this.timeout = timeout;
        this.time = time;
        this.wireTime = wireTime;
        client = new T3CodeClient(settings, timeout, wire, wireTime);
    }

    /// <summary>The server version that all of this is tested with.</summary>
    public static Version TestedVersion { get; } = new(0, 0, 42);

    /// <inheritdoc/>
    public Task<DispatchAnswer> DispatchAsync(TurnOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return WriteAsync((mayBeStarted, bound) => StartAsync(order, mayBeStarted, bound), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DispatchAnswer?> FindAsync(RepositoryKey repository, AgentBackend backend, TurnId turn, string workflow, CancellationToken cancellationToken)
    {
        for (var maker = turn; maker.Ordinal > 0; maker = maker with { Ordinal = maker.Ordinal - 1 })
        {
            var place = new T3Turn(T3Turn.ThreadOf(repository, maker), turn.Ordinal);
            if (await client.ThreadAsync(place.Thread, cancellationToken) is { } thread && Holds(thread, place))
            {
                return Started(place, await client.EnvironmentAsync(cancellationToken));
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<LiveTurn?> FindAliveAsync(RepositoryKey repository, AgentBackend backend, ImmutableArray<string> workflows, CancellationToken cancellationToken)
    {
        var shell = await client.ShellAsync(cancellationToken);
        foreach (var row in shell.Threads.Where(row => T3Turn.MakerOf(repository, row.Id) is not null && (T3Reading.IsAlive(row) || row.LatestUserMessageAt > (row.LatestTurn?.RequestedAt ?? DateTimeOffset.MinValue))))
        {
            if (await client.ThreadAsync(row.Id, cancellationToken) is { } thread
                && thread.Messages?.LastOrDefault(message => message is { Role: "user" } && T3Turn.OfMessage(message.Id)?.Thread == row.Id) is { } asked
                && T3Reading.OfThread(thread, asked.Id, time.GetUtcNow()) is ThreadStatus.Running or ThreadStatus.NeedsPerson
                && T3Turn.OfMessage(asked.Id) is { } place
                && T3Turn.MakerOf(repository, row.Id) is { } maker)
            {
                return new(maker with { Ordinal = place.Ordinal }, place.Handle, asked.CreatedAt);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<ThreadStatus> StatusAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken)
    {
        var place = PlaceOf(thread);
        var shell = await SharedShellAsync(cancellationToken);
        if (shell.Threads.FirstOrDefault(row => row.Id == place.Thread) is { } row && T3Reading.OfRow(row) is { } status)
        {
            return status;
        }

        if (await client.ThreadAsync(place.Thread, cancellationToken) is { } whole)
        {
            return T3Reading.OfThread(whole, place.Message, time.GetUtcNow());
        }

        // Deleting a thread ends its agent, archiving it does not: an archived one that was last seen at work may be at work still.
        return await ArchivedAsync(place, cancellationToken) is { } archived && T3Reading.IsAlive(archived) ? ThreadStatus.Running : ThreadStatus.Vanished;
    }

    /// <inheritdoc/>
    public Task CancelAsync(RepositoryKey repository, string thread, CancellationToken cancellationToken) =>
        WriteAsync(async (_, bound) => await EndAsync(PlaceOf(thread), bound), cancellationToken);

    /// <inheritdoc/>
    public async Task<TurnReport?> ReportAsync(RepositoryKey repository, string thread, TurnId turn, CancellationToken cancellationToken)
    {
        var place = PlaceOf(thread);
        return await client.ThreadAsync(place.Thread, cancellationToken) is { } whole ? T3Report.Of(whole, place with { Ordinal = turn.Ordinal }) : null;
    }

    /// <inheritdoc/>
    public async Task<AgentServerCondition> LookAsync(CancellationToken cancellationToken)
    {
        var environment = await client.EnvironmentAsync(cancellationToken);
        var session = await client.SessionAsync(cancellationToken);
        return new(
            client.Origin,
            environment.ServerVersion,
            TestedVersion.ToString(),
            IsTested(environment),
            session.Authenticated,
            session.Authenticated ? [.. NeededScopes.Where(scope => session.Scopes?.Contains(scope, StringComparer.Ordinal) is not true)] : [],
            session.ExpiresAt);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        reading.Dispose();
    }

    private static bool IsTested(EnvironmentDto environment) => Version.TryParse(environment.ServerVersion, out var version) && version == TestedVersion;

    private static bool Holds(ThreadDto thread, T3Turn place) => thread.Messages?.Any(message => message?.Id == place.Message) is true;

    private static DispatchAnswer Refused(string why) => new(Thread: null, Url: null, why);

    private static T3Turn PlaceOf(string handle) => T3Turn.OfHandle(handle) ?? throw new GitHubFailure(FailureKind.Bug, "the handle is none of a T3 Code thread");

    private DispatchAnswer Started(T3Turn place, EnvironmentDto environment) =>
        new(place.Handle, $"{client.Origin}/{Uri.EscapeDataString(environment.EnvironmentId)}/{Uri.EscapeDataString(place.Thread)}", Refusal: null);

    private async Task<DispatchAnswer> StartAsync(TurnOrder order, Action mayBeStarted, CancellationToken cancellationToken)
    {
        var environment = await client.EnvironmentAsync(cancellationToken);
        if (!IsTested(environment))
        {
            return Refused($"the T3 Code server runs version {environment.ServerVersion}, and only {TestedVersion} is known to work");
        }

        var shell = await client.ShellAsync(cancellationToken);
        var row = shell.Threads.Where(thread => T3Turn.MakerOf(order.Repository, thread.Id)?.Run == order.Turn.Run).MaxBy(thread => T3Turn.MakerOf(order.Repository, thread.Id)!.Value.Ordinal);
        if (row is null && await MakeThreadAsync(order, shell, cancellationToken) is { } refusal)
        {
            return Refused(refusal);
        }

        var place = new T3Turn(row?.Id ?? T3Turn.ThreadOf(order.Repository, order.Turn), order.Turn.Ordinal);
        if (row is not null && T3Reading.IsAlive(row))
        {
            // Sent now it would be steered into the turn that is at work. That one may be ours, sent before.
            return await client.ThreadAsync(place.Thread, cancellationToken) is { } working && Holds(working, place)
                ? Started(place, environment)
                : throw new GitHubFailure(FailureKind.Transient, "the run's T3 Code thread is still at work");
        }

        mayBeStarted();
        var command = new CommandDto("thread.turn.start", $"{place.Message}-start")
        {
            ThreadId = place.Thread,
            Message = new(place.Message, "user", order.Prompt, []),
            RuntimeMode = settings.RuntimeMode,
            InteractionMode = "default",
            CreatedAt = time.GetUtcNow(),
        };
        return await client.DispatchAsync(command, T3Json.Default.CommandDto, startsTurn: true, cancellationToken) switch
        {
            CommandAnswer.Accepted => Started(place, environment),
            CommandAnswer.Rejected => await AfterRejectionAsync(place, environment, cancellationToken),
            _ => Refused("T3 Code could not read the command that starts the turn"),
        };
    }

    /// <summary>A rejection may be the echo of an earlier one, so the thread itself is asked.</summary>
    private async Task<DispatchAnswer> AfterRejectionAsync(T3Turn place, EnvironmentDto environment, CancellationToken cancellationToken) =>
        await client.ThreadAsync(place.Thread, cancellationToken) switch
        {
            null => throw new GitHubFailure(FailureKind.Transient, "the run's T3 Code thread was deleted in this moment"),
            { } thread when Holds(thread, place) => Started(place, environment),
            _ => Refused("T3 Code rejected the turn; its server log says why"),
        };

    /// <summary>Makes the run's thread, and before it the project where there is none for the folder.</summary>
    /// <returns>Why it could not be; null when the thread is there.</returns>
    private async Task<string?> MakeThreadAsync(TurnOrder order, ShellDto shell, CancellationToken cancellationToken)
    {
        var workspace = settings.WorkspaceOf(order.Repository);
        if (ProjectAt(shell, workspace) is not { } project)
        {
            project = T3Turn.ProjectOf(order.Repository, order.Turn);
            var create = new CommandDto("project.create", $"{project}-create") { ProjectId = project, Title = order.Repository.FullName, WorkspaceRoot = workspace, CreatedAt = time.GetUtcNow() };
            var made = await client.DispatchAsync(create, T3Json.Default.CommandDto, startsTurn: false, cancellationToken);
            if (made is CommandAnswer.Invalid)
            {
                return $"the folder {workspace} is not on the T3 Code server";
            }

            // Somebody else may have made one for the folder in the meantime.
            if (made is not CommandAnswer.Accepted && ProjectAt(await client.ShellAsync(cancellationToken), workspace) is var other)
            {
                if (other is null)
                {
                    return $"T3 Code rejected a project for the folder {workspace}";
                }

                project = other;
            }
        }

        var thread = T3Turn.ThreadOf(order.Repository, order.Turn);
        var command = new ThreadCreateDto(
            "thread.create", $"{thread}-create", thread, project, $"{order.Repository.FullName}#{order.IssueNumber}", new(settings.Instance, settings.Model), settings.RuntimeMode, "default", Branch: null, WorktreePath: null, time.GetUtcNow());
        return await client.DispatchAsync(command, T3Json.Default.ThreadCreateDto, startsTurn: false, cancellationToken) is CommandAnswer.Accepted || await client.ThreadAsync(thread, cancellationToken) is not null
            ? null
            : "T3 Code rejected a thread for the run; its server log says why";
    }

    private static string? ProjectAt(ShellDto shell, string workspace) =>
        shell.Projects.FirstOrDefault(project => string.Equals(project.WorkspaceRoot.TrimEnd('/', '\\'), workspace.TrimEnd('/', '\\'), StringComparison.Ordinal))?.Id;

    /// <summary>Interrupting names the turn, or it would read as completed; stopping the session ends what does not listen.</summary>
    private async Task<bool> EndAsync(T3Turn place, CancellationToken cancellationToken)
    {
        var thread = await client.ThreadAsync(place.Thread, cancellationToken);
        if (thread is null && await ArchivedAsync(place, cancellationToken) is { } archived && T3Reading.IsAlive(archived))
        {
            await OrderAsync(new CommandDto("thread.unarchive", $"{place.Message}-unarchive") { ThreadId = place.Thread }, cancellationToken);
            thread = await client.ThreadAsync(place.Thread, cancellationToken);
        }

        // Stopped before its prompt was picked up, a session can start all the same.
        for (var look = 0; look < LooksForPickUp && thread is not null and not { LatestTurn.State: "running" } && !IsOver(thread, place); look++)
        {
            await Task.Delay(BetweenLooks, wireTime, cancellationToken);
            thread = await client.ThreadAsync(place.Thread, cancellationToken);
        }

        if (thread is null || IsOver(thread, place))
        {
            return false;
        }

        if (thread.LatestTurn is { State: "running" } turn)
        {
            await OrderAsync(new CommandDto("thread.turn.interrupt", $"{place.Message}-interrupt-{turn.TurnId}") { ThreadId = place.Thread, TurnId = turn.TurnId, CreatedAt = time.GetUtcNow() }, cancellationToken);
        }

        await OrderAsync(new CommandDto("thread.session.stop", $"{place.Message}-stop-{thread.LatestTurn?.TurnId}") { ThreadId = place.Thread, CreatedAt = time.GetUtcNow() }, cancellationToken);
        return true;
    }

    private bool IsOver(ThreadDto thread, T3Turn place) => T3Reading.OfThread(thread, place.Message, time.GetUtcNow()) is ThreadStatus.Idle or ThreadStatus.Error;

    private async Task OrderAsync(CommandDto command, CancellationToken cancellationToken)
    {
        if (await client.DispatchAsync(command, T3Json.Default.CommandDto, startsTurn: false, cancellationToken) is not CommandAnswer.Accepted)
        {
            throw new GitHubFailure(FailureKind.Transient, $"T3 Code rejected {command.Type}");
        }
    }

    private async Task<ThreadDto?> ArchivedAsync(T3Turn place, CancellationToken cancellationToken) =>
        (await client.SnapshotAsync(cancellationToken)).Threads.FirstOrDefault(thread => thread.Id == place.Thread && thread.DeletedAt is null);

    /// <summary>All requests of a write within one bound. Whoever reads afterwards reads anew.</summary>
    private async Task<T> WriteAsync<T>(Func<Action, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var mayBeStarted = false;
        using var deadline = new CancellationTokenSource(timeout, wireTime);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await write(() => mayBeStarted = true, bound.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GitHubFailure(FailureKind.Transient, $"T3 Code did not take everything within {timeout.TotalSeconds:0.#} s", exception) { Ambiguous = mayBeStarted };
        }
        finally
        {
            Interlocked.Increment(ref written);
            Volatile.Write(ref shared, null);
        }
    }

    /// <summary>One reading for all runs that are looked at about the same time, a failed one too: a server that is away costs one wait, not one each.</summary>
    private async Task<ShellDto> SharedShellAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (Volatile.Read(ref shared) is { } kept && time.GetUtcNow() - kept.At < SharedFor)
            {
                return kept.Shell ?? throw new GitHubFailure(FailureKind.Transient, kept.Failure!.Message, kept.Failure);
            }

            var (before, at) = (Volatile.Read(ref written), time.GetUtcNow());
            try
            {
                var shell = await client.ShellAsync(cancellationToken);
                Keep(new(at, shell, Failure: null), before);
                return shell;
            }
            catch (GitHubFailure failure)
            {
                Keep(new(at, Shell: null, failure), before);
                throw;
            }
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Not where something was written while it was read: it may be older than that.</summary>
    private void Keep(SharedShell read, int before)
    {
        if (Volatile.Read(ref written) == before)
        {
            Volatile.Write(ref shared, read);
        }
    }

    private sealed record SharedShell(DateTimeOffset At, ShellDto? Shell, GitHubFailure? Failure);
}
