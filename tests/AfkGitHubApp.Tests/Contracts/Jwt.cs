using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Reads the App's JSON web token as GitHub would.</summary>
internal sealed record Jwt(string Algorithm, string? Issuer, long IssuedAt, long Expires)
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether an Authorization header carries a token signed with our App's key.</summary>
    public static bool IsOurs(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.Ordinal) || authorization.Split('.') is not { Length: 3 } parts)
        {
            return false;
        }

        var signed = Encoding.ASCII.GetBytes(authorization[Scheme.Length..authorization.LastIndexOf('.')]);
        return GitHubAdapter.Key.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    public static Jwt Read(string? authorization)
    {
        IsOurs(authorization).ShouldBeTrue();
        var parts = authorization![Scheme.Length..].Split('.');
        var header = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[0]));
        var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
        return new(header.GetProperty("alg").GetString()!, claims.GetProperty("iss").GetString(), claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64());
    }
}
