using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>A caller that no longer waits is let go at once, whatever the verb.</summary>
public sealed class CancellationTests
{
    private static readonly RepositoryKey Repository = GitHubAdapter.Repository;

    private static readonly (string Name, Func<GitHubAdapter, CancellationToken, Task> Invoke)[] Verbs =
    [
        ("GET", (gitHub, cancel) => gitHub.Ci.HeadAsync(Repository, "main", cancel)),
        ("GET of a list", (gitHub, cancel) => gitHub.Tracker.ListIssuesAsync(Repository, "l", openOnly: true, cancel)),
        ("GET as the App", (gitHub, cancel) => gitHub.App.IdentityAsync(cancel)),
        ("a query", (gitHub, cancel) => gitHub.Tracker.ReadIssueAsync(Repository, 42, "main", null, cancel)),
        ("POST", (gitHub, cancel) => gitHub.Tracker.AddLabelAsync(Repository, 42, "l", cancel)),
        ("POST with an answer", (gitHub, cancel) => gitHub.Tracker.CreateCommentAsync(Repository, 42, "b", cancel)),
        ("POST without a body", (gitHub, cancel) => gitHub.Agent.CancelAsync(Repository, "1", cancel)),
        ("PATCH", (gitHub, cancel) => gitHub.Tracker.CloseAsync(Repository, 42, cancel)),
        ("DELETE", (gitHub, cancel) => gitHub.Tracker.RemoveLabelAsync(Repository, 42, "l", cancel)),
    ];

    public static TheoryData<string, bool> EveryStall =>
        [.. from verb in Verbs from inBody in new[] { false, true } select new TheoryDataRow<string, bool>(verb.Name, inBody)];

    public static TheoryData<string> EveryVerb => [.. Verbs.Select(verb => verb.Name)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(EveryStall))]
    public async Task Cancelling_ends_a_stalled_call_with_the_caller_s_own_token(string verb, bool inBody)
    {
        await using var server = new RawServer(connection => WireTests.StallAsync(connection, inBody));
        using var gitHub = new GitHubAdapter(server.Home, wireTime: new ManualTime());
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var call = Verbs.Single(each => each.Name == verb).Invoke(gitHub, caller.Token);
        await server.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        call.IsCompleted.ShouldBeFalse();
        await caller.CancelAsync();

        var cancelled = await Should.ThrowAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancel));
        cancelled.CancellationToken.ShouldBe(caller.Token);
    }

    [Theory]
    [MemberData(nameof(EveryVerb))]
    public async Task A_call_cancelled_before_it_starts_sends_nothing(string verb)
    {
        await using var server = new RawServer(connection => connection.StallAsync());
        using var gitHub = new GitHubAdapter(server.Home);
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();

        var cancelled = await Should.ThrowAsync<OperationCanceledException>(() => Verbs.Single(each => each.Name == verb).Invoke(gitHub, caller.Token).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancel));

        cancelled.CancellationToken.ShouldBe(caller.Token);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelling_works_while_a_token_is_minted_and_leaves_the_next_caller_unharmed()
    {
        using var server = new ContractServer().Fresh();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.GivenMint(Repository.InstallationId, async () =>
        {
            asked.TrySetResult();
            await answer.Task;
        });
        server.Given("GET", "/repos/Octo-Org/hello.world/branches/main", ContractServer.Json("""{"commit":{"sha":"abc"}}"""));
        using var gitHub = server.Adapter();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var first = gitHub.Ci.HeadAsync(Repository, "main", caller.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        var second = gitHub.Ci.HeadAsync(Repository, "main", Cancel);
        await caller.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(() => first.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancel))).CancellationToken.ShouldBe(caller.Token);
        answer.SetResult();
        (await second.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel)).ShouldBe("abc");
    }

    [Fact]
    public async Task One_caller_s_cancellation_does_not_touch_another_s_call()
    {
        using var server = new ContractServer().Fresh();
        server.Given("GET", "/repos/Octo-Org/hello.world/branches/slow", ContractServer.Json("""{"commit":{"sha":"abc"}}""").WithDelay(TimeSpan.FromMilliseconds(200)));
        using var gitHub = server.Adapter();
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var left = gitHub.Ci.HeadAsync(Repository, "slow", impatient.Token);
        var stayed = gitHub.Ci.HeadAsync(Repository, "slow", Cancel);
        await impatient.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => left);
        (await stayed).ShouldBe("abc");
    }
}
