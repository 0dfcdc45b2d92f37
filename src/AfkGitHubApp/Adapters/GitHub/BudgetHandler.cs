using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// Leaves GitHub alone for as long as it asked and keeps a reserve for writes: continuing while limited may get an App banned. Reads what is
/// left from every answer.
/// </summary>
internal sealed class BudgetHandler(RequestBudget budget, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Core = "core";
    private const string GraphQl = "graphql";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var installation = GitHubCall.Current.Identity.InstallationId ?? 0;
        var isQuery = request.RequestUri?.AbsolutePath.EndsWith("/graphql", StringComparison.Ordinal) == true;
        var resource = isQuery ? GraphQl : Core;
        if (budget.ClosedUntil(installation, resource, isWrite: request.Method != HttpMethod.Get && !isQuery) is { } until)
        {
            throw new GitHubFailure(FailureKind.RateLimited, $"GitHub's limit for this installation is used up until {until:u}") { RetryAfter = budget.WaitUntil(until) };
        }

        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (RateLimit.Reading(name => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null) is { } reading)
            {
                budget.Saw(installation, resource, reading);
            }

            return response;
        }
        catch (GitHubFailure failure)
        {
            await NoteAsync(installation, failure, cancellationToken);
            throw;
        }
    }

    /// <summary>Heeds a failure's wait.</summary>
    public Task NoteAsync(long installation, GitHubFailure failure, CancellationToken cancellationToken) =>
        failure is { Kind: FailureKind.RateLimited, RetryAfter: { } wait } ? budget.LimitAsync(installation, wait, cancellationToken) : Task.CompletedTask;
}
