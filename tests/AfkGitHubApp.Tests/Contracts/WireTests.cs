using System.Net;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using WireMock.ResponseBuilders;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Answers that do not arrive whole.</summary>
public sealed class WireTests
{
    private static readonly RepositoryKey Repository = GitHubAdapter.Repository;

    private static readonly (string Name, Func<GitHubAdapter, CancellationToken, Task> Invoke, bool Write)[] Verbs =
    [
        ("GET", (gitHub, cancel) => gitHub.Ci.HeadAsync(Repository, "main", cancel), false),
        ("a query", (gitHub, cancel) => gitHub.Tracker.ReadIssueAsync(Repository, 42, "main", null, cancel), false),
        ("POST", (gitHub, cancel) => gitHub.Tracker.AddLabelAsync(Repository, 42, "l", cancel), true),
        ("POST with an answer", (gitHub, cancel) => gitHub.Tracker.CreateCommentAsync(Repository, 42, "b", cancel), true),
        ("PATCH", (gitHub, cancel) => gitHub.Tracker.CloseAsync(Repository, 42, cancel), true),
        ("DELETE", (gitHub, cancel) => gitHub.Tracker.RemoveLabelAsync(Repository, 42, "l", cancel), true),
    ];

    private static readonly (string Name, Func<RawConnection, Task> Answer, FailureKind Kind)[] Cuts =
    [
        ("a reset before the answer", connection => Ended(connection.Reset), FailureKind.Transient),
        ("an end before the answer", _ => Task.CompletedTask, FailureKind.Transient),
        ("an end within the headers", connection => connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Ty"), FailureKind.Transient),
        ("an end within the body", connection => connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\":1"), FailureKind.Transient),
        ("a reset within the body", async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\":1");
            connection.Reset();
        }, FailureKind.Transient),
        ("an end between chunks", connection => connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"), FailureKind.Transient),
        ("a malformed chunk", connection => connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n"), FailureKind.Transient),
        ("no HTTP at all", connection => connection.SendAsync("SSH-2.0-OpenSSH_9.7\r\n\r\n"), FailureKind.Transient),
        ("a cut page of a failure", connection => connection.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html>"), FailureKind.Transient),
        ("a body that is not the gzip it says", connection => connection.SendAsync(RawServer.Answer("no gzip at all", "Content-Type: application/json\r\nContent-Encoding: gzip")), FailureKind.Bug),
        ("a body beyond any size", connection => connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n["), FailureKind.Bug),
    ];

    public static TheoryData<string, string> EveryCut =>
        [.. from verb in Verbs from cut in Cuts select new TheoryDataRow<string, string>(verb.Name, cut.Name)];

    public static TheoryData<string, bool> EveryStall =>
        [.. from verb in Verbs from inBody in new[] { false, true } select new TheoryDataRow<string, bool>(verb.Name, inBody)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(EveryCut))]
    public async Task A_broken_answer_is_a_failure_that_is_ambiguous_for_a_write_and_no_body_is_sent_twice(string verb, string cut)
    {
        var (_, invoke, write) = Verbs.Single(each => each.Name == verb);
        var (_, answer, kind) = Cuts.Single(each => each.Name == cut);
        await using var server = new RawServer(answer);
        using var gitHub = new GitHubAdapter(server.Home);

        var failure = await ContractTest.FailureOf(invoke(gitHub, Cancel));

        failure.Kind.ShouldBe(kind);
        failure.StatusCode.ShouldBeNull("no complete answer came");
        failure.Ambiguous.ShouldBe(write);
        server.Requests.Count.ShouldBeLessThanOrEqualTo(verb is "GET" or "DELETE" ? 4 : 1, "what has a body is never sent twice; the socket layer may repeat what has none");
    }

    [Theory]
    [MemberData(nameof(EveryStall))]
    public async Task A_stalled_answer_ends_at_the_deadline(string verb, bool inBody)
    {
        var (_, invoke, write) = Verbs.Single(each => each.Name == verb);
        await using var server = new RawServer(connection => StallAsync(connection, inBody));
        var wireTime = new ManualTime();
        using var gitHub = new GitHubAdapter(server.Home, wireTime: wireTime, timeout: TimeSpan.FromSeconds(10));

        var call = invoke(gitHub, Cancel);
        await server.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        wireTime.Advance(TimeSpan.FromSeconds(9.9));
        call.IsCompleted.ShouldBeFalse();
        wireTime.Advance(TimeSpan.FromSeconds(0.1));
        var failure = await ContractTest.FailureOf(call);

        failure.Kind.ShouldBe(FailureKind.Transient);
        failure.Message.ShouldContain("within 10 s");
        failure.Ambiguous.ShouldBe(write);
    }

    [Fact]
    public async Task A_stall_while_a_token_is_minted_leaves_a_write_unsent_and_so_not_ambiguous()
    {
        using var server = new ContractServer().Fresh();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.GivenMint(Repository.InstallationId, async () =>
        {
            asked.SetResult();
            await answer.Task;
        });
        var wireTime = new ManualTime();
        using var gitHub = new GitHubAdapter(server.Home, server.Time, wireTime, TimeSpan.FromSeconds(10));

        var call = gitHub.Tracker.AddLabelAsync(Repository, 42, "l", Cancel);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        wireTime.Advance(TimeSpan.FromSeconds(10));
        var failure = await ContractTest.FailureOf(call);
        answer.SetResult();

        failure.Kind.ShouldBe(FailureKind.Transient);
        failure.Ambiguous.ShouldBeFalse();
        server.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_slow_answer_within_the_deadline_is_an_answer()
    {
        using var server = new ContractServer().Fresh();
        server.Given("GET", "/repos/Octo-Org/hello.world/branches/main", ContractServer.Json("""{"commit":{"sha":"abc"}}""").WithDelay(TimeSpan.FromMilliseconds(150)));
        using var gitHub = server.Adapter();

        (await gitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task Nobody_at_the_door_is_a_transient_failure_and_nothing_was_sent()
    {
        var server = new RawServer(_ => Task.CompletedTask);
        var home = server.Home;
        await server.DisposeAsync();
        using var gitHub = new GitHubAdapter(home);

        var failure = await ContractTest.FailureOf(gitHub.Agent.CancelAsync(Repository, "1", Cancel));

        failure.Kind.ShouldBe(FailureKind.Transient);
        failure.StatusCode.ShouldBeNull();
        failure.Ambiguous.ShouldBeFalse();
    }

    [Fact]
    public async Task A_wire_that_gives_up_by_itself_is_a_failure_and_no_cancellation()
    {
        using var gitHub = new GitHubAdapter(new Uri("http://127.0.0.1:9/"), wire: new GivesUp());

        var failure = await ContractTest.FailureOf(gitHub.App.IdentityAsync(Cancel));

        failure.Kind.ShouldBe(FailureKind.Transient);
        failure.InnerException.ShouldBeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task The_stand_in_faults_of_a_half_body_and_of_none_are_failures()
    {
        using var server = new ContractServer().Fresh();
        server.Given("GET", "/repos/Octo-Org/hello.world/branches/a", ContractServer.Json("""{"commit":{"sha":"abc"}}""").WithFault(FaultType.MALFORMED_RESPONSE_CHUNK));
        server.Given("GET", "/repos/Octo-Org/hello.world/branches/b", ContractServer.Json("""{"commit":{"sha":"abc"}}""").WithFault(FaultType.EMPTY_RESPONSE));
        using var gitHub = server.Adapter();

        (await ContractTest.FailureOf(gitHub.Ci.HeadAsync(Repository, "a", Cancel))).Kind.ShouldBe(FailureKind.Bug);
        (await ContractTest.FailureOf(gitHub.Ci.HeadAsync(Repository, "b", Cancel))).Kind.ShouldBe(FailureKind.Bug);
    }

    [Fact]
    public async Task Compressed_answers_are_read()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"commit":{"sha":"abc"}}"""u8.ToArray(), Cancel);
        }

        using var server = new ContractServer().Fresh();
        server.Given("GET", "/repos/Octo-Org/hello.world/branches/main", Response.Create().WithHeader("Content-Type", "application/json").WithHeader("Content-Encoding", "gzip").WithBody(packed.ToArray()));
        using var gitHub = server.Adapter();

        (await gitHub.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");
    }

    internal static async Task StallAsync(RawConnection connection, bool inBody)
    {
        if (inBody)
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
        }

        await connection.StallAsync();
    }

    private static Task Ended(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private sealed class GivesUp : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new TaskCanceledException("the wire's own bound");
    }
}
