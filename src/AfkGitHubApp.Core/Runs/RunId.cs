using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace AfkGitHubApp.Core.Runs;

/// <summary>
/// One issue being driven once. It is derived from the authorising event, so the same event can never become two runs, on any replica, after
/// any crash (docs/decisions/0001).
/// </summary>
/// <param name="Value">Thirteen characters, <c>r</c> and twelve hex digits: safe in branch names, trailers and keys.</param>
public readonly record struct RunId(string Value)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The run that the event with this node id (a <c>labeled</c> event or a comment) authorises.</summary>
    public static RunId FromEvent(string nodeId)
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeId);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(nodeId));
        return new RunId("r" + Convert.ToHexStringLower(hash.AsSpan(0, 6)));
    }

    /// <summary>Whether <paramref name="text"/> has the form of a RunId.</summary>
    public static bool IsWellFormed(string? text) =>
        text is { Length: 13 } && text[0] == 'r' && text.AsSpan(1).IndexOfAnyExcept(HexDigits) < 0;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One piece of agent work within a run; written <c>&lt;RunId&gt;.&lt;k&gt;</c>, k from 1.</summary>
/// <param name="Run">The run it belongs to.</param>
/// <param name="Ordinal">Position in the run, from 1.</param>
public readonly record struct TurnId(RunId Run, int Ordinal)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Run}.{Ordinal}";
}
