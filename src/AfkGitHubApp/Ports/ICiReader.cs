using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>Commits and what CI says of them. Read only; every method may throw <see cref="GitHubFailure"/>.</summary>
public interface ICiReader
{
    /// <summary>
    /// Commits reachable from <paramref name="head"/> and not from <paramref name="baseSha"/>, oldest first, by the graph. Null when GitHub
    /// cannot compare the two (yet): that says nothing about what is on the branch.
    /// </summary>
    Task<IReadOnlyList<CandidateCommit>?> CommitsSinceAsync(RepositoryKey repository, string baseSha, string head, CancellationToken cancellationToken);

    /// <summary>
    /// Which of these commits came here by a merged pull request from another copy of the repository, into whichever branch, and who opened it. What GitHub
    /// does not show, or not yet, is left out; an author whose account is gone has no id.
    /// </summary>
    Task<IReadOnlyDictionary<string, ImmutableArray<Actor>>> BroughtByAsync(RepositoryKey repository, IReadOnlyList<string> commits, CancellationToken cancellationToken);

    /// <summary>
    /// What is reported on one commit, part after part, so that a caller who has seen enough asks for no more. Each answer holds the parts of
    /// those before it; the last holds everything.
    /// </summary>
    /// <param name="repository">Where.</param>
    /// <param name="sha">The commit.</param>
    /// <param name="pushedAt">When it is known to have been on its branch.</param>
    /// <param name="statuses">Its statuses, where they are known from this look already; null = they are asked for.</param>
    /// <param name="cancellationToken">Ends it between and within requests.</param>
    IAsyncEnumerable<CiEvidence> ReadAsync(RepositoryKey repository, string sha, DateTimeOffset pushedAt, ImmutableArray<StatusFact>? statuses, CancellationToken cancellationToken);

    /// <summary>The workflows that ran for the push of this commit to this branch, each once.</summary>
    Task<IReadOnlyList<PushWorkflow>> PushWorkflowsAsync(RepositoryKey repository, string sha, string branch, CancellationToken cancellationToken);

    /// <summary>A commit's message and people, to explain why CI is silent about it; null when there is no such commit.</summary>
    Task<SilentCommit?> CommitAsync(RepositoryKey repository, string sha, CancellationToken cancellationToken);

    /// <summary>Contexts that rulesets or classic protection require of the branch; empty where neither can be read.</summary>
    Task<IReadOnlyList<string>> RequiredContextsAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken);

    /// <summary>Head of a branch; null when it does not exist.</summary>
    Task<string?> HeadAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken);
}

/// <summary>A workflow that a push started.</summary>
/// <param name="File">Its path in the repository.</param>
/// <param name="Name">Its name, for people.</param>
public sealed record PushWorkflow(string File, string Name);

/// <summary>A commit that may be the run's.</summary>
public sealed record CandidateCommit(string Sha, string Message);
