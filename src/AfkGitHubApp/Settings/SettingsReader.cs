using System.Globalization;

namespace AfkGitHubApp.Settings;

/// <summary>Reads settings and collects what is wrong with them, each problem naming its key, instead of stopping at the first.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> problems = [];
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> lists = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<string> Problems => problems;

    public void Problem(string key, string what) => problems.Add($"{key} {what}.");

    public string Text(string key, string fallback) => Raw(key) is { Length: > 0 } text ? text.Trim() : fallback;

    public bool Bool(string key, bool fallback) => Raw(key) switch
    {
        null or "" => fallback,
        var text when bool.TryParse(text, out var value) => value,
        var text => Refuse(key, text, "true or false", fallback),
    };

    public int Integer(string key, int fallback, int least, int most) => Raw(key) switch
    {
        null or "" => fallback,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most => value,
        var text => Refuse(key, text, $"a whole number from {least} to {most}", fallback),
    };

    public double Number(string key, double fallback) => Raw(key) switch
    {
        null or "" => fallback,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value) => value,
        var text => Refuse(key, text, "a number of seconds, 0 or more", fallback),
    };

    public TimeSpan Seconds(string key, double fallback, double least, double most)
    {
        var seconds = Number(key, fallback);
        return TimeSpan.FromSeconds(seconds >= least && seconds <= most ? seconds : Refuse(key, seconds.ToString(CultureInfo.InvariantCulture), $"a number of seconds from {least} to {most}", fallback));
    }

    /// <summary>An absolute http(s) address with a slash at its end; null, and a problem, where it is none.</summary>
    public Uri? Address(string key, string fallback, string example)
    {
        var text = Text(key, fallback);
        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
        {
            Problem(key, $"is '{text}'; it must be an absolute http(s) address such as {example}");
            return null;
        }

        if (address.Scheme is "http" && !address.IsLoopback)
        {
            Problem(key, "is plain http; tokens are only sent over https, except to this machine itself");
        }

        return address;
    }

    /// <summary>An absolute https address as it is written, or http to this machine itself; null, and a problem that does not repeat it, where it is none: it may be a secret.</summary>
    public Uri? SecretAddress(string key, string fallback, string example)
    {
        var text = Text(key, fallback);
        if (text.Length > 0 && Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { UserInfo: "", Fragment: "" } && (address.Scheme is "https" || address is { Scheme: "http", IsLoopback: true }))
        {
            return address;
        }

        Problem(key, text.Length == 0
            ? $"is missing; it is {example}"
            : $"is no address that can be posted to; it must be absolute and https (http only to this machine itself), without user and fragment: {example}");
        return null;
    }

    /// <summary>Names of what stands below a key, in their order.</summary>
    public IReadOnlyList<string> Names(string key)
    {
        known.Add(key);
        return [.. configuration.GetSection(key).GetChildren().Select(child => child.Key)];
    }

    public bool IsGiven(string key) => configuration[key] is { Length: > 0 };

    public T Word<T>(string key, T fallback, params (string Word, T Value)[] words)
    {
        if (Raw(key) is not { Length: > 0 } text)
        {
            return fallback;
        }

        foreach (var (word, value) in words)
        {
            if (string.Equals(word, text.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return Refuse(key, text, string.Join(" or ", words.Select(each => each.Word)), fallback);
    }

    /// <summary>A list, as an array or as one text with commas.</summary>
    public IReadOnlyList<string> List(string key)
    {
        known.Add(key);
        lists.Add(key);
        var section = configuration.GetSection(key);
        var entries = section.GetChildren().Select(child => child.Value ?? "").ToList();
        if (section.Value is { Length: > 0 } text)
        {
            entries.AddRange(text.Split(','));
        }

        return [.. entries.Select(entry => entry.Trim()).Where(entry => entry.Length > 0)];
    }

    /// <summary>A mistyped key would silently leave a default in force: it is refused, with the nearest known key.</summary>
    public void RefuseUnknownKeys(string section)
    {
        foreach (var (key, value) in configuration.GetSection(section).AsEnumerable())
        {
            if (value is null || known.Contains(key) || lists.Any(list => key.StartsWith(list + ":", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var nearest = known.MinBy(candidate => Distance(candidate, key));
            Problem(key, nearest is not null && Distance(nearest, key) <= 4 ? $"is not a setting; did you mean {nearest}" : "is not a setting");
        }
    }

    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var cost = char.ToUpperInvariant(left[i]) == char.ToUpperInvariant(right[j]) ? 0 : 1;
                current[j + 1] = Math.Min(Math.Min(current[j] + 1, previous[j + 1] + 1), previous[j] + cost);
            }

            previous = current;
        }

        return previous[^1];
    }

    private string? Raw(string key)
    {
        known.Add(key);
        return configuration[key];
    }

    private T Refuse<T>(string key, string given, string allowed, T fallback)
    {
        Problem(key, $"is '{given}'; it must be {allowed}");
        return fallback;
    }
}
