using WireMock.Exceptions;
using WireMock.RequestBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

public sealed class WireMockLifecycleTests : WireMockServed
{
    [Fact]
    public void A_server_starts_on_a_free_port_of_localhost()
    {
        Server.IsStarted.ShouldBeTrue();
        Server.Port.ShouldBeGreaterThan(0);
        Server.Url.ShouldBe($"http://localhost:{Server.Port}");
        Server.Urls.ShouldBe([$"http://localhost:{Server.Port}"]);
        Server.Ports.ShouldBe([Server.Port]);
        Client.BaseAddress.ShouldBe(new Uri(Server.Url!));
    }

    [Fact]
    public async Task Servers_stand_side_by_side_and_know_only_their_own_mappings()
    {
        using var other = WireMockServer.Start(new WireMockServerSettings { MaxRequestLogCount = 1 });
        using var client = other.CreateClient();
        other.Given(Request.Create().WithPath("/a")).ThenRespondWithOK();

        (await client.GetAsync("/a", Cancel)).IsSuccessStatusCode.ShouldBeTrue();
        (await StatusOf("/a")).ShouldBe(404);
        other.Port.ShouldNotBe(Server.Port);
    }

    [Theory]
    [InlineData("http://localhost:0", "localhost")]
    [InlineData("http://127.0.0.1:0/", "127.0.0.1")]
    public async Task A_server_may_be_given_its_address(string url, string host)
    {
        using var other = WireMockServer.Start(url);
        using var client = other.CreateClient();

        other.Url.ShouldBe($"http://{host}:{other.Port}");
        ((int)(await client.GetAsync("/", Cancel)).StatusCode).ShouldBe(404);
    }

    [Fact]
    public void A_port_that_is_taken_is_refused() =>
        Should.Throw<WireMockException>(() => WireMockServer.Start(settings =>
        {
            settings.Port = Server.Port;
            settings.StartTimeout = 500;
        }));

    [Fact]
    public async Task A_stopped_server_keeps_its_address_and_refuses_connections()
    {
        var url = Server.Url;

        Server.Stop();
        Server.Stop();

        Server.IsStarted.ShouldBeFalse();
        Server.Url.ShouldBe(url);
        var refused = await Should.ThrowAsync<HttpRequestException>(() => StatusOf("/a"));
        refused.HttpRequestError.ShouldBe(HttpRequestError.ConnectionError);
        Should.Throw<InvalidOperationException>(() => Server.CreateClient());
    }

    [Fact]
    public async Task Reset_forgets_mappings_entries_and_scenarios()
    {
        Server.Given(Request.Create().WithPath("/a")).InScenario("run").WillSetStateTo("one").ThenRespondWithOK();
        await StatusOf("/a");

        Server.Reset();

        Server.LogEntries.ShouldBeEmpty();
        Server.Mappings.ShouldBeEmpty();
        Server.Scenarios.ShouldBeEmpty();
        (await StatusOf("/a")).ShouldBe(404);
    }

    [Fact]
    public async Task A_client_passes_its_handlers_in_the_order_given()
    {
        Server.WhenRequest(request => request.WithPath("/a").WithHeader("X-Trail", "first, second")).ThenRespondWithOK();
        using var client = Server.CreateClient(new Trail("first"), new Trail("second"));

        (await client.GetAsync("/a", Cancel)).IsSuccessStatusCode.ShouldBeTrue();
    }

    private sealed class Trail(string step) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var trail = request.Headers.TryGetValues("X-Trail", out var steps) ? $"{steps.Single()}, {step}" : step;
            request.Headers.Remove("X-Trail");
            request.Headers.TryAddWithoutValidation("X-Trail", trail);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
