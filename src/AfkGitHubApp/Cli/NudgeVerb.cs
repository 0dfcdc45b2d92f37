using System.CommandLine;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Cli;

/// <summary><c>nudge</c>: tells a running deployment to look at a repository now.</summary>
internal static class NudgeVerb
{
    public static Command Create()
    {
        var repository = new Argument<string>("repository") { Description = "owner/name" };
        var command = new Command("nudge", "Tell the running deployment to look at a repository now, as a webhook would. Needs Redis.") { repository };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(repository), cancellationToken));
        return command;
    }

    private static Task<int> RunAsync(string reference, CancellationToken cancellationToken)
    {
        if (OneShot.ParseReference(reference) is not { Issue: null, FullName: var name })
        {
            return OneShot.RefuseReference(reference);
        }

        return OneShot.RunSharedAsync("Use 'tick' where no 'serve' runs; a running one looks by itself.", async (services, _) =>
        {
            var repository = (await OneShot.KnownAsync(services, name, cancellationToken))?.Repository ?? await services.GetRequiredService<IGitHubApp>().FindRepositoryAsync(name, cancellationToken);
            if (repository is null)
            {
                await Console.Error.WriteLineAsync($"{name}: the App is not installed on it, or it does not exist.");
                return ExitCodes.Failure;
            }

            var outcome = await services.GetRequiredService<IDueQueue>().NudgeAsync(new Nudge(repository, "command") { Hint = WorkHint.Wanted }, cancellationToken);
            Console.Out.WriteLine(outcome is NudgeOutcome.Dirty ? $"{repository} is being looked at; it is looked at again right after." : $"{repository} is looked at next.");
            return ExitCodes.Success;
        });
    }
}
