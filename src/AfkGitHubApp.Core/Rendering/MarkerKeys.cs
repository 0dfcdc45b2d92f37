using System.Security.Cryptography;
using System.Text;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>
/// The operator's signing secrets: the first signs, all verify, so a secret is rotated by putting the new one in front. Each purpose has its
/// own key (HKDF), so a signature made for one can never stand in for another.
/// </summary>
public sealed class MarkerKeys
{
    /// <summary>Least length of a secret in bytes.</summary>
    public const int MinSecretLength = 32;

    private readonly byte[][] _runKeys;
    private readonly byte[][] _doorbellKeys;

    /// <summary>Derives the keys.</summary>
    /// <exception cref="ArgumentException">There is no secret, or one is shorter than <see cref="MinSecretLength"/>.</exception>
    public MarkerKeys(IReadOnlyList<byte[]> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (secrets.Count == 0)
        {
            throw new ArgumentException("At least one secret is needed", nameof(secrets));
        }

        for (var i = 0; i < secrets.Count; i++)
        {
            if (secrets[i].Length < MinSecretLength)
            {
                throw new ArgumentException($"Secret {i + 1} is shorter than {MinSecretLength} bytes", nameof(secrets));
            }
        }

        _runKeys = Derive(secrets, "afk run marker v1");
        _doorbellKeys = Derive(secrets, "afk doorbell marker v1");
    }

    internal string SignRun(string text) => Sign(_runKeys[0], text);

    internal bool VerifyRun(string text, string signature) => Verify(_runKeys, text, signature);

    internal string SignDoorbell(string text) => Sign(_doorbellKeys[0], text);

    internal bool VerifyDoorbell(string text, string signature) => Verify(_doorbellKeys, text, signature);

    private static byte[][] Derive(IReadOnlyList<byte[]> secrets, string purpose) =>
        [.. secrets.Select(secret => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, salt: [], info: Encoding.UTF8.GetBytes(purpose)))];

    private static string Sign(byte[] key, string text) => Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    private static bool Verify(byte[][] keys, string text, string signature)
    {
        // The encoded signatures are compared: base64 leaves bits unused, so two spellings could decode to the same bytes.
        var given = Encoding.UTF8.GetBytes(signature);
        var valid = false;
        foreach (var key in keys)
        {
            valid |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(key, text)), given);
        }

        return valid;
    }
}
