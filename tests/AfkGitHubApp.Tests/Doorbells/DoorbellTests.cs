using AfkGitHubApp.Adapters.Doorbells;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace AfkGitHubApp.Tests.Doorbells;

/// <summary>Each kind of doorbell against a receiver over a socket that refuses what the real one refuses.</summary>
public sealed class DoorbellTests : IDisposable
{
    private static readonly Notification Frozen = new(
        "r0123456789ab/doorbell", "frozen", "octo/widgets#12 is frozen", "@maria: the run of [octo/widgets#12](https://github.com/octo/widgets/issues/12) is frozen: CI is red \\<!channel\\> & more.\n", NotificationPriority.High)
    {
        Url = "https://github.com/octo/widgets/issues/12",
    };

    private readonly ManualClock clock = new();
    private readonly DoorbellPost post;

    public DoorbellTests() => post = new DoorbellPost(clock, clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => post.Dispose();

    [Fact]
    public async Task Slack_takes_a_text_in_its_own_markup()
    {
        await using var slack = await DoorbellReceiver.SlackAsync();

        await Slack(slack).RingAsync(Frozen, Cancel);

        slack.All.ShouldHaveSingleItem().Body.GetProperty("text").GetString().ShouldBe(
            """
            *<https://github.com/octo/widgets/issues/12|octo/widgets#12 is frozen>*
            @maria: the run of <https://github.com/octo/widgets/issues/12|octo/widgets#12> is frozen: CI is red &lt;!channel&gt; &amp; more.
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task An_address_that_is_no_webhook_of_Slack_s_is_refused_for_good_with_its_word()
    {
        await using var slack = await DoorbellReceiver.SlackAsync();

        var failure = await Should.ThrowAsync<DoorbellFailure>(() => Slack(slack, "/services/T0/B0/revokedrevoked").RingAsync(Frozen, Cancel));

        failure.Message.ShouldBe("it answered 404 no_service");
        failure.IsFinal.ShouldBeTrue();
        slack.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("token")]
    [InlineData("user")]
    public async Task Ntfy_takes_a_message_with_priority_and_link(string by)
    {
        await using var ntfy = await DoorbellReceiver.NtfyAsync();

        await Ntfy(ntfy, by).RingAsync(Frozen, Cancel);
        await Ntfy(ntfy, by).RingAsync(Frozen with { Priority = NotificationPriority.Low, Url = null, Body = new string('é', 5_000) }, Cancel);

        var (loud, quiet) = (ntfy.All[0].Body, ntfy.All[1].Body);
        loud.GetProperty("topic").GetString().ShouldBe("afk");
        loud.GetProperty("title").GetString().ShouldBe("octo/widgets#12 is frozen");
        loud.GetProperty("message").GetString().ShouldBe(Frozen.Body.TrimEnd());
        loud.GetProperty("markdown").GetBoolean().ShouldBeTrue();
        loud.GetProperty("click").GetString().ShouldBe(Frozen.Url);
        loud.GetProperty("priority").GetInt32().ShouldBe(4);
        quiet.GetProperty("priority").GetInt32().ShouldBe(2);
        quiet.TryGetProperty("click", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("nobody", "it answered 403")]
    [InlineData("a stranger", "it answered 401")]
    public async Task Ntfy_refuses_who_may_not_write(string by, string said)
    {
        await using var ntfy = await DoorbellReceiver.NtfyAsync();

        var failure = await Should.ThrowAsync<DoorbellFailure>(() => Ntfy(ntfy, by).RingAsync(Frozen, Cancel));

        failure.Message.ShouldBe(said);
        failure.IsFinal.ShouldBeTrue();
    }

    [Fact]
    public async Task A_webhook_s_receiver_can_verify_what_it_gets_and_knows_a_repetition_by_its_id()
    {
        await using var receiver = await DoorbellReceiver.WebhookAsync();

        await Webhook(receiver).RingAsync(Frozen, Cancel);
        await Webhook(receiver).RingAsync(Frozen, Cancel);

        receiver.All.Count.ShouldBe(2);
        receiver.All.ShouldAllBe(taken => taken.Headers["webhook-id"] == "r0123456789ab/doorbell");
        var body = receiver.All[0].Body;
        body.GetProperty("type").GetString().ShouldBe("afk.frozen");
        var data = body.GetProperty("data");
        data.GetProperty("id").GetString().ShouldBe(Frozen.DoorbellId);
        data.GetProperty("kind").GetString().ShouldBe("frozen");
        data.GetProperty("title").GetString().ShouldBe(Frozen.Title);
        data.GetProperty("body").GetString().ShouldBe(Frozen.Body);
        data.GetProperty("priority").GetString().ShouldBe("high");
        data.GetProperty("url").GetString().ShouldBe(Frozen.Url);
    }

    [Fact]
    public async Task A_webhook_signed_with_another_secret_is_refused()
    {
        await using var receiver = await DoorbellReceiver.WebhookAsync();

        (await Should.ThrowAsync<DoorbellFailure>(() => Webhook(receiver, secret: new byte[32]).RingAsync(Frozen, Cancel))).Message.ShouldBe("it answered 401 no_matching_signature");
    }

    [Fact]
    public void The_signature_is_that_of_the_specification_s_example()
    {
        // The example of the Standard Webhooks libraries: secret, id, time and body with the signature that all of them must come to.
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        WebhookDoorbell.Sign([.. secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", """{"test": 2432232314}""").ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Theory]
    [InlineData(429, null, false)]
    [InlineData(408, null, false)]
    [InlineData(500, null, false)]
    [InlineData(503, null, false)]
    [InlineData(400, null, true)]
    [InlineData(410, null, true)]
    [InlineData(307, "http://127.0.0.1:1/elsewhere", true)]
    public async Task What_may_be_answered_otherwise_later_is_not_final_and_no_redirect_is_followed(int status, string? location, bool final)
    {
        await using var receiver = await DoorbellReceiver.WebhookAsync();
        receiver.Next(DoorbellReceiver.Answering(status, "Your address is https://secret", location: location));

        var failure = await Should.ThrowAsync<DoorbellFailure>(() => Webhook(receiver).RingAsync(Frozen, Cancel));

        failure.Message.ShouldBe($"it answered {status}");
        failure.IsFinal.ShouldBe(final);
        receiver.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task How_long_the_other_side_wants_to_be_left_alone_is_heard()
    {
        await using var receiver = await DoorbellReceiver.SlackAsync();
        receiver.Next(DoorbellReceiver.Answering(429, "rate_limited", retryAfter: "45"));
        receiver.Next(DoorbellReceiver.Answering(429, retryAfter: clock.GetUtcNow().AddSeconds(30).ToString("R")));

        (await Should.ThrowAsync<DoorbellFailure>(() => Slack(receiver).RingAsync(Frozen, Cancel))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(45));
        (await Should.ThrowAsync<DoorbellFailure>(() => Slack(receiver).RingAsync(Frozen, Cancel))).RetryAfter!.Value.TotalSeconds.ShouldBeInRange(29, 30);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_does_not_answer_is_left_after_ten_seconds(bool afterItsHeaders)
    {
        await using var receiver = await DoorbellReceiver.SlackAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Next(async context =>
        {
            if (afterItsHeaders)
            {
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync("half", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            reached.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        });

        var ringing = Slack(receiver).RingAsync(Frozen, Cancel);
        await reached.Task.WaitAsync(Cancel);
        clock.Advance(TimeSpan.FromSeconds(10));

        var failure = await Should.ThrowAsync<DoorbellFailure>(() => ringing);
        failure.Message.ShouldBe("no answer within 10 s");
        failure.IsFinal.ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_without_an_end_is_no_trouble()
    {
        await using var receiver = await DoorbellReceiver.SlackAsync();
        receiver.Next(async context =>
        {
            context.Response.StatusCode = 500;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('a', 10_000), context.RequestAborted);
            }
        });

        (await Should.ThrowAsync<DoorbellFailure>(() => Slack(receiver).RingAsync(Frozen, Cancel))).Message.ShouldBe("it answered 500");
    }

    [Fact]
    public async Task One_that_cannot_be_reached_is_told_without_its_address()
    {
        var nowhere = new DoorbellSettings { Name = "team", Kind = DoorbellKind.Slack, Address = new Uri("http://127.0.0.1:1" + DoorbellReceiver.SlackPath) };

        var failure = await Should.ThrowAsync<DoorbellFailure>(() => new SlackDoorbell(nowhere, post).RingAsync(Frozen, Cancel));

        failure.Message.ShouldBe("it could not be reached (ConnectionError)");
        failure.ToString().ShouldNotContain("secret");
        failure.IsFinal.ShouldBeFalse();
    }

    [Fact]
    public async Task A_ring_that_is_stopped_is_no_failure_of_the_doorbell()
    {
        await using var receiver = await DoorbellReceiver.SlackAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        receiver.Next(async context =>
        {
            await stop.CancelAsync();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        });

        await Should.ThrowAsync<OperationCanceledException>(() => Slack(receiver).RingAsync(Frozen, stop.Token));
    }

    private SlackDoorbell Slack(DoorbellReceiver receiver, string path = DoorbellReceiver.SlackPath) =>
        new(new DoorbellSettings { Name = "team", Kind = DoorbellKind.Slack, Address = new Uri(receiver.Home, path) }, post);

    private NtfyDoorbell Ntfy(DoorbellReceiver receiver, string by) => new(
        new DoorbellSettings
        {
            Name = "phone",
            Kind = DoorbellKind.Ntfy,
            Address = receiver.Home,
            Topic = "afk",
            Token = by switch { "token" => DoorbellReceiver.NtfyToken, "a stranger" => "tk_wrong", _ => "" },
            User = by is "user" ? "maria" : "",
            Password = by is "user" ? DoorbellReceiver.NtfyPassword : "",
        },
        post);

    private WebhookDoorbell Webhook(DoorbellReceiver receiver, byte[]? secret = null) => new(
        new DoorbellSettings { Name = "hook", Kind = DoorbellKind.Webhook, Address = new Uri(receiver.Home, "/afk?key=secret"), Secret = [.. secret ?? DoorbellReceiver.WebhookSecret] }, post, TimeProvider.System);
}
