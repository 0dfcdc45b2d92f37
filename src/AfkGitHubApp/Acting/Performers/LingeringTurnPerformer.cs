using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Desired state: the backend was told to end a turn whose run is over. What could not be asked when the run ended is asked at every look. It
/// belongs to a repository and not to a run, so it is no <see cref="Core.Deciding.Effect"/>.
/// </summary>
public sealed partial class LingeringTurnPerformer(IAgent agent, WriteDoor door, TimeProvider time, ILogger<LingeringTurnPerformer> logger)
{
    /// <summary>Asks, unless that was done.</summary>
    /// <returns>The turn as it is to be remembered.</returns>
    /// <exception cref="LeaseLostException">The right to act is gone.</exception>
    public async Task<LingeringTurn> PerformAsync(RepositoryLease lease, LingeringTurn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.EndAskedFor)
        {
            return turn;
        }

        await door.PassAsync(lease, cancellationToken);
        try
        {
            await agent.CancelAsync(lease.Repository, turn.Thread, cancellationToken);
        }
        catch (GitHubFailure failure)
        {
            Log.NotAsked(logger, turn.Turn, failure.Message);
            return turn;
        }

        return turn.AliveAt(time.GetUtcNow()) with { EndAskedFor = true };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The end of old turn {Turn} could not be asked for: {Reason}")]
        public static partial void NotAsked(ILogger logger, TurnId turn, string reason);
    }
}
