using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Hosting;

/// <summary>The settings a process starts with, checked as a whole, also where only an adapter knows what is right.</summary>
public static class StartSettings
{
    /// <summary>Reads and checks.</summary>
    /// <returns>The options, and every problem found; with problems nothing may be started.</returns>
    public static (AfkOptions Options, IReadOnlyList<string> Problems) Read(IConfiguration configuration)
    {
        var (options, problems) = AfkOptions.Read(configuration);
        return options.Redis.Length > 0 && RedisMultiplexer.Problem(options.Redis) is { } problem
            ? (options, [.. problems, $"ConnectionStrings:Redis {problem}."])
            : (options, problems);
    }
}
