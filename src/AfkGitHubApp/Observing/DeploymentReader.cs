using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Observing;

/// <summary>Reads how far a landed commit is deployed. A commit on top of it that holds it counts like itself.</summary>
public sealed class DeploymentReader(IDeployments deployments, ICiReader ci)
{
    private const int MostCompared = 3;

    /// <summary>The verdict with the deployments counted in.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="environments">What must be reached.</param>
    /// <param name="landed">The commit.</param>
    /// <param name="green">Its verdict so far.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GitHubFailure">Nothing was learned.</exception>
    public async Task<DeploymentReading> ReadAsync(RepositoryKey repository, IReadOnlyList<string> environments, LandedCommit landed, CiReading green, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(landed);
        var all = await deployments.ReadAsync(repository, environments, cancellationToken);
        var holding = new HashSet<string>(StringComparer.Ordinal) { landed.Sha };
        if (landed.BaseSha is { } basis)
        {
            foreach (var other in all.Where(each => each.Sha != landed.Sha && each.CreatedAt >= landed.NotBefore).OrderByDescending(each => each.CreatedAt).Select(each => each.Sha).Distinct(StringComparer.Ordinal).Take(MostCompared))
            {
                if ((await ci.CommitsSinceAsync(repository, basis, other, cancellationToken))?.Any(commit => commit.Sha == landed.Sha) is true)
                {
                    holding.Add(other);
                }
            }
        }

        // The list of an environment is in its order of time; its ids do not fit GraphQL's numbers.
        return DeploymentVerdict.Fold(green, environments, [.. all.Index().Where(each => holding.Contains(each.Item.Sha)).Select(each => new DeploymentFact(each.Item.Environment, each.Index, each.Item.State, each.Item.Url))]);
    }
}

/// <summary>A commit that is where it was to land.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="BaseSha">A commit before it, to tell what is on top of it; null = only the commit itself counts.</param>
/// <param name="NotBefore">A deployment from before this moment cannot hold it.</param>
public sealed record LandedCommit(string Sha, string? BaseSha, DateTimeOffset NotBefore);
