using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Starts workflow runs of the judged commit again, each once. GitHub counts attempts, so that a repetition whose answer was lost is found by
/// its number; a store that has forgotten finds it in the same way. A refusal is final: the run then goes on as if nothing could be repeated.
/// </summary>
public sealed class RerunJobsPerformer(IWorkflowRuns runs, IEffectJournal journal, WriteDoor door, ActingTimings timings, TimeProvider time) : IPerformer<Effect.RerunJobs>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.RerunJobs effect, CancellationToken cancellationToken)
    {
        var run = target.Run;
        var did = new List<string>();
        var accepted = false;
        foreach (var order in effect.Runs)
        {
            var key = new EffectKey(run.CurrentTurnId, effect.Name, (int)(order.Run % int.MaxValue));
            var entry = await journal.BeginAsync(lease, key, cancellationToken);
            if (entry.State is JournalState.Finished)
            {
                accepted = true;
                continue;
            }

            if (entry.State is JournalState.Unfinished || run.Watch.AdoptedAt is not null)
            {
                if (await runs.AttemptAsync(target.Repository, order.Run, cancellationToken) is > 1)
                {
                    await journal.FinishAsync(lease, key, "found", cancellationToken);
                    accepted = true;
                    continue;
                }

                if (entry.State is JournalState.Unfinished && time.GetUtcNow() < entry.BegunAt + timings.DispatchSettled)
                {
                    return new(run) { IsOpen = true, Did = did.Count > 0 ? string.Join("; ", did) : null };
                }

                await journal.RestartAsync(lease, key, cancellationToken);
            }

            await door.PassAsync(lease, cancellationToken);
            string? refusal;
            try
            {
                refusal = await runs.RerunAsync(target.Repository, order, cancellationToken);
            }
            catch (GitHubFailure failure) when (!failure.Ambiguous)
            {
                await journal.AbandonAsync(lease, key, cancellationToken);
                throw;
            }

            await journal.FinishAsync(lease, key, refusal ?? "accepted", cancellationToken);
            accepted |= refusal is null;
            did.Add(refusal ?? $"started workflow run {order.Run} again");
        }

        var noted = run with { Rerun = new CiRerun(run.Commit!.Sha, accepted ? time.GetUtcNow() : null) };
        return new(noted) { Did = did.Count > 0 ? string.Join("; ", did) : null };
    }
}
