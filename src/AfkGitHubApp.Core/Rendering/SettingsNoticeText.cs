using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Core.Config;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>What is written under an issue while the repository's own settings are broken, and in its place once they are in order.</summary>
public static class SettingsNoticeText
{
    /// <summary>At most this many problems are listed.</summary>
    public const int MaxProblems = 30;

    private const string Opening = "<!-- afk-settings:";
    private const string Closing = " -->";
    private const string InOrder = "in-order";

    /// <summary>The comment, with the hidden last line by which it is found again. That it is our own bot's is the reader's to check.</summary>
    /// <param name="problems">All that is wrong with the file, at least one thing.</param>
    /// <param name="sha">The commit that the file was read at.</param>
    /// <param name="commitUrl">Where people see that commit; null leaves lines unlinked.</param>
    public static string Broken(IReadOnlyList<ConfigProblem> problems, string sha, string? commitUrl)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sha);
        var file = FileUrl(sha, commitUrl);
        var text = new StringBuilder($"This issue is ready and does not start: {Markdown.CodeLink(RepoConfig.Path, file)} is broken, and until it is mended no run starts in this repository.\n\n");
        foreach (var problem in problems.Take(MaxProblems))
        {
            text.Append("- ").Append(Line(problem, file)).Append('\n');
        }

        if (problems.Count > MaxProblems)
        {
            text.Append(CultureInfo.InvariantCulture, $"- Problems not shown: {problems.Count - MaxProblems}\n");
        }

        return text.Append($"""

            Next: mend the file on the default branch. It counts as soon as it is pushed there: what is ready then starts by itself, and this comment says so. A run in flight goes on by the file as it was when the run began; nothing is stopped.

            {Opening}{Fingerprint(problems)}{Closing}
            """.ReplaceLineEndings("\n")).ToString();
    }

    /// <summary>What stands there once the file is in order.</summary>
    /// <param name="sha">The commit at which it was first seen to be; null where the repository has none.</param>
    /// <param name="commitUrl">Where people see that commit.</param>
    public static string Mended(string? sha, string? commitUrl)
    {
        var since = sha is null ? "again" : $"since commit {Markdown.CodeLink(sha[..Math.Min(12, sha.Length)], commitUrl)}";
        return $"{Markdown.CodeLink(RepoConfig.Path, FileUrl(sha, commitUrl))} was broken and held this issue back. It is in order {since}; what is ready starts by itself.\n\n{Opening}{InOrder}{Closing}";
    }

    /// <summary>Tells whether two readings found the same things wrong, wherever the branch stood.</summary>
    public static string Fingerprint(IEnumerable<ConfigProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var told = string.Join('\n', problems.Select(problem => string.Create(CultureInfo.InvariantCulture, $"{problem.Line}:{problem.Column} {problem.Path} {problem.Message}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told)).AsSpan(0, 8));
    }

    /// <summary>The fingerprint of the problems that a comment of ours names; null when it is none of these, or says that the file is in order.</summary>
    public static string? Names(string? body)
    {
        if (body is null || !body.EndsWith(Closing, StringComparison.Ordinal) || body.LastIndexOf(Opening, StringComparison.Ordinal) is not (>= 0 and var at))
        {
            return null;
        }

        var says = body[(at + Opening.Length)..^Closing.Length];
        return says is { Length: 16 } && says.All(char.IsAsciiHexDigitLower) ? says : null;
    }

    private static string Line(ConfigProblem problem, string? file)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"line {problem.Line}, column {problem.Column}");
        var link = Markdown.Link(where, file is null ? null : string.Create(CultureInfo.InvariantCulture, $"{file}#L{problem.Line}"));
        return $"{link}: {(problem.Path.Length == 0 ? "the file" : Markdown.Code(problem.Path))} {problem.Message}";
    }

    /// <summary>A commit's page and its files' pages differ in one word.</summary>
    private static string? FileUrl(string? sha, string? commitUrl) =>
        sha is not null && commitUrl is not null && commitUrl.EndsWith($"/commit/{sha}", StringComparison.Ordinal) ? $"{commitUrl[..^$"/commit/{sha}".Length]}/blob/{sha}/{RepoConfig.Path}" : null;
}
