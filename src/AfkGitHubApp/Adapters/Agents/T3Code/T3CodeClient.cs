using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Adapters.Agents.T3Code;

/// <summary>What the server made of a command.</summary>
internal enum CommandAnswer
{
    /// <summary>It is done, or was done before under this id.</summary>
    Accepted,

    /// <summary>The server cannot read it: it is not for this version.</summary>
    Unreadable,

    /// <summary>It names what the server does not have, such as a folder.</summary>
    Invalid,

    /// <summary>Turned down, for whatever reason; the answer is the same for all of them, and for ever the same for this id.</summary>
    Rejected,
}

/// <summary>
/// The requests, each bounded: a server that is starting up can leave one unanswered for ever. The bearer goes to the configured address only,
/// redirects are not followed, and an answer that is not JSON is none: the server answers paths it does not know with its web page.
/// </summary>
internal sealed class T3CodeClient(T3CodeSettings settings, TimeSpan timeout, HttpMessageHandler wire, TimeProvider wireTime) : IDisposable
{
    private const long LargestBody = 32 * 1024 * 1024;
    private readonly HttpClient http = new(wire) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Address of the server, without a slash at its end.</summary>
    public string Origin { get; } = settings.BaseAddress.AbsoluteUri.TrimEnd('/');

    /// <summary>Which server it is; asks without a bearer.</summary>
    public Task<EnvironmentDto> EnvironmentAsync(CancellationToken cancellationToken) =>
        GetAsync(".well-known/t3/environment", T3Json.Default.EnvironmentDto, withBearer: false, cancellationToken);

    /// <summary>What the bearer is good for.</summary>
    public Task<AuthSessionDto> SessionAsync(CancellationToken cancellationToken) => GetAsync("api/auth/session", T3Json.Default.AuthSessionDto, withBearer: true, cancellationToken);

    /// <summary>All projects and threads that are neither archived nor deleted.</summary>
    public Task<ShellDto> ShellAsync(CancellationToken cancellationToken) => GetAsync("api/orchestration/shell", T3Json.Default.ShellDto, withBearer: true, cancellationToken);

    /// <summary>All projects and threads there ever were, without their messages.</summary>
    public Task<ShellDto> SnapshotAsync(CancellationToken cancellationToken) => GetAsync("api/orchestration/snapshot", T3Json.Default.ShellDto, withBearer: true, cancellationToken);

    /// <summary>One thread with its messages; null when the server says that there is none, which it also says of an archived one.</summary>
    public async Task<ThreadDto?> ThreadAsync(string thread, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"api/orchestration/threads/{Uri.EscapeDataString(thread)}", content: null, withBearer: true, startsTurn: false, cancellationToken);
        return response.StatusCode is HttpStatusCode.NotFound && await ErrorAsync(response, cancellationToken) is { Reason: "thread_not_found" }
            ? null
            : (await ReadAsync(response, T3Json.Default.ThreadDetailDto, cancellationToken)).Thread;
    }

    /// <summary>Sends a command.</summary>
    /// <param name="command">Its body.</param>
    /// <param name="type">How that is written.</param>
    /// <param name="startsTurn">Whether it sets an agent to work: then a failure without an answer is <see cref="GitHubFailure.Ambiguous"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<CommandAnswer> DispatchAsync<T>(T command, JsonTypeInfo<T> type, bool startsTurn, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(command, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await SendAsync(HttpMethod.Post, "api/orchestration/dispatch", content, withBearer: true, startsTurn, cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.BadRequest:
                return await ErrorAsync(response, cancellationToken) is { Reason: "invalid_command" } ? CommandAnswer.Invalid : CommandAnswer.Unreadable;
            case HttpStatusCode.InternalServerError when await ErrorAsync(response, cancellationToken) is { Reason: "orchestration_dispatch_failed" }:
                return CommandAnswer.Rejected;
            default:
                await ReadAsync(response, T3Json.Default.SequenceDto, cancellationToken, startsTurn);
                return CommandAnswer.Accepted;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<ErrorDto?> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!IsJson(response))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), T3Json.Default.ErrorDto);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsJson(HttpResponseMessage response) => string.Equals(response.Content.Headers.ContentType?.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken, bool startsTurn = false)
    {
        var path = response.RequestMessage?.RequestUri?.AbsolutePath;
        var status = (int)response.StatusCode;
        if (status is 401 or 403)
        {
            throw new GitHubFailure(FailureKind.Transient, $"T3 Code does not accept the token for {path} ({status})") { StatusCode = status };
        }

        if (status is not 200 || !IsJson(response))
        {
            throw new GitHubFailure(FailureKind.Transient, status is 200 ? $"T3 Code answered {path} with a page instead of JSON" : $"T3 Code answered {path} with {status}")
            {
                StatusCode = status,
                Ambiguous = startsTurn && status is 200 or >= 500,
            };
        }

        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), type) ?? throw new JsonException("there is nothing in it");
        }
        catch (JsonException exception)
        {
            throw new GitHubFailure(FailureKind.Bug, $"T3 Code answered {path} in a form this version does not know: {exception.Message}", exception) { StatusCode = status, Ambiguous = startsTurn };
        }
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, bool withBearer, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, content: null, withBearer, startsTurn: false, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, bool withBearer, bool startsTurn, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, wireTime);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var request = new HttpRequestMessage(method, new Uri(settings.BaseAddress, path)) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = withBearer ? new AuthenticationHeaderValue("Bearer", await TokenAsync(bound.Token)) : null;
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound.Token);
            try
            {
                await response.Content.LoadIntoBufferAsync(LargestBody, bound.Token);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is OperationCanceledException or HttpRequestException or IOException)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw new GitHubFailure(FailureKind.Transient, $"T3 Code gave no complete answer to {method} {path} within {timeout.TotalSeconds:0.#} s", exception) { Ambiguous = startsTurn };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new GitHubFailure(FailureKind.Transient, $"T3 Code could not be asked for {method} {path}: {exception.Message}", exception) { Ambiguous = startsTurn && !NeverLeft(exception) };
        }
    }

    private static bool NeverLeft(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }
            or HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (settings.TokenPath.Length == 0)
        {
            return settings.Token;
        }

        try
        {
            return (await File.ReadAllTextAsync(settings.TokenPath, cancellationToken)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GitHubFailure(FailureKind.Transient, $"the file of Afk:T3Code:TokenPath cannot be read: {exception.Message}", exception);
        }
    }
}
