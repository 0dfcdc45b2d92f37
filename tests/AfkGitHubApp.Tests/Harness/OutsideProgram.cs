using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>Programs that are no part of the product: found on the path, run to their end.</summary>
internal static class OutsideProgram
{
    private const int OldestNode = 20;
    private static readonly SemaphoreSlim Installing = new(1, 1);

    /// <returns>The exit code and what was written, to either output; 127 when there is no such program, 124 when it did not end within three minutes.</returns>
    public static async Task<(int ExitCode, string Text)> RunAsync(string folder, string program, IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null, bool onlyThat = false)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (onlyThat)
        {
            start.Environment.Clear();
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return (127, $"{program} is not on the path.");
        }

        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return (124, $"{program} did not end within three minutes.");
        }
    }

    /// <summary>Brings the packages of a folder at the versions of its lock file, once. Where that cannot be, the test is skipped, in CI it fails.</summary>
    public static async Task InstallPackagesAsync(string folder, CancellationToken cancellationToken)
    {
        await Installing.WaitAsync(cancellationToken);
        try
        {
            var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
            if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
            {
                return;
            }

            var (exitCode, text) = await NodeIsOldAsync(folder, cancellationToken) ?? await RunAsync(folder, "npm", ["ci", "--no-audit", "--no-fund"], cancellationToken);
            if (exitCode != 0)
            {
                Miss($"Node.js 20 or newer with npm, which reaches its registry, is needed; by hand: apt-get install nodejs npm, then npm ci in tests/{Path.GetFileName(folder)}. {text}");
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    /// <summary>Something is not there that the test needs: it is skipped, in CI it fails.</summary>
    public static void Miss(string whatAndHowToInstall)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", whatAndHowToInstall);
        throw new InvalidOperationException(whatAndHowToInstall);
    }

    private static async Task<(int ExitCode, string Text)?> NodeIsOldAsync(string folder, CancellationToken cancellationToken)
    {
        var (exitCode, version) = await RunAsync(folder, "node", ["--version"], cancellationToken);
        return exitCode == 0 && int.Parse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture) >= OldestNode ? null : (1, version);
    }
}
