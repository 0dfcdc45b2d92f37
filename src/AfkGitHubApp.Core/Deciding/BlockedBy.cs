using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>An issue or pull request that a text names.</summary>
/// <param name="Repository"><c>owner/name</c> as written.</param>
/// <param name="Number">Its number there.</param>
public sealed record IssueReference(string Repository, int Number)
{
    /// <summary>As people write it in <paramref name="here"/>: <c>#n</c> there, else <c>owner/name#n</c>.</summary>
    public string From(string here) => string.Equals(Repository, here, StringComparison.OrdinalIgnoreCase)
        ? string.Create(CultureInfo.InvariantCulture, $"#{Number}")
        : string.Create(CultureInfo.InvariantCulture, $"{Repository}#{Number}");
}

/// <summary>
/// What an issue's own text says it waits for, beside GitHub's native dependencies: "Blocked by #1, #2 and owner/name#3", addresses of issues,
/// and a heading or a line of its own "Blocked by" with a list below. Code, quotes, HTML comments and struck-out text say nothing; neither do
/// "unblocked by" and "not blocked by".
/// </summary>
public static partial class BlockedBy
{
    /// <summary>More are not read; GitHub's native dependencies end at the same number.</summary>
    public const int Most = 50;

    private const int Patience = 1000;

    /// <summary><c>#n</c>, <c>GH-n</c>, <c>owner/name#n</c>, or the address of an issue or pull request: bare, in angle brackets or behind a link's text.</summary>
    private const string OneReference =
        """
        (?<![\p{L}\p{N}_/\#.-])
        ( \[ [^\[\]]{0,200} \]\( (?=https?://) | < (?=https?://) )?
        (
          https?://(?<host>[A-Za-z0-9.:-]+)/(?<repo>[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})/(issues|pull)/(?<number>[1-9][0-9]{0,8})(?![\p{L}\p{N}_])([?\#][^\s)>\],;]*)?[)>]?
          | (?<repo>[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})?\#(?<number>[1-9][0-9]{0,8})(?![\p{L}\p{N}_])
          | GH-(?<number>[1-9][0-9]{0,8})(?![\p{L}\p{N}_])
        )
        """;

    /// <summary>The issues named as blockers, in the order of the text, each once, the issue itself left out.</summary>
    /// <param name="body">The issue's text.</param>
    /// <param name="repository">The issue's repository, <c>owner/name</c>.</param>
    /// <param name="number">The issue's number.</param>
    /// <param name="url">The issue's address; addresses of issues count on the same host only. Null or empty = github.com.</param>
    public static ImmutableArray<IssueReference> Read(string? body, string repository, int number, string? url)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var found = new Finds(repository, number, Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Authority : "github.com");
        var section = Section.None;
        foreach (var (line, isContinued) in VisibleLines(body ?? "").Where(line => line.Text.Length > 0).TakeWhile(_ => !found.IsFull))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                var title = heading.Groups["text"].Value;
                section = Title().IsMatch(title) ? Section.UnderHeading : Section.None;
                Sentences(title, found);
                continue;
            }

            var item = ListItem().Match(line);
            var text = item.Success ? item.Groups["text"].Value : line;
            if (section is not Section.None && (item.Success || Finds.StartsIn(text)))
            {
                Item(text, item.Success, found);
                continue;
            }

            // What stands below a heading belongs to it up to the next heading; a line of its own has only the list right below it.
            section = Title().IsMatch(text) && section is Section.None ? Section.UnderLine : section is Section.UnderLine && !isContinued ? Section.None : section;
            Sentences(text, found);
        }

        return found.All;
    }

    /// <summary>A line of a list: the issues it begins with, or else, where it says something first, all it names.</summary>
    private static void Item(string text, bool isListed, Finds found)
    {
        if (Finds.StartsIn(text) || !isListed)
        {
            found.TakeList(text, 0);
        }
        else if (Phrase().IsMatch(text) || Denial().IsMatch(text))
        {
            Sentences(text, found);
        }
        else
        {
            found.TakeAll(text);
        }
    }

    private static void Sentences(string text, Finds found)
    {
        foreach (var phrase in Phrase().EnumerateMatches(text))
        {
            if (!Denied().IsMatch(text[Math.Max(0, phrase.Index - 32)..phrase.Index]))
            {
                found.TakeList(text, phrase.Index + phrase.Length);
            }
        }
    }

    /// <summary>
    /// The lines as a reader sees them, without list indents; what is code, a quote or a comment is empty. The second value tells whether a
    /// line goes on with the list item above it.
    /// </summary>
    private static IEnumerable<(string Text, bool IsContinued)> VisibleLines(string body)
    {
        var (fence, inComment, inList, afterBlank) = ("", false, false, true);
        foreach (var raw in body.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = raw.Replace("\t", "    ", StringComparison.Ordinal);
            if (fence.Length > 0)
            {
                fence = ClosingFence().Match(line) is { Success: true } closing && closing.Groups["fence"].Value.StartsWith(fence, StringComparison.Ordinal) ? "" : fence;
                continue;
            }

            var indent = line.Length - line.TrimStart(' ').Length;
            if (!inComment && (indent < 4 || inList) && OpeningFence().Match(line) is { Success: true } opening)
            {
                fence = opening.Groups["fence"].Value;
                continue;
            }

            var text = Visible(line, ref inComment).Trim();
            var isItem = ListItem().IsMatch(text);
            var isCode = indent >= 4 && afterBlank && !inList;
            var isContinued = inList && !isItem && indent >= 2;
            inList = text.Length == 0 ? inList : isItem || isContinued;
            afterBlank = text.Length == 0 || isCode;
            if (!isCode && !Quote().IsMatch(text))
            {
                yield return (Struck().Replace(text, " ").Trim(), isContinued);
            }
        }
    }

    /// <summary>A line without code spans and comments, whichever of the two begins first.</summary>
    private static string Visible(string line, ref bool inComment)
    {
        var visible = new StringBuilder(line.Length);
        var at = 0;
        while (at < line.Length)
        {
            if (inComment)
            {
                var end = line.IndexOf("-->", at, StringComparison.Ordinal);
                inComment = end < 0;
                at = end < 0 ? line.Length : end + 3;
            }
            else if (string.CompareOrdinal(line, at, "<!--", 0, 4) == 0)
            {
                inComment = true;
                at += 4;
            }
            else if (line[at] == '`')
            {
                var run = line.AsSpan(at).IndexOfAnyExcept('`') is >= 0 and var length ? length : line.Length - at;
                at = EndOfCode(line, at + run, run) is { } end ? end : Literal(visible, line, at, run);
            }
            else
            {
                at = Literal(visible, line, at, 1);
            }
        }

        return visible.ToString();
    }

    private static int Literal(StringBuilder visible, string line, int at, int length)
    {
        visible.Append(line, at, length);
        return at + length;
    }

    /// <summary>Behind the run of backticks that closes one of the same length; null when none does.</summary>
    private static int? EndOfCode(string line, int from, int length)
    {
        for (var at = line.IndexOf('`', from); at >= 0; at = line.IndexOf('`', at))
        {
            var start = at;
            while (at < line.Length && line[at] == '`')
            {
                at++;
            }

            if (at - start == length)
            {
                return at;
            }

            if (at >= line.Length)
            {
                break;
            }
        }

        return null;
    }

    private enum Section
    {
        None,
        UnderHeading,
        UnderLine,
    }

    // The letter before "blocked" is looked at, so that "unblocked" and "un-blocked" are other words.
    [GeneratedRegex(@"(?<![\p{L}\p{N}-])blocked[ *_-]+by(?![\p{L}\p{N}-])", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Phrase();

    [GeneratedRegex(@"(\b(not|never|nothing|no longer)|n['’]t)( (yet|currently|longer))?[ *_]*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Denied();

    [GeneratedRegex(@"un-?blocked|no longer|\bnot\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Denial();

    [GeneratedRegex(@"^[ *_:]*blocked[ *_-]+by[ *_:]*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Title();

    [GeneratedRegex(@"^\#{1,6}[ ]+(?<text>.*?)[ ]*\#*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, Patience)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^([-*+]|[0-9]{1,9}[.)])[ ]+(\[[ xX]\][ ]+)?(?<text>.*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"^(([-*+]|[0-9]{1,9}[.)])[ ]+)*>", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Quote();

    [GeneratedRegex(@"^[ ]*(([-*+]|[0-9]{1,9}[.)])[ ]+)?(?<fence>`{3,}(?=[^`]*$)|~{3,})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex OpeningFence();

    [GeneratedRegex(@"^[ ]*(?<fence>`{3,}|~{3,})[ ]*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex ClosingFence();

    [GeneratedRegex(@"~~.*?~~", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Struck();

    [GeneratedRegex(OneReference, RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, Patience)]
    private static partial Regex Reference();

    /// <summary>A reference that begins where the search does: a text full of beginnings must not be searched to its end from each of them.</summary>
    [GeneratedRegex(@"\G" + OneReference, RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, Patience)]
    private static partial Regex ReferenceHere();

    /// <summary>What may stand between "blocked by" and the first reference.</summary>
    [GeneratedRegex(@"\G[\s:*_]*(the\s+)?((issues?|pull\s+requests?|PRs?)\b)?[\s:*_(]*", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Lead();

    /// <summary>What may stand between two references of one list.</summary>
    [GeneratedRegex(@"\G[*_]*\s*([,;&+]\s*(and\b\s*)?|and\b\s*)?[*_]*", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Separator();

    private sealed class Finds(string repository, int number, string host)
    {
        private readonly ImmutableArray<IssueReference>.Builder all = ImmutableArray.CreateBuilder<IssueReference>();
        private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase) { $"{repository}#{number}" };

        public ImmutableArray<IssueReference> All => all.ToImmutable();

        public bool IsFull => all.Count >= Most;

        /// <summary>Whether the text begins with a reference.</summary>
        public static bool StartsIn(string text) => ReferenceHere().IsMatch(text, Lead().Match(text).Length);

        /// <summary>The references that follow each other from here on.</summary>
        public void TakeList(string text, int from)
        {
            var at = from + Lead().Match(text, from).Length;
            while (ReferenceHere().Match(text, at) is { Success: true } match)
            {
                Take(match);
                at = match.Index + match.Length;
                at += Separator().Match(text, at).Length;
            }
        }

        public void TakeAll(string text)
        {
            foreach (var match in Reference().Matches(text).Cast<Match>())
            {
                Take(match);
            }
        }

        private void Take(Match match)
        {
            var isElsewhere = match.Groups["host"] is { Success: true } named && !string.Equals(named.Value, host, StringComparison.OrdinalIgnoreCase);
            var reference = new IssueReference(match.Groups["repo"] is { Success: true } repo ? repo.Value : repository, int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
            if (!IsFull && !isElsewhere && known.Add($"{reference.Repository}#{reference.Number}"))
            {
                all.Add(string.Equals(reference.Repository, repository, StringComparison.OrdinalIgnoreCase) ? reference with { Repository = repository } : reference);
            }
        }
    }
}
