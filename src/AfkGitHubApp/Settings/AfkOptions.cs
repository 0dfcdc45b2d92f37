using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Settings;

/// <summary>Everything the operator sets, checked as a whole at start. Defaults allow nothing.</summary>
public sealed record AfkOptions
{
    /// <summary>Path webhooks are delivered to.</summary>
    public const string WebhookPath = "/api/github/webhooks";

    private const int LeastKeyLength = 32;
    private const int LeastSecretLength = 16;

    /// <summary>Label names; kill switch and allowlist in here are those at start, <see cref="Gates"/> has the live ones.</summary>
    public DispatchGates Labels { get; init; } = new();

    /// <summary>Bounds of a run.</summary>
    public RunPolicy Policy { get; init; } = RunPolicy.Default;

    /// <summary>File name of the agent's workflow below <c>.github/workflows/</c>.</summary>
    public string Workflow { get; init; } = "afk-agent.yml";

    /// <summary>How the work is delivered.</summary>
    public Delivery Delivery { get; init; }

    /// <summary>Who merges the runs' pull requests.</summary>
    public MergeMode Merge { get; init; } = MergeMode.Manual;

    /// <summary>Which backend works the turns.</summary>
    public AgentBackend Backend { get; init; }

    /// <summary>The T3 Code server; null when none is configured.</summary>
    public T3CodeSettings? T3Code { get; init; }

    /// <summary>The doorbells beside the issue comment.</summary>
    public ImmutableArray<DoorbellSettings> Doorbells { get; init; } = [];

    /// <summary>Secrets that sign markers: the first signs, all verify. Each at least 32 characters.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>GitHub's REST base address.</summary>
    public Uri BaseAddress { get; init; } = new("https://api.github.com/");

    /// <summary>Client id (recommended) or App id.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>The App's private key, PEM.</summary>
    public string PrivateKeyPem { get; init; } = "";

    /// <summary>The webhook secret.</summary>
    public string WebhookSecret { get; init; } = "";

    /// <summary>Bound of one request to GitHub.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Least time between two writes of an installation, all replicas together.</summary>
    public TimeSpan WriteGap { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Lease and nudge gap.</summary>
    public StoreTimings Timings { get; init; } = StoreTimings.Default;

    /// <summary>Repositories ticked at the same time by one process.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Connection string of the shared store; empty = everything is kept in this process.</summary>
    public string Redis { get; init; } = "";

    /// <summary>Its name only: what it holds is secret.</summary>
    public override string ToString() => nameof(AfkOptions);

    /// <summary>Reads and checks all settings.</summary>
    /// <returns>The options, and every problem found; with problems the options must not be used.</returns>
    public static (AfkOptions Options, IReadOnlyList<string> Problems) Read(IConfiguration configuration)
    {
        var read = new SettingsReader(configuration);
        var labels = ReadLabels(read);
        var backend = read.Word("Afk:Backend", AgentBackend.Actions, ("actions", AgentBackend.Actions), ("t3code", AgentBackend.T3Code));
        var options = new AfkOptions
        {
            Labels = labels with { KillSwitch = read.Bool("Afk:KillSwitch", fallback: true), Allowlist = ReadAllowlist(read) },
            Policy = ReadPolicy(read),
            Workflow = read.Text("Afk:Agent:Workflow", "afk-agent.yml"),
            Delivery = read.Word("Afk:Delivery", Delivery.Trunk, ("trunk", Delivery.Trunk), ("pull_request", Delivery.PullRequest)),
            Merge = read.Word("Afk:Merge", MergeMode.Manual, ("manual", MergeMode.Manual), ("auto", MergeMode.Auto)),
            Backend = backend,
            T3Code = T3CodeSettings.Read(read, isRequired: backend is AgentBackend.T3Code),
            Doorbells = DoorbellSettings.Read(read),
            Keys = [.. read.List("Afk:Keys")],
            BaseAddress = read.Address("Afk:GitHub:BaseAddress", "https://api.github.com/", "https://github.example.com/api/v3/") ?? new Uri("https://api.github.com/"),
            Issuer = read.Text("Afk:GitHub:ClientId", read.Text("Afk:GitHub:AppId", "")),
            PrivateKeyPem = ReadPrivateKey(read),
            WebhookSecret = read.Text("Afk:GitHub:WebhookSecret", ""),
            RequestTimeout = read.Seconds("Afk:GitHub:RequestTimeoutSeconds", 10, 1, 90),
            WriteGap = read.Seconds("Afk:GitHub:WriteGapSeconds", 1, 0, 60),
            Timings = new(read.Seconds("Afk:LeaseSeconds", 60, 5, 36_000), read.Seconds("Afk:NudgeGapSeconds", 5, 0, 3600)),
            Workers = read.Integer("Afk:Workers", 4, 1, 64),
            Redis = read.Text("ConnectionStrings:Redis", ""),
        };
        if (options.Issuer.Length == 0)
        {
            read.Problem("Afk:GitHub:ClientId", "is missing; it is the App's client id, shown on its settings page");
        }

        if (options.WebhookSecret.Length < LeastSecretLength)
        {
            read.Problem("Afk:GitHub:WebhookSecret", options.WebhookSecret.Length == 0
                ? "is missing; without it anybody could send deliveries"
                : $"is too short; it needs at least {LeastSecretLength} characters");
        }

        if (options.Keys.IsEmpty)
        {
            read.Problem("Afk:Keys", $"is missing; it signs the run records kept on GitHub. Give one secret of at least {LeastKeyLength} characters, for example from: openssl rand -hex 32");
        }

        for (var at = 0; at < options.Keys.Length; at++)
        {
            if (options.Keys[at].Length < LeastKeyLength)
            {
                read.Problem($"Afk:Keys:{at}", $"is too short; it needs at least {LeastKeyLength} characters");
            }
        }

        if (options.Timings.Lease <= options.RequestTimeout * 2)
        {
            read.Problem("Afk:LeaseSeconds", "must be more than twice Afk:GitHub:RequestTimeoutSeconds, or no request would ever fit into a lease");
        }

        read.RefuseUnknownKeys("Afk");
        return (options, read.Problems);
    }

    /// <summary>Kill switch and allowlist as they stand now; null when either cannot be read.</summary>
    public static (bool KillSwitch, ImmutableArray<string> Allowlist)? ReadSwitches(IConfiguration configuration)
    {
        var read = new SettingsReader(configuration);
        var switches = (read.Bool("Afk:KillSwitch", fallback: true), ReadAllowlist(read));
        return read.Problems.Count == 0 ? switches : null;
    }

    private static ImmutableArray<string> ReadAllowlist(SettingsReader read)
    {
        var names = read.List("Afk:Allowlist");
        foreach (var name in names.Where(name => !RepositoryKey.IsFullName(name)))
        {
            read.Problem("Afk:Allowlist", $"names '{name}'; each entry has the form owner/name");
        }

        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static DispatchGates ReadLabels(SettingsReader read)
    {
        var defaults = new DispatchGates();
        var labels = defaults with
        {
            ReadyLabel = read.Text("Afk:Labels:Ready", defaults.ReadyLabel),
            InProgressLabel = read.Text("Afk:Labels:InProgress", defaults.InProgressLabel),
            ReadyForHumanLabel = read.Text("Afk:Labels:ReadyForHuman", defaults.ReadyForHumanLabel),
            PausedLabel = read.Text("Afk:Labels:Paused", defaults.PausedLabel),
        };
        string[] names = [labels.ReadyLabel, labels.InProgressLabel, labels.ReadyForHumanLabel, labels.PausedLabel];
        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Length)
        {
            read.Problem("Afk:Labels", "gives one name to two labels; all four must differ");
        }

        return labels;
    }

    private static RunPolicy ReadPolicy(SettingsReader read)
    {
        var defaults = RunPolicy.Default;
        return new RunPolicy
        {
            FixForwardMaxAttempts = read.Integer("Afk:Policy:FixForwardMaxAttempts", defaults.FixForwardMaxAttempts, 0, 100),
            FixForwardMaxSeconds = read.Number("Afk:Policy:FixForwardMaxSeconds", defaults.FixForwardMaxSeconds),
            MaxRedispatchAttempts = read.Integer("Afk:Policy:MaxRedispatchAttempts", defaults.MaxRedispatchAttempts, 0, 10),
            CloseDeferMaxSeconds = read.Number("Afk:Policy:CloseDeferMaxSeconds", defaults.CloseDeferMaxSeconds),
            NoVerdictMaxSeconds = read.Number("Afk:Policy:NoVerdictMaxSeconds", defaults.NoVerdictMaxSeconds),
            NoVerdictTotalMaxSeconds = read.Number("Afk:Policy:NoVerdictTotalMaxSeconds", defaults.NoVerdictTotalMaxSeconds),
            UnknownThreadMaxSeconds = read.Number("Afk:Policy:UnknownThreadMaxSeconds", defaults.UnknownThreadMaxSeconds),
            TurnMaxSeconds = read.Number("Afk:Policy:TurnMaxSeconds", defaults.TurnMaxSeconds),
        };
    }

    private static string ReadPrivateKey(SettingsReader read)
    {
        var path = read.Text("Afk:GitHub:PrivateKeyPath", "");
        var pem = read.Text("Afk:GitHub:PrivateKey", "");
        if (path.Length > 0)
        {
            if (!File.Exists(path))
            {
                read.Problem("Afk:GitHub:PrivateKeyPath", $"names the file {path}, which does not exist");
                return "";
            }

            try
            {
                pem = File.ReadAllText(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                read.Problem("Afk:GitHub:PrivateKeyPath", $"names the file {path}, which cannot be read: {exception.Message}");
                return "";
            }
        }

        var key = path.Length > 0 ? "Afk:GitHub:PrivateKeyPath" : "Afk:GitHub:PrivateKey";
        if (pem.Length == 0)
        {
            read.Problem(key, "is missing; give the App's private key as a file (Afk:GitHub:PrivateKeyPath) or as text (Afk:GitHub:PrivateKey)");
            return pem;
        }

        try
        {
            using var rsa = System.Security.Cryptography.RSA.Create();
            rsa.ImportFromPem(pem);

            // A public key is read as well; this one throws on it.
            rsa.ExportParameters(includePrivateParameters: true);
        }
        catch (Exception exception) when (exception is ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            read.Problem(key, "does not hold an RSA private key in PEM form");
        }

        return pem;
    }
}
