namespace AfkGitHubApp.Core.Config;

/// <summary>Guesses which known word a mistyped one was meant to be.</summary>
internal static class Nearest
{
    private const int MaxDistance = 2;
    private const int MaxLength = 40;

    /// <summary>
    /// The known word at most two edits away (insert, delete, replace, swap neighbours), ignoring case and with hyphens and blanks read as
    /// underscores; null when none is, or when it would be less than half right.
    /// </summary>
    public static string? To(string wrong, IReadOnlyList<string> known)
    {
        if (wrong.Length is 0 or > MaxLength)
        {
            return null;
        }

        var text = wrong.ToLowerInvariant().Replace('-', '_').Replace(' ', '_');
        var best = known
            .Select(word => (Word: word, Distance: Distance(text, word)))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return best.Word is not null && best.Distance <= MaxDistance && best.Distance * 2 <= best.Word.Length ? best.Word : null;
    }

    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Step(table, a, b, i, j);
            }
        }

        return table[a.Length, b.Length];
    }

    private static int Step(int[,] table, string a, string b, int i, int j)
    {
        var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        var best = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }
}
