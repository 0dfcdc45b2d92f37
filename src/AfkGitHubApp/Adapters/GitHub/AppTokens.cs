using System.Collections.Concurrent;
using System.Security.Cryptography;
using AfkGitHubApp.Ports;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// The App's JWT (RS256, at most ten minutes; https://docs.github.com/apps, "Generating a JSON Web Token") and its installation tokens,
/// which live an hour and are replaced after fifty minutes. Tokens are opaque, of any length, and never logged.
/// </summary>
internal sealed class AppTokens : IBearerSource, IDisposable
{
    private static readonly TimeSpan ReplaceBefore = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan JwtLife = TimeSpan.FromMinutes(9);
    private readonly TimeProvider time;
    private readonly string issuer;
    private readonly RSA rsa = RSA.Create();
    private readonly SigningCredentials signing;
    private readonly ConcurrentDictionary<long, InstallationToken> tokens = new();
    private readonly SemaphoreSlim minting = new(1);
    private (string Token, DateTimeOffset Expires) jwt;

    public AppTokens(GitHubOptions options, TimeProvider time)
    {
        this.time = time;
        issuer = options.Issuer;
        rsa.ImportFromPem(options.PrivateKeyPem);
        // The cache of signature providers would outlive this key and its disposal.
        signing = new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
    }

    /// <summary>Mints an installation token; set by the connection, which needs these tokens itself.</summary>
    public Func<long, CancellationToken, Task<(string Token, DateTimeOffset Expires)>>? Mint { get; set; }

    public async Task<string> BearerAsync(CallIdentity identity, CancellationToken cancellationToken)
    {
        if (identity.InstallationId is not { } installation)
        {
            return Jwt();
        }

        if (Usable(installation) is { } known)
        {
            return known;
        }

        await minting.WaitAsync(cancellationToken);
        try
        {
            if (Usable(installation) is { } mintedMeanwhile)
            {
                return mintedMeanwhile;
            }

            var mint = Mint ?? throw new InvalidOperationException("No way to mint installation tokens is set.");
            var (token, expires) = await mint(installation, cancellationToken);
            tokens[installation] = new(token, expires);
            return token;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound or FailureKind.Refused)
        {
            throw new GitHubFailure(FailureKind.AccessGone, $"No token for installation {installation}: {failure.Message}", failure) { StatusCode = failure.StatusCode, RequestId = failure.RequestId };
        }
        finally
        {
            minting.Release();
        }
    }

    public void Forget(CallIdentity identity)
    {
        if (identity.InstallationId is { } installation)
        {
            tokens.TryRemove(installation, out _);
        }
        else
        {
            jwt = default;
        }
    }

    public void Dispose()
    {
        rsa.Dispose();
        minting.Dispose();
    }

    private string? Usable(long installation) =>
        tokens.TryGetValue(installation, out var token) && token.Expires - time.GetUtcNow() > ReplaceBefore ? token.Value : null;

    private string Jwt()
    {
        var now = time.GetUtcNow();
        var (token, expires) = jwt;
        if (token is not null && expires - now > TimeSpan.FromMinutes(1))
        {
            return token;
        }

        // iat lies a minute back: GitHub refuses a token from a clock ahead of its own.
        expires = now + JwtLife - TimeSpan.FromMinutes(1);
        token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            IssuedAt = (now - TimeSpan.FromMinutes(1)).UtcDateTime,
            Expires = expires.UtcDateTime,
            SigningCredentials = signing,
        });
        jwt = (token, expires);
        return token;
    }

    private sealed record InstallationToken(string Value, DateTimeOffset Expires);
}
