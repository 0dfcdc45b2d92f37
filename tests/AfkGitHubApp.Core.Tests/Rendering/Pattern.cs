using System.Text.RegularExpressions;

namespace AfkGitHubApp.Core.Tests.Rendering;

/// <summary>Regular expressions for assertions.</summary>
internal static class Pattern
{
    public static bool IsIn(string text, string pattern) => Of(pattern).IsMatch(text);

    public static int Count(string text, string pattern) => Of(pattern).Count(text);

    public static string First(string text, string pattern) => Of(pattern).Match(text).Value;

    public static string Without(string text, string pattern) => Of(pattern).Replace(text, string.Empty);

    private static Regex Of(string pattern) => new(pattern, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(30));
}
