using System.CommandLine;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Cli;

/// <summary><c>killswitch</c>: the deployment's own switch, for all replicas at once.</summary>
internal static class KillSwitchVerb
{
    public static Command Create()
    {
        var position = new Argument<string>("position") { Description = "on, off or status" };
        position.AcceptOnlyFromAmong("on", "off", "status");
        var command = new Command("killswitch", """
            Throw the running deployment's kill switch, for all replicas at once. Needs Redis.
            on: no turn of any kind is started, whatever the settings say; runs in flight are watched to their end.
            off: the settings decide again. Both this switch and Afk:KillSwitch must be off for anything to start.
            It is kept in Redis; the setting is what outlives an emptied Redis and a restart of everything.
            """) { position };
        command.SetAction((parsed, cancellationToken) => OneShot.RunSharedAsync("Set Afk:KillSwitch in its settings file; that counts at once.", (services, options) =>
            RunAsync(services, options, parsed.GetRequiredValue(position), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(IServiceProvider services, AfkOptions options, string position, CancellationToken cancellationToken)
    {
        var killSwitch = services.GetRequiredService<IKillSwitch>();
        if (position is not "status")
        {
            await killSwitch.SetAsync(position is "on", cancellationToken);
        }

        var on = await killSwitch.ReadAsync(cancellationToken);
        Console.Out.WriteLine($"The deployment's kill switch is {(on ? "on" : "off")}.");
        Console.Out.WriteLine(on ? "No turn is started."
            : options.Labels.KillSwitch ? "Afk:KillSwitch as read here is on: no turn is started."
            : "Afk:KillSwitch as read here is off: turns may start.");
        return ExitCodes.Success;
    }
}
