using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>The repository, its people, branches, commits, comparisons, rules and files.</summary>
internal static class RepositoryRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Read("", "metadata", call => SimulatedResponse.Ok(Whole(call)));
        routes.Read("collaborators/{login}/permission", "metadata", Permission);
        routes.Read("branches/{*branch}", "contents", Branch);
        routes.Read("git/ref/heads/{*branch}", "contents", Reference);
        routes.Read("compare/{*range}", "contents", Compare);
        routes.Read("rules/branches/{*branch}", "metadata", Rules);
        routes.Read("contents/{*path}", "contents", Contents);
    }

    /// <summary>The commit that a reference names; 422 by GitHub's text when there is none.</summary>
    public static Commit CommitOf(RestCall call, string reference) =>
        GitDesk.Resolve(call.Repository, reference) ?? throw ApiRefusal.Unprocessable($"No commit found for SHA: {reference}");

    private static JsonObject Whole(RestCall call)
    {
        var json = call.Render.Repository(call.Repository);
        json["permissions"] = new JsonObject { ["admin"] = false, ["maintain"] = false, ["push"] = false, ["triage"] = false, ["pull"] = true };
        json["allow_squash_merge"] = true;
        json["allow_merge_commit"] = true;
        json["allow_rebase_merge"] = true;
        json["allow_auto_merge"] = false;
        json["delete_branch_on_merge"] = false;
        json["network_count"] = 0;
        json["subscribers_count"] = 0;
        return json;
    }

    private static SimulatedResponse Permission(RestCall call)
    {
        var account = call.World.FindAccount(call["login"]) ?? throw ApiRefusal.NotFound();
        if (account.Kind != AccountKind.User)
        {
            throw new ApiRefusal(404, $"{account.Login} is not a user");
        }

        var role = RoleOf(call.Repository, account);
        var user = call.Render.Account(account);
        user["permissions"] = new JsonObject
        {
            ["admin"] = role is "admin",
            ["maintain"] = role is "admin" or "maintain",
            ["push"] = role is "admin" or "maintain" or "write",
            ["triage"] = role is "admin" or "maintain" or "write" or "triage",
            ["pull"] = role is not "none",
        };
        user["role_name"] = role;
        return SimulatedResponse.Ok(new JsonObject
        {
            // The old field knows four words only; role_name carries the real role.
            ["permission"] = role switch { "maintain" => "write", "triage" => "read", _ => role },
            ["user"] = user,
            ["role_name"] = role,
        });
    }

    private static string RoleOf(Repository repository, Account account)
    {
        if (account == repository.Owner)
        {
            return "admin";
        }

        return repository.Roles.GetValueOrDefault(account.Login) ?? (repository.Private ? "none" : "read");
    }

    private static SimulatedResponse Branch(RestCall call) => call.Repository.Branches.ContainsKey(call["branch"])
        ? SimulatedResponse.Ok(call.Render.Branch(call.Repository, call["branch"]))
        : throw new ApiRefusal(404, "Branch not found");

    private static SimulatedResponse Reference(RestCall call)
    {
        if (!call.Repository.Branches.TryGetValue(call["branch"], out var sha))
        {
            throw ApiRefusal.NotFound();
        }

        return SimulatedResponse.Ok(new JsonObject
        {
            ["ref"] = $"refs/heads/{call["branch"]}",
            ["node_id"] = $"REF_{call.Repository.Id}_{call["branch"]}",
            ["url"] = $"{call.Render.RepoUrl(call.Repository)}/git/refs/heads/{call["branch"]}",
            ["object"] = new JsonObject { ["sha"] = sha, ["type"] = "commit", ["url"] = $"{call.Render.RepoUrl(call.Repository)}/git/commits/{sha}" },
        });
    }

    private static SimulatedResponse Compare(RestCall call)
    {
        var dots = call["range"].IndexOf("...", StringComparison.Ordinal);
        if (dots <= 0 || GitDesk.Resolve(call.Repository, call["range"][..dots]) is not { } basis || GitDesk.Resolve(call.Repository, call["range"][(dots + 3)..]) is not { } head)
        {
            throw ApiRefusal.NotFound();
        }

        var ahead = GitDesk.NotIn(call.Repository, head, basis);
        var behind = GitDesk.NotIn(call.Repository, basis, head);
        var mergeBase = GitDesk.MergeBase(call.Repository, basis, head) ?? throw new ApiRefusal(404, "No common ancestor between the two commits.");
        var url = $"{call.Render.RepoUrl(call.Repository)}/compare/{call["range"]}";
        var html = $"{call.Render.Html}/{call.Repository.FullName}/compare/{call["range"]}";
        // Without paging parameters the answer carries up to 250 commits (REST docs, "Compare two commits").
        var paged = call.Query("page") is not null || call.Query("per_page") is not null;
        return call.Page(ahead, commit => call.Render.Commit(call.Repository, commit), commits => new JsonObject
        {
            ["url"] = url,
            ["html_url"] = html,
            ["permalink_url"] = html,
            ["diff_url"] = $"{html}.diff",
            ["patch_url"] = $"{html}.patch",
            ["base_commit"] = call.Render.Commit(call.Repository, basis),
            ["merge_base_commit"] = call.Render.Commit(call.Repository, mergeBase),
            ["status"] = (ahead.Count, behind.Count) switch { (0, 0) => "identical", (_, 0) => "ahead", (0, _) => "behind", _ => "diverged" },
            ["ahead_by"] = ahead.Count,
            ["behind_by"] = behind.Count,
            ["total_commits"] = ahead.Count,
            ["commits"] = commits,
            ["files"] = new JsonArray(),
        }, paged ? 30 : 250);
    }

    private static SimulatedResponse Rules(RestCall call)
    {
        var rules = Render.BranchRules(call.Repository, call["branch"]);
        return call.Page(rules.ToList(), rule => rule!.DeepClone());
    }

    private static SimulatedResponse Contents(RestCall call)
    {
        var path = call["path"];
        var commit = call.Repository.Head;
        if (call.Query("ref") is { } reference)
        {
            commit = GitDesk.Resolve(call.Repository, reference) ?? throw new ApiRefusal(404, $"No commit found for the ref {reference}");
        }

        if (!commit.Files.TryGetValue(path, out var text))
        {
            return Folder(call, commit, path);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (call.Request.Header("Accept") is { } accept && accept.Contains(".raw", StringComparison.Ordinal))
        {
            return SimulatedResponse.Empty(200).Add("Content-Type", "application/vnd.github.v3.raw; charset=utf-8") with { Body = bytes };
        }

        return SimulatedResponse.Ok(Entry(call, commit, path, "file", bytes));
    }

    private static SimulatedResponse Folder(RestCall call, Commit commit, string path)
    {
        var names = commit.Files.Keys
            .Where(file => file.StartsWith($"{path}/", StringComparison.Ordinal))
            .GroupBy(file => file[(path.Length + 1)..].Split('/')[0], StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        if (names.Count == 0)
        {
            throw ApiRefusal.NotFound();
        }

        return SimulatedResponse.Ok(new JsonArray([.. names.Select(group => Entry(call, commit, $"{path}/{group.Key}", commit.Files.ContainsKey($"{path}/{group.Key}") ? "file" : "dir", null))]));
    }

    private static JsonObject Entry(RestCall call, Commit commit, string path, string type, byte[]? content)
    {
        var url = $"{call.Render.RepoUrl(call.Repository)}/contents/{path}?ref={call.Repository.DefaultBranch}";
        var html = $"{call.Render.Html}/{call.Repository.FullName}/blob/{call.Repository.DefaultBranch}/{path}";
        var sha = IdSource.TreeSha($"{path}/{commit.Files.GetValueOrDefault(path)}");
        var json = new JsonObject
        {
            ["name"] = path[(path.LastIndexOf('/') + 1)..],
            ["path"] = path,
            ["sha"] = sha,
            ["size"] = content?.Length ?? 0,
            ["url"] = url,
            ["html_url"] = html,
            ["git_url"] = $"{call.Render.RepoUrl(call.Repository)}/git/blobs/{sha}",
            ["download_url"] = html,
            ["type"] = type,
            ["_links"] = new JsonObject { ["self"] = url, ["git"] = $"{call.Render.RepoUrl(call.Repository)}/git/blobs/{sha}", ["html"] = html },
        };
        if (content is not null)
        {
            json["content"] = Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks);
            json["encoding"] = "base64";
        }

        return json;
    }
}
