using WireMock.Matchers;
using WireMock.Matchers.Request;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.RequestBuilders;

/// <inheritdoc cref="IRequestBuilder"/>
public class Request : IRequestBuilder
{
    private readonly List<IRequestMatcher> _matchers = [];

    private Request()
    {
    }

    public RequestMatcherType Type => RequestMatcherType.Composite;

    public IMapping Mapping { get; set; } = null!;

    public static IRequestBuilder Create() => new Request();

    public double GetMatchingScore(IRequestMessage requestMessage, IRequestMatchResult requestMatchResult) => _matchers.Count == 0
        ? MatchScores.Mismatch
        : _matchers.Average(matcher => matcher.GetMatchingScore(requestMessage, requestMatchResult));

    public IRequestBuilder Add<T>(T requestMatcher)
        where T : IRequestMatcher
    {
        _matchers.RemoveAll(matcher => matcher is T);
        return With(requestMatcher);
    }

    public IRequestBuilder WithPath(params IStringMatcher[] matchers) => WithPath(MatchOperator.Or, matchers);

    public IRequestBuilder WithPath(MatchOperator matchOperator, params IStringMatcher[] matchers) =>
        With(RequestRules.Text(RequestMatcherType.Path, request => request.Path, matchOperator, Guard.NotEmpty(matchers)));

    public IRequestBuilder WithPath(params string[] paths) => WithPath(MatchOperator.Or, paths);

    public IRequestBuilder WithPath(MatchOperator matchOperator, params string[] paths)
    {
        if (Guard.NotEmpty(paths).Any(path => path is not ['/', ..]))
        {
            throw new ArgumentException("Path must start with a '/' and cannot be null, empty or whitespace.", nameof(paths));
        }

        return With(RequestRules.Text(RequestMatcherType.Path, request => request.Path, matchOperator, paths));
    }

    public IRequestBuilder WithPath(params Func<string, bool>[] funcs) =>
        With(RequestRules.Text(RequestMatcherType.Path, request => request.Path, Guard.NotEmpty(funcs)));

    public IRequestBuilder WithUrl(params IStringMatcher[] matchers) => WithUrl(MatchOperator.Or, matchers);

    public IRequestBuilder WithUrl(MatchOperator matchOperator, params IStringMatcher[] matchers) =>
        With(RequestRules.Text(RequestMatcherType.Url, request => request.Url, matchOperator, Guard.NotEmpty(matchers)));

    public IRequestBuilder WithUrl(params string[] urls) => WithUrl(MatchOperator.Or, urls);

    public IRequestBuilder WithUrl(MatchOperator matchOperator, params string[] urls) =>
        With(RequestRules.Text(RequestMatcherType.Url, request => request.Url, matchOperator, Guard.NotEmpty(urls)));

    public IRequestBuilder WithUrl(params Func<string, bool>[] funcs) =>
        With(RequestRules.Text(RequestMatcherType.Url, request => request.Url, Guard.NotEmpty(funcs)));

    public IRequestBuilder WithClientIP(params IStringMatcher[] matchers) => WithClientIP(MatchOperator.Or, matchers);

    public IRequestBuilder WithClientIP(MatchOperator matchOperator, params IStringMatcher[] matchers) =>
        With(RequestRules.Text(RequestMatcherType.ClientIP, request => request.ClientIP, matchOperator, Guard.NotEmpty(matchers)));

    public IRequestBuilder WithClientIP(params string[] clientIPs) => WithClientIP(MatchOperator.Or, clientIPs);

    public IRequestBuilder WithClientIP(MatchOperator matchOperator, params string[] clientIPs) =>
        With(RequestRules.Text(RequestMatcherType.ClientIP, request => request.ClientIP, matchOperator, Guard.NotEmpty(clientIPs)));

    public IRequestBuilder WithClientIP(params Func<string, bool>[] funcs) =>
        With(RequestRules.Text(RequestMatcherType.ClientIP, request => request.ClientIP, Guard.NotEmpty(funcs)));

    public IRequestBuilder WithHttpVersion(string version, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch)
    {
        _matchers.RemoveAll(matcher => matcher is RequestRule { Type: RequestMatcherType.HttpVersion });
        return With(RequestRules.Text(RequestMatcherType.HttpVersion, request => request.HttpVersion, MatchOperator.Or, [new ExactMatcher(matchBehaviour, version)]));
    }

    public IRequestBuilder UsingConnect(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "CONNECT");

    public IRequestBuilder UsingDelete(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "DELETE");

    public IRequestBuilder UsingGet(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "GET");

    public IRequestBuilder UsingHead(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "HEAD");

    public IRequestBuilder UsingOptions(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "OPTIONS");

    public IRequestBuilder UsingPost(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "POST");

    public IRequestBuilder UsingPatch(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "PATCH");

    public IRequestBuilder UsingPut(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "PUT");

    public IRequestBuilder UsingTrace(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => UsingMethod(matchBehaviour, MatchOperator.Or, "TRACE");

    public IRequestBuilder UsingAnyMethod()
    {
        _matchers.RemoveAll(matcher => matcher is RequestRule { Type: RequestMatcherType.Method });
        return this;
    }

    public IRequestBuilder UsingMethod(params string[] methods) => UsingMethod(MatchBehaviour.AcceptOnMatch, MatchOperator.Or, methods);

    public IRequestBuilder UsingMethod(MatchBehaviour matchBehaviour, MatchOperator matchOperator, params string[] methods) =>
        With(RequestRules.Method(matchOperator, Guard.NotEmpty(methods)));

    public IRequestBuilder WithHeader(string name, string pattern, MatchBehaviour matchBehaviour) => WithHeader(name, pattern, true, matchBehaviour);

    public IRequestBuilder WithHeader(string name, string pattern, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) =>
        WithHeader(name, [Guard.NotNull(pattern)], ignoreCase, matchBehaviour);

    public IRequestBuilder WithHeader(string name, string[] patterns, MatchBehaviour matchBehaviour, MatchOperator matchOperator = MatchOperator.Or) =>
        WithHeader(name, patterns, true, matchBehaviour, matchOperator);

    public IRequestBuilder WithHeader(string name, string[] patterns, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch, MatchOperator matchOperator = MatchOperator.Or) =>
        With(RequestRules.Header(matchBehaviour, matchOperator, Guard.NotNull(name), ignoreCase, Wildcards(patterns, matchBehaviour, ignoreCase)));

    public IRequestBuilder WithHeader(string name, params IStringMatcher[] matchers) => WithHeader(name, false, matchers);

    public IRequestBuilder WithHeader(string name, bool ignoreCase, params IStringMatcher[] matchers) =>
        WithHeader(name, ignoreCase, MatchBehaviour.AcceptOnMatch, MatchOperator.Or, matchers);

    public IRequestBuilder WithHeader(string name, bool ignoreCase, MatchBehaviour matchBehaviour, MatchOperator matchOperator, params IStringMatcher[] matchers) =>
        With(RequestRules.Header(matchBehaviour, matchOperator, Guard.NotNull(name), ignoreCase, Guard.NotEmpty(matchers)));

    public IRequestBuilder WithHeader(params Func<IDictionary<string, string[]>, bool>[] funcs) => With(RequestRules.Header(Guard.NotEmpty(funcs)));

    public IRequestBuilder WithCookie(string name, string pattern, MatchBehaviour matchBehaviour) => WithCookie(name, pattern, true, matchBehaviour);

    public IRequestBuilder WithCookie(string name, string pattern, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) =>
        WithCookie(name, [Guard.NotNull(pattern)], ignoreCase, matchBehaviour);

    public IRequestBuilder WithCookie(string name, string[] patterns, MatchBehaviour matchBehaviour) => WithCookie(name, patterns, true, matchBehaviour);

    public IRequestBuilder WithCookie(string name, string[] patterns, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) =>
        With(RequestRules.Cookie(matchBehaviour, Guard.NotNull(name), ignoreCase, Wildcards(patterns, matchBehaviour, ignoreCase)));

    public IRequestBuilder WithCookie(string name, params IStringMatcher[] matchers) => WithCookie(name, false, matchers);

    public IRequestBuilder WithCookie(string name, bool ignoreCase, params IStringMatcher[] matchers) =>
        WithCookie(name, ignoreCase, MatchBehaviour.AcceptOnMatch, matchers);

    public IRequestBuilder WithCookie(string name, bool ignoreCase, MatchBehaviour matchBehaviour, params IStringMatcher[] matchers) =>
        With(RequestRules.Cookie(matchBehaviour, Guard.NotNull(name), ignoreCase, Guard.NotEmpty(matchers)));

    public IRequestBuilder WithCookie(params Func<IDictionary<string, string>, bool>[] funcs) => With(RequestRules.Cookie(Guard.NotEmpty(funcs)));

    public IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => WithParam(key, false, matchBehaviour);

    public IRequestBuilder WithParam(string key, bool ignoreCase, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) =>
        With(RequestRules.Param(matchBehaviour, Guard.NotNull(key), ignoreCase, []));

    public IRequestBuilder WithParam(string key, params string[] values) => WithParam(key, MatchBehaviour.AcceptOnMatch, false, values);

    public IRequestBuilder WithParam(string key, bool ignoreCase, params string[] values) => WithParam(key, MatchBehaviour.AcceptOnMatch, ignoreCase, values);

    public IRequestBuilder WithParam(string key, params IStringMatcher[] matchers) => WithParam(key, MatchBehaviour.AcceptOnMatch, false, matchers);

    public IRequestBuilder WithParam(string key, bool ignoreCase, params IStringMatcher[] matchers) => WithParam(key, MatchBehaviour.AcceptOnMatch, ignoreCase, matchers);

    public IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, params string[] values) => WithParam(key, matchBehaviour, false, values);

    // Exact text is accepted on match here; the behaviour asked for is applied once, to the parameter as a whole.
    public IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, bool ignoreCase = false, params string[] values) =>
        With(RequestRules.Param(matchBehaviour, Guard.NotNull(key), ignoreCase, [.. values.Select(value => new ExactMatcher(ignoreCase, value))]));

    public IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, params IStringMatcher[] matchers) => WithParam(key, matchBehaviour, false, matchers);

    public IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, bool ignoreCase, params IStringMatcher[] matchers) =>
        With(RequestRules.Param(matchBehaviour, Guard.NotNull(key), ignoreCase, matchers));

    public IRequestBuilder WithParam(params Func<IDictionary<string, WireMockList<string>>, bool>[] funcs) => With(RequestRules.Param(Guard.NotEmpty(funcs)));

    public IRequestBuilder WithBody(string body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => WithBody(new WildcardMatcher(matchBehaviour, body));

    public IRequestBuilder WithBody(byte[] body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => WithBody(new ExactObjectMatcher(matchBehaviour, body));

    public IRequestBuilder WithBody(object body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) => WithBody(new ExactObjectMatcher(matchBehaviour, body));

    public IRequestBuilder WithBody(IMatcher matcher) => WithBody([matcher]);

    public IRequestBuilder WithBody(IMatcher[] matchers, MatchOperator matchOperator = MatchOperator.Or) => With(RequestRules.Body(matchOperator, Guard.NotNull(matchers)));

    public IRequestBuilder WithBody(Func<string?, bool> func)
    {
        Guard.NotNull(func);
        return With(RequestRules.Body(body => func(body?.BodyAsString)));
    }

    public IRequestBuilder WithBody(Func<byte[]?, bool> func)
    {
        Guard.NotNull(func);
        return With(RequestRules.Body(body => func(body?.BodyAsBytes)));
    }

    public IRequestBuilder WithBody(Func<object?, bool> func)
    {
        Guard.NotNull(func);
        return With(RequestRules.Body(body => func(body?.BodyAsJson)));
    }

    public IRequestBuilder WithBody(Func<IBodyData?, bool> func) => With(RequestRules.Body(Guard.NotNull(func)));

    public IRequestBuilder WithBody(Func<IDictionary<string, string>?, bool> func)
    {
        Guard.NotNull(func);
        return With(RequestRules.Body(body => func(body?.BodyAsFormUrlEncoded)));
    }

    public IRequestBuilder WithBodyAsJson(object body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch) =>
        WithBody(body as IMatcher ?? new JsonMatcher(matchBehaviour, body));

    public IRequestBuilder WithBodyAsType<T>(Func<T?, bool> func) => With(RequestRules.BodyOf(Guard.NotNull(func)));

    private static IStringMatcher[] Wildcards(string[] patterns, MatchBehaviour behaviour, bool ignoreCase) =>
        [.. Guard.NotNull(patterns).Select(pattern => new WildcardMatcher(behaviour, pattern, ignoreCase))];

    private Request With(IRequestMatcher matcher)
    {
        _matchers.Add(matcher);
        return this;
    }
}
