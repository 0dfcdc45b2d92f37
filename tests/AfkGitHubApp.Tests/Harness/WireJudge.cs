using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Contracts;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>Whose requests reach a simulated GitHub.</summary>
public enum RequestsOf
{
    /// <summary>The product's: they must be right, and the table of port calls must know them.</summary>
    TheProduct,

    /// <summary>A test's own, which may be wrong on purpose.</summary>
    ATest,
}

/// <summary>
/// Holds everything that passes between a simulated GitHub and the outside against GitHub's published descriptions: a product that pleases a
/// simulator which is wrong would be wrong with it. GraphQL has a description of its own and tests of its own.
/// </summary>
internal sealed class WireJudge
{
    private readonly RequestsOf requests;
    private readonly Lock gate = new();
    private readonly SortedSet<string> complaints = new(StringComparer.Ordinal);

    private WireJudge(RequestsOf requests) => this.requests = requests;

    public static WireJudge Watch(SimulatedGitHub gitHub, RequestsOf requests)
    {
        var judge = new WireJudge(requests);
        gitHub.Answered = judge.Read;
        return judge;
    }

    /// <summary>Fails when anything was not as described, once for each complaint.</summary>
    public void ShouldHaveNoComplaint()
    {
        string[] found;
        lock (gate)
        {
            found = [.. complaints];
            complaints.Clear();
        }

        found.ShouldBeEmpty();
    }

    /// <summary>A sink that judges every webhook before it passes it on.</summary>
    public IWebhookSink Around(IWebhookSink sink) => new JudgingSink(this, sink);

    private void Read(SimulatedRequest request, SimulatedResponse response)
    {
        var path = request.Path.StartsWith("/api/v3/", StringComparison.Ordinal) ? request.Path[7..] : request.Path;
        if (path is "/graphql" or "/api/graphql")
        {
            return;
        }

        var version = request.Headers.GetValueOrDefault("X-GitHub-Api-Version") is { } wanted && RestDescription.Published.Versions.Contains(wanted) ? wanted : RestDescription.FirstVersion;
        var operation = RestDescription.Published.Find(request.Method, path, version);
        var name = $"{version} {operation?.ToString() ?? $"{request.Method} {path}"}";
        if (operation is null)
        {
            if (requests == RequestsOf.TheProduct || response.Status is >= 200 and < 300)
            {
                Complain(name, [": there is no such operation"]);
            }

            return;
        }

        if (requests == RequestsOf.TheProduct)
        {
            Complain($"{name}, request", operation.RequestProblems(path, request.Query, request.Headers.GetValueOrDefault("Content-Type"), request.Body));
            Complain(name, PortCall.Covers(operation) ? [] : [": no port call of the table sends this"]);
        }

        // No answer at all, and a file as it is, have no shape.
        if (response.Status > 0 && !IsRaw(request) && request.Method != "HEAD")
        {
            Complain($"{name}, answer {response.Status}", operation.AnswerProblems(response.Status, response.Headers.GetValueOrDefault("Content-Type"), response.Body));
        }
    }

    private static bool IsRaw(SimulatedRequest request) => request.Headers.GetValueOrDefault("Accept")?.Contains(".raw", StringComparison.Ordinal) == true;

    private void Complain(string what, IReadOnlyList<string> problems)
    {
        if (problems.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            complaints.UnionWith(problems.Select(problem => $"{what}: {problem}"));
        }
    }

    private sealed class JudgingSink(WireJudge judge, IWebhookSink inner) : IWebhookSink
    {
        public void Accept(WebhookDelivery delivery)
        {
            judge.Complain($"webhook {delivery.Event}", WebhookDescription.Problems(delivery.Event, delivery.Body));
            inner.Accept(delivery);
        }
    }
}
