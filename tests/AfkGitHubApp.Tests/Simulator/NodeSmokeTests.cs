using System.Globalization;
using System.Security.Cryptography;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Contracts;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.SimulatorTests;

/// <summary>The simulator as GitHub's own client library for Node finds it (tests/node-smoke).</summary>
public sealed class NodeSmokeTests
{
    private const string Repository = "acme/widgets";
    private const int Issues = 45;
    private static readonly NodeFolder Folder = new("node-smoke");

    public static TheoryData<string> Versions => [.. RestDescription.Published.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task GitHubs_own_client_library_finds_GitHub(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        await Folder.InstallAsync(cancel);
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

            var (exitCode, text) = await Folder.RunAsync("node", ["smoke.mjs"], cancel, new Dictionary<string, string>(StringComparer.Ordinal)
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
}
