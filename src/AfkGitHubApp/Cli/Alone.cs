using System.Security.Cryptography;
using System.Text;

namespace AfkGitHubApp.Cli;

/// <summary>An exclusive lock on this machine, held by an open file: it is gone with the process, however that ends.</summary>
internal static class Alone
{
    /// <summary>Enters; null when another process is in.</summary>
    public static IDisposable? TryEnter(string name)
    {
        var file = Path.Combine(Path.GetTempPath(), $"afk-tick-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}.lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
