using System.IO.Compression;
using System.Net;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;
using WireMock.Types;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

public sealed class WireMockSettingsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commas_in_a_query_may_be_left_alone()
    {
        using var server = WireMockServer.Start(new WireMockServerSettings { QueryParameterMultipleValueSupport = QueryParameterMultipleValueSupport.NoComma });
        using var client = server.CreateClient();

        await client.GetAsync("/a?sort=up,down&sort=x;flag&empty=", Cancel);

        var query = server.LogEntries[0].RequestMessage!.Query!;
        query["sort"].ShouldBe(["up,down", "x"]);
        query["flag"].ShouldBeEmpty();
        query["empty"].ShouldBe([""]);
    }

    [Fact]
    public async Task Bodies_may_be_read_for_every_method()
    {
        using var server = WireMockServer.Start(settings => settings.AllowBodyForAllHttpMethods = true);
        using var client = server.CreateClient();

        await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/a") { Content = new StringContent("x") }, Cancel);

        server.LogEntries[0].RequestMessage!.Body.ShouldBe("x");
    }

    [Fact]
    public async Task JSON_may_stay_text()
    {
        using var server = WireMockServer.Start(settings => settings.DisableJsonBodyParsing = true);
        using var client = server.CreateClient();

        await client.PostAsync("/a", new StringContent("{}"), Cancel);

        server.LogEntries[0].RequestMessage!.BodyAsJson.ShouldBeNull();
        server.LogEntries[0].RequestMessage!.DetectedBodyType.ShouldBe("String");
    }

    [Theory]
    [InlineData(null, "packed", "gzip")]
    [InlineData(true, null, null)]
    public async Task A_packed_body_is_unpacked_unless_told_otherwise(bool? disabled, string? body, string? compression)
    {
        using var server = WireMockServer.Start(settings => settings.DisableRequestBodyDecompressing = disabled);
        using var client = server.CreateClient();
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            zip.Write("packed"u8);
        }

        using var content = new ByteArrayContent(packed.ToArray()) { Headers = { { "Content-Encoding", "gzip" } } };
        await client.PostAsync("/a", content, Cancel);

        server.LogEntries[0].RequestMessage!.Body.ShouldBe(body);
        server.LogEntries[0].RequestMessage!.DetectedCompression.ShouldBe(compression);
    }

    [Fact]
    public async Task A_status_without_a_name_may_become_200()
    {
        using var server = WireMockServer.Start(settings => settings.AllowOnlyDefinedHttpStatusCodeInResponse = true);
        using var client = server.CreateClient();
        server.Given(Request.Create().WithPath("/odd")).ThenRespondWithStatusCode(299);
        server.Given(Request.Create().WithPath("/known")).ThenRespondWithStatusCode(429);

        (await client.GetAsync("/odd", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/known", Cancel)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task HTTP_2_is_spoken_when_asked_for_and_carries_trailing_headers()
    {
        using var server = WireMockServer.Start(useHttp2: true);
        using var client = server.CreateClient();
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        server.Given(Request.Create().WithPath("/a").WithHttpVersion("2")).RespondWith(Response.Create().WithBody("x").WithTrailingHeader("X-Last", "1"));

        using var response = await client.GetAsync("/a", Cancel);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.TrailingHeaders.GetValues("X-Last").ShouldBe(["1"]);
    }

    [Fact]
    public async Task Matchers_of_a_test_may_take_part()
    {
        using var server = WireMockServer.Start();
        using var client = server.CreateClient();
        server.Given(Request.Create().WithPath(new Palindrome())).ThenRespondWithOK();

        (await client.GetAsync("/abba/", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/abc/", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private sealed class Palindrome : IStringMatcher
    {
        public string Name => nameof(Palindrome);

        public MatchBehaviour MatchBehaviour => MatchBehaviour.AcceptOnMatch;

        public MatchOperator MatchOperator => MatchOperator.Or;

        public MatchResult IsMatch(string? input) => MatchResult.From(Name, MatchBehaviour, input is not null && input.SequenceEqual(input.Reverse()));

        public AnyOfTypes.AnyOf<string, WireMock.Models.StringPattern>[] GetPatterns() => ["palindrome"];

        public string GetCSharpCodeArguments() => "";
    }
}
