using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Serialization;
using Octokit;
using Octokit.Caching;
using Octokit.Internal;

namespace AfkGitHubApp.Tests.Standins;

public sealed class ConnectionAnswerTests
{
    private static readonly Uri Endpoint = new("repos/o/n", UriKind.Relative);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json", "x")]
    [InlineData("application/json; charset=utf-8", "x")]
    [InlineData("application/vnd.github+json", null)]
    [InlineData("application/JSON", null)]
    [InlineData("text/plain", null)]
    public async Task Only_application_json_is_mapped_and_the_text_always_stays(string contentType, string? name)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Text("""{"full_name":"x"}""", contentType));

        var answer = await handler.Connect().Get<Repo>(Endpoint, null);

        answer.Body?.FullName.ShouldBe(name);
        answer.HttpResponse.Body.ShouldBe("""{"full_name":"x"}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public async Task An_empty_answer_never_reaches_the_serializer(string text)
    {
        var serializer = new RecordingSerializer();
        var handler = new ScriptedHandler(ScriptedHandler.Json(text));

        var answer = await handler.Connect(serializer: serializer).Get<Repo>(Endpoint, null);

        answer.Body.ShouldBeNull();
        serializer.Read.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_given_serializer_writes_bodies_and_reads_answers()
    {
        var serializer = new RecordingSerializer();
        var handler = new ScriptedHandler(ScriptedHandler.Json("""{"a":1}"""));

        await handler.Connect(serializer: serializer).Post<Repo>(Endpoint, new { A = 1 }, null, "application/json", cancellationToken: Token);

        handler.Sent[0].Body.ShouldBe("written");
        serializer.Read.ShouldBe(["""{"a":1}"""]);
    }

    [Fact]
    public async Task One_object_where_a_list_is_wanted_becomes_a_list_of_one()
    {
        var serializer = new RecordingSerializer();
        var handler = new ScriptedHandler(ScriptedHandler.Json("""{"a":1}"""), ScriptedHandler.Json("""{"a":1}"""), ScriptedHandler.Json("[]"));
        var connection = handler.Connect(serializer: serializer);

        await connection.Get<List<Repo>>(Endpoint, null);
        await connection.Get<Dictionary<string, object>>(Endpoint, null);
        await connection.Get<List<Repo>>(Endpoint, null);

        serializer.Read.ShouldBe(["""[{"a":1}]""", """{"a":1}""", "[]"]);
    }

    [Fact]
    public async Task A_binary_answer_is_read_as_bytes_and_text_is_not()
    {
        var handler = new ScriptedHandler(ScriptedHandler.Text("zip!", "application/zip"), ScriptedHandler.Text("text", "text/plain"));
        var connection = handler.Connect();

        var zip = await connection.GetRaw(Endpoint, null);
        var text = await connection.GetRaw(Endpoint, null);

        zip.Body.ShouldBe("zip!"u8.ToArray());
        text.Body.ShouldBeNull();
        text.HttpResponse.Body.ShouldBe("text");
    }

    [Theory]
    [InlineData(400, "", typeof(ApiException))]
    [InlineData(401, "", typeof(AuthorizationException))]
    [InlineData(403, "no", typeof(ForbiddenException))]
    [InlineData(403, "API rate limit exceeded for installation", typeof(RateLimitExceededException))]
    [InlineData(403, "You have exceeded a secondary rate limit", typeof(SecondaryRateLimitExceededException))]
    [InlineData(403, "Maximum number of login attempts exceeded", typeof(LoginAttemptsExceededException))]
    [InlineData(403, "see #abuse-rate-limits", typeof(AbuseException))]
    [InlineData(403, "You have triggered an abuse detection mechanism", typeof(AbuseException))]
    [InlineData(403, "API RATE LIMIT EXCEEDED", typeof(ForbiddenException))]
    [InlineData(404, "", typeof(NotFoundException))]
    [InlineData(409, "", typeof(ApiException))]
    [InlineData(422, "", typeof(ApiValidationException))]
    [InlineData(429, "API rate limit exceeded", typeof(ApiException))]
    [InlineData(451, "", typeof(LegalRestrictionException))]
    [InlineData(500, "", typeof(ApiException))]
    public async Task A_failed_status_becomes_its_exception(int status, string body, Type exception)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Text(body, "text/plain", (HttpStatusCode)status));

        var thrown = await Should.ThrowAsync<ApiException>(() => handler.Connect().Get<object>(Endpoint, null));

        thrown.ShouldBeOfType(exception);
        ((int)thrown.StatusCode).ShouldBe(status);
        thrown.HttpResponse.Body.ShouldBe(body);
    }

    [Theory]
    [InlineData("required; app", TwoFactorType.AuthenticatorApp)]
    [InlineData("required; sms", TwoFactorType.Sms)]
    [InlineData("required", TwoFactorType.Unknown)]
    public async Task A_401_that_asks_for_a_one_time_code_says_which(string header, TwoFactorType type)
    {
        var answer = ScriptedHandler.Json("{}", HttpStatusCode.Unauthorized);
        answer.Headers.Add("X-GitHub-OTP", header);

        var thrown = await Should.ThrowAsync<TwoFactorRequiredException>(() => new ScriptedHandler(answer).Connect().Get<object>(Endpoint, null));

        thrown.TwoFactorType.ShouldBe(type);
    }

    [Fact]
    public async Task An_error_body_is_taken_apart()
    {
        const string Body = """{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing"}],"documentation_url":"https://docs.test"}""";
        var handler = new ScriptedHandler(ScriptedHandler.Json(Body, HttpStatusCode.UnprocessableEntity));

        var thrown = await Should.ThrowAsync<ApiValidationException>(() => handler.Connect().Get<object>(Endpoint, null));

        thrown.Message.ShouldBe("Validation Failed");
        thrown.ApiError.DocumentationUrl.ShouldBe("https://docs.test");
        var detail = thrown.ApiError.Errors.ShouldHaveSingleItem();
        (detail.Resource, detail.Field, detail.Code, detail.Message).ShouldBe(("Issue", "title", "missing", null));
        thrown.ToString().ShouldEndWith(Environment.NewLine + Body);
    }

    [Theory]
    [InlineData("""{"message":"Validation Failed","errors":["plain words"]}""")]
    [InlineData("<html>Unicorn!</html>")]
    public async Task An_error_body_of_another_shape_is_the_message_itself(string body)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json(body, HttpStatusCode.UnprocessableEntity));

        var thrown = await Should.ThrowAsync<ApiValidationException>(() => handler.Connect().Get<object>(Endpoint, null));

        thrown.ApiError.Message.ShouldBe(body);
    }

    [Theory]
    [InlineData(400, "An error occurred with this API request")]
    [InlineData(403, "Request Forbidden")]
    [InlineData(422, "Validation Failed")]
    public async Task An_error_without_a_body_has_a_fixed_message(int status, string message)
    {
        var handler = new ScriptedHandler(ScriptedHandler.Json("", (HttpStatusCode)status));

        var thrown = await Should.ThrowAsync<ApiException>(() => handler.Connect().Get<object>(Endpoint, null));

        thrown.Message.ShouldBe(message);
    }

    [Fact]
    public async Task A_rate_limit_tells_its_numbers()
    {
        var answer = WithRateLimit(ScriptedHandler.Text("API rate limit exceeded", "text/plain", HttpStatusCode.Forbidden));

        var thrown = await Should.ThrowAsync<RateLimitExceededException>(() => new ScriptedHandler(answer).Connect().Get<object>(Endpoint, null));

        (thrown.Limit, thrown.Remaining, thrown.Reset).ShouldBe((5000, 0, DateTimeOffset.FromUnixTimeSeconds(60)));
        thrown.GetRetryAfterTimeSpan().ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("soon", null)]
    [InlineData("-1", null)]
    public async Task Abuse_tells_how_long_to_wait_when_it_is_a_number(string header, int? seconds)
    {
        var answer = ScriptedHandler.Text("abuse detection mechanism", "text/plain", HttpStatusCode.Forbidden);
        answer.Headers.TryAddWithoutValidation("Retry-After", header);

        var thrown = await Should.ThrowAsync<AbuseException>(() => new ScriptedHandler(answer).Connect().Get<object>(Endpoint, null));

        thrown.RetryAfterSeconds.ShouldBe(seconds);
    }

    [Fact]
    public async Task A_failure_of_the_handler_passes_unchanged()
    {
        var failure = new HttpRequestException("no route");
        var connection = new Connection(new Octokit.ProductHeaderValue("afk"), new HttpClientAdapter(() => new FailingHandler(failure)));

        var thrown = await Should.ThrowAsync<HttpRequestException>(() => connection.Get<object>(Endpoint, null));

        thrown.ShouldBeSameAs(failure);
    }

    [Fact]
    public async Task Not_modified_is_no_failure()
    {
        var handler = new ScriptedHandler(new HttpResponseMessage(HttpStatusCode.NotModified));

        var answer = await handler.Connect().Get<Repo>(Endpoint, null);

        answer.Body.ShouldBeNull();
        answer.HttpResponse.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Headers_keep_their_case_their_first_value_and_the_time_of_receipt()
    {
        var answer = ScriptedHandler.Json("{}");
        answer.Headers.Add("X-Thing", ["one", "two"]);

        var headers = (await new ScriptedHandler(answer).Connect().Get<object>(Endpoint, null)).HttpResponse.Headers;

        headers["X-Thing"].ShouldBe("one");
        headers.ContainsKey("x-thing").ShouldBeFalse();
        headers.ContainsKey("Content-Type").ShouldBeFalse();
        headers.ContainsKey("X-Octokit-ReceivedDate").ShouldBeTrue();
    }

    [Fact]
    public async Task The_headers_of_an_answer_are_read()
    {
        var answer = WithRateLimit(ScriptedHandler.Json("{}"));
        answer.Headers.TryAddWithoutValidation("Link", "<http://github.test/x?page=2>; rel=\"next\", <http://github.test/x?page=9>; rel=\"last\"");
        answer.Headers.ETag = new EntityTagHeaderValue("\"abc\"");
        answer.Headers.Add("X-OAuth-Scopes", "repo, workflow");

        var info = (await new ScriptedHandler(answer).Connect().Get<object>(Endpoint, null)).HttpResponse.ApiInfo;

        info.Links.ShouldBe(new Dictionary<string, Uri>(StringComparer.Ordinal) { ["next"] = new("http://github.test/x?page=2"), ["last"] = new("http://github.test/x?page=9") }, ignoreOrder: true);
        info.Etag.ShouldBe("\"abc\"");
        info.OauthScopes.ShouldBe(["repo", "workflow"]);
        info.AcceptedOauthScopes.ShouldBeEmpty();
        (info.RateLimit.Limit, info.RateLimit.Remaining, info.RateLimit.ResetAsUtcEpochSeconds).ShouldBe((5000, 0, 60));
    }

    [Fact]
    public async Task A_comma_in_a_link_ends_the_reading_of_links()
    {
        var answer = ScriptedHandler.Json("{}");
        answer.Headers.TryAddWithoutValidation("Link", "<http://github.test/x?labels=a,b&page=2>; rel=\"next\", <http://github.test/x?page=9>; rel=\"last\"");

        var info = (await new ScriptedHandler(answer).Connect().Get<object>(Endpoint, null)).HttpResponse.ApiInfo;

        info.Links.ShouldBeEmpty();
    }

    [Fact]
    public async Task Missing_rate_limit_headers_count_as_nothing_left()
    {
        var info = (await new ScriptedHandler(ScriptedHandler.Json("{}")).Connect().Get<object>(Endpoint, null)).HttpResponse.ApiInfo;

        (info.RateLimit.Limit, info.RateLimit.Remaining, info.RateLimit.ResetAsUtcEpochSeconds).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task The_connection_remembers_the_latest_headers_of_a_failure_too()
    {
        var connection = new ScriptedHandler(WithRateLimit(ScriptedHandler.Json("{}", HttpStatusCode.NotFound))).Connect();
        connection.GetLastApiInfo().ShouldBeNull();

        await Should.ThrowAsync<NotFoundException>(() => connection.Get<object>(Endpoint, null));

        connection.GetLastApiInfo().RateLimit.Limit.ShouldBe(5000);
    }

    [Fact]
    public async Task A_timeout_ends_the_wait_for_headers()
    {
        var connection = new Connection(new Octokit.ProductHeaderValue("afk"), new HttpClientAdapter(() => new SilentHandler()));

        await Should.ThrowAsync<TaskCanceledException>(() => connection.Get<object>(Endpoint, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_wait_for_headers()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var connection = new Connection(new Octokit.ProductHeaderValue("afk"), new HttpClientAdapter(() => new SilentHandler()));

        var pending = connection.Post(Endpoint, source.Token);
        await source.CancelAsync();

        await Should.ThrowAsync<TaskCanceledException>(() => pending);
    }

    [Fact]
    public async Task Neither_timeout_nor_token_reach_the_body()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var release = new TaskCompletionSource();
        var handler = new ScriptedHandler(new HttpResponseMessage(HttpStatusCode.OK) { Content = new HeldContent(release.Task, "late") });

        var pending = handler.Connect().Get<object>(Endpoint, null, null, source.Token);
        await source.CancelAsync();
        pending.IsCompleted.ShouldBeFalse();
        release.SetResult();

        (await pending).HttpResponse.Body.ShouldBe("late");
    }

    [Fact]
    public async Task A_cached_answer_that_is_still_good_comes_back_with_its_old_headers()
    {
        var first = WithRateLimit(ScriptedHandler.Json("""{"full_name":"x"}"""));
        first.Headers.ETag = new EntityTagHeaderValue("\"abc\"");
        var handler = new ScriptedHandler(first, new HttpResponseMessage(HttpStatusCode.NotModified));
        var connection = handler.Connect();
        connection.ResponseCache = new MemoryCache();

        await connection.Get<Repo>(Endpoint, null);
        var second = await connection.Get<Repo>(Endpoint, null);

        handler.Sent[1].Header("If-None-Match").ShouldBe("\"abc\"");
        second.Body.FullName.ShouldBe("x");
        second.HttpResponse.ApiInfo.RateLimit.Limit.ShouldBe(5000);
    }

    [Fact]
    public void Names_are_written_in_snake_case_and_nulls_left_out()
    {
        var text = new SimpleJsonSerializer().Serialize(new { FullName = "x", HtmlURL = "u", UBUNTU = 1, Missing = (string?)null, Map = new Dictionary<string, object>(StringComparer.Ordinal) { ["KeepMe"] = true } });

        text.ShouldBe("""{"full_name":"x","html_u_r_l":"u","UBUNTU":1,"map":{"KeepMe":true}}""");
    }

    [Fact]
    public void Answers_are_read_by_snake_case_names_into_private_setters_too()
    {
        var repo = new SimpleJsonSerializer().Deserialize<Repo>("""{"full_name":"x","id":"7","pushed_at":"2026-01-02T03:04:05Z","unknown":[1]}""");

        (repo.FullName, repo.Id, repo.PushedAt).ShouldBe(("x", 7L, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));
    }

    [Fact]
    public void A_null_for_a_number_cannot_be_read() =>
        Should.Throw<NullReferenceException>(() => new SimpleJsonSerializer().Deserialize<Repo>("""{"id":null}"""));

    [Fact]
    public void Text_that_is_no_json_cannot_be_read() =>
        Should.Throw<SerializationException>(() => new SimpleJsonSerializer().Deserialize<Repo>("<html>"));

    private static HttpResponseMessage WithRateLimit(HttpResponseMessage answer)
    {
        answer.Headers.Add("X-RateLimit-Limit", "5000");
        answer.Headers.Add("X-RateLimit-Remaining", "0");
        answer.Headers.Add("X-RateLimit-Reset", "60");
        return answer;
    }

    public sealed class Repo
    {
        public string FullName { get; private set; } = "";

        public long Id { get; set; }

        public DateTimeOffset? PushedAt { get; set; }
    }

    private sealed class RecordingSerializer : IJsonSerializer
    {
        public List<string> Read { get; } = [];

        public string Serialize(object item) => "written";

        public T Deserialize<T>(string json)
        {
            Read.Add(json);
            return default!;
        }
    }

    private sealed class FailingHandler(Exception failure) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromException<HttpResponseMessage>(failure);
    }

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("An endless wait ended.");
        }
    }

    private sealed class HeldContent(Task release, string text) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await release;
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class MemoryCache : IResponseCache
    {
        private readonly Dictionary<string, CachedResponse.V1> answers = new(StringComparer.Ordinal);

        public Task<CachedResponse.V1> GetAsync(IRequest request) => Task.FromResult(answers.GetValueOrDefault(request.Endpoint.ToString())!);

        public Task SetAsync(IRequest request, CachedResponse.V1 cachedResponse)
        {
            answers[request.Endpoint.ToString()] = cachedResponse;
            return Task.CompletedTask;
        }
    }
}
