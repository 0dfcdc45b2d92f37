using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AfkGitHubApp.Core.Config;

/// <summary>A parsed configuration file as a tree, free of any parser's types. Lines and columns count from 1.</summary>
/// <param name="Line">Where it starts.</param>
/// <param name="Column">Where it starts in that line.</param>
public abstract record ConfigNode(int Line, int Column)
{
    // Closed: only the three kinds below.
    private protected abstract string Kind { get; }

    /// <summary>What a problem calls this node.</summary>
    internal string Described => Kind;

    /// <summary>The node below this one that a problem's path would name, such as <c>budgets.attempts</c> or <c>environments[1]</c>; null when it is not there.</summary>
    public ConfigNode? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ConfigNode? node = this;
        foreach (var step in path.Split('.', '['))
        {
            node = node switch
            {
                ConfigMapping mapping => mapping.Entries.FirstOrDefault(entry => entry.Key == step)?.Value,
                ConfigSequence sequence when int.TryParse(step.TrimEnd(']'), out var at) && at < sequence.Items.Length => sequence.Items[at],
                _ => null,
            };
        }

        return node;
    }
}

/// <summary>A single value.</summary>
/// <param name="Value">Its text; null for an explicit or empty null.</param>
/// <param name="Quoted">Whether it was written in quotes, and so is text even if it looks like a number.</param>
/// <param name="Line">Where it starts.</param>
/// <param name="Column">Where it starts in that line.</param>
public sealed partial record ConfigScalar(string? Value, bool Quoted, int Line, int Column) : ConfigNode(Line, Column)
{
    /// <summary>What it is instead of a text, such as <c>number</c>, by the core schema of YAML 1.2, which editors go by as well; null = it is a text, or null.</summary>
    internal string? OtherThanText => (Quoted, Value) switch
    {
        (true, _) or (_, null) => null,
        (_, "true" or "True" or "TRUE" or "false" or "False" or "FALSE") => "boolean",
        _ => Numbers().IsMatch(Value) ? "number" : null,
    };

    private protected override string Kind => "a single value";

    [GeneratedRegex(@"\A(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();
}

/// <summary>A list.</summary>
/// <param name="Items">Its items, in order.</param>
/// <param name="Line">Where it starts.</param>
/// <param name="Column">Where it starts in that line.</param>
public sealed record ConfigSequence(ImmutableArray<ConfigNode> Items, int Line, int Column) : ConfigNode(Line, Column)
{
    private protected override string Kind => "a list";
}

/// <summary>Keys and values. A key may stand twice here; that is for the reader to refuse.</summary>
/// <param name="Entries">Its entries, in order.</param>
/// <param name="Line">Where it starts.</param>
/// <param name="Column">Where it starts in that line.</param>
public sealed record ConfigMapping(ImmutableArray<ConfigEntry> Entries, int Line, int Column) : ConfigNode(Line, Column)
{
    private protected override string Kind => "a mapping";
}

/// <summary>One key and its value.</summary>
/// <param name="Key">The key's text.</param>
/// <param name="Value">The value.</param>
/// <param name="Line">Where the key starts.</param>
/// <param name="Column">Where the key starts in that line.</param>
public sealed record ConfigEntry(string Key, ConfigNode Value, int Line, int Column);
