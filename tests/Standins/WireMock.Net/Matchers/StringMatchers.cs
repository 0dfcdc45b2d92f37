using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using AnyOfTypes;
using WireMock.Models;

namespace WireMock.Matchers;

internal static class Patterns
{
    public static string Text(this AnyOf<string, StringPattern> pattern) => pattern.IsFirst ? pattern.First : pattern.Second.Pattern;

    public static NotSupportedException NoCode() => new("The stand-in does not write mappings as code.");
}

/// <summary>Text equality, ordinal.</summary>
public class ExactMatcher : IStringMatcher, IIgnoreCaseMatcher
{
    private readonly AnyOf<string, StringPattern>[] _values;

    /// <summary>Ignores case, unlike the other constructors.</summary>
    public ExactMatcher(MatchBehaviour matchBehaviour, string value)
        : this(matchBehaviour, true, MatchOperator.Or, value)
    {
    }

    public ExactMatcher(params AnyOf<string, StringPattern>[] values)
        : this(MatchBehaviour.AcceptOnMatch, false, MatchOperator.Or, values)
    {
    }

    public ExactMatcher(bool ignoreCase, params AnyOf<string, StringPattern>[] values)
        : this(MatchBehaviour.AcceptOnMatch, ignoreCase, MatchOperator.Or, values)
    {
    }

    public ExactMatcher(
        MatchBehaviour matchBehaviour,
        bool ignoreCase = false,
        MatchOperator matchOperator = MatchOperator.Or,
        params AnyOf<string, StringPattern>[] values)
    {
        _values = Guard.NotNull(values);
        MatchBehaviour = matchBehaviour;
        IgnoreCase = ignoreCase;
        MatchOperator = matchOperator;
    }

    public string Name => nameof(ExactMatcher);

    public MatchBehaviour MatchBehaviour { get; }

    public bool IgnoreCase { get; }

    public MatchOperator MatchOperator { get; }

    public MatchResult IsMatch(string? input)
    {
        var comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var score = MatchScores.ToScore([.. _values.Select(value => string.Equals(value.Text(), input, comparison))], MatchOperator);
        return MatchResult.From(Name, MatchScores.Behave(MatchBehaviour, score));
    }

    public AnyOf<string, StringPattern>[] GetPatterns() => _values;

    public string GetCSharpCodeArguments() => throw Patterns.NoCode();
}

/// <summary>A regular expression, multi-line, found anywhere in the text.</summary>
public class RegexMatcher : IStringMatcher, IIgnoreCaseMatcher
{
    private readonly AnyOf<string, StringPattern>[] _patterns;
    private readonly Regex[] _expressions;

    public RegexMatcher(
        AnyOf<string, StringPattern> pattern,
        bool ignoreCase = false,
        bool useRegexExtended = true,
        MatchOperator matchOperator = MatchOperator.Or)
        : this(MatchBehaviour.AcceptOnMatch, [pattern], ignoreCase, useRegexExtended, matchOperator)
    {
    }

    public RegexMatcher(
        MatchBehaviour matchBehaviour,
        AnyOf<string, StringPattern> pattern,
        bool ignoreCase = false,
        bool useRegexExtended = true,
        MatchOperator matchOperator = MatchOperator.Or)
        : this(matchBehaviour, [pattern], ignoreCase, useRegexExtended, matchOperator)
    {
    }

    public RegexMatcher(
        MatchBehaviour matchBehaviour,
        AnyOf<string, StringPattern>[] patterns,
        bool ignoreCase = false,
        bool useRegexExtended = true,
        MatchOperator matchOperator = MatchOperator.Or)
    {
        _patterns = Guard.NotNull(patterns);
        MatchBehaviour = matchBehaviour;
        IgnoreCase = ignoreCase;
        MatchOperator = matchOperator;
        var options = RegexOptions.Multiline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        _expressions = [.. patterns.Select(pattern => Expressions.Build(pattern.Text(), options, useRegexExtended))];
    }

    public virtual string Name => nameof(RegexMatcher);

    public MatchBehaviour MatchBehaviour { get; }

    public bool IgnoreCase { get; }

    public MatchOperator MatchOperator { get; }

    public virtual MatchResult IsMatch(string? input)
    {
        if (input is null)
        {
            return MatchResult.From(Name, MatchScores.Behave(MatchBehaviour, MatchScores.Mismatch));
        }

        try
        {
            var score = MatchScores.ToScore([.. _expressions.Select(expression => expression.IsMatch(input))], MatchOperator);
            return MatchResult.From(Name, MatchScores.Behave(MatchBehaviour, score));
        }
        catch (RegexMatchTimeoutException timeout)
        {
            return MatchResult.From(Name, MatchScores.Behave(MatchBehaviour, MatchScores.Mismatch), timeout);
        }
    }

    public virtual AnyOf<string, StringPattern>[] GetPatterns() => _patterns;

    public virtual string GetCSharpCodeArguments() => throw Patterns.NoCode();
}

/// <summary>The whole text against a pattern with * (any run within a line) and ? (one character).</summary>
public class WildcardMatcher : RegexMatcher
{
    private readonly AnyOf<string, StringPattern>[] _patterns;

    public WildcardMatcher(AnyOf<string, StringPattern> pattern, bool ignoreCase = false)
        : this(MatchBehaviour.AcceptOnMatch, [pattern], ignoreCase)
    {
    }

    public WildcardMatcher(MatchBehaviour matchBehaviour, AnyOf<string, StringPattern> pattern, bool ignoreCase = false)
        : this(matchBehaviour, [pattern], ignoreCase)
    {
    }

    public WildcardMatcher(AnyOf<string, StringPattern>[] patterns, bool ignoreCase = false)
        : this(MatchBehaviour.AcceptOnMatch, patterns, ignoreCase)
    {
    }

    public WildcardMatcher(
        MatchBehaviour matchBehaviour,
        AnyOf<string, StringPattern>[] patterns,
        bool ignoreCase = false,
        MatchOperator matchOperator = MatchOperator.Or)
        : base(matchBehaviour, [.. patterns.Select(pattern => (AnyOf<string, StringPattern>)Translate(pattern.Text()))], ignoreCase, true, matchOperator) =>
        _patterns = patterns;

    public override string Name => nameof(WildcardMatcher);

    public override AnyOf<string, StringPattern>[] GetPatterns() => _patterns;

    public override string GetCSharpCodeArguments() => throw Patterns.NoCode();

    private static string Translate(string wildcard) =>
        $"^{Regex.Escape(wildcard).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$";
}

/// <summary>The media type of a Content-Type header, its parameters left aside.</summary>
public class ContentTypeMatcher : WildcardMatcher
{
    private readonly AnyOf<string, StringPattern>[] _patterns;

    public ContentTypeMatcher(AnyOf<string, StringPattern> pattern, bool ignoreCase = false)
        : this(MatchBehaviour.AcceptOnMatch, [pattern], ignoreCase)
    {
    }

    public ContentTypeMatcher(MatchBehaviour matchBehaviour, AnyOf<string, StringPattern> pattern, bool ignoreCase = false)
        : this(matchBehaviour, [pattern], ignoreCase)
    {
    }

    public ContentTypeMatcher(AnyOf<string, StringPattern>[] patterns, bool ignoreCase = false)
        : this(MatchBehaviour.AcceptOnMatch, patterns, ignoreCase)
    {
    }

    public ContentTypeMatcher(MatchBehaviour matchBehaviour, AnyOf<string, StringPattern>[] patterns, bool ignoreCase = false)
        : base(matchBehaviour, patterns, ignoreCase) =>
        _patterns = patterns;

    public override string Name => nameof(ContentTypeMatcher);

    public override MatchResult IsMatch(string? input) => MediaTypeHeaderValue.TryParse(input, out var contentType)
        ? base.IsMatch(contentType.MediaType)
        : MatchResult.From(Name, MatchScores.Behave(MatchBehaviour, MatchScores.Mismatch));

    public override AnyOf<string, StringPattern>[] GetPatterns() => _patterns;

    public override string GetCSharpCodeArguments() => throw Patterns.NoCode();
}

internal static class Expressions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The letter after \guid (or \GUID for upper case) names the format of <see cref="Guid.ToString(string)"/>.</summary>
    private static readonly (string Token, string Expression)[] GuidTokens =
    [
        .. new[] { "a-z", "A-Z" }.SelectMany(letters => Tokens($"[{letters}0-9]", $"[{letters.Replace('z', 'f').Replace('Z', 'F')}0-9]", upper: letters == "A-Z")),
    ];

    public static Regex Build(string pattern, RegexOptions options, bool extended)
    {
        if (extended)
        {
            foreach (var (token, expression) in GuidTokens)
            {
                pattern = pattern.Replace(token, expression, StringComparison.Ordinal);
            }
        }

        return new Regex(pattern, options, Patience);
    }

    /// <summary>Null when the pattern is empty or no regular expression; such text is compared as it stands.</summary>
    public static bool? TryMatch(string pattern, string input)
    {
        if (pattern.Length == 0)
        {
            return null;
        }

        try
        {
            return Build(pattern, RegexOptions.None, extended: true).IsMatch(input);
        }
        catch (Exception problem) when (problem is ArgumentException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Token, string Expression)> Tokens(string character, string hex, bool upper)
    {
        var dashed = $"{character}{{8}}-({character}{{4}}-){{3}}{character}{{12}}";
        (char Format, string Expression)[] formats =
        [
            ('b', $@"(\{{{dashed}\}})"),
            ('d', $"({dashed})"),
            ('n', $"({character}{{32}})"),
            ('p', $@"(\({dashed}\))"),
            ('x', $@"(\{{0x{hex}{{8}},0x{hex}{{4}},0x{hex}{{4}},\{{(0x{hex}{{2}},){{7}}(0x{hex}{{2}})\}}\}})"),
        ];
        return formats.Select(format => (upper ? $@"\GUID{char.ToUpperInvariant(format.Format)}" : $@"\guid{format.Format}", format.Expression));
    }
}
