using Microsoft.AspNetCore.Http;

namespace WireMock.Serving;

/// <summary>The one clock; the package takes none.</summary>
internal static class Clock
{
    public static DateTime UtcNow => TimeProvider.System.GetUtcNow().UtcDateTime;
}

/// <summary>The chance behind random delays, partial faults and broken bytes, seeded so that a test run repeats itself.</summary>
internal static class Chance
{
    private static readonly Lock Gate = new();
    private static readonly Random Source = new(20_150_215);

    public static int Between(int minimum, int maximum)
    {
        lock (Gate)
        {
            return Source.Next(minimum, maximum);
        }
    }

    public static bool Strikes(double probability)
    {
        lock (Gate)
        {
            return Source.NextDouble() <= probability;
        }
    }

    public static byte[] Bytes()
    {
        lock (Gate)
        {
            var bytes = new byte[Source.Next(100, 201)];
            Source.NextBytes(bytes);
            return bytes;
        }
    }
}

/// <summary>Ends delays when the server is disposed, so that disposal does not wait for them.</summary>
internal static class Shutdown
{
    public static CancellationToken TokenOf(HttpContext context) =>
        context.Items.TryGetValue(typeof(Shutdown), out var token) ? (CancellationToken)token! : CancellationToken.None;

    public static void Attach(HttpContext context, CancellationToken token) => context.Items[typeof(Shutdown)] = token;
}
