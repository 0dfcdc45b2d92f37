using System.Collections.Immutable;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Ticking;

/// <summary>Makes a forgotten repository known again: its run from the marker on GitHub, or the turn of one that has ended.</summary>
public sealed class Adoption(RunFinder finder, IAgent agent, Gates gates)
{
    /// <summary>Searches, and saves what is found. While a run is found the search is not over: a second issue in progress is met after the first has ended.</summary>
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

        // A turn whose run was released or closed under it is in no marker; nothing starts beside it.
        LiveTurn? alive = null;
        foreach (var workflow in found.Workflows)
        {
            alive ??= await agent.FindAliveAsync(tick.Record.Repository, workflow, cancellationToken);
        }

        await tick.RememberAsync(tick.Record with
        {
            Adopted = true,
            Lingering = alive is null ? null : LingeringTurn.Since(alive.StartedAt, alive.Turn, alive.Thread, gates.PolicyFor(tick.Record.Repository)).AliveAt(tick.At) with { EndAskedFor = tick.Record.Lingering is { EndAskedFor: true } known && known.Turn == alive.Turn },
        }, cancellationToken);
        return found.Remarks;
    }
}
