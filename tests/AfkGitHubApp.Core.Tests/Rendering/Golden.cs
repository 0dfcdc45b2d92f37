namespace AfkGitHubApp.Core.Tests.Rendering;

/// <summary>Compares a text with the file that holds what it should be; with UPDATE_GOLDEN=1 writes the file instead.</summary>
internal static class Golden
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "AfkGitHubApp.Core.Tests", "Rendering", "Golden");

    public static void Matches(string name, string actual)
    {
        var path = Path.Combine(Folder, name + ".md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        File.Exists(path).ShouldBeTrue($"no golden file {name}.md; write it with UPDATE_GOLDEN=1");
        actual.ShouldBe(File.ReadAllText(path), $"differs from {name}.md; if it should, write it again with UPDATE_GOLDEN=1");
    }

    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetFileNameWithoutExtension(path));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AfkGitHubApp.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository, so there are no golden files to compare with");
    }
}
