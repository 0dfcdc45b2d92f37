using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>A redis-server of one's own: a process on a free port of the loopback. Without a folder it keeps nothing on disk.</summary>
public sealed partial class RedisServer : IAsyncDisposable
{
    /// <summary>What is started.</summary>
    public const string Executable = "redis-server";

    /// <summary>What to tell whoever lacks it.</summary>
    public const string Missing = $"{Executable} is not on the path; get it with: apt-get install redis-server";

    private const int MostTries = 20;
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(30);
    private readonly int port;
    private readonly string? folder;

    private RedisServer(int port, string? folder, Process process)
    {
        this.port = port;
        this.folder = folder;
        Process = process;
        AppDomain.CurrentDomain.ProcessExit += Kill;
    }

    /// <summary>In StackExchange.Redis' form.</summary>
    public string ConnectionString => $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The server's process: after <see cref="RestartAsync"/> another one.</summary>
    public Process Process { get; private set; }

    /// <summary>Starts one and waits until it takes connections.</summary>
    /// <param name="executable">A name on the path, or a path.</param>
    /// <param name="folder">Where it appends what it is told, as the shipped redis.conf does; null = it forgets everything when it ends.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Win32Exception">There is no such executable.</exception>
    internal static async Task<RedisServer> StartAsync(string executable, string? folder, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var candidate = AnyPort();
            if (await TryStartAsync(executable, candidate, folder, cancellationToken) is { } process)
            {
                return new(candidate, folder, process);
            }
        }

        throw new InvalidOperationException($"{executable} ended at once on {MostTries} ports.");
    }

    /// <summary>Kills the server, which gets no moment to say goodbye.</summary>
    public async Task StopAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
    }

    /// <summary>Stops its process where it stands: it keeps its connections and answers nobody until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Starts it anew on the same port, killing the old one if it still runs. Without a folder it has forgotten everything.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        var process = await TryStartAsync(Executable, port, folder, cancellationToken) ?? throw new InvalidOperationException($"Port {port} was taken in the meantime.");
        Process.Dispose();
        Process = process;
    }

    /// <summary>Empties it: keys and known scripts.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("FLUSHALL\r\nSCRIPT FLUSH\r\n"u8.ToArray(), cancellationToken);
        const string Done = "+OK\r\n+OK\r\n";
        var answer = new byte[Done.Length];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (Encoding.ASCII.GetString(answer) is not Done and var other)
        {
            throw new InvalidOperationException($"Asked to forget everything, the server answered: {other}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        await StopAsync();
        Process.Dispose();
    }

    /// <summary>Below the ports that outgoing connections get: a client that goes on trying while the server is down could be given this very one, and hold it.</summary>
    private static int AnyPort() => RandomNumberGenerator.GetInt32(20_000, 32_000);

    /// <returns>Null when it ended at once, as it does when something else has the port.</returns>
    private static async Task<Process?> TryStartAsync(string executable, int port, string? folder, CancellationToken cancellationToken)
    {
        string[] keeping = folder is null ? ["--appendonly", "no"] : ["--appendonly", "yes", "--appendfsync", "everysec", "--dir", folder];
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process
        {
            StartInfo = new(executable, ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--loglevel", "notice", .. keeping])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetTempPath(),
            },
        };

        // Its own word that it listens; whoever else answers on the port cannot say it here. Reading on keeps its pipe from filling.
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null || line.Data.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult(line.Data is not null);
            }
        };
        try
        {
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (await ready.Task.WaitAsync(StartBound, TimeProvider.System, cancellationToken))
            {
                return process;
            }

            await process.WaitForExitAsync(cancellationToken);
            process.Dispose();
            return null;
        }
        catch
        {
            Abandon(process);
            throw;
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"The server could not be sent SIG{signal[1..]}.");
        }
    }

    private static void Abandon(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It never started.
        }

        process.Dispose();
    }

    private void Kill(object? sender, EventArgs arguments) => Process.Kill();
}
