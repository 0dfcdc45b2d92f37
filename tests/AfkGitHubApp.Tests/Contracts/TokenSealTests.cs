using System.Text;
using AfkGitHubApp.Adapters.GitHub;

namespace AfkGitHubApp.Tests.Contracts;

public sealed class TokenSealTests
{
    private const string Name = "installation-token:api.github.com:Iv23li:7";
    private const string Secret = "secret-0-secret-0-secret-0-secret-0";
    private const string Kept = "01000102030405060708090A0B19E3D1EA974579B4EA0BBE13E3F0544A892C1B1CE5178E";
    private static readonly byte[] Token = "ghs_abc"u8.ToArray();
    private readonly TokenSeal seal = new([Secret]);

    [Fact]
    public void What_was_sealed_opens_under_its_name() => seal.Open(seal.Seal(Token, Name), Name).ShouldBe(Token);

    [Fact]
    public void Nothing_is_sealed_as_well() => seal.Open(seal.Seal([], Name), Name).ShouldBe([]);

    [Fact]
    public void The_sealed_form_does_not_show_what_is_in_it_and_is_never_the_same_twice()
    {
        var one = seal.Seal(Token, Name);
        var other = seal.Seal(Token, Name);

        one.AsSpan().IndexOf(Token).ShouldBe(-1);
        one.ShouldNotBe(other);
        one.AsSpan(1, 12).ToArray().ShouldNotBe(other.AsSpan(1, 12).ToArray(), "the nonce");
    }

    [Fact]
    public void A_bit_changed_anywhere_keeps_it_shut()
    {
        var whole = seal.Seal(Token, Name);

        // One byte of version, twelve of nonce, sixteen of tag, and the content.
        whole.Length.ShouldBe(1 + 12 + 16 + Token.Length);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            seal.Open(changed, Name).ShouldBeNull($"byte {at}");
        }
    }

    [Fact]
    public void A_part_of_it_or_more_than_it_stays_shut()
    {
        var whole = seal.Seal(Token, Name);

        for (var length = 0; length < whole.Length; length++)
        {
            seal.Open(whole[..length], Name).ShouldBeNull($"{length} bytes");
        }

        seal.Open([.. whole, 0], Name).ShouldBeNull();
    }

    [Theory]
    [InlineData("installation-token:api.github.com:Iv23li:8")]
    [InlineData("installation-token:api.github.com:Iv23lj:7")]
    [InlineData("installation-token:ghe.example.com:Iv23li:7")]
    [InlineData("")]
    public void Under_another_name_it_stays_shut(string name) => seal.Open(seal.Seal(Token, Name), name).ShouldBeNull();

    [Fact]
    public void Another_secret_does_not_open_it() => new TokenSeal([Secret + "x"]).Open(seal.Seal(Token, Name), Name).ShouldBeNull();

    [Fact]
    public void The_first_secret_seals_and_all_open()
    {
        var rotated = new TokenSeal(["secret-1-secret-1-secret-1-secret-1", Secret]);
        var later = new TokenSeal(["secret-1-secret-1-secret-1-secret-1"]);

        rotated.Open(seal.Seal(Token, Name), Name).ShouldBe(Token);
        later.Open(rotated.Seal(Token, Name), Name).ShouldBe(Token);
        seal.Open(rotated.Seal(Token, Name), Name).ShouldBeNull();
    }

    [Fact]
    public void The_form_is_one_that_replicas_of_other_versions_read()
    {
        // Sealed once and kept here: a change of key, purpose or form must come with another version byte.
        var kept = Convert.FromHexString(Kept);

        Encoding.UTF8.GetString(seal.Open(kept, Name)!).ShouldBe("ghs_abc");
    }

    [Fact]
    public void Without_a_secret_there_is_no_seal() => Should.Throw<ArgumentException>(() => new TokenSeal([]));
}
