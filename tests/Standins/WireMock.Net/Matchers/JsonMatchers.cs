using System.Collections;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace WireMock.Matchers;

/// <summary>Deep equality of JSON: the order of properties is free, a property too many is a mismatch, the order of arrays counts unless told otherwise.</summary>
public class JsonMatcher : IJsonMatcher
{
    private readonly JToken _wanted;

    public JsonMatcher(string value, bool ignoreCase = false, bool regex = false, bool ignoreArrayOrder = false)
        : this(MatchBehaviour.AcceptOnMatch, value, ignoreCase, regex, ignoreArrayOrder)
    {
    }

    public JsonMatcher(object value, bool ignoreCase = false, bool regex = false, bool ignoreArrayOrder = false)
        : this(MatchBehaviour.AcceptOnMatch, value, ignoreCase, regex, ignoreArrayOrder)
    {
    }

    public JsonMatcher(MatchBehaviour matchBehaviour, object value, bool ignoreCase = false, bool regex = false, bool ignoreArrayOrder = false)
    {
        Value = Guard.NotNull(value);
        MatchBehaviour = matchBehaviour;
        IgnoreCase = ignoreCase;
        Regex = regex;
        IgnoreArrayOrder = ignoreArrayOrder;
        _wanted = ToToken(value);
    }

    public virtual string Name => nameof(JsonMatcher);

    public object Value { get; }

    public MatchBehaviour MatchBehaviour { get; }

    public bool IgnoreCase { get; }

    public bool Regex { get; }

    public bool IgnoreArrayOrder { get; }

    public MatchResult IsMatch(object? input)
    {
        var mismatch = MatchScores.Behave(MatchBehaviour, MatchScores.Mismatch);
        if (input is null or byte[])
        {
            return MatchResult.From(Name, mismatch);
        }

        try
        {
            var given = ToToken(input);
            return MatchResult.From(Name, MatchBehaviour, IgnoreCase ? IsMatch(Uppercase(_wanted), Uppercase(given)) : IsMatch(_wanted, given));
        }
        catch (Exception problem)
        {
            // A body of another shape ends here (a missing property, an object where an array is): the mapping is then
            // left out of the search, even when the matcher rejects on match.
            return MatchResult.From(Name, mismatch, problem);
        }
    }

    public virtual string GetCSharpCodeArguments() => throw Patterns.NoCode();

    protected virtual bool IsMatch(JToken value, JToken? input)
    {
        if (ReferenceEquals(value, input))
        {
            return true;
        }

        if (input is null)
        {
            return false;
        }

        if (ByExpression(value, input) is { } byExpression)
        {
            return byExpression;
        }

        if (AreGuidAndText(value, input))
        {
            return string.Equals(value.ToString(), input.ToString(), StringComparison.OrdinalIgnoreCase);
        }

        return value switch
        {
            JObject wanted => SameProperties(wanted, Properties(input)),
            JArray wanted => SameItems([.. wanted], Items(input)),
            _ => JToken.DeepEquals(value, input),
        };
    }

    /// <summary>Null when this is no comparison by expression.</summary>
    private protected bool? ByExpression(JToken value, JToken input) =>
        Regex && value.Type == JTokenType.String ? Expressions.TryMatch(value.ToString(), input.ToString()) : null;

    private protected static bool AreGuidAndText(JToken value, JToken input) =>
        (value.Type, input.Type) is (JTokenType.Guid, JTokenType.String) or (JTokenType.String, JTokenType.Guid);

    private bool SameProperties(JObject wanted, Dictionary<string, JToken> given) =>
        wanted.Count == given.Count && wanted.Properties().All(property => IsMatch(property.Value, given[property.Name]));

    private bool SameItems(JToken[] wanted, JToken[] given)
    {
        if (wanted.Length != given.Length)
        {
            return false;
        }

        if (IgnoreArrayOrder)
        {
            wanted = [.. wanted.OrderBy(item => item.ToString())];
            given = [.. given.OrderBy(item => item.ToString())];
        }

        return wanted.Zip(given).All(pair => IsMatch(pair.First, pair.Second));
    }

    private static Dictionary<string, JToken> Properties(JToken token) => token.ToObject<Dictionary<string, JToken>>() ?? [];

    private static JToken[] Items(JToken token) => token.ToObject<JToken[]>() ?? [];

    /// <summary>Property names, and the text they hold unless that is an expression, in upper case.</summary>
    private JToken Uppercase(JToken token) => token switch
    {
        JObject owner => new JObject(owner.Properties().Select(property => new JProperty(property.Name.ToUpperInvariant(), UppercaseValue(property.Value)))),
        JArray items when !Regex => new JArray(items.Select(Uppercase)),
        _ => token,
    };

    private JToken UppercaseValue(JToken value) =>
        value.Type == JTokenType.String && !Regex ? value.ToString().ToUpperInvariant() : Uppercase(value);

    private static JToken ToToken(object value) => value switch
    {
        JToken token => token,
        string text => JsonConvert.DeserializeObject<JToken>(text, new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })!,
        IEnumerable items => JArray.FromObject(items),
        _ => JObject.FromObject(value),
    };
}

/// <summary>A subset of JSON: what is named must be there, anything else may be.</summary>
public abstract class AbstractJsonPartialMatcher : JsonMatcher
{
    protected AbstractJsonPartialMatcher(string value, bool ignoreCase = false, bool regex = false)
        : base(value, ignoreCase, regex)
    {
    }

    protected AbstractJsonPartialMatcher(object value, bool ignoreCase = false, bool regex = false)
        : base(value, ignoreCase, regex)
    {
    }

    protected AbstractJsonPartialMatcher(MatchBehaviour matchBehaviour, object value, bool ignoreCase = false, bool regex = false)
        : base(matchBehaviour, value, ignoreCase, regex)
    {
    }

    protected override bool IsMatch(JToken value, JToken? input)
    {
        if (ReferenceEquals(value, input))
        {
            return true;
        }

        if (input is null)
        {
            return false;
        }

        if (ByExpression(value, input) is { } byExpression)
        {
            return byExpression;
        }

        if (AreGuidAndText(value, input))
        {
            return IsMatch(value.ToString().ToUpperInvariant(), input.ToString().ToUpperInvariant());
        }

        if (value.Type != input.Type)
        {
            return false;
        }

        return value switch
        {
            // A property name may be a JSONPath into the body.
            JObject wanted => wanted.Properties().All(property => IsMatch(property.Value, input.SelectToken(property.Name) ?? input[property.Name])),
            JArray wanted => wanted.All(item => input.Any(given => IsMatch(item, given))),
            _ => IsMatch(value.ToString(), input.ToString()),
        };
    }

    protected abstract bool IsMatch(string value, string input);
}

/// <summary>A subset of JSON whose values are compared as exact text.</summary>
public class JsonPartialMatcher : AbstractJsonPartialMatcher
{
    public JsonPartialMatcher(string value, bool ignoreCase = false, bool regex = false)
        : base(value, ignoreCase, regex)
    {
    }

    public JsonPartialMatcher(object value, bool ignoreCase = false, bool regex = false)
        : base(value, ignoreCase, regex)
    {
    }

    public JsonPartialMatcher(MatchBehaviour matchBehaviour, object value, bool ignoreCase = false, bool regex = false)
        : base(matchBehaviour, value, ignoreCase, regex)
    {
    }

    public override string Name => nameof(JsonPartialMatcher);

    public override string GetCSharpCodeArguments() => throw Patterns.NoCode();

    protected override bool IsMatch(string value, string input) =>
        string.Equals(value, input, IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}

/// <summary>A subset of JSON whose values are patterns with * and ?.</summary>
public class JsonPartialWildcardMatcher : AbstractJsonPartialMatcher
{
    public JsonPartialWildcardMatcher(string value, bool ignoreCase = false, bool regex = false)
        : base(value, ignoreCase, regex)
    {
    }

    public JsonPartialWildcardMatcher(object value, bool ignoreCase = false, bool regex = false)
        : base(value, ignoreCase, regex)
    {
    }

    public JsonPartialWildcardMatcher(MatchBehaviour matchBehaviour, object value, bool ignoreCase = false, bool regex = false)
        : base(matchBehaviour, value, ignoreCase, regex)
    {
    }

    public override string Name => nameof(JsonPartialWildcardMatcher);

    public override string GetCSharpCodeArguments() => throw Patterns.NoCode();

    protected override bool IsMatch(string value, string input) => new WildcardMatcher(value, IgnoreCase).IsMatch(input).IsPerfect();
}
