using System.Text.RegularExpressions;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Finds <c>#n</c> in a commit message and whether a closing keyword stands before it (GitHub docs, "Linking a pull request to an issue").</summary>
internal static partial class CommitMentions
{
    public static IEnumerable<(int Number, bool Closes)> In(string message) =>
        Mention().Matches(message)
            .Select(match => (Number: int.Parse(match.Groups["number"].ValueSpan), Closes: match.Groups["keyword"].Success))
            .GroupBy(mention => mention.Number)
            .Select(group => (group.Key, group.Any(mention => mention.Closes)));

    [GeneratedRegex(@"(?:(?<keyword>\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)):?\s+)?(?<![\w/])#(?<number>\d{1,9})\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mention();
}
