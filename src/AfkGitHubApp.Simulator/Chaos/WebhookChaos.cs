namespace AfkGitHubApp.Simulator.Chaos;

/// <summary>What goes wrong between GitHub and the App's webhook address.</summary>
public sealed record WebhookChaos
{
    /// <summary>Drops every n-th delivery; null drops none by count.</summary>
    public int? DropEvery { get; init; }

    /// <summary>Chance, 0 to 1, that a delivery is lost.</summary>
    public double DropProbability { get; init; }

    /// <summary>Events that are never delivered, by name (<c>check_suite</c>, <c>workflow_run</c>, …).</summary>
    public IReadOnlyList<string> DropEvents { get; init; } = [];

    /// <summary>Chance, 0 to 1, that a delivery is made twice under the same GUID.</summary>
    public double DoubleProbability { get; init; }

    /// <summary>Time between the event and its delivery.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>True leaves a failed record of a dropped delivery, so that it can be asked for again; false loses it without a trace, which happens too.</summary>
    public bool DroppedAreRecorded { get; init; }

    /// <summary>Seed of the chances.</summary>
    public int Seed { get; init; } = 1;

    internal WebhookFate FateOf(string name, int ordinal, Random chance)
    {
        // Both dice are always thrown, so that changing one probability does not shift the other's luck.
        var drop = chance.NextDouble() < DropProbability;
        var twice = chance.NextDouble() < DoubleProbability;
        if (drop || DropEvents.Contains(name, StringComparer.Ordinal) || (DropEvery is { } every && every > 0 && ordinal % every == 0))
        {
            return WebhookFate.Drop;
        }

        return twice ? WebhookFate.Double : WebhookFate.Send;
    }
}

internal enum WebhookFate
{
    Send,
    Double,
    Drop,
}
