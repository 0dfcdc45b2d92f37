using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using WireMock.Exceptions;
using WireMock.Settings;

namespace WireMock.Serving;

/// <summary>
/// The web server. The package listens on every interface; this one listens on the loopback interface only, which no test
/// in this repository can tell apart, and names itself localhost as the package does.
/// </summary>
internal sealed partial class Listener
{
    private readonly WebApplication _app;

    private Listener(WebApplication app) => _app = app;

    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <exception cref="WireMockException">The port is taken, or https was asked for and there is no certificate.</exception>
    public static async Task<Listener> StartAsync(WireMockServerSettings settings, RequestDelegate answer)
    {
        string[] urls = settings.Urls ?? [$"{(settings.UseSSL == true ? "https" : "http")}://*:{settings.Port ?? 0}"];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestBufferSize = null;
            kestrel.Limits.MaxResponseBufferSize = null;
            foreach (var url in urls)
            {
                Listen(kestrel, url, settings.UseHttp2 == true);
            }
        });
        var app = builder.Build();
        app.Run(answer);
        try
        {
            using var patience = new CancellationTokenSource(settings.StartTimeout);
            await app.StartAsync(patience.Token);
        }
        catch (Exception problem)
        {
            await app.DisposeAsync();
            throw new WireMockException($"Service start failed with error: {problem.Message}", problem);
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Listener(app) { Addresses = [.. addresses.Zip(urls, Public)] };
    }

    /// <summary>Waits for answers under way.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Cuts answers under way.</summary>
    public async Task AbortAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, string url, bool http2)
    {
        var (scheme, host, port) = Parse(url);
        void Configure(ListenOptions options)
        {
            if (scheme == "https")
            {
                options.UseHttps();
            }

            if (http2)
            {
                options.Protocols = HttpProtocols.Http2;
            }
        }

        // Kestrel cannot pick one free port for both addresses of localhost, so a free port is an IPv4 one.
        if (port > 0 && (host == "localhost" || !IPAddress.TryParse(host, out var address) || IPAddress.IsLoopback(address)))
        {
            kestrel.ListenLocalhost(port, Configure);
        }
        else
        {
            kestrel.Listen(IPAddress.TryParse(host, out address) && IPAddress.IsLoopback(address) ? address : IPAddress.Loopback, port, Configure);
        }
    }

    private static Uri Public(string bound, string asked)
    {
        var (scheme, host, _) = Parse(asked);
        var named = IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address) ? new Uri(bound).Host : "localhost";
        return new Uri($"{scheme}://{named}:{new Uri(bound).Port}");
    }

    private static (string Scheme, string Host, int Port) Parse(string url) => Shape().Match(url) is { Success: true } match
        ? (match.Groups["scheme"].Value.ToLowerInvariant(), match.Groups["host"].Value, int.Parse(match.Groups["port"].ValueSpan, provider: null))
        : throw new WireMockException($"'{url}' is not of the form http://host:port.");

    [GeneratedRegex(@"^(?<scheme>https?)://(?<host>[^/]+?):(?<port>\d+)/?$", RegexOptions.IgnoreCase)]
    private static partial Regex Shape();
}
