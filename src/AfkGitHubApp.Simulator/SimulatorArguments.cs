using System.Globalization;

namespace AfkGitHubApp.Simulator;

/// <summary>The command line of the simulator.</summary>
internal sealed record SimulatorArguments
{
    public const string HelpText = """
        A GitHub that lives in memory.

        --port N                     port on the loopback address (default 4010; 0 = any free one)
        --webhook-url URL            where webhooks are posted to
        --webhook-secret TEXT        secret that signs them (default: made at start and printed)
        --app-private-key-out FILE   write the App's private key (PEM) here, readable by you alone
        --speed N                    divide every simulated duration by N (default 1); the clock stays real
        --help                       this text
        """;

    public int Port { get; private init; } = 4010;

    public Uri? WebhookUrl { get; private init; }

    public string? WebhookSecret { get; private init; }

    public string? PrivateKeyOut { get; private init; }

    public double Speed { get; private init; } = 1;

    public bool Help { get; private init; }

    /// <summary>What is wrong with the arguments; null when nothing is.</summary>
    public string? Problem { get; private init; }

    public static SimulatorArguments Parse(IReadOnlyList<string> args)
    {
        var found = new SimulatorArguments();
        for (var position = 0; position < args.Count; position++)
        {
            var name = args[position];
            if (name is "--help" or "-h")
            {
                return found with { Help = true };
            }

            var value = position + 1 < args.Count ? args[++position] : null;
            var next = (name, value) switch
            {
                ("--port", { } text) when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65_535 => found with { Port = port },
                ("--webhook-url", { } text) when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" => found with { WebhookUrl = url },
                ("--webhook-secret", { Length: > 0 } text) => found with { WebhookSecret = text },
                ("--app-private-key-out", { Length: > 0 } text) => found with { PrivateKeyOut = text },
                ("--speed", { } text) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and < 1e6 => found with { Speed = speed },
                _ => null,
            };
            if (next is null)
            {
                return found with { Problem = $"Cannot read '{name}{(value is null ? "" : $" {value}")}'." };
            }

            found = next;
        }

        return found;
    }
}
