using Newtonsoft.Json.Linq;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.Matchers.Request;

/// <summary>The one kind of matcher that the request builder makes: a part of the request and how to judge it.</summary>
internal sealed class RequestRule(RequestMatcherType part, Func<IRequestMessage, MatchResult> judge) : IRequestMatcher
{
    public RequestMatcherType Type => part;

    public double GetMatchingScore(IRequestMessage requestMessage, IRequestMatchResult requestMatchResult)
    {
        var result = judge(requestMessage);

        // The package reports these two parts with the details of each pattern, the others by their score alone.
        return requestMatchResult.AddMatchDetail(part is RequestMatcherType.Path or RequestMatcherType.ClientIP
            ? result.ToMatchDetail()
            : new MatchDetail { Name = $"{part}Matcher", MatcherType = $"RequestMessage{part}Matcher", Score = result.Score, Exception = result.Exception });
    }
}

/// <inheritdoc cref="IRequestMatchResult"/>
internal sealed class RequestMatchResult : IRequestMatchResult
{
    public double TotalScore => MatchDetails.Sum(detail => detail.Score);

    public int TotalNumber => MatchDetails.Count;

    public bool IsPerfectMatch => Math.Abs(TotalScore - TotalNumber) < MatchScores.Tolerance;

    public double AverageTotalScore => TotalNumber == 0 ? MatchScores.Mismatch : TotalScore / TotalNumber;

    public IList<MatchDetail> MatchDetails { get; } = [];

    public double AddScore(Type matcherType, double score, Exception? exception) => AddMatchDetail(new MatchDetail
    {
        Name = matcherType.Name.Replace("RequestMessage", "", StringComparison.Ordinal),
        MatcherType = matcherType.Name,
        Score = score,
        Exception = exception,
    });

    public double AddMatchDetail(MatchDetail matchDetail)
    {
        MatchDetails.Add(matchDetail);
        return matchDetail.Score;
    }

    /// <summary>The better result comes first; of two equal ones, that with more matchers.</summary>
    public int CompareTo(object? obj)
    {
        if (obj is not RequestMatchResult other)
        {
            return -1;
        }

        var byScore = other.AverageTotalScore.CompareTo(AverageTotalScore);
        return byScore != 0 ? byScore : other.TotalNumber.CompareTo(TotalNumber);
    }
}

/// <summary>How each part of a request is judged.</summary>
internal static class RequestRules
{
    public static RequestRule Text(RequestMatcherType part, Func<IRequestMessage, string> text, MatchOperator matchOperator, IStringMatcher[] matchers) =>
        new(part, request => MatchResult.From(NameOf(part), [.. matchers.Select(matcher => matcher.IsMatch(text(request)))], matchOperator));

    public static RequestRule Text(RequestMatcherType part, Func<IRequestMessage, string> text, MatchOperator matchOperator, string[] patterns) =>
        Text(part, text, matchOperator, [.. patterns.Select(pattern => new WildcardMatcher(pattern))]);

    public static RequestRule Text(RequestMatcherType part, Func<IRequestMessage, string> text, Func<string, bool>[] funcs) =>
        new(part, request => MatchResult.From(NameOf(part), MatchScores.ToScore(funcs.Any(func => func(text(request))))));

    public static RequestRule Method(MatchOperator matchOperator, string[] methods) => new(RequestMatcherType.Method, request =>
    {
        bool[] same = [.. methods.Select(method => string.Equals(method, request.Method, StringComparison.OrdinalIgnoreCase))];
        return MatchResult.From(NameOf(RequestMatcherType.Method), MatchScores.ToScore(same, matchOperator));
    });

    public static RequestRule Header(MatchBehaviour behaviour, MatchOperator matchOperator, string name, bool ignoreCase, IStringMatcher[] matchers) => new(RequestMatcherType.Header, request =>
    {
        var headers = ignoreCase ? new Dictionary<string, WireMockList<string>>(request.Headers ?? Nothing, StringComparer.OrdinalIgnoreCase) : request.Headers ?? Nothing;
        if (!headers.TryGetValue(name, out var values))
        {
            return MatchResult.From(NameOf(RequestMatcherType.Header), MatchScores.Behave(behaviour, MatchScores.Mismatch));
        }

        MatchResult[] results = [.. matchers.Select(matcher => MatchResult.From(NameOf(RequestMatcherType.Header), [.. values.Select(matcher.IsMatch)], MatchOperator.And))];
        return MatchResult.From(NameOf(RequestMatcherType.Header), results, matchOperator);
    });

    public static RequestRule Header(Func<IDictionary<string, string[]>, bool>[] funcs) => new(RequestMatcherType.Header, request =>
    {
        var headers = (request.Headers ?? Nothing).ToDictionary(header => header.Key, header => header.Value.ToArray());
        return MatchResult.From(NameOf(RequestMatcherType.Header), MatchScores.ToScore(funcs.Any(func => func(headers))));
    });

    public static RequestRule Cookie(MatchBehaviour behaviour, string name, bool ignoreCase, IStringMatcher[] matchers) => new(RequestMatcherType.Cookie, request =>
    {
        var cookies = new Dictionary<string, string>(request.Cookies ?? new Dictionary<string, string>(), ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        if (!cookies.TryGetValue(name, out var value))
        {
            return MatchResult.From(NameOf(RequestMatcherType.Cookie), MatchScores.Behave(behaviour, MatchScores.Mismatch));
        }

        // The package asks for the greatest of results that have no order, so more than one pattern fails there too.
        return matchers.Max(matcher => matcher.IsMatch(value))!;
    });

    public static RequestRule Cookie(Func<IDictionary<string, string>, bool>[] funcs) => new(RequestMatcherType.Cookie, request =>
        MatchResult.From(NameOf(RequestMatcherType.Cookie), MatchScores.ToScore(request.Cookies is { } cookies && funcs.Any(func => func(cookies)))));

    public static RequestRule Param(MatchBehaviour behaviour, string key, bool ignoreCase, IStringMatcher[] matchers) => new(RequestMatcherType.Param, request =>
    {
        var score = request.GetParameter(key, ignoreCase) is not { } values ? MatchScores.Mismatch
            : matchers.Length == 0 ? MatchScores.Perfect
            : MatchScores.ToScore(values, matchers);
        return MatchResult.From(NameOf(RequestMatcherType.Param), MatchScores.Behave(behaviour, score));
    });

    public static RequestRule Param(Func<IDictionary<string, WireMockList<string>>, bool>[] funcs) => new(RequestMatcherType.Param, request =>
        MatchResult.From(NameOf(RequestMatcherType.Param), MatchScores.ToScore(request.Query is { } query && funcs.Any(func => func(query)))));

    public static RequestRule Body(MatchOperator matchOperator, IMatcher[] matchers) => new(RequestMatcherType.Body, request => matchers.Length == 0
        ? MatchResult.From(NameOf(RequestMatcherType.Body))
        : MatchResult.From(NameOf(RequestMatcherType.Body), [.. matchers.Select(matcher => Judge(request.BodyData, matcher))], matchOperator));

    public static RequestRule Body(Func<IBodyData?, bool> func) => new(RequestMatcherType.Body, request =>
        MatchResult.From(NameOf(RequestMatcherType.Body), MatchScores.ToScore(func(request.BodyData))));

    public static RequestRule BodyOf<T>(Func<T?, bool> func) => new(RequestMatcherType.BodyOfT, request =>
    {
        if (request.BodyData?.BodyAsJson is not JObject body)
        {
            return MatchResult.From(NameOf(RequestMatcherType.Body));
        }

        try
        {
            return MatchResult.From(NameOf(RequestMatcherType.Body), MatchScores.ToScore(func(body.ToObject<T>())));
        }
        catch (Exception problem)
        {
            return MatchResult.From(NameOf(RequestMatcherType.Body), problem);
        }
    });

    public static RequestRule State(string? wanted, string? present) => new(RequestMatcherType.ScenarioAndState, _ =>
        MatchResult.From(NameOf(RequestMatcherType.ScenarioAndState), MatchScores.ToScore(wanted == present)));

    private static Dictionary<string, WireMockList<string>> Nothing => [];

    private static string NameOf(RequestMatcherType part) => $"RequestMessage{part}Matcher";

    /// <summary>Which form of the body a matcher is given depends on what the body was recognised as.</summary>
    private static MatchResult Judge(IBodyData? body, IMatcher matcher) => (matcher, body?.DetectedBodyType) switch
    {
        (_, null) => MatchResult.From(NameOf(RequestMatcherType.Body)),
        (NotNullOrEmptyMatcher present, BodyType.Json or BodyType.String or BodyType.FormUrlEncoded) => present.IsMatch(body!.BodyAsString),
        (NotNullOrEmptyMatcher present, BodyType.Bytes) => present.IsMatch(body!.BodyAsBytes),
        (NotNullOrEmptyMatcher, _) => MatchResult.From(NameOf(RequestMatcherType.Body)),
        (ExactObjectMatcher { Value: byte[] } bytes, _) => bytes.IsMatch(body!.BodyAsBytes),
        (IObjectMatcher any, BodyType.Json) => any.IsMatch(body!.BodyAsJson),
        (IObjectMatcher any, BodyType.Bytes) => any.IsMatch(body!.BodyAsBytes),
        (IStringMatcher text, BodyType.Json or BodyType.String or BodyType.FormUrlEncoded) => text.IsMatch(body!.BodyAsString),
        _ => MatchResult.From(NameOf(RequestMatcherType.Body)),
    };
}
