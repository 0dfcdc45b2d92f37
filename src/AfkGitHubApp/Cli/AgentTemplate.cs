using System.Collections.Immutable;

namespace AfkGitHubApp.Cli;

/// <summary>
/// The agent's workflow as this build ships it: one text (Templates/afk-agent.yml) in which lines <c>#@name</c> stand for the sections of that
/// name of the chosen agent (Templates/agent.NAME.yml).
/// </summary>
internal static class AgentTemplate
{
    /// <summary>The agents there is a template for; the first is the default.</summary>
    public static ImmutableArray<string> Agents { get; } = ["claude", "codex", "command"];

    /// <summary>The whole workflow for one of <see cref="Agents"/>, lines ending in line feeds.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="agent"/> is none of them.</exception>
    public static string Render(string agent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Agents.IndexOf(agent), 0, nameof(agent));
        var sections = Sections(Read($"agent.{agent}.yml"));
        var lines = Read("afk-agent.yml").Split('\n').SelectMany(line => Name(line) is { } name ? sections[name] : [line.Replace("@agent@", agent, StringComparison.Ordinal)]);
        return string.Join('\n', lines);
    }

    private static Dictionary<string, List<string>> Sections(string text)
    {
        var sections = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string> current = [];
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Name(line) is { } name)
            {
                sections.Add(name, current = []);
            }
            else
            {
                current.Add(line);
            }
        }

        return sections;
    }

    private static string? Name(string line) => line.StartsWith("#@", StringComparison.Ordinal) ? line[2..] : null;

    private static string Read(string name)
    {
        using var stream = typeof(AgentTemplate).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
