using System.Globalization;
using AfkGitHubApp.Adapters.GitHub;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>
/// A GitHub of mappings. It mints a token for any installation, whose text names the installation and counts its tokens, and answers 599 to
/// whatever a test did not foresee, so that nothing unforeseen passes for a 404.
/// </summary>
public sealed class ContractServer : IDisposable
{
    private readonly WireMockServer server = WireMockServer.Start();
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> minted = new(StringComparer.Ordinal);

    public Uri Home => new(server.Url + "/");

    internal ManualTime Time { get; private set; } = new();

    /// <summary>What the products sent, without the minting of tokens.</summary>
    internal IReadOnlyList<Seen> Log => [.. All().Where(seen => !seen.IsMint)];

    internal IReadOnlyList<Seen> Mints => [.. All().Where(seen => seen.IsMint)];

    /// <summary>As good as new; called by each test class at its start.</summary>
    internal ContractServer Fresh()
    {
        server.Reset();
        minted.Clear();
        Time = new ManualTime();
        server.Given(Request.Create().UsingAnyMethod()).AtPriority(1000).RespondWith(Response.Create().WithStatusCode(599).WithBody("unforeseen"));
        server.Given(Request.Create().UsingPost().WithPath("/app/installations/*/access_tokens")).AtPriority(900).RespondWith(
            Response.Create().WithStatusCode(201).WithHeader("Content-Type", "application/json; charset=utf-8").WithBody(request => NextToken(request.PathSegments[2])));
        return this;
    }

    internal void Given(string method, string url, IResponseBuilder answer) =>
        server.Given(Request.Create().UsingMethod(method).WithUrl(seen => seen == server.Url + url)).RespondWith(answer);

    internal void Given(IRequestBuilder request, IResponseBuilder answer) => server.Given(request).RespondWith(answer);

    /// <summary>Mints for one installation in the ordinary way, but not before something has happened.</summary>
    internal void GivenMint(long installation, Func<Task> first) =>
        Given("POST", $"/app/installations/{installation}/access_tokens", Json("", 201).WithBody(async request =>
        {
            await first();
            return NextToken(request.PathSegments[2]);
        }));

    internal void Given(Exchange exchange) => Given(exchange.Method, exchange.Url, Json(exchange.Answer, exchange.Status));

    internal static IResponseBuilder Json(string body, int status = 200) =>
        Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json; charset=utf-8").WithHeader("X-GitHub-Request-Id", "0A1B:2C3D:4E").WithBody(body);

    internal GitHubAdapter Adapter() => new(Home, Time);

    internal static string Token(long installation, int ordinal = 1) => $"ghs_{installation}_{ordinal}";

    public void Dispose() => server.Dispose();

    private IEnumerable<Seen> All() => server.LogEntries.Select(entry => entry.RequestMessage!).Select(request => new Seen(
        request.Method,
        request.Url[server.Url!.Length..],
        string.IsNullOrEmpty(request.Body) ? null : request.Body,
        request.Headers!.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));

    private string NextToken(string installation)
    {
        int ordinal;
        lock (gate)
        {
            ordinal = minted[installation] = minted.GetValueOrDefault(installation) + 1;
        }

        var expires = (Time.GetUtcNow() + TimeSpan.FromHours(1)).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return $$"""{"token":"{{Token(long.Parse(installation, CultureInfo.InvariantCulture), ordinal)}}","expires_at":"{{expires}}","permissions":{"issues":"write"},"repository_selection":"selected"}""";
    }
}

/// <summary>A request as the server saw it.</summary>
/// <param name="Method">Verb.</param>
/// <param name="Url">Path and query.</param>
/// <param name="Body">Body; null = none.</param>
/// <param name="Headers">Headers, whose names ignore case.</param>
internal sealed record Seen(string Method, string Url, string? Body, IReadOnlyDictionary<string, string> Headers)
{
    public bool IsMint => Url.EndsWith("/access_tokens", StringComparison.Ordinal);

    public string? Authorization => Header("Authorization");

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
