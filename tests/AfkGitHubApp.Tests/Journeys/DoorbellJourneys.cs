using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>The operator's doorbells by name, rung at the end of a run over real sockets.</summary>
public sealed class DoorbellJourneys : IAsyncLifetime
{
    private const string Repository = AfkTester.Repository;
    private static readonly TimeSpan Long = TimeSpan.FromHours(8);
    private DoorbellReceiver slack = null!;
    private DoorbellReceiver ntfy = null!;
    private DoorbellReceiver hook = null!;

    private (string, string?)[] Settings =>
    [
        ("Afk:Doorbells:Team:Kind", "slack"),
        ("Afk:Doorbells:Team:Url", new Uri(slack.Home, DoorbellReceiver.SlackPath).ToString()),
        ("Afk:Doorbells:phone:Kind", "ntfy"),
        ("Afk:Doorbells:phone:Url", ntfy.Home.ToString()),
        ("Afk:Doorbells:phone:Topic", "afk"),
        ("Afk:Doorbells:phone:Token", DoorbellReceiver.NtfyToken),
        ("Afk:Doorbells:hook:Kind", "webhook"),
        ("Afk:Doorbells:hook:Url", new Uri(hook.Home, "/afk").ToString()),
        ("Afk:Doorbells:hook:Secret", "whsec_" + Convert.ToBase64String(DoorbellReceiver.WebhookSecret)),
    ];

    public async ValueTask InitializeAsync() => (slack, ntfy, hook) = (await DoorbellReceiver.SlackAsync(), await DoorbellReceiver.NtfyAsync(), await DoorbellReceiver.WebhookAsync());

    public async ValueTask DisposeAsync()
    {
        await slack.DisposeAsync();
        await ntfy.DisposeAsync();
        await hook.DisposeAsync();
    }

    [Theory]
    [InlineData(true, Ending.Done, "done", 2)]
    [InlineData(false, Ending.NeedsHuman, "needs_human", 4)]
    public async Task Every_doorbell_rings_once_at_the_end_of_a_run_with_what_the_comment_says(bool pushes, Ending ending, string type, int priority)
    {
        await using var tester = await AfkTester.OverSocketsAsync(Settings);
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Pushes = pushes });

        await tester.PassUntilEndedAsync(issue, Long);
        await tester.PassAsync(TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(ending);
        var posted = hook.All.ShouldHaveSingleItem();
        posted.Body.GetProperty("type").GetString().ShouldBe($"afk.{type}");
        tester.Issue(issue).Comments[^1].Body.ShouldStartWith(posted.Body.GetProperty("data").GetProperty("body").GetString()!);
        posted.Body.GetProperty("data").GetProperty("url").GetString().ShouldBe($"{tester.GitHub.BaseUrl}{Repository}/issues/{issue}");
        ntfy.All.ShouldHaveSingleItem().Body.GetProperty("priority").GetInt32().ShouldBe(priority);
        slack.All.ShouldHaveSingleItem().Body.GetProperty("text").GetString().ShouldNotBeNull().ShouldStartWith($"*<{tester.GitHub.BaseUrl}{Repository}/issues/{issue}|{Repository}#{issue} ");
        foreach (var name in (string[])["team", "phone", "hook"])
        {
            tester.Ticks.Single(tick => tick.Ended is not null).Did.ShouldContain(did => did.StartsWith("rang the doorbell", StringComparison.Ordinal) && did.Contains($"; rang {name}", StringComparison.Ordinal));
        }

        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "rung");
    }

    [Fact]
    public async Task A_pull_request_that_waits_for_a_person_rings_and_so_does_its_end()
    {
        await using var tester = await AfkTester.OverSocketsAsync([.. Settings, ("Afk:Delivery", "pull_request")]);
        var issue = tester.OpenReadyIssue(turns: new TurnScript());

        await tester.PassAsync(TimeSpan.FromHours(1));

        var opened = tester.GitHub.Journal.Effects<PullRequestOpened>().ShouldHaveSingleItem().Number;
        var asked = hook.All.ShouldHaveSingleItem();
        asked.Body.GetProperty("type").GetString().ShouldBe("afk.ready");
        asked.Body.GetProperty("data").GetProperty("url").GetString().ShouldBe($"{tester.GitHub.BaseUrl}{Repository}/pull/{opened}");
        ntfy.All.ShouldHaveSingleItem();
        slack.All.ShouldHaveSingleItem();

        tester.GitHub.MergePullRequest(Repository, opened, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        hook.All.Select(post => post.Body.GetProperty("type").GetString()).ShouldBe(["afk.ready", "afk.done"]);
        ntfy.All.Count.ShouldBe(2);
        slack.All.Count.ShouldBe(2);
        tester.Issue(issue).Comments.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Who_merges_while_a_doorbell_is_still_tried_is_not_told_twice()
    {
        slack.Trouble = DoorbellReceiver.Answering(503);
        await using var tester = await AfkTester.InProcessAsync([.. Settings, ("Afk:Delivery", "pull_request")]);
        var issue = tester.OpenReadyIssue(turns: new TurnScript());
        while (tester.Issue(issue).Comments.Count < 2)
        {
            await tester.PassAsync(TimeSpan.FromSeconds(10));
        }

        tester.GitHub.MergePullRequest(Repository, tester.GitHub.Journal.Effects<PullRequestOpened>().Single().Number, AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, Long);

        tester.Issue(issue).Comments.Count.ShouldBe(2);
        tester.Issue(issue).Comments[1].Body.ShouldContain("is done");
    }

    [Fact]
    public async Task A_run_that_a_person_took_over_rings_nobody()
    {
        await using var tester = await AfkTester.InProcessAsync(Settings);
        var issue = tester.OpenReadyIssue(turns: new TurnScript { Takes = TimeSpan.FromHours(1) });
        await tester.PassAsync(TimeSpan.FromMinutes(2));
        tester.GitHub.Close(Repository, issue, AfkTester.Maintainer);

        await tester.PassAsync(TimeSpan.FromHours(2));

        tester.EndingOf(issue).ShouldBe(Ending.Released);
        (slack.Attempts + ntfy.Attempts + hook.Attempts).ShouldBe(0);
    }

    [Fact]
    public async Task One_that_is_down_holds_up_neither_the_others_nor_the_run_for_more_than_two_minutes()
    {
        await using var tester = await AfkTester.InProcessAsync(Settings);
        slack.Trouble = DoorbellReceiver.Answering(503);
        var issue = tester.OpenReadyIssue();
        var next = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        var rang = tester.GitHub.Journal.Effects<CommentCreated>().Last(comment => comment.Number == issue).At;
        var ended = tester.Ticks.Single(tick => tick.Issue == issue && tick.Ended is Ending.Done).At;
        (ended - rang).ShouldBeInRange(TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(170));
        slack.Attempts.ShouldBeInRange(4, 6);
        slack.All.ShouldBeEmpty();
        (ntfy.Attempts, hook.Attempts).ShouldBe((1, 1));
        tester.Ticks.Single(tick => tick.Issue == issue && tick.Ended is not null).Did.ShouldContain(did => did.Contains("gave up team", StringComparison.Ordinal));
        tester.Issue(issue).Labels.ShouldBeEmpty();
        await tester.PassUntilEndedAsync(next, Long);
        tester.EndingOf(next).ShouldBe(Ending.Done);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "one down");
    }

    [Fact]
    public async Task One_that_comes_back_in_time_is_rung_once_under_the_same_id()
    {
        await using var tester = await AfkTester.InProcessAsync(Settings);
        hook.Next(DoorbellReceiver.Answering(500));
        hook.Next(DoorbellReceiver.Answering(502));
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        hook.All.ShouldHaveSingleItem().Headers["webhook-id"].ShouldBe(hook.All[0].Body.GetProperty("data").GetProperty("id").GetString());
        (hook.Attempts, slack.Attempts, ntfy.Attempts).ShouldBe((3, 1, 1));
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Fact]
    public async Task One_that_says_no_for_good_is_not_asked_again()
    {
        await using var tester = await AfkTester.InProcessAsync([.. Settings, ("Afk:Doorbells:Team:Url", new Uri(slack.Home, "/services/revoked").ToString())]);
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        slack.Attempts.ShouldBe(1);
        (ntfy.All.Count, hook.All.Count).ShouldBe((1, 1));
        (tester.Ticks.Single(tick => tick.Ended is not null).At - tester.GitHub.Journal.Effects<CommentCreated>()[^1].At).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("70", 1)]
    [InlineData("600", 0)]
    public async Task One_that_wants_to_be_left_alone_is(string seconds, int taken)
    {
        await using var tester = await AfkTester.InProcessAsync(Settings);
        slack.Next(DoorbellReceiver.Answering(429, "rate_limited", retryAfter: seconds));
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        slack.Attempts.ShouldBe(1 + taken);
        slack.All.Count.ShouldBe(taken);
        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_dies_after_a_ring_and_before_it_is_written_down_rings_again_under_the_same_id_and_comments_once(bool forgets)
    {
        var dying = new Dying();
        await using var tester = await AfkTester.InProcessAsync(wire => wire, dying.Around, Settings);
        var issue = tester.OpenReadyIssue();
        while (!dying.Died)
        {
            await tester.PassAsync(TimeSpan.FromSeconds(10));
        }

        if (forgets)
        {
            await tester.RestartAsync();
            await tester.EnrolAsync();
        }

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        slack.All.Count.ShouldBe(2);
        hook.All.Count.ShouldBe(forgets ? 2 : 1);
        hook.All.Select(each => each.Headers["webhook-id"]).Distinct().ShouldHaveSingleItem();
        tester.Issue(issue).Comments.Count.ShouldBe(2);
        WorldAudit.HoldsOnceAndAlone(tester.GitHub, "died over a doorbell");
    }

    [Theory]
    [InlineData("doorbells: [TEAM]", 1, 0, 0)]
    [InlineData("doorbells: [phone, hook]", 0, 1, 1)]
    [InlineData("doorbells: []", 0, 0, 0)]
    [InlineData("doorbells:", 1, 1, 1)]
    [InlineData("version: 1", 1, 1, 1)]
    public async Task A_repository_names_those_of_the_operator_s_doorbells_that_are_to_ring(string text, int team, int phone, int posts)
    {
        await using var tester = await AfkTester.InProcessAsync(Settings);
        tester.GitHub.PutFile(Repository, ".github/afk.yml", text);
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, Long);

        tester.EndingOf(issue).ShouldBe(Ending.Done);
        (slack.Attempts, ntfy.Attempts, hook.Attempts).ShouldBe((team, phone, posts));
    }

    [Fact]
    public async Task A_doorbell_that_the_operator_does_not_have_is_told_with_those_there_are()
    {
        await using var tester = await AfkTester.InProcessAsync(Settings);
        tester.GitHub.PutFile(Repository, ".github/afk.yml", "doorbells: [team, pager]");
        var issue = tester.OpenReadyIssue();

        await tester.PassAsync(TimeSpan.FromMinutes(10));

        var told = tester.Issue(issue).Comments.ShouldHaveSingleItem().Body;
        told.ShouldContain("`doorbells[1]` is `pager`, a doorbell that the operator has not set up; there is ");
        foreach (var known in (string[])["`team`", "`phone`", "`hook`"])
        {
            told.ShouldContain(known);
        }
    }

    /// <summary>The process dies right after the last of them was rung, once.</summary>
    private sealed class Dying
    {
        public bool Died { get; private set; }

        public void Around(IServiceCollection services)
        {
            foreach (var known in services.Where(service => service.ServiceType == typeof(IDoorbell)).ToList())
            {
                services.Remove(known);
                services.Add(ServiceDescriptor.Singleton<IDoorbell>(provider => new Bell((IDoorbell)known.ImplementationFactory!(provider), this)));
            }
        }

        private sealed class Bell(IDoorbell inner, Dying dying) : IDoorbell
        {
            public string Name => inner.Name;

            public string Description => inner.Description;

            public async Task RingAsync(Notification notification, CancellationToken cancellationToken)
            {
                await inner.RingAsync(notification, cancellationToken);
                if (Name == "team" && !dying.Died)
                {
                    dying.Died = true;
                    throw new CrashException();
                }
            }
        }
    }
}
