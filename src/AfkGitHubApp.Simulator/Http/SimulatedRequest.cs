namespace AfkGitHubApp.Simulator.Http;

/// <summary>
/// An HTTP request as the simulator sees it, whichever door it came through. <paramref name="Path"/> is escaped and starts with a slash,
/// <paramref name="Query"/> is escaped and has no question mark, <paramref name="Headers"/> ignore case.
/// </summary>
public sealed record SimulatedRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    internal string? Header(string name) => Headers.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
