using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AfkGitHubApp.Tests.Houserules;

/// <summary>Reads shipped YAML by path, without types of its own.</summary>
internal static class ShippedYaml
{
    /// <summary>The documents of a file, with merge keys carried out.</summary>
    public static IReadOnlyList<YamlNode> Documents(string path)
    {
        using var reader = new StringReader(RepositoryFiles.Read(path));
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(reader)));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>What stands below a chain of keys; null where the chain breaks off.</summary>
    public static YamlNode? Find(this YamlNode node, params string[] keys)
    {
        YamlNode? found = node;
        foreach (var key in keys)
        {
            found = found is YamlMappingNode mapping && mapping.Children.TryGetValue(key, out var inner) ? inner : null;
        }

        return found;
    }

    /// <summary>What must stand below a chain of keys.</summary>
    public static YamlNode At(this YamlNode node, params string[] keys) => node.Find(keys) ?? throw new InvalidOperationException($"Nothing at {string.Join('.', keys)}.");

    /// <summary>The text there; null where there is none.</summary>
    public static string? Text(this YamlNode node, params string[] keys) => (node.Find(keys) as YamlScalarNode)?.Value;

    /// <summary>The whole number there.</summary>
    public static int Number(this YamlNode node, params string[] keys) => int.Parse(((YamlScalarNode)node.At(keys)).Value!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The entries of the list there; none where there is no list.</summary>
    public static IReadOnlyList<YamlNode> Items(this YamlNode node, params string[] keys) => node.Find(keys) is YamlSequenceNode list ? [.. list.Children] : [];

    /// <summary>The texts of the list there.</summary>
    public static IReadOnlyList<string> Texts(this YamlNode node, params string[] keys) => [.. node.Items(keys).OfType<YamlScalarNode>().Select(entry => entry.Value!)];

    /// <summary>Keys and values of the mapping there; none where there is no mapping.</summary>
    public static Dictionary<string, YamlNode> Entries(this YamlNode node, params string[] keys) =>
        node.Find(keys) is YamlMappingNode mapping ? mapping.Children.ToDictionary(entry => ((YamlScalarNode)entry.Key).Value!, entry => entry.Value, StringComparer.Ordinal) : [];
}
