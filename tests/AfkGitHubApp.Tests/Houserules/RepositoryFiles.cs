namespace AfkGitHubApp.Tests.Houserules;

/// <summary>The files of the repository these tests were built from, without what builds and tools leave behind and what an operator keeps beside deploy/compose.yaml.</summary>
internal static class RepositoryFiles
{
    private static readonly HashSet<string> LeftBehind = new(StringComparer.OrdinalIgnoreCase) { ".git", ".vs", ".vscode", ".idea", "artifacts", "bin", "obj", "TestResults", "node_modules", "afk.env", "secrets" };

    public static string Root { get; } = FindRoot();

    /// <summary>All files, by path from the root with forward slashes.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Below(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AfkGitHubApp.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests are not run from inside the repository.");
    }

    private static IEnumerable<string> Below(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !LeftBehind.Contains(Path.GetFileName(file)) && !file.EndsWith(".user", StringComparison.Ordinal)))
        {
            yield return file;
        }

        foreach (var file in Directory.EnumerateDirectories(folder).Where(inner => !LeftBehind.Contains(Path.GetFileName(inner))).SelectMany(Below))
        {
            yield return file;
        }
    }
}
