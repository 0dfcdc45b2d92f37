using System;
using System.Collections.Generic;
using System.Runtime.Serialization;
using Octokit.Internal;

namespace Octokit;

/// <summary>The three X-RateLimit headers of an answer; a missing or unreadable one counts as 0.</summary>
[Serializable]
public class RateLimit : ISerializable
{
    public RateLimit()
    {
    }

    public RateLimit(IDictionary<string, string> responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        Limit = (int)Number(responseHeaders, "X-RateLimit-Limit");
        Remaining = (int)Number(responseHeaders, "X-RateLimit-Remaining");
        ResetAsUtcEpochSeconds = Number(responseHeaders, "X-RateLimit-Reset");
    }

    public RateLimit(int limit, int remaining, long resetAsUtcEpochSeconds)
    {
        Limit = limit;
        Remaining = remaining;
        ResetAsUtcEpochSeconds = resetAsUtcEpochSeconds;
    }

    protected RateLimit(SerializationInfo info, StreamingContext context)
    {
        ArgumentNullException.ThrowIfNull(info);
        Limit = info.GetInt32(nameof(Limit));
        Remaining = info.GetInt32(nameof(Remaining));
        ResetAsUtcEpochSeconds = info.GetInt64(nameof(ResetAsUtcEpochSeconds));
    }

    public int Limit { get; private set; }

    public int Remaining { get; private set; }

    [Parameter(Key = "ignoreThisField")]
    public DateTimeOffset Reset => DateTimeOffset.FromUnixTimeSeconds(ResetAsUtcEpochSeconds);

    [Parameter(Key = "reset")]
    public long ResetAsUtcEpochSeconds { get; private set; }

    public virtual void GetObjectData(SerializationInfo info, StreamingContext context)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.AddValue(nameof(Limit), Limit);
        info.AddValue(nameof(Remaining), Remaining);
        info.AddValue(nameof(ResetAsUtcEpochSeconds), ResetAsUtcEpochSeconds);
    }

    public RateLimit Clone() => new(Limit, Remaining, ResetAsUtcEpochSeconds);

    private static long Number(IDictionary<string, string> headers, string name) =>
        long.TryParse(ResponseHeaders.Find(headers, name), out var number) ? number : 0;
}
