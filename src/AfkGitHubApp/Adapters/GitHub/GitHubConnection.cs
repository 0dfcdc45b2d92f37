using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AfkGitHubApp.Ports;
using Microsoft.AspNetCore.WebUtilities;
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
    private readonly BudgetHandler budget;
    private readonly Abroad abroad;
    private readonly GitHubOptions options;
    private readonly TimeProvider time;

    /// <summary>Connects; sends nothing yet.</summary>
    /// <param name="options">Where and as whom.</param>
    /// <param name="time">The product's clock, for tokens and limits.</param>
    /// <param name="budget">GitHub's limits.</param>
    /// <param name="wire">Innermost handler; must not follow redirects.</param>
    /// <param name="wireTime">The clock of the wire, for deadlines.</param>
    /// <param name="sharing">How installation tokens are shared with other replicas; null = not at all.</param>
    public GitHubConnection(GitHubOptions options, TimeProvider time, RequestBudget budget, HttpMessageHandler wire, TimeProvider wireTime, TokenSharing? sharing = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.time = time;
        tokens = new AppTokens(options, time, sharing is null ? null : new SharedTokens(sharing, options, wireTime)) { Mint = MintAsync };
        this.budget = new BudgetHandler(budget, new FailureHandler(time, new HeaderHandler(new BearerHandler(options.BaseAddress, tokens, wire))));
        var chain = new BoundHandler(options.RequestTimeout, wireTime, this.budget);
        abroad = new Abroad(options.BaseAddress, options.RequestTimeout, wireTime, wire);
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
        GitHubCall.Begin(identity, repeatable: true, cancellationToken);
        return Body(await ExchangeAsync(path, () => connection.Get<T>(Relative(path), null, null, CancellationToken.None)), path);
    }

    /// <summary>GET one thing, and GitHub's clock as it answered (to the second; null when it did not say).</summary>
    public async Task<(T Body, DateTimeOffset? ServerTime)> GetDatedAsync<T>(CallIdentity identity, string path, CancellationToken cancellationToken)
        where T : class
    {
        GitHubCall.Begin(identity, repeatable: true, cancellationToken);
        var response = await ExchangeAsync(path, () => connection.Get<T>(Relative(path), null, null, CancellationToken.None));
        var said = DateTimeOffset.TryParseExact(Header(response.HttpResponse, "Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date);
        return (Body(response, path), said ? date : null);
    }

    /// <summary>GET a text that GitHub keeps elsewhere and answers with a redirect to (logs). Its end, if it is long.</summary>
    public async Task<string> GetAbroadAsync(CallIdentity identity, string path, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, repeatable: true, cancellationToken);
        try
        {
            await ExchangeAsync(path, () => connection.Get<object>(Relative(path), null, null, CancellationToken.None));
        }
        catch (GitHubFailure redirect) when (redirect.StatusCode is 302)
        {
            return await abroad.ReadEndAsync(redirect.Location, cancellationToken);
        }

        throw new GitHubFailure(FailureKind.Bug, $"{path} was not answered with a redirect");
    }

    /// <summary>GET every page of a list; <paramref name="items"/> picks the list out of a page.</summary>
    /// <returns>All items, and whether the bound on pages cut the list.</returns>
    public async Task<(List<TItem> Items, bool Truncated)> GetPagesAsync<TPage, TItem>(CallIdentity identity, string path, Func<TPage, IReadOnlyList<TItem>> items, CancellationToken cancellationToken, int mostPages = MostPages)
        where TPage : class
        where TItem : class
    {
        ArgumentNullException.ThrowIfNull(items);
        GitHubCall.Begin(identity, repeatable: true, cancellationToken);
        var all = new List<TItem>();
        var next = Relative(path);
        for (var page = 0; page < mostPages; page++)
        {
            var address = next;
            var response = await ExchangeAsync(path, () => connection.Get<TPage>(address, null, null, CancellationToken.None));
            var list = items(Body(response, path));
            if (list.Any(item => item is null))
            {
                throw Unreadable(response, path, "an item of the list is null");
            }

            all.AddRange(list);
            if (LinkHeader.Next(response.HttpResponse.Headers) is not { } link)
            {
                return (all, Truncated: false);
            }

            // A link that leaves home is not GitHub's; it would carry no token and is not followed.
            if (Uri.Compare(link, options.BaseAddress, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
            {
                throw Unreadable(response, path, "its next page is on another host");
            }

            next = link;
        }

        return (all, Truncated: true);
    }

    /// <summary>GET one page of a list that is paged by cursor.</summary>
    /// <returns>The page's items, and the cursor of the next page; null on the last.</returns>
    public async Task<(IReadOnlyList<TItem> Items, string? Next)> GetPageAsync<TItem>(CallIdentity identity, string path, CancellationToken cancellationToken)
        where TItem : class
    {
        GitHubCall.Begin(identity, repeatable: true, cancellationToken);
        var response = await ExchangeAsync(path, () => connection.Get<List<TItem>>(Relative(path), null, null, CancellationToken.None));
        var items = Body(response, path);
        if (items.Any(item => item is null))
        {
            throw Unreadable(response, path, "an item of the list is null");
        }

        var next = LinkHeader.Next(response.HttpResponse.Headers) is { } link && QueryHelpers.ParseQuery(link.Query).TryGetValue("cursor", out var cursor) ? cursor.ToString() : null;
        return (items, string.IsNullOrEmpty(next) ? null : next);
    }

    /// <summary>POST, with an answer.</summary>
    public async Task<TAnswer> PostAsync<TBody, TAnswer>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken, bool repeatable = false)
        where TAnswer : class
    {
        GitHubCall.Begin(identity, repeatable, cancellationToken);
        return Body(await PostAsync<TAnswer>(Relative(path), path, JsonSerializer.Serialize(body, bodyType)), path);
    }

    /// <summary>POST without a body or an answer worth reading.</summary>
    public async Task PostAsync(CallIdentity identity, string path, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, repeatable: false, cancellationToken);
        await PostAsync<object>(Relative(path), path, "{}");
    }

    /// <summary>POST whose answer is not needed.</summary>
    public async Task PostAsync<TBody>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, repeatable: false, cancellationToken);
        await PostAsync<object>(Relative(path), path, JsonSerializer.Serialize(body, bodyType));
    }

    /// <summary>PATCH whose answer is not needed.</summary>
    public async Task PatchAsync<TBody>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, repeatable: false, cancellationToken);
        await ExchangeAsync(path, () => connection.Patch<object>(Relative(path), JsonSerializer.Serialize(body, bodyType)));
    }

    /// <summary>PUT, with an answer.</summary>
    public async Task<TAnswer> PutAsync<TBody, TAnswer>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
        where TAnswer : class
    {
        GitHubCall.Begin(identity, repeatable: false, cancellationToken);
        return Body(await ExchangeAsync(path, () => connection.Put<TAnswer>(Relative(path), JsonSerializer.Serialize(body, bodyType))), path);
    }

    /// <summary>PUT whose answer is not needed.</summary>
    public async Task PutAsync<TBody>(CallIdentity identity, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, repeatable: false, cancellationToken);
        await ExchangeAsync(path, () => connection.Put<object>(Relative(path), JsonSerializer.Serialize(body, bodyType)));
    }

    /// <summary>DELETE.</summary>
    public async Task DeleteAsync(CallIdentity identity, string path, CancellationToken cancellationToken)
    {
        GitHubCall.Begin(identity, repeatable: false, cancellationToken);
        await ExchangeAsync(path, () => connection.Delete(Relative(path)));
    }

    /// <summary>One GraphQL query. GraphQL answers 200 to failures too; they become failures here.</summary>
    /// <param name="identity">As whom.</param>
    /// <param name="query">The query.</param>
    /// <param name="variables">Its variables.</param>
    /// <param name="requestType">How they are written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="mayLack">Whether this error leaves an answer in what stands beside it, such as a part that is not there or not ours to see; null = none does.</param>
    /// <param name="beside">Of something that is not there: what the data beside says of the reason, if it says more.</param>
    internal async Task<TData> QueryAsync<TVariables, TData>(CallIdentity identity, string query, TVariables variables, JsonTypeInfo<GraphQlRequest<TVariables>> requestType, CancellationToken cancellationToken, Func<GraphQlError, bool>? mayLack = null, Func<TData, GitHubFailure?>? beside = null)
        where TData : class
    {
        const string path = "graphql";
        GitHubCall.Begin(identity, repeatable: true, cancellationToken);
        var body = JsonSerializer.Serialize(new GraphQlRequest<TVariables>(query, variables), requestType);
        var response = await PostAsync<GraphQlAnswer<TData>>(options.GraphQlAddress, path, body);
        var answer = Body(response, path);
        if (Error(answer, mayLack) is { } error)
        {
            var failure = Failure(response, error);

            // The chain saw a success: it is told of the limit here.
            await budget.NoteAsync(identity.InstallationId ?? 0, failure, cancellationToken);
            throw (failure.Kind is FailureKind.NotFound && answer.Data is { } data ? beside?.Invoke(data) : null) ?? failure;
        }

        return answer.Data ?? throw Unreadable(response, path, "there is neither data nor an error");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        abroad.Dispose();
        tokens.Dispose();
    }

    /// <summary>
    /// One exchange. The caller's token rides in <see cref="GitHubCall"/> and not here: Octokit would link it to its own and end a cancelled
    /// call with that one. What Octokit itself cannot take in (a Link header it cannot parse) is a failure like any other.
    /// </summary>
    private static async Task<T> ExchangeAsync<T>(string path, Func<Task<T>> send)
    {
        try
        {
            return await send();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new GitHubFailure(FailureKind.Bug, $"{path} got an answer that could not be taken in: {exception.Message}", exception) { Ambiguous = GitHubCall.Current.MayHaveBeenPerformed };
        }
    }

    private static T Body<T>(IApiResponse<T> response, string path)
        where T : class =>
        response.Body ?? throw Unreadable(response, path, GitHubJsonSerializer.Reason<T>(response.HttpResponse.Body as string) ?? "there is none, or it is no JSON");

    private static GitHubFailure Unreadable<T>(IApiResponse<T> response, string path, string why) =>
        new(FailureKind.Bug, $"{path} answered {(int)response.HttpResponse.StatusCode} with a body that could not be read: {why}")
        {
            StatusCode = (int)response.HttpResponse.StatusCode,
            RequestId = Header(response.HttpResponse, "x-github-request-id"),
            Ambiguous = GitHubCall.Current.MayHaveBeenPerformed,
        };

    /// <summary>The first error; a secondary limit may come as a bare message.</summary>
    private static GraphQlError? Error<TData>(GraphQlAnswer<TData> answer, Func<GraphQlError, bool>? mayLack) => answer switch
    {
        { Data: not null, Errors: [_, ..] errors } when mayLack is not null => errors.Select(error => error ?? new(Type: null, Message: null)).FirstOrDefault(error => !mayLack(error)),
        { Errors: [var first, ..] } => first ?? new(Type: null, Message: null),
        { Message: { } message } => new(Type: null, message),
        _ => null,
    };

    private static string? Header(IResponse response, string name) =>
        response.Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private GitHubFailure Failure<T>(IApiResponse<T> response, GraphQlError error)
    {
        var kind = error switch
        {
            { Type: "NOT_FOUND" } => FailureKind.NotFound,
            { Type: "RATE_LIMITED" } => FailureKind.RateLimited,
            { Type: "FORBIDDEN" or "INSUFFICIENT_SCOPES" } => FailureKind.Refused,
            { Type: not null } => FailureKind.Transient,
            { Message: { } text } when RateLimit.IsToldBy(text) => FailureKind.RateLimited,

            // An internal error or a timeout of GitHub's carries no type; a query it does not understand carries none either.
            { Message: { } text } when text.StartsWith("Something went wrong", StringComparison.Ordinal) => FailureKind.Transient,
            _ => FailureKind.Bug,
        };
        return new(kind, $"GraphQL answered {error.Type ?? "an error"}: {error.Message}")
        {
            StatusCode = (int)response.HttpResponse.StatusCode,
            RequestId = Header(response.HttpResponse, "x-github-request-id"),
            RetryAfter = kind is FailureKind.RateLimited ? RateLimit.Wait(name => Header(response.HttpResponse, name), time.GetUtcNow()) ?? RateLimit.Unnamed : null,
        };
    }

    private Task<IApiResponse<T>> PostAsync<T>(Uri address, string path, string body) =>
        ExchangeAsync(path, () => connection.Post<T>(address, body, null, "application/json", cancellationToken: CancellationToken.None));

    private async Task<(string Token, DateTimeOffset Expires)> MintAsync(long installation, CancellationToken cancellationToken)
    {
        // A token too many harms nobody: that one was minted and lost never makes the caller's own request ambiguous.
        var answer = await PostAsync<NoBody, AccessTokenDto>(CallIdentity.App, $"app/installations/{installation}/access_tokens", new NoBody(), GitHubJson.Default.NoBody, cancellationToken, repeatable: true);
        return (answer.Token, answer.ExpiresAt);
    }

    /// <summary>Our serializer in Octokit's place: its own fails on nulls and unknown words.</summary>
    private sealed class GitHubJsonSerializer : IJsonSerializer
    {
        public string Serialize(object item) => throw new NotSupportedException("Bodies are serialised before they reach the connection.");

        public T Deserialize<T>(string json)
        {
            // Nothing is wanted of an answer asked for as object; an unreadable one counts as none, and the caller knows what that means.
            if (typeof(T) == typeof(object))
            {
                return default!;
            }

            try
            {
                return (T)JsonSerializer.Deserialize(json, Registered<T>())!;
            }
            catch (JsonException)
            {
                return default!;
            }
        }

        /// <summary>Why a text is not readable; null when it is.</summary>
        public static string? Reason<T>(string? json)
        {
            if (string.IsNullOrEmpty(json))
            {
                return null;
            }

            try
            {
                JsonSerializer.Deserialize(json, Registered<T>());
                return null;
            }
            catch (JsonException exception)
            {
                return exception.Message;
            }
        }

        private static JsonTypeInfo Registered<T>() => GitHubJson.Default.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T)} is not registered in {nameof(GitHubJson)}.");
    }
}
