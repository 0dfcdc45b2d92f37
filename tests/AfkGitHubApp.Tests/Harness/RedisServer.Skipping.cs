using System.ComponentModel;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>What the tests add: a machine without the executable.</summary>
public sealed partial class RedisServer
{
    /// <summary>Starts one that keeps nothing on disk. Where there is no executable the test is skipped, in CI it fails.</summary>
    public static Task<RedisServer> StartAsync(CancellationToken cancellationToken = default) =>
        StartAsync(Executable, required: Environment.GetEnvironmentVariable("CI") == "true", cancellationToken);

    /// <summary>As above; for the tests of this class.</summary>
    internal static async Task<RedisServer> StartAsync(string executable, bool required, CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(executable, folder: null, cancellationToken);
        }
        catch (Win32Exception exception)
        {
            Assert.SkipWhen(!required, Missing);
            throw new InvalidOperationException(Missing, exception);
        }
    }
}
