using AfkGitHubApp.Cli;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Scheduling;
using AfkGitHubApp.Tests.Settings;

namespace AfkGitHubApp.Tests.Cli;

/// <summary>The verbs that speak to a running deployment, started as their users start them, with a real Redis between.</summary>
public sealed class SharedVerbTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nudge", "octo/widgets")]
    [InlineData("stop", "--all")]
    [InlineData("rebuild")]
    [InlineData("killswitch", "on")]
    public async Task Without_a_shared_store_they_say_so_and_what_to_do_instead(params string[] arguments)
    {
        var ended = await RunAsync(connection: null, arguments);

        ended.ExitCode.ShouldBe(ExitCodes.BadInput);
        ended.Output.ShouldBeEmpty();
        ended.Errors.ShouldContain("ConnectionStrings:Redis is not set");
    }

    [Theory]
    [InlineData("nudge", "widgets")]
    [InlineData("nudge", "octo/widgets#3")]
    [InlineData("stop")]
    [InlineData("stop", "widgets#3")]
    [InlineData("stop", "octo/widgets#3", "--all")]
    [InlineData("rebuild", "octo/widgets#3")]
    public async Task What_is_no_reference_is_refused_before_anything_is_asked(params string[] arguments) =>
        (await RunAsync("127.0.0.1:1", arguments)).ExitCode.ShouldBe(ExitCodes.BadInput);

    [Fact]
    public async Task A_store_that_is_not_there_is_named_without_its_password()
    {
        var ended = await RunAsync("127.0.0.1:1,password=a-very-secret-word", "runs");

        ended.ExitCode.ShouldBe(ExitCodes.Failure);
        ended.Errors.ShouldContain("127.0.0.1:1");
        ended.Errors.ShouldNotContain("a-very-secret-word");
        ended.Errors.ShouldNotContain(" at AfkGitHubApp", customMessage: "no stack trace");
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_a_problem_of_the_settings()
    {
        var ended = await RunAsync("127.0.0.1:6379,passwort=a-very-secret-word", "runs");

        ended.ExitCode.ShouldBe(ExitCodes.BadInput);
        ended.Errors.ShouldContain("ConnectionStrings:Redis cannot be read");
        ended.Errors.ShouldNotContain("a-very-secret-word");
    }

    [Fact]
    public async Task The_kill_switch_is_thrown_for_every_replica()
    {
        // What another test left behind falls due on the real clock.
        await redis.Server.FlushAsync(Token);
        var replica = redis.Connect(TimeProvider.System, AfkGitHubApp.Scheduling.StoreTimings.Default);

        (await RunAsync(redis.Server.ConnectionString, "killswitch", "on")).Output.ShouldContain("kill switch is on");
        (await replica.Queue.ClaimAsync(Token)).ShouldBeNull();
        replica.Runtime.IsOn.ShouldBeTrue();

        (await RunAsync(redis.Server.ConnectionString, "killswitch", "status")).Output.ShouldContain("kill switch is on");
        (await RunAsync(redis.Server.ConnectionString, "killswitch", "off")).Output.ShouldContain("Afk:KillSwitch as read here is on");
        (await replica.Queue.ClaimAsync(Token)).ShouldBeNull();
        replica.Runtime.IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task Runs_and_nudge_speak_of_what_the_deployment_knows()
    {
        var replica = redis.Connect(TimeProvider.System, AfkGitHubApp.Scheduling.StoreTimings.Default with { Rest = TimeSpan.Zero });
        var repository = new Core.Runs.RepositoryKey(1001, "octo/widgets", 7);
        var claim = (await replica.Queue.ClaimAsync(repository, Token)).ShouldNotBeNull();
        await replica.Records.SaveAsync(claim.Lease, Sample.With(repository, Sample.Run()), Token);

        var runs = await RunAsync(redis.Server.ConnectionString, "runs");
        runs.ExitCode.ShouldBe(ExitCodes.Success, runs.Errors);
        runs.Output.ShouldContain("octo/widgets#3");
        (await RunAsync(redis.Server.ConnectionString, "nudge", "Octo/Widgets")).Output.ShouldContain("is being looked at");
        await replica.Queue.SettleAsync(claim.Lease, TimeProvider.System.GetUtcNow().AddHours(1), Token);
        (await RunAsync(redis.Server.ConnectionString, "nudge", "octo/widgets")).Output.ShouldContain("is looked at next");
        (await RunAsync(redis.Server.ConnectionString, "stop", "octo/widgets#4")).ExitCode.ShouldBe(ExitCodes.Failure);
    }

    private static Task<Ended> RunAsync(string? connection, params string[] arguments)
    {
        var environment = ValidSettings.With()
            .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value, StringComparer.Ordinal);
        environment["ConnectionStrings__Redis"] = connection;
        return Executable.RunAsync(environment, "", arguments);
    }
}
