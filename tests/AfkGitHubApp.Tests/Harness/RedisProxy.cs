using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>
/// The network between a client and a redis-server: it can be silent, cut, answer in the server's place, or hold answers back. It writes down
/// every command that passes.
/// </summary>
internal sealed class RedisProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint target;
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentDictionary<Link, Task> links = new();
    private readonly ConcurrentQueue<string[]> commands = new();
    private readonly Task accepting;
    private volatile TaskCompletionSource? held;
    private int holdUntil;
    private int opened;
    private int withheld;

    public RedisProxy(RedisServer server)
    {
        target = IPEndPoint.Parse(server.ConnectionString);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>In the client's form.</summary>
    public string ConnectionString => ((IPEndPoint)listener.LocalEndpoint).ToString();

    /// <summary>Connections taken so far.</summary>
    public int Opened => Volatile.Read(ref opened);

    /// <summary>Messages of subscriptions kept from the client.</summary>
    public int Withheld => Volatile.Read(ref withheld);

    /// <summary>Every command passed on, its words as they were sent.</summary>
    public IReadOnlyList<string[]> Commands => [.. commands];

    /// <summary>Answered to every script in the server's place, such as <c>-LOADING ...</c>; null = the server answers.</summary>
    public string? Answer { get; set; }

    /// <summary>True: messages of subscriptions get lost.</summary>
    public bool LosesMessages { get; set; }

    /// <summary>Answered to a wish to subscribe in the server's place; empty = nothing ever is; null = the server answers.</summary>
    public string? SubscriptionAnswer { get; set; }

    /// <summary>True: new connections are closed at once.</summary>
    public bool IsCut { get; private set; }

    /// <summary>From now on the connections there are say nothing more, in either direction, and stay open. New ones work.</summary>
    public void Silence()
    {
        foreach (var link in links.Keys)
        {
            link.IsSilent = true;
        }
    }

    /// <summary>Closes all connections and refuses new ones until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        IsCut = true;
        foreach (var link in links.Keys)
        {
            link.Close();
        }
    }

    public void Mend() => IsCut = false;

    public void Forget() => commands.Clear();

    /// <summary>
    /// Holds every answer back until that many commands have come: a client that waits for one answer before it sends the next command waits
    /// for ever. Ends by itself once they are there.
    /// </summary>
    public void HoldAnswersUntil(int count)
    {
        Forget();
        Volatile.Write(ref holdUntil, count);
        held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        held?.TrySetResult();
        foreach (var link in links.Keys)
        {
            link.Close();
        }

        await accepting;
        await Task.WhenAll(links.Values);
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                if (IsCut)
                {
                    client.Dispose();
                    continue;
                }

                Interlocked.Increment(ref opened);
                var link = new Link(client);
                links[link] = ServeAsync(link);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Link link)
    {
        try
        {
            await link.Server.ConnectAsync(target, end.Token);
            await Task.WhenAny(UpAsync(link), DownAsync(link));
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went.
        }

        link.Close();
    }

    private async Task UpAsync(Link link)
    {
        var (from, to) = (link.Client.GetStream(), link.Server.GetStream());
        await using var buffered = new BufferedStream(from, 65536);
        var reader = new CommandReader(buffered);
        try
        {
            while (await reader.NextAsync(end.Token) is { } command)
            {
                if (link.IsSilent)
                {
                    continue;
                }

                var name = command.Words[0].ToUpperInvariant();
                if (SubscriptionAnswer is { } refusal && name == "SUBSCRIBE")
                {
                    await from.WriteAsync(Encoding.UTF8.GetBytes(refusal.Length == 0 ? "" : refusal + "\r\n"), end.Token);
                    continue;
                }

                // What the client says to keep a connection alive is not the product's.
                if (name is "EVAL" or "EVALSHA" or "ZRANGE" or "ZSCORE" or "GET" or "SET" or "TIME" or "PUBLISH" or "HGET" or "LRANGE" && !(command.Words.Length > 1 && command.Words[1].StartsWith("__", StringComparison.Ordinal)))
                {
                    commands.Enqueue(command.Words);
                    if (commands.Count >= Volatile.Read(ref holdUntil))
                    {
                        Interlocked.Exchange(ref held, null)?.TrySetResult();
                    }
                }

                if (Answer is { } answer && name is ("EVAL" or "EVALSHA"))
                {
                    await from.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), end.Token);
                    continue;
                }

                await to.WriteAsync(command.Bytes, end.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went.
        }
    }

    private async Task DownAsync(Link link)
    {
        var (from, to) = (link.Server.GetStream(), link.Client.GetStream());
        var buffer = new byte[65536];
        try
        {
            while (await from.ReadAsync(buffer, end.Token) is > 0 and var count)
            {
                if (held is { } hold)
                {
                    await hold.Task.WaitAsync(end.Token);
                }

                if (link.IsSilent)
                {
                    continue;
                }

                if (LosesMessages && Encoding.Latin1.GetString(buffer, 0, count).Contains("\r\nmessage\r\n", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref withheld);
                    continue;
                }

                await to.WriteAsync(buffer.AsMemory(0, count), end.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went.
        }
    }

    private sealed class Link(TcpClient client)
    {
        public TcpClient Client { get; } = client;

        public TcpClient Server { get; } = new();

        public bool IsSilent { get; set; }

        public void Close()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }

    /// <summary>Cuts a client's bytes into commands.</summary>
    private sealed class CommandReader(Stream stream)
    {
        public async Task<(byte[] Bytes, string[] Words)?> NextAsync(CancellationToken cancellationToken)
        {
            using var bytes = new MemoryStream();
            if (await LineAsync(bytes, cancellationToken) is not { } head)
            {
                return null;
            }

            var words = new string[int.Parse(head[1..], CultureInfo.InvariantCulture)];
            for (var at = 0; at < words.Length; at++)
            {
                var length = int.Parse((await LineAsync(bytes, cancellationToken))![1..], CultureInfo.InvariantCulture);
                var word = new byte[length + 2];
                await stream.ReadExactlyAsync(word, cancellationToken);
                bytes.Write(word);
                words[at] = Encoding.UTF8.GetString(word.AsSpan(0, length));
            }

            return (bytes.ToArray(), words);
        }

        private async Task<string?> LineAsync(MemoryStream bytes, CancellationToken cancellationToken)
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (true)
            {
                if (await stream.ReadAsync(one, cancellationToken) == 0)
                {
                    return null;
                }

                bytes.Write(one);
                line.Add(one[0]);
                if (one[0] == '\n')
                {
                    return Encoding.UTF8.GetString([.. line]).TrimEnd();
                }
            }
        }
    }
}
