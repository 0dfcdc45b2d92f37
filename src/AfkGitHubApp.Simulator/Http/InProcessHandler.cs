using System.Net;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>
/// Answers HttpClient without a socket. The task it returns is finished when it is returned, so code under a seeded scheduler stays on its thread;
/// only a fault with a latency makes it wait, on the world's clock.
/// </summary>
public sealed class InProcessHandler(SimulatedGitHub github) : HttpMessageHandler
{
    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Message(request, github.Handle(Read(request, cancellationToken)));
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<HttpResponseMessage>(cancellationToken);
        }

        try
        {
            var response = github.Handle(Read(request, cancellationToken));
            return response.Latency > TimeSpan.Zero ? Late(request, response, cancellationToken) : Task.FromResult(Message(request, response));
        }
        catch (HttpRequestException exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }
    }

    private static SimulatedRequest Read(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            headers[name] = string.Join(name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase) ? " " : ", ", values);
        }

        using var body = new MemoryStream();
        request.Content?.CopyTo(body, null, cancellationToken);
        var uri = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        return new SimulatedRequest(request.Method.Method, uri.AbsolutePath, uri.Query.TrimStart('?'), headers, body.ToArray());
    }

    private static HttpResponseMessage Message(HttpRequestMessage request, SimulatedResponse response)
    {
        if (response.ConnectionCut)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The simulated connection was cut.");
        }

        var message = new HttpResponseMessage((HttpStatusCode)response.Status) { RequestMessage = request, Content = response.BodyStalls ? new StalledContent(response.Body) : new ReadOnlyMemoryContent(response.Body) };
        foreach (var (name, value) in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>Half a body, and then nothing until somebody gives up.</summary>
    private sealed class StalledContent(ReadOnlyMemory<byte> body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(body[..(body.Length / 2)], cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }

    private async Task<HttpResponseMessage> Late(HttpRequestMessage request, SimulatedResponse response, CancellationToken cancellationToken)
    {
        await Task.Delay(response.Latency, github.Time, cancellationToken);
        return Message(request, response);
    }
}
