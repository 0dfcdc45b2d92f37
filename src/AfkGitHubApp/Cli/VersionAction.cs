using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace AfkGitHubApp.Cli;

/// <summary>Version and package mode: which of the two sets of packages this build was made with matters to whoever reads a report.</summary>
public sealed class VersionAction : SynchronousCommandLineAction
{
    /// <summary>One line.</summary>
    public static string Text
    {
        get
        {
            var assembly = typeof(VersionAction).Assembly;
            var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
            var feed = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(each => each.Key == "PackageFeed")?.Value ?? "unknown";
            return $"AfkGitHubApp {version} (packages: {(feed == "public" ? "public, the real ones" : "standin, API-compatible stand-ins")})";
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Console.Out.WriteLine(Text);
        return ExitCodes.Success;
    }
}

/// <summary>What the exit codes mean.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>It ran and something failed.</summary>
    public const int Failure = 1;

    /// <summary>The input or the settings are wrong.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
