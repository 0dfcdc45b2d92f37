using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace AfkGitHubApp.Tests.Cli;

/// <summary>The built product, or another of our programs, started as its users start it.</summary>
internal static class Executable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private const string Product = "AfkGitHubApp";

    /// <summary>Starts it; the caller disposes of it, which ends it.</summary>
    public static RunningExecutable Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments) => StartProgram(Product, environment, arguments);

    /// <summary>Starts another program that lies beside the tests.</summary>
    public static RunningExecutable StartProgram(string program, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{program}.exe" : program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
            WorkingDirectory = AppContext.BaseDirectory,
        };

        // The runtime that runs the tests is the one that runs the product, wherever it is installed.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Ended> RunAsync(string input, params string[] arguments) => await RunAsync(new Dictionary<string, string?>(StringComparer.Ordinal), input, arguments);

    /// <summary>Runs it to its end in an environment.</summary>
    public static Task<Ended> RunAsync(IReadOnlyDictionary<string, string?> environment, string input, params string[] arguments) => RunAsync(Start(environment, arguments), input);

    /// <summary>Runs another program that lies beside the tests to its end.</summary>
    public static Task<Ended> RunProgramAsync(string program, params string[] arguments) => RunAsync(StartProgram(program, new Dictionary<string, string?>(StringComparer.Ordinal), arguments), "");

    private static async Task<Ended> RunAsync(RunningExecutable started, string input)
    {
        using var running = started;
        var output = running.Process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = running.Process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await running.Process.StandardInput.WriteAsync(input);
        running.Process.StandardInput.Close();
        await running.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(running.Process.ExitCode, (await output).ReplaceLineEndings("\n"), await errors);
    }
}

/// <summary>How it ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A process that does not outlive its test.</summary>
internal sealed class RunningExecutable(Process process) : IDisposable
{
    public Process Process => process;

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
