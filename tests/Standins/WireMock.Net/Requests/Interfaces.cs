using WireMock.Matchers;
using WireMock.Matchers.Request;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.RequestBuilders;

/// <summary>Matches the version of HTTP, such as 1.1.</summary>
public interface IHttpVersionBuilder : IRequestMatcher
{
    IRequestBuilder WithHttpVersion(string version, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);
}

/// <summary>Matches the body; text is a pattern with * and ?.</summary>
public interface IBodyRequestBuilder : IHttpVersionBuilder
{
    IRequestBuilder WithBody(IMatcher matcher);

    IRequestBuilder WithBody(IMatcher[] matchers, MatchOperator matchOperator = MatchOperator.Or);

    IRequestBuilder WithBody(string body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithBody(byte[] body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithBody(object body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithBodyAsJson(object body, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithBody(Func<string?, bool> func);

    IRequestBuilder WithBody(Func<byte[]?, bool> func);

    IRequestBuilder WithBody(Func<object?, bool> func);

    IRequestBuilder WithBodyAsType<T>(Func<T?, bool> func);

    IRequestBuilder WithBody(Func<IBodyData?, bool> func);

    IRequestBuilder WithBody(Func<IDictionary<string, string>?, bool> func);
}

/// <summary>Matches a query parameter; text is compared exactly, and every value must be named.</summary>
public interface IParamsRequestBuilder : IBodyRequestBuilder
{
    IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithParam(string key, bool ignoreCase, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithParam(string key, params string[] values);

    IRequestBuilder WithParam(string key, bool ignoreCase, params string[] values);

    IRequestBuilder WithParam(string key, params IStringMatcher[] matchers);

    IRequestBuilder WithParam(string key, bool ignoreCase, params IStringMatcher[] matchers);

    IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, params string[] values);

    IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, bool ignoreCase = false, params string[] values);

    IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, params IStringMatcher[] matchers);

    IRequestBuilder WithParam(string key, MatchBehaviour matchBehaviour, bool ignoreCase = false, params IStringMatcher[] matchers);

    IRequestBuilder WithParam(params Func<IDictionary<string, WireMockList<string>>, bool>[] funcs);
}

/// <summary>Matches a cookie; text is a pattern with * and ?.</summary>
public interface ICookiesRequestBuilder : IParamsRequestBuilder
{
    IRequestBuilder WithCookie(string name, string pattern, MatchBehaviour matchBehaviour);

    IRequestBuilder WithCookie(string name, string pattern, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithCookie(string name, string[] patterns, MatchBehaviour matchBehaviour);

    IRequestBuilder WithCookie(string name, string[] patterns, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithCookie(string name, params IStringMatcher[] matchers);

    IRequestBuilder WithCookie(string name, bool ignoreCase, params IStringMatcher[] matchers);

    IRequestBuilder WithCookie(string name, bool ignoreCase, MatchBehaviour matchBehaviour, params IStringMatcher[] matchers);

    IRequestBuilder WithCookie(params Func<IDictionary<string, string>, bool>[] funcs);
}

/// <summary>Matches a header; text is a pattern with * and ? that ignores case, a given matcher makes the name case-sensitive.</summary>
public interface IHeadersRequestBuilder : ICookiesRequestBuilder
{
    IRequestBuilder WithHeader(string name, string pattern, MatchBehaviour matchBehaviour);

    IRequestBuilder WithHeader(string name, string pattern, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder WithHeader(string name, string[] patterns, MatchBehaviour matchBehaviour, MatchOperator matchOperator = MatchOperator.Or);

    IRequestBuilder WithHeader(string name, string[] patterns, bool ignoreCase = true, MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch, MatchOperator matchOperator = MatchOperator.Or);

    IRequestBuilder WithHeader(string name, params IStringMatcher[] matchers);

    IRequestBuilder WithHeader(string name, bool ignoreCase, params IStringMatcher[] matchers);

    IRequestBuilder WithHeader(string name, bool ignoreCase, MatchBehaviour matchBehaviour, MatchOperator matchOperator = MatchOperator.Or, params IStringMatcher[] matchers);

    IRequestBuilder WithHeader(params Func<IDictionary<string, string[]>, bool>[] funcs);
}

/// <summary>Matches the method; the package leaves the match behaviour unheeded here.</summary>
public interface IMethodRequestBuilder : IHeadersRequestBuilder
{
    IRequestBuilder UsingConnect(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingDelete(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingGet(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingHead(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingPost(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingPatch(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingOptions(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingPut(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingTrace(MatchBehaviour matchBehaviour = MatchBehaviour.AcceptOnMatch);

    IRequestBuilder UsingAnyMethod();

    IRequestBuilder UsingMethod(MatchBehaviour matchBehaviour, MatchOperator matchOperator, params string[] methods);

    IRequestBuilder UsingMethod(params string[] methods);
}

/// <summary>Matches the decoded path or the whole address; text is a case-sensitive pattern with * and ?.</summary>
public interface IUrlAndPathRequestBuilder : IMethodRequestBuilder
{
    IRequestBuilder WithPath(params IStringMatcher[] matchers);

    IRequestBuilder WithPath(MatchOperator matchOperator, params IStringMatcher[] matchers);

    /// <exception cref="ArgumentException">A path does not start with a slash.</exception>
    IRequestBuilder WithPath(params string[] paths);

    /// <exception cref="ArgumentException">A path does not start with a slash.</exception>
    IRequestBuilder WithPath(MatchOperator matchOperator, params string[] paths);

    IRequestBuilder WithPath(params Func<string, bool>[] funcs);

    IRequestBuilder WithUrl(params IStringMatcher[] matchers);

    IRequestBuilder WithUrl(MatchOperator matchOperator, params IStringMatcher[] matchers);

    IRequestBuilder WithUrl(params string[] urls);

    IRequestBuilder WithUrl(MatchOperator matchOperator, params string[] urls);

    IRequestBuilder WithUrl(params Func<string, bool>[] funcs);
}

/// <summary>Matches the caller's address.</summary>
public interface IClientIPRequestBuilder : IUrlAndPathRequestBuilder
{
    IRequestBuilder WithClientIP(params IStringMatcher[] matchers);

    IRequestBuilder WithClientIP(MatchOperator matchOperator, params IStringMatcher[] matchers);

    IRequestBuilder WithClientIP(params string[] clientIPs);

    IRequestBuilder WithClientIP(MatchOperator matchOperator, params string[] clientIPs);

    IRequestBuilder WithClientIP(params Func<string, bool>[] funcs);
}

/// <summary>Builds the rule for a request; every part named must match.</summary>
public interface IRequestBuilder : IClientIPRequestBuilder
{
    /// <summary>Replaces matchers of the same type.</summary>
    IRequestBuilder Add<T>(T requestMatcher)
        where T : IRequestMatcher;

    /// <summary>The mapping that uses this rule, once it responds.</summary>
    IMapping Mapping { get; set; }
}
