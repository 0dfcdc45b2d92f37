using StackExchange.Redis;

namespace AfkGitHubApp.Adapters.Redis;

/// <summary>Something every look at the queue brings along in the same exchange: read often, and not worth an exchange of its own.</summary>
public interface IRidesAlong
{
    /// <summary>Reads it; must send before it waits.</summary>
    Task RefreshAsync(IDatabase database);
}
