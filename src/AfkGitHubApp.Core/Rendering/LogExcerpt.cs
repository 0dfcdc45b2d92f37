using System.Text;
using System.Text.RegularExpressions;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>
/// The part of a job's log that says what went wrong: the lines around its last error, without time stamps, colours, secrets and anything
/// that is hidden from people. It stays what others wrote: only a fence (<see cref="Markdown.Quote"/>) may carry it into a prompt.
/// </summary>
public static class LogExcerpt
{
    /// <summary>Upper bound in UTF-8 bytes.</summary>
    public const int MaxBytes = 4_000;

    private const string Cut = "(earlier lines cut)";
    private const string ErrorMark = "##[error]";
    private const int LongestLine = 500;

    private static readonly Regex Stamp = new(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z ?", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture);
    private static readonly Regex Command = new(@"##\[[a-z-]+\]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
    private static readonly Regex Trouble = new(@"\b(error|fail(ed|ure|ures)?|exception|fatal|panic(ked)?|assert(ion)?)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture);

    /// <summary>The excerpt; null when the log says nothing.</summary>
    public static string? Of(string? log)
    {
        if (string.IsNullOrWhiteSpace(log))
        {
            return null;
        }

        // Secrets are looked for in the whole: a block that begins outside the excerpt is still one.
        var lines = Secrets.Remove(Stamp.Replace(Markdown.Clean(log), "")).TrimEnd().Split('\n');
        var last = LastError(lines);
        var text = Markdown.RemoveHidden(string.Join('\n', Around([.. lines.Select(Shown)], last)));
        return text.Trim('\n') is { Length: > 0 } excerpt ? Markdown.BoundUtf8(excerpt.Replace("<!--", "<!\u200b--", StringComparison.Ordinal), MaxBytes) : null;
    }

    /// <summary>What the runner marked as an error; without a mark the last line that speaks of one, else the end.</summary>
    private static int LastError(string[] lines)
    {
        var marked = Array.FindLastIndex(lines, line => line.StartsWith(ErrorMark, StringComparison.Ordinal));
        var spoken = marked >= 0 ? marked : Array.FindLastIndex(lines, Trouble.IsMatch);
        return spoken >= 0 ? spoken : lines.Length - 1;
    }

    private static string Shown(string line) =>
        Markdown.Bound(Command.Replace(line.StartsWith(ErrorMark, StringComparison.Ordinal) ? $"Error: {line[ErrorMark.Length..]}" : line, "").TrimEnd(), LongestLine);

    /// <summary>The causes stand before the error: what comes after it gets what they leave, and a quarter at least.</summary>
    private static IEnumerable<string> Around(string[] lines, int middle)
    {
        var room = MaxBytes - Cut.Length - 1 - Size(lines[middle]);
        var (first, last) = (middle, middle);
        while (first > 0 && room - Size(lines[first - 1]) >= MaxBytes / 4)
        {
            room -= Size(lines[--first]);
        }

        while (last + 1 < lines.Length && room >= Size(lines[last + 1]))
        {
            room -= Size(lines[++last]);
        }

        while (first > 0 && room >= Size(lines[first - 1]))
        {
            room -= Size(lines[--first]);
        }

        return first > 0 ? lines[first..(last + 1)].Prepend(Cut) : lines[first..(last + 1)];
    }

    private static int Size(string line) => Encoding.UTF8.GetByteCount(line) + 1;
}
