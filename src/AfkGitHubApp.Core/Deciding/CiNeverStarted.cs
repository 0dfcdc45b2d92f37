using System.Collections.Immutable;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>A commit that CI is silent about, as far as it explains the silence.</summary>
/// <param name="Message">Its message.</param>
/// <param name="Author">Login of its author; null when GitHub knows none.</param>
/// <param name="Committer">Login of its committer; null when GitHub knows none.</param>
public sealed record SilentCommit(string Message, string? Author, string? Committer);

/// <summary>
/// Why CI never started, from facts alone. Silence has no message of its own on GitHub: the same empty list of checks stands for a marker in
/// the commit message, a token that starts nothing, a filter, and a switch in the settings. Only one is named, the surest first.
/// </summary>
public static class CiNeverStarted
{
    private const string WorkflowBot = "github-actions[bot]";

    /// <summary>https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs</summary>
    private static readonly string[] SkipMarkers = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

    /// <summary>The probable cause.</summary>
    /// <param name="awaitsApproval">Whether a run is there and waits for a person.</param>
    /// <param name="commit">The commit; null when it could not be read.</param>
    /// <param name="workflowsBefore">Files of the workflows that ran for the push of the commit before the run; null when that could not be read.</param>
    public static CiSilence Cause(bool awaitsApproval, SilentCommit? commit, ImmutableArray<string>? workflowsBefore)
    {
        if (awaitsApproval)
        {
            return CiSilence.Approval;
        }

        if (commit is not null && AsksForNoCi(commit.Message))
        {
            return CiSilence.SkipMarker;
        }

        if (commit is not null && (IsWorkflowBot(commit.Author) || IsWorkflowBot(commit.Committer)))
        {
            return CiSilence.WorkflowToken;
        }

        return workflowsBefore switch
        {
            null => CiSilence.Unexplained,
            { IsEmpty: true } => CiSilence.NoWorkflow,
            _ => CiSilence.Filter,
        };
    }

    /// <summary>The cause as the end of a sentence.</summary>
    public static string Because(CiSilence cause) => cause switch
    {
        CiSilence.Unexplained => "why is not known",
        CiSilence.SkipMarker => "its message asks for no CI",
        CiSilence.WorkflowToken => "it was made by a workflow, and what is pushed with a workflow's own token starts none",
        CiSilence.Approval => "its workflow run waits for a person to approve it",
        CiSilence.Filter => "workflows ran on the commit before the run, but a path or branch filter left this one out",
        CiSilence.NoWorkflow => "no workflow ran on the commit before the run either, so Actions is off or nothing runs on a push",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "unknown cause"),
    };

    /// <summary>A marker counts anywhere in the message, the trailer only in its last paragraph.</summary>
    private static bool AsksForNoCi(string message)
    {
        if (SkipMarkers.Any(marker => message.Contains(marker, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        var text = message.ReplaceLineEndings("\n").TrimEnd();
        var last = text[(text.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)..];
        return last.Split('\n').Any(line => line.Split(':') is [var key, var value]
            && string.Equals(key.Trim(), "skip-checks", StringComparison.OrdinalIgnoreCase) && string.Equals(value.Trim(), "true", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsWorkflowBot(string? login) => string.Equals(login, WorkflowBot, StringComparison.OrdinalIgnoreCase);
}
