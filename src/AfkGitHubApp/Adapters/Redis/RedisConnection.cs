using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>
/// Every exchange with Redis. Each is bounded, because the oldest client never gives up by itself; what fails, for whatever reason of the
/// client or the network, is one <see cref="StoreUnavailableException"/>. A connection that has not worked for a while is replaced by a new one.
/// </summary>
public sealed partial class RedisConnection(string connectionString, TimeProvider wireTime, ILogger<RedisConnection> logger) : IAsyncDisposable
{
    /// <summary>How long an answer is waited for. A command may still be done later: every script can stand that.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    /// <summary>Of one outage, in the log.</summary>
    private const int MostReasons = 8;

    private static readonly string[] PassingWords = ["LOADING", "OOM", "READONLY", "MASTERDOWN", "NOREPLICAS", "MISCONF", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MOVED", "ASK", "NOAUTH", "NOPERM", "WRONGPASS", "EXECABORT", "UNBLOCKED", "NOSCRIPT", "ERR max number of clients"];
    private static readonly TimeSpan ReplaceAfter = TimeSpan.FromSeconds(15);

    /// <summary>Whoever asked first waits this long for the subscription; an answer that is there is not held back for messages that may be lost anyway.</summary>
    private static readonly TimeSpan SubscribeBound = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private Task<ConnectionMultiplexer>? opening;
    private ConnectionMultiplexer? listening;
    private Task subscription = Task.CompletedTask;
    private Action? onWake;
    private readonly HashSet<string> said = new(StringComparer.Ordinal);
    private long? failingSince;
    private long replacedAt;
    private long roundTrips;
    private bool refused;
    private bool disposed;

    /// <summary>Exchanges so far; several commands sent together are one.</summary>
    public long RoundTrips => Interlocked.Read(ref roundTrips);

    /// <summary>Runs one script.</summary>
    /// <exception cref="StoreUnavailableException">No answer.</exception>
    /// <exception cref="StoreFaultException">Redis refused the script for good.</exception>
    internal Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken) => WriteAsync(
        async database =>
        {
            try
            {
                return await database.ScriptEvaluateAsync(script.Text, keys, values);
            }
            catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // The server's scripts were flushed behind the client's back. The client knows now, and sends the text.
                return await database.ScriptEvaluateAsync(script.Text, keys, values);
            }
        },
        cancellationToken);

    /// <summary>One exchange: whatever <paramref name="ask"/> sends before it waits goes out together.</summary>
    /// <exception cref="StoreUnavailableException">No answer.</exception>
    internal Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken) => ExchangeAsync(ask, writes: false, cancellationToken);

    /// <summary>As <see cref="AskAsync"/>, with a write in it: only that shows that a server which refused writes, full or read-only, takes them again.</summary>
    /// <exception cref="StoreUnavailableException">No answer.</exception>
    internal Task<T> WriteAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken) => ExchangeAsync(ask, writes: true, cancellationToken);

    private async Task<T> ExchangeAsync<T>(Func<IDatabase, Task<T>> ask, bool writes, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref roundTrips);
        try
        {
            var (answer, multiplexer) = await SendAsync(ask, cancellationToken).WaitAsync(Bound, wireTime, cancellationToken);
            Succeeded(writes);
            await SubscribeAsync(multiplexer);
            return answer;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RedisServerException fault) when (!IsPassing(fault))
        {
            throw new StoreFaultException($"Redis at {RedisMultiplexer.Display(connectionString)}: {fault.Message}", fault);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            var why = exception switch
            {
                _ when IsAboutThePassword(exception) => "it refuses the password, or wants one (authentication failed)",
                TimeoutException and not RedisTimeoutException when HasOpened => $"no answer within {Bound.TotalSeconds:0} s",
                RedisServerException refused => refused.Message,
                _ => "no connection",
            };
            Failed(why, exception);
            throw new StoreUnavailableException($"Redis at {RedisMultiplexer.Display(connectionString)}: {why}", exception);
        }
    }

    /// <summary>Calls <paramref name="handler"/> on each wake-up message. Messages may be lost, and never say anything that is not in the store.</summary>
    internal void Listen(Action handler) => onWake += handler;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? last;
        lock (gate)
        {
            disposed = true;
            last = opening;
            opening = null;
        }

        if (last is not null)
        {
            await Task.WhenAny(RetireAsync(last), Task.Delay(Bound, TimeProvider.System, CancellationToken.None));
        }
    }

    /// <summary>What a server says that is loading, full, failing over or guarded: another time it will do what was asked.</summary>
    private static bool IsPassing(RedisServerException refusal) => PassingWords.Any(word => refusal.Message.StartsWith(word, StringComparison.Ordinal) || refusal.Message.Contains(" " + word + " ", StringComparison.Ordinal));

    private static async Task RetireAsync(Task<ConnectionMultiplexer> old)
    {
        try
        {
            // Whenever its opening ends: one that is never closed would live on beside its successor.
            var multiplexer = await old;
            await multiplexer.CloseAsync(allowCommandsToComplete: false);
        }
#pragma warning disable CA1031 // It is given up; how it ends changes nothing.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Nobody waits for it any more.
        }
    }

    /// <summary>False while the first attempt to connect is under way.</summary>
    private bool HasOpened
    {
        get
        {
            lock (gate)
            {
                return opening is null or { IsCompleted: true };
            }
        }
    }

    private static bool IsAboutThePassword(Exception? exception) =>
        exception is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } || (exception?.InnerException is { } inner && IsAboutThePassword(inner));

    private async Task<(T Answer, ConnectionMultiplexer Multiplexer)> SendAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        var multiplexer = await CurrentAsync(cancellationToken);
        return (await ask(multiplexer.GetDatabase()), multiplexer);
    }

    private Task<ConnectionMultiplexer> CurrentAsync(CancellationToken cancellationToken)
    {
        Task<ConnectionMultiplexer> current;
        Task<ConnectionMultiplexer>? stale = null;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var now = wireTime.GetTimestamp();
            var stuck = !refused && failingSince is { } since && wireTime.GetElapsedTime(Math.Max(since, replacedAt), now) > ReplaceAfter;
            if (stuck || opening is null or { IsFaulted: true } or { IsCanceled: true })
            {
                stale = stuck ? opening : null;
                replacedAt = now;
                opening = RedisMultiplexer.OpenAsync(connectionString);
            }

            current = opening;
        }

        if (stale is not null)
        {
            Log.Replaced(logger, RedisMultiplexer.Display(connectionString));
            _ = RetireAsync(stale);
        }

        return current.WaitAsync(cancellationToken);
    }

    /// <summary>Once for each multiplexer; it restores its subscriptions itself after a break.</summary>
    private async Task SubscribeAsync(ConnectionMultiplexer multiplexer)
    {
        try
        {
            Task asked;
            lock (gate)
            {
                if (ReferenceEquals(listening, multiplexer) && !subscription.IsFaulted && !subscription.IsCanceled)
                {
                    return;
                }

                listening = multiplexer;
                asked = subscription = multiplexer.GetSubscriber().SubscribeAsync(new RedisChannel(RedisKeys.WakeChannel, RedisChannel.PatternMode.Literal), (_, _) => onWake?.Invoke());
            }

            await asked.WaitAsync(SubscribeBound, wireTime);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            // Without messages the poll finds the work. One that failed is asked for again at the next exchange.
        }
    }

    private void Succeeded(bool written)
    {
        lock (gate)
        {
            if (failingSince is null || (refused && !written))
            {
                return;
            }

            failingSince = null;
            refused = false;
            said.Clear();
        }

        Log.Back(logger, RedisMultiplexer.Display(connectionString));
    }

    private void Failed(string why, Exception exception)
    {
        lock (gate)
        {
            refused = exception is RedisServerException;
            failingSince ??= wireTime.GetTimestamp();

            // Each reason once: a refused password shows only after a first "no connection".
            if (said.Count >= MostReasons || !said.Add(why))
            {
                return;
            }
        }

        Log.Away(logger, RedisMultiplexer.Display(connectionString), why, exception.GetType().Name);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Redis at {Server} cannot be asked ({Why}, {Exception}); nothing is ticked and deliveries are refused until it answers")]
        public static partial void Away(ILogger logger, string server, string why, string exception);

        [LoggerMessage(2, LogLevel.Information, "Redis at {Server} answers again")]
        public static partial void Back(ILogger logger, string server);

        [LoggerMessage(3, LogLevel.Warning, "The connection to Redis at {Server} has not worked for a while and is replaced by a new one")]
        public static partial void Replaced(ILogger logger, string server);
    }
}
