using System;
using System.Threading;
using System.Threading.Tasks;

namespace Octokit.Internal;

/// <summary>Sends one request. A non-200 answer is an answer, not an error.</summary>
public interface IHttpClient : IDisposable
{
    Task<IResponse> Send(IRequest request, CancellationToken cancellationToken, Func<object, object> preprocessResponseBody = null);

    void SetRequestTimeout(TimeSpan timeout);
}
