using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>
/// The book of many replicas: a key that only one can set is the turn, one for each event keeps two from asking, and both go by themselves. No
/// script and no fence: a turn taken twice, as after a failover, is harmless.
/// </summary>
public sealed class RedisRedeliveryBook(RedisConnection redis) : IRedeliveryBook
{
    /// <summary>GitHub keeps deliveries for three days; older notes tell nothing.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(4);

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, RespectNullableAnnotations = true };

    /// <inheritdoc/>
    public async Task<RedeliveryNotes?> TakeTurnAsync(TimeSpan turn, CancellationToken cancellationToken)
    {
        var (taken, text) = await redis.WriteAsync(
            async database =>
            {
                var take = database.StringSetAsync(RedisKeys.RedeliveryTurn, "taken", turn, When.NotExists);
                var read = database.StringGetAsync(RedisKeys.RedeliveryNotes);
                return (await take, (string?)await read);
            },
            cancellationToken);
        return taken ? Read(text) : null;
    }

    /// <inheritdoc/>
    public Task<bool> MayAskAsync(string eventGuid, TimeSpan quiet, CancellationToken cancellationToken) =>
        redis.WriteAsync(database => database.StringSetAsync(RedisKeys.RedeliveryAsked(eventGuid), "asked", quiet, When.NotExists), cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(RedeliveryNotes notes, CancellationToken cancellationToken) =>
        redis.WriteAsync(database => database.StringSetAsync(RedisKeys.RedeliveryNotes, JsonSerializer.Serialize(notes, Options), KeepFor), cancellationToken);

    /// <summary>What is damaged is as good as none: the search begins anew.</summary>
    private static RedeliveryNotes Read(string? text)
    {
        try
        {
            return text is null ? new() : JsonSerializer.Deserialize<RedeliveryNotes>(text, Options) is { } notes ? notes with { Lost = notes.Lost.IsDefault ? [] : notes.Lost } : new();
        }
        catch (JsonException)
        {
            return new();
        }
    }
}
