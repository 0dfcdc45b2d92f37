using System.Collections.Immutable;
using AfkGitHubApp.Core.Commands;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>
/// Reads what people ask for in comments, all issues of a repository in one request. A comment is read once: before it is a command its author's
/// permission is asked live, and of anybody without it nothing is said, done or answered.
/// </summary>
public sealed class CommandReader(ITracker tracker)
{
    private const string Edited = "An edited comment is no command; write a new one.";
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShownLate = TimeSpan.FromMinutes(2);

    /// <summary>The commands given since the last reading, oldest first, and the cursor behind them.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="cursor">How far was read; null = nothing is known, and the last day is read.</param>
    /// <param name="pullRequest">The pull request of the run in flight, whose comments count as its issue's; those of others are not read. Null = there is none.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellationToken">Ends it between requests.</param>
    public async Task<(IReadOnlyList<GivenCommand> Commands, CommandCursor Cursor)> ReadAsync(RepositoryKey repository, CommandCursor? cursor, int? pullRequest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = cursor?.Since is { } read && read > now - LooksBack ? read : now - LooksBack;
        var seen = cursor?.Seen ?? [];
        var written = (await tracker.CommentsSinceAsync(repository, since, cancellationToken)).Where(comment => comment.At >= since).OrderBy(comment => comment.At).ThenBy(comment => comment.Id).ToList();
        var commands = new List<GivenCommand>();
        var trusted = new Dictionary<long, bool>();
        var ours = new Dictionary<int, IReadOnlyList<OwnComment>>();
        foreach (var comment in written.Where(comment => !seen.Contains(comment.Id)))
        {
            if ((comment.IsOnPullRequest && comment.Issue != pullRequest) || comment.Author is not { IsPerson: true, Id: { } author, Login: var login } || SlashCommand.Parse(comment.Body) is not { } reading)
            {
                continue;
            }

            var person = new Person(author, login);
            if (!trusted.TryGetValue(author, out var mayWrite))
            {
                trusted[author] = mayWrite = await tracker.MayWriteAsync(repository, person, cancellationToken);
            }

            if (!mayWrite)
            {
                continue;
            }

            // These are answered in words only where they are not obeyed.
            var mayBeRefused = cursor is null && reading.Command is { Verb: SlashVerb.Retry or SlashVerb.Extend };
            if (mayBeRefused && !ours.ContainsKey(comment.Issue))
            {
                ours[comment.Issue] = await tracker.OwnCommentsAsync(repository, comment.Issue, cancellationToken);
            }

            commands.Add(new(comment.Id, comment.NodeId, comment.Issue, comment.At, person, comment.IsEdited ? new(Command: null, Edited) : reading)
            {
                Cold = cursor is null,
                IsAnswered = comment.IsAnswered,
                IsRefused = mayBeRefused && ours[comment.Issue].Any(answer => answer.Body.EndsWith(CommandAnswer.Marker(comment.Id), StringComparison.Ordinal)),
            });
        }

        var next = written.Count > 0 && written[^1].At - ShownLate is var late && late > since ? late : since;
        return (commands, new CommandCursor { Since = next, Seen = [.. written.Where(comment => comment.At >= next).Select(comment => comment.Id)], ReadAt = now, Replies = cursor?.Replies ?? [] });
    }
}
