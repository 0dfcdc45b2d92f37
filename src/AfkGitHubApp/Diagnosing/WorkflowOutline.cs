using System.Text;

namespace AfkGitHubApp.Diagnosing;

/// <summary>
/// Keys, values and list entries of a YAML file written in blocks, as workflows are; enough to see how one is made, and no more. What stands in
/// braces or brackets stays text, and what cannot be made sense of is left out.
/// </summary>
internal sealed class WorkflowOutline
{
    private readonly List<WorkflowOutline> children = [];

    private WorkflowOutline(string key, bool isItem)
    {
        Key = key;
        IsItem = isItem;
    }

    /// <summary>The key; empty for the file and for entries of a list.</summary>
    public string Key { get; }

    public bool IsItem { get; }

    /// <summary>The text behind the key, without quotes and remark; for a block of text its lines.</summary>
    public string Value { get; private set; } = "";

    public IReadOnlyList<WorkflowOutline> Children => children;

    public IEnumerable<WorkflowOutline> Items => children.Where(child => child.IsItem);

    /// <summary>What stands below this key; null when nothing does.</summary>
    public WorkflowOutline? this[string key] => children.Find(child => !child.IsItem && child.Key == key);

    public static WorkflowOutline Parse(string text)
    {
        var root = new WorkflowOutline("", isItem: false);
        var open = new Stack<(int Indent, WorkflowOutline Node)>([(-1, root)]);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            var content = lines[at].TrimStart(' ');
            var indent = lines[at].Length - content.Length;
            if (content.Length == 0 || content[0] == '#' || content is "---")
            {
                continue;
            }

            while (content is "-" || content.StartsWith("- ", StringComparison.Ordinal))
            {
                var item = new WorkflowOutline("", isItem: true);

                // A list may stand as far left as the key it belongs to.
                Attach(open, indent, item, keepsKeyOfSameIndent: true);
                var rest = content[1..].TrimStart(' ');
                indent += content.Length - rest.Length;
                content = rest;
            }

            if (content.Length == 0 || SplitKey(content) is not { } pair)
            {
                if (content.Length > 0 && open.Peek().Node is { IsItem: true } entry)
                {
                    entry.Value = Plain(content);
                }

                continue;
            }

            var node = new WorkflowOutline(Plain(pair.Key), isItem: false);
            Attach(open, indent, node, keepsKeyOfSameIndent: false);
            if (pair.Value is ['|' or '>', ..])
            {
                node.Value = Block(lines, ref at, indent);
            }
            else
            {
                node.Value = Plain(pair.Value);
            }
        }

        return root;
    }

    private static void Attach(Stack<(int Indent, WorkflowOutline Node)> open, int indent, WorkflowOutline node, bool keepsKeyOfSameIndent)
    {
        while (open.Peek().Indent > indent || (open.Peek().Indent == indent && !(keepsKeyOfSameIndent && !open.Peek().Node.IsItem)))
        {
            open.Pop();
        }

        open.Peek().Node.children.Add(node);
        open.Push((indent, node));
    }

    private static string Block(string[] lines, ref int at, int indent)
    {
        var block = new StringBuilder();
        while (at + 1 < lines.Length && (string.IsNullOrWhiteSpace(lines[at + 1]) || lines[at + 1].Length - lines[at + 1].TrimStart(' ').Length > indent))
        {
            block.Append(lines[++at].Trim()).Append('\n');
        }

        return block.ToString();
    }

    private static (string Key, string Value)? SplitKey(string content)
    {
        var from = content[0] is '"' or '\'' ? content.IndexOf(content[0], 1) : 0;
        if (from < 0 || content[0] is '{' or '[' or '$')
        {
            return null;
        }

        for (var colon = content.IndexOf(':', from); colon >= 0; colon = content.IndexOf(':', colon + 1))
        {
            if (colon + 1 == content.Length || content[colon + 1] == ' ')
            {
                return (content[..colon].TrimEnd(), content[(colon + 1)..].Trim());
            }
        }

        return null;
    }

    /// <summary>Without quotes; outside them without the remark behind.</summary>
    private static string Plain(string value)
    {
        if (value.Length > 1 && value[0] is '"' or '\'' && value.IndexOf(value[0], 1) is > 0 and var end)
        {
            return value[1..end];
        }

        var remark = value.StartsWith('#') ? 0 : value.IndexOf(" #", StringComparison.Ordinal);
        return (remark < 0 ? value : value[..remark]).Trim();
    }
}
