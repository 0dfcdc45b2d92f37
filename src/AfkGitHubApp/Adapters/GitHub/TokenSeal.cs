using System.Security.Cryptography;
using System.Text;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// Seals bytes with the operator's secrets: AES-256-GCM under a key of this purpose alone (HKDF-SHA256), a random nonce, and the name under
/// which they are kept as associated data, so that nothing sealed for one place opens in another. The first secret seals, all open: a secret
/// is rotated by putting the new one in front.
/// </summary>
internal sealed class TokenSeal
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeadLength = 1 + NonceLength + TagLength;
    private static readonly byte[] Purpose = "afk installation token seal v1"u8.ToArray();
    private readonly byte[][] keys;

    /// <summary>Derives the keys.</summary>
    /// <exception cref="ArgumentException">There is no secret.</exception>
    public TokenSeal(IReadOnlyList<string> secrets)
    {
        if (secrets.Count == 0)
        {
            throw new ArgumentException("At least one secret is needed", nameof(secrets));
        }

        keys = [.. secrets.Select(secret => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, salt: [], info: Purpose))];
    }

    /// <summary>Version, nonce, tag and what is under them.</summary>
    public byte[] Seal(ReadOnlySpan<byte> open, string name)
    {
        var whole = new byte[HeadLength + open.Length];
        whole[0] = Version;
        var parts = new Parts(whole);
        RandomNumberGenerator.Fill(parts.Nonce);
        using var aes = new AesGcm(keys[0], TagLength);
        aes.Encrypt(parts.Nonce, open, parts.Content, parts.Tag, Encoding.UTF8.GetBytes(name));
        return whole;
    }

    /// <summary>What was sealed under this name; null when it was not, or not by one of the secrets, or has been changed since.</summary>
    public byte[]? Open(byte[] whole, string name)
    {
        if (whole.Length < HeadLength || whole[0] != Version)
        {
            return null;
        }

        var parts = new Parts(whole);
        var open = new byte[parts.Content.Length];
        foreach (var key in keys)
        {
            try
            {
                using var aes = new AesGcm(key, TagLength);
                aes.Decrypt(parts.Nonce, parts.Content, parts.Tag, open, Encoding.UTF8.GetBytes(name));
                return open;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another secret's, or nobody's.
            }
        }

        return null;
    }

    private readonly ref struct Parts(Span<byte> whole)
    {
        public Span<byte> Nonce { get; } = whole.Slice(1, NonceLength);

        public Span<byte> Tag { get; } = whole.Slice(1 + NonceLength, TagLength);

        public Span<byte> Content { get; } = whole[HeadLength..];
    }
}
