using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.Agents.T3Code;

/// <summary>
/// What a thread's own words mean for a turn of ours. The race that matters: until the server has picked a prompt up, the thread still shows
/// the turn before, with that one's <c>completed</c>. A turn is therefore known by its message, whose time is the time its turn was requested.
/// </summary>
internal static class T3Reading
{
    /// <summary>T3 Code's own grace for a prompt to be picked up.</summary>
    public static readonly TimeSpan PickedUpWithin = TimeSpan.FromMinutes(2);

    /// <summary>What the row of a thread says by itself; null when only the thread's messages tell.</summary>
    public static ThreadStatus? OfRow(ThreadDto row) => !IsAlive(row) ? null
        : row.HasPendingApprovals is true || row.HasPendingUserInput is true ? ThreadStatus.NeedsPerson
        : ThreadStatus.Running;

    /// <summary>What the whole thread says of the turn that this message asked for.</summary>
    /// <exception cref="GitHubFailure">In words this version does not know; nothing was learned.</exception>
    public static ThreadStatus OfThread(ThreadDto thread, string messageId, DateTimeOffset now)
    {
        if (OfRow(thread) is { } alive)
        {
            return alive;
        }

        if (thread.Messages?.FirstOrDefault(message => message?.Id == messageId) is not { } asked)
        {
            return ThreadStatus.Error;
        }

        // Later than ours is a turn that a person asked for in the same thread: it goes on with our work, and its end is the end.
        if (thread.LatestTurn is { } turn && turn.RequestedAt >= asked.CreatedAt)
        {
            return turn.State switch
            {
                "completed" => ThreadStatus.Idle,
                "error" or "interrupted" => ThreadStatus.Error,
                _ => throw new GitHubFailure(FailureKind.Bug, $"T3 Code's turn {turn.TurnId} has a state this version does not know"),
            };
        }

        // A refusal carries the time of the message itself; a session that was stopped at that very time was stopped before it.
        var failed = thread.Session is { Status: "error" } refused && refused.UpdatedAt >= asked.CreatedAt
            || thread.Session is { Status: "stopped" } stopped && stopped.UpdatedAt > asked.CreatedAt
            || thread.Activities?.Any(activity => activity is { Kind: "provider.turn.start.failed" } && IsAbout(activity, asked)) is true;
        return failed || now - asked.CreatedAt >= PickedUpWithin ? ThreadStatus.Error : ThreadStatus.Running;
    }

    /// <summary>
    /// Whether anything is at work in the thread. The session counts as well as the turn: an interrupted turn reads <c>interrupted</c> at once,
    /// while its provider may still be at it.
    /// </summary>
    public static bool IsAlive(ThreadDto thread) =>
        thread.LatestTurn is { State: "running" } || thread.Session is { Status: "starting" or "running" } || thread.BackgroundLiveness is { ValueKind: JsonValueKind.String } liveness && liveness.ValueEquals("working");

    /// <summary>Older servers do not name the message; there the time tells.</summary>
    private static bool IsAbout(ActivityDto activity, MessageDto asked) =>
        activity.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty("requestId", out var about) && about.ValueKind is JsonValueKind.String
            ? about.ValueEquals(asked.Id)
            : activity.CreatedAt >= asked.CreatedAt;
}
