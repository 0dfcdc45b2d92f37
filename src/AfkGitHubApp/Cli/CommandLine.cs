using System.CommandLine;
using AfkGitHubApp.Cli.Demo;

namespace AfkGitHubApp.Cli;

/// <summary>The verbs. Without one the app serves.</summary>
public static class CommandLine
{
    /// <summary>Parses and runs; returns the exit code.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Drives unattended coding agents on GitHub, from a labelled issue to a closed one. Without a verb it serves. Disabled until you switch it on: see README.md.");
        foreach (var command in (Command[])[ServeVerb.Create(), DemoVerb.Create(), DecideVerb.Create(), PlanVerb.Create(), ExplainVerb.Create(), DoctorVerb.Create(), TemplateVerb.Create(), TickVerb.Create(), RunsVerb.Create(), NudgeVerb.Create(), StopVerb.Create(), RebuildVerb.Create(), KillSwitchVerb.Create()])
        {
            root.Subcommands.Add(command);
        }

        foreach (var option in root.Options.OfType<VersionOption>())
        {
            option.Action = new VersionAction();
        }

        root.SetAction((_, cancellationToken) => ServeVerb.RunAsync(cancellationToken));
        return root.Parse(args).InvokeAsync();
    }
}
