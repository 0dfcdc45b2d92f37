namespace AfkGitHubApp.Simulator.Http;

/// <summary>Who may call a route.</summary>
internal enum Door
{
    /// <summary>The App, by its JWT.</summary>
    App,

    /// <summary>An installation, by its token.</summary>
    Installation,

    /// <summary>Either.</summary>
    Both,
}

/// <summary>One route: <c>{name}</c> is one segment, <c>{*name}</c> as many as fit.</summary>
internal sealed class Route(string method, string template, Door door, string? permission, string level, Func<RestCall, SimulatedResponse> handle)
{
    private readonly string[] parts = template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public string Method => method;

    public Door Door => door;

    public string? Permission => permission;

    public string Level => level;

    public Func<RestCall, SimulatedResponse> Handle => handle;

    public Dictionary<string, string>? Match(string[] segments)
    {
        var wildcard = Array.FindIndex(parts, part => part.StartsWith("{*", StringComparison.Ordinal));
        var taken = segments.Length - parts.Length + 1;
        if (wildcard < 0 ? segments.Length != parts.Length : taken < 1)
        {
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        for (var position = 0; position < parts.Length; position++)
        {
            var part = parts[position];
            if (position == wildcard)
            {
                values[part[2..^1]] = string.Join('/', segments.Skip(at).Take(taken));
                at += taken;
                continue;
            }

            var segment = segments[at++];
            if (part[0] == '{')
            {
                values[part[1..^1]] = segment;
            }
            else if (!part.Equals(segment, StringComparison.Ordinal))
            {
                return null;
            }
        }

        return values;
    }
}
