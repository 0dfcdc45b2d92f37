using AfkGitHubApp.Acting;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Adapters.InMemory;

/// <summary>
/// The store of one process: due queue, records and journal with the semantics the shared store has (lease, fence, dirty nudge, relevance
/// filter), kept as text so that nothing is shared by reference. Gone with the process; the sweep rebuilds it from GitHub.
/// </summary>
public sealed class InMemoryStore(TimeProvider time, StoreTimings timings) : IDueQueue, IRecordStore, IEffectJournal, IStoreHealth
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Entry> entries = [];
    private TaskCompletionSource wake = NewWake();
    private long lastFence;

    /// <inheritdoc/>
    public string Name => "in-memory store";

    /// <inheritdoc/>
    public Task<StoreCondition> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new StoreCondition(IsReady: true, Name));

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(NextDue());
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RepositoryKey>> UnknownAsync(IReadOnlyCollection<RepositoryKey> repositories, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<RepositoryKey>>([.. repositories.Where(repository => !entries.TryGetValue(repository.Id, out var entry) || entry.Due is null)]);
        }
    }

    /// <inheritdoc/>
    public Task<NudgeOutcome> NudgeAsync(Nudge nudge, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nudge);
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (!entries.TryGetValue(nudge.Repository.Id, out var entry))
            {
                entry = entries[nudge.Repository.Id] = new Entry { Repository = nudge.Repository };
            }

            // A store that knows nothing of the repository cannot judge relevance: the tick will.
            if (nudge.Evidence is { } evidence && entry.Record is not null && !entry.Interest.Concerns(evidence))
            {
                return Task.FromResult(NudgeOutcome.Irrelevant);
            }

            entry.Repository = nudge.Repository;
            entry.Hint = Stronger(entry.Hint, nudge.Hint);
            entry.Reasons.Add(nudge.Reason);
            if (entry.LeaseUntil is not null)
            {
                return Task.FromResult(NudgeOutcome.Dirty);
            }

            var rested = now + nudge.Rest;
            var earliest = entry.LastSettle is { } last && last + timings.NudgeGap > rested ? last + timings.NudgeGap : rested;
            entry.Due = entry.Due is { } due && due < earliest ? due : earliest;
            Wake();
            return Task.FromResult(NudgeOutcome.Due);
        }
    }

    /// <inheritdoc/>
    public Task<Claim?> ClaimAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var now = time.GetUtcNow();
            var head = entries.Values.Where(entry => entry.Due <= now).OrderBy(entry => entry.Due).ThenBy(entry => entry.Repository.Id).FirstOrDefault();
            return Task.FromResult(head is null ? null : Grant(head, now));
        }
    }

    /// <inheritdoc/>
    public Task<Claim?> ClaimAsync(RepositoryKey repository, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (!entries.TryGetValue(repository.Id, out var entry))
            {
                entry = entries[repository.Id] = new Entry { Repository = repository };
            }

            if (entry.LeaseUntil > now)
            {
                return Task.FromResult<Claim?>(null);
            }

            // Whoever names it has just resolved the name.
            entry.Repository = repository;
            return Task.FromResult<Claim?>(Grant(entry, now));
        }
    }

    /// <inheritdoc/>
    public Task<bool> RenewAsync(RepositoryLease lease, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (Held(lease) is not { } entry)
            {
                return Task.FromResult(false);
            }

            entry.LeaseUntil = entry.Due = time.GetUtcNow() + lease.Duration;
            lease.Renewed(time.GetTimestamp());
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<SettleOutcome> SettleAsync(RepositoryLease lease, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (Held(lease) is not { } entry)
            {
                return Task.FromResult(SettleOutcome.Fenced);
            }

            var now = time.GetUtcNow();
            entry.LeaseUntil = null;
            entry.LastSettle = now;
            entry.Told.Clear();
            entry.ToldHint = WorkHint.None;
            if (entry.Reasons.Count > 0)
            {
                entry.Due = now + timings.NudgeGap;
                Wake();
                return Task.FromResult(SettleOutcome.Again);
            }

            if (next is null)
            {
                entries.Remove(lease.Repository.Id);
                return Task.FromResult(SettleOutcome.Finished);
            }

            entry.Due = next;
            Wake();
            return Task.FromResult(SettleOutcome.Waiting);
        }
    }

    /// <inheritdoc/>
    public Task<SettleOutcome> ReleaseAsync(RepositoryLease lease, DateTimeOffset next, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (Held(lease) is not { } entry)
            {
                return Task.FromResult(SettleOutcome.Fenced);
            }

            var again = time.GetUtcNow() + timings.NudgeGap;
            entry.Due = entry.Reasons.Count > 0 && again < next ? again : next;
            entry.LeaseUntil = null;
            entry.Reasons.UnionWith(entry.Told);
            entry.Hint = Stronger(entry.Hint, entry.ToldHint);
            entry.Told.Clear();
            entry.ToldHint = WorkHint.None;
            Wake();
            return Task.FromResult(SettleOutcome.Waiting);
        }
    }

    /// <inheritdoc/>
    public async Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task woken;
        TimeSpan wait;
        lock (gate)
        {
            var untilNext = NextDue() is { } due ? due - time.GetUtcNow() : atMost;
            wait = untilNext < atMost ? untilNext : atMost;
            woken = wake.Task;
        }

        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await woken.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing nudged; the caller looks at the clock.
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(RepositoryLease lease, RepositoryRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (gate)
        {
            var entry = Require(lease);
            entry.Record = RecordCodec.Write(record);
            entry.Interest = EvidenceInterest.Of(record);
            entry.Repository = record.Repository;
            var known = record.Runs.Select(run => run.Id).Concat(record.EndedRuns).ToHashSet();
            foreach (var stale in entry.Journal.Keys.Where(key => !known.Contains(key.Turn.Run)).ToList())
            {
                entry.Journal.Remove(stale);
            }

            return Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RepositoryRecord>> AllAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<RepositoryRecord>>(
                [.. entries.Values.Where(entry => entry.Record is not null).Select(entry => RecordCodec.Read(entry.Record!, out _)).OfType<RepositoryRecord>()]);
        }
    }

    /// <inheritdoc/>
    public Task<JournalEntry> BeginAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var journal = Require(lease).Journal;
            if (journal.TryGetValue(key, out var known))
            {
                return Task.FromResult(known);
            }

            var now = time.GetUtcNow();
            journal[key] = new(JournalState.Unfinished, now, null);
            return Task.FromResult(new JournalEntry(JournalState.New, now, null));
        }
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> BegunAtAsync(RepositoryKey repository, EffectKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        lock (gate)
        {
            return Task.FromResult(entries.TryGetValue(repository.Id, out var entry) && entry.Journal.TryGetValue(key, out var begun) ? begun.BegunAt : (DateTimeOffset?)null);
        }
    }

    /// <inheritdoc/>
    public Task RestartAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken) =>
        Journal(lease, journal => journal[key] = new(JournalState.Unfinished, time.GetUtcNow(), null));

    /// <inheritdoc/>
    public Task FinishAsync(RepositoryLease lease, EffectKey key, string result, CancellationToken cancellationToken) =>
        Journal(lease, journal => journal[key] = new(JournalState.Finished, journal.TryGetValue(key, out var begun) ? begun.BegunAt : time.GetUtcNow(), result));

    /// <inheritdoc/>
    public Task AbandonAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken) =>
        Journal(lease, journal => journal.Remove(key));

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Journal(RepositoryLease lease, Action<Dictionary<EffectKey, JournalEntry>> change)
    {
        lock (gate)
        {
            change(Require(lease).Journal);
            return Task.CompletedTask;
        }
    }

    private Claim Grant(Entry entry, DateTimeOffset now)
    {
        // One count for all, started at the clock: neither a forgotten repository nor an emptied store hands out an old number again.
        entry.Fence = lastFence = Math.Max(lastFence + 1, now.ToUnixTimeMilliseconds());
        entry.LeaseUntil = entry.Due = now + timings.Lease;

        // What a holder was told stays until it settles: one that dies leaves it to the next.
        entry.Told.UnionWith(entry.Reasons);
        entry.ToldHint = Stronger(entry.ToldHint, entry.Hint);
        entry.Reasons.Clear();
        entry.Hint = WorkHint.None;
        return new Claim(new RepositoryLease(entry.Repository, entry.Fence, timings.Lease, time, time.GetTimestamp(), RenewAsync), entry.Record, Claim.TriggerOf(entry.Told), entry.ToldHint);
    }

    private static WorkHint Stronger(WorkHint left, WorkHint right) => left > right ? left : right;

    private DateTimeOffset? NextDue() => entries.Values.Min(entry => entry.Due);

    private Entry? Held(RepositoryLease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return entries.TryGetValue(lease.Repository.Id, out var entry) && entry.Fence == lease.Fence && entry.LeaseUntil is not null ? entry : null;
    }

    private Entry Require(RepositoryLease lease) =>
        Held(lease) ?? throw new LeaseLostException($"The store refused a write for {lease.Repository}: fence {lease.Fence} is no longer current.");

    private void Wake()
    {
        wake.TrySetResult();
        wake = NewWake();
    }

    private sealed class Entry
    {
        public required RepositoryKey Repository { get; set; }

        public DateTimeOffset? Due { get; set; }

        public DateTimeOffset? LeaseUntil { get; set; }

        public DateTimeOffset? LastSettle { get; set; }

        public long Fence { get; set; }

        public WorkHint Hint { get; set; }

        public WorkHint ToldHint { get; set; }

        public HashSet<string> Reasons { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Told { get; } = new(StringComparer.Ordinal);

        public string? Record { get; set; }

        public EvidenceInterest Interest { get; set; } = EvidenceInterest.None;

        public Dictionary<EffectKey, JournalEntry> Journal { get; } = [];
    }
}
