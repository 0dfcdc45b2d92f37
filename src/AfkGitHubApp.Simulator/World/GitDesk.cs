using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Scenarios;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Commits, branches, pushes and comparisons.</summary>
internal sealed class GitDesk(WorldState world)
{
    public const string NoCommit = "0000000000000000000000000000000000000000";

    private static readonly string[] SkipMarks = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]", "skip-checks: true"];

    public Commit Root(Repository repository)
    {
        var commit = Add(repository, [], "Initial commit", repository.Owner);
        repository.Branches[repository.DefaultBranch] = commit.Sha;
        return commit;
    }

    /// <summary>Adds a commit to a branch (made from the default branch when it is new) and lets everything happen that a push causes.</summary>
    public Commit Push(Repository repository, string branch, Account by, string message, CiScript ci, bool withWorkflowToken = false, string? from = null, IReadOnlyDictionary<string, string?>? files = null)
    {
        var before = repository.Branches.GetValueOrDefault(branch);
        var parent = before ?? from ?? repository.Head.Sha;
        var commit = Add(repository, [parent], message, by);
        foreach (var (path, text) in files ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            commit.Files = text is null ? commit.Files.Remove(path) : commit.Files.SetItem(path, text);
        }

        Land(repository, branch, commit, before, by, ci, withWorkflowToken);
        return commit;
    }

    public Commit Merge(Repository repository, string branch, string headSha, Account by, string message, CiScript ci)
    {
        var before = repository.Branches[branch];
        var commit = Add(repository, [before, headSha], message, by);
        Land(repository, branch, commit, before, by, ci, withWorkflowToken: false);
        return commit;
    }

    /// <summary>Lands one commit of its author's that holds all of a pull request.</summary>
    public Commit Squash(Repository repository, string branch, string headSha, Account author, Account by, string message, CiScript ci)
    {
        var before = repository.Branches[branch];
        var commit = Add(repository, [before], message, author);
        commit.Files = commit.Files.SetItems(repository.Commits[headSha].Files);
        Land(repository, branch, commit, before, by, ci, withWorkflowToken: false);
        return commit;
    }

    /// <summary>A commit on top of a branch that is on no branch of the repository.</summary>
    public Commit Elsewhere(Repository repository, string on, Account by, string message) => Add(repository, [repository.Branches[on]], message, by);

    /// <summary>Moves a branch to a commit that is already known, as a forced push does; no CI starts for a commit that had its own.</summary>
    public void MoveBranch(Repository repository, string branch, string sha, Account by)
    {
        var before = repository.Branches.GetValueOrDefault(branch) ?? NoCommit;
        repository.Branches[branch] = sha;
        EmitPush(repository, branch, before, repository.Commits[sha], by, forced: true);
    }

    /// <summary>A branch name, a full or short (seven digits or more) commit id, or <c>heads/NAME</c>.</summary>
    public static Commit? Resolve(Repository repository, string reference)
    {
        var name = reference.StartsWith("refs/heads/", StringComparison.Ordinal) ? reference[11..]
            : reference.StartsWith("heads/", StringComparison.Ordinal) ? reference[6..]
            : reference;
        if (repository.Branches.TryGetValue(name, out var head))
        {
            return repository.Commits[head];
        }

        if (repository.Unshown.Contains(reference))
        {
            return null;
        }

        if (repository.Commits.TryGetValue(reference, out var exact))
        {
            return exact;
        }

        return reference.Length is >= 7 and < 40
            ? repository.Commits.Values.FirstOrDefault(commit => commit.Sha.StartsWith(reference, StringComparison.OrdinalIgnoreCase))
            : null;
    }

    /// <summary>Commits of <paramref name="head"/> that <paramref name="basis"/> does not have, parents before children.</summary>
    public static IReadOnlyList<Commit> NotIn(Repository repository, Commit head, Commit basis)
    {
        var known = Ancestors(repository, basis);
        var found = new List<Commit>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<(Commit Commit, bool ParentsDone)>([(head, false)]);
        while (open.TryPop(out var item))
        {
            if (item.ParentsDone)
            {
                found.Add(item.Commit);
                continue;
            }

            if (known.Contains(item.Commit.Sha) || !seen.Add(item.Commit.Sha))
            {
                continue;
            }

            open.Push((item.Commit, true));
            foreach (var parent in item.Commit.Parents.Reverse())
            {
                open.Push((repository.Commits[parent], false));
            }
        }

        return found;
    }

    public static Commit? MergeBase(Repository repository, Commit one, Commit other)
    {
        var known = Ancestors(repository, one);
        var open = new Queue<Commit>([other]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var commit))
        {
            if (known.Contains(commit.Sha))
            {
                return commit;
            }

            foreach (var parent in commit.Parents.Where(seen.Add))
            {
                open.Enqueue(repository.Commits[parent]);
            }
        }

        return null;
    }

    private static HashSet<string> Ancestors(Repository repository, Commit commit)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([commit.Sha]);
        while (open.TryPop(out var sha))
        {
            if (found.Add(sha))
            {
                foreach (var parent in repository.Commits[sha].Parents)
                {
                    open.Push(parent);
                }
            }
        }

        return found;
    }

    private Commit Add(Repository repository, IReadOnlyList<string> parents, string message, Account by)
    {
        var commit = new Commit(world.Ids.CommitSha(parents.Count == 0 ? NoCommit : parents[0], message), parents, message, by, world.Now);
        commit.Files = parents.Aggregate(commit.Files, (files, parent) => files.SetItems(repository.Commits[parent].Files));
        repository.Commits.Add(commit.Sha, commit);
        return commit;
    }

    private void Land(Repository repository, string branch, Commit commit, string? before, Account by, CiScript ci, bool withWorkflowToken)
    {
        repository.Branches[branch] = commit.Sha;
        repository.PushedAt = world.Now;
        world.Record(new CommitPushed(by.Login, repository.FullName, branch, commit.Sha, commit.Message));
        EmitPush(repository, branch, before ?? NoCommit, commit, by, forced: false);
        world.Issues.ReadCommit(repository, commit, by, branch == repository.DefaultBranch);
        if (repository.ForeignEmptySuites)
        {
            world.Checks.AddForeignEmptySuites(repository, commit, branch, before ?? NoCommit);
        }

        world.Pulls.HeadMoved(repository, branch, before, commit, by);

        // By GitHub's rule events caused with the workflow's own token start no workflows.
        var skipped = SkipMarks.Any(mark => commit.Message.Contains(mark, StringComparison.OrdinalIgnoreCase));
        if (!withWorkflowToken && !skipped)
        {
            world.Runs.StartForPush(repository, branch, commit, by, ci);
        }

        world.Checks.PlayStatuses(repository, commit, ci);
    }

    private void EmitPush(Repository repository, string branch, string before, Commit commit, Account by, bool forced)
    {
        var render = world.Render();
        var commits = new JsonArray();
        if (repository.Commits.TryGetValue(before, out var old))
        {
            foreach (var added in NotIn(repository, commit, old))
            {
                commits.Add(render.PushCommit(repository, added));
            }
        }

        world.Webhooks.Emit("push", null, repository, by, new JsonObject
        {
            ["ref"] = $"refs/heads/{branch}",
            ["before"] = before,
            ["after"] = commit.Sha,
            ["created"] = before == NoCommit,
            ["deleted"] = false,
            ["forced"] = forced,
            ["base_ref"] = null,
            ["compare"] = $"{render.Html}/{repository.FullName}/compare/{before[..12]}...{commit.Sha[..12]}",
            ["commits"] = commits,
            ["head_commit"] = render.PushCommit(repository, commit),
            ["pusher"] = new JsonObject { ["name"] = by.Login, ["email"] = by.Email },
        });
    }
}
