namespace AfkGitHubApp.Core.Tests.Rendering;

/// <summary>Reads Markdown as a reader does, as far as the assertions need it.</summary>
internal static class Shown
{
    /// <summary>The text without its code spans and link destinations, in which nothing is read as a mention.</summary>
    public static string OutsideCodeAndLinks(string markdown) =>
        Pattern.Without(markdown, @"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)|\]\(https?:[^)\s]*\)");
}
