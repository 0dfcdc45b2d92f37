using AfkGitHubApp.Acting;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>The three faces of one store.</summary>
public sealed record StoreFaces(IDueQueue Queue, IRecordStore Records, IEffectJournal Journal);

/// <summary>
/// What every store owes the product, whatever it is made of. A store joins by deriving from the three contracts and giving its faces; its
/// tests then run on a manual clock that only the test moves.
/// </summary>
public abstract class StoreContract : IAsyncLifetime
{
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    protected static readonly TimeSpan NudgeGap = TimeSpan.FromSeconds(5);
    protected static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    protected static readonly RepositoryKey Widgets = new(1001, "octo/widgets", 7);
    protected static readonly RepositoryKey Gadgets = new(1002, "octo/gadgets", 7);

    protected ManualClock Clock { get; } = new();

    protected IDueQueue Queue { get; private set; } = null!;

    protected IRecordStore Records { get; private set; } = null!;

    protected IEffectJournal Journal { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected DateTimeOffset Now => Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => (Queue, Records, Journal) = await CreateAsync(Clock, new StoreTimings(Lease, NudgeGap));

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>An empty store on this clock.</summary>
    protected abstract ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings);

    protected Task<NudgeOutcome> NudgeAsync(RepositoryKey repository, string reason = "issues") => Queue.NudgeAsync(new Nudge(repository, reason), Token);

    protected Task<NudgeOutcome> EvidenceAsync(RepositoryKey repository, string? sha = null, long? workflowRun = null) =>
        Queue.NudgeAsync(new Nudge(repository, "check_suite") { Evidence = new EvidenceKey(sha, workflowRun) }, Token);

    /// <summary>Claims what is due first; fails when nothing is.</summary>
    protected async Task<Claim> ClaimAsync() => (await Queue.ClaimAsync(Token)).ShouldNotBeNull("something should be due");

    /// <summary>Takes one repository, due or not.</summary>
    protected async Task<Claim> TakeAsync(RepositoryKey repository) => (await Queue.ClaimAsync(repository, Token)).ShouldNotBeNull($"{repository} should be free");

    protected async Task ShouldHaveNothingDueAsync() => (await Queue.ClaimAsync(Token)).ShouldBeNull("nothing should be due");

    protected Task<SettleOutcome> SettleAsync(Claim claim, TimeSpan? lookAgain) =>
        Queue.SettleAsync(claim.Lease, lookAgain is { } wait ? Now + wait : null, Token);

    /// <summary>A holder that dies with its claim, and the one that comes after it.</summary>
    protected async Task<(Claim Old, Claim New)> SucceedAsync(RepositoryKey repository)
    {
        var old = await TakeAsync(repository);
        Clock.Advance(Lease);
        return (old, await TakeAsync(repository));
    }
}
