using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Acting.Performers;

/// <summary>
/// Desired state: the repository defines the four labels. GitHub would make an unknown one by itself, grey and without a word, at its first use.
/// One that is there is left as it is, whatever its colour. It belongs to a repository and not to a run, so it is no <see cref="Effect"/>.
/// </summary>
public sealed partial class RepositoryLabelsPerformer(ITracker tracker, WriteDoor door, ILogger<RepositoryLabelsPerformer> logger)
{
    /// <summary>The labels under their names of now, in the order of a run.</summary>
    public static IReadOnlyList<RepositoryLabel> Wanted(RepoLabels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return
        [
            new(labels.Ready, "0e8a16", "An agent may work on this, by itself"),
            new(labels.InProgress, "fbca04", "An agent works on this; remove the label to take over"),
            new(labels.ReadyForHuman, "d93f0b", "Handed to a person; no agent starts while this stands"),
            new(labels.Paused, "c5def5", "No agent starts; one that works on this lets go"),
        ];
    }

    /// <summary>Makes what is missing.</summary>
    /// <returns>What was written, for people.</returns>
    /// <exception cref="GitHubFailure">GitHub could not be asked. A refusal is no failure here: the work does not depend on colours.</exception>
    public async Task<IReadOnlyList<string>> PerformAsync(RepositoryLease lease, RepoLabels labels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var did = new List<string>();
        try
        {
            var known = await tracker.LabelsAsync(lease.Repository, cancellationToken);
            foreach (var label in Wanted(labels).Where(label => !known.Contains(label.Name, StringComparer.OrdinalIgnoreCase)))
            {
                await door.PassAsync(lease, cancellationToken);
                if (await tracker.CreateLabelAsync(lease.Repository, label, cancellationToken))
                {
                    did.Add($"created the label {label.Name}");
                }
            }
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.Refused)
        {
            Log.Refused(logger, lease.Repository, failure.Message);
        }

        return did;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The labels of {Repository} could not be made: {Reason}")]
        public static partial void Refused(ILogger logger, Core.Runs.RepositoryKey repository, string reason);
    }
}
