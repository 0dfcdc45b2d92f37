namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>The next page of a list (RFC 8288). Octokit's own parser splits at commas inside an address.</summary>
internal static class LinkHeader
{
    /// <summary>The target with <c>rel="next"</c>; null on the last page.</summary>
    public static Uri? Next(IReadOnlyDictionary<string, string> headers)
    {
        var value = headers.FirstOrDefault(header => string.Equals(header.Key, "Link", StringComparison.OrdinalIgnoreCase)).Value;
        return value is null ? null : Next(value);
    }

    public static Uri? Next(string value)
    {
        var at = 0;
        while (value.IndexOf('<', at) is var open and >= 0 && value.IndexOf('>', open) is var close and > 0)
        {
            var end = value.IndexOf('<', close) is var following and >= 0 ? following : value.Length;
            var parameters = value[(close + 1)..end];
            var isNext = parameters.Split(';', ',').Any(part => part.Trim() is "rel=\"next\"" or "rel=next");
            if (isNext && Uri.TryCreate(value[(open + 1)..close], UriKind.Absolute, out var target))
            {
                return target;
            }

            at = end;
        }

        return null;
    }
}
