using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

internal static class ControlDoor
{
    public const string Root = "/_simulator";

    public static SimulatedResponse Handle(SimulatedGitHub github, SimulatedRequest request) => SimulatedResponse.Refused(ApiRefusal.NotFound());
}
