using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Diagnosing;

/// <summary>Settings, store and clock.</summary>
internal static class DeploymentChecks
{
    public const string Settings = "settings";
    public const string Store = "store";
    public const string Clock = "clock";

    private const int FewestLetters = 8;

    /// <summary>GitHub refuses a token that is issued in its future; ours are issued a minute back.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(60);

    /// <summary>GitHub refuses a token that has ended; ours live eight minutes.</summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(10);

    /// <summary>A setting that cannot be read: with one of these nothing else is looked at.</summary>
    public static Finding Unreadable(string problem) => new(Severity.Error, "setting-unreadable", Settings, problem.Split(' ')[0], problem, "Correct it; docs/settings.md lists every key.");

    public static IEnumerable<Finding> OfSettings(Facts facts)
    {
        if (facts.KillSwitch)
        {
            yield return new(Severity.Note, "kill-switch-on", Settings, "Afk:KillSwitch", "The kill switch is on: no turn is started.", "When nothing below is in the way: set Afk:KillSwitch to false.");
        }

        if (facts.ThrownSwitch is true)
        {
            yield return new(Severity.Note, "deployment-switch-on", Settings, "killswitch", "The deployment's own kill switch is on: no turn is started, whatever the settings say.", "killswitch off");
        }

        if (facts.Allowlist.IsEmpty)
        {
            yield return new(Severity.Note, "allowlist-empty", Settings, "Afk:Allowlist", "The allowlist is empty: no repository may run.", "Set Afk:Allowlist to owner/name.");
        }

        foreach (var finding in OfKeys(facts.Options))
        {
            yield return finding;
        }
    }

    public static IEnumerable<Finding> OfStore(Facts facts)
    {
        if (!facts.Store.IsReady)
        {
            yield return new(Severity.Error, "store-not-ready", Store, "ConnectionStrings:Redis", Sentence(facts.Store.Why), "Start Redis, correct its address or password, or set the clocks by NTP. Until then nothing is ticked and deliveries are answered 503.");
        }
        else if (facts.Options.Redis.Length == 0)
        {
            yield return new(Severity.Note, "store-in-memory", Store, "ConnectionStrings:Redis", "The store is in memory: one process only, rebuilt from GitHub at each start.", "For more than one replica set ConnectionStrings:Redis.");
        }
    }

    public static IEnumerable<Finding> OfClock(Facts facts)
    {
        if (facts.ClockDifference is not { } difference || difference.Duration() <= Noticeable + facts.ClockTolerance)
        {
            yield break;
        }

        var ahead = difference < TimeSpan.Zero;
        var fatal = difference.Duration() >= (ahead ? MostAhead : MostBehind);
        yield return new(
            fatal ? Severity.Error : Severity.Warning,
            "clock-off",
            Clock,
            "",
            $"This machine's clock is {difference.Duration().TotalSeconds:0} s {(ahead ? "ahead of" : "behind")} GitHub's{(fatal ? ": GitHub refuses the App's tokens" : "; much more and GitHub refuses the App's tokens")}.",
            "Set the clock by NTP.");
    }

    private static IEnumerable<Finding> OfKeys(AfkOptions options)
    {
        if (options.Keys.Length > 1)
        {
            yield return new(Severity.Note, "keys-several", Settings, "Afk:Keys", $"There are {options.Keys.Length} keys: the first signs, all verify.", "Remove the old ones when the runs they signed have ended.");
        }

        if (options.Keys.Any(key => key.Distinct().Count() < FewestLetters))
        {
            yield return new(Severity.Warning, "key-guessable", Settings, "Afk:Keys", "A key is made of a few characters only and can be guessed.", "Make one with: openssl rand -hex 32");
        }

        if (options.Keys.Contains(options.WebhookSecret, StringComparer.Ordinal))
        {
            yield return new(Severity.Warning, "key-shared", Settings, "Afk:Keys", "A key is the webhook secret as well: whoever knows one knows both.", "Make a key of its own with: openssl rand -hex 32");
        }
    }

    private static string Sentence(string text) => text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
}
