using Spectre.Console;

namespace AfkGitHubApp.Cli;

/// <summary>The terminal, or a wide plain page when the output is not one: a log must not be wrapped at eighty columns.</summary>
internal static class Terminal
{
    private const int PlainWidth = 180;

    /// <summary>Where tables go.</summary>
    public static IAnsiConsole Console { get; } = Create();

    /// <summary>Whether a person is watching.</summary>
    public static bool IsLive => !System.Console.IsOutputRedirected && !System.Console.IsInputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    private static IAnsiConsole Create()
    {
        // Without being told, colours go by TERM alone and would end up in files.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = System.Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
