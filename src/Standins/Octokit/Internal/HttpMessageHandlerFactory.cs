using System.Net;
using System.Net.Http;

namespace Octokit.Internal;

/// <summary>Makes the handler that the short constructors use: no redirects of its own, gzip and deflate unpacked.</summary>
public static class HttpMessageHandlerFactory
{
    public static HttpMessageHandler CreateDefault() => CreateDefault(null);

    public static HttpMessageHandler CreateDefault(IWebProxy proxy)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
        };
        if (proxy is not null)
        {
            handler.UseProxy = true;
            handler.Proxy = proxy;
        }

        return handler;
    }
}
