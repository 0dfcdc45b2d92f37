using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Webhooks;

/// <summary>Builds, signs and hands over webhooks, and remembers what became of each attempt.</summary>
internal sealed class WebhookOutbox(WorldState world)
{
    /// <summary>GitHub keeps deliveries for three days (GitHub docs, "Redelivering webhooks").</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    private static readonly string[] Unsubscribable = ["ping", "installation", "installation_repositories"];

    private readonly Queue<WebhookDelivery> ready = new();
    private readonly SortedDictionary<long, DeliveryRecord> records = [];
    private readonly long hookId = 512_000_000 + world.Options.Seed;
    private Random chance = new(world.Options.Seed);
    private int made;

    public IWebhookSink? Sink { get; set; }

    public WebhookChaos Chaos { get; private set; } = new();

    public long HookId => hookId;

    /// <summary>Attempts that have an outcome, newest first.</summary>
    public IEnumerable<DeliveryRecord> Attempted => records.Values.Where(record => record.DeliveredAt is { } at && at > world.Now - Kept).Reverse();

    public void SetChaos(WebhookChaos chaos)
    {
        Chaos = chaos;
        chance = new Random(chaos.Seed);
        made = 0;
    }

    public DeliveryRecord? Find(long id) => records.TryGetValue(id, out var record) && record.CreatedAt > world.Now - Kept ? record : null;

    public void Emit(string name, string? action, Repository? repository, Account sender, JsonObject payload, Installation? installation = null)
    {
        var through = installation ?? (repository is null ? null : world.InstallationOf(repository));
        var subscribed = Unsubscribable.Contains(name, StringComparer.Ordinal) || world.App.Events.Contains(name, StringComparer.Ordinal);
        if (!subscribed || (repository is not null && through is null) || (through?.SuspendedAt is not null && name != "installation"))
        {
            return;
        }

        Queue(name, action, repository, through, sender, Complete(action, repository, through, sender, payload, lite: installation is null));
    }

    /// <summary>Sends an event once more under the same GUID, signed with the secret of now.</summary>
    public void Redeliver(DeliveryRecord record) =>
        Post(new DeliveryRecord(world.Ids.Next("delivery"), record.Guid, record.Event, record.Action, record.RepositoryId, record.InstallationId, world.Now, Redelivery: true, record.Body));

    public void Outcome(long id, int statusCode, string status, TimeSpan duration)
    {
        if (records.TryGetValue(id, out var record))
        {
            record.DeliveredAt = world.Now;
            record.StatusCode = statusCode;
            record.Status = status;
            record.Duration = duration;
        }
    }

    /// <summary>Hands everything that is ready to the sink. Called when the world is at rest, so a sink may look at it.</summary>
    public void Flush()
    {
        while (ready.TryDequeue(out var delivery))
        {
            Sink?.Accept(delivery);
        }
    }

    private JsonObject Complete(string? action, Repository? repository, Installation? installation, Account sender, JsonObject payload, bool lite)
    {
        var render = world.Render();
        var whole = new JsonObject();
        if (action is not null)
        {
            whole["action"] = action;
        }

        foreach (var (key, value) in payload.ToList())
        {
            payload.Remove(key);
            whole[key] = value;
        }

        if (repository is not null)
        {
            whole["repository"] = render.Repository(repository);
        }

        if ((repository?.Owner ?? installation?.Account) is { Kind: AccountKind.Organization } organization)
        {
            whole["organization"] = render.Organization(organization);
        }

        if (installation is not null)
        {
            whole["installation"] = lite
                ? new JsonObject { ["id"] = installation.Id, ["node_id"] = IdSource.Node("IN", installation.Id) }
                : render.Installation(installation);
        }

        whole["sender"] = render.Account(sender);
        return whole;
    }

    private void Queue(string name, string? action, Repository? repository, Installation? installation, Account sender, JsonObject payload)
    {
        var guid = world.Ids.Guid().ToString();
        var body = Encoding.UTF8.GetBytes(payload.ToJsonString(SimulatedResponse.Json));
        made++;
        var fate = Chaos.FateOf(name, made, chance);
        world.Record(new WebhookEmitted(sender.Login, repository?.FullName ?? "", name, action, guid, fate switch
        {
            WebhookFate.Drop => "dropped",
            WebhookFate.Double => "doubled",
            _ => Chaos.Delay > TimeSpan.Zero ? "delayed" : "sent",
        }));

        DeliveryRecord Record() => new(world.Ids.Next("delivery"), guid, name, action, repository?.Id, installation?.Id, world.Now, Redelivery: false, body);
        if (fate == WebhookFate.Drop)
        {
            if (Chaos.DroppedAreRecorded)
            {
                var lost = Record();
                records.Add(lost.Id, lost);
                Outcome(lost.Id, 504, "timed out", TimeSpan.FromSeconds(10));
            }

            return;
        }

        Post(Record());
        if (fate == WebhookFate.Double)
        {
            Post(Record());
        }
    }

    private void Post(DeliveryRecord record)
    {
        records.Add(record.Id, record);
        if (Chaos.Delay <= TimeSpan.Zero)
        {
            ready.Enqueue(Sign(record));
            return;
        }

        world.Agenda.Schedule(Chaos.Delay, () => ready.Enqueue(Sign(record)));
    }

    private WebhookDelivery Sign(DeliveryRecord record)
    {
        var key = Encoding.UTF8.GetBytes(world.HookSecret);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["User-Agent"] = "GitHub-Hookshot/simulated",
            ["X-GitHub-Event"] = record.Event,
            ["X-GitHub-Delivery"] = record.Guid,
            ["X-GitHub-Hook-ID"] = hookId.ToString(),
            ["X-GitHub-Hook-Installation-Target-ID"] = world.App.Id.ToString(),
            ["X-GitHub-Hook-Installation-Target-Type"] = "integration",
        };
        if (key.Length > 0)
        {
            headers["X-Hub-Signature-256"] = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, record.Body.Span))}";
        }

        return new WebhookDelivery(record.Id, record.Guid, record.Event, record.Action, record.RepositoryId, record.InstallationId, record.CreatedAt, record.Redelivery, record.Body, headers);
    }
}

/// <summary>What <c>GET /app/hook/deliveries</c> tells about one attempt.</summary>
internal sealed record DeliveryRecord(long Id, string Guid, string Event, string? Action, long? RepositoryId, long? InstallationId, DateTimeOffset CreatedAt, bool Redelivery, ReadOnlyMemory<byte> Body)
{
    public DateTimeOffset? DeliveredAt { get; set; }

    public int StatusCode { get; set; }

    public string Status { get; set; } = "pending";

    public TimeSpan Duration { get; set; }
}
