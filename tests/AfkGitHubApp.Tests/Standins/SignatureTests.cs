using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Octokit;
using Octokit.Webhooks;
using Octokit.Webhooks.AspNetCore;

namespace AfkGitHubApp.Tests.Standins;

public sealed class SignatureTests
{
    private const string SmallSheet = """
        // ---- namespace Here
        interface IDoor
        {
            void Open();
            void Open(string key);
        }
        class Door : Wall, IDoor
        {
            Door();
            void Open();
            void Open(string key);
            void Shut();
        }
        """;

    public static TheoryData<string, Assembly> StandIns { get; } = new()
    {
        { "caching.txt", typeof(RedisCache).Assembly },
        { "octokit.txt", typeof(Connection).Assembly },
        { "webhooks.txt", typeof(GitHubWebhookExtensions).Assembly },
    };

    [Theory]
    [MemberData(nameof(StandIns), DisableDiscoveryEnumeration = true)]
    public void Stand_in_signatures_equal_the_sheets(string sheet, Assembly assembly)
    {
        SkipUnlessStandIn(assembly);

        SignatureSheet.Load(sheet).ComplaintsAbout(SignatureDump.Of(assembly)).ShouldBeEmpty();
    }

    [Fact]
    public void Payload_fields_are_read_by_their_snake_case_names()
    {
        SkipUnlessStandIn(typeof(GitHubWebhookExtensions).Assembly);
        var properties = typeof(WebhookEvent).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "Octokit.Webhooks.Models" && type.IsClass)
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .ToList();

        properties.Count.ShouldBeGreaterThan(100);
        properties
            .Where(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name != System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
            .ShouldBeEmpty();
    }

    [Fact]
    public void A_part_that_leaves_out_a_whole_overload_group_fits()
    {
        var part = SignatureSheet.Parse(SmallSheet.Replace("    void Shut();\n", "", StringComparison.Ordinal));

        SignatureSheet.Parse(SmallSheet).ComplaintsAbout(part).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("    void Shut();", "    void Shut(int times);", "Here.Door: 'void Shut(int times);' is not on the sheet|Here.Door: 'void Shut();' is missing")]
    [InlineData("    Door();", "    Door();\n    void Knock();", "Here.Door: 'void Knock();' is not on the sheet")]
    [InlineData("class Door : Wall, IDoor", "sealed class Door : Wall, IDoor", "'sealed class Door : Wall, IDoor' should be 'class Door : Wall, IDoor'")]
    [InlineData("class Door ", "class Gate ", "Here.Door is missing|Here.Gate is not on the sheet")]
    public void A_difference_from_the_sheet_is_named(string from, string to, string complaints)
    {
        var part = SignatureSheet.Parse(SmallSheet.Replace(from, to, StringComparison.Ordinal));

        string.Join('|', SignatureSheet.Parse(SmallSheet).ComplaintsAbout(part)).ShouldBe(complaints);
    }

    [Fact]
    public void Half_an_overload_group_is_a_complaint()
    {
        var part = SignatureSheet.Parse(SmallSheet.Replace("    void Open(string key);\n", "", StringComparison.Ordinal));

        SignatureSheet.Parse(SmallSheet).ComplaintsAbout(part).ShouldBe(
        [
            "Here.IDoor: 'void Open(string key);' is missing",
            "Here.Door: 'void Open(string key);' is missing",
        ]);
    }

    [Fact]
    public void An_interface_without_one_of_its_members_is_a_complaint()
    {
        var part = SignatureSheet.Parse("// ---- namespace Here\ninterface IDoor\n{\n}\n");

        SignatureSheet.Parse(SmallSheet).ComplaintsAbout(part).ShouldBe(
        [
            "Here.Door is missing",
            "Here.IDoor: 'void Open();' is missing",
            "Here.IDoor: 'void Open(string key);' is missing",
        ]);
    }

    // With the real packages in place there is nothing to compare: the sheets describe them.
    private static void SkipUnlessStandIn(Assembly assembly) =>
        Assert.SkipUnless(assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Any(mark => mark.Key == "StandinFor"), "The real package is loaded.");
}
