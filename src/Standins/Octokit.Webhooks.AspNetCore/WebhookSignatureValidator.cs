using System.Security.Cryptography;
using System.Text;

namespace Octokit.Webhooks;

/// <summary>What a look at the signature of a delivery found.</summary>
public enum WebhookSignatureValidationResult
{
    Valid,
    MissingSignature,
    MissingSecret,
    SignatureMismatch,
}

/// <summary>
/// Compares X-Hub-Signature-256 with the HMAC-SHA256 of the raw body in constant time. No secret and no signature
/// together are <see cref="WebhookSignatureValidationResult.Valid"/>.
/// </summary>
public static class WebhookSignatureValidator
{
    private const string Prefix = "sha256=";

    public static WebhookSignatureValidationResult Verify(string? signatureHeader, string? secret, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Verify(signatureHeader, secret, Encoding.UTF8.GetBytes(body).AsSpan());
    }

    public static WebhookSignatureValidationResult Verify(string? signatureHeader, string? secret, ReadOnlySpan<byte> bodyUtf8)
    {
        if (string.IsNullOrEmpty(secret))
        {
            return string.IsNullOrEmpty(signatureHeader) ? WebhookSignatureValidationResult.Valid : WebhookSignatureValidationResult.MissingSecret;
        }

        if (string.IsNullOrEmpty(signatureHeader))
        {
            return WebhookSignatureValidationResult.MissingSignature;
        }

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bodyUtf8);
        return CryptographicOperations.FixedTimeEquals(expected, Decode(signatureHeader))
            ? WebhookSignatureValidationResult.Valid
            : WebhookSignatureValidationResult.SignatureMismatch;
    }

    // Text that is no signature decodes to nothing, which equals no hash.
    private static byte[] Decode(string header)
    {
        if (header.Length != Prefix.Length + (2 * HMACSHA256.HashSizeInBytes) || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        try
        {
            return Convert.FromHexString(header.AsSpan(Prefix.Length));
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
