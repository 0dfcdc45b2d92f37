using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// Outermost: one deadline and the caller's cancellation over the whole exchange, body included. Octokit reads the body without a token
/// after the headers, so a stalled body would hang for ever; buffering it here ends that.
/// </summary>
internal sealed class BoundHandler(TimeSpan timeout, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const long LargestBody = 32 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var caller = GitHubCall.Current.CancellationToken;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, caller, deadline.Token);
        var repeatable = request.Method == HttpMethod.Get;
        try
        {
            var response = await base.SendAsync(request, bound.Token);
            await response.Content.LoadIntoBufferAsync(LargestBody, bound.Token);
            return response;
        }
        catch (OperationCanceledException) when (caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(caller);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw new GitHubFailure(FailureKind.Transient, $"{request.Method} {request.RequestUri?.AbsolutePath} got no complete answer within {timeout.TotalSeconds:0.#} s", exception) { Ambiguous = !repeatable };
        }
        catch (HttpRequestException exception)
        {
            var neverSent = exception.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                || exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            throw new GitHubFailure(FailureKind.Transient, $"{request.Method} {request.RequestUri?.AbsolutePath} failed: {exception.Message}", exception) { Ambiguous = !repeatable && !neverSent };
        }
    }
}

/// <summary>
/// Leaves GitHub alone for as long as it asked, per identity: continuing while limited may get an App banned. It is a moment in time, so it
/// releases by itself and cannot latch.
/// </summary>
internal sealed class BackOffHandler(TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ConcurrentDictionary<CallIdentity, DateTimeOffset> limitedUntil = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var identity = GitHubCall.Current.Identity;
        if (limitedUntil.TryGetValue(identity, out var until) && until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            throw new GitHubFailure(FailureKind.RateLimited, $"GitHub asked to be left alone until {until:u}") { RetryAfter = left };
        }

        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure is { Kind: FailureKind.RateLimited, RetryAfter: { } wait })
        {
            limitedUntil[identity] = time.GetUtcNow() + wait;
            throw;
        }
    }
}

/// <summary>Turns every answer that is not a success into our own failure, so that no vendor exception reaches the product.</summary>
internal sealed class FailureHandler(TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        if (status < 300 || status == (int)HttpStatusCode.NotModified)
        {
            return response;
        }

        using (response)
        {
            await response.Content.LoadIntoBufferAsync(1024 * 1024, cancellationToken);
            throw Failure(request, response, await response.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    private GitHubFailure Failure(HttpRequestMessage request, HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        var retryAfter = RetryAfter(response, body);
        var kind = status switch
        {
            < 400 => FailureKind.Moved,
            400 => FailureKind.Bug,
            401 => FailureKind.AccessGone,
            403 or 429 when retryAfter is not null => FailureKind.RateLimited,
            403 when body.Contains("suspended", StringComparison.OrdinalIgnoreCase) => FailureKind.AccessGone,
            404 => FailureKind.NotFound,
            408 or 409 or 429 or >= 500 => FailureKind.Transient,
            _ => FailureKind.Refused,
        };
        return new(kind, $"{request.Method} {request.RequestUri?.AbsolutePath} answered {status}: {Message(body)}")
        {
            StatusCode = status,
            RetryAfter = retryAfter,
            RequestId = response.Headers.TryGetValues("x-github-request-id", out var ids) ? ids.FirstOrDefault() : null,
            Ambiguous = status >= 500 && request.Method != HttpMethod.Get,
        };
    }

    /// <summary>GitHub's order: retry-after; else the reset when nothing remains; else, for a secondary limit, a minute.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response, string body)
    {
        if ((int)response.StatusCode is not (403 or 429 or 503))
        {
            return null;
        }

        if (response.Headers.RetryAfter is { } header && (header.Delta ?? header.Date - time.GetUtcNow()) is { } wait)
        {
            return wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1);
        }

        if (Number(response, "x-ratelimit-remaining") == 0 && Number(response, "x-ratelimit-reset") is { } reset)
        {
            var untilReset = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow();
            return untilReset > TimeSpan.FromSeconds(1) ? untilReset : TimeSpan.FromSeconds(1);
        }

        var limited = (int)response.StatusCode == 429 || body.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || body.Contains("abuse detection", StringComparison.OrdinalIgnoreCase);
        return limited ? TimeSpan.FromMinutes(1) : null;
    }

    private static long? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Message(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.String)
            {
                var text = message.GetString()!;
                return text.Length > 200 ? text[..200] : text;
            }
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing: the status says enough.
        }

        return "no message";
    }
}

/// <summary>The headers GitHub asks for. Octokit sends JSON under a form's content type; corrected here for every verb.</summary>
internal sealed class HeaderHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>https://docs.github.com/rest/about-the-rest-api/api-versions</summary>
    public const string ApiVersion = "2026-03-10";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove("X-GitHub-Api-Version");
        request.Headers.Add("X-GitHub-Api-Version", ApiVersion);
        request.Headers.Accept.Clear();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        if (request.Content is not null)
        {
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        RequestMeter.Tick();
        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Adds the bearer for home scheme, host and port only: whatever a redirect or a body names, a token never leaves home.</summary>
internal sealed class BearerHandler(Uri home, IBearerSource bearers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = null;
        if (request.RequestUri is { } uri && Uri.Compare(uri, home, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            var identity = GitHubCall.Current.Identity;
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await bearers.BearerAsync(identity, cancellationToken));
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.Unauthorized)
            {
                bearers.Forget(identity);
            }

            return response;
        }

        return await base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Where bearers come from.</summary>
internal interface IBearerSource
{
    /// <summary>A bearer that holds at least ten more minutes.</summary>
    Task<string> BearerAsync(CallIdentity identity, CancellationToken cancellationToken);

    /// <summary>GitHub did not accept it: do not use it again.</summary>
    void Forget(CallIdentity identity);
}
