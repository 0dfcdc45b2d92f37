using System;
using System.Collections.Generic;
using System.Net.Http;

namespace Octokit.Internal;

/// <summary>A request before it becomes an <see cref="HttpRequestMessage"/>.</summary>
public interface IRequest
{
    object Body { get; set; }

    Dictionary<string, string> Headers { get; }

    HttpMethod Method { get; }

    Dictionary<string, string> Parameters { get; }

    Uri BaseAddress { get; }

    Uri Endpoint { get; }

    TimeSpan Timeout { get; }

    string ContentType { get; }
}

/// <summary>The request that <see cref="Connection"/> builds; it waits 100 seconds for the headers unless told otherwise.</summary>
public class Request : IRequest
{
    public Request()
    {
        Headers = [];
        Parameters = [];
        Timeout = TimeSpan.FromSeconds(100);
    }

    public object Body { get; set; }

    public Dictionary<string, string> Headers { get; private set; }

    public HttpMethod Method { get; set; }

    public Dictionary<string, string> Parameters { get; private set; }

    public Uri BaseAddress { get; set; }

    public Uri Endpoint { get; set; }

    public TimeSpan Timeout { get; set; }

    public string ContentType { get; set; }
}
