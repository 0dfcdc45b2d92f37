using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Rendering;

namespace AfkGitHubApp.Core.Tests.Rendering;

public sealed class SettingsNoticeTextTests
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";
    private const string CommitUrl = "https://github.com/octo/widgets/commit/" + Sha;

    private static readonly ConfigProblem[] Problems =
    [
        new("budget", 1, 1, "is not a known key (did you mean `budgets`?); allowed here: `version`, `budgets`"),
        new("", 3, 7, "must have no anchors"),
        new("environments[1]", 12, 5, "repeats `staging`"),
    ];

    [Fact]
    public void A_broken_file_is_told_with_every_problem() => Golden.Matches("settings-broken", SettingsNoticeText.Broken(Problems, Sha, CommitUrl));

    [Fact]
    public void A_mended_file_is_told_with_its_commit() => Golden.Matches("settings-mended", SettingsNoticeText.Mended(Sha, CommitUrl));

    [Theory]
    [InlineData(null)]
    [InlineData("https://github.com/octo/widgets")]
    [InlineData("javascript:alert(1)/commit/" + Sha)]
    public void Without_an_address_nothing_is_linked(string? commitUrl)
    {
        SettingsNoticeText.Broken(Problems, Sha, commitUrl).ShouldNotContain("](");
        SettingsNoticeText.Broken(Problems, Sha, commitUrl).ShouldContain("- line 3, column 7: the file must have no anchors\n");
        SettingsNoticeText.Mended(Sha, null).ShouldContain("in order since commit `0123456789ab`;");
        SettingsNoticeText.Mended(null, null).ShouldContain("in order again;");
    }

    [Fact]
    public void A_comment_is_found_by_its_last_line_and_only_while_it_names_problems()
    {
        var told = SettingsNoticeText.Broken(Problems, Sha, CommitUrl);
        SettingsNoticeText.Names(told).ShouldBe(SettingsNoticeText.Fingerprint(Problems));
        SettingsNoticeText.Names(told + "\nmore").ShouldBeNull();
        SettingsNoticeText.Names(SettingsNoticeText.Mended(Sha, CommitUrl)).ShouldBeNull();
        SettingsNoticeText.Names("<!-- afk-answer:0123456789abcdef -->").ShouldBeNull();
        SettingsNoticeText.Names(null).ShouldBeNull();
    }

    [Fact]
    public void The_same_problems_at_another_commit_are_the_same_and_others_are_not()
    {
        var fingerprint = SettingsNoticeText.Fingerprint(Problems);
        SettingsNoticeText.Names(SettingsNoticeText.Broken(Problems, new string('a', 40), null)).ShouldBe(fingerprint);
        SettingsNoticeText.Fingerprint(Problems.Take(2)).ShouldNotBe(fingerprint);
        SettingsNoticeText.Fingerprint(Problems.Select(problem => problem with { Line = problem.Line + 1 })).ShouldNotBe(fingerprint);
        SettingsNoticeText.Fingerprint(Problems.Select(problem => problem with { Column = problem.Column + 1 })).ShouldNotBe(fingerprint);
    }

    [Fact]
    public void However_much_is_wrong_the_comment_fits()
    {
        var long_ = new string('x', 4_000);
        var text = SettingsNoticeText.Broken([.. Enumerable.Range(1, 500).Select(at => new ConfigProblem(long_, at, 1, "is not a known key"))], Sha, CommitUrl);
        text.Length.ShouldBeLessThan(30_000);
        text.ShouldContain("- Problems not shown: 470\n");
    }

    [Fact]
    public void Whatever_stands_in_the_file_stays_on_its_line_and_mentions_nobody()
    {
        foreach (var nasty in Nasty.Texts(400))
        {
            var root = new ConfigMapping([new ConfigEntry(nasty, new ConfigScalar(nasty, Quoted: true, 1, 1), 1, 1), new ConfigEntry("backend", new ConfigScalar(nasty, Quoted: true, 2, 1), 2, 1)], 1, 1);
            var problems = RepoConfig.Read(root).Problems;
            var text = SettingsNoticeText.Broken(problems, Sha, CommitUrl);
            text.Split('\n').Length.ShouldBe(6 + problems.Count, text);
            Shown.OutsideCodeAndLinks(text).ShouldNotContain("@");
            text.IndexOf("<!--", StringComparison.Ordinal).ShouldBe(text.LastIndexOf('\n') + 1);
            SettingsNoticeText.Names(text).ShouldBe(SettingsNoticeText.Fingerprint(problems));
        }
    }
}
