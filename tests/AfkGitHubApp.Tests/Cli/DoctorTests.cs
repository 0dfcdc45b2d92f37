using System.Text.Json.Nodes;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Diagnosing;
using AfkGitHubApp.Tests.Harness;
using Spectre.Console;

namespace AfkGitHubApp.Tests.Cli;

/// <summary>The verb as its users start it, against a simulated GitHub; each fault alone is found in <see cref="FaultTests"/>.</summary>
public sealed class DoctorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_healthy_world_ends_with_zero_and_says_what_was_looked_at()
    {
        await using var running = await StartAsync();

        var ended = await RunAsync(running, [], "doctor");

        ended.ExitCode.ShouldBe(ExitCodes.Success, ended.Output + ended.Errors);
        ended.Errors.ShouldBeEmpty();
        ended.Output.ShouldContain(VersionAction.Text);
        ended.Output.ShouldContain("octo/widgets");
        ended.Output.ShouldContain($"version {AgentWorkflow.TemplateVersion} of the template");
        ended.Output.ShouldContain("0 errors, 0 warnings, 1 note.");
        ended.Output.ShouldContain("What cannot be seen from here:");
    }

    [Fact]
    public async Task A_broken_world_ends_with_one_and_tells_no_secret()
    {
        await using var running = await StartAsync();
        Break(running.World);

        var ended = await RunAsync(running, [("Afk:Allowlist", "octo/widgets,octo/nothing"), ("TERM", "xterm-256color")], "doctor");

        ended.ExitCode.ShouldBe(ExitCodes.Failure, ended.Output + ended.Errors);
        ended.Output.ShouldNotContain("\u001b", customMessage: "a log has no colours");
        ended.Lines.Max(line => line.Length).ShouldBeLessThanOrEqualTo(200);
        foreach (var text in (string[])["checks: write", "octo/nothing", "-> Put what the verb template prints there", "415"])
        {
            ended.Output.ShouldContain(text);
        }

        ShouldHoldNoSecret(ended);
    }

    [Fact]
    public async Task It_rings_the_doorbells_when_it_is_told_to_and_tells_no_secret_of_theirs()
    {
        await using var running = await StartAsync();
        await using var slack = await DoorbellReceiver.SlackAsync();

        var ended = await RunAsync(running, [("Afk:Doorbells:team:Kind", "slack"), ("Afk:Doorbells:team:Url", new Uri(slack.Home, "/services/hushhush").ToString())], "doctor", "--ring");

        ended.ExitCode.ShouldBe(ExitCodes.Failure, ended.Output + ended.Errors);
        ended.Output.ShouldContain("404 no_service");
        (ended.Output + ended.Errors).ShouldNotContain("hushhush");
        slack.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task As_JSON_it_is_one_object_with_every_finding()
    {
        await using var running = await StartAsync();
        Break(running.World);

        var ended = await RunAsync(running, [], "doctor", "octo/widgets", "--json");

        ended.ExitCode.ShouldBe(ExitCodes.Failure, ended.Output + ended.Errors);
        var told = JsonNode.Parse(ended.Lines.ShouldHaveSingleItem())!.AsObject();
        told.Select(pair => pair.Key).ShouldBe(["version", "worst", "errors", "warnings", "notes", "findings", "unseen"]);
        ((string?)told["worst"]).ShouldBe("error");
        var findings = told["findings"]!.AsArray().Select(finding => finding!.AsObject()).ToList();
        findings.ShouldAllBe(finding => finding.Select(pair => pair.Key).SequenceEqual(new[] { "severity", "code", "subject", "where", "what", "wayOut" }));
        ((int)told["errors"]!).ShouldBe(findings.Count(finding => (string?)finding["severity"] == "error"));
        ((int)told["warnings"]!).ShouldBe(findings.Count(finding => (string?)finding["severity"] == "warning"));
        findings.Select(finding => (string?)finding["code"]).ShouldContain("workflow-missing");
        told["unseen"]!.AsArray().Count.ShouldBeGreaterThan(1);
        ShouldHoldNoSecret(ended);
    }

    [Fact]
    public async Task Warnings_alone_end_with_zero()
    {
        await using var running = await StartAsync();
        running.World.SetWebhookFormat("json", insecureSsl: true);

        var ended = await RunAsync(running, [], "doctor");

        ended.ExitCode.ShouldBe(ExitCodes.Success, ended.Output + ended.Errors);
        ended.Output.ShouldContain("0 errors, 1 warning, 1 note.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Settings_that_cannot_be_read_end_with_two_and_are_all_listed(bool json)
    {
        var ended = await Executable.RunAsync(Environment(new Uri("http://127.0.0.1:1/"), ("Afk:KillSwitch", "perhaps"), ("Afk:Workers", "many"), ("Afk:GitHub:ClientId", "")), "", json ? ["doctor", "--json"] : ["doctor"]);

        ended.ExitCode.ShouldBe(ExitCodes.BadInput, ended.Output + ended.Errors);
        foreach (var key in (string[])["Afk:KillSwitch", "Afk:Workers", "Afk:GitHub:ClientId"])
        {
            ended.Output.ShouldContain(key);
        }

        if (json)
        {
            ((int)JsonNode.Parse(ended.Output)!["errors"]!).ShouldBe(3);
        }

        ShouldHoldNoSecret(ended);
    }

    [Theory]
    [InlineData("widgets")]
    [InlineData("octo/widgets#3")]
    public async Task What_is_no_repository_is_refused(string reference)
    {
        var ended = await Executable.RunAsync(Environment(new Uri("http://127.0.0.1:1/")), "", "doctor", reference);

        ended.ExitCode.ShouldBe(ExitCodes.BadInput);
        ended.Output.ShouldBeEmpty();
        ended.Errors.ShouldContain("is not a repository");
    }

    [Theory]
    [InlineData(80)]
    [InlineData(180)]
    public async Task The_table_fits_its_page_and_loses_no_word(int width)
    {
        var diagnosis = await Patient.DiagnoseAsync(Break);
        using var page = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(page) });
        console.Profile.Width = width;

        DoctorReport.Write(diagnosis, console);

        var text = page.ToString();
        text.Split('\n').Max(line => line.TrimEnd().Length).ShouldBeLessThanOrEqualTo(width);
        var words = text.Split([' ', '\n', '\r', '│', '|'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        diagnosis.Findings.SelectMany(finding => $"{finding.What} {finding.WayOut}".Split(' ')).Where(word => word.Length is > 0 and < 30 && !words.Contains(word)).ShouldBeEmpty();
    }

    [Fact]
    public void What_others_wrote_cannot_steer_the_terminal()
    {
        var nasty = new Diagnosis([new(Severity.Error, "code", "octo/[red]x[/]", "w\u001b[2J", "a\u0007b [bold]c", "d\u009b31m")], []);
        using var page = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(page) });
        console.Profile.Width = 120;

        DoctorReport.Write(nasty, console);

        page.ToString().Where(letter => char.IsControl(letter) && letter is not ('\n' or '\r')).ShouldBeEmpty();
        page.ToString().ShouldContain("octo/[red]x[/]");
        page.ToString().ShouldContain("a?b [bold]c");
    }

    private static void Break(SimulatedGitHub gitHub)
    {
        gitHub.SetWebhookFormat("form");
        Patient.Deliver(gitHub, 400);
        gitHub.RegisterApp(new Dictionary<string, string>(gitHub.Options.Permissions, StringComparer.Ordinal) { ["checks"] = "write", ["issues"] = "read" }, [.. gitHub.Options.Events.Except(["status"])]);
        gitHub.PutFile(Patient.Repository, Patient.Workflow, null);
        gitHub.AddRuleset(Patient.Repository, "main", ["build"], requiredApprovals: 1);
    }

    private static async Task<RunningSimulator> StartAsync()
    {
        var running = await SimulatorHost.StartAsync(new SimulatorHostOptions { Simulator = Patient.Simulated }, TimeProvider.System, Token);
        Patient.SetUp(running.World);
        return running;
    }

    private static Task<Ended> RunAsync(RunningSimulator running, (string Key, string? Value)[] settings, params string[] arguments) => Executable.RunAsync(Environment(running.BaseUrl, settings), "", arguments);

    private static Dictionary<string, string?> Environment(Uri address, params ReadOnlySpan<(string Key, string? Value)> settings) =>
        Patient.Settings(address, settings).ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value, StringComparer.Ordinal);

    private static void ShouldHoldNoSecret(Ended ended)
    {
        foreach (var secret in (string[])[Patient.WebhookSecret, Patient.AfkKey, "PRIVATE KEY", "ghs_", "eyJ", Patient.Pem.Split('\n')[1].Trim()])
        {
            ended.Output.ShouldNotContain(secret, Case.Sensitive);
            ended.Errors.ShouldNotContain(secret, Case.Sensitive);
        }
    }
}
