using System.CommandLine;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Settings;
using Spectre.Console;

namespace AfkGitHubApp.Cli;

/// <summary><c>runs</c>: what is in flight, as the shared store tells; without one, read from the markers on GitHub, so it needs no running process.</summary>
internal static class RunsVerb
{
    private const int Recent = 2000;

    public static Command Create()
    {
        var command = new Command("runs", "List the runs in flight: with Redis all that the running deployment knows, without it those of the allowlist as their markers on GitHub tell. Reads only.");
        command.SetAction((_, cancellationToken) => OneShot.RunAsync(async (services, options) =>
        {
            var (runs, complete) = options.Redis.Length > 0 ? (await StoredAsync(services, cancellationToken), true) : await MarkedAsync(services, options, cancellationToken);
            if (runs.Count == 0)
            {
                Console.Out.WriteLine("Nothing is in flight.");
                await OneShot.SayIfForgetfulAsync(services, cancellationToken);
                return complete ? ExitCodes.Success : ExitCodes.Failure;
            }

            var latest = await services.GetRequiredService<ITickHistory>().LatestAsync(Recent, cancellationToken);
            var table = new Table().AddColumns("issue", "run", "turn", "pushed", "attempts", "since (UTC)", "last look", "thread");
            foreach (var (repository, run) in runs)
            {
                table.AddRow(
                    Markup.Escape($"{repository}#{run.IssueNumber}"),
                    run.Id.Value,
                    $"{run.Turns.Length} ({run.CurrentTurn.Kind})",
                    run.Commit?.Sha[..12] ?? "-",
                    $"{run.FixForwardAttempts}",
                    $"{run.StartedAt:yyyy-MM-dd HH:mm}",
                    Markup.Escape(latest.FirstOrDefault(tick => tick.Run == run.Id)?.Why ?? "-"),
                    Markup.Escape(run.CurrentTurn.ThreadUrl ?? "-"));
            }

            Terminal.Console.Write(table);
            return complete ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }

    private static async Task<List<(RepositoryKey Repository, InFlightRun Run)>> StoredAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        [.. (await services.GetRequiredService<IRecordStore>().AllAsync(cancellationToken)).SelectMany(record => record.Runs.Select(run => (record.Repository, run)))];

    private static async Task<(List<(RepositoryKey Repository, InFlightRun Run)> Runs, bool Complete)> MarkedAsync(IServiceProvider services, AfkOptions options, CancellationToken cancellationToken)
    {
        var (repositories, complete) = await OneShot.ResolveAsync(services, options.Labels.Allowlist, cancellationToken);
        var finder = services.GetRequiredService<RunFinder>();
        var runs = new List<(RepositoryKey, InFlightRun)>();
        foreach (var repository in repositories)
        {
            if ((await finder.FindAsync(repository, cancellationToken)).Run is { } run)
            {
                runs.Add((repository, run));
            }
        }

        return (runs, complete);
    }
}
