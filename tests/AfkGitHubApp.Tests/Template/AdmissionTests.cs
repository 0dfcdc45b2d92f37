namespace AfkGitHubApp.Tests.Template;

/// <summary>The first step of a turn: of several workflow runs with one turn id the lowest works, once.</summary>
public sealed class AdmissionTests
{
    private const string Turn = $"afk {TurnBench.Run}.1 #7";

    [Fact]
    public async Task The_lowest_run_of_a_turn_works_it()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Listed((bench.RunId + 2, Turn), (bench.RunId + 1, Turn), (bench.RunId, Turn), (bench.RunId - 1, $"afk {TurnBench.Run}.11 #7"), (bench.RunId - 2, $"afk x{TurnBench.Run}.1 #7"), (bench.RunId - 3, "by hand"));

        (await OutcomeAsync(bench)).ShouldBe("success, pushed");
    }

    [Fact]
    public async Task A_run_that_GitHub_does_not_list_yet_counts_all_the_same()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Listed();

        (await OutcomeAsync(bench)).ShouldBe("success, pushed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_higher_run_ends_without_doing_anything_and_without_an_error(bool onTheNextPage)
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Listed(onTheNextPage ? [(bench.RunId, Turn), null, (bench.RunId - 1, Turn)] : [(bench.RunId, Turn), (bench.RunId - 1, Turn)]);
        var (agent, publish, _) = await bench.TurnAsync("echo x >>file; git commit --quiet --all -m Work");

        (agent.Conclusion, publish.Conclusion).ShouldBe(("success", "skipped"));
        agent.Commands.ShouldBe([$"::notice::Superseded: run {bench.RunId - 1} works turn {TurnBench.Run}.1. Nothing is done here."]);
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Fact]
    public async Task A_run_that_is_run_again_ends_without_doing_anything()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.OnRunner("GITHUB_RUN_ATTEMPT", "2");
        var (agent, publish, _) = await bench.TurnAsync("echo x >>file; git commit --quiet --all -m Work");

        (agent.Conclusion, publish.Conclusion).ShouldBe(("success", "skipped"));
        agent.Log.ShouldContain("a turn is worked once");
    }

    [Theory]
    [InlineData(3, "success, pushed")]
    [InlineData(4, "failure, skipped")]
    public async Task Runs_that_cannot_be_listed_are_asked_for_four_times(int failures, string outcome)
    {
        using var bench = await TurnBench.CreateAsync();
        await bench.ListingFailsAsync(failures);

        (await OutcomeAsync(bench)).ShouldBe(outcome);
    }

    [Theory]
    [InlineData("run_id", "r0123456789")]
    [InlineData("run_id", "r0123456789ab'; touch injected; '")]
    [InlineData("turn_id", "r0123456789ab")]
    [InlineData("turn_id", "rfedcba987654.1")]
    [InlineData("turn_id", "r0123456789ab.0")]
    [InlineData("issue", "07")]
    [InlineData("issue", "7\n8")]
    [InlineData("base_sha", "main")]
    [InlineData("branch", "--upload-pack=x")]
    [InlineData("branch", "a..b")]
    [InlineData("branch", "")]
    [InlineData("money_usd", "5; rm")]
    [InlineData("money_usd", "--model x")]
    public async Task A_malformed_input_is_refused(string input, string value)
    {
        using var bench = await TurnBench.CreateAsync();
        var before = await bench.HeadAsync();
        bench[$"inputs.{input}"] = value;
        var (agent, publish, _) = await bench.TurnAsync("echo x >>file; git commit --quiet --all -m Work");

        (agent.Conclusion, publish.Conclusion).ShouldBe(("failure", "skipped"));
        agent.Commands.ShouldHaveSingleItem().ShouldStartWith($"::error::{input}");
        (await bench.ShellAsync("find . -name injected")).ShouldBeEmpty();
        (await bench.HeadAsync()).ShouldBe(before);
    }

    private static async Task<string> OutcomeAsync(TurnBench bench)
    {
        var (agent, publish, result) = await bench.TurnAsync("echo x >>file; git commit --quiet --all -m Work");
        return $"{agent.Conclusion}, {(string?)result?["outcome"] ?? publish.Conclusion}";
    }
}
