using System.IO.Compression;
using System.Text.Json;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>The part of GitHub's published REST description that we use, in every version of the API it tells of; eng/refresh-openapi.mjs makes the file.</summary>
internal sealed class RestDescription
{
    public const string FirstVersion = "2022-11-28";

    private readonly JsonElement root;
    private readonly ShapeBook schemas;
    private readonly Dictionary<string, List<DescribedOperation>> operations = new(StringComparer.Ordinal);

    private RestDescription(JsonElement root)
    {
        this.root = root;
        schemas = new ShapeBook(reference => Component(reference, FirstVersion));
        foreach (var version in Versions)
        {
            var book = new ShapeBook(reference => Component(reference, version));
            operations.Add(version, [.. from path in root.GetProperty("paths").EnumerateObject()
                                        from verb in path.Value.EnumerateObject()
                                        let changed = Changed(version, "paths", path.Name, verb.Name)
                                        select new DescribedOperation(verb.Name.ToUpperInvariant(), path.Name, changed ?? verb.Value, reference => Component(reference, version), book)]);
        }
    }

    public static RestDescription Published { get; } = new(PublishedFile.Read("github-openapi.json.gz"));

    public string Source => root.GetProperty("info").GetProperty("source").GetString()!;

    public IReadOnlyList<string> Versions => [FirstVersion, .. root.GetProperty("x-versions").EnumerateObject().Select(version => version.Name)];

    public IReadOnlyList<DescribedOperation> Operations(string version) => operations[version];

    /// <summary>The operation that a request asks for; null when there is none. A path by a repository's id is the path by its name.</summary>
    public DescribedOperation? Find(string method, string path, string version)
    {
        var segments = path.Trim('/').Split('/');
        if (segments is ["repositories", var id, .. var rest])
        {
            segments = ["repos", "by-id", id, .. rest];
        }

        var found = operations.TryGetValue(version, out var ofVersion) ? ofVersion : throw new ArgumentException($"The description knows no version '{version}'.", nameof(version));
        return found
            .Where(operation => operation.Method == (method == "HEAD" ? "GET" : method) && operation.PathValues(segments) is not null)
            .OrderByDescending(operation => operation.Certainty)
            .FirstOrDefault();
    }

    /// <summary>A schema by its name, as of the API's first version; null when the copy has none of that name.</summary>
    public Shape? Schema(string name) => root.GetProperty("components").GetProperty("schemas").TryGetProperty(name, out _) ? schemas.Named($"#/components/schemas/{name}") : null;

    private JsonElement? Changed(string version, params string[] path)
    {
        if (version == FirstVersion)
        {
            return null;
        }

        var at = root.GetProperty("x-versions").GetProperty(version);
        foreach (var name in path)
        {
            if (!at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    private JsonElement Component(string reference, string version)
    {
        var path = reference.TrimStart('#', '/').Split('/');
        return Changed(version, path) ?? path.Aggregate(root, (node, name) => node.GetProperty(name));
    }
}

/// <summary>Test data that was compressed for the repository.</summary>
internal static class PublishedFile
{
    public static JsonElement Read(string name)
    {
        using var file = typeof(PublishedFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var text = new GZipStream(file, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
