using AfkGitHubApp.Acting;
using AfkGitHubApp.Acting.Performers;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Ticking;

/// <summary>Starts what may be started: at most one issue, in a repository with nothing in flight.</summary>
public sealed class Poller(ReadyIssues ready, EffectRunner effects, RepositoryLabelsPerformer labels, SettingsDesk settingsDesk, Gates gates, RepoConfigReader configs, ICiReader ci, CiRulesReader ciRules, DeploymentReader deployments, Chance chance, TimeProvider time)
{
    /// <summary>One look at the repository's ready issues.</summary>
    public async Task<TickResult> TickAsync(TickContext tick, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tick);
        var settings = await configs.LastAtHeadAsync(tick.Record, cancellationToken);
        if (settings.Broken is null)
        {
            await EnsureLabelsAsync(tick, settings, cancellationToken);

            // A broken file says neither what must be green nor what must be deployed.
            await ThawAsync(tick, settings, cancellationToken);
        }

        var reading = await ready.ReadAsync(tick.Record, settings, everyIssue: false, cancellationToken);
        tick.Reached = true;
        await tick.RememberAsync(tick.Record with { Retries = tick.Record.Retries.RemoveAll(reading.Over.Contains) }, cancellationToken);
        await settingsDesk.TellAsync(tick, settings, reading, cancellationToken);
        if (reading.Next is not { } next)
        {
            var why = settings.Broken ?? (reading.HeldBack.Count == 0 ? "no ready issue" : "no ready issue may start");
            if (settings.Broken is null && tick.Record.SettingsNotice is not null)
            {
                // A comment says still that it is.
                return tick.Result(why, LookAgain.After(Waiting.Retry, TimeSpan.FromMinutes(5), chance.Next())) with { HeldBack = [.. reading.HeldBack] };
            }

            var waiting = tick.Record.FrozenTrunk is { HeadSince: { } since } && time.GetUtcNow() - since < TimeSpan.FromHours(1) ? Waiting.Ci : Waiting.Idle;
            return tick.Result(why, LookAgain.After(waiting, TimeSpan.Zero, chance.Next())) with { HeldBack = [.. reading.HeldBack] };
        }

        return await StartAsync(tick, next, settings, cancellationToken) with { HeldBack = [.. reading.HeldBack] };
    }

    private async Task<TickResult> StartAsync(TickContext tick, Startable next, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (next.Issue.HeadSha is not { } head)
        {
            return tick.Result($"#{next.Issue.Number} cannot start: the default branch has no commit", LookAgain.After(Waiting.Idle, TimeSpan.Zero, chance.Next()));
        }

        // A run is judged by the file at its base: it must be the one that let it in.
        if (settings.Sha is not null && settings.Sha != head)
        {
            await tick.RememberAsync(tick.Record with { HeadMovedAt = tick.At }, cancellationToken);
            var atBase = await configs.AtHeadAsync(tick.Record, cancellationToken);
            if (atBase.Sha != head || atBase.Broken is not null || atBase.Labels != settings.Labels)
            {
                return tick.Result($"#{next.Issue.Number} does not start yet: the default branch has just moved", LookAgain.After(Waiting.Confirmation, TimeSpan.Zero, chance.Next()));
            }

            settings = atBase;
        }

        var run = new InFlightRun
        {
            Id = next.Run,
            IssueId = next.Issue.IssueId,
            IssueNumber = next.Issue.Number,
            AuthorisedBy = next.AuthorisedBy,
            StartedAt = now,
            BaseBranch = next.Issue.DefaultBranch,
            BaseSha = head,
            Delivery = settings.Delivery,
            TextFingerprint = IssueText.Fingerprint(next.Issue),
            Turns = [new Turn(TurnKind.First, now) { Backend = settings.Backend }],
        };
        await tick.RememberAsync(tick.Record.With(run) with { Retries = tick.Record.Retries.RemoveAll(order => order.Issue == run.IssueNumber) }, cancellationToken);
        var target = new EffectTarget(tick.Record.Repository, run, next.Issue, new RunState { Pushed = false }, settings, settings.Narrow(gates.PolicyFor(tick.Record.Repository)));
        var then = RunStateMachine.NextAction(target.State with { Thread = ThreadStatus.Running }, target.Policy).Why;
        var outcome = await effects.RunAsync(
            tick.Lease, target, EffectOrder.Start(ci: null, failures: [], "the turn is being started", then, Phase.Green, settings.Labels, first: true), tick.Counted, changed => tick.RememberAsync(changed, cancellationToken), tick.Did, cancellationToken);
        var wait = LookAgain.After(outcome.Run.CurrentTurn.Refusal is null ? Waiting.Turn : Waiting.Confirmation, TimeSpan.Zero, chance.Next());
        var why = outcome.Run.CurrentTurn is { DispatchedAt: not null } or { Refusal: not null } ? $"started #{run.IssueNumber}" : $"#{run.IssueNumber} is being started";
        return tick.Result(outcome.Run, why, wait) with { Action = "Start", Phase = Phase.Green };
    }

    /// <summary>Once for each record, and anew when the installation has changed: it may have come back with less than it had, or be allowed more.</summary>
    private async Task EnsureLabelsAsync(TickContext tick, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var wanted = string.Join('\n', RepositoryLabelsPerformer.Wanted(settings.Labels).Select(label => label.Name));
        if (string.Equals(tick.Record.LabelsEnsured, wanted, StringComparison.Ordinal) && !tick.Trigger.Contains("installation", StringComparison.Ordinal))
        {
            return;
        }

        tick.Did.AddRange(await labels.PerformAsync(tick.Lease, settings.Labels, cancellationToken));
        await tick.RememberAsync(tick.Record with { LabelsEnsured = wanted }, cancellationToken);
    }

    /// <summary>A trunk that a frozen run left red is free again when its head is green and had time to show otherwise.</summary>
    private async Task ThawAsync(TickContext tick, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var repository = tick.Record.Repository;
        if (tick.Record.FrozenTrunk is not { } frozen || await ci.HeadAsync(repository, frozen.Branch, cancellationToken) is not { } head)
        {
            return;
        }

        if (!string.Equals(head, frozen.Head, StringComparison.Ordinal))
        {
            frozen = frozen with { Head = head, HeadSince = time.GetUtcNow() };
            await tick.RememberAsync(tick.Record with { FrozenTrunk = frozen }, cancellationToken);
        }

        var rules = await ciRules.ReadAsync(repository, frozen.Branch, settings, cancellationToken) with { Settle = TimeSpan.Zero };
        var evidence = await ci.ReadAsync(repository, head, frozen.HeadSince ?? time.GetUtcNow(), statuses: null, cancellationToken).LastAsync(cancellationToken);

        // The dwell since the head was first seen stands for the second reading: this one is held against itself.
        var first = CiVerdict.Fold(evidence, rules, previous: null);
        var again = CiVerdict.Fold(evidence, rules, new CiPrevious(first.Fingerprint, evidence.ReadAt));
        if (again.Status is CiStatus.Green && await IsDeployedAsync(repository, settings, head, again, cancellationToken))
        {
            await tick.RememberAsync(tick.Record with { FrozenTrunk = null }, cancellationToken);
        }
    }

    /// <summary>A deployment that failed would fail again under the next run. One that may not be read holds nothing: the run that needs it says so.</summary>
    private async Task<bool> IsDeployedAsync(RepositoryKey repository, RepositorySettings settings, string head, CiReading green, CancellationToken cancellationToken)
    {
        try
        {
            return settings.Environments.IsEmpty
                || (await deployments.ReadAsync(repository, settings.Environments, new LandedCommit(head, BaseSha: null, time.GetUtcNow()), green, cancellationToken)).Status is DeploymentStatus.Reached;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            return true;
        }
    }
}
