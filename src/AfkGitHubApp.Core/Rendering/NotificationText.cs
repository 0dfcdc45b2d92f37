using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>How loudly a doorbell rings.</summary>
public enum NotificationPriority
{
    /// <summary>Good to know.</summary>
    Low,

    /// <summary>A person has something to do.</summary>
    High,
}

/// <summary>One notification: of a terminal state, or that a person has to merge.</summary>
/// <param name="DoorbellId">Stable id; the idempotency key of every channel.</param>
/// <param name="Kind">One of <see cref="NotificationText"/>'s kinds.</param>
/// <param name="Title">One plain line.</param>
/// <param name="Body">Markdown, without marker.</param>
/// <param name="Priority">How loudly.</param>
public sealed record Notification(string DoorbellId, string Kind, string Title, string Body, NotificationPriority Priority)
{
    /// <summary>Where to look; null = not known.</summary>
    public string? Url { get; init; }

    /// <summary>Which of its run's notifications it is, by the end of its id.</summary>
    public string Occasion => DoorbellId[(DoorbellId.LastIndexOf('/') + 1)..];
}

/// <summary>What a notification tells.</summary>
public sealed record NotificationModel
{
    /// <summary>The run that it is about.</summary>
    public required RunId Run { get; init; }

    /// <summary><c>owner/name</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The issue's number.</summary>
    public required int IssueNumber { get; init; }

    /// <summary>Where the issue is; null leaves the reference as text.</summary>
    public string? IssueUrl { get; init; }

    /// <summary>The person to tell.</summary>
    public required Person AuthorisedBy { get; init; }

    /// <summary>The decision's sentence, without a full stop.</summary>
    public required string Why { get; init; }

    /// <summary>The judged commit; null when nothing was pushed.</summary>
    public string? Sha { get; init; }

    /// <summary>Where to look at it.</summary>
    public string? ShaUrl { get; init; }

    /// <summary>The checks that decided it.</summary>
    public ImmutableArray<CheckLine> Checks { get; init; } = [];

    /// <summary>The pull request that a person has to merge; null where none does.</summary>
    public int? PullRequest { get; init; }

    /// <summary>Where it is.</summary>
    public string? PullRequestUrl { get; init; }

    /// <summary>Corrective turns spent.</summary>
    public int Attempts { get; init; }

    /// <summary>Corrective turns allowed.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Turns of every kind; 0 = not told.</summary>
    public int Turns { get; init; }

    /// <summary>From the run's start to its end; null = not told.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>Requests to GitHub until now; 0 = not told.</summary>
    public int Requests { get; init; }

    /// <summary>US dollars that the turns say they cost; null where none says so.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>How many of the turns say so; where it is not each of them, the sum is told as what it cost at least.</summary>
    public int CostToldBy { get; init; }

    /// <summary>The run's commits on a branch that is left red, newest first; empty where a revert cannot be prepared.</summary>
    public ImmutableArray<string> Revert { get; init; } = [];

    /// <summary>What to call the last turn's thread; null when there is none.</summary>
    public string? ThreadName { get; init; }

    /// <summary>Where to read it; not shown without a name.</summary>
    public string? ThreadUrl { get; init; }

    /// <summary>What the last turn says of itself, where it ended without a commit.</summary>
    public TurnWord? Word { get; init; }

    /// <summary>The label that starts a run.</summary>
    public string ReadyLabel { get; init; } = "ready-for-agent";

    /// <summary>The label that hands an issue to a person.</summary>
    public string ReadyForHumanLabel { get; init; } = "ready-for-human";

    /// <summary>Why CI never started, where that is what ended the run.</summary>
    public CiSilence? Silence { get; init; }

    /// <summary>Whether the default branch was left red, so that no new run starts until it is green or released.</summary>
    public bool TrunkLeftRed { get; init; }
}

/// <summary>The texts of the doorbell, by kind of ending. Kinds are a closed list: an unknown one is a bug and throws.</summary>
public static class NotificationText
{
    /// <summary>Landed, issue closed.</summary>
    public const string Done = "done";

    /// <summary>Handed to a person.</summary>
    public const string NeedsHuman = "needs-human";

    /// <summary>Red and out of budget.</summary>
    public const string Frozen = "frozen";

    /// <summary>The run goes on, but a person has to merge its pull request.</summary>
    public const string Ready = "ready";

    /// <summary>Nothing has happened.</summary>
    public const string Test = "test";

    /// <summary>At most this many checks are listed.</summary>
    public const int MaxChecks = Concluding.MaxChecks;

    private static readonly SearchValues<char> LoginCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The kind that an ending rings, or null for the quiet one.</summary>
    public static string? KindOf(Ending ending) => ending switch
    {
        Ending.Done => Done,
        Ending.NeedsHuman => NeedsHuman,
        Ending.Frozen => Frozen,
        Ending.Released => null,
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, $"Unknown ending {ending}"),
    };

    /// <summary>The notification of this kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is none of the four.</exception>
    public static Notification For(string kind, NotificationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (happened, priority) = kind switch
        {
            Done => ("is done", NotificationPriority.Low),
            NeedsHuman => ("needs a person", NotificationPriority.High),
            Frozen => ("is frozen", NotificationPriority.High),
            Ready => ("is ready to be merged", NotificationPriority.High),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"No notification of kind '{kind}'; there are {Done}, {NeedsHuman}, {Frozen}, {Ready}"),
        };
        var title = $"{Markdown.Plain(model.Repository, 150)}#{model.IssueNumber} {happened}";
        return new Notification($"{model.Run}/{(kind is Ready ? "ready" : "doorbell")}", kind, title, Body(kind, happened, model), priority) { Url = Markdown.SafeUrl(model.PullRequestUrl ?? model.IssueUrl) };
    }

    /// <summary>What a doorbell is tried out with: nothing has happened.</summary>
    /// <param name="doorbell">The operator's name for it.</param>
    /// <param name="at">Now; makes the id one of its own.</param>
    public static Notification OfTest(string doorbell, DateTimeOffset at)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"test-{doorbell}-{at.UtcDateTime:yyyyMMddHHmmssfff}");
        return new Notification(id, Test, $"Test of the doorbell {Markdown.Plain(doorbell)}", $"This is a test of the doorbell {Markdown.Code(doorbell)}: nothing has happened, and nothing is to be done.\n", NotificationPriority.Low);
    }

    private static string Body(string kind, string happened, NotificationModel model)
    {
        var reference = $"{Markdown.Inline(model.Repository)}#{model.IssueNumber}";
        var issue = Markdown.SafeUrl(model.IssueUrl) is { } url ? $"[{reference}]({url})" : reference;
        var text = new StringBuilder($"{Mention(model.AuthorisedBy)}: the run of {issue} {happened}: {Markdown.Inline(model.Why, 500)}.\n");
        var facts = Facts(model).ToList();
        if (facts.Count > 0)
        {
            text.Append('\n').AppendJoin('\n', facts).Append('\n');
        }

        if (model.Word?.Why is { } said && kind is not Done)
        {
            text.Append('\n').Append(Words(said)).Append('\n');
        }

        if (kind is Frozen && !model.Revert.IsDefaultOrEmpty)
        {
            text.Append('\n').Append(Revert(model.Revert)).Append('\n');
        }

        return text.Append('\n').Append(NextStep(kind, model)).Append('\n').ToString();
    }

    /// <summary>What a turn says of itself, as data: bounded, and in a fence in which nothing is read.</summary>
    internal static string Words(string said) => $"The turn's own words:\n\n{Markdown.Quote(Markdown.Bound(Markdown.Clean(said), TurnWord.MaxWhy))}";

    /// <summary>Text only: nothing here ever reverts by itself.</summary>
    private static string Revert(ImmutableArray<string> commits) =>
        $"To take {(commits.Length == 1 ? "the run's commit" : $"the run's {commits.Length} commits")} off the branch again:\n\n{Markdown.Quote($"git revert --no-edit {string.Join(' ', commits)}", "sh")}";

    private static IEnumerable<string> Facts(NotificationModel model)
    {
        if (model.PullRequest is { } number)
        {
            yield return $"- Pull request: {Markdown.Link($"#{number}", model.PullRequestUrl)}";
        }

        if (model.Sha is not null)
        {
            yield return $"- Commit: {Markdown.CodeLink(model.Sha, model.ShaUrl)}";
        }

        foreach (var check in model.Checks.Take(MaxChecks))
        {
            yield return $"- Check: {Markdown.CodeLink(check.Name, check.Url)} {Markdown.Code(check.Conclusion, 40)}";
        }

        if (model.Checks.Length > MaxChecks)
        {
            yield return $"- Checks not shown: {model.Checks.Length - MaxChecks}";
        }

        if (model.MaxAttempts > 0)
        {
            yield return $"- Corrective turns: {model.Attempts} of {model.MaxAttempts}";
        }

        if (model.ThreadName is not null)
        {
            yield return $"- Last turn: {Markdown.Link(model.ThreadName, model.ThreadUrl)}";
        }

        var spent = Spent(model).ToList();
        if (spent.Count > 0)
        {
            yield return $"- Spent: {string.Join(", ", spent)}";
        }
    }

    private static IEnumerable<string> Spent(NotificationModel model)
    {
        if (model.Took is { } took)
        {
            yield return Period(took);
        }

        if (model.Turns > 0)
        {
            yield return Count(model.Turns, "turn");
        }

        if (model.Requests > 0)
        {
            yield return $"{Count(model.Requests, "request")} to GitHub";
        }

        if (model.CostUsd is { } cost)
        {
            yield return model.CostToldBy < model.Turns
                ? string.Create(CultureInfo.InvariantCulture, $"at least {cost:0.00} USD, told by {model.CostToldBy} of {Count(model.Turns, "turn")}")
                : string.Create(CultureInfo.InvariantCulture, $"{cost:0.00} USD as the turns report");
        }
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {noun}s");

    private static string Period(TimeSpan took) => took switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)took.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)took.TotalMinutes} min",
        { TotalHours: < 24, Minutes: 0 } => $"{took.Hours} h",
        { TotalHours: < 24 } => $"{took.Hours} h {took.Minutes} min",
        _ => $"{(int)took.TotalDays} d {took.Hours} h",
    };

    private static string NextStep(string kind, NotificationModel model)
    {
        var again = $"set the label {Markdown.Code(model.ReadyLabel)} again";
        var anew = $"comment `/afk retry` for a new run (or remove the label {Markdown.Code(model.ReadyForHumanLabel)} and {again})";
        if (kind is Done)
        {
            return $"Nothing is left to do. Should it not hold, reopen the issue and {again}.";
        }

        if (kind is Ready)
        {
            return "Next: review and merge the pull request; merging ends the run, and so does closing it. To have no more of it, comment `/afk stop` there or on the issue.";
        }

        if (model.Silence is { } silence)
        {
            return $"{WayOut(silence)} Nothing was judged: look at the commit and finish it by hand, or {anew}.";
        }

        if (model is { Sha: null, Word.Declared: DeclaredEnd.NothingToDo })
        {
            return $"Next: see whether that is so, and close the issue; or {anew}.";
        }

        var next = model.Sha is null
            ? $"Next: look at the last turn and either take the issue over, or {anew}."
            : $"Next: look at the commit and either finish it by hand, or {anew}.";
        return model.TrunkLeftRed
            ? $"{next} The branch is red: no new run starts in this repository until its head is green or somebody who may write comments `/afk release`."
            : next;
    }

    /// <summary>What a person does about a commit that CI never looked at.</summary>
    private static string WayOut(CiSilence silence) => silence switch
    {
        CiSilence.Unexplained => "CI has not begun, and nothing known explains it. Next: see whether Actions has a disturbance, and start a workflow on the commit by hand.",
        CiSilence.SkipMarker => "CI was told to skip this commit by a marker in its message. Next: push a commit without one on top, an empty one will do.",
        CiSilence.WorkflowToken => "What is pushed with a workflow's own `GITHUB_TOKEN` starts no workflow. Next: let the agent's workflow push with a token of the App, as the one does that `template` prints, and push an empty commit on top to have this one judged.",
        CiSilence.Approval => "CI is there and waits for approval. Next: approve the workflow run at the commit's checks.",
        CiSilence.Filter => "The workflows that judged the commit before the run did not run on this one. Next: look at the `paths` and `branches` filters of their `push` trigger.",
        CiSilence.NoWorkflow => "No workflow ran on the commit before the run either. Next: see whether Actions is switched on in the repository's settings and whether any workflow runs on `push` to this branch.",
        _ => throw new ArgumentOutOfRangeException(nameof(silence), silence, "unknown cause"),
    };

    // A mention of a bot makes it answer, and two bots never stop.
    private static string Mention(Person person) =>
        person.Login is { Length: > 0 and <= 64 } login && login.AsSpan().IndexOfAnyExcept(LoginCharacters) < 0
            ? $"@{login}"
            : Markdown.Code(person.Login);
}
