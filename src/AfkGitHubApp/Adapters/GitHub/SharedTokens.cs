using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>Lets replicas share the installation tokens that one of them minted.</summary>
/// <param name="Cache">Seen by all of them. It holds sealed tokens only and may fail, stall, forget and lie: that costs a token more.</param>
/// <param name="Keys">The operator's secrets: the first seals, all open.</param>
public sealed record TokenSharing(IDistributedCache Cache, IReadOnlyList<string> Keys);

/// <summary>
/// Installation tokens in a cache. Nothing of the cache ever fails a request or holds it up for longer than the bound of a second: a token that
/// cannot be had is none, and one that cannot be left is not left.
/// </summary>
/// <param name="sharing">The cache and the secrets.</param>
/// <param name="options">Whose tokens: two Apps on one cache, or one of each of two GitHubs, do not meet.</param>
/// <param name="wireTime">The clock of the wire, for the bound.</param>
internal sealed class SharedTokens(TokenSharing sharing, GitHubOptions options, TimeProvider wireTime)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);
    private readonly TokenSeal seal = new(sharing.Keys);

    /// <summary>The token that somebody left for an installation; it may be too old.</summary>
    public Task<Bearer?> FindAsync(long installation, CancellationToken cancellationToken)
    {
        var name = Name(installation);
        return TryAsync(async bound => await sharing.Cache.GetAsync(name, bound) is { } found && seal.Open(found, name) is { } open ? Read(open) : null, cancellationToken);
    }

    /// <summary>Leaves a token for the others, in the place of the one before.</summary>
    /// <param name="installation">Whose it is.</param>
    /// <param name="token">The token.</param>
    /// <param name="life">For how long anybody would use it.</param>
    /// <param name="cancellationToken">Ends the wait, and no more.</param>
    public Task LeaveAsync(long installation, Bearer token, TimeSpan life, CancellationToken cancellationToken)
    {
        var name = Name(installation);
        return TryAsync(
            async bound =>
            {
                await sharing.Cache.SetAsync(name, seal.Seal(Written(token), name), new() { AbsoluteExpirationRelativeToNow = life }, bound);
                return token;
            },
            cancellationToken);
    }

    private static byte[] Written(Bearer token)
    {
        var written = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(token.Value)];
        BinaryPrimitives.WriteInt64BigEndian(written, token.Expires.ToUnixTimeSeconds());
        Encoding.UTF8.GetBytes(token.Value, written.AsSpan(sizeof(long)));
        return written;
    }

    private static Bearer Read(byte[] written) =>
        new(Encoding.UTF8.GetString(written.AsSpan(sizeof(long))), DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(written)));

    private async Task<Bearer?> TryAsync(Func<CancellationToken, Task<Bearer?>> use, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Bound, wireTime);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // Not every call of a cache heeds its token once it is under way.
            return await use(bound.Token).WaitAsync(bound.Token);
        }
        catch (Exception)
        {
            // Whatever it was, a token is minted instead, or not shared.
            return null;
        }
    }

    private string Name(long installation) => $"installation-token:{options.BaseAddress.Authority}:{options.Issuer}:{installation}";
}
