using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AfkGitHubApp.Simulator.Http;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Verifies the App's JWTs and gives out installation tokens (GitHub docs, "Generating a JSON Web Token (JWT) for a GitHub App").</summary>
internal sealed class TokenOffice(WorldState world)
{
    private static readonly TimeSpan LongestJwt = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, AccessToken> tokens = new(StringComparer.Ordinal);
    private readonly RSA publicKey = KeyOf(world.Options.AppPublicKeyPem);

    /// <summary>Who sends this Authorization header. Throws the 401 that GitHub answers when nobody does.</summary>
    public Identity Identify(string? authorization)
    {
        if (string.IsNullOrWhiteSpace(authorization))
        {
            return new Anonymous();
        }

        var blank = authorization.IndexOf(' ', StringComparison.Ordinal);
        var scheme = blank < 0 ? authorization : authorization[..blank];
        var value = blank < 0 ? string.Empty : authorization[(blank + 1)..].Trim();
        if (!scheme.Equals("bearer", StringComparison.OrdinalIgnoreCase) && !scheme.Equals("token", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiRefusal.BadCredentials();
        }

        if (value.StartsWith("eyJ", StringComparison.Ordinal) && value.Split('.') is { Length: 3 } parts)
        {
            VerifyJwt(parts);
            return new AppIdentity();
        }

        if (!tokens.TryGetValue(value, out var token) || token.ExpiresAt <= world.Now)
        {
            throw ApiRefusal.BadCredentials();
        }

        return new InstallationIdentity(token);
    }

    public AccessToken Mint(Installation installation, IReadOnlySet<long>? repositoryIds, IReadOnlyDictionary<string, string> permissions)
    {
        var token = new AccessToken(world.Ids.Token(world.App.Id), installation, world.Now + world.Options.TokenLifetime, repositoryIds, permissions);
        tokens.Add(token.Value, token);
        world.Record(new TokenMinted(world.App.Slug, installation.Id, [.. (repositoryIds ?? installation.RepositoryIds).Order()]));
        return token;
    }

    public void Revoke(AccessToken token) => tokens.Remove(token.Value);

    /// <summary>Makes every token of an installation useless at once, as suspending or removing the App does.</summary>
    public void RevokeAll(Installation installation)
    {
        foreach (var token in tokens.Values.Where(token => token.Installation == installation).ToList())
        {
            tokens.Remove(token.Value);
        }
    }

    private static RSA KeyOf(string pem)
    {
        var key = RSA.Create();
        key.ImportFromPem(pem);
        return key;
    }

    private void VerifyJwt(string[] parts)
    {
        JsonElement header, claims;
        byte[] signature;
        try
        {
            header = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[0]));
            claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
            signature = Base64Url.DecodeFromChars(parts[2]);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw ApiRefusal.Unauthorized("A JSON web token could not be decoded");
        }

        if (!header.TryGetProperty("alg", out var algorithm) || algorithm.GetString() != "RS256"
            || !publicKey.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            throw ApiRefusal.Unauthorized("A JSON web token could not be decoded");
        }

        var now = world.Now.ToUnixTimeSeconds();
        if (Seconds(claims, "iat") is not { } issued || issued > now)
        {
            throw ApiRefusal.Unauthorized("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
        }

        if (Seconds(claims, "exp") is not { } expires || expires <= now)
        {
            throw ApiRefusal.Unauthorized("'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires");
        }

        if (expires - now > LongestJwt.TotalSeconds)
        {
            throw ApiRefusal.Unauthorized("'Expiration time' claim ('exp') is too far in the future");
        }

        var issuer = claims.TryGetProperty("iss", out var value) ? value.ToString() : null;
        if (issuer is null)
        {
            throw ApiRefusal.Unauthorized("Missing 'issuer' claim ('iss') in assertion");
        }

        if (issuer != world.Options.ClientId && issuer != world.Options.AppId.ToString())
        {
            throw new ApiRefusal(404, "Integration not found");
        }
    }

    private static long? Seconds(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) ? (long)seconds : null;
}
