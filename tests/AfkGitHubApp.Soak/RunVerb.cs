using System.CommandLine;
using System.ComponentModel;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Soak;

/// <summary>The default verb: the whole soak.</summary>
internal static class RunVerb
{
    public static void AddTo(Command command)
    {
        var runs = Whole("--runs", 200, 1, 10_000, "Issues to open; each is one run");
        var repositories = Whole("--repositories", 20, 1, 500, "Repositories they are spread over; one works on one issue at a time");
        var replicas = Whole("--replicas", 3, 1, 16, "Processes of the product");
        var seed = Whole("--seed", 1, 0, int.MaxValue, "Of the faults, the agents' scripts and the lost webhooks");
        var speed = Whole("--speed", 30, 1, 60, "How many times faster the clock runs that all processes share; the network stays as fast as it is");
        var minutes = Whole("--minutes", 15, 1, 600, "Real time after which what has not ended counts as lost");
        var faultEvery = Whole("--fault-every", 6, 1, 600, "Real seconds between two faults, on average");
        var flushes = Whole("--flushes", 1, 1, 1000, "How often Redis is emptied, if the runs last long enough");
        var lease = Whole("--lease", 5, 3, 60, "Real seconds a lease lasts without renewal; a paused replica is paused for longer");
        var apart = new Option<bool>("--apart") { Description = "The counter-proof: each replica keeps its own store, as no deployment may. Which laws that breaks is a matter of races; with many runs some do" };
        var keep = new Option<bool>("--keep") { Description = "Leave the replicas' logs and Redis' files also when all went well" };
        foreach (var option in (Option[])[runs, repositories, replicas, seed, speed, minutes, faultEvery, flushes, lease, apart, keep])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(
            new SoakOptions
            {
                Runs = parsed.GetValue(runs),
                Repositories = parsed.GetValue(repositories),
                Replicas = parsed.GetValue(replicas),
                Seed = parsed.GetValue(seed),
                Speed = parsed.GetValue(speed),
                Limit = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                FaultEvery = TimeSpan.FromSeconds(parsed.GetValue(faultEvery)),
                Flushes = parsed.GetValue(flushes),
                Lease = TimeSpan.FromSeconds(parsed.GetValue(lease)),
                Apart = parsed.GetValue(apart),
                Keep = parsed.GetValue(keep),
            },
            cancellationToken));
    }

    private static async Task<int> RunAsync(SoakOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await SoakRun.PlayAsync(options, cancellationToken) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Win32Exception)
        {
            await Console.Error.WriteLineAsync(RedisServer.Missing);
            return ExitCodes.BadInput;
        }
    }

    private static Option<int> Whole(string name, int fallback, int least, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError($"{name} must be from {least} to {most}.");
            }
        });
        return option;
    }
}
