using System.Diagnostics;
using System.Globalization;

namespace AfkGitHubApp.Soak;

/// <summary>What a replica is doing, as far as the soak has made it.</summary>
internal enum ReplicaState
{
    Down,
    Up,
    Paused,
}

/// <summary>One of the product's processes; after a kill another one takes its place and writes on in its log.</summary>
internal sealed class Replica(string name, string log, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(40);
    private readonly Lock writing = new();
    private Process? process;

    public string Name => name;

    public ReplicaState State { get; private set; }

    /// <summary>Where it listened last.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Exit code of a process that ended although nobody had asked it to; null = there was none.</summary>
    public int? DiedWith { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Started as "dotnet AfkGitHubApp.Soak.dll", the process is dotnet's.
        var isDotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) is "dotnet";
        var start = new ProcessStartInfo(Environment.ProcessPath!, isDotnet ? [Path.Combine(AppContext.BaseDirectory, "AfkGitHubApp.Soak.dll"), .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(log)!,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var started = new Process { StartInfo = start, EnableRaisingEvents = true };
        started.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(ReplicaVerb.Listening, StringComparison.Ordinal) is true)
            {
                listening.TrySetResult(new Uri(line.Data[ReplicaVerb.Listening.Length..]));
            }

            Write(line.Data);
        };
        started.ErrorDataReceived += (_, line) => Write(line.Data);
        started.Exited += (_, _) =>
        {
            listening.TrySetException(new InvalidOperationException($"{name} ended before it listened; see {log}"));
            if (State is not ReplicaState.Down && ReferenceEquals(process, started))
            {
                DiedWith = started.ExitCode;
                State = ReplicaState.Down;
            }
        };
        process = started;
        started.Start();
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        Write($"---- process {started.Id.ToString(CultureInfo.InvariantCulture)}");
        Address = await listening.Task.WaitAsync(StartBound, TimeProvider.System, cancellationToken);
        State = ReplicaState.Up;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        State = ReplicaState.Down;
        Write("---- killed");
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>SIGSTOP: it holds everything it holds, and does nothing.</summary>
    public async Task PauseAsync()
    {
        State = ReplicaState.Paused;
        Write("---- paused");
        await SignalAsync("STOP");
    }

    /// <summary>SIGCONT: it goes on in the middle of whatever it did.</summary>
    public async Task ResumeAsync()
    {
        await SignalAsync("CONT");
        Write("---- goes on");
        State = ReplicaState.Up;
    }

    /// <summary>Lets it end as a deployment would.</summary>
    /// <returns>Whether it ended by itself and well.</returns>
    public async Task<bool> StopAsync()
    {
        if (State is ReplicaState.Down)
        {
            return DiedWith is null;
        }

        State = ReplicaState.Down;
        process!.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(StopBound, TimeProvider.System);
            return process.ExitCode == 0;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (process is { HasExited: false })
            {
                State = ReplicaState.Down;
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
        catch (InvalidOperationException)
        {
            // It never started, or was killed and its successor did not.
        }

        process?.Dispose();
    }

    // The shell knows the signal's number everywhere, and is everywhere.
    private async Task SignalAsync(string signal)
    {
        using var shell = Process.Start("sh", ["-c", $"kill -{signal} {process!.Id.ToString(CultureInfo.InvariantCulture)}"]);
        await shell.WaitForExitAsync();
        if (shell.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} could not be sent SIG{signal}.");
        }
    }

    private void Write(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (writing)
        {
            File.AppendAllText(log, line + "\n");
        }
    }
}
