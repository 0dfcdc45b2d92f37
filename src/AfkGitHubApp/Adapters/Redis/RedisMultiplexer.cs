using System.Net;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>The one place that opens connections to Redis; it holds what every version of the client needs to stay alive in a web host.</summary>
public static class RedisMultiplexer
{
    private const int KeepAliveSeconds = 5;
    private const int ConnectTimeoutMilliseconds = 5000;

    /// <summary>Opens one. Redis need not be there yet: the client goes on trying by itself.</summary>
    /// <param name="connectionString">In the client's own form, for example <c>redis:6379,password=...,ssl=true</c>.</param>
    public static async Task<ConnectionMultiplexer> OpenAsync(string connectionString)
    {
        var options = Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.KeepAlive = KeepAliveSeconds;
        options.ConnectTimeout = ConnectTimeoutMilliseconds;
        options.ClientName = "AfkGitHubApp";
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);

        // In order, answers wait for each other's continuations: one that blocks would stop every answer of the process. Nothing here needs the order.
#pragma warning disable CS0618 // Obsolete in later versions, where it is already so.
        multiplexer.PreserveAsyncOrder = false;
#pragma warning restore CS0618

        // The continuation of the connect still runs on the reader's own stack: whoever blocks in it would block the reader.
        await Task.Yield();
        return multiplexer;
    }

    /// <summary>What is wrong with a connection string; null when it can be used.</summary>
    public static string? Problem(string connectionString)
    {
        try
        {
            return Parse(connectionString).EndPoints.Count == 0 ? "names no server" : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // The message may repeat a part of the text, and with it a password.
            return "cannot be read; it has the form host:6379,password=...,ssl=true";
        }
    }

    /// <summary>The servers it names, without secrets, for display.</summary>
    public static string Display(string connectionString) => string.Join(", ", Parse(connectionString).EndPoints.Select(Name));

    private static ConfigurationOptions Parse(string connectionString) => ConfigurationOptions.Parse(connectionString);

    private static string Name(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endPoint.ToString() ?? "?",
    };
}
