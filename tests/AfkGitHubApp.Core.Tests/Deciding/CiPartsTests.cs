using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Tests.Deciding;

/// <summary>Evidence is read part after part: a part that is enough must say what the whole would say.</summary>
public sealed class CiPartsTests
{
    private const int Worlds = 3000;
    private static readonly DateTimeOffset Pushed = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly string?[] Conclusions = ["success", "success", "failure", "skipped", "cancelled", "action_required", "timed_out"];

    [Fact]
    public void What_a_part_shows_as_unfinished_is_pending_in_the_whole()
    {
        var shown = 0;
        foreach (var (whole, rules, story) in Stories())
        {
            foreach (var part in Parts(whole).Where(part => CiVerdict.IsUnfinished(part, rules with { Required = [] })))
            {
                shown++;
                CiVerdict.Fold(whole, rules, previous: null).Status.ShouldBe(CiStatus.Pending, story);
                CiVerdict.Fold(part, rules with { Required = [] }, previous: null).Status.ShouldBe(CiStatus.Pending, story);
            }
        }

        shown.ShouldBeGreaterThan(Worlds / 10);
    }

    [Fact]
    public void What_stands_without_the_suites_is_what_the_whole_says()
    {
        var shown = 0;
        foreach (var (whole, rules, story) in Stories())
        {
            var first = CiVerdict.Fold(whole, rules, previous: null);
            var previous = new CiPrevious(first.Fingerprint, whole.ReadAt);
            var later = whole with { ReadAt = whole.ReadAt + rules.Settle };
            var part = Parts(later)[1];
            if (CiVerdict.Stands(part, rules, previous))
            {
                shown++;
                CiVerdict.Fold(part, rules, previous).Status.ShouldBe(CiVerdict.Fold(later, rules, previous).Status, story);
            }
        }

        shown.ShouldBeGreaterThan(Worlds / 100);
    }

    [Fact]
    public void Of_an_old_commit_everything_is_read_so_that_progress_shows()
    {
        var evidence = new CiEvidence { Sha = "s", PushedAt = Pushed, ReadAt = Pushed.AddMinutes(19) };

        CiVerdict.IsYoung(evidence).ShouldBeTrue();
        CiVerdict.IsYoung(evidence with { ReadAt = Pushed.AddMinutes(20) }).ShouldBeFalse();
    }

    [Fact]
    public void A_suite_that_was_pending_before_is_asked_for_again()
    {
        var whole = new CiEvidence
        {
            Sha = "s",
            PushedAt = Pushed,
            ReadAt = Pushed.AddMinutes(5),
            WorkflowRuns = [Run(1, "completed", "success")],
            Suites = [new CheckSuiteFact(900, 77, "circleci", "in_progress", null, 1, Pushed)],
        };
        var previous = new CiPrevious(CiVerdict.Fold(whole, new CiRules(), previous: null).Fingerprint, whole.ReadAt);

        CiVerdict.Stands(Parts(whole with { ReadAt = Pushed.AddMinutes(7) })[1], new CiRules(), previous).ShouldBeFalse();
    }

    private static WorkflowRunFact Run(int id, string status, string? conclusion, string on = "push") =>
        new(id, id, $"wf{id}", $".github/workflows/wf{id}.yml", on, status, conclusion, 100 + id, null);

    private static IReadOnlyList<CiEvidence> Parts(CiEvidence whole) =>
    [
        whole with { Through = CiPart.WorkflowRuns, CheckRuns = [], Statuses = [], Suites = [] },
        whole with { Through = CiPart.Checks, Suites = [] },
    ];

    private static IEnumerable<(CiEvidence Whole, CiRules Rules, string Story)> Stories()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var chance = new Random(seed);
            var calm = chance.Next(2) == 0;
            (string, string?) State() => !calm && chance.Next(4) == 0 ? (chance.Next(2) == 0 ? "queued" : "in_progress", null) : ("completed", calm ? "success" : Conclusions[chance.Next(Conclusions.Length)]);
            var runs = ImmutableArray.CreateBuilder<WorkflowRunFact>();
            var checks = ImmutableArray.CreateBuilder<CheckRunFact>();
            var suites = ImmutableArray.CreateBuilder<CheckSuiteFact>();
            for (var id = 1; id <= chance.Next(0, 4); id++)
            {
                var (status, conclusion) = State();
                runs.Add(Run(id, status, conclusion, chance.Next(4) == 0 ? "issue_comment" : "push"));
                suites.Add(new CheckSuiteFact(100 + id, 15368, "github-actions", status, conclusion, 1, Pushed));
                var (ofJob, jobConclusion) = status == "completed" ? (status, conclusion) : State();
                checks.Add(new CheckRunFact(1000 + id, $"job{id}", 15368, "github-actions", 100 + id, ofJob, jobConclusion, Pushed, null));
            }

            for (var id = 1; id <= chance.Next(0, 3); id++)
            {
                var (status, conclusion) = State();
                suites.Add(new CheckSuiteFact(200 + id, id, $"app{id}", status, conclusion, chance.Next(2), Pushed));
                if (chance.Next(2) == 0)
                {
                    checks.Add(new CheckRunFact(2000 + id, $"check{id}", id, $"app{id}", 200 + id, status, conclusion, Pushed, null));
                }
            }

            ImmutableArray<StatusFact> statuses = chance.Next(3) == 0 ? [new StatusFact(1, "deploy", calm ? "success" : (string[])["pending", "success", "failure"] is var states ? states[chance.Next(3)] : "", null)] : [];
            yield return (
                new CiEvidence { Sha = "s", PushedAt = Pushed, ReadAt = Pushed.AddMinutes(chance.Next(0, 30)), WorkflowRuns = runs.ToImmutable(), CheckRuns = checks.ToImmutable(), Suites = suites.ToImmutable(), Statuses = statuses },
                new CiRules { Required = chance.Next(3) == 0 ? ["job1"] : [], Ignored = chance.Next(4) == 0 ? ["check1"] : [] },
                $"seed {seed}");
        }
    }
}
