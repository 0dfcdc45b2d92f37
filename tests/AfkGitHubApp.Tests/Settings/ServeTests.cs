using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AfkGitHubApp.Tests.Settings;

/// <summary>The executable itself, started as an operator starts it.</summary>
public sealed class ServeTests
{
    [Theory]
    [InlineData("serve")]
    [InlineData(null)]
    public async Task Bad_settings_end_the_start_with_code_2_and_a_list_of_all_problems(string? verb)
    {
        var (code, output, errors) = await RunAsync(verb, ("Afk__KillSwitch", "perhaps"), ("Afk__Allowlist__0", "widgets"), ("Afk__GitHub__WebhookSecret", "short"));

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        foreach (var problem in (string[])["Afk:KillSwitch is 'perhaps'", "Afk:Allowlist names 'widgets'", "Afk:GitHub:WebhookSecret is too short", "Afk:GitHub:PrivateKey is missing", "Afk:Keys is missing"])
        {
            errors.ShouldContain(problem);
        }

        errors.ShouldContain("Afk__KillSwitch", customMessage: "the environment's way to write a key is shown");
        errors.ShouldNotContain(" at AfkGitHubApp", customMessage: "no stack trace");
    }

    [Fact]
    public async Task Settings_given_by_the_environment_are_no_problem()
    {
        var (code, _, errors) = await RunAsync("serve", ("Afk__KillSwitch", "false"), ("Afk__Allowlist", "octo/widgets"), ("Afk__GitHub__WebhookSecret", ValidSettings.WebhookSecret));

        code.ShouldBe(2);
        errors.ShouldContain("Afk:Keys is missing");
        errors.ShouldNotContain("Afk:KillSwitch is '");
        errors.ShouldNotContain("Afk:Allowlist");
        errors.ShouldNotContain("Afk:GitHub:WebhookSecret");
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string? verb, params (string Name, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var start = new ProcessStartInfo(Dotnet(), [Path.Combine(AppContext.BaseDirectory, "AfkGitHubApp.dll"), .. verb is null ? [] : (string[])[verb]])
            {
                UseShellExecute = false,
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("Afk", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                start.Environment.Remove(inherited);
            }

            foreach (var (name, value) in settings)
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                return (process.ExitCode, await output, await errors);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The host of the runtime that runs these tests.</summary>
    private static string Dotnet() =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
