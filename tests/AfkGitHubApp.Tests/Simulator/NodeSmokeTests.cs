using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Contracts;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Houserules;

namespace AfkGitHubApp.Tests.SimulatorTests;

/// <summary>The simulator as GitHub's own client library for Node finds it (tests/node-smoke).</summary>
public sealed class NodeSmokeTests
{
    private const string Repository = "acme/widgets";
    private const int Issues = 45;
    private const int OldestNode = 20;
    private const string HowToInstall = $"Node.js 20 or newer with npm, which reaches its registry, is needed; by hand: apt-get install nodejs npm, then npm ci in tests/node-smoke";
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests", "node-smoke");
    private static readonly SemaphoreSlim Installing = new(1, 1);

    public static TheoryData<string> Versions => [.. RestDescription.Published.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task GitHubs_own_client_library_finds_GitHub(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        await InstallAsync(cancel);
        using var key = RSA.Create(2048);
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, key.ExportRSAPrivateKeyPem(), cancel);
            var options = new SimulatorOptions { AppPublicKeyPem = key.ExportSubjectPublicKeyInfoPem(), Speed = 1000, DispatchVisibleAfter = TimeSpan.Zero };
            await using var gitHub = await SimulatorHost.StartAsync(new SimulatorHostOptions { Simulator = options }, TimeProvider.System, cancel);
            var judge = WireJudge.Watch(gitHub.World, RequestsOf.ATest);
            var world = gitHub.World;
            string[] repositories = [Repository, "acme/gadgets", "grace/own"];
            foreach (var repository in repositories)
            {
                world.AddRepository(repository);
            }

            for (var issue = 1; issue <= Issues; issue++)
            {
                world.OpenIssue(Repository, "ada", $"Issue {issue}");
            }

            world.Push(Repository, "main", "ada", "First");
            world.Push(Repository, "main", "ada", "Second");

            var (exitCode, text) = await RunAsync("node", ["smoke.mjs"], cancel, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SMOKE_API"] = gitHub.BaseUrl.AbsoluteUri,
                ["SMOKE_APP_ID"] = options.AppId.ToString(CultureInfo.InvariantCulture),
                ["SMOKE_KEY_FILE"] = keyFile,
                ["SMOKE_VERSION"] = version,
                ["SMOKE_REPOSITORY"] = Repository,
                ["SMOKE_ISSUES"] = Issues.ToString(CultureInfo.InvariantCulture),
                ["SMOKE_REPOSITORIES"] = repositories.Length.ToString(CultureInfo.InvariantCulture),
            });

            exitCode.ShouldBe(0, text);
            text.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(19, text);
            judge.ShouldHaveNoComplaint();
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    /// <summary>Brings the library at the versions of the lock file, once. Where that cannot be, the test is skipped, in CI it fails.</summary>
    private static async Task InstallAsync(CancellationToken cancellationToken)
    {
        await Installing.WaitAsync(cancellationToken);
        try
        {
            var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
            if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
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

    private static async Task<(int ExitCode, string Text)?> NodeIsOldAsync(CancellationToken cancellationToken)
    {
        var (exitCode, version) = await RunAsync("node", ["--version"], cancellationToken);
        return exitCode == 0 && int.Parse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture) >= OldestNode ? null : (1, version);
    }

    /// <returns>The exit code and what was written, to either output; 127 when there is no such program.</returns>
    private static async Task<(int ExitCode, string Text)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
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
