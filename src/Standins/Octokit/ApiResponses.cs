using System.Collections.Generic;
using System.Net;

namespace Octokit;

/// <summary>An answer with its body mapped to <typeparamref name="T"/>; the unmapped body stays in <see cref="HttpResponse"/>.</summary>
public interface IApiResponse<out T>
{
    T Body { get; }

    IResponse HttpResponse { get; }
}

/// <summary>An answer as it came: text, or a stream for binary media types.</summary>
public interface IResponse
{
    object Body { get; }

    /// <summary>First value of each response header; names are case-sensitive and content headers are left out.</summary>
    IReadOnlyDictionary<string, string> Headers { get; }

    ApiInfo ApiInfo { get; }

    HttpStatusCode StatusCode { get; }

    string ContentType { get; }
}
