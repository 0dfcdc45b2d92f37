using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// The run's one checklist comment with its marker: created once (journalled, and found again by its marker), edited only when what it says
/// has changed.
/// </summary>
public sealed partial class ChecklistPerformer(ITracker tracker, IEffectJournal journal, MarkerKeys keys, WriteDoor door, ILogger<ChecklistPerformer> logger) : IPerformer<Effect.WriteChecklist>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.WriteChecklist effect, CancellationToken cancellationToken)
    {
        var run = target.Run;
        var model = run.Concluding is { } end
            ? ChecklistModel.From(target.Repository, run, end, target.Policy)
            : ChecklistModel.From(target.Repository, run, target.State, effect.Why, target.Policy);
        var visible = PhaseChecklist.Render(model with { ShaUrl = target.Issue.CommitUrl(model.Sha) });
        var fingerprint = Fingerprint(visible + RunMarker.Write(run with { Sequence = 0, ChecklistCommentId = null, Requests = 0 }, target.Repository.Id, keys));
        if (run.ChecklistCommentId is not null && string.Equals(run.Watch.ChecklistWritten, fingerprint, StringComparison.Ordinal))
        {
            return new(run);
        }

        run = run with { Sequence = run.Sequence + 1 };
        var body = visible + "\n" + RunMarker.Write(run, target.Repository.Id, keys);
        try
        {
            return run.ChecklistCommentId is { } id
                ? await EditAsync(lease, target, run, id, body, fingerprint, cancellationToken)
                : await CreateAsync(lease, target, run, body, fingerprint, cancellationToken);
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            // A comment that cannot be written must not stop the run; it is tried again when the text changes.
            Log.NotWritten(logger, failure.Message);
            return new(Written(run, fingerprint)) { Did = "checklist: refused" };
        }
    }

    private static InFlightRun Written(InFlightRun run, string fingerprint) => run with { Watch = run.Watch with { ChecklistWritten = fingerprint } };

    private static string Fingerprint(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    private async Task<Performed> EditAsync(RepositoryLease lease, EffectTarget target, InFlightRun run, long id, string body, string fingerprint, CancellationToken cancellationToken)
    {
        await door.PassAsync(lease, cancellationToken);
        if (await tracker.EditCommentAsync(target.Repository, id, body, cancellationToken))
        {
            return new(Written(run, fingerprint)) { Did = "updated the checklist" };
        }

        // Somebody deleted it.
        return await CreateAsync(lease, target, run with { ChecklistCommentId = null }, body, fingerprint, cancellationToken);
    }

    private async Task<Performed> CreateAsync(RepositoryLease lease, EffectTarget target, InFlightRun run, string body, string fingerprint, CancellationToken cancellationToken)
    {
        // A deleted comment may be created again: then the id it had makes another journal key.
        var key = new EffectKey(new TurnId(run.Id, 1), "checklist", (int)((target.Run.ChecklistCommentId ?? 0) % int.MaxValue));
        var entry = await journal.BeginAsync(lease, key, cancellationToken);
        var written = entry.State is JournalState.New && run.Watch.AdoptedAt is null
            ? null
            : await FindAsync(target.Repository, run, cancellationToken);
        if (written is { } known)
        {
            await journal.FinishAsync(lease, key, known.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
            return new(run with { ChecklistCommentId = known });
        }

        await door.PassAsync(lease, cancellationToken);
        var id = await tracker.CreateCommentAsync(target.Repository, run.IssueNumber, body, cancellationToken);
        await journal.FinishAsync(lease, key, id.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
        return new(Written(run with { ChecklistCommentId = id }, fingerprint)) { Did = "wrote the checklist" };
    }

    private async Task<long?> FindAsync(RepositoryKey repository, InFlightRun run, CancellationToken cancellationToken)
    {
        foreach (var comment in await tracker.OwnCommentsAsync(repository, run.IssueNumber, cancellationToken))
        {
            if (RunMarker.TryRead(comment.Body, repository.Id, run.IssueId, keys, out var marked) is MarkerReading.Read && marked!.Id == run.Id)
            {
                return comment.Id;
            }
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The checklist could not be written: {Reason}")]
        public static partial void NotWritten(ILogger logger, string reason);
    }
}
