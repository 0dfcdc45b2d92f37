using System.CommandLine;
using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Ticking;

namespace AfkGitHubApp.Cli;

/// <summary>
/// <c>tick</c>: one leased look, for cron or a scheduled workflow. The run's bookkeeping is read from its marker on the issue, so no process
/// has to stay; what must be seen twice (an end, a green reading) is looked at again within the same call.
/// </summary>
internal static class TickVerb
{
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(150);

    public static Command Create()
    {
        var repository = new Argument<string?>("repository") { Description = "owner/name, or owner/name#n to demand that the tick concerns that issue", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Tick every repository on the allowlist" };
        var command = new Command("tick", "Look once at a repository: drive its run, or start a ready issue. Prints the result as JSON, one line a repository. Use it from cron instead of 'serve'. With Redis it may run beside 'serve' and anywhere; without, on one machine and never beside a running 'serve'.") { repository, all };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(repository), parsed.GetValue(all), cancellationToken));
        return command;
    }

    private static Task<int> RunAsync(string? reference, bool all, CancellationToken cancellationToken)
    {
        var parsed = OneShot.ParseReference(reference);
        if (all == (reference is not null) || (!all && parsed is null))
        {
            Console.Error.WriteLine("Name one repository as owner/name or owner/name#n, or give --all.");
            return Task.FromResult(ExitCodes.BadInput);
        }

        return OneShot.RunAsync(async (services, options) =>
        {
            // Without a shared store two processes have no lease in common: an overlapping call from cron would start the same issue twice.
            var shared = options.Redis.Length > 0;
            using var alone = shared ? null : Alone.TryEnter(options.Issuer);
            if (alone is null && !shared)
            {
                await Console.Error.WriteLineAsync("Another tick of this App is running on this machine; nothing was done.");
                return ExitCodes.Failure;
            }

            var names = all ? [.. options.Labels.Allowlist] : new[] { parsed!.Value.FullName };
            var (repositories, complete) = await OneShot.ResolveAsync(services, names, cancellationToken);
            var failed = !complete;
            foreach (var repository in repositories)
            {
                var result = await TickAsync(services, repository, cancellationToken);
                if (result is null || (parsed?.Issue is { } wanted && result.Issue != wanted && !result.HeldBack.Any(held => held.Issue == wanted)))
                {
                    failed = true;
                    await Console.Error.WriteLineAsync(result is null ? $"{repository}: somebody else is ticking it, the shared store is new or was emptied and hands out nothing for one lease, or the tick failed; see the log above." : $"{repository}: the tick did not concern #{parsed!.Value.Issue}.");
                }

                if (result is not null)
                {
                    await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result, TickJson.Readable.TickResult));
                }
            }

            return failed ? ExitCodes.Failure : ExitCodes.Success;
        });
    }

    private static async Task<TickResult?> TickAsync(IServiceProvider services, RepositoryKey repository, CancellationToken cancellationToken)
    {
        var queue = services.GetRequiredService<IDueQueue>();
        var pump = services.GetRequiredService<TickPump>();
        var time = services.GetRequiredService<TimeProvider>();
        var patienceEnds = time.GetUtcNow() + MostPatience;
        while (true)
        {
            // The hint makes a disarmed repository look for a run in flight, too: whoever calls this verb wants it looked at.
            await queue.NudgeAsync(new Nudge(repository, "command") { Hint = WorkHint.Wanted }, cancellationToken);
            var claim = await queue.ClaimAsync(repository, cancellationToken);
            var result = claim is null ? null : await pump.TickAsync(claim, cancellationToken);
            var again = result is { Ended: null, NextLook: { } next } && next <= patienceEnds && next - time.GetUtcNow() <= TimeSpan.FromSeconds(70) && await MustBeSeenTwiceAsync(services, repository, cancellationToken);
            if (!again)
            {
                return result;
            }

            await Task.Delay(result!.NextLook!.Value - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero, time, cancellationToken);
        }
    }

    private static async Task<bool> MustBeSeenTwiceAsync(IServiceProvider services, RepositoryKey repository, CancellationToken cancellationToken)
    {
        var records = await services.GetRequiredService<IRecordStore>().AllAsync(cancellationToken);
        return records.Any(record => record.Repository.Id == repository.Id && record is { CurrentRun.Watch: { EndSeenAt: not null } or { CiFingerprintAt: not null } } or { CurrentRun: null, SearchAwaySince: not null });
    }
}
