using System.Globalization;
using AfkGitHubApp.Acting;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>The journal of a repository's acts, one hash beside its record.</summary>
public sealed class RedisEffectJournal(RedisConnection redis, RedisKillSwitch killSwitch, StoreClock clock) : IEffectJournal
{
    private const string Finished = "finished";

    /// <inheritdoc/>
    public async Task<JournalEntry> BeginAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(key);
        var now = clock.Now;

        // What may be dispatched is decided after this: the switch is as fresh as the intent.
        var switched = killSwitch.ReadAsync(cancellationToken);
        var known = await WriteAsync(RedisScript.JournalBegin, lease, key, cancellationToken, now);
        await switched;
        if ((string?)known is not { Length: > 0 } text)
        {
            return new(JournalState.New, clock.ToLocal(now), null);
        }

        var parts = text.Split(' ', 3);
        var begun = clock.ToLocal(long.Parse(parts[1], CultureInfo.InvariantCulture));
        return parts[0] == Finished ? new(JournalState.Finished, begun, parts[2]) : new(JournalState.Unfinished, begun, null);
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> BegunAtAsync(RepositoryKey repository, EffectKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(key);
        var known = await redis.AskAsync(database => database.HashGetAsync(RedisKeys.Journal(repository), key.ToString()), cancellationToken);
        return known.IsNull ? null : clock.ToLocal(long.Parse(((string)known!).Split(' ', 3)[1], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public Task RestartAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken) => WriteAsync(RedisScript.JournalRestart, lease, key, cancellationToken, clock.Now);

    /// <inheritdoc/>
    public Task FinishAsync(RepositoryLease lease, EffectKey key, string result, CancellationToken cancellationToken) =>
        WriteAsync(RedisScript.JournalFinish, lease, key, cancellationToken, clock.Now, result);

    /// <inheritdoc/>
    public Task AbandonAsync(RepositoryLease lease, EffectKey key, CancellationToken cancellationToken) => WriteAsync(RedisScript.JournalAbandon, lease, key, cancellationToken);

    private async Task<RedisResult> WriteAsync(RedisScript script, RepositoryLease lease, EffectKey key, CancellationToken cancellationToken, params RedisValue[] values)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(key);
        var answer = await redis.EvaluateAsync(script, [RedisKeys.Repository(lease.Repository), RedisKeys.Journal(lease.Repository)], [lease.Fence, key.ToString(), .. values], cancellationToken);
        Fences.Require(answer, lease);
        return answer;
    }
}
