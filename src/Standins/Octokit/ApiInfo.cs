using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;

namespace Octokit;

/// <summary>What the headers of one answer say about paging, scopes, caching and the rate limit.</summary>
public class ApiInfo
{
    public ApiInfo(IDictionary<string, Uri> links, IList<string> oauthScopes, IList<string> acceptedOauthScopes, string etag, RateLimit rateLimit, TimeSpan serverTimeDifference = default)
    {
        ArgumentNullException.ThrowIfNull(links);
        ArgumentNullException.ThrowIfNull(oauthScopes);
        ArgumentNullException.ThrowIfNull(acceptedOauthScopes);
        Links = new ReadOnlyDictionary<string, Uri>(links);
        OauthScopes = new ReadOnlyCollection<string>(oauthScopes);
        AcceptedOauthScopes = new ReadOnlyCollection<string>(acceptedOauthScopes);
        Etag = etag;
        RateLimit = rateLimit;
        ServerTimeDifference = serverTimeDifference;
    }

    public IReadOnlyList<string> OauthScopes { get; private set; }

    public IReadOnlyList<string> AcceptedOauthScopes { get; private set; }

    public string Etag { get; private set; }

    public IReadOnlyDictionary<string, Uri> Links { get; private set; }

    public RateLimit RateLimit { get; private set; }

    /// <summary>The server's Date less the local time of receipt, whole seconds.</summary>
    public TimeSpan ServerTimeDifference { get; }

    public ApiInfo Clone() =>
        new(Links.ToDictionary(), OauthScopes.ToList(), AcceptedOauthScopes.ToList(), Etag, RateLimit?.Clone(), ServerTimeDifference);
}
