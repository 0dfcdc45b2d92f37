using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>One server for the tests of a class, fresh for each, and an adapter that talks to it.</summary>
public abstract class ContractTest(ContractServer server) : IClassFixture<ContractServer>, IDisposable
{
    internal ContractServer Server { get; } = server.Fresh();

    internal GitHubAdapter GitHub => field ??= Server.Adapter();

    internal static RepositoryKey Repository => GitHubAdapter.Repository;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual void Dispose()
    {
        GitHub.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Foresees the ordinary answers of a call, but for one of its requests.</summary>
    internal void GivenAllBut(PortCall call, int position)
    {
        for (var at = 0; at < call.Exchanges.Length; at++)
        {
            if (at != position)
            {
                Server.Given(call.Exchanges[at]);
            }
        }
    }

    internal static async Task<GitHubFailure> FailureOf(Task call) => await Should.ThrowAsync<GitHubFailure>(() => call.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel));
}
