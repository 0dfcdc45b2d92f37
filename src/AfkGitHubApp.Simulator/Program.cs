using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator;

/// <summary>Starts the simulator alone, so that any App can be pointed at it.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var arguments = SimulatorArguments.Parse(args);
        if (arguments.Help || arguments.Problem is not null)
        {
            await (arguments.Problem is null ? Console.Out : Console.Error).WriteLineAsync(arguments.Problem is null ? SimulatorArguments.HelpText : $"{arguments.Problem}\n\n{SimulatorArguments.HelpText}");
            return arguments.Problem is null ? 0 : 2;
        }

        using var key = RSA.Create(2048);
        if (arguments.PrivateKeyOut is { } file)
        {
            await WriteOwnerOnlyAsync(file, key.ExportRSAPrivateKeyPem());
        }

        var secret = arguments.WebhookSecret ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        var options = new SimulatorHostOptions
        {
            Simulator = new SimulatorOptions { AppPublicKeyPem = key.ExportSubjectPublicKeyInfoPem(), WebhookSecret = secret, Speed = arguments.Speed },
            Port = arguments.Port,
            WebhookUrl = arguments.WebhookUrl,
        };

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        RunningSimulator started;
        try
        {
            started = await SimulatorHost.StartAsync(options, TimeProvider.System);
        }
        catch (IOException exception)
        {
            await Console.Error.WriteLineAsync($"Cannot listen on port {arguments.Port}: {exception.InnerException?.Message ?? exception.Message}. Another simulator may be running; --port 0 takes any free port.");
            return 1;
        }

        await using var running = started;
        Console.WriteLine($"API             {running.BaseUrl}");
        Console.WriteLine($"GraphQL         {running.BaseUrl}graphql");
        Console.WriteLine($"Control API     {running.BaseUrl}_simulator");
        Console.WriteLine($"App id          {options.Simulator.AppId}");
        Console.WriteLine($"Client id       {options.Simulator.ClientId}");
        Console.WriteLine($"Private key     {arguments.PrivateKeyOut ?? "not written (--app-private-key-out FILE)"}");
        Console.WriteLine($"Webhook secret  {secret}");
        Console.WriteLine($"Webhook URL     {arguments.WebhookUrl?.AbsoluteUri ?? "none (--webhook-url URL, or POST /_simulator/webhook)"}");
        Console.WriteLine("Ctrl-C stops.");
        await stopped.Task;
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }
    }

    private static async Task WriteOwnerOnlyAsync(string file, string text)
    {
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(file, how);
        await writer.WriteAsync(text);
    }
}
