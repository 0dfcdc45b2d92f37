using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Http.Control;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.Webhooks;

namespace AfkGitHubApp.Simulator.World;

/// <summary>
/// A GitHub that lives in memory: repositories, issues, commits, checks, Actions and webhooks, with the App under test installed.
/// Everything is synchronous and under one lock; two thin doors lead in, <see cref="InProcessHandler"/> and the served one.
/// Unknown repositories, people (they are made on first mention) and issues are told apart by an <see cref="ArgumentException"/> from the verbs.
/// </summary>
public sealed partial class SimulatedGitHub
{
    private readonly Lock gate = new();
    private readonly WorldState world;
    private readonly RestDoor door;
    private readonly T3Door t3Door;
    private int depth;
    private TaskCompletionSource agendaChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes an empty world: the App exists, no repository does.</summary>
    public SimulatedGitHub(TimeProvider time, SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        Time = time;
        Options = options;
        world = new WorldState(time, options);
        door = new RestDoor(world);
        t3Door = new T3Door(world);
    }

    /// <summary>What the world was made with.</summary>
    public SimulatorOptions Options { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Every request and every effect, in order.</summary>
    public SimulatorJournal Journal => world.Journal;

    /// <summary>Where the world is reached; urls in answers start with it.</summary>
    public Uri BaseUrl
    {
        get => Within(() => world.BaseUrl);
        internal set => Within(() => world.BaseUrl = value);
    }

    /// <summary>Where webhooks go; null keeps none but their records.</summary>
    public IWebhookSink? WebhookSink
    {
        get => Within(() => world.Webhooks.Sink);
        set => Within(() => world.Webhooks.Sink = value);
    }

    /// <summary>Address that webhooks are posted to in served mode, as <c>GET /app/hook/config</c> shows it.</summary>
    public Uri? WebhookUrl => Within(() => world.HookUrl);

    /// <summary>Sees every request to GitHub's API and its answer, in order and before the answer is given; the control API's own are not among them.</summary>
    public Action<SimulatedRequest, SimulatedResponse>? Answered { get; set; }

    /// <summary>When the next thing will happen by itself; null when nothing is coming.</summary>
    public DateTimeOffset? NextDue => Within(() => world.Agenda.NextDue);

    /// <summary>The next moment something will be added to the agenda; for a loop that waits for <see cref="NextDue"/>.</summary>
    internal Task AgendaChanged
    {
        get
        {
            lock (gate)
            {
                return agendaChanged.Task;
            }
        }
    }

    /// <summary>Lets everything happen that is due by the clock, and says how much that was. Requests and verbs do it by themselves first, so nobody ever sees a stale world.</summary>
    public int RunDue()
    {
        lock (gate)
        {
            depth++;
            try
            {
                return world.Agenda.RunDue();
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>Answers one HTTP request.</summary>
    public SimulatedResponse Handle(SimulatedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Within(() =>
        {
            if (request.Path.StartsWith(ControlDoor.Root, StringComparison.Ordinal))
            {
                return ControlDoor.Handle(this, request);
            }

            if (request.Path.StartsWith(LogDoor.Root, StringComparison.Ordinal))
            {
                return LogDoor.Handle(world, request);
            }

            if (request.Path.StartsWith(T3Door.Root + "/", StringComparison.Ordinal))
            {
                return t3Door.Handle(request);
            }

            var response = door.Handle(request);
            Answered?.Invoke(request, response);
            return response;
        });
    }

    /// <summary>A handler that answers in process, at once and on the caller's thread.</summary>
    public HttpMessageHandler CreateHandler() => new InProcessHandler(this);

    /// <summary>Sets address and secret of the App's webhook.</summary>
    public void SetWebhook(Uri? url, string? secret) => Within(() =>
    {
        world.HookUrl = url;
        world.HookSecret = secret ?? world.HookSecret;
    });

    /// <summary>Sets how deliveries are sent, as <c>GET /app/hook/config</c> shows it; they are posted as JSON all the same.</summary>
    /// <param name="contentType"><c>json</c> or <c>form</c>.</param>
    /// <param name="insecureSsl">Whether the receiver's certificate goes unchecked.</param>
    public void SetWebhookFormat(string contentType, bool insecureSsl = false) => Within(() =>
    {
        world.HookContentType = contentType is "json" or "form" ? contentType : throw new ArgumentException($"'{contentType}' is neither json nor form.", nameof(contentType));
        world.HookInsecureSsl = insecureSsl;
    });

    /// <summary>Changes what the App asks for. Its installations get it at once, unless <see cref="AcceptPermissions"/> fixed what they granted.</summary>
    public void RegisterApp(IReadOnlyDictionary<string, string> permissions, IReadOnlyList<string> events) => Within(() =>
    {
        world.App.Permissions = permissions;
        world.App.Events = events;
    });

    /// <summary>Fixes what the installation that covers a repository has granted, whatever the App asks for; null lifts that. Tokens minted before keep what they had.</summary>
    public void AcceptPermissions(string repository, IReadOnlyDictionary<string, string>? permissions) => Within(() =>
        (world.InstallationOf(world.RepositoryOf(repository)) ?? throw new ArgumentException($"The App is not installed on '{repository}'.", nameof(repository))).Accepted = permissions);

    /// <summary>Sends the <c>ping</c> event that GitHub sends when a webhook is made.</summary>
    public void Ping() => Within(() => world.Webhooks.Emit("ping", null, null, world.App.Owner, world.Render().Ping(world.Webhooks.HookId)));

    /// <summary>Sets what goes wrong with webhooks from now on.</summary>
    public void SetWebhookChaos(WebhookChaos chaos) => Within(() => world.Webhooks.SetChaos(chaos));

    /// <summary>Puts a fault in the way of requests.</summary>
    public void AddRequestFault(RequestFault fault) => Within(() => world.Requests.Add(fault));

    /// <summary>Takes all faults away.</summary>
    public void ClearRequestFaults() => Within(world.Requests.Clear);

    /// <summary>Records what became of a delivery: <c>GET /app/hook/deliveries</c> lists only attempts with an outcome.</summary>
    /// <param name="delivery">The attempt.</param>
    /// <param name="statusCode">Status of the answer; 0 when there was none.</param>
    /// <param name="status">GitHub's word for it; by default <c>OK</c> for 2xx.</param>
    /// <param name="duration">How long the receiver took.</param>
    public void RecordDelivery(WebhookDelivery delivery, int statusCode, string? status = null, TimeSpan duration = default)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        Within(() => world.Webhooks.Outcome(delivery.Id, statusCode, status ?? (statusCode is >= 200 and < 300 ? "OK" : statusCode == 0 ? "failed to connect to host" : $"Invalid HTTP Response: {statusCode}"), duration));
    }

    /// <summary>Scripts the turns on an issue: turn k of a run uses script k, the last one repeats.</summary>
    public void ScriptIssue(string repository, int number, params TurnScript[] turns) =>
        Within(() => world.RepositoryOf(repository).TurnScripts[number] = [.. turns]);

    /// <summary>Scripts CI of all pushes that carry no script of their own (people's pushes, pull requests).</summary>
    public void ScriptCi(string repository, CiScript ci) => Within(() => world.RepositoryOf(repository).Ci = ci);

    private void Within(Action act) => Within<object?>(() =>
    {
        act();
        return null;
    });

    private T Within<T>(Func<T> act)
    {
        lock (gate)
        {
            depth++;
            try
            {
                world.Agenda.RunDue();
                return act();
            }
            finally
            {
                Leave();
            }
        }
    }

    private void Leave()
    {
        depth--;
        if (depth > 0)
        {
            return;
        }

        world.Webhooks.Flush();
        if (world.Agenda.Changed)
        {
            world.Agenda.Changed = false;
            var changed = agendaChanged;
            agendaChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.TrySetResult();
        }
    }
}
