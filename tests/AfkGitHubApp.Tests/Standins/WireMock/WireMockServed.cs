using System.Text;
using WireMock.Server;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

/// <summary>One server and one client for each test.</summary>
public abstract class WireMockServed : IDisposable
{
    protected WireMockServed()
    {
        Server = WireMockServer.Start();
        Client = Server.CreateClient();
    }

    protected WireMockServer Server { get; }

    protected HttpClient Client { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<int> StatusOf(string path) => await StatusOf(new HttpRequestMessage(HttpMethod.Get, path));

    protected async Task<int> StatusOf(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }

    protected async Task<string> BodyOf(string path) => await Client.GetStringAsync(path, Cancel);

    protected static HttpRequestMessage Post(string path, string body, string contentType = "application/json") =>
        new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };

    protected static HttpRequestMessage Get(string path, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value).ShouldBeTrue();
        return request;
    }
}
