using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Ports;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AfkGitHubApp.Adapters.Yaml;

/// <summary>
/// YAML as far as a settings file needs it: mappings, lists and single values. Everything that makes a small file mean something large or
/// hidden (aliases, anchors, tags, merge keys, several documents, depth) is refused. Nothing is deserialised.
/// </summary>
public sealed class YamlSyntax : IConfigSyntax
{
    private const int MaxDepth = 8;
    private const int MaxNodes = 5_000;
    private const char ByteOrderMark = '\uFEFF';

    /// <inheritdoc/>
    public ConfigSyntax Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return new(new Reading(new Parser(new Scanner(new StringReader(text.TrimStart(ByteOrderMark)), skipComments: true))).Whole(), Problem: null);
        }
        catch (RefusedException refused)
        {
            return Refused(refused.At, refused.Message);
        }
        catch (YamlException broken)
        {
            return Refused(broken.Start, $"is no YAML: {Markdown.Code(broken.Message)}");
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException)
        {
            // The parser gives up on some nonsense in this way, and does not say where.
            return Refused(Mark.Empty, "is no YAML");
        }
    }

    private static ConfigSyntax Refused(Mark at, string message) => new(Root: null, new ConfigProblem("", (int)Math.Max(1, at.Line), (int)Math.Max(1, at.Column), message));

    private sealed class RefusedException(Mark at, string message) : Exception(message)
    {
        public Mark At { get; } = at;
    }

    private sealed class Reading(IParser parser)
    {
        private int nodes;

        public ConfigNode? Whole()
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return null;
            }

            var start = parser.Consume<DocumentStart>();
            if (start.Version is not null || start.Tags?.Any(tag => tag.Handle is not ("!" or "!!")) is true)
            {
                throw new RefusedException(start.Start, "must have no directives");
            }

            var root = Node(depth: 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<DocumentStart>(out var second)
                ? throw new RefusedException(second.Start, "must be one document, but another one begins here")
                : root;
        }

        private static int Line(ParsingEvent at) => (int)at.Start.Line;

        private static int Column(ParsingEvent at) => (int)at.Start.Column;

        private ConfigNode Node(int depth)
        {
            if (parser.Current is { } at && (depth > MaxDepth || ++nodes > MaxNodes))
            {
                throw new RefusedException(at.Start, depth > MaxDepth ? $"must not be nested deeper than {MaxDepth} levels" : $"must not hold more than {MaxNodes} values");
            }

            if (parser.Accept<AnchorAlias>(out var alias))
            {
                throw new RefusedException(alias.Start, "must have no aliases");
            }

            if (parser.Accept<NodeEvent>(out var node) && !node.Anchor.IsEmpty)
            {
                throw new RefusedException(node.Start, "must have no anchors");
            }

            if (node is { Tag.IsEmpty: false })
            {
                throw new RefusedException(node.Start, "must have no tags");
            }

            return parser.TryConsume<SequenceStart>(out var sequence) ? Sequence(sequence, depth)
                : parser.TryConsume<MappingStart>(out var mapping) ? Mapping(mapping, depth)
                : Value(parser.Consume<Scalar>());
        }

        private static ConfigScalar Value(Scalar scalar)
        {
            var plain = scalar.Style is ScalarStyle.Plain;
            return new(plain && scalar.Value is ("" or "~" or "null" or "Null" or "NULL") ? null : scalar.Value, !plain, Line(scalar), Column(scalar));
        }

        private ConfigSequence Sequence(SequenceStart start, int depth)
        {
            var items = ImmutableArray.CreateBuilder<ConfigNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(depth + 1));
            }

            return new(items.ToImmutable(), Line(start), Column(start));
        }

        private ConfigMapping Mapping(MappingStart start, int depth)
        {
            var entries = ImmutableArray.CreateBuilder<ConfigEntry>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = Node(depth + 1) switch
                {
                    ConfigScalar { Value: "<<", Quoted: false } => throw new RefusedException(parser.Current!.Start, "must have no merge keys"),
                    ConfigScalar { Value: not null } name => name,
                    var other => throw new RefusedException(new Mark(0, other.Line, other.Column), "must have keys that are plain names"),
                };
                entries.Add(new(key.Value!, Node(depth + 1), key.Line, key.Column));
            }

            return new(entries.ToImmutable(), Line(start), Column(start));
        }
    }
}
