using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Acting;

/// <summary>Title and body as they were when a trusted person's label was checked. A later text never enters a prompt.</summary>
public static class IssueText
{
    /// <summary>Stands in a prompt for a text that was changed since.</summary>
    public const string Withheld = "(the title was changed after the run was authorised and is withheld)";

    /// <summary>Fingerprint of the text.</summary>
    public static string Fingerprint(IssueSnapshot issue)
    {
        ArgumentNullException.ThrowIfNull(issue);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issue.Title + "\0" + issue.Body)).AsSpan(0, 16));
    }

    /// <summary>Whether the issue still says what was trusted at the start.</summary>
    public static bool IsTrusted(InFlightRun run, IssueSnapshot issue)
    {
        ArgumentNullException.ThrowIfNull(run);
        return string.Equals(run.TextFingerprint, Fingerprint(issue), StringComparison.Ordinal);
    }
}
