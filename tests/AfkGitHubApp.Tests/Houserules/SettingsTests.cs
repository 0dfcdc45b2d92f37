using System.Text.RegularExpressions;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Tests.Houserules;

public sealed partial class SettingsTests
{
    private const string Secret = "not-for-anybody";

    [Fact]
    public void Every_setting_that_is_read_is_documented()
    {
        var documented = RepositoryFiles.Read("docs/settings.md");
        var read = RepositoryFiles.All.Where(path => path.StartsWith("src/AfkGitHubApp/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(path => Key().Matches(RepositoryFiles.Read(path)).Select(match => match.Groups["key"].Value)).Distinct(StringComparer.Ordinal).ToList();

        read.Count.ShouldBeGreaterThan(30);
        read.Where(key => !documented.Contains(key, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Settings_that_hold_secrets_do_not_print_them()
    {
        var t3Code = new T3CodeSettings { BaseAddress = new("https://t3.example/"), Token = Secret, Workspaces = "/srv/{name}", Model = "m" };
        var options = new AfkOptions { PrivateKeyPem = Secret, WebhookSecret = Secret, Keys = [Secret], Redis = $"localhost,password={Secret}", T3Code = t3Code };

        $"{options} {t3Code} {new GitHubOptions { Issuer = "i", PrivateKeyPem = Secret }}".ShouldNotContain(Secret);
    }

    [GeneratedRegex(@"""(?<key>(Afk|ConnectionStrings)(:[A-Z][A-Za-z0-9]*)+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
