using System.Globalization;
using System.Text.RegularExpressions;
using AfkGitHubApp.Simulator.Scenarios;

namespace AfkGitHubApp.Simulator.World;

/// <summary>
/// A T3 Code server and the agent behind it, as release 0.0.42 was measured. The agent knows nothing but its prompt: which issue of which
/// repository, which branch, which trailers. What it then does is told by the issue's <see cref="TurnScript"/>.
/// </summary>
internal sealed partial class T3Desk(WorldState world)
{
    public const string ProviderInstance = "codex";
    private const int LongestText = 120_000;
    private const string LostInRestart = "Provider session did not survive a server restart. Send a new message to continue.";
    private static readonly TimeSpan SessionStarts = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PickUp = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Listens = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PushToEnd = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (string Aggregate, long? Sequence)> receipts = new(StringComparer.Ordinal);
    private readonly List<(string Phrase, TurnScript Script)> phrases = [];
    private int numbers;

    public string Version { get; set; } = "0.0.42";

    public string EnvironmentId { get; } = "5e0c0de0-0000-4000-8000-000000000001";

    public string Token { get; set; } = "simulated-t3-token";

    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(30);

    public IReadOnlyList<string> Scopes { get; set; } = ["orchestration:read", "orchestration:operate", "terminal:operate", "review:write", "relay:read", "access:read", "access:write", "relay:write"];

    public long Sequence { get; private set; }

    /// <summary>Folders that are there.</summary>
    public HashSet<string> Folders { get; } = new(StringComparer.Ordinal);

    public List<T3Project> Projects { get; } = [];

    public Dictionary<string, T3Thread> Threads { get; } = new(StringComparer.Ordinal);

    public void Script(string phrase, TurnScript script) => phrases.Add((phrase, script));

    public T3Thread ThreadOf(string id) => Threads.TryGetValue(id, out var thread) ? thread : throw new ArgumentException($"There is no thread '{id}'.", nameof(id));

    /// <summary>Executes once per command id; the same id again gives the same answer, and on something else a refusal.</summary>
    /// <returns>The sequence; null = rejected.</returns>
    public long? Execute(string commandId, string aggregate, Func<long?> execute)
    {
        if (receipts.TryGetValue(commandId, out var receipt))
        {
            return receipt.Aggregate == aggregate ? receipt.Sequence : null;
        }

        var sequence = execute();
        receipts.Add(commandId, (aggregate, sequence));
        return sequence;
    }

    public long? CreateProject(string id, string title, string workspaceRoot)
    {
        if (Projects.Any(project => project.Id == id || project.WorkspaceRoot == workspaceRoot))
        {
            return null;
        }

        Projects.Add(new(id, title, workspaceRoot, world.Now));
        return Next();
    }

    public long? CreateThread(string id, string projectId, string title, string instance, string model, string runtimeMode)
    {
        if (Threads.ContainsKey(id) || Projects.FirstOrDefault(project => project.Id == projectId) is not { } project)
        {
            return null;
        }

        Threads.Add(id, new(id, project, title, instance, model, runtimeMode, world.Now));
        return Next();
    }

    public long? StartTurn(string threadId, string messageId, string text)
    {
        if (!Threads.TryGetValue(threadId, out var thread))
        {
            return null;
        }

        Next();
        if (thread.IsGone)
        {
            return Next();
        }

        var message = new T3Message(messageId, "user", text, null, world.Now);
        thread.Messages.Add(message);
        thread.UpdatedAt = world.Now;
        if (thread.Instance != ProviderInstance)
        {
            FailStart(thread, message, $"Thread '{thread.Id}' references unknown provider instance '{thread.Instance}'. The instance is not configured in this build.");
        }
        else if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText)
        {
            thread.Activities.Add(new("provider.turn.start.failed", "Provider turn start failed", "The text cannot be sent.", messageId, null, world.Now));
            thread.Session ??= new("ready", null, null, world.Now);
        }
        else
        {
            Plan(thread, SessionStarts, () => thread.Session = new(thread.Session is { Status: "running" } ? "running" : "starting", thread.Session?.ActiveTurnId, null, world.Now));
            Plan(thread, PickUp, () => Begin(thread, message));
        }

        return Next();
    }

    public long? Interrupt(string threadId, string? turnId)
    {
        if (!Threads.TryGetValue(threadId, out var thread))
        {
            return null;
        }

        if (!thread.IsGone && thread.LatestTurn is { State: "running" } turn)
        {
            if (turn.Id == turnId)
            {
                // At once, whatever the agent does.
                thread.LatestTurn = turn with { State = "interrupted", CompletedAt = world.Now };
            }

            if (!thread.IgnoresInterrupt)
            {
                thread.ForgetWhatIsAhead();
                Plan(thread, Listens, () => End(thread, turn.Id == turnId ? "interrupted" : "completed", "ready", null, null));
            }
        }

        return Next();
    }

    public long? StopSession(string threadId)
    {
        if (!Threads.TryGetValue(threadId, out var thread))
        {
            return null;
        }

        if (!thread.IsGone)
        {
            thread.ForgetWhatIsAhead();

            // One that was interrupted in this moment had not listened yet.
            End(thread, thread.Session is { Status: "running" } ? "interrupted" : null, "stopped", null, null);
        }

        return Next();
    }

    public long? Archive(string threadId)
    {
        if (!Threads.TryGetValue(threadId, out var thread) || thread.IsGone)
        {
            return null;
        }

        thread.ArchivedAt = world.Now;
        return Next();
    }

    public long? Unarchive(string threadId)
    {
        if (!Threads.TryGetValue(threadId, out var thread) || thread is { ArchivedAt: null } or { DeletedAt: not null })
        {
            return null;
        }

        thread.ArchivedAt = null;
        return Next();
    }

    public long? Delete(string threadId)
    {
        if (!Threads.TryGetValue(threadId, out var thread))
        {
            return null;
        }

        if (thread.DeletedAt is null)
        {
            thread.ForgetWhatIsAhead();
            thread.DeletedAt = world.Now;
            if (thread.LatestTurn is { State: "running", Repository: { } repository } turn)
            {
                world.Record(new RunVanished(world.AgentBot.Login, repository, turn.Number));
            }
        }

        return Next();
    }

    /// <summary>The server is stopped and started: what was at work is lost.</summary>
    public void Restart()
    {
        foreach (var thread in Threads.Values.Where(thread => thread.LatestTurn is { State: "running" }))
        {
            thread.ForgetWhatIsAhead();
            End(thread, "error", "error", LostInRestart, null);
        }
    }

    private long Next() => ++Sequence;

    private string NextId(string kind) => $"{kind}-{(++numbers).ToString(CultureInfo.InvariantCulture)}";

    private void Begin(T3Thread thread, T3Message message)
    {
        var task = PromptedTask.Read(message.Text);
        var repository = task.Repository is { } name ? world.FindRepository(name) : null;
        var script = ScriptFor(repository, task, message.Text);
        if (script.Ends is TurnEnd.NeverStarts)
        {
            FailStart(thread, message, "the provider refused to start the turn");
            return;
        }

        if (thread.LatestTurn is { State: "running" } older)
        {
            // Steered: the turn before counts as over, whatever its agent still does.
            thread.LatestTurn = older with { State = "completed", CompletedAt = world.Now };
        }

        var turn = new T3Turn(NextId("turn"), "running", message.CreatedAt, null, null) { Number = repository is null ? 0 : world.Ids.Next("run"), Repository = repository?.FullName };
        thread.LatestTurn = turn;
        thread.Session = new("running", turn.Id, null, world.Now);
        thread.IgnoresInterrupt = script.Ends is TurnEnd.IgnoresCancel;
        if (repository is not null)
        {
            world.Record(new TurnWorked(world.AgentBot.Login, repository.FullName, task.TurnId ?? "", turn.Number, task.Issue));
        }

        if (script.Ends is TurnEnd.Waiting or TurnEnd.ActionRequired)
        {
            thread.PendingApproval = script.Ends is TurnEnd.Waiting;
            thread.PendingQuestion = script.Ends is TurnEnd.ActionRequired;
            thread.Activities.Add(new(thread.PendingApproval ? "approval.requested" : "user-input.requested", "Waiting for a person", null, NextId("request"), turn.Id, world.Now));
            return;
        }

        Work(thread, turn, script, task, repository);
    }

    private void Work(T3Thread thread, T3Turn turn, TurnScript script, PromptedTask task, Repository? repository)
    {
        string? pushed = null;
        if (script.Pushes && repository is not null)
        {
            var wanted = script.PushesAfter ?? (script.Takes > PushToEnd * 2 ? script.Takes - PushToEnd : script.Takes / 2);
            void Push() => pushed = world.Runs.PushTurn(repository, task.Inputs(repository), script, task.Issue);
            if (wanted > script.Takes && script.Ends is not (TurnEnd.Hang or TurnEnd.IgnoresCancel))
            {
                world.Agenda.Schedule(wanted, Push);
            }
            else
            {
                Plan(thread, wanted, Push);
            }
        }

        Action? end = script.Ends switch
        {
            TurnEnd.Success => () => End(thread, "completed", "ready", null, script.LastMessage ?? (pushed is null ? $"ok: {task.LastLine}" : $"The work is done.\n\nPushed-Commit: {pushed}")),
            TurnEnd.Failure => () =>
            {
                thread.Activities.Add(new("runtime.error", "Runtime error", "the provider failed", null, turn.Id, world.Now));
                End(thread, "error", "error", "the provider failed", null);
            },
            TurnEnd.Cancelled => () => End(thread, "interrupted", "stopped", null, null),
            TurnEnd.Vanish => () => Delete(thread.Id),
            _ => null,
        };
        if (end is not null)
        {
            Plan(thread, script.Takes, end);
        }
    }

    private void End(T3Thread thread, string? turnState, string sessionStatus, string? lastError, string? lastMessage)
    {
        thread.Ahead.Clear();
        thread.PendingApproval = false;
        thread.PendingQuestion = false;
        if (thread.ArchivedAt is not null)
        {
            // Its agent went on, but nothing of an archived thread is written down any more.
            RecordEnd(thread.LatestTurn, turnState ?? "stopped");
            return;
        }

        if (turnState is not null && thread.LatestTurn is { } turn)
        {
            var answer = lastMessage is null ? null : new T3Message(NextId("assistant:msg"), "assistant", lastMessage, turn.Id, world.Now);
            if (answer is not null)
            {
                thread.Messages.Add(answer);
            }

            thread.LatestTurn = turn with { State = turnState, CompletedAt = turn.CompletedAt ?? world.Now, AssistantMessageId = answer?.Id };
            RecordEnd(turn, turnState);
        }

        thread.Session = new(sessionStatus, null, lastError, world.Now);
        thread.UpdatedAt = world.Now;
    }

    private void RecordEnd(T3Turn? turn, string state)
    {
        if (turn is { Repository: { } repository })
        {
            world.Record(new RunCompleted(world.AgentBot.Login, repository, turn.Number, "t3code", state));
        }
    }

    private void FailStart(T3Thread thread, T3Message message, string why)
    {
        thread.Ahead.Clear();
        thread.Activities.Add(new("provider.turn.start.failed", "Provider turn start failed", why, message.Id, null, world.Now));
        thread.Session = new("error", null, why, world.Now);
        thread.UpdatedAt = world.Now;
    }

    private TurnScript ScriptFor(Repository? repository, PromptedTask task, string text)
    {
        if (phrases.FindLast(each => text.Contains(each.Phrase, StringComparison.Ordinal)) is { Script: { } phrased })
        {
            return phrased;
        }

        if (repository is null)
        {
            return new TurnScript { Pushes = false, Takes = Listens };
        }

        return repository.TurnScripts.TryGetValue(task.Issue, out var scripts) && scripts.Count > 0 ? scripts[Math.Min(task.Ordinal, scripts.Count) - 1] : new TurnScript();
    }

    private void Plan(T3Thread thread, TimeSpan after, Action action) => thread.Ahead.Add(world.Agenda.Schedule(after, action));

    /// <summary>What an agent takes from its prompt.</summary>
    private sealed partial record PromptedTask(string? Repository, int Issue, string? RunId, string? TurnId, string? Branch, string? BaseSha, string LastLine)
    {
        public int Ordinal => TurnId is { } turn && int.TryParse(turn.AsSpan(turn.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k > 0 ? k : 1;

        public static PromptedTask Read(string prompt)
        {
            var issue = Issues().Match(prompt);
            return new(
                issue.Success ? issue.Groups["repository"].Value : null,
                issue.Success ? int.Parse(issue.Groups["number"].Value, CultureInfo.InvariantCulture) : 0,
                Value(Runs().Match(prompt)),
                Value(Turns().Match(prompt)),
                Value(Branches().Match(prompt)),
                Value(Bases().Match(prompt)),
                prompt.TrimEnd().Split('\n')[^1]);
        }

        public IReadOnlyDictionary<string, string> Inputs(Repository repository) => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["run_id"] = RunId ?? "",
            ["turn_id"] = TurnId ?? "",
            ["branch"] = Branch ?? "",
            ["base_sha"] = BaseSha ?? "",
            ["delivery"] = Branch is { } branch && branch != repository.DefaultBranch ? "pull_request" : "trunk",
        };

        private static string? Value(Match match) => match.Success ? match.Groups["value"].Value : null;

        [GeneratedRegex(@"issue #(?<number>\d{1,9}) of `(?<repository>[^`\s]+)`", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Issues();

        [GeneratedRegex("`AFK-Run: (?<value>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Runs();

        [GeneratedRegex("`AFK-Turn: (?<value>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Turns();

        [GeneratedRegex("Push to the branch `(?<value>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Branches();

        [GeneratedRegex("began at commit `(?<value>[0-9a-f]{40})`", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Bases();
    }
}
