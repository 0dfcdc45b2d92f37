using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;

namespace AfkGitHubApp.Ticking;

/// <summary>Whether a green pull request is GitHub's to be asked for, a person's to merge, or under way; and the sentence that says so.</summary>
internal static class Merging
{
    private static readonly TimeSpan TakesAtMost = TimeSpan.FromHours(1);
    private static readonly TimeSpan UnansweredAskedAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>What a pull request starts in CI by being opened has shown itself by then.</summary>
    private static readonly TimeSpan StandsBefore = TimeSpan.FromMinutes(2);

    /// <summary>Where the App merges: how far that is.</summary>
    public static string Why(Observation seen, InFlightRun run, RunPolicy policy) => AskedOf(run) switch
    {
        { Refused: { } refused } => $"CI is green, and GitHub does not let the App merge the pull request: {refused}; a person has to",
        { } asked when IsOverdue(seen, asked) => $"CI is green, and GitHub has not merged the pull request {(asked.IsQueued ? "from its queue " : "")}for an hour; a person has to see why",
        { IsQueued: true } => "CI is green, and the pull request is in the merge queue",
        { } => "CI is green, and GitHub is merging the pull request",
        null when policy.KillSwitch => "CI is green; the kill switch holds the merge back",
        null => "CI is green, and the pull request is about to be merged",
    };

    /// <summary>Nobody holds it back, and GitHub was not asked before, has not answered, or has refused what is another thing now.</summary>
    public static bool IsToAsk(Observation seen, InFlightRun run, Decision decision, RunPolicy policy) =>
        IsMergeable(seen, decision) && seen.Settings.Merge is MergeMode.Auto && !policy.KillSwitch && seen.PullRequest is { Condition: { IsQueued: false } condition }
        && AskedOf(run) switch
        {
            null => true,
            { Tries: >= MergeRequest.MostTries } => false,
            { Refused: not null } refused => condition.Text is { } now && !string.Equals(now, refused.AsOf, StringComparison.Ordinal),
            var asked => asked is { Id: null, IsQueued: false } && seen.At - asked.At >= UnansweredAskedAgainAfter,
        };

    /// <summary>Merging is a person's: by the settings, by GitHub's refusal, or since GitHub is not getting on with it.</summary>
    public static bool IsPersons(Observation seen, InFlightRun run, Decision decision) => IsMergeable(seen, decision)
        && (seen.Settings.Merge is MergeMode.Manual || (AskedOf(run) is { } asked && (asked.Refused is not null || IsOverdue(seen, asked))));

    /// <summary>GitHub is at it, and its answer is to be asked for soon.</summary>
    public static bool IsUnderWay(Observation seen, InFlightRun run) => AskedOf(run) is { Id: not null } asked && !IsOverdue(seen, asked);

    /// <summary>That GitHub was asked to merge the commit that stands now.</summary>
    private static MergeRequest? AskedOf(InFlightRun run) => run is { Commit.Sha: { } sha, Watch.Merge: { } asked } && string.Equals(asked.Sha, sha, StringComparison.Ordinal) ? asked : null;

    private static bool IsOverdue(Observation seen, MergeRequest asked) => seen.At - asked.Since >= TakesAtMost;

    /// <summary>The pull request is green and has stood long enough.</summary>
    private static bool IsMergeable(Observation seen, Decision decision) =>
        decision.Action is RunAction.Deliver && seen.PullRequest is { IsOpen: true } open && (open.OpenedAt is not { } openedAt || seen.At - openedAt >= StandsBefore);
}
