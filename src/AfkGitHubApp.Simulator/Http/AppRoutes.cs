using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>The App itself: identity, installations, tokens, its webhook; users and rate limit.</summary>
internal static class AppRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Plain("GET", "app", Door.App, App);
        routes.Plain("GET", "app/installations", Door.App, call => call.Page(call.World.Installations.Values.OrderBy(one => one.Id).ToList(), call.Render.Installation));
        routes.Plain("GET", "app/installations/{id}", Door.App, call => SimulatedResponse.Ok(call.Render.Installation(InstallationOf(call))));
        routes.Plain("POST", "app/installations/{id}/access_tokens", Door.App, MintToken);
        routes.ForApp("GET", "installation", FindInstallation);
        routes.Plain("GET", "installation/repositories", Door.Installation, Repositories);
        routes.Plain("DELETE", "installation/token", Door.Installation, RevokeToken);
        routes.Plain("GET", "app/hook/config", Door.App, call => SimulatedResponse.Ok(HookConfig(call)));
        routes.Plain("PATCH", "app/hook/config", Door.App, ChangeHookConfig);
        routes.Plain("GET", "app/hook/deliveries", Door.App, Deliveries);
        routes.Plain("GET", "app/hook/deliveries/{id}", Door.App, call => SimulatedResponse.Ok(FullDelivery(call, DeliveryOf(call))));
        routes.Plain("POST", "app/hook/deliveries/{id}/attempts", Door.App, Redeliver);
        routes.Plain("GET", "users/{login}", Door.Installation, User);
        routes.Plain("GET", "rate_limit", Door.Both, RateLimit);
        routes.Plain("GET", "meta", Door.Both, _ => SimulatedResponse.Ok(new JsonObject { ["verifiable_password_authentication"] = false, ["hooks"] = new JsonArray("127.0.0.0/8") }));
    }

    private static SimulatedResponse App(RestCall call)
    {
        var json = call.Render.App(call.World.App);
        json["installations_count"] = call.World.Installations.Count;
        return SimulatedResponse.Ok(json);
    }

    private static Installation InstallationOf(RestCall call) =>
        call.World.Installations.GetValueOrDefault(call.Id("id")) ?? throw ApiRefusal.NotFound();

    private static SimulatedResponse FindInstallation(RestCall call) =>
        SimulatedResponse.Ok(call.Render.Installation(call.World.InstallationOf(call.Repository) ?? throw ApiRefusal.NotFound()));

    private static SimulatedResponse MintToken(RestCall call)
    {
        var installation = InstallationOf(call);
        if (installation.SuspendedAt is not null)
        {
            throw new ApiRefusal(403, "This installation has been suspended");
        }

        var body = call.Body();
        var ids = RepositoryIds(call, installation, body);
        var permissions = Permissions(call.World.PermissionsOf(installation), body);
        var token = call.World.Tokens.Mint(installation, ids, permissions);
        var json = new JsonObject
        {
            ["token"] = token.Value,
            ["expires_at"] = Render.Time(token.ExpiresAt),
            ["permissions"] = Render.Words(permissions),
            ["repository_selection"] = "selected",
        };
        if (ids is not null)
        {
            json["repositories"] = new JsonArray([.. ids.Order().Select(id => call.Render.Repository(call.World.FindRepository(id)!))]);
        }

        return SimulatedResponse.Created(json);
    }

    private static HashSet<long>? RepositoryIds(RestCall call, Installation installation, JsonObject body)
    {
        if (body["repository_ids"] is not JsonArray && body["repositories"] is not JsonArray)
        {
            return null;
        }

        var wanted = new HashSet<long>();
        foreach (var node in body["repository_ids"] as JsonArray ?? [])
        {
            wanted.Add(node?.GetValueKind() == JsonValueKind.Number ? node.GetValue<long>() : throw ApiRefusal.Unprocessable($"Invalid request.\n\nFor 'items', {node?.ToJsonString()} is not an integer."));
        }

        foreach (var name in body["repositories"] as JsonArray ?? [])
        {
            wanted.Add(call.World.FindRepository($"{installation.Account.Login}/{name}")?.Id ?? -1);
        }

        if (wanted.Count > 500)
        {
            throw ApiRefusal.Unprocessable("Invalid request.\n\nNo more than 500 items are allowed.");
        }

        return wanted.IsSubsetOf(installation.RepositoryIds)
            ? wanted
            : throw ApiRefusal.Unprocessable("There is at least one repository that does not exist or is not accessible to the parent installation.");
    }

    private static IReadOnlyDictionary<string, string> Permissions(IReadOnlyDictionary<string, string> all, JsonObject body)
    {
        if (body["permissions"] is not JsonObject { Count: > 0 } wanted)
        {
            return all;
        }

        // Reading metadata comes with every token.
        var granted = new Dictionary<string, string>(StringComparer.Ordinal) { ["metadata"] = "read" };
        foreach (var (name, node) in wanted)
        {
            var level = node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : string.Empty;
            var own = all.GetValueOrDefault(name);
            if (level is not ("read" or "write") || own is null || (level == "write" && own != "write"))
            {
                throw ApiRefusal.Unprocessable("The permissions requested are not granted to this installation.");
            }

            granted[name] = level;
        }

        return granted;
    }

    private static SimulatedResponse Repositories(RestCall call)
    {
        var covered = call.World.Repositories.Where(repository => call.Token.Covers(repository.Id)).ToList();
        return call.Page(covered, call.Render.Repository, array => new JsonObject { ["total_count"] = covered.Count, ["repository_selection"] = "selected", ["repositories"] = array });
    }

    private static SimulatedResponse RevokeToken(RestCall call)
    {
        call.World.Tokens.Revoke(call.Token);
        return SimulatedResponse.Empty(204);
    }

    private static JsonObject HookConfig(RestCall call)
    {
        var json = new JsonObject { ["content_type"] = call.World.HookContentType, ["insecure_ssl"] = call.World.HookInsecureSsl ? "1" : "0" };
        if (call.World.HookSecret.Length > 0)
        {
            json["secret"] = "********";
        }

        if (call.World.HookUrl is { } url)
        {
            json["url"] = url.AbsoluteUri;
        }

        return json;
    }

    private static SimulatedResponse ChangeHookConfig(RestCall call)
    {
        var body = call.Body();
        if (RestCall.Text(body, "url") is { } url)
        {
            call.World.HookUrl = Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : throw ApiRefusal.ValidationFailed("Hook", "url", "custom", "url is invalid");
        }

        call.World.HookContentType = RestCall.Text(body, "content_type") switch
        {
            null => call.World.HookContentType,
            "json" => "json",
            "form" => "form",
            _ => throw ApiRefusal.ValidationFailed("Hook", "content_type", "invalid"),
        };
        call.World.HookInsecureSsl = (RestCall.Text(body, "insecure_ssl") ?? (call.World.HookInsecureSsl ? "1" : "0")) == "1";
        call.World.HookSecret = RestCall.Text(body, "secret") ?? call.World.HookSecret;
        return SimulatedResponse.Ok(HookConfig(call));
    }

    private static DeliveryRecord DeliveryOf(RestCall call) => call.World.Webhooks.Find(call.Id("id")) ?? throw ApiRefusal.NotFound();

    private static SimulatedResponse Deliveries(RestCall call)
    {
        var before = call.Query("cursor") is not { } cursor ? long.MaxValue
            : cursor.StartsWith("v1_", StringComparison.Ordinal) && long.TryParse(cursor.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : throw new ApiRefusal(400, "Invalid cursor");
        var (_, size) = call.Paging();
        var found = call.World.Webhooks.Attempted
            .Where(record => record.Id < before)
            .Where(record => call.Query("status") switch
            {
                "success" => record.StatusCode is >= 200 and < 400,
                "failure" => record.StatusCode is >= 400 and < 600,
                _ => true,
            })
            .OrderByDescending(record => record.Id)
            .Take(size + 1)
            .ToList();
        var response = SimulatedResponse.Ok(new JsonArray([.. found.Take(size).Select(Delivery)]));
        return found.Count > size ? response.Add("Link", call.Link("cursor", $"v1_{found[size - 1].Id}", "next")) : response;
    }

    private static SimulatedResponse Redeliver(RestCall call)
    {
        call.World.Webhooks.Redeliver(DeliveryOf(call));
        return SimulatedResponse.Of(202, new JsonObject());
    }

    private static JsonObject Delivery(DeliveryRecord record) => new()
    {
        ["id"] = record.Id,
        ["guid"] = record.Guid,
        ["delivered_at"] = Render.Time(record.DeliveredAt),
        ["redelivery"] = record.Redelivery,
        ["duration"] = Math.Round(record.Duration.TotalSeconds, 2),
        ["status"] = record.Status,
        ["status_code"] = record.StatusCode,
        ["event"] = record.Event,
        ["action"] = record.Action,
        ["installation_id"] = record.InstallationId,
        ["repository_id"] = record.RepositoryId,
        ["throttled_at"] = null,
    };

    private static JsonObject FullDelivery(RestCall call, DeliveryRecord record)
    {
        var json = Delivery(record);
        json["url"] = call.World.HookUrl?.AbsoluteUri ?? string.Empty;
        json["request"] = new JsonObject { ["headers"] = new JsonObject { ["X-GitHub-Delivery"] = record.Guid, ["X-GitHub-Event"] = record.Event }, ["payload"] = JsonNode.Parse(record.Body.Span) };
        json["response"] = new JsonObject { ["headers"] = new JsonObject(), ["payload"] = string.Empty };
        return json;
    }

    private static SimulatedResponse User(RestCall call) =>
        SimulatedResponse.Ok(call.Render.FullAccount(call.World.FindAccount(call["login"]) ?? throw ApiRefusal.NotFound()));

    private static SimulatedResponse RateLimit(RestCall call)
    {
        JsonObject Window(RateWindow? window)
        {
            window?.Roll(call.World.Now);
            var limit = call.World.Options.RequestsPerHour;
            var used = Math.Min(window?.Used ?? 0, limit);
            return new JsonObject { ["limit"] = limit, ["used"] = used, ["remaining"] = limit - used, ["reset"] = (window?.ResetsAt ?? call.World.Now.AddHours(1)).ToUnixTimeSeconds() };
        }

        var installation = (call.Identity as InstallationIdentity)?.Token.Installation;
        var json = new JsonObject { ["resources"] = new JsonObject { ["core"] = Window(installation?.Core), ["search"] = Window(null), ["graphql"] = Window(installation?.GraphQl) } };
        if (!call.IsCurrentVersion)
        {
            json["rate"] = Window(installation?.Core);
        }

        return SimulatedResponse.Ok(json);
    }
}
