using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>Desired state: the issue is open, where a commit of the run closed it. One that anybody else closed stays closed.</summary>
public sealed class ReopenIssuePerformer(ITracker tracker, WriteDoor door) : IPerformer<Effect.ReopenIssue>
{
    /// <inheritdoc/>
    public async Task<Performed> PerformAsync(RepositoryLease lease, EffectTarget target, Effect.ReopenIssue effect, CancellationToken cancellationToken)
    {
        if (!target.IsClosedByRun)
        {
            return new(target.Run);
        }

        await door.PassAsync(lease, cancellationToken);
        await tracker.ReopenAsync(target.Repository, target.Run.IssueNumber, cancellationToken);
        return new(target.Run) { Did = "reopened the issue" };
    }
}
