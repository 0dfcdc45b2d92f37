using System.CommandLine;
using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Hosting;

namespace AfkGitHubApp.Cli;

/// <summary><c>doctor</c>: what is still missing before runs can work, with the way out.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var repository = new Argument<string?>("repository") { Description = "owner/name; without it every repository on the allowlist", Arity = ArgumentArity.ZeroOrOne };
        var ring = new Option<bool>("--ring") { Description = "Ring each of the doorbells that are set up, once" };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of the table" };
        var command = new Command("doctor", """
            Look for what is missing or in the way: settings, store, clock, the App's credentials, permissions, events and webhook, and for each
            repository the installation, the agent's workflow and its push credential, labels, branch rules and Actions. Reads only and writes nothing, unless --ring has it send a test to each doorbell.
            Each finding is ok, a note, a warning or an error, and says the way out. What cannot be seen from outside is listed below the table.
            Exit code: 0 without errors, also with warnings; 1 with an error; 2 when the settings cannot be read, and then only they are looked at.
            """) { repository, ring, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(repository), parsed.GetValue(ring), parsed.GetValue(json), cancellationToken));
        return command;
    }

    /// <summary>What a diagnosis ends with.</summary>
    public static int ExitCode(Diagnosis diagnosis) => diagnosis.Worst is Severity.Error ? ExitCodes.Failure : ExitCodes.Success;

    private static async Task<int> RunAsync(string? reference, bool ring, bool json, CancellationToken cancellationToken)
    {
        var parsed = OneShot.ParseReference(reference);
        if (reference is not null && parsed is not { Issue: null })
        {
            return await OneShot.RefuseReference(reference);
        }

        var configuration = OneShot.Configuration();
        var (options, problems) = StartSettings.Read(configuration);
        if (problems.Count > 0)
        {
            Print(Diagnosis.OfUnreadable(problems), json);
            return ExitCodes.BadInput;
        }

        await using var services = OneShot.Rooms(configuration, options);
        try
        {
            var facts = await services.GetRequiredService<Examination>().ReadAsync(parsed is { } one ? [one.FullName] : [], ring, cancellationToken);
            var diagnosis = Diagnosis.Of(facts);
            Print(diagnosis, json);
            return ExitCode(diagnosis);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return ExitCodes.Interrupted;
        }
    }

    private static void Print(Diagnosis diagnosis, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(DoctorReport.Json(diagnosis));
        }
        else
        {
            DoctorReport.Write(diagnosis, Terminal.Console);
        }
    }
}
