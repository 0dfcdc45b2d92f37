namespace AfkGitHubApp.Tests.Harness;

/// <summary>Waiting for what another process does in its own time; ends as soon as it is so.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks until it is so; fails after a minute.</summary>
    public static async Task BecomesTrueAsync(Func<Task<bool>> ask, string what)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await ask())
        {
            TimeProvider.System.GetElapsedTime(since).ShouldBeLessThan(Patience, what);
            await Task.Delay(Between, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>As above.</summary>
    public static Task BecomesTrueAsync(Func<bool> ask, string what) => BecomesTrueAsync(() => Task.FromResult(ask()), what);

    /// <summary>The task's result, which must come within a minute.</summary>
    public static Task WithPatienceAsync(this Task task) => task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>As above.</summary>
    public static Task<T> WithPatienceAsync<T>(this Task<T> task) => task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
}
