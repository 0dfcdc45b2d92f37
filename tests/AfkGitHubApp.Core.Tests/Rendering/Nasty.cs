namespace AfkGitHubApp.Core.Tests.Rendering;

/// <summary>Texts that try to get out of where they are put.</summary>
internal static class Nasty
{
    private static readonly string[] Pieces =
    [
        "@octocat", "@org/team", "&#64;octocat", "#12", "owner/repo#3", "GH-7", "https://example.com/a", "www.example.com", "<!--", "-->", "--!>", "--", "`", "```", "~~~", "\n",
        "\r\n", "\r", "\u2028", "\t", "- [x] ", "# ", "> ", "1. ", "1) ", "| a | b |", "[text](https://example.com)", "![i](x)", "**", "__", "~~", "<b>", "</details>", "\\",
        "\\@a", "\\`", "$x$", "\u001b[31m", "\u001b]0;t\a", "\u009b1m", "\0", "\u0007", "\u202e", "\u200b", "\ufeff", "\ud83d", "\ude00", "😀", "word", " ", "é", "&amp;", "afk:v1",
        "<!-- afk:v1 x y -->", "=", "+", "www", "gh", "-", "7", ".", ":", "//", "@", "!",
    ];

    /// <summary>The same texts every time.</summary>
    public static IEnumerable<string> Texts(int count = 3000)
    {
        foreach (var piece in Pieces)
        {
            yield return piece;
        }

        var random = new Random(20_26);
        for (var i = 0; i < count; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        }
    }
}
