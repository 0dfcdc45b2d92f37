namespace AfkGitHubApp.Observing;

/// <summary>Git trailers, the last paragraph of a commit message (git-interpret-trailers).</summary>
public static class Trailers
{
    /// <summary>Whether the message carries <c>key: value</c> among its trailers.</summary>
    public static bool Has(string message, string key, string value)
    {
        ArgumentNullException.ThrowIfNull(message);
        var lines = message.ReplaceLineEndings("\n").TrimEnd('\n', ' ').Split('\n');
        for (var at = lines.Length - 1; at > 0 && lines[at].Length > 0; at--)
        {
            var colon = lines[at].IndexOf(':', StringComparison.Ordinal);
            if (colon > 0
                && lines[at].AsSpan(0, colon).Trim().Equals(key, StringComparison.OrdinalIgnoreCase)
                && lines[at].AsSpan(colon + 1).Trim().Equals(value, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
