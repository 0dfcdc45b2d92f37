using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>
/// Turns the world into GitHub's JSON: field names, nulls and numeric ids as in its OpenAPI description. Version 2026-03-10 of the API
/// retired a few fields; <paramref name="withRetiredFields"/> shows them.
/// </summary>
internal sealed partial class Render(WorldState world, bool withRetiredFields = true)
{
    private static readonly (string Name, string Path)[] RepositoryUrls =
    [
        ("archive_url", "/{archive_format}{/ref}"), ("assignees_url", "/assignees{/user}"), ("blobs_url", "/git/blobs{/sha}"), ("branches_url", "/branches{/branch}"),
        ("collaborators_url", "/collaborators{/collaborator}"), ("comments_url", "/comments{/number}"), ("commits_url", "/commits{/sha}"), ("compare_url", "/compare/{base}...{head}"),
        ("contents_url", "/contents/{+path}"), ("contributors_url", "/contributors"), ("deployments_url", "/deployments"), ("downloads_url", "/downloads"), ("events_url", "/events"),
        ("forks_url", "/forks"), ("git_commits_url", "/git/commits{/sha}"), ("git_refs_url", "/git/refs{/sha}"), ("git_tags_url", "/git/tags{/sha}"), ("hooks_url", "/hooks"),
        ("issue_comment_url", "/issues/comments{/number}"), ("issue_events_url", "/issues/events{/number}"), ("issues_url", "/issues{/number}"), ("keys_url", "/keys{/key_id}"),
        ("labels_url", "/labels{/name}"), ("languages_url", "/languages"), ("merges_url", "/merges"), ("milestones_url", "/milestones{/number}"),
        ("notifications_url", "/notifications{?since,all,participating}"), ("pulls_url", "/pulls{/number}"), ("releases_url", "/releases{/id}"), ("stargazers_url", "/stargazers"),
        ("statuses_url", "/statuses/{sha}"), ("subscribers_url", "/subscribers"), ("subscription_url", "/subscription"), ("tags_url", "/tags"), ("teams_url", "/teams"), ("trees_url", "/git/trees{/sha}"),
    ];

    public string Api { get; } = world.BaseUrl.AbsoluteUri.TrimEnd('/');

    public string Html => Api;

    public static string? Time(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public JsonObject? AccountOrNull(Account? account) => account is null ? null : Account(account);

    public JsonObject Account(Account account)
    {
        var name = Uri.EscapeDataString(account.Login);
        var url = $"{Api}/users/{name}";
        return new JsonObject
        {
            ["login"] = account.Login,
            ["id"] = account.Id,
            ["node_id"] = account.NodeId,
            ["avatar_url"] = $"{Html}/avatars/{account.Id}",
            ["gravatar_id"] = "",
            ["url"] = url,
            ["html_url"] = account.App is { } app ? $"{Html}/apps/{app.Slug}" : $"{Html}/{account.Login}",
            ["followers_url"] = $"{url}/followers",
            ["following_url"] = $"{url}/following{{/other_user}}",
            ["gists_url"] = $"{url}/gists{{/gist_id}}",
            ["starred_url"] = $"{url}/starred{{/owner}}{{/repo}}",
            ["subscriptions_url"] = $"{url}/subscriptions",
            ["organizations_url"] = $"{url}/orgs",
            ["repos_url"] = $"{url}/repos",
            ["events_url"] = $"{url}/events{{/privacy}}",
            ["received_events_url"] = $"{url}/received_events",
            ["type"] = account.Kind.ToString(),
            ["user_view_type"] = "public",
            ["site_admin"] = false,
        };
    }

    public JsonObject FullAccount(Account account)
    {
        var json = Account(account);
        foreach (var name in (string[])["name", "company", "blog", "location", "email", "hireable", "bio", "twitter_username"])
        {
            json[name] = null;
        }

        json["public_repos"] = 0;
        json["public_gists"] = 0;
        json["followers"] = 0;
        json["following"] = 0;
        json["created_at"] = Time(account.CreatedAt);
        json["updated_at"] = Time(account.CreatedAt);
        return json;
    }

    public JsonObject? AppOrNull(GithubApp? app) => app is null ? null : App(app);

    public JsonObject App(GithubApp app) => new()
    {
        ["id"] = app.Id,
        ["slug"] = app.Slug,
        ["client_id"] = app.ClientId,
        ["node_id"] = app.NodeId,
        ["owner"] = Account(app.Owner),
        ["name"] = app.Name,
        ["description"] = "",
        ["external_url"] = $"{Html}/apps/{app.Slug}",
        ["html_url"] = $"{Html}/apps/{app.Slug}",
        ["created_at"] = Time(app.CreatedAt),
        ["updated_at"] = Time(app.CreatedAt),
        ["permissions"] = Words(app.Permissions),
        ["events"] = new JsonArray([.. app.Events.Select(name => (JsonNode?)name)]),
    };

    public static JsonObject Words(IReadOnlyDictionary<string, string> words)
    {
        var json = new JsonObject();
        foreach (var (key, value) in words)
        {
            json[key] = value;
        }

        return json;
    }

    public JsonObject Installation(Installation installation) => new()
    {
        ["id"] = installation.Id,
        ["client_id"] = world.App.ClientId,
        ["account"] = Account(installation.Account),
        ["repository_selection"] = "selected",
        ["access_tokens_url"] = $"{Api}/app/installations/{installation.Id}/access_tokens",
        ["repositories_url"] = $"{Api}/installation/repositories",
        ["html_url"] = $"{Html}/settings/installations/{installation.Id}",
        ["app_id"] = world.App.Id,
        ["app_slug"] = world.App.Slug,
        ["target_id"] = installation.Account.Id,
        ["target_type"] = installation.Account.Kind == AccountKind.Organization ? "Organization" : "User",
        ["permissions"] = Words(world.PermissionsOf(installation)),
        ["events"] = new JsonArray([.. world.App.Events.Select(name => (JsonNode?)name)]),
        ["created_at"] = Time(installation.CreatedAt),
        ["updated_at"] = Time(installation.CreatedAt),
        ["single_file_name"] = null,
        ["has_multiple_single_files"] = false,
        ["single_file_paths"] = new JsonArray(),
        ["suspended_by"] = installation.SuspendedAt is null ? null : Account(installation.Account),
        ["suspended_at"] = Time(installation.SuspendedAt),
    };

    /// <summary>The short form that <c>installation</c> payloads list repositories in.</summary>
    public static JsonObject RepositoryName(Repository repository) => new()
    {
        ["id"] = repository.Id,
        ["node_id"] = repository.NodeId,
        ["name"] = repository.Name,
        ["full_name"] = repository.FullName,
        ["private"] = repository.Private,
    };

    public JsonObject RepositoryLite(Repository repository)
    {
        var json = RepositoryName(repository);
        var url = RepoUrl(repository);
        json["owner"] = Account(repository.Owner);
        json["html_url"] = $"{Html}/{repository.FullName}";
        json["description"] = null;
        json["fork"] = false;
        json["url"] = url;
        foreach (var (name, path) in RepositoryUrls)
        {
            json[name] = url + path;
        }

        return json;
    }

    public JsonObject Repository(Repository repository)
    {
        var json = RepositoryLite(repository);
        var openIssues = repository.Issues.Values.Count(issue => issue is { Open: true, Deleted: false, MovedTo: null });
        json["created_at"] = Time(repository.CreatedAt);
        json["updated_at"] = Time(repository.PushedAt);
        json["pushed_at"] = Time(repository.PushedAt);
        json["git_url"] = $"git://{world.BaseUrl.Authority}/{repository.FullName}.git";
        json["ssh_url"] = $"git@{world.BaseUrl.Host}:{repository.FullName}.git";
        json["clone_url"] = $"{Html}/{repository.FullName}.git";
        json["svn_url"] = $"{Html}/{repository.FullName}";
        json["homepage"] = null;
        json["size"] = 100;
        json["stargazers_count"] = 0;
        json["watchers_count"] = 0;
        json["language"] = null;
        json["has_issues"] = repository.HasIssues;
        json["has_projects"] = true;
        json["has_wiki"] = true;
        json["has_pages"] = false;
        if (withRetiredFields)
        {
            json["has_downloads"] = true;
        }

        json["has_discussions"] = false;
        json["forks_count"] = 0;
        json["mirror_url"] = null;
        json["archived"] = repository.Archived;
        json["disabled"] = repository.Disabled;
        json["open_issues_count"] = openIssues;
        json["license"] = null;
        json["allow_forking"] = true;
        json["is_template"] = false;
        json["web_commit_signoff_required"] = false;
        json["topics"] = new JsonArray();
        json["visibility"] = repository.Private ? "private" : "public";
        json["forks"] = 0;
        json["open_issues"] = openIssues;
        json["watchers"] = 0;
        json["default_branch"] = repository.DefaultBranch;
        json["custom_properties"] = new JsonObject();
        return json;
    }

    public JsonObject Label(Repository repository, Label label) => new()
    {
        ["id"] = label.Id,
        ["node_id"] = label.NodeId,
        ["url"] = $"{RepoUrl(repository)}/labels/{Uri.EscapeDataString(label.Name)}",
        ["name"] = label.Name,
        ["color"] = label.Color,
        ["default"] = false,
        ["description"] = label.Description,
    };

    public JsonObject Issue(Repository repository, Issue issue)
    {
        var url = $"{RepoUrl(repository)}/issues/{issue.Number}";
        var html = $"{Html}/{repository.FullName}/{(issue.PullRequest is null ? "issues" : "pull")}/{issue.Number}";
        var blockers = world.Issues.Find(issue.BlockedBy).ToList();
        var json = new JsonObject
        {
            ["url"] = url,
            ["repository_url"] = RepoUrl(repository),
            ["labels_url"] = $"{url}/labels{{/name}}",
            ["comments_url"] = $"{url}/comments",
            ["events_url"] = $"{url}/events",
            ["html_url"] = html,
            ["id"] = issue.Id,
            ["node_id"] = issue.NodeId,
            ["number"] = issue.Number,
            ["title"] = issue.Title,
            ["user"] = Account(issue.Author),
            ["labels"] = new JsonArray([.. issue.Labels.Select(name => Label(repository, repository.Labels[name]))]),
            ["state"] = issue.Open ? "open" : "closed",
            ["locked"] = issue.Locked,
            ["assignees"] = new JsonArray(),
            ["milestone"] = null,
            ["comments"] = issue.Comments.Count,
            ["created_at"] = Time(issue.CreatedAt),
            ["updated_at"] = Time(issue.UpdatedAt),
            ["closed_at"] = Time(issue.ClosedAt),
            ["author_association"] = Association(repository, issue.Author),
            ["type"] = null,
            ["active_lock_reason"] = null,
            ["sub_issues_summary"] = new JsonObject { ["total"] = 0, ["completed"] = 0, ["percent_completed"] = 0 },
            ["issue_dependencies_summary"] = new JsonObject
            {
                ["blocked_by"] = blockers.Count(pair => pair.Issue.Open),
                ["total_blocked_by"] = blockers.Count,
                ["blocking"] = issue.Open ? issue.Blocking.Count : 0,
                ["total_blocking"] = issue.Blocking.Count,
            },
            ["body"] = issue.Body,
            ["closed_by"] = AccountOrNull(issue.ClosedBy),
            ["reactions"] = Reactions($"{url}/reactions", issue.Reactions),
            ["timeline_url"] = $"{url}/timeline",
            ["performed_via_github_app"] = AppOrNull(issue.Via),
            ["state_reason"] = issue.StateReason,
        };
        if (withRetiredFields)
        {
            json["assignee"] = null;
        }

        if (issue.PullRequest is { } pull)
        {
            json["draft"] = pull.Draft;
            json["pull_request"] = new JsonObject
            {
                ["url"] = $"{RepoUrl(repository)}/pulls/{issue.Number}",
                ["html_url"] = html,
                ["diff_url"] = $"{html}.diff",
                ["patch_url"] = $"{html}.patch",
                ["merged_at"] = Time(pull.MergedAt),
            };
        }

        return json;
    }

    public JsonObject Comment(Repository repository, Issue issue, IssueComment comment) => new()
    {
        ["url"] = $"{RepoUrl(repository)}/issues/comments/{comment.Id}",
        ["html_url"] = $"{Html}/{repository.FullName}/{(issue.PullRequest is null ? "issues" : "pull")}/{issue.Number}#issuecomment-{comment.Id}",
        ["issue_url"] = $"{RepoUrl(repository)}/issues/{issue.Number}",
        ["id"] = comment.Id,
        ["node_id"] = comment.NodeId,
        ["user"] = Account(comment.Author),
        ["created_at"] = Time(comment.CreatedAt),
        ["updated_at"] = Time(comment.UpdatedAt),
        ["body"] = comment.Body,
        ["author_association"] = Association(repository, comment.Author),
        ["reactions"] = Reactions($"{RepoUrl(repository)}/issues/comments/{comment.Id}/reactions", comment.Reactions),
        ["performed_via_github_app"] = AppOrNull(comment.Via),
    };

    public JsonObject Reaction(Reaction reaction) => new()
    {
        ["id"] = reaction.Id,
        ["node_id"] = IdSource.Node("REA", reaction.Id),
        ["user"] = Account(reaction.User),
        ["content"] = reaction.Content,
        ["created_at"] = Time(reaction.CreatedAt),
    };

    public JsonObject Event(Repository repository, Issue issue, IssueEvent entry)
    {
        if (entry.Comment is { } comment)
        {
            var json = Comment(repository, issue, comment);
            json["event"] = "commented";
            json["actor"] = Account(entry.Actor);
            return json;
        }

        var result = new JsonObject
        {
            ["id"] = entry.Id,
            ["node_id"] = entry.NodeId,
            ["url"] = $"{RepoUrl(repository)}/issues/events/{entry.Id}",
            ["actor"] = Account(entry.Actor),
            ["event"] = entry.Kind,
            ["commit_id"] = entry.CommitSha,
            ["commit_url"] = entry.CommitSha is null ? null : $"{RepoUrl(repository)}/commits/{entry.CommitSha}",
            ["created_at"] = Time(entry.CreatedAt),
            ["performed_via_github_app"] = AppOrNull(entry.Via),
        };
        if (entry.Label is { } label)
        {
            result["label"] = new JsonObject { ["name"] = label, ["color"] = entry.LabelColor };
        }

        if (entry.Rename is { } rename)
        {
            result["rename"] = new JsonObject { ["from"] = rename.From, ["to"] = rename.To };
        }

        if (entry.Kind is "closed" or "reopened")
        {
            result["state_reason"] = entry.StateReason;
        }

        return result;
    }

    public string RepoUrl(Repository repository) => $"{Api}/repos/{repository.FullName}";

    private static JsonObject Reactions(string url, List<Reaction> reactions)
    {
        var json = new JsonObject { ["url"] = url, ["total_count"] = reactions.Count };
        foreach (var content in (string[])["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"])
        {
            json[content] = reactions.Count(reaction => reaction.Content == content);
        }

        return json;
    }

    /// <summary>Deliberately of little worth: GitHub shows members whose membership is private as contributors.</summary>
    private static string Association(Repository repository, Account account) =>
        account == repository.Owner ? "OWNER" : account.Kind == AccountKind.Bot ? "NONE" : repository.Roles.ContainsKey(account.Login) ? "CONTRIBUTOR" : "NONE";
}
