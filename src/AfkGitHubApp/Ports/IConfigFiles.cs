using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Ports;

/// <summary>A repository's own settings file at a commit. Read only; every method may throw <see cref="GitHubFailure"/>.</summary>
public interface IConfigFiles
{
    /// <summary>The file as a commit has it, or as the default branch's head has it, read with that head at one moment.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="sha">The commit; null = the default branch's head.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when there is no such commit.</returns>
    Task<ConfigFile?> ReadAsync(RepositoryKey repository, string? sha, CancellationToken cancellationToken);

    /// <summary>The file as the default branch has it, and as the newest commits left it that changed it; at most a handful, newest first.</summary>
    Task<IReadOnlyList<ConfigFile>> VersionsAsync(RepositoryKey repository, CancellationToken cancellationToken);
}

/// <summary>The settings file at a commit.</summary>
/// <param name="Sha">The commit.</param>
public sealed record ConfigFile(string Sha)
{
    /// <summary>Where people see that commit; null = not known.</summary>
    public string? CommitUrl { get; init; }

    /// <summary>Size in bytes; null when there is no such file.</summary>
    public long? Bytes { get; init; }

    /// <summary>Its text; null when there is none, or it is no text, or GitHub does not show all of it.</summary>
    public string? Text { get; init; }
}

/// <summary>Parses a settings file.</summary>
public interface IConfigSyntax
{
    /// <summary>The file as a tree, or what keeps it from being one. Never throws, whatever the text.</summary>
    ConfigSyntax Parse(string text);
}

/// <summary>A parsed file.</summary>
/// <param name="Root">The tree; null for an empty file, or when there is a problem.</param>
/// <param name="Problem">The first thing that is no settings file; null when it is one.</param>
public sealed record ConfigSyntax(ConfigNode? Root, ConfigProblem? Problem);
