using System.Collections.Concurrent;
using System.Security.Cryptography;
using AfkGitHubApp.Ports;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// The App's JWT (RS256, at most ten minutes; https://docs.github.com/apps, "Generating a JSON Web Token") and its installation tokens,
/// which live an hour and are replaced after fifty minutes. Tokens are opaque, of any length, and never logged. Where replicas share tokens,
/// one that another left is taken before one is minted.
/// </summary>
internal sealed class AppTokens : IBearerSource, IDisposable
{
    private static readonly TimeSpan ReplaceBefore = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan JwtLife = TimeSpan.FromMinutes(9);
    private readonly TimeProvider time;
    private readonly string issuer;
    private readonly SharedTokens? shared;
    private readonly RSA rsa = RSA.Create();
    private readonly SigningCredentials signing;
    private readonly ConcurrentDictionary<long, Slot> slots = new();
    private readonly Lock signingJwt = new();
    private Bearer? jwt;

    public AppTokens(GitHubOptions options, TimeProvider time, SharedTokens? shared)
    {
        this.time = time;
        this.shared = shared;
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

        // Each installation waits for its own token only: one that GitHub answers slowly must not hold up the others.
        var slot = slots.GetOrAdd(installation, _ => new Slot());
        if (Usable(slot) is { } known)
        {
            return known;
        }

        await slot.Minting.WaitAsync(cancellationToken);
        try
        {
            if (Usable(slot) is { } mintedMeanwhile)
            {
                return mintedMeanwhile;
            }

            // After a refusal only a token of this moment will do: what the others share may have ended together with the one refused.
            if (slot.Token is not { Refused: true } && await FoundAsync(installation, cancellationToken) is { } found)
            {
                slot.Token = found;
                return found.Value;
            }

            var mint = Mint ?? throw new InvalidOperationException("No way to mint installation tokens is set.");
            var (token, expires) = await mint(installation, cancellationToken);
            var minted = new Bearer(token, expires);
            slot.Token = minted;
            await LeaveAsync(installation, minted, cancellationToken);
            return token;
        }
        catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound or FailureKind.Refused)
        {
            throw new GitHubFailure(FailureKind.AccessGone, $"No token for installation {installation}: {failure.Message}", failure) { StatusCode = failure.StatusCode, RequestId = failure.RequestId };
        }
        finally
        {
            slot.Minting.Release();
        }
    }

    public void Forget(CallIdentity identity, string bearer)
    {
        if (identity.InstallationId is not { } installation)
        {
            lock (signingJwt)
            {
                jwt = jwt?.Value == bearer ? null : jwt;
            }
        }
        else if (slots.TryGetValue(installation, out var slot) && slot.Token is { } token && token.Value == bearer)
        {
            // Of many callers refused with one token, a late one must not drop its successor.
            Interlocked.CompareExchange(ref slot.Token, token with { Refused = true }, token);
        }
    }

    public void Dispose()
    {
        rsa.Dispose();
        foreach (var slot in slots.Values)
        {
            slot.Dispose();
        }
    }

    private string? Usable(Slot slot) => Volatile.Read(ref slot.Token) is { Refused: false } token && Life(token) > TimeSpan.Zero ? token.Value : null;

    /// <summary>For how long a token may still be used.</summary>
    private TimeSpan Life(Bearer token) => token.Expires - time.GetUtcNow() - ReplaceBefore;

    private async Task<Bearer?> FoundAsync(long installation, CancellationToken cancellationToken) =>
        shared is not null && await shared.FindAsync(installation, cancellationToken) is { } token && Life(token) > TimeSpan.Zero ? token : null;

    private async Task LeaveAsync(long installation, Bearer token, CancellationToken cancellationToken)
    {
        if (shared is not null && Life(token) is { Ticks: > 0 } life)
        {
            await shared.LeaveAsync(installation, token, life, cancellationToken);
        }
    }

    private string Jwt()
    {
        lock (signingJwt)
        {
            var now = time.GetUtcNow();
            if (jwt is null || jwt.Expires - now <= TimeSpan.FromMinutes(1))
            {
                jwt = Sign(now);
            }

            return jwt.Value;
        }
    }

    private Bearer Sign(DateTimeOffset now)
    {
        // iat lies a minute back: GitHub refuses a token from a clock ahead of its own.
        var expires = now + JwtLife - TimeSpan.FromMinutes(1);
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            IssuedAt = (now - TimeSpan.FromMinutes(1)).UtcDateTime,
            Expires = expires.UtcDateTime,
            SigningCredentials = signing,
        });
        return new(token, expires);
    }

    /// <summary>One installation's token and the right to mint the next.</summary>
    private sealed class Slot : IDisposable
    {
        public Bearer? Token;

        public SemaphoreSlim Minting { get; } = new(1);

        public void Dispose() => Minting.Dispose();
    }
}

/// <summary>A token and the moment of its end.</summary>
internal sealed record Bearer(string Value, DateTimeOffset Expires)
{
    /// <summary>GitHub did not accept it. It stays in its place until another is minted.</summary>
    public bool Refused { get; init; }

    /// <summary>Without the token: nothing that prints a bearer may give it away.</summary>
    public override string ToString() => $"bearer until {Expires:u}";
}
