using WireMock;
using WireMock.RequestBuilders;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

public sealed class WireMockScenarioTests : WireMockServed
{
    [Fact]
    public async Task A_scenario_walks_from_state_to_state()
    {
        Server.Given(Request.Create().WithPath("/s")).InScenario("run").WillSetStateTo("one").ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath("/s")).InScenario("run").WhenStateIs("one").WillSetStateTo("two").ThenRespondWithStatusCode(202);
        Server.Given(Request.Create().WithPath("/s")).InScenario("run").WhenStateIs("two").ThenRespondWithStatusCode(203);

        (await StatusOf("/s")).ShouldBe(201);
        (await StatusOf("/s")).ShouldBe(202);
        Server.Scenarios.Single().NextState.ShouldBe("two");
        Server.Scenarios.Single().Finished.ShouldBeFalse();
        (await StatusOf("/s")).ShouldBe(203);
        Server.Scenarios.Single().Finished.ShouldBeTrue();
        (await StatusOf("/s")).ShouldBe(201, "a mapping without a next state leads back to the start");
    }

    [Fact]
    public async Task A_state_may_last_for_several_requests()
    {
        Server.Given(Request.Create().WithPath("/s")).InScenario(7).WillSetStateTo(1, times: 3).ThenRespondWithStatusCode(500);
        Server.Given(Request.Create().WithPath("/s")).InScenario(7).WhenStateIs(1).WillSetStateTo(1).ThenRespondWithStatusCode(200);

        int[] statuses = [await StatusOf("/s"), await StatusOf("/s"), await StatusOf("/s"), await StatusOf("/s"), await StatusOf("/s")];

        statuses.ShouldBe([500, 500, 500, 200, 200]);
    }

    [Fact]
    public async Task Only_requests_that_match_move_a_scenario()
    {
        Server.Given(Request.Create().WithPath("/s").UsingPost()).InScenario("run").WillSetStateTo("moved").ThenRespondWithOK();

        (await StatusOf("/s")).ShouldBe(404);

        Server.Scenarios.Single().NextState.ShouldBeNull();
        Server.Scenarios.Single().Started.ShouldBeFalse();
    }

    [Fact]
    public async Task A_scenario_can_be_set_and_reset()
    {
        Server.Given(Request.Create().WithPath("/s")).InScenario("run").WillSetStateTo("one").ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath("/s")).InScenario("run").WhenStateIs("one").WillSetStateTo("one").ThenRespondWithStatusCode(202);

        Server.SetScenarioState("run", "one").ShouldBeTrue();
        (await StatusOf("/s")).ShouldBe(202);
        Server.ResetScenario("RUN").ShouldBeTrue("names ignore case");
        (await StatusOf("/s")).ShouldBe(201);
        Server.ResetScenarios();
        Server.Scenarios.ShouldBeEmpty();
        (await StatusOf("/s")).ShouldBe(201);
        Server.ResetScenario("other").ShouldBeFalse();
    }

    [Fact]
    public void A_state_needs_a_scenario()
    {
        Should.Throw<NotSupportedException>(() => Server.Given(Request.Create()).WhenStateIs("one"));
        Should.Throw<NotSupportedException>(() => Server.Given(Request.Create()).WillSetStateTo("one"));
        Should.Throw<ArgumentException>(() => Server.Given(Request.Create()).InScenario(" "));
    }

    [Fact]
    public async Task A_scenario_moves_before_its_answer_is_made()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var retried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Given(Request.Create().WithPath("/s")).InScenario("run").WillSetStateTo("retried").ThenRespondWith(response => response.WithStatusCode(201).WithCallback(async _ =>
        {
            begun.SetResult();
            await retried.Task;
            return new ResponseMessage();
        }));
        Server.Given(Request.Create().WithPath("/s")).InScenario("run").WhenStateIs("retried").ThenRespondWithStatusCode(202);

        var slow = StatusOf("/s");
        await begun.Task.WaitAsync(Cancel);
        (await StatusOf("/s")).ShouldBe(202);
        retried.SetResult();

        (await slow).ShouldBe(201);
    }
}
