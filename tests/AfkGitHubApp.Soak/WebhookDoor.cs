using System.Net.Http.Headers;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Soak;

/// <summary>
/// Stands before the replicas like a load balancer that has not noticed yet: each delivery goes to the next replica in turn, and is lost
/// when that one is dead, paused or cannot reach its store. GitHub sends nothing twice by itself.
/// </summary>
internal sealed class WebhookDoor(SimulatedGitHub gitHub, IReadOnlyList<Replica> replicas) : IWebhookSink, IAsyncDisposable
{
    // GitHub waits ten seconds; here that much of the fast clock would be over before a busy machine has answered.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource stopping = new();
    private int turn;
    private int taken;
    private int refused;
    private int unreached;

    /// <summary>Deliveries a replica took.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>Deliveries a replica refused because its store was away.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <summary>Deliveries that met a dead or paused replica.</summary>
    public int Unreached => Volatile.Read(ref unreached);

    public void Accept(WebhookDelivery delivery) => _ = SendAsync(delivery, replicas[(int)((uint)Interlocked.Increment(ref turn) % replicas.Count)]);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        client.Dispose();
    }

    private async Task SendAsync(WebhookDelivery delivery, Replica replica)
    {
        // The caller holds the world's lock.
        await Task.Yield();
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping.Token);
        try
        {
            if (replica.Address is not { } address || replica.State is ReplicaState.Down)
            {
                throw new HttpRequestException("nobody listens");
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, AfkOptions.WebhookPath)) { Content = new ReadOnlyMemoryContent(delivery.Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in delivery.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await client.SendAsync(request, either.Token);
            Interlocked.Increment(ref (response.IsSuccessStatusCode ? ref taken : ref refused));
            gitHub.RecordDelivery(delivery, (int)response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            Interlocked.Increment(ref unreached);
            gitHub.RecordDelivery(delivery, 0);
        }
    }
}
