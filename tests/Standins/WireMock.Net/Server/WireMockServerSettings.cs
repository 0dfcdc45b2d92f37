using WireMock.Types;

namespace WireMock.Settings;

/// <summary>How a server starts and what it keeps.</summary>
public class WireMockServerSettings
{
    /// <summary>Null or 0 takes a free port.</summary>
    public int? Port { get; set; }

    /// <summary>Listens with https and the development certificate.</summary>
    public bool? UseSSL { get; set; }

    /// <summary>Speaks HTTP/2 only.</summary>
    public bool? UseHttp2 { get; set; }

    /// <summary>Addresses of the form http://host:port; outranks the port.</summary>
    public string[]? Urls { get; set; }

    /// <summary>Milliseconds.</summary>
    public int StartTimeout { get; set; } = 10_000;

    /// <summary>Lets the nearest mapping answer when none matches.</summary>
    public bool? AllowPartialMapping { get; set; }

    /// <summary>Log entries kept; null keeps all, zero none.</summary>
    public int? MaxRequestLogCount { get; set; }

    /// <summary>Hours that a log entry is kept.</summary>
    public int? RequestLogExpirationDuration { get; set; }

    /// <summary>Reads bodies of GET, HEAD, TRACE and CONNECT too.</summary>
    public bool? AllowBodyForAllHttpMethods { get; set; }

    /// <summary>Turns a status code that the framework has no name for into 200.</summary>
    public bool? AllowOnlyDefinedHttpStatusCodeInResponse { get; set; }

    public bool? DisableJsonBodyParsing { get; set; }

    public bool? DisableRequestBodyDecompressing { get; set; }

    public QueryParameterMultipleValueSupport? QueryParameterMultipleValueSupport { get; set; }
}
