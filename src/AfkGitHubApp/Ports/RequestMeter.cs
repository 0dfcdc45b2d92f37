using System.Runtime.CompilerServices;

namespace AfkGitHubApp.Ports;

/// <summary>Counts the requests sent on behalf of one tick, however deep in the adapters they are sent.</summary>
public sealed class RequestMeter
{
    private static readonly AsyncLocal<StrongBox<int>?> Current = new();
    private readonly StrongBox<int> count = new();

    private RequestMeter()
    {
    }

    /// <summary>Requests so far.</summary>
    public int Count => count.Value;

    /// <summary>Starts counting for the calling async flow and everything it awaits.</summary>
    public static RequestMeter Start()
    {
        var meter = new RequestMeter();
        Current.Value = meter.count;
        return meter;
    }

    /// <summary>One request was sent.</summary>
    public static void Tick()
    {
        if (Current.Value is { } box)
        {
            Interlocked.Increment(ref box.Value);
        }
    }
}
