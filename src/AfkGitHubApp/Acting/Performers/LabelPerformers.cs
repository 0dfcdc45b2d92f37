using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>Desired state: the issue carries the label. The in-progress label is the stamp that a takeover must be later than.</summary>
public sealed class AddLabelPerformer(ITracker tracker, WriteDoor door, TimeProvider time) : IPerformer<Effect.AddLabel>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.AddLabel effect, CancellationToken cancellationToken)
    {
        var present = target.Issue.Has(effect.Label);
        if (!present)
        {
            await door.PassAsync(lease, cancellationToken);
            await tracker.AddLabelAsync(target.Repository, target.Run.IssueNumber, effect.Label, cancellationToken);
        }

        var stamped = target.Run.StampedAt is null && string.Equals(effect.Label, target.Settings.Labels.InProgress, StringComparison.OrdinalIgnoreCase)
            ? target.Run with { StampedAt = time.GetUtcNow() }
            : target.Run;
        return new(stamped) { Did = present ? null : $"added the label {effect.Label}" };
    }
}

/// <summary>Desired state: the issue does not carry the label.</summary>
public sealed class RemoveLabelPerformer(ITracker tracker, WriteDoor door) : IPerformer<Effect.RemoveLabel>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.RemoveLabel effect, CancellationToken cancellationToken)
    {
        if (!target.Issue.Has(effect.Label))
        {
            return new(target.Run);
        }

        await door.PassAsync(lease, cancellationToken);
        await tracker.RemoveLabelAsync(target.Repository, target.Run.IssueNumber, effect.Label, cancellationToken);
        return new(target.Run) { Did = $"removed the label {effect.Label}" };
    }
}
