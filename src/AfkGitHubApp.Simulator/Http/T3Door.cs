using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>
/// The HTTP door of the simulated T3 Code server. It refuses as the real one does: what it cannot read with an empty 400, whatever it does not
/// want with one and the same 500, and a path it does not know it answers with its web page.
/// </summary>
internal sealed class T3Door(WorldState world)
{
    public const string Root = "/_t3code";

    private static readonly string[] RuntimeModes = ["approval-required", "auto-accept-edits", "auto", "full-access"];
    private static readonly string[] InteractionModes = ["default", "plan"];
    private int traces;

    private T3Desk Desk => world.T3Code;

    public SimulatedResponse Handle(SimulatedRequest request)
    {
        var path = request.Path[Root.Length..];
        var fault = world.T3Requests.Hit(request.Method, path);
        var response = fault is { CutConnection: true } ? SimulatedResponse.Empty(0) with { ConnectionCut = true }
            : fault?.Status is { } status ? SimulatedResponse.Empty(status)
            : Answer(request, path);
        world.Record(new T3RequestMade(request.Method, path, response.Status, fault?.Name));
        return response with { ConnectionCut = response.ConnectionCut || fault is { LoseResponse: true }, BodyStalls = fault is { StallBody: true }, Latency = fault?.Latency ?? TimeSpan.Zero };
    }

    private SimulatedResponse Answer(SimulatedRequest request, string path) => (request.Method, path) switch
    {
        ("GET", "/.well-known/t3/environment") => Json(200, new JsonObject
        {
            ["environmentId"] = Desk.EnvironmentId,
            ["label"] = "simulated",
            ["platform"] = new JsonObject { ["os"] = "linux", ["arch"] = "x64" },
            ["serverVersion"] = Desk.Version,
            ["capabilities"] = new JsonObject { ["repositoryIdentity"] = true },
        }),
        ("GET", "/api/auth/session") => Session(request),
        ("POST", "/api/orchestration/dispatch") => LetIn(request, "orchestration:operate") ?? Dispatch(request),
        ("GET", "/api/orchestration/shell") => LetIn(request, "orchestration:read") ?? Shell(),
        ("GET", "/api/orchestration/snapshot") => LetIn(request, "orchestration:read") ?? Snapshot(),
        ("GET", _) when path.StartsWith("/api/orchestration/threads/", StringComparison.Ordinal) => LetIn(request, "orchestration:read") ?? Thread(Uri.UnescapeDataString(path["/api/orchestration/threads/".Length..])),
        ("GET", _) => (SimulatedResponse.Empty(200) with { Body = Encoding.UTF8.GetBytes("<!doctype html>\n<html lang=\"en\"></html>\n") }).Add("Content-Type", "text/html; charset=utf-8"),
        _ => SimulatedResponse.Empty(404),
    };

    private SimulatedResponse Session(SimulatedRequest request)
    {
        var body = new JsonObject { ["authenticated"] = IsKnown(request), ["auth"] = new JsonObject { ["policy"] = "loopback-browser" } };
        if (IsKnown(request))
        {
            body["scopes"] = new JsonArray([.. Desk.Scopes.Select(scope => JsonValue.Create(scope))]);
            body["sessionMethod"] = "bearer-access-token";
            body["expiresAt"] = Time(world.CreatedAt + Desk.TokenLifetime);
        }

        return Json(200, body);
    }

    private bool IsKnown(SimulatedRequest request) => request.Header("Authorization") == $"Bearer {Desk.Token}";

    private SimulatedResponse? LetIn(SimulatedRequest request, string scope) =>
        request.Header("Authorization") is null ? Error(401, "EnvironmentAuthInvalidError", "auth_invalid", "missing_credential")
        : !IsKnown(request) ? Error(401, "EnvironmentAuthInvalidError", "auth_invalid", "invalid_credential")
        : Desk.Scopes.Contains(scope, StringComparer.Ordinal) ? null
        : Json(403, new JsonObject { ["_tag"] = "EnvironmentScopeRequiredError", ["code"] = "insufficient_scope", ["requiredScope"] = scope, ["traceId"] = Trace() });

    private SimulatedResponse Dispatch(SimulatedRequest request)
    {
        if (request.Header("Content-Type")?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return SimulatedResponse.Empty(415);
        }

        long? sequence;
        try
        {
            var command = new Command(JsonNode.Parse(request.Body.Span) as JsonObject ?? throw new FormatException());
            var id = command.Id("commandId");
            sequence = Execute(command, id);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return SimulatedResponse.Empty(400);
        }
        catch (DirectoryNotFoundException)
        {
            return Error(400, "EnvironmentRequestInvalidError", "invalid_request", "invalid_command");
        }

        return sequence is { } number ? Json(200, new JsonObject { ["sequence"] = number }) : Error(500, "EnvironmentInternalError", "internal_error", "orchestration_dispatch_failed");
    }

    private long? Execute(Command command, string id)
    {
        switch (command.Text("type"))
        {
            case "project.create":
                var (project, title, root) = (command.Id("projectId"), command.Id("title"), command.Id("workspaceRoot"));
                command.Text("createdAt");
                if (!Desk.Folders.Contains(root) && !command.Flag("createWorkspaceRootIfMissing"))
                {
                    throw new DirectoryNotFoundException(root);
                }

                return Desk.Execute(id, $"project:{project}", () => Desk.CreateProject(project, title, root));
            case "thread.create":
                var (made, owner, name) = (command.Id("threadId"), command.Id("projectId"), command.Id("title"));
                var model = command.Part("modelSelection");
                var (instance, slug, mode) = (model.Id("instanceId"), model.Id("model"), command.Word("runtimeMode", RuntimeModes));
                command.Nullable("branch");
                command.Nullable("worktreePath");
                command.Text("createdAt");
                return Desk.Execute(id, $"thread:{made}", () => Desk.CreateThread(made, owner, name, instance, slug, mode));
            case "thread.turn.start":
                var thread = command.Id("threadId");
                var message = command.Part("message");
                var (messageId, text) = (message.Id("messageId"), message.Text("text"));
                message.Word("role", "user");
                message.List("attachments");
                command.Word("runtimeMode", RuntimeModes);
                command.Word("interactionMode", InteractionModes);
                command.Text("createdAt");
                return Desk.Execute(id, $"thread:{thread}", () => Desk.StartTurn(thread, messageId, text));
            case "thread.turn.interrupt":
                var turn = command.Optional("turnId");
                command.Text("createdAt");
                return OnThread(command, id, each => Desk.Interrupt(each, turn));
            case "thread.session.stop":
                command.Text("createdAt");
                return OnThread(command, id, Desk.StopSession);
            case "thread.archive":
                return OnThread(command, id, Desk.Archive);
            case "thread.unarchive":
                return OnThread(command, id, Desk.Unarchive);
            case "thread.delete":
                return OnThread(command, id, Desk.Delete);
            default:
                throw new FormatException();
        }
    }

    private long? OnThread(Command command, string id, Func<string, long?> act)
    {
        var thread = command.Id("threadId");
        return Desk.Execute(id, $"thread:{thread}", () => act(thread));
    }

    private SimulatedResponse Shell() => Json(200, new JsonObject
    {
        ["snapshotSequence"] = Desk.Sequence,
        ["projects"] = Projects(),
        ["threads"] = new JsonArray([.. Desk.Threads.Values.Where(thread => !thread.IsGone).Select(thread =>
        {
            var row = Row(thread);
            row["latestUserMessageAt"] = Time(thread.Messages.LastOrDefault(message => message.Role == "user")?.CreatedAt);
            row["hasPendingApprovals"] = thread.PendingApproval;
            row["hasPendingUserInput"] = thread.PendingQuestion;
            row["hasActionableProposedPlan"] = false;
            row["backgroundLiveness"] = null;
            row["planProgress"] = null;
            return (JsonNode)row;
        })]),
        ["updatedAt"] = Time(world.Now),
    });

    private SimulatedResponse Snapshot() => Json(200, new JsonObject
    {
        ["snapshotSequence"] = Desk.Sequence,
        ["projects"] = Projects(),
        ["threads"] = new JsonArray([.. Desk.Threads.Values.Select(thread => (JsonNode)Filled(thread, [], []))]),
        ["updatedAt"] = Time(world.Now),
    });

    private SimulatedResponse Thread(string id) => !Desk.Threads.TryGetValue(id, out var thread) || thread.IsGone
        ? Error(404, "EnvironmentResourceNotFoundError", "not_found", "thread_not_found")
        : Json(200, new JsonObject
        {
            ["snapshotSequence"] = Desk.Sequence,
            ["thread"] = Filled(
                thread,
                [.. thread.Messages.Select(message => new JsonObject
                {
                    ["id"] = message.Id,
                    ["role"] = message.Role,
                    ["text"] = message.Text,
                    ["attachments"] = new JsonArray(),
                    ["turnId"] = message.TurnId,
                    ["streaming"] = false,
                    ["createdAt"] = Time(message.CreatedAt),
                    ["updatedAt"] = Time(message.CreatedAt),
                })],
                [.. thread.Activities.Select((activity, at) => new JsonObject
                {
                    ["id"] = $"activity-{at}",
                    ["tone"] = "error",
                    ["kind"] = activity.Kind,
                    ["summary"] = activity.Summary,
                    ["payload"] = new JsonObject { ["detail"] = activity.Detail, ["requestId"] = activity.RequestId },
                    ["turnId"] = activity.TurnId,
                    ["createdAt"] = Time(activity.CreatedAt),
                })]),
        });

    private JsonArray Projects() => new([.. Desk.Projects.Select(project => (JsonNode)new JsonObject
    {
        ["id"] = project.Id,
        ["title"] = project.Title,
        ["workspaceRoot"] = project.WorkspaceRoot,
        ["repositoryIdentity"] = null,
        ["defaultModelSelection"] = null,
        ["scripts"] = new JsonArray(),
        ["createdAt"] = Time(project.CreatedAt),
        ["updatedAt"] = Time(project.CreatedAt),
    })]);

    private static JsonObject Filled(T3Thread thread, JsonArray messages, JsonArray activities)
    {
        var row = Row(thread);
        row["deletedAt"] = Time(thread.DeletedAt);
        row["messages"] = messages;
        row["proposedPlans"] = new JsonArray();
        row["activities"] = activities;
        row["checkpoints"] = new JsonArray();
        return row;
    }

    private static JsonObject Row(T3Thread thread) => new()
    {
        ["id"] = thread.Id,
        ["projectId"] = thread.Project.Id,
        ["title"] = thread.Title,
        ["modelSelection"] = new JsonObject { ["instanceId"] = thread.Instance, ["model"] = thread.Model },
        ["runtimeMode"] = thread.RuntimeMode,
        ["interactionMode"] = "default",
        ["branch"] = null,
        ["worktreePath"] = null,
        ["latestTurn"] = thread.LatestTurn is not { } turn ? null : new JsonObject
        {
            ["turnId"] = turn.Id,
            ["state"] = turn.State,
            ["requestedAt"] = Time(turn.RequestedAt),
            ["startedAt"] = Time(turn.RequestedAt),
            ["completedAt"] = Time(turn.CompletedAt),
            ["assistantMessageId"] = turn.AssistantMessageId,
        },
        ["createdAt"] = Time(thread.CreatedAt),
        ["updatedAt"] = Time(thread.UpdatedAt),
        ["archivedAt"] = Time(thread.ArchivedAt),
        ["session"] = thread.Session is not { } session ? null : new JsonObject
        {
            ["threadId"] = thread.Id,
            ["status"] = session.Status,
            ["providerName"] = T3Desk.ProviderInstance,
            ["providerInstanceId"] = thread.Instance,
            ["runtimeMode"] = thread.RuntimeMode,
            ["activeTurnId"] = session.ActiveTurnId,
            ["lastError"] = session.LastError,
            ["updatedAt"] = Time(session.UpdatedAt),
        },
    };

    private SimulatedResponse Error(int status, string tag, string code, string reason) =>
        Json(status, new JsonObject { ["_tag"] = tag, ["code"] = code, ["reason"] = reason, ["traceId"] = Trace() });

    private string Trace() => $"{++traces:x32}";

    private static SimulatedResponse Json(int status, JsonNode json) => SimulatedResponse.Of(status, json).Add("Content-Type", "application/json");

    private static JsonNode? Time(DateTimeOffset? at) => at is { } moment ? JsonValue.Create(moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture)) : null;

    /// <summary>Reads a command's fields; a <see cref="FormatException"/> is an empty 400.</summary>
    private sealed class Command(JsonObject json)
    {
        public string Text(string field) => Optional(field) ?? throw new FormatException();

        /// <summary>Not empty once trimmed.</summary>
        public string Id(string field) => Text(field).Trim() is { Length: > 0 } id ? id : throw new FormatException();

        public string? Optional(string field) => json[field] is not { } node ? null : node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : throw new FormatException();

        public string Word(string field, params string[] words) => Text(field) is var word && words.Contains(word, StringComparer.Ordinal) ? word : throw new FormatException();

        public bool Flag(string field) => json[field]?.GetValue<bool>() ?? false;

        public Command Part(string field) => new(json[field] as JsonObject ?? throw new FormatException());

        public void List(string field) => _ = json[field] as JsonArray ?? throw new FormatException();

        /// <summary>Must be there, and may be null.</summary>
        public void Nullable(string field)
        {
            if (!json.ContainsKey(field))
            {
                throw new FormatException();
            }

            Optional(field);
        }
    }
}
