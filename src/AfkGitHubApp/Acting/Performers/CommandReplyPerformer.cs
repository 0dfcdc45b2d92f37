using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Answers one command: a comment where words are needed, found again by its marker where it may stand already, then the reaction (desired
/// state). The record is the journal: an answer is owed there until it is given. What GitHub refuses for good, such as an answer under a locked
/// issue, is left out.
/// </summary>
public sealed partial class CommandReplyPerformer(ITracker tracker, WriteDoor door, ILogger<CommandReplyPerformer> logger)
{
    /// <summary>Answers.</summary>
    /// <param name="lease">The right to act.</param>
    /// <param name="reply">Which answer.</param>
    /// <param name="words">What to write; null = the reaction says it all.</param>
    /// <param name="cancellationToken">Ends it between requests.</param>
    /// <returns>What was written, for people.</returns>
    public async Task<string> PerformAsync(RepositoryLease lease, CommandReply reply, string? words, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(reply);
        try
        {
            if (words is not null)
            {
                await WriteAsync(lease, reply, words, cancellationToken);
            }

            await door.PassAsync(lease, cancellationToken);
            await tracker.ReactAsync(lease.Repository, reply.Comment, reply.Problem is null ? Reaction.Obeyed : Reaction.Confused, cancellationToken);
            return $"answered a command on #{reply.Issue}";
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            Log.NotAnswered(logger, reply.Comment, failure.Message);
            return $"answer to a command on #{reply.Issue}: refused";
        }
    }

    private async Task WriteAsync(RepositoryLease lease, CommandReply reply, string words, CancellationToken cancellationToken)
    {
        var marker = CommandAnswer.Marker(reply.Comment);
        if (!reply.MayStand || !(await tracker.OwnCommentsAsync(lease.Repository, reply.Issue, cancellationToken)).Any(comment => comment.Body.EndsWith(marker, StringComparison.Ordinal)))
        {
            await door.PassAsync(lease, cancellationToken);
            await tracker.CreateCommentAsync(lease.Repository, reply.Issue, $"{words}\n{marker}", cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The command in comment {Comment} could not be answered: {Reason}")]
        public static partial void NotAnswered(ILogger logger, long comment, string reason);
    }
}
