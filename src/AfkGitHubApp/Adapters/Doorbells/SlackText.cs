using System.Text;
using AfkGitHubApp.Core.Rendering;

namespace AfkGitHubApp.Adapters.Doorbells;

/// <summary>
/// A notification in Slack's own markup. Slack reads mentions and links only inside angle brackets, so a text in which these and the ampersand
/// are entities can reach nobody; the Markdown that <see cref="NotificationText"/> writes (escapes, code, links, fences) is translated, and nothing else is.
/// </summary>
internal static class SlackText
{
    /// <summary>Slack advises to stay below 4,000 characters and cuts at ten times as many.</summary>
    private const int MostCharacters = 3_800;

    private const string Fence = "```";
    private const string Cut = "(cut)";

    /// <summary>The text of a message: a title that leads to the issue, then the body.</summary>
    public static string Of(Notification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var title = Entities(notification.Title);
        var text = new StringBuilder(notification.Url is { } url ? $"*<{Entities(url)}|{title}>*\n" : $"*{title}*\n");
        string? fence = null;
        foreach (var line in notification.Body.TrimEnd().Split('\n'))
        {
            var marks = Run(line, 0);
            var isFence = fence is null ? marks >= Fence.Length : line.Length == fence.Length && marks == fence.Length;
            var shown = isFence ? Fence : fence is null ? Line(line) : Entities(line).Replace(Fence, "'''", StringComparison.Ordinal);
            if (text.Length + shown.Length > MostCharacters)
            {
                return text.Append(fence is null ? "" : Fence + "\n").Append(Cut).ToString();
            }

            fence = isFence ? (fence is null ? line[..marks] : null) : fence;
            text.Append(shown).Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    private static string Line(string line)
    {
        var text = new StringBuilder(line.Length);
        for (var at = 0; at < line.Length;)
        {
            at = Piece(text, line, at);
        }

        return text.ToString();
    }

    /// <summary>Translates what begins here and says where it ends.</summary>
    private static int Piece(StringBuilder text, string line, int at)
    {
        if (line[at] is '\\' && at + 1 < line.Length)
        {
            text.Append(Entities(line[at + 1].ToString()));
            return at + 2;
        }

        if (line[at] is '`' && CodeEnd(line, at) is { } codeEnd)
        {
            var marks = Run(line, at);
            var code = line[(at + marks)..(codeEnd - marks)].Trim(' ').Replace('`', '\'');
            text.Append('`').Append(Entities(code)).Append('`');
            return codeEnd;
        }

        if (line[at] is '[' && LabelEnd(line, at) is { } labelEnd && line.AsSpan(labelEnd).StartsWith("](", StringComparison.Ordinal) && line.IndexOf(')', labelEnd) is >= 0 and var end)
        {
            text.Append('<').Append(Entities(line[(labelEnd + 2)..end])).Append('|').Append(Line(line[(at + 1)..labelEnd]).Replace("`", "", StringComparison.Ordinal)).Append('>');
            return end + 1;
        }

        text.Append(Entities(line[at].ToString()));
        return at + 1;
    }

    /// <summary>Behind the run of marks that ends the code span begun here; null where none does.</summary>
    private static int? CodeEnd(string line, int start)
    {
        var marks = Run(line, start);
        for (var at = start + marks; at < line.Length;)
        {
            var here = Run(line, at);
            if (here == marks)
            {
                return at + marks;
            }

            at += Math.Max(1, here);
        }

        return null;
    }

    /// <summary>Where the bracket is that ends the label begun here; null where none does.</summary>
    private static int? LabelEnd(string line, int start)
    {
        for (var at = start + 1; at < line.Length;)
        {
            switch (line[at])
            {
                case ']':
                    return at;
                case '\\':
                    at += 2;
                    break;
                case '`' when CodeEnd(line, at) is { } end:
                    at = end;
                    break;
                default:
                    at++;
                    break;
            }
        }

        return null;
    }

    private static int Run(string line, int at)
    {
        var length = 0;
        while (at + length < line.Length && line[at + length] is '`')
        {
            length++;
        }

        return length;
    }

    private static string Entities(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
