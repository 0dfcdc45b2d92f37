using AfkGitHubApp.Adapters.GitHub;

namespace AfkGitHubApp.Hosting;

/// <summary>What a process stands in: clocks, wire and chance. The demo and the tests bring their own.</summary>
/// <param name="Time">The product's clock.</param>
/// <param name="WireTime">The clock of request deadlines; differs from <paramref name="Time"/> only where that one runs faster than the network.</param>
/// <param name="Wire">Makes the innermost handler to GitHub.</param>
/// <param name="Seed">Of all chance.</param>
public sealed record Surroundings(TimeProvider Time, TimeProvider WireTime, Func<HttpMessageHandler> Wire, int Seed)
{
    /// <summary>The real ones.</summary>
    public static Surroundings Real { get; } = new(TimeProvider.System, TimeProvider.System, GitHubConnection.Sockets, Environment.ProcessId ^ (int)TimeProvider.System.GetTimestamp());
}
