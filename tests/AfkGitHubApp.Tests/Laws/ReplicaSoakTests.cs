using System.Text.RegularExpressions;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Tests.Cli;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Laws;

/// <summary>By itself: it keeps every core busy and measures leases in seconds.</summary>
[CollectionDefinition(nameof(ReplicaSoakTests), DisableParallelization = true)]
public sealed class ByItself;

/// <summary>
/// Once, Alone and Amnesia with real processes, real sockets and a real redis-server, in a bounded form. The long one is
/// <c>dotnet run --project tests/AfkGitHubApp.Soak</c>.
/// </summary>
[Collection(nameof(ReplicaSoakTests))]
public sealed partial class ReplicaSoakTests
{
    private const string Soak = "AfkGitHubApp.Soak";
    private const int Patience = 60_000;

    [Fact]
    public async Task Three_replicas_on_one_Redis_lose_nothing_and_do_nothing_twice_whatever_is_done_to_them()
    {
        // Where there is no redis-server, this says so.
        await using (await RedisServer.StartAsync(TestContext.Current.CancellationToken))
        {
        }

        var soak = await Executable.RunProgramAsync(Soak, "--runs", "24", "--repositories", "8", "--seed", "3", "--speed", "60", "--lease", "4", "--fault-every", "4", "--minutes", "3");
        TestContext.Current.SendDiagnosticMessage(soak.Output);

        soak.ExitCode.ShouldBe(ExitCodes.Success, soak.Output + soak.Errors);
        foreach (var fault in (string[])["replica killed (SIGKILL) and replaced", "replica paused (SIGSTOP) past its lease", "redis-server killed and restarted", "Redis emptied (FLUSHALL)", "webhook lost on the way", "webhook doubled"])
        {
            Row(soak.Output, fault).ShouldBeGreaterThan(0, fault);
        }

        // Those that were caught between lock and marker when Redis was emptied are the only ones without a turn; the soak bounds them itself.
        (Row(soak.Output, "  done") + Row(soak.Output, "  needs-human") + Row(soak.Output, "  released") + Row(soak.Output, "  handed to a person: locked when Redis was emptied, before the marker stood")).ShouldBe(24, soak.Output);

        // The soak itself holds each issue's comments and each command's answer against its story.
        Row(soak.Output, "checklist comments").ShouldBeGreaterThanOrEqualTo(24);
        Row(soak.Output, "commands given").ShouldBeGreaterThan(0);
        Row(soak.Output, "turns worked").ShouldBeGreaterThan(24);
    }

    [Fact]
    public async Task Its_help_says_what_is_done_what_must_hold_and_how_to_make_it_longer()
    {
        var help = await Executable.RunProgramAsync(Soak, "--help");
        help.ExitCode.ShouldBe(ExitCodes.Success);
        foreach (var word in (string[])["kills, pauses and restarts", "no turn was worked twice", "--runs", "--repositories", "--seed", "--minutes", "replica"])
        {
            help.Output.ShouldContain(word);
        }
    }

    [Fact]
    public async Task A_number_that_makes_no_sense_is_refused()
    {
        var refused = await Executable.RunProgramAsync(Soak, "--runs", "0");
        refused.ExitCode.ShouldNotBe(ExitCodes.Success);
        refused.Errors.ShouldContain("--runs must be from 1");
    }

    /// <summary>The first number of the row; 0 without the row.</summary>
    private static int Row(string output, string name) =>
        output.Split('\n').Where(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Select(line => Number().Match(line, name.Length)).Where(number => number.Success).Select(number => int.Parse(number.Value)).FirstOrDefault();

    [GeneratedRegex("[0-9]+", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Number();
}
