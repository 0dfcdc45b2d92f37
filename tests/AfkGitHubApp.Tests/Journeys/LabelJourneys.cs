using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Journeys;

/// <summary>The four labels are made when a repository is enrolled, once, and nothing that is there is touched.</summary>
public sealed class LabelJourneys
{
    private static readonly string[] All = [AfkTester.InProgress, "paused", AfkTester.Ready, AfkTester.ForHuman];

    [Fact]
    public async Task An_enrolled_repository_gets_the_four_labels_once()
    {
        await using var tester = await AfkTester.InProcessAsync();

        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(2));

        Made(tester).Order(StringComparer.Ordinal).ShouldBe(All);
        Lists(tester).ShouldBe(1);
        tester.Ticks.SelectMany(tick => tick.Did).Count(did => did.StartsWith("created the label", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Fact]
    public async Task What_is_there_in_any_case_is_left_as_it_is()
    {
        await using var tester = await AfkTester.InProcessAsync();
        var issue = tester.GitHub.OpenIssue(AfkTester.Repository, AfkTester.Maintainer, "Old");
        tester.GitHub.Label(AfkTester.Repository, issue, "Ready-For-Agent", AfkTester.Maintainer);
        tester.GitHub.Label(AfkTester.Repository, issue, "paused", AfkTester.Maintainer);

        await tester.PassAsync(TimeSpan.FromMinutes(1));

        Made(tester).Order(StringComparer.Ordinal).ShouldBe([AfkTester.InProgress, AfkTester.ForHuman]);
        tester.GitHub.Journal.Requests.ShouldNotContain(request => request.Method == "PATCH" && request.Path.Contains("/labels", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_label_that_a_person_deletes_is_not_made_again_before_the_installation_changes()
    {
        await using var tester = await AfkTester.InProcessAsync();
        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(3));
        Lists(tester).ShouldBe(1);

        tester.GitHub.Uninstall(AfkTester.Repository);
        tester.GitHub.Install(AfkTester.Repository);
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        Lists(tester).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Other_names_are_other_labels()
    {
        await using var tester = await AfkTester.InProcessAsync(("Afk:Labels:Ready", "go"));

        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        Made(tester).ShouldContain("go");
        Made(tester).ShouldNotContain(AfkTester.Ready);
    }

    [Theory]
    [InlineData("Afk:KillSwitch", "true")]
    [InlineData("Afk:Allowlist", "")]
    public async Task Disarmed_no_label_is_made(string key, string value)
    {
        await using var tester = await AfkTester.InProcessAsync((key, value));
        tester.OpenReadyIssue();

        await tester.EnrolAsync();
        await tester.PassAsync(TimeSpan.FromHours(1));

        Made(tester).ShouldBeEmpty();
        tester.GitHub.Journal.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", 403)]
    [InlineData("POST", 403)]
    [InlineData("POST", 422)]
    public async Task A_refusal_keeps_no_issue_from_its_run(string method, int status)
    {
        await using var tester = await AfkTester.InProcessAsync();
        tester.GitHub.AddRequestFault(new RequestFault { Method = method, PathContains = "/widgets/labels", Status = status, Times = 100 });
        var issue = tester.OpenReadyIssue();

        await tester.PassUntilEndedAsync(issue, TimeSpan.FromHours(1));

        tester.EndingOf(issue).ShouldBe(Ending.Done);
    }

    private static List<string> Made(AfkTester tester) =>
        [.. tester.GitHub.Journal.Effects<LabelCreated>().Where(made => made.Actor == tester.GitHub.Options.AppSlug + "[bot]").Select(made => made.Label)];

    private static int Lists(AfkTester tester) => tester.GitHub.Journal.Requests.Count(request => request.Method == "GET" && request.Path == $"/repos/{AfkTester.Repository}/labels");
}
