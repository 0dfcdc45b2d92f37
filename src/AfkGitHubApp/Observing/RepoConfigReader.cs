using System.Collections.Concurrent;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>
/// What counts for a repository. What may start is judged by the file at the default branch's head; a run by the file at the commit it
/// began at, so that no commit of its own can change the rules it is judged by. A commit never changes: its file is read once per process.
/// </summary>
public sealed class RepoConfigReader(IConfigFiles files, IConfigSyntax syntax, AfkOptions options, TimeProvider time)
{
    private const int MostKept = 2_000;

    private static readonly TimeSpan HeadStands = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(long Repository, string Sha), RepositorySettings> kept = new();
    private readonly ConcurrentDictionary<long, HeadReading> heads = new();

    /// <summary>
    /// The settings by the file at the default branch's head; the operator's alone where there is no commit yet. Where that file is broken, the
    /// labels are those of its newest version that is not.
    /// </summary>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<RepositorySettings> AtHeadAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        var repository = record.Repository;
        var settings = await files.ReadAsync(repository, sha: null, cancellationToken) is { } file ? Keep(repository, file) : OfOperator;
        if (settings.Broken is not null)
        {
            // Who has asked for a run by a label of the repository's own is to hear that nothing starts.
            settings = settings with { Labels = (await LatelyAsync(repository, cancellationToken)).First(version => version.Broken is null).Labels };
        }

        heads[repository.Id] = new(settings, time.GetUtcNow(), record.HeadMovedAt);
        return settings;
    }

    /// <summary>
    /// The same as it was read within the hour, unless the record says that the branch has moved since: a push is told to one process of many. A
    /// broken file is read each time, since the push that mended it may not have been told to any. What starts by it must be held against the head once more.
    /// </summary>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<RepositorySettings> LastAtHeadAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        return heads.TryGetValue(record.Repository.Id, out var last) && last.HeadMovedAt == record.HeadMovedAt && time.GetUtcNow() - last.ReadAt < HeadStands && last.Settings.Broken is null
            ? last.Settings
            : await AtHeadAsync(record, cancellationToken);
    }

    /// <summary>The operator's options alone.</summary>
    public RepositorySettings OfOperator => RepositorySettings.Of(options);

    /// <summary>The operator's options where the file that narrows them cannot be read.</summary>
    public RepositorySettings Unread => RepositorySettings.Unread(options);

    /// <summary>The settings by the file at the commit that a run began at; null when GitHub does not show that commit.</summary>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<RepositorySettings?> OfRunAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(run);
        if (kept.TryGetValue((repository.Id, run.BaseSha), out var known))
        {
            return known;
        }

        if (run.BaseSha.Length == 0)
        {
            return Unread;
        }

        return await files.ReadAsync(repository, run.BaseSha, cancellationToken) is { } file ? Keep(repository, file) : null;
    }

    /// <summary>
    /// The settings that a run in flight may have begun with: those of the head first, then those of the file's newest versions and the
    /// operator's own. A run whose labels were changed under it is found by them.
    /// </summary>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<IReadOnlyList<RepositorySettings>> LatelyAsync(RepositoryKey repository, CancellationToken cancellationToken) =>
        [.. (await files.VersionsAsync(repository, cancellationToken)).Select(file => Keep(repository, file)), OfOperator];

    private RepositorySettings Keep(RepositoryKey repository, ConfigFile file)
    {
        if (kept.TryGetValue((repository.Id, file.Sha), out var known))
        {
            return known;
        }

        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        return kept[(repository.Id, file.Sha)] = RepositorySettings.Of(options, file, syntax);
    }

    private sealed record HeadReading(RepositorySettings Settings, DateTimeOffset ReadAt, DateTimeOffset? HeadMovedAt);
}
