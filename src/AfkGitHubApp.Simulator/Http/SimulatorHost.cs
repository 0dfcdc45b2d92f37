using System.Net;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>How the simulator is served.</summary>
public sealed record SimulatorHostOptions
{
    /// <summary>The world; its base address is replaced by the one that is really listened on.</summary>
    public required SimulatorOptions Simulator { get; init; }

    /// <summary>Port on the loopback address; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Where webhooks are posted to; null sends none until the control API sets one.</summary>
    public Uri? WebhookUrl { get; init; }
}

/// <summary>A simulator that is listening. Disposing stops it.</summary>
public sealed class RunningSimulator : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpWebhookSink sink;
    private readonly HttpClient client;
    private readonly CancellationTokenSource stopping;
    private readonly Task agenda;

    internal RunningSimulator(SimulatedGitHub world, WebApplication app, HttpWebhookSink sink, HttpClient client, CancellationTokenSource stopping, Task agenda)
    {
        World = world;
        this.app = app;
        this.sink = sink;
        this.client = client;
        this.stopping = stopping;
        this.agenda = agenda;
    }

    /// <summary>The world that is served.</summary>
    public SimulatedGitHub World { get; }

    /// <summary>Address of the API, with a slash at its end.</summary>
    public Uri BaseUrl => World.BaseUrl;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await agenda;
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await sink.DisposeAsync();
        client.Dispose();
        stopping.Dispose();
    }
}

/// <summary>Serves a world over HTTP on the loopback address.</summary>
public static class SimulatorHost
{
    /// <summary>Starts to listen. From then on the world moves by itself: its agenda runs and its webhooks are posted. Throws IOException when the port is taken.</summary>
    public static async Task<RunningSimulator> StartAsync(SimulatorHostOptions options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var world = new SimulatedGitHub(time, options.Simulator);
        world.SetWebhook(options.WebhookUrl, secret: null);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ApplicationName = typeof(SimulatorHost).Assembly.GetName().Name });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(context => AnswerAsync(world, context));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        world.BaseUrl = new Uri(app.Urls.First() + "/");

        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var sink = new HttpWebhookSink(world, client, app.Services.GetRequiredService<ILogger<HttpWebhookSink>>());
        world.WebhookSink = sink;
        var stopping = new CancellationTokenSource();
        return new RunningSimulator(world, app, sink, client, stopping, RunAgendaAsync(world, stopping.Token));
    }

    private static async Task AnswerAsync(SimulatedGitHub world, HttpContext context)
    {
        var response = world.Handle(await ReadAsync(context));
        if (response.Latency > TimeSpan.Zero)
        {
            await Task.Delay(response.Latency, world.Time, context.RequestAborted);
        }

        if (response.ConnectionCut)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (response.Status is 204 or 304)
        {
            return;
        }

        context.Response.ContentLength = response.Body.Length;
        if (response.BodyStalls)
        {
            await context.Response.Body.WriteAsync(response.Body[..(response.Body.Length / 2)], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, world.Time, context.RequestAborted);
        }

        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
        }
    }

    private static async Task<SimulatedRequest> ReadAsync(HttpContext context)
    {
        // The raw target keeps an escaped slash in a label or branch apart from a real one.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new SimulatedRequest(
            context.Request.Method,
            question < 0 ? target : target[..question],
            question < 0 ? string.Empty : target[(question + 1)..],
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
    }

    private static async Task RunAgendaAsync(SimulatedGitHub world, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = world.AgendaChanged;
            world.RunDue();
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var wait = world.NextDue is { } due ? due - world.Time.GetUtcNow() : Timeout.InfiniteTimeSpan;
            if (wait <= TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan)
            {
                continue;
            }

            await Task.WhenAny(changed, Task.Delay(wait, world.Time, waiting.Token));
            await waiting.CancelAsync();
        }
    }
}
