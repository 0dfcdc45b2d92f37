using AfkGitHubApp.Cli;

namespace AfkGitHubApp.Tests.Cli;

public sealed class DecideVerbTests
{
    [Theory]
    [InlineData("""{"pushed":false}""", "wait", "the turn's status could not be learned")]
    [InlineData("""{"pushed":false,"thread":null,"ci":null}""", "wait", "the turn's status could not be learned")]
    [InlineData("""{"pushed":false,"thread":"running"}""", "wait", "the turn is running")]
    [InlineData("""{"pushed":false,"thread":"idle"}""", "escalate_prepush", "the turn ended without a push")]
    [InlineData("""{"pushed":false,"thread":"error"}""", "escalate_prepush", "the turn ended with an error before a push")]
    [InlineData("""{"pushed":false,"thread":"needs_person"}""", "escalate_prepush", "the turn waits for a person")]
    [InlineData("""{"pushed":false,"thread":"vanished"}""", "redispatch", "the turn vanished with nothing pushed")]
    [InlineData("""{"pushed":false,"thread":"vanished","redispatchAttempts":1}""", "escalate_prepush", "the turn vanished again with nothing pushed")]
    [InlineData("""{"pushed":false,"unknownSeconds":3600}""", "escalate_prepush", "the turn's status could not be learned for 1 hour")]
    [InlineData("""{"thread":"idle","ci":"green","pushed":true}""", "close_success", "pushed and CI is green")]
    [InlineData("""{"thread":"running","ci":"green","pushed":true}""", "wait", "CI is green, but the turn is still running")]
    [InlineData("""{"ci":"red","pushed":true}""", "wait", "CI is red, but whether the turn still runs could not be learned")]
    [InlineData("""{"thread":"idle","ci":"red","pushed":true}""", "fix_forward", "CI is red, corrective turn 1 of 5")]
    [InlineData("""{"thread":"idle","ci":"red","pushed":true,"fixForwardAttempts":5}""", "freeze_escalate", "CI is still red after 5 corrective turns")]
    [InlineData("""{"thread":"idle","ci":"red","pushed":true,"elapsedSeconds":3600}""", "freeze_escalate", "CI has been red for 1 hour")]
    [InlineData("""{"thread":"idle","ci":"needs_person","pushed":true}""", "escalate_no_verdict", "CI waits for a person")]
    [InlineData("""{"thread":"idle","ci":"pending","pushed":true}""", "wait", "pushed, CI has no verdict yet")]
    [InlineData("""{"thread":"idle","ci":"pending","pushed":true,"noVerdictSeconds":3600}""", "escalate_no_verdict", "CI has no verdict and nothing has changed for 1 hour")]
    [InlineData("""{"thread":"idle","pushed":true,"sincePushSeconds":21600}""", "escalate_no_verdict", "CI has had no verdict for 6 hours")]
    [InlineData("""{"thread":"idle","ci":"green","pushed":true,"delivery":"pull_request"}""", "deliver", "CI is green, the pull request is not merged yet")]
    [InlineData("""{"thread":"idle","ci":"green","pushed":true,"delivery":"pull_request","merged":true}""", "close_success", "the pull request is merged")]
    [InlineData("""{"thread":"idle","ci":"green","pushed":true,"delivery":"trunk"}""", "close_success", "pushed and CI is green")]
    [InlineData("""{"pushed":true,"ci":"green","thread":"idle","humanTookOver":true}""", "release", "a person took over, or the issue or our access is gone")]
    public async Task A_line_is_answered_with_the_action_and_its_reason(string line, string action, string why)
    {
        var answers = await Lines.DecideAsync(line);
        answers.ExitCode.ShouldBe(ExitCodes.Success);
        answers.Single.Count.ShouldBe(2);
        ((string?)answers.Single["action"]).ShouldBe(action);
        ((string?)answers.Single["why"]).ShouldBe(why);
    }

    [Theory]
    [InlineData("""{"killSwitch":true}""", """{"thread":"idle","ci":"red","pushed":true,"policy":§}""", "wait")]
    [InlineData("""{"killSwitch":true}""", """{"thread":"vanished","pushed":false,"policy":§}""", "wait")]
    [InlineData("""{"killSwitch":false}""", """{"thread":"vanished","pushed":false,"policy":§}""", "redispatch")]
    [InlineData("""{}""", """{"thread":"idle","ci":"red","pushed":true,"fixForwardAttempts":4,"policy":§}""", "fix_forward")]
    [InlineData("""null""", """{"thread":"idle","ci":"red","pushed":true,"fixForwardAttempts":4,"policy":§}""", "fix_forward")]
    [InlineData("""{"fixForwardMaxAttempts":2}""", """{"thread":"idle","ci":"red","pushed":true,"fixForwardAttempts":2,"policy":§}""", "freeze_escalate")]
    [InlineData("""{"fixForwardMaxAttempts":2}""", """{"thread":"idle","ci":"red","pushed":true,"fixForwardAttempts":1,"policy":§}""", "fix_forward")]
    [InlineData("""{"fixForwardMaxSeconds":10.5}""", """{"thread":"idle","ci":"red","pushed":true,"elapsedSeconds":10.5,"policy":§}""", "freeze_escalate")]
    [InlineData("""{"fixForwardMaxSeconds":10.5}""", """{"thread":"idle","ci":"red","pushed":true,"elapsedSeconds":10.4,"policy":§}""", "fix_forward")]
    [InlineData("""{"maxRedispatchAttempts":0}""", """{"thread":"vanished","pushed":false,"policy":§}""", "escalate_prepush")]
    [InlineData("""{"maxRedispatchAttempts":2}""", """{"thread":"vanished","pushed":false,"redispatchAttempts":1,"policy":§}""", "redispatch")]
    [InlineData("""{"closeDeferMaxSeconds":60}""", """{"thread":"running","ci":"green","pushed":true,"turnSeconds":60,"policy":§}""", "close_success")]
    [InlineData("""{"closeDeferMaxSeconds":60}""", """{"thread":"running","ci":"green","pushed":true,"turnSeconds":59,"policy":§}""", "wait")]
    [InlineData("""{"noVerdictMaxSeconds":60}""", """{"thread":"idle","pushed":true,"noVerdictSeconds":60,"policy":§}""", "escalate_no_verdict")]
    [InlineData("""{"noVerdictTotalMaxSeconds":60}""", """{"thread":"idle","pushed":true,"sincePushSeconds":60,"policy":§}""", "escalate_no_verdict")]
    [InlineData("""{"unknownThreadMaxSeconds":60}""", """{"pushed":false,"unknownSeconds":60,"policy":§}""", "escalate_prepush")]
    public async Task Each_bound_of_the_policy_can_be_set(string policy, string line, string action)
    {
        var answers = await Lines.DecideAsync(line.Replace("§", policy, StringComparison.Ordinal));
        ((string?)answers.Single["action"]).ShouldBe(action);
    }

    [Fact]
    public async Task A_turn_whose_age_is_not_given_is_as_old_as_the_elapsed_time()
    {
        var answers = await Lines.DecideAsync(
            """{"thread":"running","ci":"green","pushed":true,"elapsedSeconds":7200}""",
            """{"thread":"running","ci":"green","pushed":true,"elapsedSeconds":7200,"turnSeconds":5}""");
        answers.Lines.Select(line => line.Contains("close_success", StringComparison.Ordinal)).ShouldBe([true, false]);
    }

    [Theory]
    [InlineData("not json", "the line is not JSON")]
    [InlineData("{", "the line is not JSON")]
    [InlineData("""{"pushed":true""", "the line is not JSON")]
    [InlineData("""{"pushed":true}}""", "the line is not JSON")]
    [InlineData("""{"pushed":true} {"pushed":true}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,}""", "the line is not JSON")]
    [InlineData("""{"pushed":true /* yes */}""", "the line is not JSON")]
    [InlineData("""{'pushed':true}""", "the line is not JSON")]
    [InlineData("""{"pushed":True}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,"elapsedSeconds":NaN}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,"elapsedSeconds":01}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,"pushed":true}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,"pus\u0068ed":false}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,"policy":{"killSwitch":true,"killSwitch":false}}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,"thread":"\ud800"}""", "the line is not JSON")]
    [InlineData("""{"pushed":true,"\udc00":1}""", "the line is not JSON")]
    [InlineData("[]", "the line is not a JSON object")]
    [InlineData("""[{"pushed":true}]""", "the line is not a JSON object")]
    [InlineData("null", "the line is not a JSON object")]
    [InlineData("true", "the line is not a JSON object")]
    [InlineData("42", "the line is not a JSON object")]
    [InlineData("\"pushed\"", "the line is not a JSON object")]
    [InlineData("{}", "pushed is missing")]
    [InlineData("""{"pushed":null}""", "pushed is missing")]
    [InlineData("""{"Pushed":true}""", "pushed is missing")]
    [InlineData("""{"pushed":"true"}""", "pushed must be true or false")]
    [InlineData("""{"pushed":1}""", "pushed must be true or false")]
    [InlineData("""{"pushed":[]}""", "pushed must be true or false")]
    [InlineData("""{"pushed":{}}""", "pushed must be true or false")]
    [InlineData("""{"pushed":true,"merged":"no"}""", "merged must be true or false")]
    [InlineData("""{"pushed":true,"humanTookOver":0}""", "humanTookOver must be true or false")]
    [InlineData("""{"pushed":true,"thread":"sleeping"}""", "thread is 'sleeping'; it must be one of running, idle, error, vanished, needs_person")]
    [InlineData("""{"pushed":true,"thread":"Running"}""", "thread is 'Running'; it must be one of running, idle, error, vanished, needs_person")]
    [InlineData("""{"pushed":true,"thread":""}""", "thread is ''; it must be one of running, idle, error, vanished, needs_person")]
    [InlineData("""{"pushed":true,"thread":"null"}""", "thread is 'null'; it must be one of running, idle, error, vanished, needs_person")]
    [InlineData("""{"pushed":true,"thread":1}""", "thread must be a text")]
    [InlineData("""{"pushed":true,"thread":["idle"]}""", "thread must be a text")]
    [InlineData("""{"pushed":true,"thread":{}}""", "thread must be a text")]
    [InlineData("""{"pushed":true,"ci":"yellow"}""", "ci is 'yellow'; it must be one of pending, green, red, needs_person")]
    [InlineData("""{"pushed":true,"ci":true}""", "ci must be a text")]
    [InlineData("""{"pushed":true,"delivery":"mail"}""", "delivery is 'mail'; it must be one of trunk, pull_request")]
    [InlineData("""{"pushed":true,"fixForwardAttempts":-1}""", "fixForwardAttempts must not be negative")]
    [InlineData("""{"pushed":true,"fixForwardAttempts":1.5}""", "fixForwardAttempts must be a whole number")]
    [InlineData("""{"pushed":true,"fixForwardAttempts":"1"}""", "fixForwardAttempts must be a number")]
    [InlineData("""{"pushed":true,"fixForwardAttempts":2147483648}""", "fixForwardAttempts must be a whole number")]
    [InlineData("""{"pushed":true,"fixForwardAttempts":99999999999999999999}""", "fixForwardAttempts must be a whole number")]
    [InlineData("""{"pushed":true,"fixForwardAttempts":1e400}""", "fixForwardAttempts must be a number")]
    [InlineData("""{"pushed":true,"fixForwardAttempts":true}""", "fixForwardAttempts must be a number")]
    [InlineData("""{"pushed":true,"redispatchAttempts":0.5}""", "redispatchAttempts must be a whole number")]
    [InlineData("""{"pushed":true,"elapsedSeconds":-0.001}""", "elapsedSeconds must not be negative")]
    [InlineData("""{"pushed":true,"elapsedSeconds":-1e400}""", "elapsedSeconds must be a number")]
    [InlineData("""{"pushed":true,"elapsedSeconds":[]}""", "elapsedSeconds must be a number")]
    [InlineData("""{"pushed":true,"turnSeconds":"60"}""", "turnSeconds must be a number")]
    [InlineData("""{"pushed":true,"noVerdictSeconds":{}}""", "noVerdictSeconds must be a number")]
    [InlineData("""{"pushed":true,"sincePushSeconds":-5}""", "sincePushSeconds must not be negative")]
    [InlineData("""{"pushed":true,"unknownSeconds":-5}""", "unknownSeconds must not be negative")]
    [InlineData("""{"pushed":true,"policy":[]}""", "policy must be an object")]
    [InlineData("""{"pushed":true,"policy":true}""", "policy must be an object")]
    [InlineData("""{"pushed":true,"policy":{"killSwitch":"on"}}""", "killSwitch must be true or false")]
    [InlineData("""{"pushed":true,"policy":{"fixForwardMaxAttempts":-1}}""", "fixForwardMaxAttempts must not be negative")]
    [InlineData("""{"pushed":true,"policy":{"fixForwardMaxAttempts":2.5}}""", "fixForwardMaxAttempts must be a whole number")]
    [InlineData("""{"pushed":true,"policy":{"closeDeferMaxSeconds":"1h"}}""", "closeDeferMaxSeconds must be a number")]
    public async Task A_malformed_line_is_answered_with_what_is_wrong(string line, string error)
    {
        var answers = await Lines.DecideAsync(line);
        answers.ExitCode.ShouldBe(ExitCodes.BadInput);
        answers.Single.Count.ShouldBe(1);
        answers.Error.ShouldNotBeNull().ShouldStartWith(error);
    }

    [Fact]
    public async Task A_line_nested_too_deep_is_malformed()
    {
        var deep = $$"""{"pushed":true,"policy":{{string.Concat(Enumerable.Repeat("[", 5000))}}{{string.Concat(Enumerable.Repeat("]", 5000))}}}""";
        (await Lines.DecideAsync(deep)).Error.ShouldNotBeNull().ShouldStartWith("the line is not JSON");
    }

    [Theory]
    [InlineData("""{"pushed":true,"thread":"idle","ci":"red","fixForwardAttempts":5.0}""")]
    [InlineData("""{"pushed":true,"thread":"idle","ci":"red","fixForwardAttempts":5e0}""")]
    [InlineData("""{"pushed":true,"thread":"idle","ci":"red","fixForwardAttempts":2147483647}""")]
    [InlineData("""{"pushed":true,"thread":"idle","ci":"red","elapsedSeconds":1e308}""")]
    public async Task Numbers_count_by_their_value_not_their_spelling(string line) => ((string?)(await Lines.DecideAsync(line)).Single["action"]).ShouldBe("freeze_escalate");

    [Fact]
    public async Task A_negative_zero_is_zero() => (await Lines.DecideAsync("""{"pushed":false,"elapsedSeconds":-0,"redispatchAttempts":-0.0}""")).ExitCode.ShouldBe(ExitCodes.Success);

    [Fact]
    public async Task Fields_that_are_not_known_decide_nothing() =>
        ((string?)(await Lines.DecideAsync("""{"pushed":true,"thread":"idle","ci":"green","comment":{"pushed":false},"policy":{"colour":"red"}}""")).Single["action"]).ShouldBe("close_success");
}
