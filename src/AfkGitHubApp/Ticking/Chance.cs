namespace AfkGitHubApp.Ticking;

/// <summary>The only source of chance in the product, seeded by whoever composes it, so that a storm can be replayed.</summary>
public sealed class Chance(int seed)
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);

    /// <summary>From 0 to below 1.</summary>
    public double Next()
    {
        lock (gate)
        {
            return random.NextDouble();
        }
    }
}
