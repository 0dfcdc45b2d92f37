using System.Globalization;
using System.Net;
using System.Text;
using JsonConverter.Abstractions;
using JsonConverter.Newtonsoft.Json;
using Microsoft.AspNetCore.Http;
using WireMock.ResponseBuilders;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.Serving;

/// <summary>Puts an answer on the wire.</summary>
internal static class ResponseWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly NewtonsoftJsonConverter Converter = new();

    private static readonly HashSet<string> Restricted = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Connection", "Content-Type", "Date", "Expect", "Host", "If-Modified-Since", "Range", "Referer", "Transfer-Encoding", "User-Agent", "Proxy-Connection",
    };

    public static async Task WriteAsync(IResponseMessage message, HttpResponse response, WireMockServerSettings settings)
    {
        var bytes = Spoil(message, BytesOf(message.BodyData));
        if (StatusOf(message.StatusCode) is { } status)
        {
            response.StatusCode = settings.AllowOnlyDefinedHttpStatusCodeInResponse == true && !Enum.IsDefined((HttpStatusCode)status) ? 200 : status;
        }

        response.Headers.Append("Date", Clock.UtcNow.ToString("R", CultureInfo.InvariantCulture));
        foreach (var (name, values) in message.Headers!)
        {
            SetHeader(response, name, values, hasBody: bytes is not null);
        }

        if (bytes is not null)
        {
            await response.Body.WriteAsync(bytes);
        }

        foreach (var (name, values) in message.TrailingHeaders ?? new Dictionary<string, WireMockList<string>>())
        {
            if (response.SupportsTrailers() && !Restricted.Contains(name) && !IsContentLength(name))
            {
                response.AppendTrailer(name, values.ToArray());
            }
        }
    }

    private static int? StatusOf(object? code) => code switch
    {
        int number => number,
        HttpStatusCode known => (int)known,
        string text => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0,
        _ => null,
    };

    private static byte[]? BytesOf(IBodyData? body) => body?.DetectedBodyType switch
    {
        BodyType.String or BodyType.FormUrlEncoded => (body.Encoding ?? Utf8).GetBytes(body.BodyAsString!),
        BodyType.Json => (body.Encoding ?? Utf8).GetBytes(Converter.Serialize(
            body.BodyAsJson!,
            new JsonConverterOptions { WriteIndented = body.BodyAsJsonIndented == true, IgnoreNullValues = true })),
        BodyType.Bytes => body.BodyAsBytes,
        _ => null,
    };

    private static byte[]? Spoil(IResponseMessage message, byte[]? body)
    {
        if (message.FaultType == FaultType.NONE || (message.FaultPercentage is { } probability && !Chance.Strikes(probability)))
        {
            return body;
        }

        // The package joins both parts as sets, so every byte value appears once.
        return message.FaultType == FaultType.EMPTY_RESPONSE ? [] : [.. (body ?? []).Take((body?.Length ?? 0) / 2).Union(Chance.Bytes())];
    }

    private static void SetHeader(HttpResponse response, string name, WireMockList<string> values, bool hasBody)
    {
        if (string.Equals(name, "Content-Type", StringComparison.OrdinalIgnoreCase))
        {
            response.ContentType = values.FirstOrDefault();
        }
        else if (IsContentLength(name))
        {
            // A body is sent in chunks; only an answer without one (to HEAD) may announce a length.
            response.ContentLength = !hasBody && long.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var length) ? length : response.ContentLength;
        }
        else if (!Restricted.Contains(name))
        {
            response.Headers.Append(name, values.ToArray());
        }
    }

    private static bool IsContentLength(string name) => string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase);
}
