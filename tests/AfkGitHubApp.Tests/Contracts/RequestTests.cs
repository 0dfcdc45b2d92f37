using System.Text.Json.Nodes;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>What every port method puts on the wire.</summary>
public sealed class RequestTests(ContractServer server) : ContractTest(server)
{
    public static TheoryData<string> Calls => PortCall.Names;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_call_sends_exactly_its_requests(string name)
    {
        var call = PortCall.Named(name);
        GivenAllBut(call, -1);

        await call.Invoke(GitHub, Cancel);

        Server.Log.Select(entry => $"{entry.Method} {entry.Url}").ShouldBe(call.Exchanges.Select(exchange => $"{exchange.Method} {exchange.Url}"));
        foreach (var (entry, exchange) in Server.Log.Zip(call.Exchanges))
        {
            Json(entry.Body).ShouldBe(Json(exchange.Body), exchange.Url);
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_request_carries_the_headers_GitHub_asks_for(string name)
    {
        var call = PortCall.Named(name);
        GivenAllBut(call, -1);

        await call.Invoke(GitHub, Cancel);

        foreach (var entry in Server.Log.Concat(Server.Mints))
        {
            entry.Header("X-GitHub-Api-Version").ShouldBe("2026-03-10");
            entry.Header("Accept").ShouldBe("application/vnd.github+json");
            entry.Header("User-Agent").ShouldStartWith("AfkGitHubApp");
            entry.Header("Content-Type").ShouldBe(entry.Method is "GET" or "DELETE" ? null : "application/json; charset=utf-8");
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_request_is_sent_as_the_identity_its_endpoint_accepts(string name)
    {
        var call = PortCall.Named(name);
        GivenAllBut(call, -1);

        await call.Invoke(GitHub, Cancel);

        foreach (var (entry, exchange) in Server.Log.Zip(call.Exchanges))
        {
            var bearer = entry.Authorization.ShouldNotBeNull();
            if (exchange.AsApp)
            {
                Jwt.IsOurs(bearer).ShouldBeTrue(exchange.Url);
            }
            else
            {
                bearer.ShouldBe("Bearer " + ContractServer.Token(Repository.InstallationId), exchange.Url);
            }
        }
    }

    [Fact]
    public async Task A_token_is_minted_as_the_App_with_an_empty_body()
    {
        var call = PortCall.Named("CI asks for a head");
        GivenAllBut(call, -1);

        await call.Invoke(GitHub, Cancel);

        var mint = Server.Mints.ShouldHaveSingleItem();
        mint.Method.ShouldBe("POST");
        mint.Url.ShouldBe("/app/installations/3000000007/access_tokens");
        Json(mint.Body).ShouldBe("{}");
        Jwt.IsOurs(mint.Authorization).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_we_are_is_asked_once()
    {
        var call = PortCall.Named("app asks who it is");
        GivenAllBut(call, -1);

        GitHub.App.KnownIdentity.ShouldBeNull();
        var first = await GitHub.App.IdentityAsync(Cancel);
        var second = await GitHub.App.IdentityAsync(Cancel);

        first.ShouldBe(new(2_147_483_999, "afk-app", 4_294_967_301));
        second.ShouldBeSameAs(first);
        GitHub.App.KnownIdentity.ShouldBeSameAs(first);
        Server.Log.Count.ShouldBe(call.Exchanges.Length);
    }

    [Fact]
    public async Task Required_contexts_are_remembered_for_an_hour()
    {
        GivenAllBut(PortCall.Named("CI asks for required contexts"), -1);

        await GitHub.Ci.RequiredContextsAsync(Repository, "main", Cancel);
        Server.Time.Advance(TimeSpan.FromMinutes(59));
        await GitHub.Ci.RequiredContextsAsync(Repository, "main", Cancel);
        Server.Log.Count.ShouldBe(2);

        Server.Time.Advance(TimeSpan.FromMinutes(1));
        await GitHub.Ci.RequiredContextsAsync(Repository, "main", Cancel);
        Server.Log.Count.ShouldBe(4);
    }

    private static string? Json(string? body)
    {
        var text = string.IsNullOrEmpty(body) ? null : JsonNode.Parse(body);
        return text is null ? null : Sorted(text).ToJsonString();
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };
}
