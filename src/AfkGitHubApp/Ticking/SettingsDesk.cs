using AfkGitHubApp.Acting.Performers;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Ticking;

/// <summary>
/// Tells an issue that the repository's own settings hold it back: one comment for each breakage, under the first issue that would otherwise
/// be asked further; changed in place when other things are wrong, and once more when the file is in order. Nothing is asked while it is.
/// </summary>
public sealed class SettingsDesk(SettingsNoticePerformer notices)
{
    /// <summary>Makes the comment true.</summary>
    /// <param name="tick">The tick, which remembers.</param>
    /// <param name="settings">What counts for the repository now.</param>
    /// <param name="reading">The ready issues, held against the gates with these settings.</param>
    /// <param name="cancellationToken">Ends it between requests.</param>
    /// <exception cref="Ports.GitHubFailure">It could not be, for now.</exception>
    public Task TellAsync(TickContext tick, RepositorySettings settings, ReadyReading reading, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(reading);
        return settings.Broken is { } broken
            ? BreakAsync(tick, settings, [.. reading.HeldBack.Where(held => string.Equals(held.Why, broken, StringComparison.Ordinal)).Select(held => held.Issue)], cancellationToken)
            : MendAsync(tick, settings, reading.Next, cancellationToken);
    }

    private async Task BreakAsync(TickContext tick, RepositorySettings settings, List<int> waiting, CancellationToken cancellationToken)
    {
        var says = SettingsNoticeText.Fingerprint(settings.Problems);
        var notice = tick.Record.SettingsNotice;
        if (notice is null or { Says: null })
        {
            // A store that was emptied does not know of the comment, and neither does one whose writer died over it.
            var known = await notices.FindAsync(tick.Record.Repository, notice is null ? waiting : waiting.Prepend(notice.Issue), cancellationToken);
            notice = known ?? (waiting is [var first, ..] ? new SettingsNotice(first) : null);
            await tick.RememberAsync(tick.Record with { SettingsNotice = notice }, cancellationToken);
        }

        var isOver = notice is null or { Says: not null, Comment: null };
        if (isOver || string.Equals(notice!.Says, says, StringComparison.Ordinal))
        {
            return;
        }

        var (told, did) = await notices.TellAsync(tick.Lease, notice, says, SettingsNoticeText.Broken(settings.Problems, settings.Sha!, settings.CommitUrl), cancellationToken);
        tick.Did.Add(did);
        await tick.RememberAsync(tick.Record with { SettingsNotice = told }, cancellationToken);
    }

    private async Task MendAsync(TickContext tick, RepositorySettings settings, Startable? next, CancellationToken cancellationToken)
    {
        var notice = tick.Record.SettingsNotice;
        if (notice is { Says: null })
        {
            notice = await notices.FindAsync(tick.Record.Repository, [notice.Issue], cancellationToken);
        }

        // One that the store does not know is found again under its issue.
        var seen = next?.SettingsNotice is { } comment && comment != notice?.Comment ? new SettingsNotice(next.Issue.Number) { Comment = comment } : null;
        SettingsNotice? left = null;
        foreach (var lying in new[] { notice, seen }.OfType<SettingsNotice>())
        {
            if (lying.Comment is not { } known)
            {
                continue;
            }

            var did = await notices.MendAsync(tick.Lease, known, SettingsNoticeText.Mended(settings.Sha, settings.CommitUrl), cancellationToken);
            left = did is null ? lying : left;
            tick.Did.AddRange(new[] { did }.OfType<string>());
        }

        await tick.RememberAsync(tick.Record with { SettingsNotice = left }, cancellationToken);
    }
}
