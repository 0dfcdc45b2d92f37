using System.Collections.Immutable;
using AfkGitHubApp.Core.Commands;

namespace AfkGitHubApp.Core.Runs;

/// <summary>How far a repository's comments were read for commands, and the answers that are still to be given.</summary>
public sealed record CommandCursor
{
    /// <summary>Comments written before this are done with.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Of the comments written since then, those that are done with: GitHub shows a comment late now and then.</summary>
    public ImmutableArray<long> Seen { get; init; } = [];

    /// <summary>When they were last read whole; null = they are to be read at the next look: the last reading failed, or missed one.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Answers to commands that were obeyed or refused in this record; one that was given is gone.</summary>
    public ImmutableArray<CommandReply> Replies { get; init; } = [];

    /// <summary>Whether this comment is done with.</summary>
    public bool Covers(long comment, DateTimeOffset writtenAt) => writtenAt < Since || Seen.Contains(comment);
}

/// <summary>The answer to one command.</summary>
/// <param name="Comment">REST id of the comment.</param>
/// <param name="Node">Node id of the comment.</param>
/// <param name="Issue">Its issue.</param>
/// <param name="Verb">What was asked for; null when that was not understood.</param>
/// <param name="Problem">Why it was not obeyed, as Markdown; null when it was.</param>
public sealed record CommandReply(long Comment, string Node, int Issue, SlashVerb? Verb, string? Problem)
{
    /// <summary>Whether its words may stand on GitHub already: somebody was about to write them, or a store that was emptied does not know.</summary>
    public bool MayStand { get; init; }
}

/// <summary>A run asked for by <c>/afk retry</c>.</summary>
/// <param name="Comment">Node id of the comment: the authorising event.</param>
/// <param name="Issue">The issue.</param>
/// <param name="At">When it was written.</param>
/// <param name="By">Who wrote it.</param>
public sealed record RetryOrder(string Comment, int Issue, DateTimeOffset At, Person By)
{
    /// <summary>The run it authorises.</summary>
    public RunId Run => RunId.FromEvent(Comment);
}
