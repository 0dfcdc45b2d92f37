using AfkGitHubApp.Adapters.Agents.Actions;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>What the publish job tells, read without trust.</summary>
public sealed class TurnResultTests
{
    private static readonly TurnId Turn = new(new RunId("r0123456789ab"), 2);

    [Theory]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"pushed","sha":"abc","cost_usd":1.25}""", TurnOutcome.Pushed, "abc", null, 1.25)]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"nothing_to_do","why":"It works","more":[1]}""", TurnOutcome.NothingToDo, null, "It works", null)]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"gave_up","why":7,"sha":null,"cost_usd":"1"}""", TurnOutcome.GaveUp, null, null, null)]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"gave_up","cost_usd":-1}""", TurnOutcome.GaveUp, null, null, null)]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"gave_up","cost_usd":1e400}""", TurnOutcome.GaveUp, null, null, null)]
    public void What_a_turn_says_is_read(string text, TurnOutcome outcome, string? sha, string? why, double? cost) =>
        TurnResult.Read(text, Turn).ShouldBe(new TurnReport(outcome, sha, why, (decimal?)cost));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("it works")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"turn":"r0123456789ab.1","outcome":"pushed"}""")]
    [InlineData("""{"turn":"r0123456789ab.2"}""")]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"done"}""")]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"gave_up","why":"\ud800"}""")]
    [InlineData("""{"turn":"r0123456789ab.2","outcome":"gave_up","why":"cut""")]
    public void What_is_no_result_of_the_turn_says_nothing(string? text) => TurnResult.Read(text, Turn).ShouldBeNull();

    [Fact]
    public void What_is_longer_than_an_annotation_says_nothing() =>
        TurnResult.Read($$"""{"turn":"r0123456789ab.2","outcome":"gave_up","why":"{{new string('x', 4096)}}"}""", Turn).ShouldBeNull();

    [Fact]
    public void What_is_nested_without_end_says_nothing() => TurnResult.Read(new string('[', 4000), Turn).ShouldBeNull();
}
