using System;
using System.Collections.Generic;
using System.Net;
using System.Threading.Tasks;
using Octokit.Internal;

namespace Octokit.Caching;

/// <summary>Keeps answers to GET requests; the implementer chooses the key. Exceptions thrown here are swallowed.</summary>
public interface IResponseCache
{
    Task<CachedResponse.V1> GetAsync(IRequest request);

    Task SetAsync(IRequest request, CachedResponse.V1 cachedResponse);
}

/// <summary>Holds the versions of the stored shape of an answer.</summary>
public static class CachedResponse
{
    /// <summary>An answer as it is stored.</summary>
    public sealed class V1 : IResponse
    {
        public V1(object body, IReadOnlyDictionary<string, string> headers, ApiInfo apiInfo, HttpStatusCode statusCode, string contentType)
        {
            ArgumentNullException.ThrowIfNull(headers);
            Body = body;
            Headers = headers;
            ApiInfo = apiInfo;
            StatusCode = statusCode;
            ContentType = contentType;
        }

        public object Body { get; private set; }

        public IReadOnlyDictionary<string, string> Headers { get; private set; }

        public ApiInfo ApiInfo { get; private set; }

        public HttpStatusCode StatusCode { get; private set; }

        public string ContentType { get; private set; }

        public static V1 Create(IResponse response)
        {
            ArgumentNullException.ThrowIfNull(response);
            return new V1(response.Body, response.Headers, response.ApiInfo, response.StatusCode, response.ContentType);
        }
    }
}
