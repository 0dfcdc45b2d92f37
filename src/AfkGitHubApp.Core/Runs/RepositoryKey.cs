namespace AfkGitHubApp.Core.Runs;

/// <summary>
/// Which repository, and how to reach it. <see cref="Id"/> is the identity; the name is for display and addressing, compares ignoring case,
/// and may change under us (rename, transfer).
/// </summary>
/// <param name="Id">GitHub's numeric repository id.</param>
/// <param name="FullName"><c>owner/name</c> as last seen.</param>
/// <param name="InstallationId">The installation whose token reads and writes it.</param>
public sealed record RepositoryKey(long Id, string FullName, long InstallationId)
{
    /// <summary>The part before the slash.</summary>
    public string Owner => FullName[..FullName.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The part after the slash.</summary>
    public string Name => FullName[(FullName.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether <paramref name="text"/> has the form <c>owner/name</c>.</summary>
    public static bool IsFullName(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && text.IndexOf('/', slash + 1) < 0 && !text.Any(char.IsWhiteSpace);
    }

    /// <inheritdoc/>
    public override string ToString() => FullName;
}
