using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Octokit.Webhooks;
using Octokit.Webhooks.AspNetCore;

namespace AfkGitHubApp.Tests.Standins;

/// <summary>A real server on a free loopback port with the webhook endpoint and nothing else.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    public const string Path = "/api/github/webhooks";

    private readonly WebApplication app;

    private WebhookHost(WebApplication app, EndpointLog log)
    {
        this.app = app;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public EndpointLog Log { get; }

    public static async Task<WebhookHost> Start(
        WebhookEventProcessor processor,
        string? secret = null,
        Action<IServiceCollection>? configure = null,
        long? largestBody = null)
    {
        var log = new EndpointLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = largestBody ?? server.Limits.MaxRequestBodySize);
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(processor);
        configure?.Invoke(builder.Services);
        var built = builder.Build();
        built.MapGitHubWebhooks(secret: secret);
        await built.StartAsync(TestContext.Current.CancellationToken);
        return new WebhookHost(built, log);
    }

    /// <summary>Delivers as GitHub would; null leaves a header out.</summary>
    public async Task<(int Status, string Text)> Deliver(string body, string? name = "public", string? contentType = "application/json", string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        Add(request.Content.Headers, "Content-Type", contentType);
        Add(request.Headers, "X-GitHub-Event", name);
        Add(request.Headers, "X-Hub-Signature-256", signature);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Opens a connection and writes <paramref name="request"/> to it, byte for byte.</summary>
    public async Task<TcpClient> Write(string request)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private static void Add(System.Net.Http.Headers.HttpHeaders headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }
    }

    /// <summary>Keeps what the endpoint logs, number and exception.</summary>
    internal sealed class EndpointLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(int Id, Exception? Exception)> entries = new();
        private readonly TaskCompletionSource<(int Id, Exception? Exception)> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<int> Ids => entries.Select(entry => entry.Id);

        /// <summary>The first entry, once there is one.</summary>
        public Task<(int Id, Exception? Exception)> First => first.Task.WaitAsync(TestContext.Current.CancellationToken);

        public ILogger CreateLogger(string categoryName) =>
            categoryName == "Octokit.Webhooks.WebhookEventProcessor" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            entries.Enqueue((eventId.Id, exception));
            first.TrySetResult((eventId.Id, exception));
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>Takes bodies as text, as the product does.</summary>
internal sealed class TextProcessor(Func<CancellationToken, ValueTask>? work = null) : WebhookEventProcessor
{
    public List<string> Bodies { get; } = [];

    public override async ValueTask ProcessWebhookAsync(IDictionary<string, StringValues> headers, string body, CancellationToken cancellationToken = default)
    {
        if (work is not null)
        {
            await work(cancellationToken);
        }

        Bodies.Add(body);
    }
}

/// <summary>Takes events after they were read.</summary>
internal sealed class EventProcessor : WebhookEventProcessor
{
    public List<(string? Name, string? Action)> Events { get; } = [];

    public override ValueTask ProcessWebhookAsync(WebhookHeaders headers, WebhookEvent webhookEvent, CancellationToken cancellationToken = default)
    {
        Events.Add((headers.Event, webhookEvent?.Action));
        return ValueTask.CompletedTask;
    }
}
