using System.Security.Cryptography.X509Certificates;
using System.Text;
using WireMock.ResponseBuilders;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.Util
{
    /// <summary>A body in every form that it could be read as; forms that do not apply are null.</summary>
    public interface IBodyData
    {
        byte[]? BodyAsBytes { get; set; }

        string? BodyAsFile { get; set; }

        bool? BodyAsFileIsCached { get; set; }

        /// <summary>For a received body a Newtonsoft JObject or JArray; for an answer the object to serialize.</summary>
        object? BodyAsJson { get; set; }

        bool? BodyAsJsonIndented { get; set; }

        string? BodyAsString { get; set; }

        IDictionary<string, string>? BodyAsFormUrlEncoded { get; set; }

        BodyType? DetectedBodyType { get; set; }

        BodyType? DetectedBodyTypeFromContentType { get; set; }

        /// <summary>gzip or deflate, when the body was unpacked.</summary>
        string? DetectedCompression { get; set; }

        Encoding? Encoding { get; set; }
    }

    /// <inheritdoc cref="IBodyData"/>
    public class BodyData : IBodyData
    {
        public Encoding? Encoding { get; set; }

        public string? BodyAsString { get; set; }

        public IDictionary<string, string>? BodyAsFormUrlEncoded { get; set; }

        public object? BodyAsJson { get; set; }

        public byte[]? BodyAsBytes { get; set; }

        public bool? BodyAsJsonIndented { get; set; }

        public string? BodyAsFile { get; set; }

        public bool? BodyAsFileIsCached { get; set; }

        public BodyType? DetectedBodyType { get; set; }

        public BodyType? DetectedBodyTypeFromContentType { get; set; }

        public string? DetectedCompression { get; set; }
    }
}

namespace WireMock.Models
{
    /// <summary>A pattern and, where it was read from one, its file.</summary>
    public struct StringPattern
    {
        public string Pattern { get; set; }

        public string? PatternAsFile { get; set; }
    }
}

namespace WireMock
{
    /// <summary>A request as the server received it.</summary>
    public interface IRequestMessage
    {
        string ClientIP { get; }

        string Url { get; }

        string AbsoluteUrl { get; }

        string? ProxyUrl { get; set; }

        /// <summary>When the request was read, in UTC.</summary>
        DateTime DateTime { get; }

        string Path { get; }

        string AbsolutePath { get; }

        string[] PathSegments { get; }

        string[] AbsolutePathSegments { get; }

        string Method { get; }

        string HttpVersion { get; }

        /// <summary>By header name, which is case-sensitive here.</summary>
        IDictionary<string, WireMockList<string>>? Headers { get; }

        IDictionary<string, string>? Cookies { get; }

        IDictionary<string, WireMockList<string>>? Query { get; }

        IDictionary<string, WireMockList<string>>? QueryIgnoreCase { get; }

        string RawQuery { get; }

        /// <summary>Null for methods without a body (GET, HEAD, TRACE, CONNECT).</summary>
        IBodyData? BodyData { get; }

        /// <summary>The body as text; empty text, not null, when a POST had none.</summary>
        string? Body { get; }

        object? BodyAsJson { get; }

        byte[]? BodyAsBytes { get; }

        string? DetectedBodyType { get; }

        string? DetectedBodyTypeFromContentType { get; }

        string? DetectedCompression { get; }

        string Host { get; }

        string Protocol { get; }

        int Port { get; }

        string Origin { get; }

        WireMockList<string>? GetParameter(string key, bool ignoreCase = false);

        X509Certificate2? ClientCertificate { get; }
    }

    /// <summary>An answer as the server gives it.</summary>
    public interface IResponseMessage
    {
        IBodyData? BodyData { get; set; }

        string? BodyDestination { get; set; }

        string? BodyOriginal { get; }

        /// <summary>Chance of the fault between 0 and 1; null means always.</summary>
        double? FaultPercentage { get; set; }

        FaultType FaultType { get; set; }

        IDictionary<string, WireMockList<string>>? Headers { get; set; }

        IDictionary<string, WireMockList<string>>? TrailingHeaders { get; set; }

        /// <summary>An int, an HttpStatusCode or text; null means 200.</summary>
        object? StatusCode { get; set; }

        DateTime DateTime { get; }

        string? Method { get; }

        void AddHeader(string name, string value);

        void AddHeader(string name, params string[] values);

        void AddTrailingHeader(string name, string value);

        void AddTrailingHeader(string name, params string[] values);
    }

    /// <inheritdoc cref="IResponseMessage"/>
    public class ResponseMessage : IResponseMessage
    {
        public IDictionary<string, WireMockList<string>>? Headers { get; set; } = new Dictionary<string, WireMockList<string>>();

        public IDictionary<string, WireMockList<string>>? TrailingHeaders { get; set; } = new Dictionary<string, WireMockList<string>>();

        public object? StatusCode { get; set; }

        public string? BodyOriginal { get; set; }

        public string? BodyDestination { get; set; }

        public IBodyData? BodyData { get; set; }

        public FaultType FaultType { get; set; }

        public double? FaultPercentage { get; set; }

        public DateTime DateTime { get; set; }

        public string? Method { get; set; }

        /// <exception cref="ArgumentException">The header is there already.</exception>
        public void AddHeader(string name, string value) => (Headers ??= new Dictionary<string, WireMockList<string>>()).Add(name, value);

        /// <summary>Puts the values before those that the header has already.</summary>
        public void AddHeader(string name, params string[] values) => Merge(Headers ??= new Dictionary<string, WireMockList<string>>(), name, values);

        /// <exception cref="ArgumentException">The header is there already.</exception>
        public void AddTrailingHeader(string name, string value) => (TrailingHeaders ??= new Dictionary<string, WireMockList<string>>()).Add(name, value);

        /// <summary>Puts the values before those that the header has already.</summary>
        public void AddTrailingHeader(string name, params string[] values) => Merge(TrailingHeaders ??= new Dictionary<string, WireMockList<string>>(), name, values);

        private static void Merge(IDictionary<string, WireMockList<string>> headers, string name, string[] values)
        {
            Guard.NotEmpty(values);
            headers[name] = headers.TryGetValue(name, out var present) ? new WireMockList<string>(values.Union(present)) : values;
        }
    }

    /// <summary>Where a scenario stands.</summary>
    public class ScenarioState
    {
        public string Name { get; set; } = null!;

        /// <summary>The state that the next request meets; null at the start.</summary>
        public string? NextState { get; set; }

        public bool Started { get; set; }

        public bool Finished { get; set; }

        /// <summary>Requests answered in this state so far.</summary>
        public int Counter { get; set; }
    }
}

namespace WireMock.Exceptions
{
    /// <summary>The server could not start.</summary>
    public class WireMockException : Exception
    {
        public WireMockException()
        {
        }

        public WireMockException(string message)
            : base(message)
        {
        }

        public WireMockException(string message, Exception inner)
            : base(message, inner)
        {
        }
    }
}
