using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
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
        var call = GitHubCall.Current;
        var caller = call.CancellationToken;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, caller, deadline.Token);
        try
        {
            var response = await base.SendAsync(request, bound.Token);
            await response.Content.LoadIntoBufferAsync(LargestBody, bound.Token);
            if (response.Content.Headers.ContentType is { } type)
            {
                // JSON is UTF-8 (RFC 8259); reading it by an unknown charset's name would throw.
                type.CharSet = "utf-8";
            }

            return response;
        }
        catch (Exception exception) when (caller.IsCancellationRequested && exception is OperationCanceledException or HttpRequestException or IOException)
        {
            throw new OperationCanceledException(exception.Message, exception, caller);
        }
        catch (OperationCanceledException exception)
        {
            throw new GitHubFailure(FailureKind.Transient, $"{request.Method} {request.RequestUri?.AbsolutePath} got no complete answer within {timeout.TotalSeconds:0.#} s", exception) { Ambiguous = call.MayHaveBeenPerformed };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            var unreadable = exception is InvalidDataException or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };
            throw new GitHubFailure(unreadable ? FailureKind.Bug : FailureKind.Transient, $"{request.Method} {request.RequestUri?.AbsolutePath} failed: {exception.Message}", exception)
            {
                Ambiguous = call.MayHaveBeenPerformed && !NeverLeft(exception),
            };
        }
    }

    private static bool NeverLeft(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }
            or HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };
}

/// <summary>Turns every answer that is not a success into our own failure, so that no vendor exception reaches the product.</summary>
internal sealed class FailureHandler(TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int LongestReason = 64 * 1024;

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
            throw Failure(request, response, await BeginningAsync(response.Content, cancellationToken));
        }
    }

    /// <summary>Enough of a body to know GitHub's reason; a proxy's page may be of any size and charset.</summary>
    private static async Task<string> BeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestReason];
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, count);
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
        return new(kind, $"{request.Method} {request.RequestUri?.AbsolutePath} answered {status}: {Message(body) ?? "no message"}")
        {
            StatusCode = status,
            Reason = Message(body),
            RetryAfter = retryAfter,
            ServerTime = response.Headers.Date,
            RequestId = response.Headers.TryGetValues("x-github-request-id", out var ids) ? ids.FirstOrDefault() : null,
            Location = response.Headers.Location,
            Ambiguous = status >= 500 && GitHubCall.Current.MayHaveBeenPerformed,
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        if (status is not (403 or 429 or 503))
        {
            return null;
        }

        return RateLimit.Wait(name => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null, time.GetUtcNow())
            ?? (status == 429 || RateLimit.IsToldBy(body) ? RateLimit.Unnamed : null);
    }

    private static string? Message(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            // A merge that is refused says so one level deeper.
            var said = json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("details", out var details) ? details : json.RootElement;
            if (said.ValueKind is JsonValueKind.Object && said.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.String)
            {
                var text = message.GetString()!;
                return text.Length > 200 ? text[..200] : text;
            }
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing: the status says enough.
        }

        return null;
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

        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>
/// Adds the bearer for home scheme, host and port only: whatever a redirect or a body names, a token never leaves home. An installation's
/// token that is refused is replaced once and the request, which was not performed, sent again: GitHub refuses young tokens for moments and
/// old ones before their time, and only a second refusal says that our access is gone.
/// </summary>
internal sealed class BearerHandler(Uri home, IBearerSource bearers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = GitHubCall.Current;
        request.Headers.Authorization = null;
        if (request.RequestUri is not { } uri || Uri.Compare(uri, home, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
        {
            return await LeaveAsync(call, request, cancellationToken);
        }

        var response = await SendAsAsync(call, request, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.Unauthorized || call.Identity.InstallationId is null)
        {
            return response;
        }

        response.Dispose();
        call.Sent = false;
        return await SendAsAsync(call, request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsAsync(GitHubCall call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var bearer = await bearers.BearerAsync(call.Identity, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        var response = await LeaveAsync(call, request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized)
        {
            bearers.Forget(call.Identity, bearer);
        }

        return response;
    }

    private Task<HttpResponseMessage> LeaveAsync(GitHubCall call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestMeter.Tick();
        call.Sent = true;
        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Where bearers come from.</summary>
internal interface IBearerSource
{
    /// <summary>A bearer that holds for longer than any request takes: an installation's for ten more minutes, the App's for one.</summary>
    Task<string> BearerAsync(CallIdentity identity, CancellationToken cancellationToken);

    /// <summary>GitHub did not accept this one: do not use it again. A newer one stays.</summary>
    void Forget(CallIdentity identity, string bearer);
}
