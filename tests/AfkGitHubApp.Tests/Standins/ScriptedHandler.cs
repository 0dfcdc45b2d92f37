using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Octokit;
using Octokit.Internal;

namespace AfkGitHubApp.Tests.Standins;

/// <summary>Answers requests in the order of its script and keeps what was sent.</summary>
internal sealed class ScriptedHandler(params HttpResponseMessage[] script) : HttpMessageHandler
{
    private readonly Queue<HttpResponseMessage> answers = new(script);

    public List<SentRequest> Sent { get; } = [];

    public static HttpResponseMessage Json(string text, HttpStatusCode status = HttpStatusCode.OK) => Text(text, "application/json; charset=utf-8", status);

    public static HttpResponseMessage Text(string text, string contentType, HttpStatusCode status = HttpStatusCode.OK) => new(status)
    {
        Content = new StringContent(text, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } },
    };

    public static HttpResponseMessage Redirect(HttpStatusCode status, string location) =>
        new(status) { Headers = { Location = new Uri(location, UriKind.RelativeOrAbsolute) } };

    public Connection Connect(Credentials? credentials = null, string baseAddress = "http://github.test/", IJsonSerializer? serializer = null) =>
        Connect(new InMemoryCredentialStore(credentials ?? Credentials.Anonymous), baseAddress, serializer);

    public Connection Connect(ICredentialStore store, string baseAddress = "http://github.test/", IJsonSerializer? serializer = null) =>
        new(new Octokit.ProductHeaderValue("afk", "1.0"), new Uri(baseAddress), store, new HttpClientAdapter(() => this), serializer ?? new SimpleJsonSerializer());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : null;
        Sent.Add(new SentRequest(request.Method, request.RequestUri!, request.Headers, request.Content?.Headers.ContentType?.ToString(), body));
        var answer = answers.Dequeue();
        answer.RequestMessage = request;
        return answer;
    }
}

internal sealed record SentRequest(HttpMethod Method, Uri Uri, HttpRequestHeaders Headers, string? ContentType, string? Body)
{
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : null;
}
