using System.Buffers;
using System.Globalization;
using System.Text;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>
/// The only door through which text that somebody else wrote enters a comment, a notification or a prompt. Whatever comes in, what comes out
/// mentions nobody, references nothing, opens or closes no markup and stays on its line (or in its fence).
/// </summary>
public static class Markdown
{
    /// <summary>What a reader sees where text was cut.</summary>
    public const string CutMark = " (cut)";

    /// <summary>What a reader sees where text that people cannot see was taken out.</summary>
    public const string HiddenMark = "(hidden text removed)";

    /// <summary>Addresses longer than this are not linked.</summary>
    public const int MaxUrlLength = 2000;

    private const char Escape = '\u001b';
    private const char ControlSequence = '\u009b';

    // GitHub looks for mentions and references in the rendered text, where a backslash is gone; only a character in between stops it.
    private const char Separator = '\u200b';

    private static readonly SearchValues<char> AlwaysEscaped = SearchValues.Create("\\`*_[]<>|~&$");
    private static readonly SearchValues<char> EscapedAtStart = SearchValues.Create("-+=");
    private static readonly SearchValues<char> ContainerMarks = SearchValues.Create(" \t>-+*.)0123456789");

    /// <summary>
    /// One line of text as text: at most <paramref name="maxLength"/> characters of it, line breaks as spaces, markup escaped, mentions,
    /// issue references and bare addresses broken by an invisible separator.
    /// </summary>
    public static string Inline(string? text, int maxLength = 200)
    {
        var line = Plain(text, maxLength);
        var builder = new StringBuilder(line.Length + 16);
        for (var i = 0; i < line.Length; i++)
        {
            AppendEscaped(builder, line, i);
        }

        return builder.ToString();
    }

    /// <summary>One line of text where no Markdown is read, such as the title of a push message: nothing is escaped.</summary>
    public static string Plain(string? text, int maxLength = 200) => Bound(OneLine(text), maxLength);

    /// <summary>
    /// One line for a title that ends up in a commit's message, where GitHub reads closing keywords, mentions and skip markers: an invisible
    /// separator stands in each of them.
    /// </summary>
    public static string Title(string? text, int maxLength = 200)
    {
        var line = Plain(text, maxLength);
        foreach (var mark in (ReadOnlySpan<string>)["#", "@", "[", ":/", "GH"])
        {
            line = line.Replace(mark, $"{mark[0]}{Separator}{mark[1..]}", StringComparison.OrdinalIgnoreCase);
        }

        return line;
    }

    /// <summary>One line of text as a code span, in which GitHub reads nothing; "(empty)" when there is nothing to show.</summary>
    public static string Code(string? text, int maxLength = 200)
    {
        var line = Plain(text, maxLength)
            .Replace("<!--", $"<{Separator}!--", StringComparison.Ordinal)
            .Replace("-->", $"--{Separator}>", StringComparison.Ordinal);
        if (line.Length == 0)
        {
            return "(empty)";
        }

        var fence = new string('`', LongestRun(line, '`') + 1);
        var pad = line[0] == '`' || line[^1] == '`' ? " " : string.Empty;
        return $"{fence}{pad}{line}{pad}{fence}";
    }

    /// <summary>A link, or the label alone when the address is absent or not one that may be followed (<see cref="SafeUrl"/>).</summary>
    public static string Link(string? label, string? url, int maxLength = 200) => Wrap(Inline(label, maxLength) is { Length: > 0 } text ? text : "(unnamed)", url);

    /// <summary>A link whose label is a code span, or the code span alone.</summary>
    public static string CodeLink(string? label, string? url, int maxLength = 200) => Wrap(Code(label, maxLength), url);

    /// <summary>
    /// The address, if it is absolute, http or https, without user information, plain ASCII and at most <see cref="MaxUrlLength"/> long, with
    /// every character that could end a link destination percent-encoded; else null.
    /// </summary>
    public static string? SafeUrl(string? url)
    {
        if (url is null or { Length: > MaxUrlLength } || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            return null;
        }

        if ((uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || uri.UserInfo.Length > 0)
        {
            return null;
        }

        var builder = new StringBuilder(uri.AbsoluteUri.Length);
        foreach (var c in uri.AbsoluteUri)
        {
            if (c is <= ' ' or > '~')
            {
                return null;
            }

            _ = "()<>\"'\\`|[]{}^*".Contains(c, StringComparison.Ordinal)
                ? builder.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture))
                : builder.Append(c);
        }

        return builder.ToString();
    }

    /// <summary>A block of text as data: a fenced block whose fence is longer than any inside, line breaks kept.</summary>
    /// <param name="text">Written by anybody.</param>
    /// <param name="language">Word after the opening fence, ours.</param>
    public static string Quote(string? text, string language = "text")
    {
        var block = Clean(text).Replace("<!--", $"<{Separator}!--", StringComparison.Ordinal).Trim('\n');
        var fence = new string('`', Math.Max(3, LongestRun(block, '`') + 1));
        return $"{fence}{language}\n{block}\n{fence}";
    }

    /// <summary>At most <paramref name="maxLength"/> characters, ending in <see cref="CutMark"/> when something was left out.</summary>
    public static string Bound(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, CutMark.Length);
        return text.Length <= maxLength ? text : WholeRunes(text, maxLength - CutMark.Length) + CutMark;
    }

    /// <summary>As <see cref="Bound"/>, counted in UTF-8 bytes.</summary>
    public static string BoundUtf8(string text, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, CutMark.Length);
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        var (bytes, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes - CutMark.Length)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, length), CutMark);
    }

    /// <summary>
    /// Text without what no reader can see: terminal escape sequences, control characters other than line feed and tab, bidirectional and
    /// other format characters, tags and variation selectors used to smuggle. Line ends become line feeds; half surrogates U+FFFD.
    /// </summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return string.Empty;
        }

        var builder = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var plain = text.AsSpan(i).IndexOfAnyExceptInRange(' ', '~');
            if (plain < 0)
            {
                builder.Append(text, i, text.Length - i);
                break;
            }

            builder.Append(text, i, plain);
            i += plain;
            var c = text[i];
            if (c is Escape or ControlSequence)
            {
                i = EndOfEscape(text, i) - 1;
            }
            else if (c is '\r' or '\n' or '\u2028' or '\u2029')
            {
                builder.Append('\n');
                i += c is '\r' && i + 1 < text.Length && text[i + 1] is '\n' ? 1 : 0;
            }
            else if (c is '\t' || !char.IsControl(c))
            {
                i += AppendVisible(builder, text, i) - 1;
            }
        }

        return builder.ToString();
    }

    /// <summary>
    /// Text without what GitHub does not show of it: HTML comments (closed or left open at the start of a block) and link definitions used as
    /// comments. People judge an issue by what they see, agents read everything; each removal leaves <see cref="HiddenMark"/>.
    /// </summary>
    public static string RemoveHidden(string? text)
    {
        var source = Clean(text);
        var builder = new StringBuilder(source.Length);
        var position = 0;
        while (position < source.Length)
        {
            var start = source.IndexOf("<!--", position, StringComparison.Ordinal);
            if (start < 0)
            {
                break;
            }

            var end = EndOfComment(source, start);
            if (end < 0 && !StartsBlock(source, start))
            {
                // Left open inside a line, it is shown as it stands; nothing after it can be closed either.
                break;
            }

            builder.Append(source, position, start - position).Append(HiddenMark);
            position = end < 0 ? source.Length : end;
        }

        builder.Append(source, position, source.Length - position);
        return string.Join('\n', builder.ToString().Split('\n').Select(line => IsDefinitionComment(line) ? HiddenMark : line));
    }

    private static string Wrap(string label, string? url) => SafeUrl(url) is { } safe ? $"[{label}]({safe})" : label;

    private static void AppendEscaped(StringBuilder builder, string line, int i)
    {
        var c = line[i];
        var needsBackslash = AlwaysEscaped.Contains(c)
            || (i == 0 && EscapedAtStart.Contains(c))
            || (c == '-' && i > 0 && line[i - 1] == '-')
            || (c is '.' or ')' && i is > 0 and < 10 && line.AsSpan(0, i).IndexOfAnyExceptInRange('0', '9') < 0);
        if (needsBackslash)
        {
            builder.Append('\\');
        }

        if (c == '.' && EndsWith(line, i, "www"))
        {
            builder.Append(Separator);
        }

        builder.Append(c);
        var breaksReference = c is '@' or '#'
            || (c == ':' && line.AsSpan(i + 1).StartsWith("//", StringComparison.Ordinal))
            || (c == '-' && i + 1 < line.Length && char.IsAsciiDigit(line[i + 1]) && EndsWith(line, i, "gh"));
        if (breaksReference)
        {
            builder.Append(Separator);
        }
    }

    private static bool EndsWith(string line, int end, string word) =>
        line.AsSpan(0, end).EndsWith(word, StringComparison.OrdinalIgnoreCase);

    private static string OneLine(string? text)
    {
        var builder = new StringBuilder();
        foreach (var c in Clean(text))
        {
            if (!char.IsWhiteSpace(c))
            {
                builder.Append(c);
            }
            else if (builder.Length > 0 && builder[^1] != ' ')
            {
                builder.Append(' ');
            }
        }

        return builder.ToString().TrimEnd(' ');
    }

    private static int AppendVisible(StringBuilder builder, string text, int i)
    {
        if (!Rune.TryGetRuneAt(text, i, out var rune))
        {
            builder.Append('\ufffd');
            return 1;
        }

        if (!IsInvisible(rune))
        {
            builder.Append(text, i, rune.Utf16SequenceLength);
        }

        return rune.Utf16SequenceLength;
    }

    private static bool IsInvisible(Rune rune) => rune.Value switch
    {
        // Joiners are part of how several scripts and emoji are written.
        0x200c or 0x200d => false,
        0x034f or 0x115f or 0x1160 or 0x3164 or 0xffa0 or (>= 0xe0100 and <= 0xe01ef) => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format,
    };

    private static int EndOfEscape(string text, int start)
    {
        if (text[start] == ControlSequence)
        {
            return EndOfControlSequence(text, start + 1);
        }

        if (start + 1 >= text.Length)
        {
            return text.Length;
        }

        return text[start + 1] switch
        {
            '[' => EndOfControlSequence(text, start + 2),
            ']' or 'P' or 'X' or '^' or '_' => EndOfControlString(text, start + 2),
            >= ' ' and <= '/' => Math.Min(text.Length, start + 3),
            >= '0' and <= '~' => start + 2,
            _ => start + 1,
        };
    }

    private static int EndOfControlSequence(string text, int i)
    {
        while (i < text.Length && text[i] is >= ' ' and <= '?')
        {
            i++;
        }

        return i < text.Length && text[i] is >= '@' and <= '~' ? i + 1 : i;
    }

    private static int EndOfControlString(string text, int i)
    {
        // An unfinished one ends with its line, so that it cannot swallow the rest of a log.
        while (i < text.Length && text[i] is not ('\n' or '\r'))
        {
            if (text[i] == '\a')
            {
                return i + 1;
            }

            if (text[i] == Escape)
            {
                return i + 1 < text.Length && text[i + 1] == '\\' ? i + 2 : i;
            }

            i++;
        }

        return i;
    }

    private static int EndOfComment(string text, int start)
    {
        var inside = text.AsSpan(start + 4);
        if (inside.StartsWith(">", StringComparison.Ordinal))
        {
            return start + 5;
        }

        if (inside.StartsWith("->", StringComparison.Ordinal))
        {
            return start + 6;
        }

        var end = inside.IndexOf("-->", StringComparison.Ordinal);
        var oddEnd = inside.IndexOf("--!>", StringComparison.Ordinal);
        return (end, oddEnd) switch
        {
            ( < 0, < 0) => -1,
            ( >= 0, _) when oddEnd < 0 || end < oddEnd => start + 4 + end + 3,
            _ => start + 4 + oddEnd + 4,
        };
    }

    private static bool StartsBlock(string text, int start)
    {
        var lineStart = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        return text.AsSpan(lineStart, start - lineStart).IndexOfAnyExcept(ContainerMarks) < 0;
    }

    private static bool IsDefinitionComment(string line)
    {
        // "[//]: # (words)": a link definition renders as nothing at all.
        var rest = line.AsSpan().TrimStart(' ');
        if (line.Length - rest.Length > 3 || rest.IsEmpty || rest[0] != '[')
        {
            return false;
        }

        var close = rest.IndexOf("]:", StringComparison.Ordinal);
        if (close < 2)
        {
            return false;
        }

        var destination = rest[(close + 2)..].TrimStart(" \t");
        return destination.StartsWith("#", StringComparison.Ordinal) || destination.StartsWith("<>", StringComparison.Ordinal);
    }

    private static string WholeRunes(string text, int length) =>
        length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];

    private static int LongestRun(string text, char c)
    {
        var (longest, current) = (0, 0);
        foreach (var x in text)
        {
            current = x == c ? current + 1 : 0;
            longest = Math.Max(longest, current);
        }

        return longest;
    }
}
