using AnyOfTypes;
using WireMock.Models;

namespace WireMock.Matchers;

/// <summary>Equality of objects; byte arrays are compared by content.</summary>
public class ExactObjectMatcher : IObjectMatcher
{
    public ExactObjectMatcher(object value)
        : this(MatchBehaviour.AcceptOnMatch, value)
    {
    }

    public ExactObjectMatcher(MatchBehaviour matchBehaviour, object value)
    {
        Value = Guard.NotNull(value);
        MatchBehaviour = matchBehaviour;
    }

    public ExactObjectMatcher(byte[] value)
        : this(MatchBehaviour.AcceptOnMatch, value)
    {
    }

    public ExactObjectMatcher(MatchBehaviour matchBehaviour, byte[] value)
        : this(matchBehaviour, (object)value)
    {
    }

    public string Name => nameof(ExactObjectMatcher);

    public object Value { get; }

    public MatchBehaviour MatchBehaviour { get; }

    public MatchResult IsMatch(object? input) => MatchResult.From(
        Name,
        MatchBehaviour,
        Value is byte[] wanted && input is byte[] given ? wanted.AsSpan().SequenceEqual(given) : Equals(Value, input));

    public string GetCSharpCodeArguments() => throw Patterns.NoCode();
}

/// <summary>Anything that is there: text or bytes of some length, or an object.</summary>
public class NotNullOrEmptyMatcher : IObjectMatcher, IStringMatcher
{
    public NotNullOrEmptyMatcher(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => MatchBehaviour = matchBehaviour;

    public string Name => nameof(NotNullOrEmptyMatcher);

    public MatchBehaviour MatchBehaviour { get; }

    public object Value => "";

    public MatchOperator MatchOperator => MatchOperator.Or;

    public MatchResult IsMatch(object? input) => MatchResult.From(Name, MatchBehaviour, input is not (null or "" or byte[] { Length: 0 }));

    public MatchResult IsMatch(string? input) => IsMatch((object?)input);

    public AnyOf<string, StringPattern>[] GetPatterns() => [];

    public string GetCSharpCodeArguments() => throw Patterns.NoCode();
}
