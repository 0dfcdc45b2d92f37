using AfkGitHubApp.Scheduling;
using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>The answer of a script that writes: 0 = the fence is not the current one.</summary>
internal static class Fences
{
    public static void Require(RedisResult answer, RepositoryLease lease)
    {
        if ((string?)answer == "0")
        {
            throw new LeaseLostException($"The store refused a write for {lease.Repository}: fence {lease.Fence} is no longer current.");
        }
    }
}
