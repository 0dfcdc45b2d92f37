namespace WireMock.Types
{
    /// <summary>What a body was recognised as.</summary>
    public enum BodyType
    {
        None = 0,
        String = 1,
        Json = 2,
        Bytes = 3,
        File = 4,
        MultiPart = 5,
        FormUrlEncoded = 6,
        ProtoBuf = 7,
        SseString = 8,
        WebSocketText = 9,
        WebSocketBinary = 10,
        WebSocketClose = 11,
    }

    /// <summary>Which characters separate several values of one query parameter; the default is all three.</summary>
    [Flags]
    public enum QueryParameterMultipleValueSupport
    {
        None = 0,
        Ampersand = 1,
        SemiColon = 2,
        Comma = 4,
        AmpersandAndSemiColon = Ampersand | SemiColon,
        NoComma = AmpersandAndSemiColon,
        All = Ampersand | SemiColon | Comma,
    }
}

namespace WireMock.Matchers
{
    /// <summary>Whether a match counts for or against.</summary>
    public enum MatchBehaviour
    {
        AcceptOnMatch = 0,
        RejectOnMatch = 1,
    }

    /// <summary>How the scores of several patterns become one.</summary>
    public enum MatchOperator
    {
        Or = 0,
        And = 1,
        Average = 2,
    }
}

namespace WireMock.Matchers.Request
{
    /// <summary>The part of a request that a matcher looks at.</summary>
    public enum RequestMatcherType
    {
        Body = 0,
        BodyOfT = 1,
        ClientIP = 2,
        Cookie = 3,
        GraphQL = 4,
        Header = 5,
        HttpVersion = 6,
        Method = 7,
        MultiPart = 8,
        Param = 9,
        Path = 10,
        ProtoBuf = 11,
        ScenarioAndState = 12,
        Url = 13,
        Composite = 14,
    }
}

namespace WireMock.ResponseBuilders
{
    /// <summary>How a response is spoilt; none of these cuts the connection.</summary>
    public enum FaultType
    {
        NONE = 0,

        /// <summary>The status and headers stay, the body is empty.</summary>
        EMPTY_RESPONSE = 1,

        /// <summary>The first half of the body, then random bytes.</summary>
        MALFORMED_RESPONSE_CHUNK = 2,
    }

    /// <summary>What a body given as text or bytes is kept as.</summary>
    public static class BodyDestinationFormat
    {
        public const string SameAsSource = "SameAsSource";

        public const string String = "String";

        public const string Bytes = "Bytes";

        public const string Json = "Json";
    }
}
