using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.Agents.T3Code;

/// <summary>Reads what a turn says of itself in the last lines of its last message.</summary>
internal static class T3Report
{
    private const string PushedKey = "Pushed-Commit:";
    private const string ResultKey = "AFK-Result:";
    private const int ShaLength = 40;
    private const int LongestReason = 1000;

    /// <summary>What the messages after ours say, up to the next turn's; null when they say nothing that counts.</summary>
    public static TurnReport? Of(ThreadDto thread, T3Turn turn)
    {
        var last = thread.Messages?.OfType<MessageDto>().SkipWhile(message => message.Id != turn.Message).Skip(1)
            .TakeWhile(message => T3Turn.OfMessage(message.Id)?.Thread != turn.Thread)
            .LastOrDefault(message => message is { Role: "assistant" } && !string.IsNullOrWhiteSpace(message.Text));
        return last is null ? null : Read(last.Text!);
    }

    /// <summary>Reads one message: a commit that was pushed outranks everything else it says, and of two lines the last counts.</summary>
    public static TurnReport? Read(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim().Trim('`', '*').Trim()).ToList();
        if (lines.Select(line => Value(line, PushedKey)).LastOrDefault(sha => sha is { Length: ShaLength } && sha.All(char.IsAsciiHexDigit)) is { } pushed)
        {
            return new(TurnOutcome.Pushed, pushed.ToLowerInvariant(), Why: null, CostUsd: null);
        }

        for (var at = lines.Count - 1; at >= 0; at--)
        {
            TurnOutcome? outcome = Value(lines[at], ResultKey) switch { "nothing-to-do" => TurnOutcome.NothingToDo, "gave-up" => TurnOutcome.GaveUp, _ => null };
            if (outcome is { } said)
            {
                var why = string.Join('\n', lines.Skip(at + 1)).Trim();
                return new(said, PushedSha: null, why.Length == 0 ? null : why.Length > LongestReason ? why[..LongestReason] : why, CostUsd: null);
            }
        }

        return null;
    }

    private static string? Value(string line, string key) => line.StartsWith(key, StringComparison.OrdinalIgnoreCase) ? line[key.Length..].Trim().Trim('`') : null;
}
