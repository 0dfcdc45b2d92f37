using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>The answer to a <see cref="SimulatedRequest"/>.</summary>
public sealed record SimulatedResponse(int Status, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers)
{
    internal const string JsonType = "application/json; charset=utf-8";

    internal static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True: the connection is to be cut instead of answered.</summary>
    public bool ConnectionCut { get; init; }

    /// <summary>True: half of the body is to be sent, and then nothing more.</summary>
    public bool BodyStalls { get; init; }

    /// <summary>How long the answer is to be held back.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    internal static SimulatedResponse Of(int status, JsonNode? json) =>
        new(status, json is null ? Encoding.UTF8.GetBytes("null") : Encoding.UTF8.GetBytes(json.ToJsonString(Json)), With("Content-Type", JsonType));

    internal static SimulatedResponse Ok(JsonNode json) => Of(200, json);

    internal static SimulatedResponse Created(JsonNode json) => Of(201, json);

    internal static SimulatedResponse Empty(int status) => new(status, ReadOnlyMemory<byte>.Empty, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase));

    internal static SimulatedResponse Refused(ApiRefusal refusal)
    {
        var response = Of(refusal.Status, refusal.ToJson());
        foreach (var (name, value) in refusal.Headers)
        {
            response = response.Add(name, value);
        }

        return response;
    }

    internal SimulatedResponse Add(string name, string value) => Add([(name, value)]);

    internal SimulatedResponse Add(IEnumerable<(string Name, string Value)> added)
    {
        var headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in added)
        {
            headers[name] = value;
        }

        return this with { Headers = headers };
    }

    private static Dictionary<string, string> With(string name, string value) => new(StringComparer.OrdinalIgnoreCase) { [name] = value };
}
