using System.Reflection;
using WireMock.Server;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

public sealed class WireMockSignatureTests
{
    [Fact]
    public void Stand_in_signatures_equal_the_sheet()
    {
        Assert.SkipUnless(StandIn.IsLoaded, "The package itself is loaded.");

        var differences = PublicSurface.Differences(PublicSurface.Of(typeof(WireMockServer).Assembly.GetExportedTypes()), PublicSurface.Read(Sheet()));

        differences.ShouldBeEmpty();
    }

    [Fact]
    public void A_surface_that_the_sheet_describes_has_no_difference() =>
        Compare("""
            // interface AfkGitHubApp.Tests.Standins.WireMockNet.ISpeaker
            Say(string word) : void
            Say(string word, int times = 2) : void
            Heard : string? {get;}
            Whisper(string word) : void
            """).ShouldBeEmpty();

    [Fact]
    public void A_member_that_the_sheet_lacks_is_reported() =>
        Compare("""
            // interface AfkGitHubApp.Tests.Standins.WireMockNet.ISpeaker
            Say(string word) : void
            Say(string word, int times = 2) : void
            """).ShouldBe([$"{typeof(ISpeaker).FullName}: not in the sheet: Heard : string? {{get;}}"]);

    [Fact]
    public void An_overload_that_the_stand_in_lacks_is_reported() =>
        Compare("""
            // interface AfkGitHubApp.Tests.Standins.WireMockNet.ISpeaker
            Say(string word) : void
            Say(string word, int times = 2) : void
            Say(params string[] words) : void
            Heard : string? {get;}
            """).ShouldBe([$"{typeof(ISpeaker).FullName}: overload missing: Say(params string[] words) : void"]);

    [Theory]
    [InlineData("Heard : string {get;}", "another nullability")]
    [InlineData("Heard : string? {get;set;}", "another accessor")]
    [InlineData("Heard : object? {get;}", "another type")]
    public void A_member_with_another_signature_is_reported(string heard, string because) =>
        Compare($"""
            // interface AfkGitHubApp.Tests.Standins.WireMockNet.ISpeaker
            Say(string word) : void
            Say(string word, int times = 2) : void
            {heard}
            """).Count().ShouldBe(2, because);

    [Fact]
    public void A_default_value_that_differs_is_reported() =>
        Compare("""
            // interface AfkGitHubApp.Tests.Standins.WireMockNet.ISpeaker
            Say(string word) : void
            Say(string word, int times = 3) : void
            Heard : string? {get;}
            """).Count().ShouldBe(2);

    [Fact]
    public void A_type_that_the_sheet_lacks_or_calls_by_another_kind_is_reported()
    {
        Compare("// interface AfkGitHubApp.Tests.Standins.WireMockNet.IListener").ShouldBe([$"{typeof(ISpeaker).FullName} is not in the sheet"]);
        Compare("""
            // class AfkGitHubApp.Tests.Standins.WireMockNet.ISpeaker
            Say(string word) : void
            Say(string word, int times = 2) : void
            Heard : string? {get;}
            """).ShouldBe([$"{typeof(ISpeaker).FullName} is a interface, not a class"]);
    }

    private static IEnumerable<string> Compare(string sheet) => PublicSurface.Differences(PublicSurface.Of([typeof(ISpeaker)]), PublicSurface.Read(sheet));

    private static string Sheet()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("wiremock.txt").ShouldNotBeNull();
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A surface small enough to see whether the comparison can fail.</summary>
internal interface ISpeaker
{
    string? Heard { get; }

    void Say(string word);

    void Say(string word, int times = 2);
}

internal static class StandIn
{
    /// <summary>False when the real package is loaded.</summary>
    public static bool IsLoaded { get; } = typeof(WireMockServer).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(metadata => metadata is { Key: "StandIn", Value: "true" });
}
