namespace AfkGitHubApp.Simulator.Webhooks;

/// <summary>Keeps deliveries until a test takes them: to post them once, twice, late, in another order, or never.</summary>
public sealed class CollectingWebhookSink : IWebhookSink
{
    private readonly Lock gate = new();
    private readonly List<WebhookDelivery> waiting = [];

    /// <summary>What has not been taken yet, oldest first.</summary>
    public IReadOnlyList<WebhookDelivery> Waiting
    {
        get
        {
            lock (gate)
            {
                return [.. waiting];
            }
        }
    }

    /// <inheritdoc/>
    public void Accept(WebhookDelivery delivery)
    {
        lock (gate)
        {
            waiting.Add(delivery);
        }
    }

    /// <summary>Takes everything that waits, oldest first.</summary>
    public IReadOnlyList<WebhookDelivery> TakeAll()
    {
        lock (gate)
        {
            WebhookDelivery[] all = [.. waiting];
            waiting.Clear();
            return all;
        }
    }

    /// <summary>Takes the delivery at <paramref name="position"/> of <see cref="Waiting"/>; null when there are fewer.</summary>
    public WebhookDelivery? Take(int position = 0)
    {
        lock (gate)
        {
            if (position < 0 || position >= waiting.Count)
            {
                return null;
            }

            var taken = waiting[position];
            waiting.RemoveAt(position);
            return taken;
        }
    }
}
