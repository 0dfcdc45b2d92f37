namespace AfkGitHubApp.Simulator.World;

internal enum AccountKind
{
    User,
    Bot,
    Organization,
}

internal sealed class Account(long id, string login, AccountKind kind, DateTimeOffset createdAt)
{
    public long Id => id;

    public string Login => login;

    public AccountKind Kind => kind;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>The App that acts through this bot.</summary>
    public GithubApp? App { get; set; }

    public string Email => $"{id}+{login}@users.noreply.github.com";

    public string NodeId => IdSource.Node(kind switch { AccountKind.Bot => "BOT", AccountKind.Organization => "O", _ => "U" }, id);

    /// <summary>GraphQL gives a bot's login without the <c>[bot]</c> that REST adds.</summary>
    public string GraphQlLogin => kind == AccountKind.Bot && login.EndsWith("[bot]", StringComparison.Ordinal) ? login[..^5] : login;
}

internal sealed record GithubApp(long Id, string Slug, string Name, string ClientId, Account Owner, IReadOnlyDictionary<string, string> Permissions, IReadOnlyList<string> Events, DateTimeOffset CreatedAt)
{
    public IReadOnlyDictionary<string, string> Permissions { get; set; } = Permissions;

    public IReadOnlyList<string> Events { get; set; } = Events;

    public string NodeId => IdSource.Node("A", Id);
}

internal sealed class Installation(long id, Account account, DateTimeOffset createdAt)
{
    public long Id => id;

    public Account Account => account;

    public DateTimeOffset CreatedAt => createdAt;

    public DateTimeOffset? SuspendedAt { get; set; }

    /// <summary>What was granted; null = all the App asks for. It stays behind when the App asks for more, until somebody accepts.</summary>
    public IReadOnlyDictionary<string, string>? Accepted { get; set; }

    public HashSet<long> RepositoryIds { get; } = [];

    public RateWindow Core { get; } = new();

    public RateWindow GraphQl { get; } = new();
}

internal sealed record AccessToken(string Value, Installation Installation, DateTimeOffset ExpiresAt, IReadOnlySet<long>? RepositoryIds, IReadOnlyDictionary<string, string> Permissions)
{
    public bool Covers(long repositoryId) => Installation.RepositoryIds.Contains(repositoryId) && (RepositoryIds is null || RepositoryIds.Contains(repositoryId));

    public bool Allows(string permission, string level) =>
        Permissions.TryGetValue(permission, out var granted) && (granted == level || granted == "write");
}

/// <summary>Requests used in the current hour; the hour starts with the first request.</summary>
internal sealed class RateWindow
{
    public int Used { get; private set; }

    public DateTimeOffset ResetsAt { get; private set; }

    public void Roll(DateTimeOffset now)
    {
        if (now >= ResetsAt)
        {
            Used = 0;
            ResetsAt = now + TimeSpan.FromHours(1);
        }
    }

    public void Use() => Used++;

    /// <summary>Somebody else of the same installation has used up the hour but for this much.</summary>
    public void UseUpTo(int used) => Used = Math.Max(Used, used);
}
