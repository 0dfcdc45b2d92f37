using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AfkGitHubApp.Tests.Houserules;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>
/// A T3 Code server of one's own, the real one (tests/t3-peer): a process on a free port of the loopback with a home of its own, whose provider
/// is a script. It forgets everything when it ends.
/// </summary>
internal sealed class T3CodeServer : IAsyncDisposable
{
    /// <summary>What the package of <see cref="Packages"/> is for.</summary>
    private const string Missing = "The T3 Code server of tests/t3-peer runs on Linux on x64";

    private const int MostTries = 5;
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenAsks = TimeSpan.FromMilliseconds(100);
    private static readonly string Packages = Path.Combine(RepositoryFiles.Root, "tests", "t3-peer");
    private readonly DirectoryInfo home;
    private readonly IReadOnlyDictionary<string, string> environment;
    private Process process;

    private T3CodeServer(DirectoryInfo home, IReadOnlyDictionary<string, string> environment, Process process, Uri address, string token)
    {
        this.home = home;
        this.environment = environment;
        this.process = process;
        Address = address;
        Token = token;
        AppDomain.CurrentDomain.ProcessExit += Kill;
    }

    public Uri Address { get; }

    public string Token { get; }

    private static string Executable => Path.Combine(Packages, "node_modules", "@t3code", "t3-linux-x64", "t3");

    /// <summary>Starts one and waits until it answers. Where it cannot be had the test is skipped, in CI it fails.</summary>
    public static async Task<T3CodeServer> StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not Architecture.X64)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Missing);
            throw new InvalidOperationException(Missing);
        }

        await OutsideProgram.InstallPackagesAsync(Packages, cancellationToken);
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await TryStartAsync(cancellationToken) is { } server)
            {
                return server;
            }
        }

        throw new InvalidOperationException($"The T3 Code server did not answer on {MostTries} ports.");
    }

    /// <summary>Makes a folder that a project can be in.</summary>
    public string AddFolder(string name) => home.CreateSubdirectory(Path.Combine("clones", name)).FullName;

    /// <summary>Kills it, which gets no moment to say goodbye, and starts it anew with what it has on disk.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await EndAsync(process);
        process = Start(home, environment);
        (await AnswersAsync(process, Address, cancellationToken)).ShouldBeTrue("The server did not answer after its restart.");
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        await EndAsync(process);
        home.Delete(recursive: true);
    }

    private static async Task<T3CodeServer?> TryStartAsync(CancellationToken cancellationToken)
    {
        var place = Directory.CreateTempSubdirectory("afk-t3-");
        var port = RandomNumberGenerator.GetInt32(20_000, 32_000).ToString(CultureInfo.InvariantCulture);
        var furniture = await FurnishAsync(place, port, cancellationToken);
        var server = Start(place, furniture);
        var address = new Uri($"http://127.0.0.1:{port}");
        if (await AnswersAsync(server, address, cancellationToken))
        {
            var (exitCode, token) = await OutsideProgram.RunAsync(Packages, Executable, ["auth", "session", "issue", "--token-only", "--ttl", "1h", "--label", "tests"], cancellationToken, furniture);
            if (exitCode == 0)
            {
                return new(place, furniture, server, address, token.Trim());
            }
        }

        await EndAsync(server);
        place.Delete(recursive: true);
        return null;
    }

    private static Process Start(DirectoryInfo place, IReadOnlyDictionary<string, string> furniture)
    {
        var start = new ProcessStartInfo(Executable, ["serve", place.FullName]) { WorkingDirectory = place.FullName, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in furniture)
        {
            start.Environment[name] = value;
        }

        var server = new Process { StartInfo = start };
        server.Start();

        // Read on and thrown away: a full pipe would stop it, and it prints a pairing token.
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        return server;
    }

    /// <summary>A home with the scripted provider in the real one's place, nothing that asks the network, and no other provider.</summary>
    private static async Task<Dictionary<string, string>> FurnishAsync(DirectoryInfo place, string port, CancellationToken cancellationToken)
    {
        var codex = Path.Combine(place.CreateSubdirectory("bin").FullName, "codex");
        await File.WriteAllTextAsync(codex, $"#!/bin/sh\nexec node '{Path.Combine(Packages, "provider.mjs")}' \"$@\"\n", cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(codex, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await File.WriteAllTextAsync(
            Path.Combine(place.CreateSubdirectory(Path.Combine("t3", "userdata")).FullName, "settings.json"),
            """{"enableProviderUpdateChecks":false,"providers":{"claudeAgent":{"enabled":false},"cursor":{"enabled":false},"grok":{"enabled":false},"opencode":{"enabled":false}}}""",
            cancellationToken);
        return new(StringComparer.Ordinal)
        {
            ["HOME"] = place.FullName,
            ["CODEX_HOME"] = place.CreateSubdirectory(".codex").FullName,
            ["SHELL"] = "/bin/sh",
            ["PATH"] = $"{Path.GetDirectoryName(codex)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["T3CODE_HOME"] = Path.Combine(place.FullName, "t3"),
            ["T3CODE_HOST"] = "127.0.0.1",
            ["T3CODE_PORT"] = port,
            ["T3CODE_NO_BROWSER"] = "1",
            ["T3CODE_TELEMETRY_ENABLED"] = "false",
        };
    }

    private static async Task<bool> AnswersAsync(Process server, Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StartBound, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new HttpClient { BaseAddress = address, Timeout = AskBound };
        while (!server.HasExited && !limit.IsCancellationRequested)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(".well-known/t3/environment", UriKind.Relative), either.Token);
                if (answer.StatusCode is HttpStatusCode.OK)
                {
                    return !server.HasExited;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Not yet; while it starts it can even leave a request unanswered.
            }

            await Task.Delay(BetweenAsks, TimeProvider.System, cancellationToken);
        }

        return false;
    }

    private static async Task EndAsync(Process server)
    {
        server.Kill(entireProcessTree: true);
        await server.WaitForExitAsync();
        server.Dispose();
    }

    private void Kill(object? sender, EventArgs arguments) => process.Kill(entireProcessTree: true);
}
