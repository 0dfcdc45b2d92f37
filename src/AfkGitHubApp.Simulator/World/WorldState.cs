using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Webhooks;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Everything there is, and the desks that change it. Only <see cref="SimulatedGitHub"/> holds one, and only under its lock.</summary>
internal sealed class WorldState
{
    private readonly Dictionary<string, Account> accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<long, Repository> repositories = [];
    private readonly Dictionary<string, long> repositoryNames = new(StringComparer.OrdinalIgnoreCase);

    public WorldState(TimeProvider time, SimulatorOptions options)
    {
        Options = options;
        BaseUrl = options.BaseUrl;
        Agenda = new Agenda(time, options.Speed);
        Ids = new IdSource(options.Seed);
        CreatedAt = time.GetUtcNow();
        HookSecret = options.WebhookSecret;

        var maker = AddAccount("app-maker", AccountKind.User);
        var github = AddAccount("github", AccountKind.Organization);
        App = AddApp(options.AppId, options.AppSlug, options.ClientId, maker, options.Permissions, options.Events);
        Actions = AddApp(15368, "github-actions", "Iv1.05c79e9ad1f6bdfa", github, new Dictionary<string, string>(StringComparer.Ordinal) { ["checks"] = "write" }, []);
        AgentApp = AddApp(Ids.Next("app"), "afk-agent", "Iv23liSimulatedAgent", maker, new Dictionary<string, string>(StringComparer.Ordinal) { ["contents"] = "write" }, []);

        Requests = new RequestFaults(options.Seed);
        T3Requests = new RequestFaults(options.Seed);
        T3Code = new T3Desk(this);
        Webhooks = new WebhookOutbox(this);
        Issues = new IssueDesk(this);
        Checks = new ChecksDesk(this);
        Runs = new ActionsDesk(this);
        Git = new GitDesk(this);
        Pulls = new PullRequestDesk(this);
        Merges = new MergeDesk(this);
        Tokens = new TokenOffice(this);
    }

    public SimulatorOptions Options { get; }

    public Uri BaseUrl { get; set; }

    public Uri? HookUrl { get; set; }

    public string HookSecret { get; set; }

    /// <summary><c>json</c> or <c>form</c>.</summary>
    public string HookContentType { get; set; } = "json";

    public bool HookInsecureSsl { get; set; }

    /// <summary>GitHub's description promises no order for the edits of a text.</summary>
    public bool EditsOldestFirst { get; set; }

    public DateTimeOffset CreatedAt { get; }

    public Agenda Agenda { get; }

    public IdSource Ids { get; }

    public SimulatorJournal Journal { get; } = new();

    /// <summary>The App under test.</summary>
    public GithubApp App { get; }

    /// <summary>GitHub Actions itself: owner of the check suites of workflow runs.</summary>
    public GithubApp Actions { get; }

    /// <summary>The identity that the simulated agent pushes with.</summary>
    public GithubApp AgentApp { get; }

    public WebhookOutbox Webhooks { get; }

    public RequestFaults Requests { get; }

    public RequestFaults T3Requests { get; }

    public T3Desk T3Code { get; }

    public IssueDesk Issues { get; }

    public ChecksDesk Checks { get; }

    public ActionsDesk Runs { get; }

    public GitDesk Git { get; }

    public PullRequestDesk Pulls { get; }

    public MergeDesk Merges { get; }

    public TokenOffice Tokens { get; }

    public Dictionary<long, Installation> Installations { get; } = [];

    public IEnumerable<Repository> Repositories => repositories.Values.OrderBy(repository => repository.Id);

    public DateTimeOffset Now => Agenda.Now;

    public Account AppBot => accounts[$"{App.Slug}[bot]"];

    public Account AgentBot => accounts[$"{AgentApp.Slug}[bot]"];

    public Account ActionsBot => accounts["github-actions[bot]"];

    public Render Render(bool withRetiredFields = true) => new(this, withRetiredFields);

    public void Record(JournalEntry entry) => Journal.Append(Now, entry);

    public Account? FindAccount(string login) => accounts.GetValueOrDefault(login);

    public Account AccountOf(string login) => accounts.TryGetValue(login, out var account) ? account : AddAccount(login, AccountKind.User);

    public Account AddAccount(string login, AccountKind kind)
    {
        var account = new Account(Ids.Next("account"), login, kind, CreatedAt);
        accounts.Add(login, account);
        return account;
    }

    public GithubApp ForeignApp(string slug)
    {
        if (accounts.TryGetValue($"{slug}[bot]", out var bot) && bot.App is { } known)
        {
            return known;
        }

        return AddApp(Ids.Next("app"), slug, $"Iv1.{slug}", AccountOf("app-maker"), new Dictionary<string, string>(StringComparer.Ordinal) { ["checks"] = "write" }, ["check_suite"]);
    }

    public Repository AddRepository(Account owner, string name, string defaultBranch)
    {
        var repository = new Repository(Ids.Next("repository"), owner, name, defaultBranch, Now);
        repositories.Add(repository.Id, repository);
        repositoryNames[repository.FullName] = repository.Id;
        return repository;
    }

    public Repository? FindRepository(long id) => repositories.GetValueOrDefault(id);

    /// <summary>Finds by the current name, or by one it had before: GitHub redirects those.</summary>
    public Repository? FindRepository(string fullName) => repositoryNames.TryGetValue(fullName, out var id) ? repositories.GetValueOrDefault(id) : null;

    public Repository RepositoryOf(string fullName) =>
        FindRepository(fullName) ?? throw new ArgumentException($"There is no repository '{fullName}' in this world.", nameof(fullName));

    public void NameAgain(Repository repository) => repositoryNames[repository.FullName] = repository.Id;

    public void DeleteRepository(Repository repository)
    {
        repositories.Remove(repository.Id);
        foreach (var installation in Installations.Values)
        {
            installation.RepositoryIds.Remove(repository.Id);
        }
    }

    /// <summary>What an installation's tokens may do.</summary>
    public IReadOnlyDictionary<string, string> PermissionsOf(Installation installation) => installation.Accepted ?? App.Permissions;

    public Installation? InstallationOf(Repository repository) => Installations.Values.FirstOrDefault(installation => installation.RepositoryIds.Contains(repository.Id));

    /// <summary>The App an account acts through, as <c>performed_via_github_app</c> shows it.</summary>
    public static GithubApp? ViaOf(Account account) => account.App;

    private GithubApp AddApp(long id, string slug, string clientId, Account owner, IReadOnlyDictionary<string, string> permissions, IReadOnlyList<string> events)
    {
        var app = new GithubApp(id, slug, slug, clientId, owner, permissions, events, CreatedAt);
        AddAccount($"{slug}[bot]", AccountKind.Bot).App = app;
        return app;
    }
}
