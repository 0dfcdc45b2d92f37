using System.Buffers;
using System.Globalization;
using AfkGitHubApp.Core.Rendering;

namespace AfkGitHubApp.Core.Commands;

/// <summary>What a person can ask for in a comment.</summary>
public enum SlashVerb
{
    /// <summary>End the run and let go.</summary>
    Stop,

    /// <summary>Authorise a new run.</summary>
    Retry,

    /// <summary>Say where the run stands.</summary>
    Status,

    /// <summary>Allow more corrective turns.</summary>
    Extend,

    /// <summary>Let new runs start although a frozen run left the branch red.</summary>
    Release,
}

/// <summary>A command read from a comment, or what was wrong with it; exactly one of the two is there.</summary>
/// <param name="Command">The command.</param>
/// <param name="Problem">A sentence for the person who wrote it, safe to post.</param>
public sealed record SlashCommandReading(SlashCommand? Command, string? Problem);

/// <summary>One command. Whether its author may give it is not decided here.</summary>
/// <param name="Verb">What is asked for.</param>
/// <param name="Turns">For <see cref="SlashVerb.Extend"/>: how many corrective turns more, 1 to 20; else 0.</param>
public sealed record SlashCommand(SlashVerb Verb, int Turns = 0)
{
    /// <summary>Most corrective turns that one command can add.</summary>
    public const int MaxTurns = 20;

    private const string Word = "/afk";
    private const string Usage = "The commands are `/afk stop`, `/afk retry`, `/afk status`, `/afk extend <n>` (n from 1 to 20) and `/afk release`.";

    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t");

    /// <summary>
    /// Reads the first line of a comment that starts with <c>/afk</c>, in any case, outside code, quotes and HTML comments; null when there is
    /// none. Later lines are never looked at: one comment is one command.
    /// </summary>
    public static SlashCommandReading? Parse(string? body) => CommandLine(body) is { } line ? Read(line) : null;

    private static string? CommandLine(string? body)
    {
        var (fence, inComment) = (string.Empty, false);
        foreach (var raw in (body ?? string.Empty).ReplaceLineEndings("\n").Split('\n'))
        {
            var line = raw.TrimStart(' ');
            var indented = raw.Length - line.Length > 3;
            if (inComment)
            {
                inComment = !line.Contains("-->", StringComparison.Ordinal);
            }
            else if (fence.Length > 0)
            {
                fence = !indented && Closes(line, fence) ? string.Empty : fence;
            }
            else if (!indented && Opening(line) is { Length: > 0 } opened)
            {
                fence = opened;
            }
            else if (!indented && line.StartsWith("<!--", StringComparison.Ordinal))
            {
                inComment = !line.Contains("-->", StringComparison.Ordinal);
            }
            else if (!indented && IsCommand(line))
            {
                return line;
            }
        }

        return null;
    }

    private static bool IsCommand(string line) =>
        line.StartsWith(Word, StringComparison.OrdinalIgnoreCase) && (line.Length == Word.Length || char.IsWhiteSpace(line[Word.Length]));

    private static string Opening(string line)
    {
        if (line.Length < 3 || line[0] is not ('`' or '~'))
        {
            return string.Empty;
        }

        var run = line.AsSpan().IndexOfAnyExcept(line[0]) is >= 0 and var end ? end : line.Length;
        var infoHasBacktick = line[0] == '`' && line.AsSpan(run).Contains('`');
        return run < 3 || infoHasBacktick ? string.Empty : line[..run];
    }

    private static bool Closes(string line, string fence) =>
        line.StartsWith(fence, StringComparison.Ordinal) && line.AsSpan().TrimStart(fence[0]).IndexOfAnyExcept(Blanks) < 0;

    private static SlashCommandReading Read(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 1)
        {
            return Wrong("`/afk` needs a word after it");
        }

        var verb = words[1].TrimEnd('.', '!', ',', ';', ':').ToUpperInvariant();
        return verb switch
        {
            // A brake must not fail for politeness, so whatever follows it is ignored.
            "STOP" => Right(new SlashCommand(SlashVerb.Stop)),
            "RETRY" => Alone(SlashVerb.Retry, words),
            "STATUS" => Alone(SlashVerb.Status, words),
            "RELEASE" => Alone(SlashVerb.Release, words),
            "EXTEND" => Extend(words),
            _ => Wrong($"`/afk` does not know the word {Markdown.Code(words[1], 40)}"),
        };
    }

    private static SlashCommandReading Alone(SlashVerb verb, string[] words) => words.Length == 2
        ? Right(new SlashCommand(verb))
        : Wrong($"`/afk {verb.ToString().ToLowerInvariant()}` takes nothing after it, but {Markdown.Code(words[2], 40)} follows");

    private static SlashCommandReading Extend(string[] words)
    {
        if (words.Length == 2)
        {
            return Wrong($"`/afk extend` needs a number from 1 to {MaxTurns}");
        }

        if (!int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var turns) || turns is < 1 or > MaxTurns)
        {
            return Wrong($"`/afk extend` takes a number from 1 to {MaxTurns}, not {Markdown.Code(words[2], 40)}");
        }

        return words.Length == 3
            ? Right(new SlashCommand(SlashVerb.Extend, turns))
            : Wrong($"`/afk extend {turns}` takes nothing after it, but {Markdown.Code(words[3], 40)} follows");
    }

    private static SlashCommandReading Right(SlashCommand command) => new(command, null);

    private static SlashCommandReading Wrong(string what) => new(null, $"{what}. {Usage}");
}
