using System.Globalization;
using System.Net.Http.Headers;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>What GitHub's answers say of its limits: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api</summary>
internal static class RateLimit
{
    /// <summary>The wait for a limit that names none.</summary>
    public static readonly TimeSpan Unnamed = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>GitHub's order: retry-after; else the reset when nothing remains. Null when the headers name no wait.</summary>
    /// <param name="header">First value of a header; null when it is not there.</param>
    /// <param name="now">The product's time.</param>
    public static TimeSpan? Wait(Func<string, string?> header, DateTimeOffset now)
    {
        if (RetryConditionHeaderValue.TryParse(header("Retry-After"), out var retry) && (retry.Delta ?? retry.Date - now) is { } wait)
        {
            return AtLeast(wait);
        }

        return Number(header("x-ratelimit-remaining")) == 0 && Number(header("x-ratelimit-reset")) is { } reset
            ? AtLeast(DateTimeOffset.FromUnixTimeSeconds(reset) - now)
            : null;
    }

    /// <summary>What the headers of an answer say is left; null when they say nothing.</summary>
    public static BudgetReading? Reading(Func<string, string?> header) =>
        Number(header("x-ratelimit-limit")) is > 0 and <= int.MaxValue and { } limit && Number(header("x-ratelimit-remaining")) is >= 0 and <= int.MaxValue and { } remaining && Number(header("x-ratelimit-reset")) is { } reset
            ? new((int)limit, (int)remaining, DateTimeOffset.FromUnixTimeSeconds(reset))
            : null;

    /// <summary>Whether the text of an answer tells of a limit; a secondary limit has no other mark.</summary>
    public static bool IsToldBy(string text) =>
        text.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || text.Contains("abuse detection", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan AtLeast(TimeSpan wait) => wait > Shortest ? wait : Shortest;

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? number : null;
}
