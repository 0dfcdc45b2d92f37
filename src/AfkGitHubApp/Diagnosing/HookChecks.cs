using System.Globalization;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Diagnosing;

/// <summary>Where the webhook goes, and what became of the newest deliveries.</summary>
internal static class HookChecks
{
    public const string Subject = "webhook";

    private const string SettingsPage = "the App's settings page, under Webhook";

    public static IEnumerable<Finding> Of(Facts facts)
    {
        if (facts.Hook is { Failure: { } failure })
        {
            yield return RepositoryChecks.Unasked(Subject, "app/hook/config", failure);
        }

        if (facts.Hook is { Failure: null } hook)
        {
            foreach (var finding in OfConfig(hook.Answer))
            {
                yield return finding;
            }
        }

        if (facts.Deliveries is { Failure: { } unlisted })
        {
            yield return RepositoryChecks.Unasked(Subject, "app/hook/deliveries", unlisted);
        }

        if (facts.Deliveries is { Failure: null, Answer: { } deliveries } && facts.Hook?.Answer?.Url is { Length: > 0 })
        {
            foreach (var finding in OfDeliveries(deliveries, facts.Now))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> OfConfig(HookConfig? hook)
    {
        if (string.IsNullOrEmpty(hook?.Url))
        {
            yield return new(Severity.Warning, "hook-missing", Subject, "url", "The App has no webhook address: nothing is told, and only the timer (or tick from cron) finds work.", $"Enter https://<your host>{AfkOptions.WebhookPath} on {SettingsPage}, and tick Active.");
            yield break;
        }

        if (!Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) || url.AbsolutePath.TrimEnd('/') != AfkOptions.WebhookPath)
        {
            yield return new(Severity.Error, "hook-path", Subject, "url", $"Deliveries go to {hook.Url}, where the product does not listen.", $"End the address in {AfkOptions.WebhookPath} on {SettingsPage}.");
        }
        else if (url.Scheme is not "https")
        {
            yield return new(Severity.Warning, "hook-not-https", Subject, "url", $"Deliveries go to {hook.Url} in the clear.", "Put a proxy with TLS in front and give its https address.");
        }

        if (hook.ContentType is not "json")
        {
            yield return new(Severity.Error, "hook-content-type", Subject, "content_type", $"The content type is {hook.ContentType ?? "not set"}; every such delivery is refused with 415.", $"Choose application/json on {SettingsPage}.");
        }

        if (!hook.HasSecret)
        {
            yield return new(Severity.Error, "hook-secret-missing", Subject, "secret", "The webhook has no secret: every delivery comes unsigned and is refused.", $"Enter the value of Afk:GitHub:WebhookSecret on {SettingsPage}.");
        }

        if (!hook.ChecksCertificate)
        {
            yield return new(Severity.Warning, "hook-insecure-ssl", Subject, "insecure_ssl", "GitHub does not check the certificate of the host it delivers to.", $"Enable SSL verification on {SettingsPage}.");
        }
    }

    private static IEnumerable<Finding> OfDeliveries(IReadOnlyList<HookDelivery> deliveries, DateTimeOffset now)
    {
        if (deliveries.Count == 0)
        {
            yield return new(Severity.Note, "deliveries-none", Subject, "deliveries", "GitHub knows no delivery of the last three days.", "Nothing may have happened; label an issue and look again.");
            yield break;
        }

        // Only what is wrong now: a failure before the newest success has been overcome.
        var failed = deliveries.OrderByDescending(delivery => delivery.At).TakeWhile(delivery => delivery.StatusCode is < 200 or >= 300).ToList();
        if (failed.Count == 0)
        {
            yield break;
        }

        var newest = failed[0];
        var (why, wayOut) = Reason(newest);
        var ago = now - newest.At;
        yield return new(
            Severity.Warning,
            "deliveries-fail",
            Subject,
            "deliveries",
            string.Create(CultureInfo.InvariantCulture, $"The newest {(failed.Count == 1 ? "delivery" : $"{failed.Count} deliveries")} failed, the last {Ago(ago)} ago ({newest.Event}): {why}."),
            wayOut);
    }

    private static (string Why, string WayOut) Reason(HookDelivery delivery) => delivery.StatusCode switch
    {
        400 or 401 or 403 => ($"it was answered {delivery.StatusCode}, as with a wrong secret", $"Make the secret on {SettingsPage} and Afk:GitHub:WebhookSecret equal; GitHub never shows it, so enter it anew in both."),
        404 or 405 => ($"it was answered {delivery.StatusCode}, so another program or path took it", "Look at the address and at what the proxy passes on."),
        415 => ("it was answered 415", $"Choose application/json on {SettingsPage}."),
        503 => ("it was answered 503: the store was away, or the proxy had nobody to pass it to", "See the store above; start serve."),
        >= 100 => ($"it was answered {delivery.StatusCode}", "Look into the log of the product and of the proxy at that moment."),
        _ => ($"no answer came ({delivery.Status})", "See that serve runs and that its host can be reached from the internet over https."),
    };

    private static string Ago(TimeSpan ago) => ago switch
    {
        { TotalMinutes: < 2 } => $"{Math.Max(0, ago.TotalSeconds):0} s",
        { TotalHours: < 2 } => $"{ago.TotalMinutes:0} min",
        _ => $"{ago.TotalHours:0} h",
    };
}
