using System.Globalization;
using AfkGitHubApp.Core.Commands;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>What is written under an issue in answer to a command.</summary>
public static class CommandAnswer
{
    /// <summary>The hidden last line by which an answer is found again. That the comment is our own bot's is the reader's to check.</summary>
    /// <param name="comment">REST id of the answered comment.</param>
    public static string Marker(long comment) => string.Create(CultureInfo.InvariantCulture, $"<!-- afk-answer:{comment} -->");

    /// <summary>The words of an answer; null where the reaction says it all.</summary>
    /// <param name="reply">Which answer.</param>
    /// <param name="record">The bookkeeping after the look.</param>
    /// <param name="look">What the look saw and decided.</param>
    /// <param name="policy">The bounds of the run in flight; null when there is none.</param>
    public static string? Words(CommandReply reply, RepositoryRecord record, TickResult look, RunPolicy? policy)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(look);
        return reply switch
        {
            { Problem: { } problem } => problem,
            { Verb: SlashVerb.Status } => record.CurrentRun is { } run && run.IsUnder(reply.Issue) && policy is not null ? InFlight(run, look, policy) : Idle(reply.Issue, record, look),
            _ => null,
        };
    }

    private static string InFlight(InFlightRun run, TickResult look, RunPolicy policy)
    {
        var turn = Markdown.CodeLink(run.CurrentTurnId.ToString(), run.CurrentTurn.ThreadUrl);
        var pushed = run.Commit is { } commit ? $"commit {Markdown.Code(commit.Sha[..Math.Min(12, commit.Sha.Length)])}" : "nothing yet";
        return string.Create(CultureInfo.InvariantCulture, $"""
            A run of this issue is in flight: {Markdown.Inline(look.Issue == run.IssueNumber ? look.Why : "it is being looked at", 500)}.

            - Phase: {look.Phase?.ToString() ?? "not known yet"}
            - Turn: {turn}, {run.CurrentTurn.Kind.ToString().ToLowerInvariant()}
            - Pushed: {pushed}
            - Corrective turns: {run.FixForwardAttempts} of {policy.FixForwardMaxAttempts}
            - Started: {run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC
            """).ReplaceLineEndings("\n");
    }

    private static string Idle(int issue, RepositoryRecord record, TickResult look)
    {
        var why = look switch
        {
            _ when look.Issue == issue && look.Ended is not null => $"its run has just ended: {look.Why}",
            _ when look.HeldBack.FirstOrDefault(each => each.Issue == issue) is { } held => held.Why,
            _ when record.CurrentRun is { } other => $"a run of #{other.IssueNumber} is in flight; one at a time is worked on",
            _ when record.Lingering is not null => look.Why,
            _ => "nothing asks for one: it carries no label that does, and no command is waiting",
        };
        return $"No run of this issue is in flight: {Markdown.Inline(why, 500)}.";
    }
}
