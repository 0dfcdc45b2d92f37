using System.Net.Http.Headers;
using AfkGitHubApp.Simulator.World;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Simulator.Webhooks;

/// <summary>
/// Posts deliveries to the hook's address, side by side and in no promised order, with GitHub's ten seconds of patience, and records what became of each.
/// A delivery that failed is not sent again by itself; <c>POST /app/hook/deliveries/{id}/attempts</c> does that.
/// </summary>
public sealed partial class HttpWebhookSink(SimulatedGitHub github, HttpClient client, ILogger<HttpWebhookSink> logger) : IWebhookSink, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly List<Task> underWay = [];
    private readonly CancellationTokenSource stopping = new();

    /// <inheritdoc/>
    public void Accept(WebhookDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (github.WebhookUrl is not { } url)
        {
            return;
        }

        lock (gate)
        {
            underWay.RemoveAll(task => task.IsCompleted);
            underWay.Add(SendAsync(delivery, url, stopping.Token));
        }
    }

    /// <summary>Gives up what is under way and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await IdleAsync();
        stopping.Dispose();
    }

    /// <summary>Waits until every delivery accepted so far has an outcome.</summary>
    public Task IdleAsync()
    {
        lock (gate)
        {
            return Task.WhenAll(underWay);
        }
    }

    private async Task SendAsync(WebhookDelivery delivery, Uri url, CancellationToken cancellationToken)
    {
        // The caller holds the world's lock; nothing may be sent on its time.
        await Task.Yield();
        var started = github.Time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Patience, github.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(delivery.Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in delivery.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await client.SendAsync(request, either.Token);
            github.RecordDelivery(delivery, (int)response.StatusCode, duration: github.Time.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The simulator is closing; nobody will ask for this delivery any more.
        }
        catch (OperationCanceledException)
        {
            Log.TimedOut(logger, delivery.Event, delivery.EventGuid);
            github.RecordDelivery(delivery, 504, "timed out", github.Time.GetElapsedTime(started));
        }
        catch (HttpRequestException exception)
        {
            Log.Failed(logger, delivery.Event, delivery.EventGuid, exception.Message);
            github.RecordDelivery(delivery, 502, "failed to connect to host", github.Time.GetElapsedTime(started));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Webhook {Event} {Guid} was not answered in time")]
        public static partial void TimedOut(ILogger logger, string @event, string guid);

        [LoggerMessage(2, LogLevel.Warning, "Webhook {Event} {Guid} could not be delivered: {Reason}")]
        public static partial void Failed(ILogger logger, string @event, string guid, string reason);
    }
}
