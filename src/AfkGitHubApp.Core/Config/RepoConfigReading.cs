using System.Collections.Immutable;
using System.Globalization;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Config;

/// <summary>One reading of one file: walks the tree once, never stops at a problem, and only at the end says whether there is a configuration.</summary>
internal sealed class RepoConfigReading(RepoConfig silent)
{
    private const int MaxItems = 50;
    private const int MaxName = 255;

    // GitHub's limit for a label's name.
    private const int MaxLabel = 50;

    private readonly List<ConfigProblem> _problems = [];

    public RepoConfigResult Read(ConfigNode? root)
    {
        var file = Section.Of(this, string.Empty, root,
            "version", "labels", "backend", "workflow", "delivery", "merge", "budgets", "checks", "environments", "doorbells");
        Version(file);
        var config = new RepoConfig
        {
            Labels = Labels(file, silent.Labels),
            Backend = file.Word("backend", ("actions", AgentBackend.Actions), ("t3code", AgentBackend.T3Code)),
            Workflow = Workflow(file) ?? silent.Workflow,
            Delivery = file.Word("delivery", ("trunk", Delivery.Trunk), ("pull_request", Delivery.PullRequest)),
            Merge = file.Word("merge", ("auto", MergeMode.Auto), ("manual", MergeMode.Manual)),
            Budgets = Budgets(file),
            Checks = Checks(file),
            Environments = file.Names("environments", MaxName),
            Doorbells = file.Node("doorbells") is null ? null : file.Names("doorbells", MaxName),
        };
        return new RepoConfigResult(_problems.Count == 0 ? config : null, config, [.. _problems.OrderBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    private static void Version(Section file)
    {
        if (file.Scalar("version") is { } version && (version.Quoted || version.Value != "1"))
        {
            file.Report("version", version, $"must be {RepoConfig.CurrentVersion}, the only version there is, but is {Show(version)}");
        }
    }

    private static RepoLabels Labels(Section file, RepoLabels defaults)
    {
        string[] keys = ["ready", "in_progress", "ready_for_human", "paused"];
        var section = file.Child("labels", keys);
        var labels = new RepoLabels
        {
            Ready = Label(section, "ready") ?? defaults.Ready,
            InProgress = Label(section, "in_progress") ?? defaults.InProgress,
            ReadyForHuman = Label(section, "ready_for_human") ?? defaults.ReadyForHuman,
            Paused = Label(section, "paused") ?? defaults.Paused,
        };

        string[] names = [labels.Ready, labels.InProgress, labels.ReadyForHuman, labels.Paused];
        for (var i = 0; i < names.Length; i++)
        {
            // GitHub compares label names ignoring case. Two roles in one label would make a run start or stop itself.
            var twin = Array.FindIndex(names, name => name.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (twin < i)
            {
                var (at, other) = section.Node(keys[i]) is null ? (twin, i) : (i, twin);
                section.Report(keys[at], section.Node(keys[at])!, $"must differ from the label of `{keys[other]}`, which is {Markdown.Code(names[other])} too");
            }
        }

        return labels;
    }

    private static string? Label(Section section, string key)
    {
        var name = section.Text(key, MaxLabel);
        if (name is null || !name.Contains(',', StringComparison.Ordinal))
        {
            return name;
        }

        // Issues are listed by label, and GitHub's list of labels is separated by commas.
        section.Report(key, section.Node(key)!, $"must hold no comma, but is {Markdown.Code(name)}");
        return null;
    }

    private static string? Workflow(Section file)
    {
        var name = file.Text("workflow", 100);
        if (name is null || IsWorkflowFile(name))
        {
            return name;
        }

        file.Report("workflow", file.Node("workflow")!,
            $"must be the name of a `.yml` or `.yaml` file in `.github/workflows`, without a folder, but is {Markdown.Code(name)}");
        return null;
    }

    private static bool IsWorkflowFile(string name) =>
        name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && (name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal));

    private static RepoBudgets Budgets(Section file)
    {
        var section = file.Child("budgets", "attempts", "fix_forward_minutes", "turn_minutes", "money_usd");
        return new RepoBudgets
        {
            Attempts = section.Whole("attempts", 0, 20),
            FixForwardMinutes = section.Whole("fix_forward_minutes", 0, 1440),
            TurnMinutes = section.Whole("turn_minutes", 1, 360),
            MoneyUsd = section.Money("money_usd", 0.01m, 10_000m),
        };
    }

    private static RepoChecks Checks(Section file)
    {
        var section = file.Child("checks", "required", "ignored");
        var checks = new RepoChecks { Required = section.Names("required", MaxName), Ignored = section.Names("ignored", MaxName) };
        foreach (var both in checks.Required.Intersect(checks.Ignored, StringComparer.Ordinal))
        {
            section.Report("ignored", section.Node("ignored")!, $"must not hold {Markdown.Code(both)}, which is required too");
        }

        return checks;
    }

    private static string Show(ConfigNode node) => node switch
    {
        ConfigScalar { Value: null } => "empty",
        ConfigScalar { Quoted: true } scalar => $"the text {Markdown.Code(scalar.Value, 60)}",
        ConfigScalar scalar => Markdown.Code(scalar.Value, 60),
        _ => node.Described,
    };

    /// <summary>One mapping of the file with the keys it may hold; an absent or wrong one reads as if it were empty.</summary>
    private sealed class Section(RepoConfigReading reading, string path, ImmutableDictionary<string, ConfigNode> nodes)
    {
        public static Section Of(RepoConfigReading reading, string path, ConfigNode? node, params string[] keys)
        {
            var nodes = ImmutableDictionary.CreateBuilder<string, ConfigNode>(StringComparer.Ordinal);
            var section = new Section(reading, path, ImmutableDictionary<string, ConfigNode>.Empty);
            if (node is ConfigMapping mapping)
            {
                section.Collect(mapping, keys, nodes);
            }
            else if (node is not (null or ConfigScalar { Value: null }))
            {
                reading._problems.Add(new(path, node.Line, node.Column, $"must be a mapping of {List(keys)}, but is {Show(node)}"));
            }

            return new Section(reading, path, nodes.ToImmutable());
        }

        public Section Child(string key, params string[] keys) => Of(reading, PathOf(key), Node(key), keys);

        /// <summary>The value of a key, or null when it is absent or null.</summary>
        public ConfigNode? Node(string key) => nodes.GetValueOrDefault(key) is { } node and not ConfigScalar { Value: null } ? node : null;

        public void Report(string key, ConfigNode at, string message) =>
            reading._problems.Add(new(PathOf(key), at.Line, at.Column, message));

        /// <summary>The scalar of a key, or null when it is absent; anything else is a problem.</summary>
        public ConfigScalar? Scalar(string key)
        {
            var node = Node(key);
            if (node is not null and not ConfigScalar)
            {
                Report(key, node, $"must be a single value, but is {Show(node)}");
            }

            return node as ConfigScalar;
        }

        public string? Text(string key, int maxLength) => Scalar(key) is { } scalar ? Name(key, scalar, maxLength) : null;

        public T? Word<T>(string key, params (string Word, T Value)[] words)
            where T : struct
        {
            if (Scalar(key) is not { Value: { } text } scalar)
            {
                return null;
            }

            foreach (var (word, value) in words)
            {
                if (word == text)
                {
                    return value;
                }
            }

            string[] known = [.. words.Select(w => w.Word)];
            Report(key, scalar, $"must be one of {List(known)}, but is {Show(scalar)}{Suggestion(text, known)}");
            return null;
        }

        public int? Whole(string key, int min, int max)
        {
            if (Scalar(key) is not { } scalar)
            {
                return null;
            }

            if (!scalar.Quoted && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= min && number <= max)
            {
                return number;
            }

            Report(key, scalar, $"must be a whole number from {min} to {max}, but is {Show(scalar)}");
            return null;
        }

        public decimal? Money(string key, decimal min, decimal max)
        {
            if (Scalar(key) is not { } scalar)
            {
                return null;
            }

            if (!scalar.Quoted && decimal.TryParse(scalar.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number >= min && number <= max)
            {
                return number;
            }

            Report(key, scalar, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}, but is {Show(scalar)}"));
            return null;
        }

        public ImmutableArray<string> Names(string key, int maxLength)
        {
            var node = Node(key);
            if (node is null)
            {
                return [];
            }

            if (node is not ConfigSequence sequence)
            {
                Report(key, node, $"must be a list, but is {Show(node)}");
                return [];
            }

            if (sequence.Items.Length > MaxItems)
            {
                Report(key, node, $"must hold at most {MaxItems} entries, but holds {sequence.Items.Length}");
                return [];
            }

            var names = ImmutableArray.CreateBuilder<string>();
            for (var i = 0; i < sequence.Items.Length; i++)
            {
                AddName(names, $"{key}[{i}]", sequence.Items[i], maxLength);
            }

            return names.ToImmutable();
        }

        private static string List(string[] words) => string.Join(", ", words.Select(word => $"`{word}`"));

        private static string Suggestion(string wrong, string[] known) =>
            Nearest.To(wrong, known) is { } near ? $" (did you mean `{near}`?)" : string.Empty;

        private void AddName(ImmutableArray<string>.Builder names, string key, ConfigNode item, int maxLength)
        {
            if (item is not ConfigScalar { Value: not null } scalar)
            {
                Report(key, item, $"must be a name, but is {Show(item)}");
            }
            else if (names.Contains(scalar.Value))
            {
                Report(key, item, $"repeats {Show(item)}");
            }
            else if (Name(key, scalar, maxLength) is { } name)
            {
                names.Add(name);
            }
        }

        private string? Name(string key, ConfigScalar scalar, int maxLength)
        {
            var text = scalar.Value!;
            if (scalar.OtherThanText is { } other)
            {
                Report(key, scalar, $"must be a text, but is the {other} {Show(scalar)}; in quotes it is a text");
                return null;
            }

            if (text.Length > 0 && text.Length <= maxLength && text == text.Trim() && Markdown.Clean(text) == text && !text.Contains('\n', StringComparison.Ordinal))
            {
                return text;
            }

            Report(key, scalar, $"must be one line of 1 to {maxLength} characters without control characters or blanks around it, but is {Show(scalar)}");
            return null;
        }

        private void Collect(ConfigMapping mapping, string[] keys, ImmutableDictionary<string, ConfigNode>.Builder found)
        {
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var entry in mapping.Entries)
            {
                if (!seen.TryAdd(entry.Key, entry.Line))
                {
                    Refuse(entry, $"stands twice, first in line {seen[entry.Key]}; each key is allowed once");
                }
                else if (!keys.Contains(entry.Key, StringComparer.Ordinal))
                {
                    Refuse(entry, $"is not a known key{Suggestion(entry.Key, keys)}; allowed here: {List(keys)}");
                }
                else
                {
                    found.Add(entry.Key, entry.Value);
                }
            }
        }

        private void Refuse(ConfigEntry entry, string message) =>
            reading._problems.Add(new(PathOf(entry.Key), entry.Line, entry.Column, message));

        private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";
    }
}
