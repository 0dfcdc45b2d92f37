using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Http.GraphQl;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>From a request to its answer: refusals in GitHub's order, then the route, then the headers that every answer carries.</summary>
internal sealed class RestDoor(WorldState world)
{
    public const string FirstVersion = "2022-11-28";

    public const string CurrentVersion = "2026-03-10";

    private readonly RouteTable routes = new();
    private readonly GraphQlDoor graphQl = new(world);
    private readonly RateWindow appWindow = new();

    public static ApiRefusal Moved(string method, string location) =>
        new(method is "GET" or "HEAD" ? 301 : 307, method is "GET" or "HEAD" ? "Moved Permanently" : "Temporary Redirect")
        {
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Location"] = location },
        };

    public SimulatedResponse Handle(SimulatedRequest request)
    {
        var path = StripPrefix(request.Path);
        var fault = world.Requests.Hit(request.Method, path);
        if (fault is { CutConnection: true })
        {
            Record(request, path, "unknown", 0, fault.Name);
            return SimulatedResponse.Empty(0) with { ConnectionCut = true, Latency = fault.Latency };
        }

        if (fault?.Status is { } status)
        {
            Record(request, path, "unknown", status, fault.Name);
            return Fault(status, fault).Add("X-GitHub-Request-Id", world.Ids.RequestId()) with { Latency = fault.Latency };
        }

        Identity identity = new Anonymous();
        SimulatedResponse response;
        try
        {
            RefuseOddHeaders(request);
            identity = world.Tokens.Identify(request.Header("Authorization"));
            response = identity is Anonymous ? throw ApiRefusal.Unauthorized("Requires authentication") : Answer(request with { Path = path }, identity);
        }
        catch (ApiRefusal refusal)
        {
            response = SimulatedResponse.Refused(refusal);
        }

        Record(request, path, identity.Name, response.Status, fault?.Name);
        response = Finish(request, path, identity, response);
        return response with { ConnectionCut = fault is { LoseResponse: true }, BodyStalls = fault is { StallBody: true }, Latency = fault?.Latency ?? TimeSpan.Zero };
    }

    private static string StripPrefix(string path)
    {
        // GitHub Enterprise Server serves the same API below /api; clients pick that form for every host but github.com.
        if (path.StartsWith("/api/v3/", StringComparison.Ordinal))
        {
            return path[7..];
        }

        return path == "/api/graphql" ? "/graphql" : path;
    }

    private static void RefuseOddHeaders(SimulatedRequest request)
    {
        if (request.Header("User-Agent") is null)
        {
            throw new ApiRefusal(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.");
        }

        if (request.Header("X-GitHub-Api-Version") is { } version && version is not (FirstVersion or CurrentVersion))
        {
            throw new ApiRefusal(400, $"{version} is not a supported version of the GitHub API. Supported versions are: {FirstVersion}, {CurrentVersion}.");
        }
    }

    private static SimulatedResponse Fault(int status, RequestFault fault)
    {
        var text = fault.Message ?? status switch
        {
            401 => "Bad credentials",
            403 when fault.RetryAfter is not null => "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            403 => "Resource not accessible by integration",
            404 => "Not Found",
            429 => "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            502 => "Server Error",
            503 => "Service unavailable",
            _ => "Something went wrong",
        };
        var response = SimulatedResponse.Refused(new ApiRefusal(status, text)).Add(fault.Headers.Select(header => (header.Key, header.Value)));
        return fault.RetryAfter is { } seconds ? response.Add("Retry-After", seconds.ToString()) : response;
    }

    private SimulatedResponse Answer(SimulatedRequest request, Identity identity)
    {
        Spend(request.Path, identity);
        if (request.Path == "/graphql")
        {
            return request.Method == "POST" ? graphQl.Answer(request, identity) : throw ApiRefusal.NotFound();
        }

        var segments = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var method = request.Method == "HEAD" ? "GET" : request.Method;
        if (segments is ["repos", _, _, ..] or ["repositories", _, ..])
        {
            return AnswerOfRepository(request, method, segments, identity);
        }

        if (routes.FindPlain(method, segments) is not { } found)
        {
            throw ApiRefusal.NotFound();
        }

        LetIn(found.Route, identity);
        return found.Route.Handle(new RestCall(world, request, identity, found.Values, null, request.Path));
    }

    private SimulatedResponse AnswerOfRepository(SimulatedRequest request, string method, string[] segments, Identity identity)
    {
        var named = segments[0] == "repos";
        var repository = named ? world.FindRepository($"{segments[1]}/{segments[2]}")
            : long.TryParse(segments[1], out var id) ? world.FindRepository(id) : null;
        var own = segments[(named ? 3 : 2)..];
        var rawSegments = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)[(named ? 3 : 2)..];
        var tail = rawSegments.Length == 0 ? string.Empty : $"/{string.Join('/', rawSegments)}";
        if (repository is null || (identity is InstallationIdentity { Token: var token } && !token.Covers(repository.Id)))
        {
            throw ApiRefusal.NotFound();
        }

        if (named && !repository.FullName.Equals($"{segments[1]}/{segments[2]}", StringComparison.OrdinalIgnoreCase))
        {
            var question = request.Query.Length == 0 ? string.Empty : $"?{request.Query}";
            throw Moved(method, $"{world.Render().Api}/repositories/{repository.Id}{tail}{question}");
        }

        if (routes.FindOfRepository(method, own) is not { } found)
        {
            throw ApiRefusal.NotFound();
        }

        LetIn(found.Route, identity);
        if (repository.Archived && found.Route.Level == "write")
        {
            throw new ApiRefusal(403, "Repository was archived so is read-only.");
        }

        return found.Route.Handle(new RestCall(world, request, identity, found.Values, repository, tail));
    }

    private static void LetIn(Route route, Identity identity)
    {
        switch (route.Door, identity)
        {
            case (Door.App, InstallationIdentity):
                throw ApiRefusal.Unauthorized("A JSON web token could not be decoded");
            case (Door.Installation, AppIdentity):
                throw ApiRefusal.Forbidden();
            case (_, InstallationIdentity { Token: var token }) when token.Installation.SuspendedAt is not null:
                throw new ApiRefusal(403, "This installation has been suspended");
            case (_, InstallationIdentity { Token: var token }) when route.Permission is { } permission && !token.Allows(permission, route.Level):
                throw new ApiRefusal(403, "Resource not accessible by integration")
                {
                    Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Accepted-GitHub-Permissions"] = $"{permission}={route.Level}" },
                };
        }
    }

    private void Spend(string path, Identity identity)
    {
        // Asking for the rate limit is free.
        if (path == "/rate_limit")
        {
            return;
        }

        var window = WindowOf(path, identity);
        window.Roll(world.Now);
        if (window.Used >= world.Options.RequestsPerHour)
        {
            throw new ApiRefusal(403, identity is InstallationIdentity { Token: var token } ? $"API rate limit exceeded for installation ID {token.Installation.Id}." : "API rate limit exceeded for the app.");
        }

        window.Use();
    }

    private RateWindow WindowOf(string path, Identity identity) => identity is InstallationIdentity { Token.Installation: var installation }
        ? path == "/graphql" ? installation.GraphQl : installation.Core
        : appWindow;

    private SimulatedResponse Finish(SimulatedRequest request, string path, Identity identity, SimulatedResponse response)
    {
        var window = WindowOf(path, identity);
        window.Roll(world.Now);
        var limit = identity is Anonymous ? 60 : world.Options.RequestsPerHour;
        var used = Math.Min(window.Used, limit);
        (string, string)[] common =
        [
            ("X-GitHub-Request-Id", world.Ids.RequestId()),
            ("X-GitHub-Media-Type", "github.v3; format=json"),
            ("X-GitHub-Api-Version-Selected", request.Header("X-GitHub-Api-Version") ?? FirstVersion),
            ("X-RateLimit-Limit", limit.ToString()),
            ("X-RateLimit-Remaining", (limit - used).ToString()),
            ("X-RateLimit-Used", used.ToString()),
            ("X-RateLimit-Reset", window.ResetsAt.ToUnixTimeSeconds().ToString()),
            ("X-RateLimit-Resource", path == "/graphql" ? "graphql" : "core"),
            ("Date", world.Now.ToString("R")),
        ];
        response = response.Add(common);
        if (response.Status != 200 || request.Method is not ("GET" or "HEAD"))
        {
            return response;
        }

        // An ETag belongs to the token as well as to the content: a new token sees new tags (github/docs issue 34689).
        var seed = $"{request.Header("Authorization")}\n{response.Headers.GetValueOrDefault("Link")}\n";
        var tag = $"W/\"{Base64Url.EncodeToString(SHA256.HashData([.. Encoding.UTF8.GetBytes(seed), .. response.Body.Span]))}\"";
        if (request.Header("If-None-Match") == tag)
        {
            return SimulatedResponse.Empty(304).Add([.. common, ("ETag", tag)]);
        }

        return response.Add("ETag", tag);
    }

    private void Record(SimulatedRequest request, string path, string identity, int status, string? fault) =>
        world.Record(new RequestMade(request.Method, path, request.Query, identity, status, fault));
}
