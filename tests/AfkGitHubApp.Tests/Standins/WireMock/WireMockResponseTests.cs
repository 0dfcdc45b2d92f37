using System.Net;
using System.Text;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Types;
using WireMock.Util;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

public sealed class WireMockResponseTests : WireMockServed
{
    [Fact]
    public async Task An_answer_without_anything_is_an_empty_200()
    {
        Given("/r").RespondWith(Response.Create());

        using var response = await Client.GetAsync("/r", Cancel);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_status_may_be_a_number_a_word_of_the_framework_or_text()
    {
        Given("/number").RespondWith(Response.Create().WithStatusCode(422));
        Given("/word").RespondWith(Response.Create().WithStatusCode(HttpStatusCode.Conflict));
        Given("/text").RespondWith(Response.Create().WithStatusCode("503"));
        Given("/none").RespondWith(Response.Create().WithNotFound());
        Given("/fluent").ThenRespondWith(response => response.WithStatusCode(418));

        (await StatusOf("/number")).ShouldBe(422);
        (await StatusOf("/word")).ShouldBe(409);
        (await StatusOf("/text")).ShouldBe(503);
        (await StatusOf("/none")).ShouldBe(404);
        (await StatusOf("/fluent")).ShouldBe(418);
    }

    [Fact]
    public async Task Headers_reach_the_caller()
    {
        Given("/one").RespondWith(Response.Create().WithHeader("X-One", "1").WithHeader("Link", "a", "b").WithHeader("Content-Type", "application/json"));
        Given("/many").RespondWith(Response.Create().WithHeader("X-Gone", "1").WithHeaders(new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Two"] = "2" }));
        Given("/lists").RespondWith(Response.Create().WithHeaders(new Dictionary<string, WireMockList<string>>(StringComparer.Ordinal) { ["X-Three"] = new(["3", "4"]) }));

        using var one = await Client.GetAsync("/one", Cancel);
        using var many = await Client.GetAsync("/many", Cancel);
        using var lists = await Client.GetAsync("/lists", Cancel);

        one.Headers.GetValues("X-One").ShouldBe(["1"]);
        one.Headers.GetValues("Link").ShouldBe(["a", "b"]);
        one.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        one.Headers.Date.ShouldNotBeNull();
        many.Headers.GetValues("X-Two").ShouldBe(["2"]);
        many.Headers.Contains("X-Gone").ShouldBeFalse("the plural form replaces");
        lists.Headers.GetValues("X-Three").ShouldBe(["3", "4"]);
    }

    [Fact]
    public async Task Text_is_sent_without_a_content_type()
    {
        Given("/t").RespondWith(Response.Create().WithBody("grüße"));

        using var response = await Client.GetAsync("/t", Cancel);

        response.Content.Headers.ContentType.ShouldBeNull();
        (await response.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe("grüße"u8.ToArray());
    }

    [Fact]
    public async Task Bytes_are_sent_as_they_are_and_text_in_the_encoding_asked_for()
    {
        Given("/bytes").RespondWith(Response.Create().WithBody([0, 1, 255]));
        Given("/latin").RespondWith(Response.Create().WithBody("ü", encoding: Encoding.Latin1));

        (await Client.GetByteArrayAsync("/bytes", Cancel)).ShouldBe([0, 1, 255]);
        (await Client.GetByteArrayAsync("/latin", Cancel)).ShouldBe([0xFC]);
    }

    [Fact]
    public async Task JSON_keeps_names_leaves_out_nulls_of_objects_and_sets_no_content_type()
    {
        Given("/j").RespondWith(Response.Create().WithBodyAsJson(new { Name = "a<b", number = 1, none = (string?)null }));
        Given("/indented").RespondWith(Response.Create().WithBodyAsJson(new { a = 1 }, indented: true));
        Given("/array").RespondWith(Response.Create().WithBodyAsJson(new[] { 1, 2 }));

        using var response = await Client.GetAsync("/j", Cancel);

        response.Content.Headers.ContentType.ShouldBeNull();
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe("""{"Name":"a<b","number":1}""");
        (await BodyOf("/indented")).ShouldBe($"{{{Environment.NewLine}  \"a\": 1{Environment.NewLine}}}");
        (await BodyOf("/array")).ShouldBe("[1,2]");
    }

    [Fact]
    public async Task A_body_may_be_made_from_the_request()
    {
        Given("/text").RespondWith(Response.Create().WithStatusCode(201).WithBody(request => $"{request.Method} {request.Path}"));
        Given("/later").RespondWith(Response.Create().WithBody(request => Task.FromResult(request.RawQuery)));
        Given("/json").RespondWith(Response.Create().WithBodyAsJson(request => new { segments = request.PathSegments }));

        using var text = await Client.GetAsync("/text", Cancel);
        text.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await text.Content.ReadAsStringAsync(Cancel)).ShouldBe("GET /text");
        (await BodyOf("/later?a=1")).ShouldBe("?a=1");
        (await BodyOf("/json")).ShouldBe("""{"segments":["json"]}""");
    }

    [Fact]
    public async Task A_callback_makes_the_whole_answer_and_the_builder_has_the_last_word_on_status_and_headers()
    {
        static ResponseMessage Answer(IRequestMessage request)
        {
            var message = new ResponseMessage { StatusCode = 202, BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = request.Path } };
            message.AddHeader("X-From", "callback");
            return message;
        }

        Given("/own").RespondWith(Response.Create().WithCallback(Answer));
        Given("/over").RespondWith(Response.Create().WithStatusCode(203).WithHeader("X-From", "builder").WithCallback(request => Task.FromResult<IResponseMessage>(Answer(request))));

        using var own = await Client.GetAsync("/own", Cancel);
        using var over = await Client.GetAsync("/over", Cancel);

        ((int)own.StatusCode).ShouldBe(202);
        own.Headers.GetValues("X-From").ShouldBe(["callback"]);
        (await own.Content.ReadAsStringAsync(Cancel)).ShouldBe("/own");
        ((int)over.StatusCode).ShouldBe(203);
        over.Headers.GetValues("X-From").ShouldBe(["builder"]);
        (await over.Content.ReadAsStringAsync(Cancel)).ShouldBe("/over");
    }

    [Fact]
    public async Task A_callback_that_throws_is_answered_500_with_its_message()
    {
        Given("/r").RespondWith(Response.Create().WithCallback(IResponseMessage (IRequestMessage _) => throw new InvalidOperationException("broken")));

        using var response = await Client.GetAsync("/r", Cancel);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe("""{"Status":"broken"}""");
    }

    [Fact]
    public async Task A_delay_passes_before_the_answer()
    {
        Given("/slow").RespondWith(Response.Create().WithDelay(TimeSpan.FromMilliseconds(200)).WithBody("at last"));
        Given("/random").RespondWith(Response.Create().WithRandomDelay(200, 210));

        (await Time(() => BodyOf("/slow"))).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(150));
        (await Time(() => StatusOf("/random"))).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task A_global_delay_passes_before_every_matched_answer()
    {
        Given("/r").RespondWith(Response.Create());

        Server.AddGlobalProcessingDelay(TimeSpan.FromMilliseconds(200));

        (await Time(() => StatusOf("/r"))).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public void A_delay_must_be_positive()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Response.Create().WithDelay(0));
        Should.Throw<ArgumentOutOfRangeException>(() => Response.Create().WithDelay(TimeSpan.FromSeconds(-5)));
        Should.Throw<ArgumentOutOfRangeException>(() => Response.Create().WithRandomDelay(5, 5));
    }

    [Fact]
    public async Task A_caller_may_give_up_on_a_delayed_answer_which_is_not_logged_before_it_is_made()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Given(Request.Create().WithPath(path => arrived.TrySetResult() || path.Length > 0)).RespondWith(Response.Create().WithDelay(20_000));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var call = Client.GetAsync("/slow", patience.Token);
        await arrived.Task.WaitAsync(Cancel);
        Server.LogEntries.ShouldBeEmpty();
        await patience.CancelAsync();

        await Should.ThrowAsync<TaskCanceledException>(() => call);
    }

    [Fact]
    public async Task Disposing_the_stand_in_does_not_wait_for_delayed_answers()
    {
        Assert.SkipUnless(StandIn.IsLoaded, "The package leaves such answers running.");
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Given(Request.Create().WithPath(path => arrived.TrySetResult() || path.Length > 0)).RespondWith(Response.Create().WithDelay(Timeout.InfiniteTimeSpan));

        var call = Client.GetAsync("/slow", Cancel);
        await arrived.Task.WaitAsync(Cancel);
        Server.Dispose();

        await Should.ThrowAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public async Task An_empty_response_keeps_status_and_headers_and_the_connection()
    {
        Given("/r").RespondWith(Response.Create().WithStatusCode(201).WithHeader("X-One", "1").WithBody("lost").WithFault(FaultType.EMPTY_RESPONSE));

        for (var time = 0; time < 2; time++)
        {
            using var response = await Client.GetAsync("/r", Cancel);

            ((int)response.StatusCode).ShouldBe(201);
            response.Headers.GetValues("X-One").ShouldBe(["1"]);
            (await response.Content.ReadAsByteArrayAsync(Cancel)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_malformed_response_starts_well_and_ends_in_random_bytes()
    {
        const string Body = "0123456789abcdefghijklmnopqrstuv";
        Given("/r").RespondWith(Response.Create().WithBody(Body).WithFault(FaultType.MALFORMED_RESPONSE_CHUNK));

        using var response = await Client.GetAsync("/r", Cancel);
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancel);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        bytes.Take(16).ShouldBe(Encoding.ASCII.GetBytes(Body[..16]));
        bytes.Length.ShouldBeGreaterThan(40);
        bytes.Skip(16).Take(16).ShouldNotBe(Encoding.ASCII.GetBytes(Body[16..]));
    }

    [Theory]
    [InlineData(0.0, "kept")]
    [InlineData(1.0, "")]
    public async Task A_fault_may_strike_never_or_always(double percentage, string body)
    {
        Given("/r").RespondWith(Response.Create().WithBody("kept").WithFault(FaultType.EMPTY_RESPONSE, percentage));

        (await BodyOf("/r")).ShouldBe(body);
    }

    private static async Task<TimeSpan> Time<T>(Func<Task<T>> work)
    {
        var start = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(start);
    }

    private WireMock.Server.IRespondWithAProvider Given(string path) => Server.Given(Request.Create().WithPath(path));
}
