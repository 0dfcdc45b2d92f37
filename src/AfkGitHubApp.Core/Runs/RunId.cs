using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfkGitHubApp.Core.Runs;

/// <summary>
/// One issue being driven once. It is derived from the authorising event, so the same event can never become two runs, on any replica, after
/// any crash (docs/decisions/0001).
/// </summary>
/// <param name="Value">Thirteen characters, <c>r</c> and twelve hex digits: safe in branch names, trailers and keys.</param>
[JsonConverter(typeof(RunIdJsonConverter))]
public readonly record struct RunId(string Value)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The run that the event with this node id (a <c>labeled</c> event or a comment) authorises.</summary>
    public static RunId FromEvent(string nodeId)
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeId);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(nodeId));
        return new RunId("r" + Convert.ToHexStringLower(hash.AsSpan(0, 6)));
    }

    /// <summary>Whether <paramref name="text"/> has the form of a RunId.</summary>
    public static bool IsWellFormed(string? text) =>
        text is { Length: 13 } && text[0] == 'r' && text.AsSpan(1).IndexOfAnyExcept(HexDigits) < 0;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A RunId is its text, in records and answers alike.</summary>
public sealed class RunIdJsonConverter : JsonConverter<RunId>
{
    /// <inheritdoc/>
    public override RunId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text && RunId.IsWellFormed(text) ? new RunId(text) : throw new JsonException("not a RunId");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RunId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>One piece of agent work within a run; written <c>&lt;RunId&gt;.&lt;k&gt;</c>, k from 1.</summary>
/// <param name="Run">The run it belongs to.</param>
/// <param name="Ordinal">Position in the run, from 1.</param>
public readonly record struct TurnId(RunId Run, int Ordinal)
{
    /// <summary>Reads <c>&lt;RunId&gt;.&lt;k&gt;</c>; null when it is none.</summary>
    public static TurnId? TryParse(string? text)
    {
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0 && RunId.IsWellFormed(text![..dot]) && int.TryParse(text.AsSpan(dot + 1), System.Globalization.NumberStyles.None, null, out var ordinal) && ordinal > 0
            ? new TurnId(new RunId(text[..dot]), ordinal)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Run}.{Ordinal}";
}
