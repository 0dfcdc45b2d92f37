using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>An issue that carries the ready label, with everything the gates ask about it.</summary>
public sealed record ReadyIssue
{
    /// <summary><c>owner/name</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The issue's number.</summary>
    public required int Number { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Whether it is open.</summary>
    public bool IsOpen { get; init; } = true;

    /// <summary>Whether it is a pull request; GitHub lists both alike.</summary>
    public bool IsPullRequest { get; init; }

    /// <summary>Open issues that block it, as <c>#n</c> or <c>owner/name#n</c>.</summary>
    public ImmutableArray<string> OpenBlockers { get; init; } = [];

    /// <summary>Whether the last application of the ready label and the text since then are a trusted person's; fails closed.</summary>
    public bool LabeledByTrusted { get; init; }

    /// <summary>What exactly failed the trust check; null for the plain sentence.</summary>
    public string? TrustProblem { get; init; }

    /// <summary>Explicit priority; null = from the labels.</summary>
    public int? Priority { get; init; }

    /// <summary>Whether the event that authorises it already had its run.</summary>
    public bool HadItsRun { get; init; }

    /// <summary>Whether a command asks for the run: neither the ready label nor that it was handed to a person matters then.</summary>
    public bool IsRetry { get; init; }

    /// <summary>Whether our own App applied the label.</summary>
    public bool LabeledByUs { get; init; }

    /// <summary>Why the repository's own settings cannot be used; null when they can.</summary>
    public string? SettingsProblem { get; init; }

    /// <summary>The issue of the frozen run that left this repository's trunk red; null when it is not frozen.</summary>
    public int? TrunkFrozenBy { get; init; }

    /// <summary><c>owner/name#n</c>.</summary>
    public string Reference => string.Create(CultureInfo.InvariantCulture, $"{Repository}#{Number}");
}

/// <summary>What the operator allows, and the labels' names. The defaults allow nothing.</summary>
public sealed record DispatchGates
{
    /// <summary>On: nothing starts.</summary>
    public bool KillSwitch { get; init; } = true;

    /// <summary>Repositories that may run, <c>owner/name</c>, ignoring case.</summary>
    public ImmutableArray<string> Allowlist { get; init; } = [];

    /// <summary>The label that asks for a run.</summary>
    public string ReadyLabel { get; init; } = "ready-for-agent";

    /// <summary>The label of a run in flight.</summary>
    public string InProgressLabel { get; init; } = "agent-in-progress";

    /// <summary>The label of a run handed to a person.</summary>
    public string ReadyForHumanLabel { get; init; } = "ready-for-human";

    /// <summary>The brake on one issue.</summary>
    public string PausedLabel { get; init; } = "paused";

    /// <summary>Whether <paramref name="repository"/> is on the allowlist.</summary>
    public bool Allows(string repository) => Allowlist.Contains(repository, StringComparer.OrdinalIgnoreCase);
}

/// <summary>An issue that is not started, and the first gate that holds it back.</summary>
public sealed record SkippedIssue(ReadyIssue Issue, string Why);

/// <summary>What to start now; every issue is in exactly one of the two lists.</summary>
public sealed record DispatchPlan(ImmutableArray<ReadyIssue> Dispatch, ImmutableArray<SkippedIssue> Skipped);

/// <summary>The poller's gates. Pure. The sentence of a held-back issue is the same in <c>explain</c>, dashboard and log.</summary>
public static partial class DispatchPolicy
{
    /// <summary>Chooses at most one issue per repository: lowest priority value, then lowest number, then repository name.</summary>
    /// <param name="readyIssues">Candidates of any number of repositories.</param>
    /// <param name="policy">What is allowed.</param>
    /// <param name="repositoriesInFlight">Repositories with a run or an old turn not ended, ignoring case.</param>
    public static DispatchPlan Select(IEnumerable<ReadyIssue> readyIssues, DispatchGates policy, IEnumerable<string> repositoriesInFlight)
    {
        ArgumentNullException.ThrowIfNull(readyIssues);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(repositoriesInFlight);

        var issues = Order(Once(readyIssues, policy));
        var busy = repositoriesInFlight.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, _ => "a run is in flight", StringComparer.OrdinalIgnoreCase);
        foreach (var working in issues.Where(issue => Has(issue, policy.InProgressLabel)))
        {
            busy.TryAdd(working.Repository, $"#{working.Number} is in progress");
        }

        var dispatch = ImmutableArray.CreateBuilder<ReadyIssue>();
        var skipped = ImmutableArray.CreateBuilder<SkippedIssue>();
        foreach (var issue in issues)
        {
            if (HeldBackBy(issue, policy, busy.GetValueOrDefault(issue.Repository)) is { } why)
            {
                skipped.Add(new(issue, why));
                continue;
            }

            dispatch.Add(issue);
            busy[issue.Repository] = $"#{issue.Number} goes first";
        }

        return new(dispatch.ToImmutable(), skipped.ToImmutable());
    }

    /// <summary>The order in which issues are looked at and started.</summary>
    public static ImmutableArray<ReadyIssue> Order(IEnumerable<ReadyIssue> issues) =>
    [
        .. issues.OrderBy(issue => issue.Priority ?? PriorityOf(issue.Labels) ?? int.MaxValue)
            .ThenBy(issue => issue.Number)
            .ThenBy(issue => issue.Repository, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The first gate that holds the issue back, as a sentence; null when none does.</summary>
    /// <param name="issue">The candidate.</param>
    /// <param name="policy">What is allowed.</param>
    /// <param name="busyWith">What the repository is busy with; null when it is free.</param>
    public static string? HeldBackBy(ReadyIssue issue, DispatchGates policy, string? busyWith)
    {
        ArgumentNullException.ThrowIfNull(issue);
        ArgumentNullException.ThrowIfNull(policy);

        return issue switch
        {
            _ when policy.KillSwitch => "the kill switch is on",
            { IsPullRequest: true } => "it is a pull request",
            { IsOpen: false } => "it is closed",
            { IsRetry: false } when !Has(issue, policy.ReadyLabel) => $"it does not carry the label {policy.ReadyLabel}",
            { HadItsRun: true } => "this labelling already had its run; label it again for a new one",
            { LabeledByUs: true } => "the label was applied by this app itself",
            _ when Has(issue, policy.PausedLabel) => $"it carries the label {policy.PausedLabel}",
            { IsRetry: false } when Has(issue, policy.ReadyForHumanLabel) => $"it was handed to a person (label {policy.ReadyForHumanLabel})",
            { LabeledByTrusted: false } => issue.TrustProblem ?? "the label was not applied by a trusted person",
            _ when !policy.Allows(issue.Repository) => $"{issue.Repository} is not on the allowlist",
            { SettingsProblem: { } problem } => problem,
            { TrunkFrozenBy: { } frozen } => $"the trunk is red since the frozen run of #{frozen}",
            _ when busyWith is not null => $"the repository is busy: {busyWith}",
            { OpenBlockers: [_, ..] blockers } => $"it is blocked by {string.Join(", ", blockers)}",
            _ => null,
        };
    }

    /// <summary>The lowest priority value the labels name; null when none does. No label sorts last, never first.</summary>
    public static int? PriorityOf(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        int? lowest = null;
        foreach (var label in labels)
        {
            var match = PriorityLabel().Match(label);
            if (match.Success && int.TryParse(match.Groups["value"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < (lowest ?? int.MaxValue))
            {
                lowest = value;
            }
        }

        return lowest;
    }

    /// <summary>A list that shifts between two pages names an issue twice; where the two differ, the one that is held back counts.</summary>
    private static IEnumerable<ReadyIssue> Once(IEnumerable<ReadyIssue> issues, DispatchGates policy) => issues
        .GroupBy(issue => issue.Reference, StringComparer.OrdinalIgnoreCase)
        .Select(same => same.FirstOrDefault(issue => Has(issue, policy.InProgressLabel) || HeldBackBy(issue, policy, busyWith: null) is not null) ?? same.First());

    private static bool Has(ReadyIssue issue, string label) => issue.Labels.Contains(label, StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\s*(p|priority\s*[:/ -]\s*)(?<value>[0-9]{1,6})\s*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PriorityLabel();
}
