using System.Collections.Immutable;

namespace AfkGitHubApp.Settings;

/// <summary>What a doorbell speaks.</summary>
public enum DoorbellKind
{
    /// <summary>An incoming webhook of Slack.</summary>
    Slack,

    /// <summary>A topic of an ntfy server.</summary>
    Ntfy,

    /// <summary>A signed post as by the Standard Webhooks specification.</summary>
    Webhook,
}

/// <summary>One doorbell that the operator has set up. Shows none of its secrets, of which the address may be one.</summary>
public sealed record DoorbellSettings
{
    private const int Most = 10;
    private const int LongestName = 32;
    private const int LeastSecretBytes = 24;
    private const int MostSecretBytes = 64;
    private const int LongestTopic = 64;
    private const string SecretPrefix = "whsec_";

    private const string Make = "for example from: echo whsec_$(openssl rand -base64 32)";

    /// <summary>The operator's name for it, in small letters.</summary>
    public required string Name { get; init; }

    /// <summary>What it speaks.</summary>
    public required DoorbellKind Kind { get; init; }

    /// <summary>Where it posts to.</summary>
    public required Uri Address { get; init; }

    /// <summary>Topic on an ntfy server.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Access token of an ntfy server; empty = none.</summary>
    public string Token { get; init; } = "";

    /// <summary>User of an ntfy server; empty = none.</summary>
    public string User { get; init; } = "";

    /// <summary>That user's password.</summary>
    public string Password { get; init; } = "";

    /// <summary>Key that signs the posts of a webhook.</summary>
    public ImmutableArray<byte> Secret { get; init; } = [];

    /// <summary>Kind and name only.</summary>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} doorbell {Name}";

    /// <summary>Reads all of them.</summary>
    internal static ImmutableArray<DoorbellSettings> Read(SettingsReader read)
    {
        var names = read.Names("Afk:Doorbells");
        if (names.Count > Most)
        {
            read.Problem("Afk:Doorbells", $"holds {names.Count} doorbells; {Most} are the most, since a run's end waits for each of them");
        }

        return [.. names.Select(name => Read(read, name)).OfType<DoorbellSettings>()];
    }

    private static DoorbellSettings? Read(SettingsReader read, string name)
    {
        string Key(string of) => $"Afk:Doorbells:{name}:{of}";
        if (name.Length > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            read.Problem($"Afk:Doorbells:{name}", $"is no name for a doorbell; it must be 1 to {LongestName} letters, digits, hyphens and underscores");
        }

        var kind = read.Word<DoorbellKind?>(Key("Kind"), null, ("slack", DoorbellKind.Slack), ("ntfy", DoorbellKind.Ntfy), ("webhook", DoorbellKind.Webhook));
        var texts = ((string[])["Url", "Topic", "Token", "User", "Password", "Secret"]).ToDictionary(of => of, of => read.Text(Key(of), ""), StringComparer.Ordinal);
        if (kind is not { } known)
        {
            if (!read.IsGiven(Key("Kind")))
            {
                read.Problem(Key("Kind"), "is missing; it is one of slack, ntfy, webhook");
            }

            return null;
        }

        foreach (var (of, text) in texts)
        {
            if (text.Length > 0 && !Uses(known).Contains(of, StringComparer.Ordinal))
            {
                read.Problem(Key(of), $"is no setting of a doorbell of the kind {known.ToString().ToLowerInvariant()}; it has {string.Join(", ", Uses(known))}");
            }
        }

        if (known is DoorbellKind.Ntfy)
        {
            CheckNtfy(read, Key, texts);
        }

        var secret = known is DoorbellKind.Webhook ? ReadSecret(read, Key("Secret"), texts["Secret"]) : [];
        return read.SecretAddress(Key("Url"), known is DoorbellKind.Ntfy ? "https://ntfy.sh/" : "", Example(known)) is { } address
            ? new DoorbellSettings
            {
                Name = name.ToLowerInvariant(),
                Kind = known,
                Address = address,
                Topic = texts["Topic"],
                Token = texts["Token"],
                User = texts["User"],
                Password = texts["Password"],
                Secret = secret,
            }
            : null;
    }

    private static string[] Uses(DoorbellKind kind) => kind switch
    {
        DoorbellKind.Slack => ["Url"],
        DoorbellKind.Ntfy => ["Url", "Topic", "Token", "User", "Password"],
        DoorbellKind.Webhook => ["Url", "Secret"],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };

    private static string Example(DoorbellKind kind) => kind switch
    {
        DoorbellKind.Slack => "the one that Slack shows for an incoming webhook, https://hooks.slack.com/services/...",
        DoorbellKind.Ntfy => "an ntfy server such as https://ntfy.sh",
        _ => "such as https://example.com/afk",
    };

    private static void CheckNtfy(SettingsReader read, Func<string, string> key, Dictionary<string, string> texts)
    {
        var topic = texts["Topic"];
        if (topic.Length is 0 or > LongestTopic || !topic.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            read.Problem(key("Topic"), topic.Length == 0
                ? "is missing; it is the topic on the ntfy server"
                : $"is no topic; it must be 1 to {LongestTopic} letters, digits, hyphens and underscores");
        }

        if (texts["Token"].Any(letter => letter is <= ' ' or > '~'))
        {
            read.Problem(key("Token"), "must be visible ASCII characters without blanks, as the ntfy server shows it");
        }

        if (texts["Token"].Length > 0 && texts["User"].Length > 0)
        {
            read.Problem(key("Token"), $"is given beside {key("User")}; give one of them");
        }

        if (texts["User"].Length > 0 != texts["Password"].Length > 0)
        {
            read.Problem(key(texts["User"].Length > 0 ? "Password" : "User"), "is missing; user and password go together");
        }
    }

    private static ImmutableArray<byte> ReadSecret(SettingsReader read, string key, string text)
    {
        if (text.Length == 0)
        {
            read.Problem(key, $"is missing; it signs what is posted. Give {SecretPrefix} and {LeastSecretBytes} to {MostSecretBytes} bytes in base64, {Make}");
            return [];
        }

        var bytes = new byte[MostSecretBytes + 3];
        if (text.StartsWith(SecretPrefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length) && length is >= LeastSecretBytes and <= MostSecretBytes)
        {
            return [.. bytes.AsSpan(0, length)];
        }

        read.Problem(key, $"must be {SecretPrefix} and {LeastSecretBytes} to {MostSecretBytes} bytes in base64, {Make}");
        return [];
    }
}
