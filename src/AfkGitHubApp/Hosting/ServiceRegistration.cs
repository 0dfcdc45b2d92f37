using System.Text;
using AfkGitHubApp.Acting;
using AfkGitHubApp.Acting.Performers;
using AfkGitHubApp.Adapters.Agents;
using AfkGitHubApp.Adapters.Agents.Actions;
using AfkGitHubApp.Adapters.Agents.T3Code;
using AfkGitHubApp.Adapters.Doorbells;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Adapters.InMemory;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Adapters.Yaml;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Intake;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Sweeping;
using AfkGitHubApp.Ticking;
using Microsoft.Extensions.Caching.Distributed;
using Octokit.Webhooks;

namespace AfkGitHubApp.Hosting;

/// <summary>One method per room, in the order in which things happen.</summary>
public static class ServiceRegistration
{
    /// <summary>The log that says when the store goes and comes back; a verb that ends says it itself.</summary>
    public static string StoreConnectionLog { get; } = typeof(RedisConnection).FullName!;

    /// <summary>Everything but the doors (web endpoints, background workers): what every verb shares.</summary>
    public static IServiceCollection AddAfk(this IServiceCollection services, AfkOptions options, Surroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(surroundings);
        return services
            .AddSingleton(options)
            .AddSingleton(surroundings.Time)
            .AddSingleton<RuntimeSwitch>()
            .AddSingleton<Gates>()
            .AddStore(options, surroundings)
            .AddGitHub(options, surroundings)
            .AddAgents(options, surroundings)
            .AddDoorbells(options, surroundings)
            .AddIntake()
            .AddObserving()
            .AddActing(options)
            .AddTicking(options, surroundings)
            .AddSingleton<Examination>();
    }

    /// <summary>The workers that make a process serve.</summary>
    public static IServiceCollection AddWorkers(this IServiceCollection services) => services
        .AddHostedService(provider => provider.GetRequiredService<TickPump>())
        .AddHostedService(provider => provider.GetRequiredService<Enrolment>())
        .AddHostedService(provider => provider.GetRequiredService<RedeliverySweep>());

    private static IServiceCollection AddStore(this IServiceCollection services, AfkOptions options, Surroundings surroundings) =>
        (options.Redis.Length > 0 ? services.AddRedisStore(options, surroundings) : services.AddInMemoryStore(options))
        .AddSingleton(options.Timings)
        .AddSingleton<WorkInFlight>();

    private static IServiceCollection AddRedisStore(this IServiceCollection services, AfkOptions options, Surroundings surroundings) => services
        .AddSingleton(provider => new RedisConnection(options.Redis, surroundings.WireTime, provider.GetRequiredService<ILogger<RedisConnection>>()))
        .AddSingleton(new StoreClock(surroundings.Time, surroundings.WireTime))
        .AddSingleton<RedisKillSwitch>()
        .AddSingleton<IKillSwitch>(provider => provider.GetRequiredService<RedisKillSwitch>())
        .AddSingleton<IRidesAlong>(provider => provider.GetRequiredService<RedisKillSwitch>())
        .AddSingleton<RedisBudgetShare>()
        .AddSingleton<IRidesAlong>(provider => provider.GetRequiredService<RedisBudgetShare>())
        .AddSingleton(provider =>
        {
            var share = provider.GetRequiredService<RedisBudgetShare>();
            var budget = new RequestBudget(share, surroundings.Time, options.WriteGap);
            share.Inform(budget);
            return budget;
        })
        .AddSingleton<IDueQueue, RedisDueQueue>()
        .AddSingleton<IRecordStore, RedisRecordStore>()
        .AddSingleton<IEffectJournal, RedisEffectJournal>()
        .AddSingleton<ITickHistory, RedisTickHistory>()
        .AddSingleton<IRedeliveryBook, RedisRedeliveryBook>()
        .AddSingleton<IStoreHealth>(provider => new RedisHealth(provider.GetRequiredService<RedisConnection>(), provider.GetRequiredService<StoreClock>(), options.Timings, options.Redis))
        .AddSingleton(_ => RedisCaches.Create(options.Redis))
        .AddSingleton(provider => new TokenSharing(provider.GetRequiredService<IDistributedCache>(), options.Keys));

    private static IServiceCollection AddInMemoryStore(this IServiceCollection services, AfkOptions options) => services
        .AddSingleton<IBudgetShare, InMemoryBudgetShare>()
        .AddSingleton(provider => new RequestBudget(provider.GetRequiredService<IBudgetShare>(), provider.GetRequiredService<TimeProvider>(), options.WriteGap))
        .AddSingleton<InMemoryStore>()
        .AddSingleton<IDueQueue>(provider => provider.GetRequiredService<InMemoryStore>())
        .AddSingleton<IRecordStore>(provider => provider.GetRequiredService<InMemoryStore>())
        .AddSingleton<IEffectJournal>(provider => provider.GetRequiredService<InMemoryStore>())
        .AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<InMemoryStore>())
        .AddSingleton<IRedeliveryBook, InMemoryRedeliveryBook>()
        .AddSingleton(_ => new TickHistory())
        .AddSingleton<ITickHistory>(provider => provider.GetRequiredService<TickHistory>());

    private static IServiceCollection AddGitHub(this IServiceCollection services, AfkOptions options, Surroundings surroundings) => services
        .AddSingleton(provider => new GitHubConnection(
            new GitHubOptions { BaseAddress = options.BaseAddress, Issuer = options.Issuer, PrivateKeyPem = options.PrivateKeyPem, RequestTimeout = options.RequestTimeout },
            surroundings.Time,
            provider.GetRequiredService<RequestBudget>(),
            surroundings.Wire(),
            surroundings.WireTime,
            provider.GetService<TokenSharing>()))
        .AddSingleton<IGitHubApp, GitHubAppClient>()
        .AddSingleton<ITracker, GitHubTracker>()
        .AddSingleton<ICiReader, GitHubCi>()
        .AddSingleton<IWorkflowRuns, GitHubWorkflowRuns>()
        .AddSingleton<IPullRequests, GitHubPullRequests>()
        .AddSingleton<ICheckup, GitHubCheckup>()
        .AddSingleton<IDeployments, GitHubDeployments>()
        .AddSingleton<IConfigFiles, GitHubConfigFiles>()
        .AddSingleton<IConfigSyntax, YamlSyntax>();

    private static IServiceCollection AddAgents(this IServiceCollection services, AfkOptions options, Surroundings surroundings)
    {
        if (options.T3Code is { } t3Code)
        {
            services
                .AddSingleton(_ => new T3CodeAgent(t3Code, options.RequestTimeout, surroundings.Time, surroundings.Wire(), surroundings.WireTime))
                .AddSingleton<IAgentServer>(provider => provider.GetRequiredService<T3CodeAgent>());
        }

        return services.AddSingleton<IAgent>(provider => new BackendRouter(new ActionsAgent(provider.GetRequiredService<GitHubConnection>()), provider.GetService<T3CodeAgent>()));
    }

    private static IServiceCollection AddDoorbells(this IServiceCollection services, AfkOptions options, Surroundings surroundings)
    {
        services.AddSingleton(_ => new DoorbellPost(surroundings.WireTime, surroundings.Time));
        foreach (var doorbell in options.Doorbells)
        {
            services.AddSingleton<IDoorbell>(provider => doorbell.Kind switch
            {
                DoorbellKind.Slack => new SlackDoorbell(doorbell, provider.GetRequiredService<DoorbellPost>()),
                DoorbellKind.Ntfy => new NtfyDoorbell(doorbell, provider.GetRequiredService<DoorbellPost>()),
                DoorbellKind.Webhook => new WebhookDoorbell(doorbell, provider.GetRequiredService<DoorbellPost>(), surroundings.WireTime),
                _ => throw new InvalidOperationException($"{doorbell} is of no known kind"),
            });
        }

        return services;
    }

    private static IServiceCollection AddIntake(this IServiceCollection services) => services
        .AddHttpContextAccessor()
        .AddSingleton<DeliveryLog>()
        .AddSingleton<WebhookEventProcessor, WebhookIntake>();

    private static IServiceCollection AddObserving(this IServiceCollection services) => services
        .AddSingleton<RepoConfigReader>()
        .AddSingleton<CiRulesReader>()
        .AddSingleton<DeploymentReader>()
        .AddSingleton<RunPullRequest>()
        .AddSingleton<FailureReader>()
        .AddSingleton<RunTurn>()
        .AddSingleton<RunCommits>()
        .AddSingleton<RunCi>()
        .AddSingleton<RunDeployment>()
        .AddSingleton<RunObserver>()
        .AddSingleton<ReadyIssues>()
        .AddSingleton<CommandReader>()
        .AddSingleton<RunFinder>();

    private static IServiceCollection AddActing(this IServiceCollection services, AfkOptions options) => services
        .AddSingleton(new MarkerKeys([.. options.Keys.Select(Encoding.UTF8.GetBytes)]))
        .AddSingleton(new ActingTimings(options.RequestTimeout, options.Timings.Lease))
        .AddSingleton<WriteDoor>()
        .AddSingleton<RepositoryLabelsPerformer>()
        .AddSingleton<AddLabelPerformer>()
        .AddSingleton<RemoveLabelPerformer>()
        .AddSingleton<CloseIssuePerformer>()
        .AddSingleton<ReopenIssuePerformer>()
        .AddSingleton<ChecklistPerformer>()
        .AddSingleton<DispatchTurnPerformer>()
        .AddSingleton<RerunJobsPerformer>()
        .AddSingleton<CancelTurnPerformer>()
        .AddSingleton<LingeringTurnPerformer>()
        .AddSingleton<OpenPullRequestPerformer>()
        .AddSingleton<MergePullRequestPerformer>()
        .AddSingleton<NamedDoorbells>()
        .AddSingleton<DoorbellPerformer>()
        .AddSingleton<CommandReplyPerformer>()
        .AddSingleton<SettingsNoticePerformer>()
        .AddSingleton<EffectRunner>();

    private static IServiceCollection AddTicking(this IServiceCollection services, AfkOptions options, Surroundings surroundings) => services
        .AddSingleton(new Chance(surroundings.Seed))
        .AddSingleton(new PumpSettings(options.Workers))
        .AddSingleton<LeaseKeeper>()
        .AddSingleton<Adoption>()
        .AddSingleton<OperatorOrders>()
        .AddSingleton<Watcher>()
        .AddSingleton<SettingsDesk>()
        .AddSingleton<Poller>()
        .AddSingleton<CommandDesk>()
        .AddSingleton<Ticker>()
        .AddSingleton<TickPump>()
        .AddSingleton<Enrolment>()
        .AddSingleton<RedeliveryMetrics>()
        .AddSingleton<RedeliverySweep>();
}
