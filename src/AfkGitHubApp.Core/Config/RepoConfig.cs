using System.Collections.Immutable;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Config;

/// <summary>Which backend does a repository's turns.</summary>
public enum AgentBackend
{
    /// <summary>A GitHub Actions workflow in the repository.</summary>
    Actions,

    /// <summary>A T3 Code thread.</summary>
    T3Code,
}

/// <summary>How a pull request of a run gets merged.</summary>
public enum MergeMode
{
    /// <summary>By GitHub's auto-merge, as soon as its requirements are met.</summary>
    Auto,

    /// <summary>By a person.</summary>
    Manual,
}

/// <summary>A repository's own settings (<c>.github/afk.yml</c>). Everything has a default; bounds only ever narrow the operator's.</summary>
public sealed record RepoConfig
{
    /// <summary>Where the file is. GitHub's paths are case-sensitive, and no other spelling counts.</summary>
    public const string Path = ".github/afk.yml";

    /// <summary>The only version of the file there is.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The settings of a repository without the file.</summary>
    public static RepoConfig Default { get; } = new();

    /// <summary>Names of the labels.</summary>
    public RepoLabels Labels { get; init; } = new();

    /// <summary>The backend; null = the operator's.</summary>
    public AgentBackend? Backend { get; init; }

    /// <summary>File name of the agent's workflow in <c>.github/workflows</c>.</summary>
    public string Workflow { get; init; } = "afk-agent.yml";

    /// <summary>How work is delivered; null = the operator's.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>How pull requests are merged; null = the operator's.</summary>
    public MergeMode? Merge { get; init; }

    /// <summary>Bounds of a run.</summary>
    public RepoBudgets Budgets { get; init; } = new();

    /// <summary>Checks that count in a special way.</summary>
    public RepoChecks Checks { get; init; } = new();

    /// <summary>Deployment environments that a commit must reach before its issue is closed; empty = none.</summary>
    public ImmutableArray<string> Environments { get; init; } = [];

    /// <summary>Names of the operator's doorbells to ring, ignoring case; null = all that the operator has set up, empty = none.</summary>
    public ImmutableArray<string>? Doorbells { get; init; }

    /// <summary>
    /// Reads the parsed file strictly: unknown keys, duplicates, wrong types and values out of range are all refused, all in one go. A file that
    /// is absent or empty gives <paramref name="silent"/>.
    /// </summary>
    /// <param name="root">The file; null = there is none.</param>
    /// <param name="silent">Labels and workflow where the file is silent; null = <see cref="Default"/>.</param>
    public static RepoConfigResult Read(ConfigNode? root, RepoConfig? silent = null) => new RepoConfigReading(silent ?? Default).Read(root);

    /// <summary>The operator's policy with each bound replaced by the lesser of the two; the kill switch stays the operator's.</summary>
    public RunPolicy Narrow(RunPolicy operatorPolicy)
    {
        ArgumentNullException.ThrowIfNull(operatorPolicy);
        return operatorPolicy with
        {
            FixForwardMaxAttempts = Math.Min(operatorPolicy.FixForwardMaxAttempts, Budgets.Attempts ?? int.MaxValue),
            FixForwardMaxSeconds = Lesser(operatorPolicy.FixForwardMaxSeconds, Budgets.FixForwardMinutes),
            TurnMaxSeconds = Lesser(operatorPolicy.TurnMaxSeconds, Budgets.TurnMinutes),
        };
    }

    private static double Lesser(double operatorSeconds, int? minutes) =>
        minutes is { } m ? Math.Min(operatorSeconds, m * 60.0) : operatorSeconds;
}

/// <summary>Names of the labels that a repository uses.</summary>
public sealed record RepoLabels
{
    /// <summary>Asks for a run.</summary>
    public string Ready { get; init; } = "ready-for-agent";

    /// <summary>A run is in flight.</summary>
    public string InProgress { get; init; } = "agent-in-progress";

    /// <summary>Handed back.</summary>
    public string ReadyForHuman { get; init; } = "ready-for-human";

    /// <summary>The brake of one issue.</summary>
    public string Paused { get; init; } = "paused";
}

/// <summary>Bounds of a run and of its turns; null = the operator's.</summary>
public sealed record RepoBudgets
{
    /// <summary>Corrective turns, 0 to 20.</summary>
    public int? Attempts { get; init; }

    /// <summary>Minutes from the first red verdict in which corrective turns may start, 0 to 1440.</summary>
    public int? FixForwardMinutes { get; init; }

    /// <summary>Minutes that a turn may take, 1 to 360.</summary>
    public int? TurnMinutes { get; init; }

    /// <summary>US dollars that a turn may cost, 0.01 to 10,000.</summary>
    public decimal? MoneyUsd { get; init; }
}

/// <summary>Checks by name or status context, compared exactly; those to ignore also by the name or file of their workflow.</summary>
public sealed record RepoChecks
{
    /// <summary>Green needs these, besides what the branch's rules require.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>These never count.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];
}

/// <summary>What came of reading a repository's file.</summary>
/// <param name="Config">The settings, or null when there is any problem: half a configuration is never used.</param>
/// <param name="Legible">What could be read, as if the keys with a problem were silent: only to find what else is wrong, never to act by.</param>
/// <param name="Problems">Everything that is wrong, in the order of the file.</param>
public sealed record RepoConfigResult(RepoConfig? Config, RepoConfig Legible, IReadOnlyList<ConfigProblem> Problems);

/// <summary>One thing that is wrong with a file.</summary>
/// <param name="Path">Where in the tree, such as <c>budgets.attempts</c> or <c>environments[1]</c>; empty for the whole file. Unknown keys in it are as written.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">What is wrong and what is allowed; Markdown, safe to post.</param>
public sealed record ConfigProblem(string Path, int Line, int Column, string Message)
{
    /// <summary>The problem in one line, safe to post.</summary>
    public override string ToString() =>
        $"line {Line}: {(Path.Length == 0 ? "the file" : Rendering.Markdown.Code(Path))} {Message}";
}
