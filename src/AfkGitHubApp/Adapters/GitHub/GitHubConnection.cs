using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AfkGitHubApp.Ports;
using Octokit;
using Octokit.Internal;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// Every request of the product, over Octokit's connection. Bodies go out and come back through our own serializer and tolerant records;
/// paging follows the Link header ourselves.
/// </summary>
public sealed class GitHubConnection : IDisposable
{
    private const int MostPages = 50;
    private readonly IConnection connection;
    private readonly AppTokens tokens;
    private readonly GitHubOptions options;

    /// <summary>Connects; sends nothing yet.</summary>
    /// <param name="options">Where and as whom.</param>
    /// <param name="time">The product's clock, for tokens and limits.</param>
    /// <param name="wire">Innermost handler; must not follow redirects.</param>
    /// <param name="wireTime">The clock of the wire, for deadlines.</param>
    public GitHubConnection(GitHubOptions options, TimeProvider time, HttpMessageHandler wire, TimeProvider wireTime)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        tokens = new AppTokens(options, time) { Mint = MintAsync };
        var chain = new BoundHandler(
            options.RequestTimeout,
            wireTime,
            new BackOffHandler(time, new FailureHandler(time, new HeaderHandler(new BearerHandler(options.BaseAddress, tokens, wire)))));
        connection = new Connection(new ProductHeaderValue("AfkGitHubApp"), options.BaseAddress, new InMemoryCredentialStore(Credentials.Anonymous), new HttpClientAdapter(() => chain), new GitHubJsonSerializer());
    }

    /// <summary>The wire this product uses outside tests: pooled sockets, no automatic redirects.</summary>
    public static HttpMessageHandler Sockets() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };

    /// <summary>Bound of one request.</summary>
    public TimeSpan RequestTimeout => options.RequestTimeout;

    /// <summary>GET one thing.</summary>
    public async Task<T> GetAsync<T>(CallIdentity identity, string path, CancellationToken cancellationToken)
        where T : class
    {
        GitHubCall.Begin(identity, cancellationToken);
        var response = await connection.Get<T>(Relative(path), null, null, cancellationToken);
        return Body(response, path);
    }

    /// <summary>GET every page of a list; <paramref name="items"/> picks the list out of a page.</summary>
    /// <returns>All items, and whether the bound on pages cut the list.</returns>
    public async Task<(List<TItem> Items, bool Truncated)> GetPagesAsync<TPage, TItem>(CallIdentity identity, string path, Func<TPage, IReadOnlyList<TItem>?> items, CancellationToken cancellationToken, int mostPages = MostPages)
        where TPage : class
    {
        ArgumentNullException.ThrowIfNull(items);
        GitHubCall.Begin(identity, cancellationToken);
        var all = new List<TItem>();
        var next = Relative(path);
        for (var page = 0; page < mostPages; page++)
        {
            var response = await connection.Get<TPage>(next, null, null, cancellationToken);
            all.AddRange(items(Body(response, path)) ?? []);
            if (LinkHeader.Next(response.HttpResponse.Headers) is not { } link)
            {
                return (all, Truncated: false);
            }

            // A link that leaves home is not GitHub's; it would carry no token and is not followed.
            if (Uri.Compare(link, options.BaseAddress, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
            {
                throw new GitHubFailure(FailureKind.Bug, $"The list {path} names a next page on another host");
            }

            next = link;
        }

        return (all, Truncated: true);
    }

    /// <summary>POST, with an answer.</summary>
    public async Task<TAnswer> PostAsync<TBody, TAnswer>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
        where TAnswer : class
    {
        GitHubCall.Begin(identity, cancellationToken);
        var response = await connection.Post<TAnswer>(Relative(path), JsonSerializer.Serialize(body, bodyType), null, "application/json", cancellationToken: cancellationToken);
        return Body(response, path);
    }

    /// <summary>POST without a body or an answer worth reading.</summary>
    public async Task PostAsync(CallIdentity identity, string path, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, cancellationToken);
        await connection.Post<object>(Relative(path), "{}", null, "application/json", cancellationToken: cancellationToken);
    }

    /// <summary>POST whose answer is not needed.</summary>
    public async Task PostAsync<TBody>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, cancellationToken);
        await connection.Post<object>(Relative(path), JsonSerializer.Serialize(body, bodyType), null, "application/json", cancellationToken: cancellationToken);
    }

    /// <summary>PATCH whose answer is not needed.</summary>
    public async Task PatchAsync<TBody>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, cancellationToken);
        await connection.Patch<object>(Relative(path), JsonSerializer.Serialize(body, bodyType));
    }

    /// <summary>DELETE.</summary>
    public async Task DeleteAsync(CallIdentity identity, string path, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, cancellationToken);
        await connection.Delete(Relative(path));
    }

    /// <summary>One GraphQL query. GraphQL answers 200 to failures too; they become failures here.</summary>
    public async Task<TData> QueryAsync<TVariables, TData>(CallIdentity identity, string query, TVariables variables, JsonTypeInfo<GraphQlRequest<TVariables>> requestType, CancellationToken cancellationToken)
        where TData : class
    {
        GitHubCall.Begin(identity, cancellationToken);
        var body = JsonSerializer.Serialize(new GraphQlRequest<TVariables>(query, variables), requestType);
        var response = await connection.Post<GraphQlAnswer<TData>>(options.GraphQlAddress, body, null, "application/json", cancellationToken: cancellationToken);
        var answer = Body(response, "graphql");
        if (answer.Errors is { Count: > 0 } errors)
        {
            throw new GitHubFailure(errors[0].Type switch
            {
                "NOT_FOUND" => FailureKind.NotFound,
                "RATE_LIMITED" => FailureKind.RateLimited,
                "FORBIDDEN" => FailureKind.Refused,
                null => FailureKind.Bug,
                _ => FailureKind.Transient,
            }, $"GraphQL answered {errors[0].Type}: {errors[0].Message}")
            {
                RetryAfter = errors[0].Type is "RATE_LIMITED" ? TimeSpan.FromMinutes(1) : null,
            };
        }

        return answer.Data ?? throw new GitHubFailure(FailureKind.Transient, "GraphQL answered without data");
    }

    /// <inheritdoc/>
    public void Dispose() => tokens.Dispose();

    private static T Body<T>(IApiResponse<T> response, string path)
        where T : class =>
        response.Body ?? throw new GitHubFailure(FailureKind.Transient, $"{path} answered {(int)response.HttpResponse.StatusCode} without a readable body");

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private async Task<(string Token, DateTimeOffset Expires)> MintAsync(long installation, CancellationToken cancellationToken)
    {
        var answer = await PostAsync<NoBody, AccessTokenDto>(CallIdentity.App, $"app/installations/{installation}/access_tokens", new NoBody(), GitHubJson.Default.NoBody, cancellationToken);
        return (answer.Token, answer.ExpiresAt);
    }

    /// <summary>Our serializer in Octokit's place: its own fails on nulls and unknown words.</summary>
    private sealed class GitHubJsonSerializer : IJsonSerializer
    {
        public string Serialize(object item) => throw new NotSupportedException("Bodies are serialised before they reach the connection.");

        public T Deserialize<T>(string json)
        {
            // Nothing is wanted of an answer asked for as object.
            if (typeof(T) == typeof(object) || GitHubJson.Default.GetTypeInfo(typeof(T)) is not { } info)
            {
                return default!;
            }

            try
            {
                return (T)JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(json), info)!;
            }
            catch (JsonException exception)
            {
                throw new GitHubFailure(FailureKind.Transient, $"An answer could not be read as {typeof(T).Name}: {exception.Message}", exception);
            }
        }
    }
}
