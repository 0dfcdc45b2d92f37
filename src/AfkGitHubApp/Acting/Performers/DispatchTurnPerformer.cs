using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Starts the current turn, once. The race that matters: the answer is lost, or we die after sending. The intent stands in the journal, so
/// the next holder looks for the TurnId on the backend and sends again only when an unseen first request can no longer be under way.
/// A backend without idempotency cannot give more; what is left is caught by the workflow's first step (lowest run of a TurnId works).
/// </summary>
public sealed partial class DispatchTurnPerformer(IAgent agent, IEffectJournal journal, Gates gates, WriteDoor door, ActingTimings timings, TimeProvider time, ILogger<DispatchTurnPerformer> logger) : IPerformer<Effect.DispatchTurn>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.DispatchTurn effect, CancellationToken cancellationToken)
    {
        var run = target.Run;
        if (run.CurrentTurn is { DispatchedAt: not null } or { Refusal: not null })
        {
            return new(run);
        }

        var key = new EffectKey(run.CurrentTurnId, effect.Name);
        var entry = await journal.BeginAsync(lease, key, cancellationToken);
        if (entry is { State: JournalState.Finished, Result: { } result })
        {
            return new(Accepted(run, DispatchRecord.Read(result), entry.BegunAt));
        }

        // A run adopted from its marker has lost its journal: an intent older than the adoption may have been sent, a younger one was not.
        DateTimeOffset? maybeSentAt = entry.State is JournalState.Unfinished ? entry.BegunAt
            : run.CurrentTurn.IntendedAt <= run.Watch.AdoptedAt ? run.CurrentTurn.IntendedAt
            : null;
        if (maybeSentAt is { } sentAt)
        {
            if (await agent.FindAsync(target.Repository, target.Settings.BackendOf(run.CurrentTurn), run.CurrentTurnId, target.Settings.Workflow, cancellationToken) is { } found)
            {
                await journal.FinishAsync(lease, key, DispatchRecord.Write(found), cancellationToken);
                return new(Accepted(run, found, sentAt)) { Did = $"found turn {run.CurrentTurnId} already started" };
            }

            if (time.GetUtcNow() < sentAt + timings.DispatchSettled)
            {
                Log.MayBeUnderWay(logger, run.CurrentTurnId);
                return new(run) { IsOpen = true };
            }

            await journal.RestartAsync(lease, key, cancellationToken);
        }

        if (run.CurrentTurn.Kind is TurnKind.First && !IssueText.IsTrusted(run, target.Issue))
        {
            await journal.AbandonAsync(lease, key, cancellationToken);
            return new(run.WithCurrentTurn(run.CurrentTurn with { Refusal = "the issue's text was changed before the turn could start" }));
        }

        // Asked once more with what the journal's exchange brought: a switch thrown since the decision holds this turn back, too.
        if (!gates.Allows(target.Repository))
        {
            await journal.AbandonAsync(lease, key, cancellationToken);
            return new(run) { IsOpen = true };
        }

        await door.PassAsync(lease, cancellationToken);
        DispatchAnswer answer;
        try
        {
            answer = await agent.DispatchAsync(Order(target, effect), cancellationToken);
        }
        catch (GitHubFailure failure) when (!failure.Ambiguous)
        {
            await journal.AbandonAsync(lease, key, cancellationToken);
            throw;
        }

        await journal.FinishAsync(lease, key, DispatchRecord.Write(answer), cancellationToken);
        return answer.Refusal is { } refusal
            ? new(Accepted(run, answer, time.GetUtcNow())) { Did = $"turn {run.CurrentTurnId} was refused: {refusal}", IsOpen = true }
            : new(Accepted(run, answer, time.GetUtcNow())) { Did = $"started turn {run.CurrentTurnId}" };
    }

    private static InFlightRun Accepted(InFlightRun run, DispatchAnswer answer, DateTimeOffset at) => run.WithCurrentTurn(answer.Refusal is { } refusal
        ? run.CurrentTurn with { Refusal = refusal }
        : run.CurrentTurn with { DispatchedAt = at, Thread = answer.Thread, ThreadUrl = answer.Url });

    private static TurnOrder Order(EffectTarget target, Effect.DispatchTurn effect)
    {
        var run = target.Run;
        var backend = target.Settings.BackendOf(run.CurrentTurn);
        var trusted = IssueText.IsTrusted(run, target.Issue);
        var prompt = Prompts.For(run.CurrentTurn.Kind, new PromptModel
        {
            Repository = target.Repository.FullName,
            IssueNumber = run.IssueNumber,
            Title = trusted ? target.Issue.Title : IssueText.Withheld,
            Body = trusted ? target.Issue.Body : null,
            Turn = run.CurrentTurnId,
            BaseBranch = run.BaseBranch,
            BaseSha = run.BaseSha,
            Delivery = run.Delivery,
            Backend = backend,
            WorkBranch = run.WorkBranch,
            PushedSha = run.Commit?.Sha,
            Attempt = run.FixForwardAttempts,
            MaxAttempts = target.Policy.FixForwardMaxAttempts,
            FailingChecks = effect.Ci is { } ci ? [.. RedTriage.New(ci, run.Watch.RedOnBase).Select(check => Explained(check, effect))] : [],
        });
        return new(target.Repository, run.IssueNumber, run.CurrentTurnId, run.CurrentTurn.Kind, run.Delivery, run.BaseBranch, run.BaseSha, run.WorkBranch, target.Settings.Workflow, prompt) { Backend = backend, MoneyUsd = target.Settings.MoneyUsd };
    }

    private static PromptCheck Explained(FailingCheck check, Effect.DispatchTurn effect)
    {
        var failure = effect.Failures.FirstOrDefault(step => string.Equals(step.Key, check.Key, StringComparison.Ordinal));
        return new(check.Name, check.Conclusion, check.Url, failure?.Excerpt, failure?.Step);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Whether turn {Turn} was started is not known yet; it is not sent again before it must have become visible")]
        public static partial void MayBeUnderWay(ILogger logger, TurnId turn);
    }
}
