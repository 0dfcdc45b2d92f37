using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>
/// A server below HTTP: each answer is bytes, so that it can be cut, broken or never end. Tokens are minted in the ordinary way. One request
/// for each connection.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Func<RawConnection, Task> answer;
    private readonly List<Task> open = [];
    private readonly List<string> requests = [];
    private readonly Task accepting;

    /// <param name="answer">What to do with each request that is not a minting.</param>
    public RawServer(Func<RawConnection, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Home => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    /// <summary>First lines of the requests, mintings left out.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>Set when the answer under test is as far as it will come.</summary>
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static string Answer(string body, string headers = "Content-Type: application/json", string status = "200 OK") =>
        $"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await accepting;
        listener.Stop();
        await Task.WhenAll(open);
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                open.Add(ServeAsync(await listener.AcceptTcpClientAsync(end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var first = await ReadRequestAsync(stream, end.Token);
                if (first is null)
                {
                    return;
                }

                var connection = new RawConnection(client, stream, this, end.Token);
                if (first.Contains("/access_tokens", StringComparison.Ordinal))
                {
                    await connection.SendAsync(Answer("""{"token":"ghs_raw","expires_at":"2099-01-01T00:00:00Z"}""", status: "201 Created"));
                    return;
                }

                lock (requests)
                {
                    requests.Add(first);
                }

                await answer(connection);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
                // The client went, as many of these tests want.
            }
        }
    }

    private static async Task<string?> ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var seen = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                return null;
            }

            seen.Append(Encoding.Latin1.GetString(buffer, 0, count));
            var text = seen.ToString();
            var headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (headEnd < 0)
            {
                continue;
            }

            var length = text[..headEnd].Split("\r\n").Select(line => line.Split(": ", 2)).Where(pair => pair[0] == "Content-Length").Select(pair => int.Parse(pair[1])).SingleOrDefault();
            if (text.Length - headEnd - 4 >= length)
            {
                return text[..text.IndexOf("\r\n", StringComparison.Ordinal)];
            }
        }
    }
}

/// <summary>One request's connection.</summary>
internal sealed class RawConnection(TcpClient client, NetworkStream stream, RawServer server, CancellationToken cancellationToken)
{
    public async Task SendAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    public async Task SendAsync(byte[] bytes) => await stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Says no more, and keeps the connection.</summary>
    public async Task StallAsync()
    {
        server.Reached.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    /// <summary>Ends the connection the hard way.</summary>
    public void Reset() => client.LingerState = new LingerOption(enable: true, seconds: 0);
}
