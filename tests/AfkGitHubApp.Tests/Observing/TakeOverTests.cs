using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Tests.Scheduling;

namespace AfkGitHubApp.Tests.Observing;

public sealed class TakeOverTests
{
    private static readonly DateTimeOffset Stamped = Sample.At.AddMinutes(1);
    private static readonly RepoLabels Labels = new();
    private static readonly Actor Maria = new(5, "maria", IsPerson: true);
    private static readonly Actor Bot = new(900, "afk[bot]", IsPerson: false);

    [Fact]
    public void An_issue_left_alone_is_nobodys() => Detect(Issue()).ShouldBeNull();

    [Fact]
    public void A_person_who_closes_the_issue_takes_over() => Detect(Issue(open: false, events: Event(IssueEventKind.Closed))).ShouldBe("a person closed the issue");

    [Fact]
    public void An_account_that_is_gone_counts_as_a_person() => Detect(Issue(open: false, events: Event(IssueEventKind.Closed, deleted: true))).ShouldNotBeNull();

    [Fact]
    public void An_issue_closed_by_the_runs_own_commit_was_closed_by_nobody() =>
        Detect(Issue(open: false, events: Event(IssueEventKind.Closed) with { CloserSha = Sample.PushedSha })).ShouldBeNull();

    [Fact]
    public void An_issue_closed_by_another_commit_was_closed_by_a_person() =>
        Detect(Issue(open: false, events: Event(IssueEventKind.Closed) with { CloserSha = Sample.StrangeSha })).ShouldNotBeNull();

    [Fact]
    public void An_issue_that_was_opened_again_is_not_taken_over() => Detect(Issue(open: true, events: [Event(IssueEventKind.Closed), Event(IssueEventKind.Reopened)])).ShouldBeNull();

    [Fact]
    public void A_person_who_removes_the_label_takes_over() =>
        Detect(Issue(labels: [], events: Event(IssueEventKind.Unlabeled, "Agent-In-Progress"))).ShouldBe("a person removed the label agent-in-progress");

    [Fact]
    public void A_label_that_is_merely_missing_is_not_a_takeover() => Detect(Issue(labels: [])).ShouldBeNull();

    [Fact]
    public void A_label_that_was_put_back_is_not_a_takeover() => Detect(Issue(events: Event(IssueEventKind.Unlabeled, Labels.InProgress))).ShouldBeNull();

    [Fact]
    public void A_label_of_another_name_matters_to_nobody() => Detect(Issue(labels: [], events: Event(IssueEventKind.Unlabeled, "bug"))).ShouldBeNull();

    [Fact]
    public void A_person_who_pauses_the_issue_takes_over() =>
        Detect(Issue(labels: [Labels.InProgress, "Paused"], events: Event(IssueEventKind.Labeled, "paused"))).ShouldBe("a person added the label paused");

    [Fact]
    public void What_happened_before_our_stamp_is_no_takeover()
    {
        var before = Event(IssueEventKind.Closed) with { At = Stamped };

        Detect(Issue(open: false, events: before)).ShouldBeNull();
    }

    [Theory]
    [InlineData(IssueEventKind.Closed, null)]
    [InlineData(IssueEventKind.Unlabeled, "agent-in-progress")]
    [InlineData(IssueEventKind.Labeled, "paused")]
    public void What_a_bot_does_is_no_takeover(IssueEventKind kind, string? label) =>
        Detect(Issue(open: false, labels: ["paused"], events: Event(kind, label) with { Actor = Bot })).ShouldBeNull();

    private static string? Detect(IssueSnapshot issue) => TakeOver.Detect(Sample.PushedRun() with { StampedAt = Stamped }, issue, Labels, [Sample.PushedSha], ourBotId: 900);

    private static IssueEvent Event(IssueEventKind kind, string? label = null, bool deleted = false) =>
        new($"N_{kind}", kind, Stamped.AddSeconds(1), deleted ? null : Maria, label, CloserSha: null);

    private static IssueSnapshot Issue(bool open = true, string[]? labels = null, params IssueEvent[] events) => new()
    {
        RepositoryId = 1001,
        RepositoryName = "octo/widgets",
        DefaultBranch = "main",
        IssueId = 11,
        Number = 3,
        Title = "Mend the widget",
        Body = "",
        IsOpen = open,
        Labels = [.. labels ?? [Labels.InProgress]],
        Url = "https://example.com/3",
        Events = [.. events],
    };
}
