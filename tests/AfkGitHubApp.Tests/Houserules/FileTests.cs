using System.Text.RegularExpressions;

namespace AfkGitHubApp.Tests.Houserules;

public sealed partial class FileTests
{
    private const int Patience = 60_000;

    [Fact]
    public void No_file_names_a_package_registry() => Complaints(Registry()).ShouldBeEmpty();

    [Fact]
    public void No_file_names_a_path_of_somebodys_machine() => Complaints(MachinePath()).ShouldBeEmpty();

    [Fact]
    public void No_file_names_an_address_in_a_private_network() => Complaints(PrivateAddress()).ShouldBeEmpty();

    [Fact]
    public void No_file_carries_what_looks_like_a_secret() => Complaints(Secret()).ShouldBeEmpty();

    [Fact]
    public void The_patterns_find_what_they_are_for()
    {
        // Put together here, so that this file carries none of them itself.
        Registry().IsMatch("https://api.nuget" + ".org/v3/index.json").ShouldBeTrue();
        Registry().IsMatch("https://registry" + ".example.com/npm/").ShouldBeTrue();
        MachinePath().IsMatch("see /ho" + "me/maria/notes.txt").ShouldBeTrue();
        MachinePath().IsMatch("\"/ro" + "ot/.nuget\"").ShouldBeTrue();
        MachinePath().IsMatch(@"C:\Us" + @"ers\maria").ShouldBeTrue();
        MachinePath().IsMatch("repos/octo/widgets/ho" + "me/page").ShouldBeFalse();
        PrivateAddress().IsMatch("http://10." + "0.0.7:8080").ShouldBeTrue();
        PrivateAddress().IsMatch("version 10.0.100").ShouldBeFalse();
        Secret().IsMatch("gh" + "s_" + new string('a', 36)).ShouldBeTrue();
        Secret().IsMatch("github" + "_pat_" + new string('A', 40)).ShouldBeTrue();
        Secret().IsMatch("-----BEGIN RSA PRIVATE" + " KEY-----\n" + new string('M', 64)).ShouldBeTrue();
        Secret().IsMatch("eyJhbGciOi" + "JSUzI1NiJ9.eyJpc3MiOi" + "JJdjIzIn0.c2lnbmF0dXJl").ShouldBeTrue();
    }

    [Fact]
    public void Every_source_file_of_the_product_has_one_namespace_without_a_block()
    {
        var sources = RepositoryFiles.All.Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal)).ToList();
        sources.Count.ShouldBeGreaterThan(100);

        sources.Where(path => Path.GetFileName(path) != "Program.cs" && !Namespace().Matches(RepositoryFiles.Read(path)).Select(found => found.Groups["end"].Value).SequenceEqual([";"])).ShouldBeEmpty();
    }

    [Fact]
    public void The_namespace_of_a_source_file_is_its_folder()
    {
        foreach (var project in (string[])["src/AfkGitHubApp.Core/", "src/AfkGitHubApp/", "src/AfkGitHubApp.Simulator/"])
        {
            RepositoryFiles.All
                .Where(path => path.StartsWith(project, StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal) && Path.GetFileName(path) != "Program.cs")
                .Where(path => !RepositoryFiles.Read(path).Contains($"\nnamespace {Path.GetDirectoryName(path)!["src/".Length..].Replace('/', '.')};", StringComparison.Ordinal)
                    && !RepositoryFiles.Read(path).StartsWith($"namespace {Path.GetDirectoryName(path)!["src/".Length..].Replace('/', '.')};", StringComparison.Ordinal))
                .ShouldBeEmpty();
        }
    }

    private static IEnumerable<string> Complaints(Regex pattern) =>
        from path in RepositoryFiles.All
        where !path.EndsWith(".gz", StringComparison.Ordinal) && !path.EndsWith(".png", StringComparison.Ordinal)
        from Match match in pattern.Matches(RepositoryFiles.Read(path))
        select $"{path}: {match.Value}";

    [GeneratedRegex(@"\b(api\.nuget\.org|registry\.[a-z0-9-]+\.[a-z]{2,}|pypi\.org|files\.pythonhosted\.org|proxy\.golang\.org|[a-z0-9-]+\.jfrog\.io|[a-z0-9.-]*(artifactory|nexus)[a-z0-9-]*\.[a-z0-9.-]+\.[a-z]{2,})", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w.~}*-])/(home|root|work|tmp|Users)/[\w.-]+|\b[A-Z]:\\Users\\", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3})\b", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex PrivateAddress();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{36}|\bsk-[A-Za-z0-9-]{32}|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-[0-9A-Za-z-]{10}|-----BEGIN ([A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Secret();

    [GeneratedRegex(@"^namespace [\w.]+\s*(?<end>;|\{)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Namespace();
}
