using System.Security.Cryptography;
using AfkGitHubApp.Settings;
using Microsoft.Extensions.Configuration;

namespace AfkGitHubApp.Tests.Settings;

/// <summary>The least settings the product starts with, and changes to them.</summary>
internal static class ValidSettings
{
    public const string WebhookSecret = "sixteen-letters-or-more";

    /// <summary>A key made for this run of the tests.</summary>
    public static readonly string PrivateKeyPem = NewKey();

    public static Dictionary<string, string?> With(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Afk:Keys"] = new string('k', 32),
            ["Afk:GitHub:ClientId"] = "Iv23test",
            ["Afk:GitHub:PrivateKey"] = PrivateKeyPem,
            ["Afk:GitHub:WebhookSecret"] = WebhookSecret,
        };
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        return settings;
    }

    public static IConfigurationRoot Configuration(params ReadOnlySpan<(string Key, string? Value)> changes) =>
        new ConfigurationBuilder().AddInMemoryCollection(With(changes)).Build();

    /// <summary>Reads what must be readable.</summary>
    public static AfkOptions Read(IConfiguration configuration)
    {
        var (options, problems) = AfkOptions.Read(configuration);
        problems.ShouldBeEmpty();
        return options;
    }

    private static string NewKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportRSAPrivateKeyPem();
    }
}
