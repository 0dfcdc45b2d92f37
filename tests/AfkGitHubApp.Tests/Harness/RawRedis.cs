using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>
/// One connection to a redis-server that speaks its protocol as it is: what a test sees and does behind the product's client. An answer is a
/// text, a number, a list of answers or null.
/// </summary>
internal sealed class RawRedis : IAsyncDisposable
{
    private readonly TcpClient client = new();
    private BufferedStream stream = null!;

    private RawRedis()
    {
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RawRedis> ConnectAsync(RedisServer server)
    {
        var raw = new RawRedis();
        await raw.client.ConnectAsync(IPEndPoint.Parse(server.ConnectionString), Token);
        raw.stream = new(raw.client.GetStream());
        return raw;
    }

    /// <summary>Asks on a connection of its own.</summary>
    public static async Task<object?> AskAsync(RedisServer server, params string[] command)
    {
        await using var raw = await ConnectAsync(server);
        return await raw.AskAsync(command);
    }

    /// <exception cref="InvalidOperationException">The server answered with an error.</exception>
    public async Task<object?> AskAsync(params string[] command)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var word in command)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), Token);
        await stream.FlushAsync(Token);
        return await ReadAsync();
    }

    /// <summary>The next answer, for a connection that is told things.</summary>
    public async Task<object?> ReadAsync()
    {
        var line = await LineAsync();
        switch (line[0])
        {
            case '+':
                return line[1..];
            case '-':
                throw new InvalidOperationException(line[1..]);
            case ':':
                return long.Parse(line[1..], CultureInfo.InvariantCulture);
            case '$' when line == "$-1":
                return null;
            case '$':
                var bytes = new byte[int.Parse(line[1..], CultureInfo.InvariantCulture) + 2];
                await stream.ReadExactlyAsync(bytes, Token);
                return Encoding.UTF8.GetString(bytes.AsSpan(0, bytes.Length - 2));
            case '*':
                var list = new List<object?>();
                for (var left = int.Parse(line[1..], CultureInfo.InvariantCulture); left > 0; left--)
                {
                    list.Add(await ReadAsync());
                }

                return list;
            default:
                throw new InvalidDataException(line);
        }
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> LineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, Token);
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }
    }
}
