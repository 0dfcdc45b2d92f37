using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Diagnosing;

/// <summary>Reads the facts, each once, one after the other. A question that fails is a fact as well and stops only those that rest on it. Writes nothing, but for the doorbells that it is told to ring.</summary>
public sealed class Examination(ICheckup checkup, ITracker tracker, IConfigFiles files, IConfigSyntax syntax, IStoreHealth store, AfkOptions options, TimeProvider time, IEnumerable<IDoorbell> doorbells, IKillSwitch? killSwitch = null, IAgentServer? agentServer = null)
{
    /// <summary>The branch a run's work would go to where it has one of its own.</summary>
    private const string LikelyWorkBranch = "afk/issue-1-r0123456789ab";

    private const string OtherSpelling = ".github/afk.yaml";

    /// <summary>GitHub's clock tells whole seconds.</summary>
    private static readonly TimeSpan HalfSecond = TimeSpan.FromSeconds(0.5);

    /// <summary>Looks at the deployment, the App and these repositories; with no names at those on the allowlist.</summary>
    /// <param name="names">Repositories, <c>owner/name</c>.</param>
    /// <param name="ring">Whether to ring every doorbell that is set up, once.</param>
    /// <param name="cancellationToken">Ends it between questions.</param>
    public async Task<Facts> ReadAsync(IReadOnlyList<string> names, bool ring, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        var condition = await store.CheckAsync(cancellationToken);
        var thrown = condition.IsReady ? await ThrownAsync(cancellationToken) : null;

        var asked = time.GetUtcNow();
        var app = await AskAsync(() => checkup.AppAsync(cancellationToken));
        var answered = time.GetUtcNow();
        var serverTime = app.Failure is { } failure ? failure.ServerTime : app.Answer?.ServerTime;
        var took = answered - asked;
        var facts = new Facts
        {
            Options = options,
            KillSwitch = options.Labels.KillSwitch,
            Allowlist = options.Labels.Allowlist,
            ThrownSwitch = thrown,
            Store = condition,
            AgentServer = agentServer is null ? null : await AskAsync(() => agentServer.LookAsync(cancellationToken)),
            Doorbells = await RingAsync(ring, cancellationToken),
            App = app,
            ClockDifference = serverTime is { } server ? server + HalfSecond - (asked + (took / 2)) : null,
            ClockTolerance = HalfSecond + (took / 2),
            Now = serverTime ?? answered,
        };
        if (app.Failure is not null)
        {
            return facts;
        }

        facts = facts with
        {
            Hook = await AskAsync(() => checkup.HookAsync(cancellationToken)),
            Deliveries = await AskAsync(() => checkup.DeliveriesAsync(cancellationToken)),
        };
        foreach (var name in names.Count > 0 ? names : facts.Allowlist)
        {
            facts = facts with { Repositories = facts.Repositories.Add(await ReadAsync(name, cancellationToken)) };
        }

        return facts;
    }

    private static async Task<Asked<T>> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return new Asked<T> { Answer = await ask() };
        }
        catch (GitHubFailure failure)
        {
            return new Asked<T> { Failure = failure };
        }
    }

    private async Task<ImmutableArray<DoorbellFacts>> RingAsync(bool ring, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<DoorbellFacts>();
        foreach (var doorbell in doorbells)
        {
            var facts = new DoorbellFacts(doorbell.Name, doorbell.Description);
            found.Add(ring ? await RingAsync(doorbell, facts, cancellationToken) : facts);
        }

        return found.ToImmutable();
    }

    private async Task<DoorbellFacts> RingAsync(IDoorbell doorbell, DoorbellFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            await doorbell.RingAsync(NotificationText.OfTest(doorbell.Name, time.GetUtcNow()), cancellationToken);
            return facts with { Rang = true };
        }
        catch (DoorbellFailure failure)
        {
            return facts with { Rang = false, Failure = failure.Message };
        }
    }

    private async Task<ImmutableArray<string>> OtherSpellingsAsync(RepositoryKey repository, string branch, CancellationToken cancellationToken) =>
        (await AskAsync(() => checkup.FileAsync(repository, OtherSpelling, branch, cancellationToken))).Answer is null ? [] : [OtherSpelling];

    private async Task<bool?> ThrownAsync(CancellationToken cancellationToken)
    {
        try
        {
            return killSwitch is null ? null : await killSwitch.ReadAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The store was there a moment ago; the next look says what became of it.
            return null;
        }
    }

    private async Task<RepositoryFacts> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var facts = new RepositoryFacts { Name = name, Settings = RepositorySettings.Of(options), Installation = await AskAsync(() => checkup.InstallationAsync(name, cancellationToken)) };
        if (facts.Installation is not { Failure: null, Answer: { IsSuspended: false } installation })
        {
            return facts;
        }

        facts = facts with { Repository = await AskAsync(() => checkup.RepositoryAsync(name, installation.Id, cancellationToken)) };
        if (facts.Repository is not { Failure: null, Answer: { } condition })
        {
            return facts;
        }

        var repository = new RepositoryKey(condition.Id, condition.FullName, installation.Id);
        var file = await AskAsync(() => files.ReadAsync(repository, sha: null, cancellationToken));
        var config = file.Answer is { } found ? RepositorySettings.Of(options, found, syntax) : RepositorySettings.Of(options);
        if (config.Broken is not null && await AskAsync(() => files.VersionsAsync(repository, cancellationToken)) is { Failure: null, Answer: { } versions })
        {
            // What is asked of the repository stands in the newest version that can be read, as for who asks for a run meanwhile.
            var legible = versions.Select(version => RepositorySettings.Of(options, version, syntax)).FirstOrDefault(version => version.Broken is null);
            config = (legible ?? RepositorySettings.Of(options)) with { Problems = config.Problems };
        }

        var branch = config.Delivery is Delivery.Trunk ? condition.DefaultBranch : LikelyWorkBranch;
        return facts with
        {
            Config = file,
            Settings = config,
            Misspelled = file is { Failure: null, Answer.Bytes: null } ? await OtherSpellingsAsync(repository, condition.DefaultBranch, cancellationToken) : [],
            Environments = config.Environments.IsEmpty ? null : await AskAsync(() => checkup.EnvironmentsAsync(repository, cancellationToken)),
            PushBranch = branch,
            Actions = await AskAsync(() => checkup.ActionsEnabledAsync(repository, cancellationToken)),
            WorkflowState = await AskAsync(() => checkup.WorkflowStateAsync(repository, config.Workflow, cancellationToken)),
            WorkflowText = await AskAsync(() => checkup.FileAsync(repository, config.WorkflowPath, condition.DefaultBranch, cancellationToken)),
            Rules = await AskAsync(() => checkup.RulesAsync(repository, branch, cancellationToken)),
            BaseRules = config is { Delivery: Delivery.PullRequest, Merge: MergeMode.Auto } ? await AskAsync(() => checkup.RulesAsync(repository, condition.DefaultBranch, cancellationToken)) : null,
            Protection = await AskAsync(() => checkup.ProtectionAsync(repository, condition.DefaultBranch, cancellationToken)),
            Labels = await AskAsync(() => tracker.LabelsAsync(repository, cancellationToken)),
        };
    }
}
