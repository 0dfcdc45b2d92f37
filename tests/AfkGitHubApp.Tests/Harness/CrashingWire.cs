namespace AfkGitHubApp.Tests.Harness;

/// <summary>When the process dies, seen from one request.</summary>
public enum CrashPoint
{
    /// <summary>Before GitHub hears of it.</summary>
    BeforeSending,

    /// <summary>After GitHub has done it, before the answer is seen.</summary>
    AfterPerforming,
}

/// <summary>The process is dead: no code of the product may treat this as an answer.</summary>
public sealed class CrashException : Exception;

/// <summary>Counts the writes that pass and kills the process at a chosen one.</summary>
public sealed class CrashingWire
{
    /// <summary>Writes sent so far.</summary>
    public int Writes { get; private set; }

    /// <summary>The write, from 1, at which the process dies; 0 = never.</summary>
    public int CrashAt { get; set; }

    /// <summary>On which side of it.</summary>
    public CrashPoint Point { get; set; }

    /// <summary>Set once it has happened.</summary>
    public bool HasCrashed { get; private set; }

    public HttpMessageHandler Around(HttpMessageHandler inner) => new Handler(this, inner);

    private sealed class Handler(CrashingWire owner, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (request.Method == HttpMethod.Get || path.EndsWith("/graphql", StringComparison.Ordinal) || path.EndsWith("/access_tokens", StringComparison.Ordinal))
            {
                return await base.SendAsync(request, cancellationToken);
            }

            owner.Writes++;
            var dies = owner.Writes == owner.CrashAt;
            owner.HasCrashed |= dies;
            if (dies && owner.Point is CrashPoint.BeforeSending)
            {
                throw new CrashException();
            }

            var response = await base.SendAsync(request, cancellationToken);
            return dies ? throw new CrashException() : response;
        }
    }
}
