using System.Collections.Immutable;
using AfkGitHubApp.Simulator.Scenarios;

namespace AfkGitHubApp.Simulator.World;

internal sealed class Repository(long id, Account owner, string name, string defaultBranch, DateTimeOffset createdAt)
{
    private readonly Dictionary<string, long> lastRunNumbers = new(StringComparer.Ordinal);
    private readonly List<Issue> pullRequests = [];
    private int lastNumber;

    public long Id => id;

    public Account Owner { get; set; } = owner;

    public string Name { get; set; } = name;

    public string FullName => $"{Owner.Login}/{Name}";

    public string DefaultBranch { get; set; } = defaultBranch;

    public bool Private { get; set; } = true;

    public bool Archived { get; set; }

    public bool Disabled { get; set; }

    public bool HasIssues { get; set; } = true;

    /// <summary>Whether Actions may run: where not, nothing starts and no dispatch is taken.</summary>
    public bool ActionsEnabled { get; set; } = true;

    public bool ForeignEmptySuites { get; set; }

    /// <summary>Whether what stands in the merge queue fails there.</summary>
    public bool QueueBreaks { get; set; }

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset PushedAt { get; set; } = createdAt;

    public string NodeId => IdSource.Node("R", id);

    public Dictionary<string, string> Roles { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, Label> Labels { get; } = new(StringComparer.OrdinalIgnoreCase);

    public SortedDictionary<int, Issue> Issues { get; } = [];

    public IEnumerable<Issue> PullRequests => pullRequests;

    /// <summary>Commits that cannot be asked for by their id: forgotten, or not yet on the machine that answers.</summary>
    public HashSet<string> Unshown { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Branches { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Commit> Commits { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, List<RequiredCheck>> Protected { get; } = new(StringComparer.Ordinal);

    public List<Ruleset> Rulesets { get; } = [];

    /// <summary>Rules beside those of <see cref="Rulesets"/>, by kind.</summary>
    public List<PlainRule> Rules { get; } = [];

    public List<Workflow> Workflows { get; } = [];

    public SortedDictionary<long, WorkflowRun> Runs { get; } = [];

    public List<CheckSuite> Suites { get; } = [];

    public List<Deployment> Deployments { get; } = [];

    /// <summary>The environments; a deployment makes the one it names.</summary>
    public List<string> Environments { get; } = [];

    public List<CommitStatus> Statuses { get; } = [];

    /// <summary>The files of the default branch.</summary>
    public ImmutableDictionary<string, string> Files => Head.Files;

    public CiScript Ci { get; set; } = new();

    public Dictionary<int, IReadOnlyList<TurnScript>> TurnScripts { get; } = [];

    public Commit Head => Commits[Branches[DefaultBranch]];

    public void Add(Issue issue)
    {
        Issues.Add(issue.Number, issue);
        if (issue.PullRequest is not null)
        {
            pullRequests.Add(issue);
        }
    }

    public int NextNumber() => ++lastNumber;

    public long NextRunNumber(string workflowPath) => lastRunNumbers[workflowPath] = lastRunNumbers.GetValueOrDefault(workflowPath) + 1;

    public IEnumerable<IssueComment> Comments => Issues.Values.SelectMany(issue => issue.Comments);
}

internal sealed record RequiredCheck(string Context, long? AppId);

internal sealed record Ruleset(long Id, string Branch, IReadOnlyList<RequiredCheck> Checks, int RequiredApprovals);

internal sealed record PlainRule(string Branch, string Type);

internal sealed record Label(long Id, string Name, string Color, string? Description)
{
    public string NodeId => IdSource.Node("LA", Id);
}

internal sealed record Commit(string Sha, IReadOnlyList<string> Parents, string Message, Account Author, DateTimeOffset Date)
{
    /// <summary>What stands in its tree, as far as anybody has put something there.</summary>
    public ImmutableDictionary<string, string> Files { get; set; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);
}

internal sealed record Deployment(long Id, string Sha, string Environment, Account Creator, DateTimeOffset CreatedAt)
{
    public string NodeId => IdSource.Node("DE", Id);

    public List<DeploymentStatus> Statuses { get; } = [];
}

internal sealed record DeploymentStatus(long Id, string State, string? LogUrl, DateTimeOffset CreatedAt)
{
    public string NodeId => IdSource.Node("DES", Id);
}

internal sealed record CommitStatus(long Id, string Sha, string Context, string State, string? Description, string? TargetUrl, Account Creator, DateTimeOffset CreatedAt);
