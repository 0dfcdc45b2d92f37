using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>
/// The kill switch that is thrown while the deployment runs. It is read in the same exchange as every look at the queue and before every
/// journalled act. A server that forgot it is told again by whoever saw it on; only the word "off" switches it off.
/// </summary>
public sealed class RedisKillSwitch(RedisConnection redis, RuntimeSwitch runtime) : IKillSwitch, IRidesAlong
{
    private const string On = "on";
    private const string Off = "off";
    private readonly Lock gate = new();
    private long asked;
    private long applied;

    /// <inheritdoc/>
    public async Task SetAsync(bool on, CancellationToken cancellationToken)
    {
        var turn = Interlocked.Increment(ref asked);
        await redis.WriteAsync(
            async database =>
            {
                var set = database.StringSetAsync(RedisKeys.KillSwitch, on ? On : Off);
                await Task.WhenAll(set, database.PublishAsync(new RedisChannel(RedisKeys.WakeChannel, RedisChannel.PatternMode.Literal), RedisValue.EmptyString));
                return await set;
            },
            cancellationToken);
        Apply(turn, on);
    }

    /// <inheritdoc/>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        await redis.AskAsync(
            async database =>
            {
                await RefreshAsync(database);
                return true;
            },
            cancellationToken);
        return runtime.IsOn;
    }

    /// <inheritdoc/>
    public async Task RefreshAsync(IDatabase database)
    {
        var turn = Interlocked.Increment(ref asked);
        var stored = (string?)await database.StringGetAsync(RedisKeys.KillSwitch);
        switch (stored)
        {
            case null when runtime.IsOn:
                await database.StringSetAsync(RedisKeys.KillSwitch, On, expiry: null, When.NotExists);
                break;
            case null:
                break;
            default:
                // A word this build does not know is no permission.
                Apply(turn, stored != Off);
                break;
        }
    }

    /// <summary>Answers are read in any order; an older one must not undo a newer one.</summary>
    private void Apply(long turn, bool on)
    {
        lock (gate)
        {
            if (turn > applied)
            {
                applied = turn;
                runtime.IsOn = on;
            }
        }
    }
}
