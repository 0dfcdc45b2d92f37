using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>Desired state: the issue is closed as completed.</summary>
public sealed class CloseIssuePerformer(ITracker tracker, WriteDoor door) : IPerformer<Effect.CloseIssue>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.CloseIssue effect, CancellationToken cancellationToken)
    {
        if (!target.Issue.IsOpen)
        {
            return new(target.Run);
        }

        await door.PassAsync(lease, cancellationToken);
        await tracker.CloseAsync(target.Repository, target.Run.IssueNumber, cancellationToken);
        return new(target.Run) { Did = "closed the issue" };
    }
}
