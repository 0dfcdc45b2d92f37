using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Intake;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Tests.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Tests.Intake;

/// <summary>The whole app on a free loopback port, with a queue that only listens and a wire to GitHub that only counts.</summary>
internal sealed class IntakeHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CountingWire wire;

    private IntakeHost(WebApplication app, ListeningQueue queue, CountingWire wire)
    {
        this.app = app;
        this.wire = wire;
        Queue = queue;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public ListeningQueue Queue { get; }

    public IReadOnlyList<Delivery> Deliveries => app.Services.GetRequiredService<DeliveryLog>().Last;

    /// <summary>Requests sent to GitHub.</summary>
    public int Asked => wire.Count;

    public static async Task<IntakeHost> StartAsync()
    {
        var listening = new ListeningQueue();
        var counting = new CountingWire();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(ValidSettings.With());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Host.UseServiceProviderFactory(new QueueInPlace(listening));
        var built = AfkApp.Build(builder, ValidSettings.Read(builder.Configuration), Surroundings.Real with { Wire = () => counting });
        await built.StartAsync(TestContext.Current.CancellationToken);
        return new IntakeHost(built, listening, counting);
    }

    public static string Sign(ReadOnlySpan<byte> body, string secret = ValidSettings.WebhookSecret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>Delivers as GitHub would; what is given as null is left out.</summary>
    public Task<(int Status, string Text)> DeliverAsync(
        string body, string? name = "issues", string? contentType = "application/json", string? signature = "right", string? delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return SendAsync(new ByteArrayContent(bytes), name, contentType, signature == "right" ? Sign(bytes) : signature, delivery);
    }

    public async Task<(int Status, string Text)> SendAsync(HttpContent content, string? name, string? contentType, string? signature, string? delivery = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, AfkOptions.WebhookPath) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        Add(content.Headers, "Content-Type", contentType);
        Add(request.Headers, "X-GitHub-Event", name);
        Add(request.Headers, "X-GitHub-Delivery", delivery);
        Add(request.Headers, "X-Hub-Signature-256", signature);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Writes a request's head byte for byte and reads the status of the answer.</summary>
    public async Task<int> WriteHeadAsync(string head)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n"), TestContext.Current.CancellationToken);
        using var answer = new StreamReader(connection.GetStream(), Encoding.ASCII);
        var line = (await answer.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull();
        return int.Parse(line.Split(' ')[1]);
    }

    public void ShouldHaveProcessedNothing()
    {
        Queue.Nudges.ShouldBeEmpty();
        Deliveries.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private static void Add(HttpHeaders headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }
    }

    /// <summary>Puts the test's queue in the place of the product's, after everything is registered.</summary>
    private sealed class QueueInPlace(IDueQueue queue) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services.AddSingleton(queue);

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => containerBuilder.BuildServiceProvider();
    }

    private sealed class CountingWire : HttpMessageHandler
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref count);
            throw new HttpRequestException("There is no GitHub here.");
        }
    }
}

/// <summary>A queue that keeps what it was told and never gives anything out.</summary>
internal sealed class ListeningQueue : IDueQueue
{
    private readonly ConcurrentQueue<Nudge> nudges = new();

    public IReadOnlyList<Nudge> Nudges => [.. nudges];

    /// <summary>Set while the store is down.</summary>
    public Exception? Down { get; set; }

    public Task<NudgeOutcome> NudgeAsync(Nudge nudge, CancellationToken cancellationToken)
    {
        if (Down is { } down)
        {
            return Task.FromException<NudgeOutcome>(down);
        }

        nudges.Enqueue(nudge);
        return Task.FromResult(NudgeOutcome.Due);
    }

    public Task<Claim?> ClaimAsync(CancellationToken cancellationToken) => Task.FromResult<Claim?>(null);

    public Task<Claim?> ClaimAsync(Core.Runs.RepositoryKey repository, CancellationToken cancellationToken) => Task.FromResult<Claim?>(null);

    public Task<IReadOnlyList<Core.Runs.RepositoryKey>> UnknownAsync(IReadOnlyCollection<Core.Runs.RepositoryKey> repositories, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Core.Runs.RepositoryKey>>([]);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    public Task<bool> RenewAsync(RepositoryLease lease, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<SettleOutcome> SettleAsync(RepositoryLease lease, DateTimeOffset? next, CancellationToken cancellationToken) => Task.FromResult(SettleOutcome.Fenced);

    public Task<SettleOutcome> ReleaseAsync(RepositoryLease lease, DateTimeOffset next, CancellationToken cancellationToken) => Task.FromResult(SettleOutcome.Fenced);

    public Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}

/// <summary>A body of JSON and blanks of any length that is nowhere held as a whole.</summary>
internal sealed class LongBody(long length, bool announced) : HttpContent
{
    private static readonly byte[] Blanks = [.. Enumerable.Repeat((byte)' ', 64 * 1024)];

    public string Signature()
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(ValidSettings.WebhookSecret));
        foreach (var piece in Pieces())
        {
            hash.AppendData(piece.Span);
        }

        return "sha256=" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
    {
        foreach (var piece in Pieces())
        {
            await stream.WriteAsync(piece, TestContext.Current.CancellationToken);
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = announced ? length : 0;
        return announced;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        yield return "{}"u8.ToArray();
        for (var left = length - 2; left > 0; left -= Blanks.Length)
        {
            yield return Blanks.AsMemory(0, (int)Math.Min(left, Blanks.Length));
        }
    }
}
