using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Octokit.Internal;

/// <summary>Reads the headers that <see cref="ApiInfo"/> is made of.</summary>
internal static partial class ResponseHeaders
{
    /// <summary>Name of the header that the adapter adds to tell when the answer came.</summary>
    internal const string ReceivedName = "X-Octokit-ReceivedDate";

    internal static string Find(IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    internal static ApiInfo Read(IDictionary<string, string> headers) => new(
        Links(Find(headers, "Link")),
        Words(Find(headers, "X-OAuth-Scopes")),
        Words(Find(headers, "X-Accepted-OAuth-Scopes")),
        Find(headers, "ETag"),
        new RateLimit(headers),
        Moment(Find(headers, "Date")) - Moment(Find(headers, ReceivedName)) ?? TimeSpan.Zero);

    private static List<string> Words(string value) =>
        (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim()).ToList();

    private static DateTimeOffset? Moment(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var moment) ? moment : null;

    // Cut at raw commas, as the real parser does: an address with a comma in it ends the reading.
    private static Dictionary<string, Uri> Links(string value)
    {
        var links = new Dictionary<string, Uri>();
        foreach (var part in (value ?? "").Split(','))
        {
            var relation = Relation().Match(part);
            var target = Target().Match(part);
            if (!relation.Success || !target.Success)
            {
                break;
            }

            links.Add(relation.Groups[1].Value, new Uri(target.Groups[1].Value));
        }

        return links;
    }

    [GeneratedRegex("rel=\"(next|prev|first|last)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Relation();

    [GeneratedRegex("<(.+)>")]
    private static partial Regex Target();
}
