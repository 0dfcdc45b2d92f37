using System.CommandLine;

namespace AfkGitHubApp.Cli;

internal static class DemoVerb
{
    public static Command Create() => new("demo", "wip");
}
