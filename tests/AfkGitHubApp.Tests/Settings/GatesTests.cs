using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Tests.Settings;

public sealed class GatesTests
{
    private static readonly RepositoryKey Widgets = new(1001, "octo/widgets", 7);

    [Theory]
    [InlineData("true", "", false)]
    [InlineData("false", "", false)]
    [InlineData("true", "octo/widgets", false)]
    [InlineData("false", "octo/gadgets", false)]
    [InlineData("false", "octo/widgets", true)]
    [InlineData("false", "Octo/Widgets", true)]
    public void Arming_takes_both_keys(string killSwitch, string allowlist, bool armed)
    {
        var gates = Gates(("Afk:KillSwitch", killSwitch), ("Afk:Allowlist", allowlist));

        gates.Allows(Widgets).ShouldBe(armed);
        gates.PolicyFor(Widgets).KillSwitch.ShouldBe(!armed);
    }

    [Theory]
    [InlineData("Afk:KillSwitch", "true")]
    [InlineData("Afk:KillSwitch", "perhaps")]
    [InlineData("Afk:Allowlist", "octo/gadgets")]
    [InlineData("Afk:Allowlist", "octo/widgets,not a name")]
    public void A_changed_or_unreadable_setting_disarms_at_once(string key, string value)
    {
        var configuration = ValidSettings.Configuration(("Afk:KillSwitch", "false"), ("Afk:Allowlist", "octo/widgets"));
        var gates = new Gates(configuration, ValidSettings.Read(configuration), new RuntimeSwitch());
        gates.Allows(Widgets).ShouldBeTrue();

        configuration[key] = value;

        gates.Allows(Widgets).ShouldBeFalse();
        gates.PolicyFor(Widgets).KillSwitch.ShouldBeTrue();
    }

    private static Gates Gates(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var configuration = ValidSettings.Configuration(changes);
        return new Gates(configuration, ValidSettings.Read(configuration), new RuntimeSwitch());
    }
}
