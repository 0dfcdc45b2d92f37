namespace WireMock.Serving;

/// <summary>Start, Stop and Dispose are synchronous; they wait without the caller's synchronization context, which could be the one that the wait blocks.</summary>
internal static class Blocking
{
    public static T Wait<T>(Func<Task<T>> work)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return work().GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public static void Wait(Func<Task> work) => Wait(async () =>
    {
        await work();
        return true;
    });
}
