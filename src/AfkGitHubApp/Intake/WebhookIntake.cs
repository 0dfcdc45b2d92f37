using System.Text.Json;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using Microsoft.Extensions.Primitives;
using Octokit.Webhooks;

namespace AfkGitHubApp.Intake;

/// <summary>
/// A verified delivery becomes one nudge and nothing else: no GitHub call, no verdict from a payload. The text overload is the one the
/// endpoint calls for every event, known or not, so a new event or action of GitHub's can never fail a delivery.
/// </summary>
public sealed partial class WebhookIntake(IDueQueue queue, IGitHubApp app, DeliveryLog deliveries, IHttpContextAccessor http, ILogger<WebhookIntake> logger) : WebhookEventProcessor
{
    private const int LongestName = 64;

    /// <inheritdoc/>
    public override async ValueTask ProcessWebhookAsync(IDictionary<string, StringValues> headers, string body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var name = Header(headers, "X-GitHub-Event");
        var delivery = Header(headers, "X-GitHub-Delivery");
        using var scope = Log.Delivery(logger, delivery, name);
        IReadOnlyList<Nudge> nudges;
        try
        {
            using var payload = JsonDocument.Parse(body);
            nudges = EventRouter.Route(name, payload.RootElement, app.KnownIdentity?.BotId);
        }
        catch (JsonException)
        {
            Log.NotJson(logger);
            deliveries.Add(name, delivery, "not JSON");
            http.HttpContext?.Items.TryAdd(IntakeGuard.NotJson, true);
            return;
        }

        try
        {
            // An installation names many repositories: their nudges travel together.
            var outcomes = await Task.WhenAll(nudges.Select(nudge => queue.NudgeAsync(nudge, cancellationToken)));
            foreach (var (nudge, outcome) in nudges.Zip(outcomes))
            {
                Log.Nudged(logger, nudge.Repository.FullName, outcome);
            }

            deliveries.Add(name, delivery, outcomes.Length == 0 ? "ignored" : outcomes[^1].ToString());
        }
        catch (StoreUnavailableException)
        {
            // Answered with a server error, GitHub keeps the delivery as failed, and it can be asked for again.
            deliveries.Add(name, delivery, "refused, the store is away");
            http.HttpContext?.Items.TryAdd(IntakeGuard.StoreAway, true);
        }
    }

    private static string Header(IDictionary<string, StringValues> headers, string name)
    {
        var value = headers.TryGetValue(name, out var values) ? values.ToString() : "";
        return value.Length <= LongestName && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? value : "unreadable";
    }

    private static partial class Log
    {
        private static readonly Func<ILogger, string, string, IDisposable?> DeliveryScope = LoggerMessage.DefineScope<string, string>("delivery {Delivery} {Event}");

        public static IDisposable? Delivery(ILogger logger, string delivery, string name) => DeliveryScope(logger, delivery, name);

        [LoggerMessage(1, LogLevel.Debug, "{Repository}: {Outcome}")]
        public static partial void Nudged(ILogger logger, string repository, NudgeOutcome outcome);

        [LoggerMessage(2, LogLevel.Warning, "A signed delivery is not JSON and was refused")]
        public static partial void NotJson(ILogger logger);
    }
}
