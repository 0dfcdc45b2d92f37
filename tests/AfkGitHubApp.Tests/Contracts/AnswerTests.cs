using AfkGitHubApp.Ports;
using WireMock.ResponseBuilders;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Every answer to every request of every port method is a value or the right kind of <see cref="GitHubFailure"/>; nothing else gets through.</summary>
public sealed class AnswerTests(ContractServer server) : ContractTest(server)
{
    private const string Plain = """{"message":"Resource not accessible by integration","documentation_url":"https://docs.github.com/rest"}""";
    private const string Secondary = """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""";
    private const string Page = "<html><head><title>Unicorn!</title></head><body><h1>502</h1></body></html>";

    private static readonly Refusal[] Refusals =
    [
        new("400", 400, FailureKind.Bug),
        new("401", 401, FailureKind.AccessGone) { Body = """{"message":"Bad credentials"}""" },
        new("403", 403, FailureKind.Refused),
        new("403 suspended", 403, FailureKind.AccessGone) { Body = """{"message":"This installation has been suspended"}""" },
        new("403 with retry-after", 403, FailureKind.RateLimited) { Headers = [("Retry-After", "37")], RetryAfter = 37 },
        new("403 with a date to retry after", 403, FailureKind.RateLimited) { Headers = [("Retry-After", "Tue, 10 Mar 2026 12:02:00 GMT")], RetryAfter = 120 },
        new("403 with nothing remaining", 403, FailureKind.RateLimited) { Headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1773144600")], RetryAfter = 600 },
        new("403 with a reset gone by", 403, FailureKind.RateLimited) { Headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1773143000")], RetryAfter = 1 },
        new("403 with much remaining", 403, FailureKind.Refused) { Headers = [("x-ratelimit-remaining", "4999"), ("x-ratelimit-reset", "1773144600")] },
        new("403 with a secondary limit", 403, FailureKind.RateLimited) { Body = Secondary, RetryAfter = 60 },
        new("403 with an abuse limit", 403, FailureKind.RateLimited) { Body = """{"message":"You have triggered an abuse detection mechanism."}""", RetryAfter = 60 },
        new("404", 404, FailureKind.NotFound) { Body = """{"message":"Not Found","status":"404"}""" },
        new("408", 408, FailureKind.Transient),
        new("409", 409, FailureKind.Transient),
        new("410", 410, FailureKind.Refused) { Body = """{"message":"This issue was deleted"}""" },
        new("422", 422, FailureKind.Refused) { Body = """{"message":"Validation Failed","errors":["plain words",{"resource":"Issue","code":"custom"}]}""" },
        new("429", 429, FailureKind.RateLimited) { RetryAfter = 60 },
        new("429 with retry-after", 429, FailureKind.RateLimited) { Headers = [("Retry-After", "5")], RetryAfter = 5 },
        new("429 with nothing remaining", 429, FailureKind.RateLimited) { Headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1773144060")], RetryAfter = 60 },
        new("429 with an unreadable retry-after", 429, FailureKind.RateLimited) { Headers = [("Retry-After", "soon")], RetryAfter = 60 },
        new("451", 451, FailureKind.Refused),
        new("500", 500, FailureKind.Transient),
        new("500 with nothing", 500, FailureKind.Transient) { Body = "" },
        new("502 with a page", 502, FailureKind.Transient) { Body = Page, ContentType = "text/html" },
        new("502 in an unknown charset", 502, FailureKind.Transient) { Body = Page, ContentType = "text/html; charset=martian" },
        new("502 with a page of two megabytes", 502, FailureKind.Transient) { Body = new string('x', 2 * 1024 * 1024), ContentType = "text/html" },
        new("503", 503, FailureKind.Transient),
        new("503 with retry-after", 503, FailureKind.Transient) { Headers = [("Retry-After", "9")], RetryAfter = 9 },
        new("504", 504, FailureKind.Transient),
        new("301", 301, FailureKind.Moved) { Headers = [("Location", "/repositories/5000000017")] },
        new("302", 302, FailureKind.Moved) { Headers = [("Location", "http://127.0.0.1:9/elsewhere")] },
        new("307", 307, FailureKind.Moved) { Headers = [("Location", "http://127.0.0.1:9/elsewhere")] },
        new("308 to nowhere", 308, FailureKind.Moved),
    ];

    private static readonly (string Name, string Body, string ContentType)[] Unreadables =
    [
        ("a page", Page, "text/html"),
        ("nothing", "", "application/json; charset=utf-8"),
        ("nothing at all in JSON", "null", "application/json; charset=utf-8"),
        ("an empty object", "{}", "application/json; charset=utf-8"),
        ("half a body", """{"id":1,"tok""", "application/json; charset=utf-8"),
        ("bytes after the body", "{}\u0001\u0002", "application/json; charset=utf-8"),
        ("a number", "17", "application/json; charset=utf-8"),
        ("a list of numbers", "[1,2]", "application/json; charset=utf-8"),
        ("an error in a success", """{"message":"Server Error"}""", "application/json; charset=utf-8"),
        ("another type", "id: 1", "application/yaml"),
        ("no type", """{"id":1}""", ""),
    ];

    public static TheoryData<string, int, string> EveryRefusal =>
        [.. from each in PortCall.Each from refusal in Refusals select new TheoryDataRow<string, int, string>(each.Call, each.Position, refusal.Name)];

    public static TheoryData<string, int, string> EveryUnreadable =>
        [.. from each in PortCall.Each where each.Exchange.Reads from unreadable in Unreadables select new TheoryDataRow<string, int, string>(each.Call, each.Position, unreadable.Name)];

    public static TheoryData<string, string> Unread =>
        [.. from each in PortCall.Each where !each.Exchange.Reads from unreadable in Unreadables select new TheoryDataRow<string, string>(each.Call, unreadable.Name)];

    [Theory]
    [MemberData(nameof(EveryRefusal))]
    public async Task A_refusal_becomes_its_kind_of_failure(string name, int position, string refused)
    {
        var call = PortCall.Named(name);
        var exchange = call.Exchanges[position];
        var refusal = Refusals.Single(each => each.Name == refused);
        GivenAllBut(call, position);
        Server.Given(exchange.Method, exchange.Url, refusal.Response());

        if (IsAnAnswer(exchange, refusal))
        {
            await call.Invoke(GitHub, Cancel);
            return;
        }

        var failure = await FailureOf(call.Invoke(GitHub, Cancel));

        failure.Kind.ShouldBe(refusal.Kind);
        failure.StatusCode.ShouldBe(refusal.Status);
        failure.RetryAfter.ShouldBe(refusal.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        failure.RequestId.ShouldBe("0A1B:2C3D:4E");
        failure.Ambiguous.ShouldBe(refusal.Status >= 500 && !exchange.Repeatable, "only a write that may have been performed is ambiguous");
        Server.Log.ShouldNotContain(entry => entry.Url.Contains("elsewhere", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryUnreadable))]
    public async Task An_answer_that_cannot_be_read_is_never_taken_for_one(string name, int position, string answered)
    {
        var call = PortCall.Named(name);
        var exchange = call.Exchanges[position];
        GivenAllBut(call, position);
        Server.Given(exchange.Method, exchange.Url, Unreadable(answered, exchange.Status));

        var failure = await FailureOf(call.Invoke(GitHub, Cancel));

        failure.Kind.ShouldBe(FailureKind.Bug);
        failure.StatusCode.ShouldBe(exchange.Status);
        failure.RequestId.ShouldBe("0A1B:2C3D:4E");
        failure.Ambiguous.ShouldBe(!exchange.Repeatable, "it was performed, whatever the body says");
    }

    [Theory]
    [MemberData(nameof(Unread))]
    public async Task An_answer_nobody_reads_may_be_anything(string name, string answered)
    {
        var call = PortCall.Named(name);
        var exchange = call.Exchanges.ShouldHaveSingleItem();
        Server.Given(exchange.Method, exchange.Url, Unreadable(answered, exchange.Status));

        await call.Invoke(GitHub, Cancel);

        Server.Log.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=martian")]
    public async Task JSON_is_read_as_UTF_8_whatever_charset_is_named(string contentType)
    {
        Server.Given("GET", "/repos/Octo-Org/hello.world/issues?labels=l&state=open&per_page=100", ContractServer.Json("""[{"id":1,"number":2,"title":"Grüße","state":"open"}]""").WithHeader("Content-Type", contentType));

        var issues = await GitHub.Tracker.ListIssuesAsync(Repository, "l", openOnly: true, Cancel);

        issues.ShouldHaveSingleItem().Title.ShouldBe("Grüße");
    }

    [Fact]
    public async Task A_failure_names_the_request_and_GitHub_s_reason_and_no_secret()
    {
        Server.Given("GET", "/repos/Octo-Org/hello.world/branches/main", ContractServer.Json("""{"message":"Validation Failed"}""", 422));

        var failure = await FailureOf(GitHub.Ci.HeadAsync(Repository, "main", Cancel));

        failure.Message.ShouldBe("GET /repos/Octo-Org/hello.world/branches/main answered 422: Validation Failed");
        failure.ToString().ShouldNotContain("ghs_");
    }

    private static bool IsAnAnswer(Exchange exchange, Refusal refusal) =>
        exchange.OnlyAnswer == refusal.Status || exchange.Answers.Contains(refusal.Status) && (refusal.Status is 404 or 409 || refusal.Kind is FailureKind.Refused)
        || refusal.Status == 451 && exchange.Answers.Contains(422);

    private static IResponseBuilder Unreadable(string name, int status)
    {
        var (_, body, contentType) = Unreadables.Single(each => each.Name == name);
        var response = Response.Create().WithStatusCode(status).WithHeader("X-GitHub-Request-Id", "0A1B:2C3D:4E").WithBody(body);
        return contentType.Length == 0 ? response : response.WithHeader("Content-Type", contentType);
    }

    private sealed record Refusal(string Name, int Status, FailureKind Kind)
    {
        public string Body { get; init; } = Plain;

        public string ContentType { get; init; } = "application/json; charset=utf-8";

        public (string Name, string Value)[] Headers { get; init; } = [];

        public int? RetryAfter { get; init; }

        public IResponseBuilder Response()
        {
            var response = WireMock.ResponseBuilders.Response.Create().WithStatusCode(Status).WithHeader("Content-Type", ContentType).WithHeader("X-GitHub-Request-Id", "0A1B:2C3D:4E").WithBody(Body);
            return Headers.Aggregate(response, (built, header) => built.WithHeader(header.Name, header.Value));
        }
    }
}
