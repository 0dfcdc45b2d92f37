using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Net;

namespace Octokit.Internal;

/// <summary>An answer together with its mapped body.</summary>
public class ApiResponse<T> : IApiResponse<T>
{
    public ApiResponse(IResponse response)
        : this(response, response.Body is T body ? body : default)
    {
    }

    public ApiResponse(IResponse response, T bodyAsObject)
    {
        ArgumentNullException.ThrowIfNull(response);
        HttpResponse = response;
        Body = bodyAsObject;
    }

    public T Body { get; private set; }

    public IResponse HttpResponse { get; private set; }
}

internal sealed class Response(HttpStatusCode statusCode, object body, IDictionary<string, string> headers, string contentType) : IResponse
{
    public object Body { get; } = body;

    public IReadOnlyDictionary<string, string> Headers { get; } = new ReadOnlyDictionary<string, string>(headers);

    public ApiInfo ApiInfo { get; } = ResponseHeaders.Read(headers);

    public HttpStatusCode StatusCode { get; } = statusCode;

    public string ContentType { get; } = contentType;
}
