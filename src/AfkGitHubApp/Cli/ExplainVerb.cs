using System.CommandLine;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Settings;
using Spectre.Console;

namespace AfkGitHubApp.Cli;

/// <summary><c>explain</c>: for every ready issue, why it is not running.</summary>
internal static class ExplainVerb
{
    public static Command Create()
    {
        var repository = new Argument<string?>("repository") { Description = "owner/name or owner/name#n; without it every repository on the allowlist", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Say for every ready issue why it is not running. Reads only, writes nothing.") { repository };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(repository), cancellationToken));
        return command;
    }

    private static Task<int> RunAsync(string? reference, CancellationToken cancellationToken)
    {
        var parsed = OneShot.ParseReference(reference);
        if (reference is not null && parsed is null)
        {
            return OneShot.RefuseReference(reference);
        }

        return OneShot.RunAsync(async (services, options) =>
        {
            if (services.GetService<IKillSwitch>() is { } killSwitch)
            {
                await killSwitch.ReadAsync(cancellationToken);
            }

            var names = parsed is { } one ? [one.FullName] : options.Labels.Allowlist.ToArray();
            if (names.Length == 0)
            {
                Console.Out.WriteLine("The allowlist (Afk:Allowlist) is empty: nothing can run.");
                return ExitCodes.Success;
            }

            var (repositories, complete) = await OneShot.ResolveAsync(services, names, cancellationToken);
            var table = new Table().AddColumns("issue", "why");
            foreach (var repository in repositories)
            {
                var settings = await services.GetRequiredService<RepoConfigReader>().AtHeadAsync(new RepositoryRecord { Repository = repository }, cancellationToken);
                foreach (var problem in settings.Problems)
                {
                    table.AddRow(Markup.Escape($"{repository} {RepoConfig.Path}:{problem.Line}:{problem.Column}"), Markup.Escape($"{problem}"));
                }

                foreach (var (issue, why) in await ExplainAsync(services, repository, settings, cancellationToken))
                {
                    if (parsed?.Issue is null || parsed.Value.Issue == issue)
                    {
                        table.AddRow(Markup.Escape($"{repository}#{issue}"), Markup.Escape(why));
                    }
                }
            }

            if (table.Rows.Count == 0)
            {
                Console.Out.WriteLine(parsed?.Issue is { } number ? $"{parsed.Value.FullName}#{number} is open without the label that asks for a run, or closed." : "No ready issue, nothing in flight.");
            }
            else
            {
                Terminal.Console.Write(table);
            }

            return complete ? ExitCodes.Success : ExitCodes.Failure;
        });
    }

    /// <summary>What the deployment knows, where it shares a store; else what stands on GitHub: runs in their markers, and retries that wait in their comments, as a process reads them that knows nothing.</summary>
    private static async Task<RepositoryRecord> RecordAsync(IServiceProvider services, RepositoryKey repository, CancellationToken cancellationToken)
    {
        if ((await services.GetRequiredService<IRecordStore>().AllAsync(cancellationToken)).FirstOrDefault(record => record.Repository.Id == repository.Id) is { } known)
        {
            return known;
        }

        var found = await services.GetRequiredService<RunFinder>().FindAsync(repository, cancellationToken);
        var (commands, cursor) = await services.GetRequiredService<CommandReader>().ReadAsync(repository, cursor: null, pullRequest: null, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellationToken);
        return commands.Aggregate(new RepositoryRecord { Repository = repository, Runs = found.Run is { } run ? [run] : [], Commands = cursor }, (record, command) => command.Obey(record));
    }

    private static async Task<List<(int Issue, string Why)>> ExplainAsync(IServiceProvider services, RepositoryKey repository, RepositorySettings settings, CancellationToken cancellationToken)
    {
        var record = await RecordAsync(services, repository, cancellationToken);
        var run = record.CurrentRun;
        var reading = await services.GetRequiredService<ReadyIssues>().ReadAsync(record, settings, everyIssue: true, cancellationToken);
        var lines = new List<(int Issue, string Why)>();
        if (run is not null)
        {
            lines.Add((run.IssueNumber, run.Concluding is { } end ? $"it is being ended: {end.Why}" : $"it is running: turn {run.CurrentTurnId}"));
        }

        if (reading.Next is { } next)
        {
            lines.Add((next.Issue.Number, "it starts at the next look"));
        }

        lines.AddRange(reading.HeldBack.Where(held => held.Issue != run?.IssueNumber).Select(held => (held.Issue, held.Why)));
        return lines;
    }
}
