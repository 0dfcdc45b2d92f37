using System.Text.RegularExpressions;
using AfkGitHubApp.Acting;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>Where a process dies, seen from one effect.</summary>
public enum EffectBorder
{
    /// <summary>The intent is in the store; GitHub has not heard of it.</summary>
    BeforePerform,

    /// <summary>GitHub has done it; the answer is not seen.</summary>
    AfterPerform,

    /// <summary>The journal says that it is done; an effect without journal is in the record by now.</summary>
    AfterFinish,

    /// <summary>The journal says so and the record too.</summary>
    AfterRemember,
}

/// <summary>One kind of outside act, as its request tells it.</summary>
public sealed record EffectSign(string Name, string Method, string PathPattern, bool IsJournalled = false, string? Contains = null, string? Lacks = null)
{
    /// <summary>Whether this request is that act.</summary>
    public bool IsIn(HttpMethod method, string path, string body) =>
        method.Method == Method
        && Regex.IsMatch(path, PathPattern, RegexOptions.None, TimeSpan.FromSeconds(1))
        && (Contains is null || body.Contains(Contains, StringComparison.Ordinal))
        && (Lacks is null || !body.Contains(Lacks, StringComparison.Ordinal));
}

/// <summary>
/// A process on Redis that dies at a border of the first such effect. Nothing of it runs from then on: it neither reaches GitHub nor the
/// store, so that its lease has to run out. After <see cref="Bury"/> the next one lives on.
/// </summary>
internal sealed class MortalProcess(EffectSign? sign, EffectBorder border)
{
    private readonly EffectSign? sign = sign;
    private readonly EffectBorder border = border;
    private bool performed;
    private bool isDead;

    /// <summary>Set once it has happened.</summary>
    public bool HasDied { get; private set; }

    /// <summary>Another process is about to start.</summary>
    public void Bury() => isDead = false;

    public HttpMessageHandler Around(HttpMessageHandler inner) => new Handler(this, inner);

    /// <summary>Puts itself before the store.</summary>
    public void Change(IServiceCollection services) => services
        .AddSingleton<IDueQueue>(provider => new Queue(this, ActivatorUtilities.CreateInstance<RedisDueQueue>(provider), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IRecordStore>(provider => new Records(this, ActivatorUtilities.CreateInstance<RedisRecordStore>(provider)))
        .AddSingleton<IEffectJournal>(provider => new Journal(this, ActivatorUtilities.CreateInstance<RedisEffectJournal>(provider)))
        .AddSingleton<ITickHistory>(provider => new History(this, ActivatorUtilities.CreateInstance<RedisTickHistory>(provider)));

    private CrashException Die()
    {
        HasDied = true;
        isDead = true;
        return new CrashException();
    }

    /// <summary>Whatever the process does beyond its border.</summary>
    private void Live()
    {
        if (isDead)
        {
            throw new CrashException();
        }

        if (performed && !HasDied)
        {
            throw Die();
        }
    }

    /// <summary>The last thing it does when that was its border.</summary>
    private async Task LastAsync(bool isBorder, Task act)
    {
        await act;
        if (isBorder)
        {
            throw Die();
        }
    }

    private bool IsBookkeepingOfTheEffect(bool isFinish) => performed && !HasDied && (isFinish
        ? sign!.IsJournalled
        : !sign!.IsJournalled || border is EffectBorder.AfterRemember);

    private sealed class Handler(MortalProcess process, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            process.Live();
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            if (process.HasDied || process.sign?.IsIn(request.Method, request.RequestUri!.AbsolutePath, body) != true)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            if (process.border is EffectBorder.BeforePerform)
            {
                throw process.Die();
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (process.border is EffectBorder.AfterPerform)
            {
                throw process.Die();
            }

            process.performed = true;
            return response;
        }
    }

    private sealed class Queue(MortalProcess process, RedisDueQueue inner, TimeProvider time) : IDueQueue
    {
        public Task<NudgeOutcome> NudgeAsync(Nudge nudge, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.NudgeAsync(nudge, cancellationToken);
        }

        public async Task<Claim?> ClaimAsync(CancellationToken cancellationToken)
        {
            process.Live();
            var askedAt = time.GetTimestamp();
            return Mortal(await inner.ClaimAsync(cancellationToken), askedAt);
        }

        public async Task<Claim?> ClaimAsync(RepositoryKey repository, CancellationToken cancellationToken)
        {
            process.Live();
            var askedAt = time.GetTimestamp();
            return Mortal(await inner.ClaimAsync(repository, cancellationToken), askedAt);
        }

        public Task<IReadOnlyList<RepositoryKey>> UnknownAsync(IReadOnlyCollection<RepositoryKey> repositories, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.UnknownAsync(repositories, cancellationToken);
        }

        public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => inner.NextDueAsync(cancellationToken);

        public Task<bool> RenewAsync(RepositoryLease lease, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.RenewAsync(lease, cancellationToken);
        }

        public Task<SettleOutcome> SettleAsync(RepositoryLease lease, DateTimeOffset? next, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.SettleAsync(lease, next, cancellationToken);
        }

        public Task<SettleOutcome> ReleaseAsync(RepositoryLease lease, DateTimeOffset next, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.ReleaseAsync(lease, next, cancellationToken);
        }

        public Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => inner.WaitForWorkAsync(atMost, cancellationToken);

        /// <summary>A lease whose confirmation dies with the process.</summary>
        private Claim? Mortal(Claim? claim, long askedAt) => claim is null ? null : claim with
        {
            Lease = new RepositoryLease(claim.Lease.Repository, claim.Lease.Fence, claim.Lease.Duration, time, askedAt, RenewAsync),
        };
    }

    private sealed class Records(MortalProcess process, RedisRecordStore inner) : IRecordStore
    {
        public async Task SaveAsync(RepositoryLease lease, RepositoryRecord record, CancellationToken cancellationToken)
        {
            var own = process.IsBookkeepingOfTheEffect(isFinish: false);
            if (!own)
            {
                process.Live();
            }

            await process.LastAsync(own, inner.SaveAsync(lease, record, cancellationToken));
        }

        public Task<IReadOnlyList<RepositoryRecord>> AllAsync(CancellationToken cancellationToken) => inner.AllAsync(cancellationToken);
    }

    private sealed class Journal(MortalProcess process, RedisEffectJournal inner) : IEffectJournal
    {
        public Task<JournalEntry> BeginAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.BeginAsync(lease, key, cancellationToken);
        }

        public Task<DateTimeOffset?> BegunAtAsync(RepositoryKey repository, EffectKey key, CancellationToken cancellationToken) => inner.BegunAtAsync(repository, key, cancellationToken);

        public Task RestartAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.RestartAsync(lease, key, cancellationToken);
        }

        public async Task FinishAsync(RepositoryLease lease, EffectKey key, string result, CancellationToken cancellationToken)
        {
            var own = process.IsBookkeepingOfTheEffect(isFinish: true);
            if (!own)
            {
                process.Live();
            }

            await process.LastAsync(own && process.border is EffectBorder.AfterFinish, inner.FinishAsync(lease, key, result, cancellationToken));
        }

        public Task AbandonAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.AbandonAsync(lease, key, cancellationToken);
        }
    }

    private sealed class History(MortalProcess process, RedisTickHistory inner) : ITickHistory
    {
        public Task AddAsync(RepositoryLease lease, TickResult result, CancellationToken cancellationToken)
        {
            process.Live();
            return inner.AddAsync(lease, result, cancellationToken);
        }

        public Task<IReadOnlyList<TickResult>> LatestAsync(int count, CancellationToken cancellationToken) => inner.LatestAsync(count, cancellationToken);
    }
}
