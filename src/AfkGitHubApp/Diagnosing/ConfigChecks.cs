using AfkGitHubApp.Core.Config;

namespace AfkGitHubApp.Diagnosing;

/// <summary>The repository's own settings: everything that is wrong with them, and what they ask for in vain.</summary>
internal static class ConfigChecks
{
    private const string Keys = "docs/configuration.md lists every key";

    public static IEnumerable<Finding> Of(RepositoryFacts repository)
    {
        if (repository.Config is { Failure: { } failure })
        {
            yield return RepositoryChecks.Unasked(repository.Name, RepoConfig.Path, failure);
        }

        foreach (var problem in repository.Settings.Problems)
        {
            yield return new(Severity.Error, "config-broken", repository.Name, $"{RepoConfig.Path}:{problem.Line}:{problem.Column}", $"Nothing starts here: {problem}.", $"Mend the file on the default branch; {Keys}.");
        }

        foreach (var path in repository.Misspelled)
        {
            yield return new(Severity.Warning, "config-misnamed", repository.Name, path, $"It is not read: only {RepoConfig.Path} is.", $"Rename it to {RepoConfig.Path}.");
        }

        if (repository.Environments is { Failure: null, Answer: { } known })
        {
            foreach (var missing in repository.Settings.Environments.Except(known, StringComparer.Ordinal))
            {
                yield return new(Severity.Warning, "environment-missing", repository.Name, $"{RepoConfig.Path}: environments", $"There is no environment {missing}: until something is deployed there, no run is done.", "Correct the name, in this very spelling, or make the environment in the repository's settings.");
            }
        }
    }
}
