using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>The laws of <see cref="WorldLaws"/>, asserted.</summary>
public static class WorldAudit
{
    /// <summary>One working turn per TurnId, never two alive in one repository, one checklist and at most one doorbell per run.</summary>
    public static void HoldsOnceAndAlone(SimulatedGitHub gitHub, string story) => WorldLaws.Breaches(gitHub).ShouldBeEmpty(story);

    /// <summary>What a stranger sees of an issue once nothing moves any more.</summary>
    public static string FinalState(SimulatedGitHub gitHub, string repository, int number) => WorldLaws.FinalState(gitHub.Issue(repository, number));
}
