using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Octokit.Internal;

namespace Octokit.Caching;

/// <summary>Asks GitHub whether a stored answer is still good and returns it, old rate limit numbers included, on a 304.</summary>
internal sealed class ConditionalHttpClient : IHttpClient
{
    private readonly IHttpClient inner;
    private readonly IResponseCache cache;

    internal ConditionalHttpClient(IHttpClient client, IResponseCache cache)
    {
        // A second cache replaces the first instead of standing before it.
        inner = client is ConditionalHttpClient conditional ? conditional.inner : client;
        this.cache = cache;
    }

    public async Task<IResponse> Send(IRequest request, CancellationToken cancellationToken, Func<object, object> preprocessResponseBody = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Method != HttpMethod.Get)
        {
            return await inner.Send(request, cancellationToken, preprocessResponseBody);
        }

        var stored = await Find(request);
        var etag = stored?.ApiInfo.Etag;
        if (!string.IsNullOrEmpty(etag))
        {
            request.Headers["If-None-Match"] = etag;
        }

        // The real one forgets the preprocessing of a cached GET; so does this.
        var response = await inner.Send(request, cancellationToken);
        if (!string.IsNullOrEmpty(etag) && response.StatusCode is HttpStatusCode.NotModified)
        {
            return stored;
        }

        _ = Store(request, response);
        return response;
    }

    public void SetRequestTimeout(TimeSpan timeout) => inner.SetRequestTimeout(timeout);

    public void Dispose() => inner.Dispose();

    private async Task<Response> Find(IRequest request)
    {
        try
        {
            return await cache.GetAsync(request) is { } found
                ? new Response(found.StatusCode, found.Body, new Dictionary<string, string>(found.Headers), found.ContentType)
                : null;
        }
        catch
        {
            return null;
        }
    }

    private async Task Store(IRequest request, IResponse response)
    {
        if ((int)response.StatusCode is < 200 or > 299)
        {
            return;
        }

        try
        {
            await cache.SetAsync(request, CachedResponse.V1.Create(response));
        }
        catch
        {
            // A broken cache costs a request, never an answer.
        }
    }
}
