using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Ticking;

/// <summary>Makes a forgotten repository known again: its run from the marker on GitHub, or the turn of one that has ended.</summary>
public sealed partial class Adoption(RunFinder finder, IAgent agent, Gates gates, ILogger<Adoption> logger)
{
    /// <summary>A backend that is only asked in courtesy and does not answer is given so long to come back.</summary>
    private static readonly TimeSpan AwayAtMost = TimeSpan.FromMinutes(1);

    /// <summary>Searches, and saves what is found. While a run is found the search is not over: a second issue in progress is met after the first has ended, and so is a second old turn.</summary>
    /// <returns>What could not be taken as it stood.</returns>
    public async Task<ImmutableArray<string>> AdoptAsync(TickContext tick, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);

        // Known from here on: a search that fails is repeated, although the hint that started it is spent.
        await tick.RememberAsync(tick.Record, cancellationToken);
        var found = await finder.FindAsync(tick.Record.Repository, cancellationToken);
        if (found.Run is { } run)
        {
            await tick.RememberAsync(tick.Record.With(run), cancellationToken);
            tick.Did.Add($"adopted run {run.Id} of #{run.IssueNumber}");
            return found.Remarks;
        }

        // Whoever has read comments here knows also whether the branch is waited for: somebody may have released it since.
        if (tick.Record is { Commands: null, FrozenTrunk: null } && await finder.FrozenAsync(tick.Record.Repository, found.Labels, cancellationToken) is { } frozen)
        {
            await tick.RememberAsync(tick.Record with { FrozenTrunk = frozen }, cancellationToken);
        }

        // A turn whose run was released or closed under it is in no marker; nothing starts beside it.
        var (alive, isAway) = await FindAliveAsync(tick.Record.Repository, found, cancellationToken);
        var known = tick.Record.Lingering;
        var isAnother = alive is not null && known is not null && known.Turn != alive.Turn;
        var awaySince = isAway ? tick.Record.SearchAwaySince ?? tick.At : (DateTimeOffset?)null;
        var isOpen = isAnother || tick.At - awaySince < AwayAtMost;
        await tick.RememberAsync(tick.Record with
        {
            Adopted = !isOpen,
            SearchAwaySince = isOpen ? awaySince : null,

            // What other processes have read of the head may be older than this record.
            HeadMovedAt = tick.Record.HeadMovedAt ?? tick.At,

            // One that is known and was not found is asked for by itself.
            Lingering = alive is null || isAnother ? known : LingeringTurn.Since(alive.StartedAt, alive.Turn, alive.Thread, gates.PolicyFor(tick.Record.Repository)).AliveAt(tick.At) with { EndAskedFor = known is { EndAskedFor: true } },
        }, cancellationToken);
        return found.Remarks;
    }

    /// <summary>
    /// The backends that the repository's own settings have named of late must answer, or something could be started beside a turn of theirs.
    /// The others may have been the operator's before: they are asked in courtesy, for one that stays away must not keep up a repository that never used it.
    /// </summary>
    private async Task<(LiveTurn? Alive, bool IsAway)> FindAliveAsync(RepositoryKey repository, FoundRun found, CancellationToken cancellationToken)
    {
        foreach (var backend in found.Backends)
        {
            if (await agent.FindAliveAsync(repository, backend, found.Workflows, cancellationToken) is { } alive)
            {
                return (alive, false);
            }
        }

        var isAway = false;
        foreach (var backend in Enum.GetValues<AgentBackend>().Except(found.Backends))
        {
            try
            {
                if (await agent.FindAliveAsync(repository, backend, found.Workflows, cancellationToken) is { } alive)
                {
                    return (alive, isAway);
                }
            }
            catch (GitHubFailure failure)
            {
                isAway |= failure.Ambiguous || failure.Kind is FailureKind.Transient or FailureKind.RateLimited;
                Log.NotSearched(logger, backend, failure.Message);
            }
        }

        return (null, isAway);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Backend}, which is not this repository's backend, could not be searched for an old turn: {Reason}")]
        public static partial void NotSearched(ILogger logger, AgentBackend backend, string reason);
    }
}
