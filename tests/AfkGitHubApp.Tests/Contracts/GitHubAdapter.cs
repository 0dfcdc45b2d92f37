using System.Security.Cryptography;
using AfkGitHubApp.Adapters.Agents.Actions;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Adapters.InMemory;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Core.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>The GitHub adapter as the product builds it, over real sockets, against a server of the test's.</summary>
internal sealed class GitHubAdapter : IDisposable
{
    public const string Issuer = "Iv23liAfkContracts";

    public static readonly RSA Key = RSA.Create(2048);

    /// <summary>Ids above 2^31: GitHub's grow past it.</summary>
    public static readonly RepositoryKey Repository = new(5_000_000_017, "Octo-Org/hello.world", 3_000_000_007);

    private static readonly string Pem = Key.ExportPkcs8PrivateKeyPem();

    private readonly HttpMessageHandler wire;

    public GitHubAdapter(Uri home, TimeProvider? time = null, TimeProvider? wireTime = null, TimeSpan? timeout = null, HttpMessageHandler? wire = null, TokenSharing? sharing = null, string issuer = Issuer)
    {
        time ??= new ManualTime();
        this.wire = wire ?? GitHubConnection.Sockets();
        Connection = new GitHubConnection(
            new GitHubOptions { BaseAddress = home, Issuer = issuer, PrivateKeyPem = Pem, RequestTimeout = timeout ?? TimeSpan.FromSeconds(30) },
            time,
            new RequestBudget(new InMemoryBudgetShare(time), time, TimeSpan.Zero),
            this.wire,
            wireTime ?? TimeProvider.System,
            sharing);
        App = new GitHubAppClient(Connection);
        Tracker = new GitHubTracker(Connection, App);
        Ci = new GitHubCi(Connection, time);
        PullRequests = new GitHubPullRequests(Connection);
        Checkup = new GitHubCheckup(Connection);
        Deployments = new GitHubDeployments(Connection);
        ConfigFiles = new GitHubConfigFiles(Connection);
        WorkflowRuns = new GitHubWorkflowRuns(Connection, NullLogger<GitHubWorkflowRuns>.Instance);
        Agent = new ActionsAgent(Connection);
    }

    public GitHubConnection Connection { get; }

    public GitHubAppClient App { get; }

    public GitHubTracker Tracker { get; }

    public GitHubCi Ci { get; }

    public GitHubPullRequests PullRequests { get; }

    public GitHubCheckup Checkup { get; }

    public GitHubDeployments Deployments { get; }

    public GitHubConfigFiles ConfigFiles { get; }

    public GitHubWorkflowRuns WorkflowRuns { get; }

    public ActionsAgent Agent { get; }

    public void Dispose()
    {
        Connection.Dispose();
        wire.Dispose();
    }
}
