using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Gives out ids. The ranges are as large as GitHub's own, so an id kept in 32 bits breaks here too.</summary>
internal sealed class IdSource(int seed)
{
    private readonly Dictionary<string, long> next = new(StringComparer.Ordinal)
    {
        ["account"] = 21_000_000,
        ["installation"] = 57_000_000,
        ["repository"] = 1_020_000_000,
        ["issue"] = 3_150_000_000,
        ["comment"] = 2_960_000_000,
        ["edit"] = 1_450_000_000,
        ["event"] = 17_800_000_000,
        ["label"] = 8_400_000_000,
        ["reaction"] = 290_000_000,
        ["workflow"] = 160_000_000,
        ["run"] = 16_700_000_000,
        ["suite"] = 41_200_000_000,
        ["job"] = 47_300_000_000,
        ["status"] = 37_000_000_000,
        ["deployment"] = 2_700_000_000,
        ["deployment status"] = 5_400_000_000,
        ["pull"] = 2_500_000_000,
        ["review"] = 2_900_000_000,
        ["delivery"] = 168_000_000_000,
        ["app"] = 1_300_000,
        ["token"] = 1,
        ["commit"] = 1,
        ["request"] = 1,
        ["guid"] = 1,
    };

    public long Next(string kind) => next[kind]++;

    public string CommitSha(string parent, string message) => Hash($"commit/{seed}/{Next("commit")}/{parent}/{message}")[..40];

    public static string TreeSha(string commitSha) => Hash($"tree/{commitSha}")[..40];

    public Guid Guid() => new(Convert.FromHexString(Hash($"guid/{seed}/{Next("guid")}")[..32]));

    public string RequestId()
    {
        var digits = Hash($"request/{seed}/{Next("request")}").ToUpperInvariant();
        return $"{digits[..4]}:{digits[4..10]}:{digits[10..17]}:{digits[17..24]}:{digits[24..32]}";
    }

    /// <summary>A token of the new, long form: <c>ghs_APPID_</c> and then something that looks like a JWT.</summary>
    public string Token(long appId)
    {
        var number = Next("token");
        var text = new StringBuilder($"ghs_{appId}_eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.");
        for (var part = 0; part < 6; part++)
        {
            text.Append(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"token/{seed}/{number}/{part}"))));
            text.Append(part == 3 ? "." : string.Empty);
        }

        return text.ToString();
    }

    /// <summary>A GraphQL node id: prefix of the type and an opaque rest.</summary>
    public static string Node(string prefix, long id)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = 0xCE;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[1..], id);
        return $"{prefix}_kwDO{Base64Url.EncodeToString(bytes)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
