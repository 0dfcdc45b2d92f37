using System.Text.RegularExpressions;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>
/// Takes out of a text whatever looks like a secret. GitHub masks in its logs the secrets it knows; a tool prints others: a key it generated,
/// a connection string, a header. A harmless word too many that is taken out costs a hint, one secret that stays in reaches a stranger's model.
/// Every pattern runs in linear time, whatever the text.
/// </summary>
public static class Secrets
{
    /// <summary>What a reader sees instead.</summary>
    public const string Removed = "(secret removed)";

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    /// <summary>Whole matches that are secrets.</summary>
    private static readonly Regex[] Known =
    [
        new(@"-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(-----END [A-Z0-9 ]+-----|\z)", Linear),

        // The end of a block whose beginning is not in the text.
        new(@"(^[A-Za-z0-9+/=]+\n)*-----END [A-Z0-9 ]+-----", Linear | RegexOptions.Multiline),
        new(@"\bgh[opsur]_[A-Za-z0-9][A-Za-z0-9._-]{9,}|\bgithub_pat_[A-Za-z0-9_]{10,}", Linear),
        new(@"\b(AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}", Linear),
        new(@"\bxox[a-z]-[A-Za-z0-9-]{10,}|\bsk-[A-Za-z0-9_-]{16,}|\b[sprw][hk]_(live|test)_[A-Za-z0-9]{10,}|\bglpat-[A-Za-z0-9_-]{10,}|\bnpm_[A-Za-z0-9]{20,}|\bhf_[A-Za-z0-9]{20,}|\bpypi-[A-Za-z0-9_-]{20,}|\bAIza[A-Za-z0-9_-]{30,}", Linear),
        new(@"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(\.[A-Za-z0-9_-]*)?", Linear),
        new(@"^[ \t]*[A-Za-z0-9+/]{48,}={0,2}[ \t]*$", Linear | RegexOptions.Multiline),

        // A commit has forty digits and is no secret.
        new(@"\b[0-9a-fA-F]{41,}\b", Linear),
    ];

    /// <summary>Matches of which only what follows the named part is a secret.</summary>
    private static readonly Regex[] Named =
    [
        new(@"(?<name>://)[^\s/@""']+@", Linear),
        new(@"(?<name>\b(proxy-)?authorization[""']?\s*[:=]\s*[""']?((basic|bearer|token|digest)\s+)?)[^\s""',;]+", Linear | RegexOptions.IgnoreCase),
        new(@"(?<name>\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}", Linear | RegexOptions.IgnoreCase),
        new(@"(?<name>(password|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|credential)[a-z0-9_]*[""']?\s*[=:]\s*)(""[^""\n]*""|'[^'\n]*'|[^\s,;&""']+)", Linear | RegexOptions.IgnoreCase),

        // A parser's "unexpected token: x" is no secret.
        new(@"(?<name>(token|[?&]sig(nature)?)[""']?\s*[=:]\s*)(""[^""\n]{8,}""|'[^'\n]{8,}'|[^\s,;&""']{8,})", Linear | RegexOptions.IgnoreCase),
    ];

    private static readonly Regex LongWord = new(@"[A-Za-z0-9+]{40,}={0,2}", Linear);

    /// <summary>The text without them.</summary>
    public static string Remove(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var pattern in Known)
        {
            text = pattern.Replace(text, Removed);
        }

        foreach (var pattern in Named)
        {
            text = pattern.Replace(text, "${name}" + Removed);
        }

        return LongWord.Replace(text, word => IsRandom(word.Value) ? Removed : word.Value);
    }

    /// <summary>Names are long, too, but seldom mix digits with letters of both cases all over.</summary>
    private static bool IsRandom(string word) => word.Any(char.IsAsciiLetterLower) && word.Any(char.IsAsciiLetterUpper) && word.Count(char.IsAsciiDigit) >= 3;
}
