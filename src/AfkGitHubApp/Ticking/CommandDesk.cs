using System.Collections.Immutable;
using AfkGitHubApp.Acting.Performers;
using AfkGitHubApp.Core.Commands;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Ticking;

/// <summary>
/// Obeys what people ask for in comments, each once: the effect on the bookkeeping, the cursor behind the comment and the answer that is owed
/// are saved in one write, before the look; the answer is given after it, when there is something to say. Trouble with either holds no run up.
/// </summary>
public sealed partial class CommandDesk(CommandReader reader, CommandReplyPerformer replies, Watcher watcher, Chance chance, ILogger<CommandDesk> logger)
{
    /// <summary>A comment whose webhook is lost is found within this time; under the issue of a run in flight, as soon as that is looked at.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(30);

    /// <summary>Reads new comments, where there may be some, and does what they ask for.</summary>
    public async Task ObeyAsync(TickContext tick, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);
        var known = tick.Record.Commands;
        var isRecent = known?.ReadAt is { } readAt && (tick.Record.CurrentRun is { PullRequest: null } || tick.At - readAt < ReadAgainAfter);
        if (isRecent && !tick.Trigger.Contains("issue_comment", StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            var (commands, cursor) = await reader.ReadAsync(tick.Record.Repository, known, tick.Record.CurrentRun?.PullRequest, tick.At, cancellationToken);
            await tick.RememberAsync(commands.Aggregate(tick.Record with { Commands = cursor }, (record, command) => command.Obey(record)), cancellationToken);
        }
        catch (GitHubFailure failure)
        {
            Log.NotRead(logger, failure.Message);
            if (known is not null)
            {
                await tick.RememberAsync(tick.Record with { Commands = known with { ReadAt = null } }, cancellationToken);
            }
        }
    }

    /// <summary>A look has shown comments by people: if one was never read, its webhook is lost or on its way.</summary>
    public static Task NoticeAsync(TickContext tick, IEnumerable<CommentSign> comments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);
        return tick.Record.Commands is { ReadAt: not null } cursor && comments.Any(comment => !cursor.Covers(comment.Id, comment.At))
            ? tick.RememberAsync(tick.Record with { Commands = cursor with { ReadAt = null } }, cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>Gives the answers that are owed.</summary>
    /// <returns>What the look came to; looked at again soon where an answer, or the reading, is still owed.</returns>
    public async Task<TickResult> AnswerAsync(TickContext tick, TickResult look, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);
        ArgumentNullException.ThrowIfNull(look);
        if (tick.Record.Commands is not { } cursor || (cursor.ReadAt is not null && cursor.Replies.IsEmpty))
        {
            return look;
        }

        try
        {
            foreach (var reply in cursor.Replies)
            {
                var policy = reply.Verb is SlashVerb.Status && tick.Record.CurrentRun is { } run ? await watcher.PolicyOfAsync(tick, run, cancellationToken) : null;
                var words = CommandAnswer.Words(reply, tick.Record, look, policy);
                if (words is not null)
                {
                    await OweAsync(tick, owed => owed.Replace(reply, reply with { MayStand = true }), cancellationToken);
                }

                tick.Did.Add(await replies.PerformAsync(tick.Lease, reply, words, cancellationToken));
                await OweAsync(tick, owed => owed.RemoveAll(each => each.Comment == reply.Comment), cancellationToken);
            }
        }
        catch (GitHubFailure failure)
        {
            Log.NotAnswered(logger, failure.Message);
        }

        look = look with { Did = [.. tick.Did] };
        var soon = tick.At + LookAgain.After(Waiting.Confirmation, TimeSpan.Zero, chance.Next());
        return tick.Record.Commands is { ReadAt: not null, Replies.IsEmpty: true } || look.NextLook is null || look.NextLook < soon ? look : look with { NextLook = soon };
    }

    private static Task OweAsync(TickContext tick, Func<ImmutableArray<CommandReply>, ImmutableArray<CommandReply>> change, CancellationToken cancellationToken)
    {
        var cursor = tick.Record.Commands!;
        return tick.RememberAsync(tick.Record with { Commands = cursor with { Replies = change(cursor.Replies) } }, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Comments could not be read for commands: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Warning, "A command could not be answered yet: {Reason}")]
        public static partial void NotAnswered(ILogger logger, string reason);
    }
}
