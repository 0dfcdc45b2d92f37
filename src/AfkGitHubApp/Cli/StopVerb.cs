using System.CommandLine;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Ticking;

namespace AfkGitHubApp.Cli;

/// <summary><c>stop</c>: lets runs go.</summary>
internal static class StopVerb
{
    public static Command Create()
    {
        var reference = new Argument<string?>("issue") { Description = "owner/name#n, or owner/name for whichever issue is in flight there", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Every run in flight" };
        var command = new Command("stop", """
            Let runs go as if a person had taken the issue over: the turn is cancelled, the labels are removed, the issue stays open, nobody is rung. Needs Redis.
            The deployment does it with its next look. Other ready issues may start then; throw the kill switch first if nothing may.
            """) { reference, all };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(reference), parsed.GetValue(all), cancellationToken));
        return command;
    }

    private static Task<int> RunAsync(string? reference, bool all, CancellationToken cancellationToken)
    {
        var parsed = OneShot.ParseReference(reference);
        if (all == (reference is not null) || (!all && parsed is null))
        {
            Console.Error.WriteLine("Name one issue as owner/name#n, or give --all.");
            return Task.FromResult(ExitCodes.BadInput);
        }

        return OneShot.RunSharedAsync("Remove the label agent-in-progress from the issue, or add paused.", async (services, _) =>
        {
            var inFlight = (await services.GetRequiredService<IRecordStore>().AllAsync(cancellationToken)).Where(record => record.CurrentRun is not null
                && (parsed is not { } one || (string.Equals(record.Repository.FullName, one.FullName, StringComparison.OrdinalIgnoreCase) && (one.Issue is null || one.Issue == record.CurrentRun.IssueNumber)))).ToList();
            if (inFlight.Count == 0)
            {
                Console.Out.WriteLine(all ? "Nothing is in flight." : $"No run is in flight for {reference}.");
                await OneShot.SayIfForgetfulAsync(services, cancellationToken);
                return all ? ExitCodes.Success : ExitCodes.Failure;
            }

            var stopped = 0;
            foreach (var record in inFlight)
            {
                stopped += await StopAsync(services, record, cancellationToken) ? 1 : 0;
            }

            if (all && !services.GetRequiredService<Gates>().Current.KillSwitch)
            {
                Console.Out.WriteLine("The kill switch is off: other ready issues may start. 'killswitch on' holds them back.");
            }

            return stopped == inFlight.Count ? ExitCodes.Success : ExitCodes.Failure;
        });
    }

    private static async Task<bool> StopAsync(IServiceProvider services, RepositoryRecord record, CancellationToken cancellationToken)
    {
        var issue = $"{record.Repository}#{record.CurrentRun!.IssueNumber}";
        try
        {
            if (await services.GetRequiredService<OperatorOrders>().StopAsync(record.Repository, record.CurrentRun.IssueNumber, cancellationToken) is { } run)
            {
                Console.Out.WriteLine(run.Concluding is { } end ? $"{issue} is being ended already: {end.Why}" : $"{issue} is let go: run {run.Id}, turn {run.CurrentTurnId}.");
                return true;
            }
        }
        catch (Exception exception) when (exception is LeaseLostException or StoreUnavailableException)
        {
            await Console.Error.WriteLineAsync($"{issue}: {exception.Message}");
            return false;
        }

        await Console.Error.WriteLineAsync($"{issue}: the run has ended meanwhile, or its repository is held; ask 'runs' and try again.");
        return false;
    }
}
