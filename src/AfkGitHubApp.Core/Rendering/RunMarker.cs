using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>What came of reading a comment for a marker.</summary>
public enum MarkerReading
{
    /// <summary>The run was read.</summary>
    Read,

    /// <summary>There is no marker.</summary>
    None,

    /// <summary>Signed with none of our keys, or for another repository or issue: not ours to act on.</summary>
    Foreign,

    /// <summary>Written by a newer build: to be left alone.</summary>
    NewerVersion,

    /// <summary>Cut, broken, more than one, or too long.</summary>
    Malformed,
}

/// <summary>
/// The signed run record hidden in the checklist comment: <c>&lt;!-- afk:v1 payload signature --&gt;</c>. With it the store can be rebuilt from
/// GitHub alone. The signature covers version and payload; the payload holds repository id, issue id, RunId and sequence, so a copy counts
/// nowhere else. Both parts are standard base64, whose alphabet has no hyphen, so nothing inside can end the HTML comment. That the comment is
/// our own bot's, and which of two copies of one run is the newer (<see cref="InFlightRun.Sequence"/>), is the reader's to judge.
/// </summary>
public static class RunMarker
{
    /// <summary>Longest marker written or read, in characters: leaves room for the checklist below GitHub's 65,536 per comment.</summary>
    public const int MaxLength = 50_000;

    private const string Prefix = "<!-- afk:v";
    private const string Version = "1";
    private const string Closing = " -->";
    private const byte Compressed = 1;
    private const int CompressAbove = 1024;
    private const int MaxRecordBytes = 1 << 20;

    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>
    /// The marker of this run. A record too long for a comment is written without addresses, refusals and words of earlier turns and without the deciding checks and the commits to revert, which only people
    /// read; everything the run is driven by is always there.
    /// </summary>
    /// <exception cref="InvalidOperationException">Even that is longer than <see cref="MaxLength"/>.</exception>
    public static string Write(InFlightRun run, long repositoryId, MarkerKeys keys)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(keys);
        var marker = Encode(run, repositoryId, keys);
        if (marker.Length > MaxLength)
        {
            marker = Encode(WithoutDecoration(run), repositoryId, keys);
        }

        return marker.Length <= MaxLength
            ? marker
            : throw new InvalidOperationException($"The marker of run {run.Id} has {marker.Length} characters, more than {MaxLength}");
    }

    /// <summary>Reads the marker of a comment; <paramref name="run"/> is null unless the result is <see cref="MarkerReading.Read"/>.</summary>
    public static MarkerReading TryRead(string? body, long repositoryId, long issueId, MarkerKeys keys, out InFlightRun? run)
    {
        ArgumentNullException.ThrowIfNull(keys);
        run = null;
        var start = body?.IndexOf(Prefix, StringComparison.Ordinal) ?? -1;
        if (start < 0)
        {
            return MarkerReading.None;
        }

        if (body!.IndexOf(Prefix, start + 1, StringComparison.Ordinal) >= 0)
        {
            return MarkerReading.Malformed;
        }

        var end = body.IndexOf(Closing, start, StringComparison.Ordinal);
        if (end < 0 || end - start > MaxLength)
        {
            return MarkerReading.Malformed;
        }

        var parts = body[(start + Prefix.Length)..end].Split(' ');
        if (parts[0] != Version)
        {
            return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 1
                ? MarkerReading.NewerVersion
                : MarkerReading.Malformed;
        }

        if (parts.Length != 3 || !IsBase64(parts[1]) || !IsBase64(parts[2]))
        {
            return MarkerReading.Malformed;
        }

        return keys.VerifyRun(Signed(parts[1]), parts[2]) ? Decode(parts[1], repositoryId, issueId, out run) : MarkerReading.Foreign;
    }

    private static string Encode(InFlightRun run, long repositoryId, MarkerKeys keys)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(MarkerRecord.From(run, repositoryId), MarkerJson.Default.MarkerRecord);
        var payload = Convert.ToBase64String(json.Length > CompressAbove ? Compress(json) : json);
        return $"{Prefix}{Version} {payload} {keys.SignRun(Signed(payload))}{Closing}";
    }

    private static MarkerReading Decode(string payload, long repositoryId, long issueId, out InFlightRun? run)
    {
        run = null;
        try
        {
            var bytes = Convert.FromBase64String(payload);
            var record = JsonSerializer.Deserialize(bytes is [Compressed, ..] ? Expand(bytes) : bytes, MarkerJson.Default.MarkerRecord);
            if (record is null)
            {
                return MarkerReading.Malformed;
            }

            if (record.Schema > MarkerRecord.CurrentSchema)
            {
                return MarkerReading.NewerVersion;
            }

            if (record.RepositoryId != repositoryId || record.IssueId != issueId)
            {
                return MarkerReading.Foreign;
            }

            run = record.ToRun();
            return run is null ? MarkerReading.Malformed : MarkerReading.Read;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidDataException or InvalidOperationException)
        {
            return MarkerReading.Malformed;
        }
    }

    private static bool IsBase64(string part) => part.Length > 0 && part.AsSpan().IndexOfAnyExcept(Base64) < 0;

    private static string Signed(string payload) => $"afk:v{Version} {payload}";

    private static byte[] Compress(byte[] json)
    {
        using var target = new MemoryStream();
        target.WriteByte(Compressed);
        using (var brotli = new BrotliStream(target, CompressionLevel.Optimal))
        {
            brotli.Write(json);
        }

        return target.ToArray();
    }

    private static byte[] Expand(byte[] payload)
    {
        using var brotli = new BrotliStream(new MemoryStream(payload, 1, payload.Length - 1), CompressionMode.Decompress);
        using var target = new MemoryStream();
        var buffer = new byte[8192];
        for (var read = brotli.Read(buffer); read > 0; read = brotli.Read(buffer))
        {
            target.Write(buffer, 0, read);
            if (target.Length > MaxRecordBytes)
            {
                throw new InvalidDataException("The record is too long");
            }
        }

        return target.ToArray();
    }

    private static InFlightRun WithoutDecoration(InFlightRun run) => run with
    {
        Concluding = run.Concluding is { } end ? end with { Checks = [], Commits = [] } : null,
        Turns = [.. run.Turns.Select((turn, i) => i == run.Turns.Length - 1 ? turn : turn with { ThreadUrl = null, Refusal = null, Word = null })],
    };
}
