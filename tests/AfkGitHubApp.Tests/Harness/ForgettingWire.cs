namespace AfkGitHubApp.Tests.Harness;

/// <summary>The way to GitHub; at a chosen write something happens to the store, and the process may die with it.</summary>
internal sealed class ForgettingWire
{
    /// <summary>Writes sent so far.</summary>
    public int Writes { get; private set; }

    /// <summary>Writes sent since it has happened.</summary>
    public int WritesSince { get; private set; }

    /// <summary>Requests of any kind sent so far.</summary>
    public int Requests { get; private set; }

    /// <summary>The write, from 1, at which it happens; 0 = never.</summary>
    public int At { get; init; }

    /// <summary>The request of any kind, from 1, after which it happens; 0 = never.</summary>
    public int AtRequest { get; init; }

    /// <summary>On which side of the write.</summary>
    public CrashPoint Point { get; init; }

    /// <summary>What happens to the store.</summary>
    public Func<Task> Happens { get; init; } = () => Task.CompletedTask;

    /// <summary>Whether the process dies with it.</summary>
    public bool Dies { get; init; }

    /// <summary>Set once it has happened.</summary>
    public bool HasHappened { get; private set; }

    public HttpMessageHandler Around(HttpMessageHandler inner) => new Handler(this, inner);

    /// <summary>Whether a request changes something on GitHub that people see.</summary>
    public static bool IsWrite(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        return request.Method != HttpMethod.Get && !path.EndsWith("/graphql", StringComparison.Ordinal) && !path.EndsWith("/access_tokens", StringComparison.Ordinal);
    }

    private async Task HappenAsync()
    {
        HasHappened = true;
        await Happens();
        if (Dies)
        {
            throw new CrashException();
        }
    }

    private sealed class Handler(ForgettingWire owner, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            owner.Requests++;
            owner.Writes += IsWrite(request) ? 1 : 0;
            owner.WritesSince += owner.HasHappened && IsWrite(request) ? 1 : 0;
            var happens = !owner.HasHappened && ((IsWrite(request) && owner.Writes == owner.At) || owner.Requests == owner.AtRequest);
            if (happens && owner.Point is CrashPoint.BeforeSending)
            {
                await owner.HappenAsync();
                happens = false;
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (happens)
            {
                await owner.HappenAsync();
            }

            return response;
        }
    }
}
