using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using AfkGitHubApp.Tests.Houserules;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>A folder below tests/ whose packages come with npm.</summary>
internal sealed class NodeFolder(string folder)
{
    private const int OldestNode = 20;
    private static readonly SemaphoreSlim Installing = new(1, 1);

    public string Path { get; } = System.IO.Path.Combine(RepositoryFiles.Root, "tests", folder);

    private string HowToInstall => $"Node.js {OldestNode} or newer with npm, which reaches its registry, is needed; by hand: apt-get install nodejs npm, then npm ci in tests/{folder}";

    /// <summary>Brings the packages at the versions of the lock file, once. Where that cannot be, the test is skipped, in CI it fails.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        await Installing.WaitAsync(cancellationToken);
        try
        {
            var installed = System.IO.Path.Combine(Path, "node_modules", ".package-lock.json");
            if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(System.IO.Path.Combine(Path, "package-lock.json")))
            {
                return;
            }

            var (exitCode, text) = await NodeIsOldAsync(cancellationToken) ?? await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], cancellationToken);
            if (exitCode != 0)
            {
                Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", $"{HowToInstall}. {text}");
                throw new InvalidOperationException($"{HowToInstall}. {text}");
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    private async Task<(int ExitCode, string Text)?> NodeIsOldAsync(CancellationToken cancellationToken)
    {
        var (exitCode, version) = await RunAsync("node", ["--version"], cancellationToken);
        return exitCode == 0 && int.Parse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture) >= OldestNode ? null : (1, version);
    }

    /// <returns>The exit code and what was written, to either output; 127 when there is no such program.</returns>
    public async Task<(int ExitCode, string Text)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Path, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
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
}
