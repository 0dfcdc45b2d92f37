using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>GitHub's limits as the replicas tell each other of them: one hash of waits, and a turn to write for each installation.</summary>
public sealed class RedisBudgetShare(RedisConnection redis, StoreClock clock) : IBudgetShare, IRidesAlong
{
    private RequestBudget? budget;

    /// <summary>Whom to tell what the others were asked; set once by whoever composes the process.</summary>
    public void Inform(RequestBudget told) => budget = told;

    /// <inheritdoc/>
    public async Task TellLimitAsync(long installation, DateTimeOffset until, CancellationToken cancellationToken)
    {
        try
        {
            await redis.EvaluateAsync(RedisScript.BudgetLimit, [RedisKeys.Limits], [installation, clock.ToStore(until), clock.Now], cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The others will be told by GitHub itself.
        }
    }

    /// <inheritdoc/>
    public async Task<TimeSpan> TakeTurnAsync(long installation, TimeSpan gap, CancellationToken cancellationToken)
    {
        var wait = await redis.EvaluateAsync(RedisScript.BudgetTurn, [RedisKeys.Turn(installation)], [clock.Now, (long)gap.TotalMilliseconds], cancellationToken);
        return TimeSpan.FromMilliseconds((long)wait);
    }

    /// <inheritdoc/>
    public async Task RefreshAsync(IDatabase database)
    {
        foreach (var limit in await database.HashGetAllAsync(RedisKeys.Limits))
        {
            budget?.Heed((long)limit.Name, clock.ToLocal((long)limit.Value));
        }
    }
}
