using AfkGitHubApp.Core.Deciding;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>Which of several ready issues comes first.</summary>
public sealed class DispatchOrderTests
{
    [Theory]
    [InlineData("P1", 1)]
    [InlineData("p1", 1)]
    [InlineData("P0", 0)]
    [InlineData("P10", 10)]
    [InlineData("P007", 7)]
    [InlineData("priority:2", 2)]
    [InlineData("priority/2", 2)]
    [InlineData("priority 2", 2)]
    [InlineData("priority-2", 2)]
    [InlineData("Priority:2", 2)]
    [InlineData("PRIORITY-2", 2)]
    [InlineData("priority: 2", 2)]
    public void A_label_names_a_priority(string label, int priority) => DispatchPolicy.PriorityOf([label]).ShouldBe(priority);

    [Theory]
    [InlineData("P")]
    [InlineData("P-1")]
    [InlineData("P 1")]
    [InlineData("p:1")]
    [InlineData("P1.5")]
    [InlineData("P1x")]
    [InlineData("xP1")]
    [InlineData("P1 P2")]
    [InlineData("priority")]
    [InlineData("priority:")]
    [InlineData("priority2")]
    [InlineData("priority_2")]
    [InlineData("priority:high")]
    [InlineData("priority:-2")]
    [InlineData("prio:2")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("P\u0661")]
    [InlineData("P99999999999999999999")]
    public void Another_label_names_none(string label) => DispatchPolicy.PriorityOf([label]).ShouldBeNull();

    [Fact]
    public void Of_several_priorities_the_lowest_value_counts() => DispatchPolicy.PriorityOf(["P3", "bug", "priority:1", "p2"]).ShouldBe(1);

    [Fact]
    public void Without_labels_there_is_no_priority() => DispatchPolicy.PriorityOf([]).ShouldBeNull();

    [Fact]
    public void The_lowest_priority_value_comes_first() =>
        Order(Issue(1, labels: "P2"), Issue(2, labels: "priority:0"), Issue(3, labels: "p1")).ShouldBe(["acme/a#2", "acme/a#3", "acme/a#1"]);

    [Fact]
    public void Priorities_compare_as_numbers() => Order(Issue(1, labels: "P10"), Issue(2, labels: "P9")).ShouldBe(["acme/a#2", "acme/a#1"]);

    [Fact]
    public void An_issue_without_a_priority_comes_last() => Order(Issue(1), Issue(2, labels: "P999999")).ShouldBe(["acme/a#2", "acme/a#1"]);

    [Fact]
    public void An_explicit_priority_outranks_the_labels() =>
        Order(Issue(1, labels: "P0") with { Priority = 5 }, Issue(2, labels: "P1")).ShouldBe(["acme/a#2", "acme/a#1"]);

    [Fact]
    public void Among_equal_priorities_the_lowest_number_comes_first_whatever_its_repository() =>
        Order(Issue(30, "acme/a", "P1"), Issue(4, "acme/z", "P1"), Issue(11, "acme/b", "P1")).ShouldBe(["acme/z#4", "acme/b#11", "acme/a#30"]);

    [Fact]
    public void Among_equal_numbers_the_repository_name_decides_ignoring_case() =>
        Order(Issue(1, "acme/c"), Issue(1, "Acme/B"), Issue(1, "acme/a")).ShouldBe(["acme/a#1", "Acme/B#1", "acme/c#1"]);

    [Fact]
    public void The_first_in_order_is_the_one_that_starts()
    {
        var plan = DispatchPolicy.Select(
            [Ready(3), Ready(9, "P1"), Ready(5, "P1")],
            new DispatchGates { KillSwitch = false, Allowlist = ["acme/a"] },
            []);
        plan.Dispatch.ShouldHaveSingleItem().Number.ShouldBe(5);
        plan.Skipped.Select(skipped => skipped.Issue.Number).ShouldBe([9, 3]);
    }

    private static ReadyIssue Ready(int number, params string[] labels) => Issue(number, "acme/a", ["ready-for-agent", .. labels]) with { LabeledByTrusted = true };

    private static ReadyIssue Issue(int number, string repository = "acme/a", params string[] labels) => new() { Repository = repository, Number = number, Labels = [.. labels] };

    private static IEnumerable<string> Order(params ReadyIssue[] issues) => DispatchPolicy.Order(issues).Select(issue => issue.Reference);
}
