using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using JsonConverter.Abstractions;
using JsonConverter.Newtonsoft.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.Serving;

/// <summary>Reads the body of a request and finds out what it is.</summary>
internal static class Bodies
{
    public static readonly JsonConverterOptions DatesAsText = new() { WriteIndented = true, DateParseHandling = 0 };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly NewtonsoftJsonConverter Converter = new();

    public static bool MayHaveBody(string method, WireMockServerSettings settings) =>
        settings.AllowBodyForAllHttpMethods == true || method.ToUpperInvariant() is not ("HEAD" or "GET" or "TRACE" or "CONNECT");

    public static async Task<BodyData> ReadAsync(Stream stream, string? contentType, string? contentEncoding, WireMockServerSettings settings)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer);
        var compression = settings.DisableRequestBodyDecompressing == true ? null : contentEncoding?.ToLowerInvariant();
        var unpacked = Unpack(buffer.ToArray(), compression);
        var body = new BodyData
        {
            BodyAsBytes = unpacked ?? buffer.ToArray(),
            DetectedCompression = unpacked is null ? null : compression,
            DetectedBodyType = BodyType.Bytes,
            DetectedBodyTypeFromContentType = TypeOf(contentType),
        };
        if (Decode(body.BodyAsBytes) is not { } text)
        {
            return body;
        }

        body.BodyAsString = text;
        body.Encoding = StrictUtf8;
        body.DetectedBodyType = BodyType.String;
        if (body.DetectedBodyTypeFromContentType == BodyType.MultiPart)
        {
            return body;
        }

        if (body.DetectedBodyTypeFromContentType == BodyType.FormUrlEncoded)
        {
            body.BodyAsFormUrlEncoded = ParseForm(text);
            body.DetectedBodyType = BodyType.FormUrlEncoded;
        }

        if (settings.DisableJsonBodyParsing != true && IsJson(text))
        {
            body.BodyAsJson = Converter.Deserialize<object>(text, DatesAsText);
            body.DetectedBodyType = BodyType.Json;
        }

        return body;
    }

    /// <summary>Parses ?a=1&amp;b=2,3; a name without = has no values, a name with nothing after it has one empty value.</summary>
    public static Dictionary<string, WireMockList<string>> ParseQuery(string query, QueryParameterMultipleValueSupport support)
    {
        List<char> separators = [];
        if (support.HasFlag(QueryParameterMultipleValueSupport.Ampersand))
        {
            separators.Add('&');
        }

        if (support.HasFlag(QueryParameterMultipleValueSupport.SemiColon))
        {
            separators.Add(';');
        }

        var comma = support.HasFlag(QueryParameterMultipleValueSupport.Comma);
        var parameters = separators.Count == 0 ? [query.TrimStart('?')] : query.TrimStart('?').Split([.. separators], StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, WireMockList<string>> parsed = [];
        foreach (var parameter in parameters.Where(parameter => parameter.Length > 0))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? parameter : parameter[..equals];
            if (!parsed.TryGetValue(name, out var values))
            {
                parsed.Add(name, values = []);
            }

            if (equals >= 0)
            {
                values.AddRange(Values(parameter[(equals + 1)..], comma));
            }
        }

        return parsed;
    }

    private static IEnumerable<string> Values(string raw, bool comma) =>
        (raw.Length == 0 || !comma ? [raw] : raw.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(value => WebUtility.UrlDecode(value));

    /// <exception cref="ArgumentException">A name comes twice; the package answers 500 then.</exception>
    private static Dictionary<string, string> ParseForm(string text) => text
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('='))
        .Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]));

    private static byte[]? Unpack(byte[] packed, string? compression)
    {
        if (compression is not ("gzip" or "deflate"))
        {
            return null;
        }

        using var source = new MemoryStream(packed);
        using Stream unpacking = compression == "gzip" ? new GZipStream(source, CompressionMode.Decompress) : new DeflateStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        unpacking.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>Null when the bytes are no text: a zero, broken UTF-8, or more than 15 % control characters.</summary>
    private static string? Decode(byte[] bytes)
    {
        if (bytes.Contains((byte)0))
        {
            return null;
        }

        try
        {
            var text = StrictUtf8.GetString(bytes);
            var printable = text.Count(character => !char.IsControl(character) || char.IsWhiteSpace(character));
            return text.Length == 0 || (double)printable / text.Length > 0.85 ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsJson(string text)
    {
        var trimmed = text.Trim();
        if (trimmed is not (['{', .., '}'] or ['[', .., ']']))
        {
            return false;
        }

        try
        {
            JToken.Parse(trimmed);
            return true;
        }
        catch (JsonReaderException)
        {
            return false;
        }
    }

    private static BodyType TypeOf(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var parsed))
        {
            return BodyType.Bytes;
        }

        var type = parsed.MediaType!.ToLowerInvariant();
        return type switch
        {
            "application/x-www-form-urlencoded" => BodyType.FormUrlEncoded,
            "application/javascript" or "application/typescript" => BodyType.String,
            "application/json" => BodyType.Json,
            "application/grpc" or "application/grpc+proto" => BodyType.ProtoBuf,
            _ when type.StartsWith("text/", StringComparison.Ordinal) => BodyType.String,
            _ when type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("xml", StringComparison.Ordinal) => BodyType.String,
            _ when type.StartsWith("application/vnd.", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal) => BodyType.Json,
            _ when type.StartsWith("multipart/", StringComparison.Ordinal) => BodyType.MultiPart,
            _ => BodyType.Bytes,
        };
    }
}
