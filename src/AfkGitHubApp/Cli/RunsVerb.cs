using System.CommandLine;
using AfkGitHubApp.Observing;
using Spectre.Console;

namespace AfkGitHubApp.Cli;

/// <summary><c>runs</c>: what is in flight, read from the markers on GitHub, so it needs no running process.</summary>
internal static class RunsVerb
{
    public static Command Create()
    {
        var command = new Command("runs", "List the runs in flight in every repository on the allowlist, as their markers on GitHub tell. Reads only.");
        command.SetAction((_, cancellationToken) => OneShot.RunAsync(async (services, options) =>
        {
            var (repositories, complete) = await OneShot.ResolveAsync(services, options.Labels.Allowlist, cancellationToken);
            var finder = services.GetRequiredService<RunFinder>();
            var table = new Table().AddColumns("issue", "run", "turn", "pushed", "attempts", "since (UTC)", "thread");
            foreach (var repository in repositories)
            {
                if (await finder.FindAsync(repository, cancellationToken) is { } run)
                {
                    table.AddRow(
                        Markup.Escape($"{repository}#{run.IssueNumber}"),
                        run.Id.Value,
                        $"{run.Turns.Length} ({run.CurrentTurn.Kind})",
                        run.Commit?.Sha[..12] ?? "-",
                        $"{run.FixForwardAttempts}",
                        $"{run.StartedAt:yyyy-MM-dd HH:mm}",
                        Markup.Escape(run.CurrentTurn.ThreadUrl ?? "-"));
                }
            }

            if (table.Rows.Count == 0)
            {
                Console.Out.WriteLine("Nothing is in flight.");
            }
            else
            {
                Terminal.Console.Write(table);
            }

            return complete ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }
}
