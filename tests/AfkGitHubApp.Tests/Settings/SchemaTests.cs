using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AfkGitHubApp.Adapters.Yaml;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Tests.Houserules;

namespace AfkGitHubApp.Tests.Settings;

/// <summary>The JSON Schema for editors says of every file what the product says of it; only where a schema cannot know is the product stricter.</summary>
public sealed class SchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(RepositoryFiles.Read("docs/afk.schema.json")).RootElement;

    private static readonly string[] Names = ["checks.required", "checks.ignored", "environments", "doorbells"];

    public static TheoryData<string, bool> Files()
    {
        var files = new TheoryData<string, bool>
        {
            { "", true },
            { "version: 1", true },
            { "version: 2", false },
            { "version: '1'", false },
            { "version: ~\nlabels: ~\nbudgets: ~\nchecks:\n", true },
            { "labels: go", false },
            { "labels: { ready: 'a,b' }", false },
            { "labels: { redy: go }", false },
            { "labels: { ready: true }", false },
            { "labels: { ready: 'true' }", true },
            { "labels: { ready: yes }", true },
            { "labels: { ready: 7 }", false },
            { "labels: { ready: \"7\" }", true },
            { "labels: { ready: ~ }", true },
            { "labels: { ready: '~' }", true },
            { $"labels: {{ ready: {new string('x', 50)} }}", true },
            { $"labels: {{ ready: {new string('x', 51)} }}", false },
            { "backend: actions", true },
            { "backend: t3code", true },
            { "backend: t3", false },
            { "workflow: a_b-c.1.yaml", true },
            { "workflow: .yml", false },
            { "workflow: dir/a.yml", false },
            { "workflow: a.yml.txt", false },
            { "delivery: trunk", true },
            { "delivery: pull_request", true },
            { "delivery: pr", false },
            { "merge: auto", true },
            { "merge: manual", true },
            { "merge: yes", false },
            { "budgets: { attempts: '3' }", false },
            { "budgets: { attempts: 1.5 }", false },
            { "budgets: { money_usd: 0.01 }", true },
            { "budgets: { money_usd: 0.001 }", false },
            { "budgets: { money_usd: 10000 }", true },
            { "budgets: { money_usd: 10001 }", false },
            { "budgets: { tokens: 1 }", false },
            { "checks: { optional: [a] }", false },
            { "unknown: 1", false },
        };
        foreach (var (key, least, most) in ((string, int, int)[])[("attempts", 0, 20), ("fix_forward_minutes", 0, 1440), ("turn_minutes", 1, 360)])
        {
            files.Add($"budgets: {{ {key}: {least} }}", true);
            files.Add($"budgets: {{ {key}: {most} }}", true);
            files.Add($"budgets: {{ {key}: {least - 1} }}", false);
            files.Add($"budgets: {{ {key}: {most + 1} }}", false);
        }

        foreach (var path in Names)
        {
            files.Add(At(path, "[]"), true);
            files.Add(At(path, "[build, 'test (ubuntu)']"), true);
            files.Add(At(path, "build"), false);
            files.Add(At(path, "[build, build]"), false);
            files.Add(At(path, "[[build]]"), false);
            files.Add(At(path, "['']"), false);
            files.Add(At(path, "[7]"), false);
            files.Add(At(path, "[True]"), false);
            files.Add(At(path, "[~]"), false);
            files.Add(At(path, "['7', 'True', '~', no]"), true);
            files.Add(At(path, $"[{new string('x', 255)}]"), true);
            files.Add(At(path, $"[{new string('x', 256)}]"), false);
            files.Add(At(path, $"[{string.Join(", ", Enumerable.Range(0, 50).Select(each => $"n{each}"))}]"), true);
            files.Add(At(path, $"[{string.Join(", ", Enumerable.Range(0, 51).Select(each => $"n{each}"))}]"), false);
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_schema_and_the_product_say_the_same(string text, bool good)
    {
        var parsed = new YamlSyntax().Parse(text);
        parsed.Problem.ShouldBeNull();

        (RepoConfig.Read(parsed.Root).Problems.Count == 0).ShouldBe(good, "the product");
        Accepts(Schema, parsed.Root).ShouldBe(good, "the schema");
    }

    [Fact]
    public void The_schema_has_every_key_of_the_product_and_no_other()
    {
        foreach (var section in (string?[])[null, "labels", "budgets", "checks"])
        {
            var root = new YamlSyntax().Parse(section is null ? "nonsense: 1" : $"{section}: {{ nonsense: 1 }}").Root;
            var allowed = Regex.Matches(RepoConfig.Read(root).Problems.Single().Message.Split("allowed here:")[1], "`(?<key>[a-z_]+)`", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["key"].Value);

            var described = section is null ? Schema : Schema.GetProperty("properties").GetProperty(section);
            described.GetProperty("properties").EnumerateObject().Select(property => property.Name).ShouldBe(allowed);
        }
    }

    [Fact]
    public void The_example_of_the_documentation_has_every_key_and_is_in_order()
    {
        var page = RepositoryFiles.Read("docs/configuration.md");
        var example = page.Split("```yaml\n")[1].Split("```")[0];
        var parsed = new YamlSyntax().Parse(example);

        RepoConfig.Read(parsed.Root).Problems.ShouldBeEmpty();
        Accepts(Schema, parsed.Root).ShouldBeTrue();
        foreach (var property in Schema.GetProperty("properties").EnumerateObject())
        {
            parsed.Root.ShouldNotBeNull().Find(property.Name).ShouldNotBeNull(property.Name);
            page.ShouldContain($"`{property.Name}");
            foreach (var inner in property.Value.TryGetProperty("properties", out var below) ? below.EnumerateObject().ToList() : [])
            {
                parsed.Root.Find($"{property.Name}.{inner.Name}").ShouldNotBeNull(inner.Name);
                page.ShouldContain($".{inner.Name}`");
            }
        }
    }

    private static string At(string path, string value) => path.Split('.') is [var section, var key] ? $"{section}: {{ {key}: {value} }}" : $"{path}: {value}";

    /// <summary>As much of JSON Schema as the file uses; a word that is not known here is an error of the test.</summary>
    private static bool Accepts(JsonElement schema, ConfigNode? node)
    {
        foreach (var word in schema.EnumerateObject())
        {
            var accepted = word.Name switch
            {
                "$ref" => Accepts(word.Value.GetString()!.Split('/').Skip(1).Aggregate(Schema, (at, step) => at.GetProperty(step)), node),
                "type" => word.Value.ValueKind is JsonValueKind.Array ? word.Value.EnumerateArray().Any(type => IsOf(type.GetString()!, node)) : IsOf(word.Value.GetString()!, node),
                "enum" => word.Value.EnumerateArray().Any(each => each.ValueKind switch
                {
                    JsonValueKind.Null => IsOf("null", node),
                    JsonValueKind.Number => IsOf("integer", node) && ((ConfigScalar)node!).Value == each.GetRawText(),
                    _ => IsOf("string", node) && ((ConfigScalar)node!).Value == each.GetString(),
                }),
                "minimum" => Number(node) is not { } low || low >= word.Value.GetDecimal(),
                "maximum" => Number(node) is not { } high || high <= word.Value.GetDecimal(),
                "minLength" => node is not ConfigScalar { Value: { } text } || text.Length >= word.Value.GetInt32(),
                "maxLength" => node is not ConfigScalar { Value: { } text } || text.Length <= word.Value.GetInt32(),
                "pattern" => node is not ConfigScalar { Value: { } text } || Regex.IsMatch(text, word.Value.GetString()!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)),
                "maxItems" => node is not ConfigSequence list || list.Items.Length <= word.Value.GetInt32(),
                "uniqueItems" => node is not ConfigSequence list || list.Items.OfType<ConfigScalar>().Select(item => item.Value).Distinct(StringComparer.Ordinal).Count() == list.Items.OfType<ConfigScalar>().Count(),
                "items" => node is not ConfigSequence list || list.Items.All(item => Accepts(word.Value, item)),
                "properties" => node is not ConfigMapping mapping || mapping.Entries.All(entry => !word.Value.TryGetProperty(entry.Key, out var below) || Accepts(below, entry.Value)),
                "additionalProperties" => node is not ConfigMapping mapping || mapping.Entries.All(entry => schema.GetProperty("properties").TryGetProperty(entry.Key, out _)),
                "$schema" or "title" or "description" or "definitions" => true,
                _ => throw new InvalidOperationException($"This test does not know the word {word.Name}."),
            };
            if (!accepted)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOf(string type, ConfigNode? node) => type switch
    {
        "object" => node is ConfigMapping,
        "array" => node is ConfigSequence,
        "null" => node is null or ConfigScalar { Value: null },
        "number" => Number(node) is not null,
        "integer" => Number(node) is { } number && number == decimal.Truncate(number),
        "string" => node is ConfigScalar { Value: not null } and not ConfigScalar { Quoted: false, Value: "true" or "True" or "TRUE" or "false" or "False" or "FALSE" } && Number(node) is null,
        _ => throw new InvalidOperationException($"This test does not know the type {type}."),
    };

    private static decimal? Number(ConfigNode? node) =>
        node is ConfigScalar { Quoted: false, Value: { } text } && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
