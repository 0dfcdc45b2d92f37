using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Octokit.Internal;

/// <summary>
/// Sends through an <see cref="HttpClient"/> of its own and follows redirects itself, so the handler must not.
/// Timeout and token end with the response headers; the body is read without either.
/// </summary>
public class HttpClientAdapter : IHttpClient
{
    public const string RedirectCountKey = "RedirectCount";

    private const int RedirectLimit = 4;

    private static readonly string[] BinaryTypes = [MediaTypes.Raw, "application/zip", "application/x-gzip", "application/octet-stream"];

    private readonly HttpClient client;

    public HttpClientAdapter(Func<HttpMessageHandler> getHandler)
    {
        ArgumentNullException.ThrowIfNull(getHandler);
        client = new HttpClient(new Passage { InnerHandler = getHandler() });
    }

    public static async Task<HttpRequestMessage> CloneHttpRequestMessageAsync(HttpRequestMessage oldRequest)
    {
        ArgumentNullException.ThrowIfNull(oldRequest);
        var clone = new HttpRequestMessage(oldRequest.Method, oldRequest.RequestUri)
        {
            Version = oldRequest.Version,
            Content = await CloneContent(oldRequest.Content),
        };
        foreach (var (name, values) in oldRequest.Headers)
        {
            clone.Headers.TryAddWithoutValidation(name, values);
        }

        foreach (var option in (IDictionary<string, object>)oldRequest.Options)
        {
            ((IDictionary<string, object>)clone.Options).Add(option);
        }

        return clone;
    }

    public async Task<IResponse> Send(IRequest request, CancellationToken cancellationToken, Func<object, object> preprocessResponseBody = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (request.Timeout != TimeSpan.Zero)
        {
            bound.CancelAfter(request.Timeout);
        }

        using var message = BuildRequestMessage(request);
        return await BuildResponse(await SendAsync(message, bound.Token), preprocessResponseBody);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A content can be sent once; the clone is made beforehand because the answer may be a redirect.
        var next = await CloneHttpRequestMessageAsync(request);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var options = (IDictionary<string, object>)request.Options;
        options[ResponseHeaders.ReceivedName] = TimeProvider.System.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
        if (response.Headers.Location is not { } location)
        {
            return response;
        }

        // The limit comes before the status, as on the real one: a fifth answer with a Location is refused even when it is a 201.
        var followed = options.TryGetValue(RedirectCountKey, out var count) ? (int)count : 0;
        if (followed >= RedirectLimit)
        {
            throw new InvalidOperationException("The redirect count for this request has been exceeded. Aborting.");
        }

        return IsRedirect(response.StatusCode)
            ? await SendAsync(Redirected(next, request.RequestUri, location, response.StatusCode, followed + 1), cancellationToken)
            : response;
    }

    public void SetRequestTimeout(TimeSpan timeout) => client.Timeout = timeout;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            client.Dispose();
        }
    }

    protected virtual HttpRequestMessage BuildRequestMessage(IRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = new HttpRequestMessage(request.Method, new Uri(request.BaseAddress, request.Endpoint));
        try
        {
            foreach (var (name, value) in request.Headers)
            {
                message.Headers.Add(name, value);
            }

            message.Content = request.Body switch
            {
                HttpContent content => content,
                string text => new StringContent(text, Encoding.UTF8, request.ContentType),
                Stream stream => new StreamContent(stream) { Headers = { ContentType = new MediaTypeHeaderValue(request.ContentType) } },
                _ => null,
            };
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    protected virtual async Task<IResponse> BuildResponse(HttpResponseMessage responseMessage, Func<object, object> preprocessResponseBody)
    {
        ArgumentNullException.ThrowIfNull(responseMessage);
        object body = null;
        string contentType = null;
        if (responseMessage.Content is { } content)
        {
            contentType = MediaTypeOf(content);
            body = IsBinary(contentType) ? await content.ReadAsStreamAsync() : await ReadTextAndRelease(content);
            body = preprocessResponseBody is null ? body : preprocessResponseBody(body);
        }

        var headers = responseMessage.Headers.ToDictionary(header => header.Key, header => header.Value.First());
        if (responseMessage.RequestMessage?.Options is IDictionary<string, object> options
            && options.TryGetValue(ResponseHeaders.ReceivedName, out var received))
        {
            headers.TryAdd(ResponseHeaders.ReceivedName, (string)received);
        }

        return new Response(responseMessage.StatusCode, body, headers, contentType);
    }

    private static async Task<HttpContent> CloneContent(HttpContent content)
    {
        if (content is null)
        {
            return null;
        }

        var buffer = new MemoryStream();
        await content.CopyToAsync(buffer);
        buffer.Position = 0;
        var clone = new StreamContent(buffer);
        foreach (var (name, values) in content.Headers)
        {
            clone.Headers.Add(name, values);
        }

        return clone;
    }

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private static HttpRequestMessage Redirected(HttpRequestMessage clone, Uri from, Uri location, HttpStatusCode status, int count)
    {
        if (status is HttpStatusCode.SeeOther)
        {
            clone.Method = HttpMethod.Get;
            clone.Content = null;
        }

        ((IDictionary<string, object>)clone.Options)[RedirectCountKey] = count;
        clone.RequestUri = location;

        // Host throws InvalidOperationException for a relative Location; the real one does not resolve it either.
        if (!string.Equals(location.Host, from.Host, StringComparison.OrdinalIgnoreCase))
        {
            clone.Headers.Authorization = null;
        }

        return clone;
    }

    private static async Task<string> ReadTextAndRelease(HttpContent content)
    {
        var text = await content.ReadAsStringAsync();
        content.Dispose();
        return text;
    }

    private static bool IsBinary(string mediaType) =>
        mediaType is not null
        && (mediaType.StartsWith("image/", StringComparison.Ordinal) || BinaryTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase));

    // Artifact storage answers with the bare word "zip", which is no media type.
    private static string MediaTypeOf(HttpContent content) =>
        content.Headers.ContentType?.MediaType
        ?? (content.Headers.TryGetValues("Content-Type", out var values) && values.FirstOrDefault() == "zip" ? "application/zip" : null);

    private sealed class Passage : DelegatingHandler;
}
