using AfkGitHubApp.Core.Deciding;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>The poller's gates: each alone, each before the next, and what the plan of many issues keeps to.</summary>
public sealed class DispatchPolicyTests
{
    private static readonly DispatchGates Open = new() { KillSwitch = false, Allowlist = ["acme/shop"] };

    private static readonly ReadyIssue Ready = new() { Repository = "acme/shop", Number = 7, Labels = ["ready-for-agent"], LabeledByTrusted = true };

    /// <summary>The gates in the order of the plan. Where one gate has several ways to fail, they stand side by side under its number.</summary>
    private static readonly Gate[] Gates =
    [
        new(1, "the kill switch is on", a => a with { Policy = a.Policy with { KillSwitch = true } }),
        new(2, "it is a pull request", a => a with { Issue = a.Issue with { IsPullRequest = true } }),
        new(2, "it is closed", a => a with { Issue = a.Issue with { IsOpen = false } }),
        new(2, "it does not carry the label ready-for-agent", a => a with { Issue = a.Issue with { Labels = [.. a.Issue.Labels.Where(label => label != "ready-for-agent")] } }),
        new(3, "this labelling already had its run; label it again for a new one", a => a with { Issue = a.Issue with { HadItsRun = true } }),
        new(4, "the label was applied by this app itself", a => a with { Issue = a.Issue with { LabeledByUs = true } }),
        new(5, "it carries the label paused", a => a with { Issue = a.Issue with { Labels = a.Issue.Labels.Add("paused") } }),
        new(6, "it was handed to a person (label ready-for-human)", a => a with { Issue = a.Issue with { Labels = a.Issue.Labels.Add("ready-for-human") } }),
        new(7, "the label was not applied by a trusted person", a => a with { Issue = a.Issue with { LabeledByTrusted = false } }),
        new(8, "acme/shop is not on the allowlist", a => a with { Policy = a.Policy with { Allowlist = ["acme/other"] } }),
        new(9, ".github/afk.yml is broken", a => a with { Issue = a.Issue with { SettingsProblem = ".github/afk.yml is broken" } }),
        new(10, "the trunk is red since the frozen run of #3", a => a with { Issue = a.Issue with { TrunkFrozenBy = 3 } }),
        new(11, "the repository is busy: a run is in flight", a => a with { InFlight = ["acme/shop"] }),
        new(12, "it is blocked by #2, acme/base#9", a => a with { Issue = a.Issue with { OpenBlockers = ["#2", "acme/base#9"] } }),
    ];

    public static TheoryData<int> EachGate => [.. Enumerable.Range(0, Gates.Length)];

    public static TheoryData<int, int> EachPairOfGates
    {
        get
        {
            var pairs = new TheoryData<int, int>();
            for (var earlier = 0; earlier < Gates.Length; earlier++)
            {
                for (var later = earlier + 1; later < Gates.Length; later++)
                {
                    if (Gates[earlier].Number < Gates[later].Number)
                    {
                        pairs.Add(earlier, later);
                    }
                }
            }

            return pairs;
        }
    }

    [Fact]
    public void An_issue_that_passes_every_gate_is_dispatched()
    {
        var plan = Select([Ready]);
        plan.Dispatch.ShouldBe([Ready]);
        plan.Skipped.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(EachGate))]
    public void Each_gate_alone_holds_an_issue_back_and_says_why(int gate)
    {
        var plan = Gates[gate].Shut(new Attempt(Ready, Open, [])).Select();
        plan.Dispatch.ShouldBeEmpty();
        plan.Skipped.ShouldHaveSingleItem().Why.ShouldBe(Gates[gate].Why);
    }

    [Theory]
    [MemberData(nameof(EachPairOfGates))]
    public void Of_two_gates_that_hold_an_issue_back_the_earlier_one_is_the_reason(int earlier, int later)
    {
        var attempt = Gates[later].Shut(Gates[earlier].Shut(new Attempt(Ready, Open, [])));
        attempt.Select().Skipped.ShouldHaveSingleItem().Why.ShouldBe(Gates[earlier].Why);
    }

    [Fact]
    public void With_every_gate_shut_the_reasons_come_out_in_the_order_of_the_plan_as_the_gates_open_one_by_one()
    {
        for (var opened = 0; opened < Gates.Length; opened++)
        {
            var attempt = Gates.Skip(opened).Aggregate(new Attempt(Ready, Open, []), (shut, gate) => gate.Shut(shut));
            attempt.Select().Skipped.ShouldHaveSingleItem().Why.ShouldBe(Gates[opened].Why);
        }
    }

    [Fact]
    public void No_reason_ends_with_a_full_stop() => Gates.ShouldAllBe(gate => !gate.Why.EndsWith('.'));

    [Fact]
    public void What_the_operator_did_not_set_allows_nothing()
    {
        var defaults = new DispatchGates();
        defaults.KillSwitch.ShouldBeTrue();
        defaults.Allowlist.ShouldBeEmpty();
        Why(Ready, defaults).ShouldBe("the kill switch is on");
        Why(Ready, defaults with { KillSwitch = false }).ShouldBe("acme/shop is not on the allowlist");
    }

    [Fact]
    public void What_exactly_failed_the_trust_check_is_told() =>
        Why(Ready with { LabeledByTrusted = false, TrustProblem = "the text was edited after the label" }).ShouldBe("the text was edited after the label");

    [Fact]
    public void Trust_that_was_not_established_is_no_trust() => new ReadyIssue { Repository = "acme/shop", Number = 1 }.LabeledByTrusted.ShouldBeFalse();

    [Fact]
    public void The_allowlist_ignores_case() => Why(Ready with { Repository = "Acme/SHOP" }).ShouldBeNull();

    [Theory]
    [InlineData("acme/sho")]
    [InlineData("acme/shop2")]
    [InlineData("acme")]
    [InlineData("acme/*")]
    public void The_allowlist_takes_whole_names_only(string entry) => Why(Ready, Open with { Allowlist = [entry] }).ShouldBe("acme/shop is not on the allowlist");

    [Theory]
    [InlineData("Ready-For-Agent", null)]
    [InlineData("READY-FOR-AGENT", null)]
    [InlineData("ready-for-agents", "it does not carry the label ready-for-agent")]
    public void Labels_ignore_case_and_nothing_else(string label, string? why) => Why(Ready with { Labels = [label] }).ShouldBe(why);

    [Theory]
    [InlineData("Paused", "it carries the label paused")]
    [InlineData("READY-for-human", "it was handed to a person (label ready-for-human)")]
    [InlineData("AGENT-in-progress", "the repository is busy: #7 is in progress")]
    public void The_other_labels_ignore_case_too(string label, string why) => Why(Ready with { Labels = ["ready-for-agent", label] }).ShouldBe(why);

    [Fact]
    public void The_labels_are_called_what_the_operator_calls_them()
    {
        var renamed = Open with { ReadyLabel = "go", PausedLabel = "hold", ReadyForHumanLabel = "help", InProgressLabel = "busy" };
        Why(Ready with { Labels = ["go", "paused", "ready-for-human", "agent-in-progress"] }, renamed).ShouldBeNull();
        Why(Ready, renamed).ShouldBe("it does not carry the label go");
        Why(Ready with { Labels = ["go", "hold"] }, renamed).ShouldBe("it carries the label hold");
        Why(Ready with { Labels = ["go", "help"] }, renamed).ShouldBe("it was handed to a person (label help)");
        Why(Ready with { Labels = ["go", "busy"] }, renamed).ShouldBe("the repository is busy: #7 is in progress");
    }

    [Fact]
    public void A_repository_in_flight_is_known_whatever_case_its_name_is_written_in() =>
        Select([Ready], inFlight: ["ACME/Shop"]).Skipped.ShouldHaveSingleItem().Why.ShouldBe("the repository is busy: a run is in flight");

    [Fact]
    public void A_repository_in_flight_twice_is_in_flight() =>
        Select([Ready], inFlight: ["acme/shop", "Acme/Shop", "acme/shop"]).Skipped.ShouldHaveSingleItem().Why.ShouldBe("the repository is busy: a run is in flight");

    [Fact]
    public void Another_repository_in_flight_holds_nothing_back() => Select([Ready], inFlight: ["acme/other"]).Dispatch.ShouldBe([Ready]);

    [Fact]
    public void An_issue_in_progress_makes_its_repository_busy_for_all_the_others()
    {
        var working = Ready with { Number = 9, Labels = ["ready-for-agent", "agent-in-progress"] };
        var plan = Select([Ready, working]);
        plan.Dispatch.ShouldBeEmpty();
        plan.Skipped.Select(skipped => (skipped.Issue.Number, skipped.Why)).ShouldBe([(7, "the repository is busy: #9 is in progress"), (9, "the repository is busy: #9 is in progress")]);
    }

    [Fact]
    public void One_issue_per_repository_goes_first_and_the_others_are_told_which()
    {
        var plan = Select([Ready with { Number = 8 }, Ready, Ready with { Number = 12, Repository = "Acme/Shop" }]);
        plan.Dispatch.ShouldHaveSingleItem().Number.ShouldBe(7);
        plan.Skipped.Select(skipped => skipped.Why).ShouldBe(["the repository is busy: #7 goes first", "the repository is busy: #7 goes first"]);
    }

    [Fact]
    public void An_issue_that_is_held_back_gives_way_to_the_next_of_its_repository()
    {
        var plan = Select([Ready with { OpenBlockers = ["#1"] }, Ready with { Number = 8 }]);
        plan.Dispatch.ShouldHaveSingleItem().Number.ShouldBe(8);
        plan.Skipped.ShouldHaveSingleItem().Why.ShouldBe("it is blocked by #1");
    }

    [Fact]
    public void Several_repositories_start_one_issue_each()
    {
        var plan = Select([Ready, Ready with { Repository = "acme/base", Number = 2 }, Ready with { Repository = "acme/base", Number = 1 }], Open with { Allowlist = ["acme/shop", "acme/base"] });
        plan.Dispatch.Select(issue => issue.Reference).ShouldBe(["acme/base#1", "acme/shop#7"]);
        plan.Skipped.ShouldHaveSingleItem().Issue.Reference.ShouldBe("acme/base#2");
    }

    [Fact]
    public void An_issue_listed_twice_is_one_issue()
    {
        var plan = Select([Ready, Ready with { Repository = "ACME/shop" }, Ready]);
        plan.Dispatch.ShouldBe([Ready]);
        plan.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public void An_issue_listed_twice_with_different_labels_is_held_back_if_either_is()
    {
        foreach (var listed in (ReadyIssue[][])[[Ready, Ready with { Labels = ["ready-for-agent", "paused"] }], [Ready with { Labels = ["ready-for-agent", "paused"] }, Ready]])
        {
            var plan = Select(listed);
            plan.Dispatch.ShouldBeEmpty();
            plan.Skipped.ShouldHaveSingleItem().Why.ShouldBe("it carries the label paused");
        }
    }

    [Fact]
    public void Nothing_ready_is_an_empty_plan()
    {
        var plan = Select([]);
        plan.Dispatch.ShouldBeEmpty();
        plan.Skipped.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4711)]
    public void Whatever_is_ready_every_issue_lands_in_one_list_and_no_repository_starts_two(int seed)
    {
        var chance = new Random(seed);
        string[] repositories = ["acme/shop", "acme/base", "Acme/Tools", "acme/closed"];
        string[] labels = ["ready-for-agent", "paused", "ready-for-human", "agent-in-progress", "P1", "p2", "priority:0", "bug"];
        for (var round = 0; round < 500; round++)
        {
            var numbers = new HashSet<int>();
            var issues = Enumerable.Range(0, chance.Next(12)).Select(_ => chance.Next(1, 200)).Where(numbers.Add).Select(number => new ReadyIssue
            {
                Repository = repositories[chance.Next(repositories.Length)],
                Number = number,
                Labels = [.. labels.Where((_, index) => chance.Next(index == 0 ? 10 : 5) > (index == 0 ? 0 : 3))],
                LabeledByTrusted = chance.Next(5) > 0,
                HadItsRun = chance.Next(8) == 0,
                IsOpen = chance.Next(8) > 0,
                OpenBlockers = chance.Next(4) == 0 ? ["#1"] : [],
            }).ToList();
            string[] inFlight = chance.Next(3) == 0 ? [repositories[chance.Next(repositories.Length)].ToUpperInvariant()] : [];
            var policy = new DispatchGates { KillSwitch = chance.Next(10) == 0, Allowlist = ["ACME/shop", "acme/base", "acme/tools"] };

            var plan = DispatchPolicy.Select(issues, policy, inFlight);

            plan.Dispatch.Concat(plan.Skipped.Select(skipped => skipped.Issue)).ShouldBe(issues, ignoreOrder: true);
            plan.Dispatch.Select(issue => issue.Repository).Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(plan.Dispatch.Length);
            plan.Dispatch.ShouldAllBe(issue => policy.Allows(issue.Repository) && issue.LabeledByTrusted && issue.IsOpen && !policy.KillSwitch);
            plan.Dispatch.ShouldAllBe(issue => !inFlight.Contains(issue.Repository, StringComparer.OrdinalIgnoreCase));
            plan.Skipped.ShouldAllBe(skipped => skipped.Why.Length > 0 && !skipped.Why.EndsWith('.'));

            // The order in which GitHub lists them plays no part.
            chance.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(issues));
            var again = DispatchPolicy.Select(issues, policy, inFlight);
            again.Dispatch.ShouldBe(plan.Dispatch);
            again.Skipped.ShouldBe(plan.Skipped);
        }
    }

    private static DispatchPlan Select(IEnumerable<ReadyIssue> issues, DispatchGates? policy = null, IEnumerable<string>? inFlight = null) =>
        DispatchPolicy.Select(issues, policy ?? Open, inFlight ?? []);

    private static string? Why(ReadyIssue issue, DispatchGates? policy = null) => Select([issue], policy).Skipped.SingleOrDefault()?.Why;

    private sealed record Gate(int Number, string Why, Func<Attempt, Attempt> Shut);

    private sealed record Attempt(ReadyIssue Issue, DispatchGates Policy, string[] InFlight)
    {
        public DispatchPlan Select() => DispatchPolicy.Select([Issue], Policy, InFlight);
    }
}
