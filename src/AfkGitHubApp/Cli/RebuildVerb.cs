using System.CommandLine;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Ticking;
using Spectre.Console;

namespace AfkGitHubApp.Cli;

/// <summary><c>rebuild</c>: puts back into the store what it has forgotten, from the markers on GitHub.</summary>
internal static class RebuildVerb
{
    public static Command Create()
    {
        var reference = new Argument<string?>("repository") { Description = "owner/name; without it every repository on the allowlist and every one the store knows", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("rebuild", """
            Search GitHub for runs the store has forgotten and put them back, from their signed markers, labels and turns. Needs Redis.
            The deployment does the same by itself for every repository it was serving; this also finds what ran where nothing is armed any more.
            Nothing is written to GitHub. A new or emptied Redis hands out nothing for one lease, so this may wait a minute.
            """) { reference };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(reference), cancellationToken));
        return command;
    }

    private static Task<int> RunAsync(string? reference, CancellationToken cancellationToken)
    {
        var parsed = OneShot.ParseReference(reference);
        if (reference is not null && parsed is not { Issue: null })
        {
            return OneShot.RefuseReference(reference);
        }

        return OneShot.RunSharedAsync("A process without Redis rebuilds at its start.", async (services, options) =>
        {
            var (repositories, complete) = await ChooseAsync(services, options, parsed?.FullName, cancellationToken);
            var table = new Table().AddColumns("repository", "found", "remarks");
            foreach (var repository in repositories)
            {
                if (!Console.IsErrorRedirected)
                {
                    await Console.Error.WriteLineAsync($"{repository}: searching");
                }

                var (found, remarks, done) = await RebuildAsync(services, repository, cancellationToken);
                complete &= done;
                table.AddRow(Markup.Escape(repository.FullName), Markup.Escape(found), Markup.Escape(remarks));
            }

            if (table.Rows.Count == 0)
            {
                Console.Out.WriteLine("The allowlist (Afk:Allowlist) is empty and the store knows no repository: nothing to rebuild.");
            }
            else
            {
                Terminal.Console.Write(table);
            }

            return complete ? ExitCodes.Success : ExitCodes.Failure;
        });
    }

    private static async Task<(List<RepositoryKey> Repositories, bool Complete)> ChooseAsync(IServiceProvider services, AfkOptions options, string? name, CancellationToken cancellationToken)
    {
        if (name is not null)
        {
            return await OneShot.ResolveAsync(services, [name], cancellationToken);
        }

        var known = (await services.GetRequiredService<IRecordStore>().AllAsync(cancellationToken)).Select(record => record.Repository).ToList();
        var (found, complete) = await OneShot.ResolveAsync(
            services, options.Labels.Allowlist.Where(allowed => !known.Exists(repository => string.Equals(repository.FullName, allowed, StringComparison.OrdinalIgnoreCase))), cancellationToken);
        return ([.. known.Concat(found).DistinctBy(repository => repository.Id)], complete);
    }

    private static async Task<(string Found, string Remarks, bool Done)> RebuildAsync(IServiceProvider services, RepositoryKey repository, CancellationToken cancellationToken)
    {
        try
        {
            if (await services.GetRequiredService<OperatorOrders>().RebuildAsync(repository, cancellationToken) is not { } rebuilt)
            {
                return ("not searched", "somebody else holds it, or a newer build wrote its record; try again", false);
            }

            var found = rebuilt switch
            {
                { Run: { } run, WasKnown: true } => $"run {run.Id} of #{run.IssueNumber} was known",
                { Run: { Concluding: { } end } run } => $"run {run.Id} of #{run.IssueNumber} is taken to its end: {end.Why}",
                { Run: { } run } => $"adopted run {run.Id} of #{run.IssueNumber}, turn {run.Turns.Length}{(run.Commit is { } commit ? $", pushed {commit.Sha[..12]}" : "")}",
                { Lingering: { } lingering } => $"turn {lingering.Turn} of an ended run is still at work; nothing starts beside it",
                _ => "nothing in flight",
            };
            return (found, string.Join("; ", rebuilt.Remarks), true);
        }
        catch (GitHubFailure failure)
        {
            return ("not searched", $"GitHub could not be asked ({failure.Kind}): {failure.Message}", false);
        }
        catch (Exception exception) when (exception is LeaseLostException or StoreUnavailableException)
        {
            return ("not searched to its end", exception.Message, false);
        }
    }
}
