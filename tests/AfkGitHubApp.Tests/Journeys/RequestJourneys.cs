using System.Text.RegularExpressions;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>What a run costs of GitHub's hourly limit, counted on the wire: every request of the product but those for tokens.</summary>
public sealed partial class RequestJourneys(ITestOutputHelper output)
{
    private readonly List<(DateTimeOffset At, string Kind)> requests = [];
    private AfkTester? tester;

    [Fact]
    public async Task A_happy_path_run_costs_at_most_24_requests_from_its_label_to_its_end()
    {
        await using var afk = await StartAsync();

        (await CostOfAsync(afk, new TurnScript())).ShouldBeLessThanOrEqualTo(24 + BranchRules, "the branch's rules are read once in an hour");
        (await CostOfAsync(afk, new TurnScript())).ShouldBeLessThanOrEqualTo(24);
    }

    [Theory]
    [InlineData(10, 2)]
    [InlineData(29, 10)]
    [InlineData(90, 30)]
    public async Task A_longer_turn_costs_two_reads_more_every_five_minutes_and_every_ten_after_an_hour(int minutes, int more)
    {
        await using var afk = await StartAsync();

        (await CostOfAsync(afk, new TurnScript { Takes = TimeSpan.FromMinutes(minutes) })).ShouldBeLessThanOrEqualTo(24 + BranchRules + more);
    }

    [Fact]
    public async Task A_look_costs_at_most_two_reads_before_a_push_and_five_while_CI_is_pending_and_writes_nothing()
    {
        await using var afk = await StartAsync();
        var issue = afk.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromMinutes(50), Ci = new CiScript { Takes = TimeSpan.FromMinutes(55) } });
        await afk.PassUntilEndedAsync(issue, TimeSpan.FromHours(3));

        var waits = afk.Ticks.Where(tick => tick.Issue == issue && tick.Action == nameof(RunAction.Wait)).ToList();
        var before = waits.Where(tick => tick.Phase is Phase.Green).ToList();
        var pending = waits.Where(tick => tick.Phase is Phase.Ci && tick.Trigger == "timer").ToList();

        before.Count.ShouldBeGreaterThan(5);
        before.ShouldAllBe(tick => tick.Requests <= 2 && tick.Did.Length == 0);
        pending.Count.ShouldBeGreaterThan(5);
        pending.ShouldAllBe(tick => tick.Requests <= 5 && tick.Did.Length == 0);
    }

    private const int BranchRules = 2;

    [GeneratedRegex("(?<=/)([0-9a-f]{40}|[0-9]+)(?=/|$|\\?|\\.\\.\\.)|(?<=\\.\\.\\.)[0-9a-f]{40}|(?<==)[0-9a-f]{40}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ids { get; }

    private async Task<int> CostOfAsync(AfkTester afk, TurnScript turn)
    {
        requests.Clear();
        var issue = afk.OpenReadyIssue(turns: turn);
        await afk.PassUntilEndedAsync(issue, TimeSpan.FromHours(3));

        afk.EndingOf(issue).ShouldBe(Ending.Done);
        var ticks = afk.Ticks.Where(tick => tick.Issue == issue).ToList();
        foreach (var (at, kind) in requests)
        {
            output.WriteLine($"{at:HH:mm:ss} {kind}");
        }

        // The look for the next issue, and for commands meanwhile, is not this run's.
        var cost = ticks.Sum(tick => tick.Requests);
        output.WriteLine($"{cost} requests in {ticks.Count} looks");
        requests.Count.ShouldBeInRange(cost, cost + 3, "what is metered is what is sent");
        return cost;
    }

    /// <summary>Enrolled, its labels there, at rest: what is counted is the run's alone.</summary>
    private async Task<AfkTester> StartAsync()
    {
        tester = await AfkTester.InProcessAsync(wire => new Counter(wire, this));
        await tester.EnrolAsync();
        await tester.SettleAsync();
        requests.Clear();
        return tester;
    }

    private sealed class Counter(HttpMessageHandler inner, RequestJourneys journey) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            journey.requests.Add((journey.tester?.Clock.GetUtcNow() ?? default, $"{request.Method} {Ids.Replace(request.RequestUri!.PathAndQuery, "N")}"));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
