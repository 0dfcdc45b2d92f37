using AfkGitHubApp.Cli;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Tests.Diagnosing;

namespace AfkGitHubApp.Tests.Cli;

/// <summary>The verb as its users start it, against a simulated GitHub and with a store that knows nothing.</summary>
public sealed class ExplainTests
{
    private const string Maintainer = "maria";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/afk retry", "it is blocked by #")]
    [InlineData("/afk status", "No ready issue, nothing in flight.")]
    public async Task A_retry_that_waits_is_read_from_its_comment(string command, string why)
    {
        await using var running = await SimulatorHost.StartAsync(new SimulatorHostOptions { Simulator = Patient.Simulated }, TimeProvider.System, Token);
        Patient.SetUp(running.World);
        running.World.SetPermission(Patient.Repository, Maintainer, "write");
        var blocker = running.World.OpenIssue(Patient.Repository, Maintainer, "First this");
        var issue = running.World.OpenIssue(Patient.Repository, Maintainer, "Then that", $"Blocked by #{blocker}");
        running.World.Label(Patient.Repository, issue, "ready-for-human", Maintainer);
        running.World.Comment(Patient.Repository, issue, Maintainer, command);

        var environment = Patient.Settings(running.BaseUrl).ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value, StringComparer.Ordinal);
        var ended = await Executable.RunAsync(environment, "", "explain");

        ended.ExitCode.ShouldBe(ExitCodes.Success, ended.Output + ended.Errors);
        ended.Output.ShouldContain(why);
    }
}
