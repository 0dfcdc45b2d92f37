using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using WireMock.Serving;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace WireMock;

/// <inheritdoc cref="IRequestMessage"/>
internal sealed class RequestMessage : IRequestMessage
{
    private RequestMessage(HttpRequest request, IBodyData? body, X509Certificate2? certificate, WireMockServerSettings settings)
    {
        var uri = new Uri(request.GetEncodedUrl());
        Url = AbsoluteUrl = uri.ToString();
        Protocol = uri.Scheme;
        Host = uri.Host;
        Port = uri.Port;
        Path = AbsolutePath = WebUtility.UrlDecode(uri.AbsolutePath);
        PathSegments = AbsolutePathSegments = [.. Path.Split('/').Skip(1)];
        RawQuery = uri.Query;
        Query = Bodies.ParseQuery(RawQuery, settings.QueryParameterMultipleValueSupport ?? QueryParameterMultipleValueSupport.All);
        QueryIgnoreCase = new Dictionary<string, WireMockList<string>>(Query, StringComparer.OrdinalIgnoreCase);
        Method = request.Method;
        HttpVersion = request.Protocol.Replace("HTTP/", "", StringComparison.OrdinalIgnoreCase);
        Headers = request.Headers.ToDictionary(header => header.Key, header => new WireMockList<string>(header.Value.ToArray()!));
        Cookies = request.Cookies.ToDictionary(cookie => cookie.Key, cookie => cookie.Value);
        ClientIP = Plain(request.HttpContext.Connection.RemoteIpAddress)?.ToString() ?? "";
        ClientCertificate = certificate;
        BodyData = body;
        DateTime = Clock.UtcNow;
    }

    public string ClientIP { get; }

    public string Url { get; }

    public string AbsoluteUrl { get; }

    public string? ProxyUrl { get; set; }

    public DateTime DateTime { get; }

    public string Path { get; }

    public string AbsolutePath { get; }

    public string[] PathSegments { get; }

    public string[] AbsolutePathSegments { get; }

    public string Method { get; }

    public string HttpVersion { get; }

    public IDictionary<string, WireMockList<string>>? Headers { get; }

    public IDictionary<string, string>? Cookies { get; }

    public IDictionary<string, WireMockList<string>>? Query { get; }

    public IDictionary<string, WireMockList<string>>? QueryIgnoreCase { get; }

    public string RawQuery { get; }

    public IBodyData? BodyData { get; }

    public string? Body => BodyData?.BodyAsString;

    public object? BodyAsJson => BodyData?.BodyAsJson;

    public byte[]? BodyAsBytes => BodyData?.BodyAsBytes;

    public string? DetectedBodyType => BodyData?.DetectedBodyType.ToString();

    public string? DetectedBodyTypeFromContentType => BodyData?.DetectedBodyTypeFromContentType.ToString();

    public string? DetectedCompression => BodyData?.DetectedCompression;

    public string Host { get; }

    public string Protocol { get; }

    public int Port { get; }

    public string Origin => $"{Protocol}://{Host}:{Port}";

    public X509Certificate2? ClientCertificate { get; }

    public static async Task<RequestMessage> ReadAsync(HttpContext context, WireMockServerSettings settings)
    {
        var request = context.Request;
        var body = Bodies.MayHaveBody(request.Method, settings)
            ? await Bodies.ReadAsync(request.Body, request.ContentType, request.Headers.ContentEncoding.FirstOrDefault(), settings)
            : null;
        return new RequestMessage(request, body, await context.Connection.GetClientCertificateAsync(), settings);
    }

    public WireMockList<string>? GetParameter(string key, bool ignoreCase = false) =>
        (ignoreCase ? QueryIgnoreCase : Query)!.TryGetValue(key, out var values) ? values : null;

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
