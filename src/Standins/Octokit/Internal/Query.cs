using System;
using System.Collections.Generic;
using System.Linq;

namespace Octokit.Internal;

/// <summary>Joins parameters with an address that may carry a query already.</summary>
internal static class Query
{
    internal static Uri Apply(Uri uri, IDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (parameters is null || parameters.Count == 0)
        {
            return uri;
        }

        var text = uri.OriginalString;
        var cut = text.IndexOf('?', StringComparison.Ordinal);
        var carried = uri.IsAbsoluteUri ? uri.Query : cut < 0 ? "" : text[cut..];
        var query = string.Join('&', Merge(parameters, Split(carried)).Select(pair => $"{pair.Key}={Escape(pair.Key, pair.Value)}"));

        return uri.IsAbsoluteUri
            ? new UriBuilder(uri) { Query = query }.Uri
            : new Uri($"{(cut < 0 ? uri.ToString() : text[..cut])}?{query}", UriKind.Relative);
    }

    // The caller's values win, except for the page: a next link decides that itself.
    private static Dictionary<string, string> Merge(IDictionary<string, string> own, Dictionary<string, string> carried)
    {
        var merged = new Dictionary<string, string>(own);
        foreach (var (key, value) in carried)
        {
            if (key == "page" || !merged.ContainsKey(key))
            {
                merged[key] = value;
            }
        }

        return merged;
    }

    private static Dictionary<string, string> Split(string query) => query
        .Replace("?", "", StringComparison.Ordinal)
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(
            pair => pair[..pair.IndexOf('=', StringComparison.Ordinal)],
            pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    private static string Escape(string key, string value) => key is "q" or "before" or "after" ? value : Uri.EscapeDataString(value);
}
