using System.Globalization;
using System.Text.RegularExpressions;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Octokit.Webhooks;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>
/// What the product's usual doings cost in exchanges with Redis: by its own count, by the commands that pass on the network, and by what the
/// server says it was asked.
/// </summary>
public sealed class RoundTripTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const int Shards = 16;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await redis.Server.FlushAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task One_webhook_is_one_exchange()
    {
        await using var network = new RedisProxy(redis.Server);
        await using var tester = await AfkTester.InProcessAsync(("ConnectionStrings:Redis", network.ConnectionString));
        var connection = tester.Services.GetRequiredService<RedisConnection>();
        tester.OpenReadyIssue("the first, for which the connection is opened and the script loaded");
        await DeliverAllAsync(tester);

        tester.OpenReadyIssue("the one that is counted");
        foreach (var delivery in tester.TakeDeliveries().Where(delivery => delivery is { Event: "issues", Action: "labeled" }))
        {
            network.Forget();
            await RawRedis.AskAsync(redis.Server, "CONFIG", "RESETSTAT");
            var before = connection.RoundTrips;

            await DeliverAsync(tester, delivery.Headers["X-GitHub-Event"], delivery.Text);

            var cost = connection.RoundTrips - before;
            Print($"one webhook: {cost} exchange, {network.Commands.Count} command on the network, {await ScriptsRunAsync()} script run by the server");
            cost.ShouldBe(1);
            network.Commands.Select(Name).ShouldBe(["EVALSHA"]);
            (await ScriptsRunAsync()).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_webhook_that_says_nothing_to_us_is_no_exchange()
    {
        await using var network = new RedisProxy(redis.Server);
        await using var tester = await AfkTester.InProcessAsync(("ConnectionStrings:Redis", network.ConnectionString));

        await DeliverAsync(tester, "ping", "{}");

        network.Opened.ShouldBe(0);
        tester.Services.GetRequiredService<RedisConnection>().RoundTrips.ShouldBe(0);
    }

    [Fact]
    public async Task The_nudges_of_an_installation_of_five_repositories_go_out_together()
    {
        await using var network = new RedisProxy(redis.Server);
        await using var tester = await AfkTester.InProcessAsync(("ConnectionStrings:Redis", network.ConnectionString));
        const string Five = """
            {"action":"created","installation":{"id":7},"repositories":[{"id":1,"full_name":"octo/a"},{"id":2,"full_name":"octo/b"},
            {"id":3,"full_name":"octo/c"},{"id":4,"full_name":"octo/d"},{"id":5,"full_name":"octo/e"}]}
            """;
        await DeliverAsync(tester, "installation", Five);

        // Whoever waited for the first answer before the second nudge would wait for ever.
        network.HoldAnswersUntil(5);
        await DeliverAsync(tester, "installation", Five);

        Print($"an installation of five repositories: {network.Commands.Count} commands, all sent before the first answer");
        network.Commands.Select(Name).ShouldBe(Enumerable.Repeat("EVALSHA", 5));
        (await tester.Queue.UnknownAsync([.. Enumerable.Range(1, 5).Select(id => new Core.Runs.RepositoryKey(id, "octo/x", 7))], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tick_with_nothing_to_do_is_four_exchanges_at_most_and_one_more_where_it_reads_comments()
    {
        await using var network = new RedisProxy(redis.Server);
        await using var rooms = new Rooms(("ConnectionStrings:Redis", network.ConnectionString));
        var queue = rooms.Services.GetRequiredService<IDueQueue>();
        var connection = rooms.Services.GetRequiredService<RedisConnection>();
        await queue.NudgeAsync(new Nudge(Rooms.Widgets, "issues"), Token);
        rooms.Clock.Advance(StoreTimings.Default.Rest);
        var first = (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull("the first tick searches for forgotten runs and remembers that it did");
        rooms.Clock.Advance(first.NextLook!.Value - rooms.Clock.GetUtcNow());
        await RawRedis.AskAsync(redis.Server, "CONFIG", "RESETSTAT");
        var before = connection.RoundTrips;

        // The heads of all shards and the kill switch are one exchange: none of them is answered before all have been asked.
        network.HoldAnswersUntil(Shards + 1);
        var tick = (await rooms.Pump.TickNextAsync(Token)).ShouldNotBeNull();

        tick.Did.ShouldBeEmpty();
        tick.Repository.ShouldBe(Rooms.Widgets);
        var cost = connection.RoundTrips - before;
        var scripts = network.Commands.Count(command => Name(command) == "EVALSHA");
        var others = network.Commands.Select(Name).Where(name => name != "EVALSHA").ToList();
        Print($"a tick with nothing to do: {cost} exchanges; on the network one with {others.Count} reads, then {scripts} scripts; {await ScriptsRunAsync()} scripts run by the server");
        cost.ShouldBeLessThanOrEqualTo(5);
        scripts.ShouldBe((int)cost - 1);
        (await ScriptsRunAsync()).ShouldBe(scripts);
        network.Commands.Take(others.Count).Select(Name).ShouldBe(others, "the reads come first, together");
        others.Count(name => name == "ZRANGE").ShouldBe(Shards);
        others.Where(name => name != "ZRANGE").Except(["GET", "TIME"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_look_that_finds_nothing_due_is_one_exchange()
    {
        await using var network = new RedisProxy(redis.Server);
        await using var rooms = new Rooms(("ConnectionStrings:Redis", network.ConnectionString));
        var connection = rooms.Services.GetRequiredService<RedisConnection>();
        (await rooms.Pump.TickNextAsync(Token)).ShouldBeNull();
        var before = connection.RoundTrips;
        network.HoldAnswersUntil(Shards + 1);

        (await rooms.Pump.TickNextAsync(Token)).ShouldBeNull();

        Print($"a look that finds nothing due: {connection.RoundTrips - before} exchange of {network.Commands.Count} reads");
        (connection.RoundTrips - before).ShouldBe(1);
    }

    private static string Name(string[] command) => command[0].ToUpperInvariant();

    private static void Print(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static async Task DeliverAllAsync(AfkTester tester)
    {
        foreach (var delivery in tester.TakeDeliveries())
        {
            await DeliverAsync(tester, delivery.Headers["X-GitHub-Event"], delivery.Text);
        }
    }

    private static async Task DeliverAsync(AfkTester tester, string name, string text) =>
        await tester.Services.GetRequiredService<WebhookEventProcessor>().ProcessWebhookAsync(
            new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase) { ["X-GitHub-Event"] = name, ["X-GitHub-Delivery"] = "72d3162e-cc78-11e3-81ab-4c9367dc0958" }, text, Token);

    /// <summary>By the server's own statistics.</summary>
    private async Task<int> ScriptsRunAsync()
    {
        var statistics = (string)(await RawRedis.AskAsync(redis.Server, "INFO", "commandstats"))!;
        return Regex.Matches(statistics, @"^cmdstat_eval(sha)?:calls=(?<calls>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Sum(match => int.Parse(match.Groups["calls"].Value, CultureInfo.InvariantCulture));
    }
}
