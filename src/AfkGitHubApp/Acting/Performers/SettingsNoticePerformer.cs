using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Writes and changes the comment that tells of broken settings. The record is the journal, and the comment is found again by its last line. It
/// belongs to a repository and not to a run. What GitHub refuses for good, as under a locked issue, is left out: log and board say it, too.
/// </summary>
public sealed partial class SettingsNoticePerformer(ITracker tracker, WriteDoor door, ILogger<SettingsNoticePerformer> logger)
{
    private const int MostSearched = 10;

    /// <summary>Looks for a comment that names problems.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="issues">The issues it may stand under; no more than the first ten are asked.</param>
    /// <param name="cancellationToken">Ends it between requests.</param>
    /// <returns>Null when there is none.</returns>
    public async Task<SettingsNotice?> FindAsync(RepositoryKey repository, IEnumerable<int> issues, CancellationToken cancellationToken)
    {
        foreach (var issue in issues.Distinct().Take(MostSearched))
        {
            try
            {
                foreach (var comment in await tracker.OwnCommentsAsync(repository, issue, cancellationToken))
                {
                    if (SettingsNoticeText.Names(comment.Body) is { } says)
                    {
                        return new(issue) { Comment = comment.Id, Says = says };
                    }
                }
            }
            catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
            {
                // Deleted or transferred, and the comment with it.
            }
        }

        return null;
    }

    /// <summary>Makes the comment name these problems.</summary>
    /// <param name="lease">The right to act.</param>
    /// <param name="notice">Not written yet, or with its comment.</param>
    /// <param name="says">Fingerprint of the problems.</param>
    /// <param name="body">The comment's text.</param>
    /// <param name="cancellationToken">Ends it between requests.</param>
    /// <returns>What is known of it now, and what was written, for people.</returns>
    public async Task<(SettingsNotice Notice, string Did)> TellAsync(RepositoryLease lease, SettingsNotice notice, string says, string body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(notice);
        var told = notice with { Says = says };
        try
        {
            await door.PassAsync(lease, cancellationToken);
            if (notice.Comment is { } comment)
            {
                // One that somebody has deleted is not wanted: this breakage is told.
                return await tracker.EditCommentAsync(lease.Repository, comment, body, cancellationToken)
                    ? (told, $"told #{notice.Issue} what else is wrong with the settings")
                    : (told with { Comment = null }, $"the comment about the settings on #{notice.Issue} is gone");
            }

            return (told with { Comment = await tracker.CreateCommentAsync(lease.Repository, notice.Issue, body, cancellationToken) }, $"told #{notice.Issue} that the settings are broken");
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            Log.NotTold(logger, notice.Issue, failure.Message);
            return (told with { Comment = null }, $"telling #{notice.Issue} of the settings: refused");
        }
    }

    /// <summary>Makes a comment say that the settings are in order; one that is gone or may not be changed is left.</summary>
    /// <returns>What was written, for people; null when it could not be for now, and is to be tried again. No start waits for that.</returns>
    public async Task<string?> MendAsync(RepositoryLease lease, long comment, string body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        try
        {
            await door.PassAsync(lease, cancellationToken);
            return await tracker.EditCommentAsync(lease.Repository, comment, body, cancellationToken) ? "told that the settings are in order" : "the comment about the settings is gone";
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            Log.NotMended(logger, comment, failure.Message);
            return "telling that the settings are in order: refused";
        }
        catch (GitHubFailure failure)
        {
            Log.NotMended(logger, comment, failure.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "#{Issue} could not be told that the settings are broken: {Reason}")]
        public static partial void NotTold(ILogger logger, int issue, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Comment {Comment} could not be made to say that the settings are in order: {Reason}")]
        public static partial void NotMended(ILogger logger, long comment, string reason);
    }
}
